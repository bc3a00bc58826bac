//! What a template sees. The names follow Zola's where the thing is the same; every name is always
//! there, `none` when there is nothing to say.
//!
//! Values that many pages need (an essay as others list it, a section's entries, the book) are made
//! once, in [`Shared`], and handed to every page; Tera's values are reference counted. Those of which there are as many
//! as essays are made when a page that shows them is ([`lists`]).

mod describe;
mod lists;
mod page;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tera::Value;

use crate::book::{Book, Entry, EssayId, Frame, Kind, SectionId, Taxonomy, Term, Url};
use crate::render::Theme;
use crate::render::fingerprint::Prints;
use crate::render::seen::{Facts, Held, Seen};
use crate::render::words::Words;
use lists::{Lists, Marks};

/// How many entries of its section a page lists at its side; of more, those around it.
const NAV_ENTRIES: usize = 60;

/// A map, by its keys in alphabetical order.
pub fn object<const N: usize>(pairs: [(&'static str, Value); N]) -> Value {
    // Tera makes its own map of any other, and of this one fastest.
    Value::from(BTreeMap::from(pairs))
}

fn text(text: &str) -> Value {
    Value::normal_string(text)
}

fn maybe(value: Option<impl AsRef<str>>) -> Value {
    value.map_or_else(Value::none, |value| text(value.as_ref()))
}

fn number(number: usize) -> Value {
    Value::from(number as u64)
}

fn url(url: &Url) -> Value {
    text(&url.encoded())
}

/// A picture that stands for the book.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Its address.
    pub url: Url,
    /// Its width and height in pixels, if they are known.
    pub size: Option<(u32, u32)>,
    /// The address of the one that takes its place in the dark.
    pub dark: Option<Url>,
}

fn mark(mark: Option<&Mark>) -> Value {
    let Some(Mark { url: address, size, dark }) = mark else { return Value::none() };
    let length = |length: Option<u32>| length.map_or_else(Value::none, |n| u64::from(n).into());
    object([
        ("url", url(address)),
        ("width", length(size.map(|(width, _)| width))),
        ("height", length(size.map(|(_, height)| height))),
        ("alt", text("")),
        ("dark_url", maybe_url(dark.as_ref())),
    ])
}

fn maybe_url(address: Option<&Url>) -> Value {
    address.map_or_else(Value::none, url)
}

/// The marks of the book, as pages show them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'m> {
    /// The book's mark.
    pub logo: Option<&'m Mark>,
    /// The picture on the home page.
    pub cover: Option<&'m Mark>,
    /// The address of the icon.
    pub icon: Option<&'m Url>,
    /// The address of the icon that devices show among programs.
    pub touch_icon: Option<&'m Url>,
    /// The address of the manifest.
    pub manifest: Option<&'m Url>,
}

/// Values that pages share.
pub struct Shared {
    book: Arc<Book>,
    site_url: Option<String>,
    book_value: Value,
    diagrams: Value,
    assets: Value,
    parts: Value,
    /// All tags, and all authors, as lists show them.
    tags: Vec<Value>,
    authors: Vec<Value>,
    /// How lists show essays and sections.
    lists: Lists,
    /// For each section, the way from the home page to it.
    crumbs: Vec<Value>,
    /// What of the configuration decides what an essay's page says of itself.
    ways: Value,
    /// What the theme says.
    words: Arc<Words>,
    /// The prints of all these values, and of what lists show, made when the first page asks what it is made from.
    learnt: OnceLock<(Prints, Marks)>,
}

impl Shared {
    /// Makes the values of `book`. `styles` and `scripts` are the site's additional ones, `diagrams` the
    /// scripts of pages with a diagram, `shown` its marks. Values that `before` has of the same things are taken from there.
    pub fn new(
        book: Arc<Book>,
        theme: &Theme,
        [styles, scripts, diagrams]: [&[Url]; 3],
        shown: Shown<'_>,
        before: Option<&Shared>,
    ) -> Shared {
        let site_url = book.config.site_url();
        let mut shared = Shared {
            book: Arc::clone(&book),
            book_value: Value::none(),
            diagrams: diagrams.iter().map(url).collect::<Vec<_>>().into(),
            assets: Value::from(
                theme
                    .files
                    .iter()
                    .map(|(name, file)| (name.clone(), url(&file.url)))
                    .collect::<BTreeMap<_, _>>(),
            ),
            parts: Value::none(),
            tags: Vec::new(),
            authors: Vec::new(),
            lists: Lists::default(),
            crumbs: Vec::new(),
            ways: Value::none(),
            words: Arc::clone(theme.words()),
            learnt: OnceLock::new(),
            site_url,
        };
        shared.book_value = shared.book_value(styles, scripts, shown);
        shared.ways = shared.ways();
        let sections: Vec<SectionId> = book.tree.ids().collect();
        // A term's value asks all its essays whether one is dated, so it is made once for all of them.
        let before = before.filter(|before| Arc::ptr_eq(&before.book.frame, &book.frame));
        if let Some(before) = before {
            shared.tags.clone_from(&before.tags);
            shared.authors.clone_from(&before.authors);
        } else {
            shared.tags = shared.term_values(&book.tags);
            shared.authors = shared.term_values(&book.authors);
        }
        let parts =
            book.tree.section(SectionId(0)).entries.iter().filter_map(|entry| match entry {
                Entry::Section(id) => Some(shared.part(*id)),
                Entry::Essay(_) => None,
            });
        shared.parts = Value::from(parts.collect::<Vec<_>>());
        shared.lists = Lists::new(&shared, before);
        shared.crumbs = sections.par_iter().map(|id| shared.way_to(*id)).collect();
        shared
    }

    /// The prints of the values that pages share, if they were learnt.
    pub fn prints(&self) -> Option<&Prints> {
        self.learnt.get().map(|(prints, _)| prints)
    }

    /// Learns the prints of the values that pages share: worth it for whoever asks of many pages what they
    /// are made from.
    pub fn learn_prints(&self) {
        if self.learnt.get().is_some() {
            return;
        }
        let parts = self.parts.as_array().unwrap_or_default();
        let mut prints = Prints::default();
        prints.learn(self.tags.iter().chain(&self.authors).chain(parts));
        prints.learn([&self.book_value, &self.assets, &self.parts, &self.diagrams, &self.ways]);
        prints.learn(&self.crumbs);
        let marks = Marks::of(self, &prints);
        // Nobody waits for another's: what waits could be handed work that waits too.
        let _ = self.learnt.set((prints, marks));
    }

    /// What the template of one page sees. `more` is what only this kind of page has.
    pub fn page<const N: usize>(&self, facts: &Facts, more: [(&'static str, Held); N]) -> Seen {
        let root = match (facts.kind, &self.site_url) {
            // A server shows this page at any depth, where no relative link would be right.
            ("404", Some(site_url)) => site_url.clone(),
            _ => facts.url.root(),
        };
        let section = facts.section.map_or_else(Held::none, Held::Section);
        let mut values = vec![
            ("root", text(&root).into()),
            ("assets", self.assets.clone().into()),
            ("book", self.book_value.clone().into()),
            ("nav", self.nav_held(facts.section, facts.essay)),
            ("section", section),
        ];
        let own = ["taxonomy", "terms", "term", "paginator", "redirect_to", "chapters"];
        let lacking = own.into_iter().filter(|name| !more.iter().any(|(known, _)| known == name));
        values.extend(lacking.map(|name| (name, Held::none())));
        values.extend(more);
        let mut seen = Seen::of(values);
        seen.extend_page(self.around(facts));
        match facts.essay {
            Some(id) => {
                seen.defer(Held::Essay(id));
                seen.defer(self.ways.clone().into());
                // Its print knows the file by a name in which accents are composed.
                seen.defer(text(&self.book.essay(id).shown).into());
            }
            None => self.rest(&mut seen, None, facts.kind, &facts.title, &facts.url),
        }
        seen
    }

    /// The way from the home page to a section, itself the last; with `above` only to the one above it.
    pub fn crumbs(&self, id: SectionId, above: bool) -> Value {
        match (above, self.book.tree.section(id).parent) {
            (false, _) => self.crumbs[id.0].clone(),
            (true, Some(parent)) => self.crumbs[parent.0].clone(),
            (true, None) => Vec::<Value>::new().into(),
        }
    }

    fn way_to(&self, id: SectionId) -> Value {
        let way = self.book.tree.above(id).into_iter().chain([id]);
        let named =
            |id: SectionId| crumb(&self.book.tree.section(id).title, &self.book.section_urls[id.0]);
        way.map(named).collect::<Vec<_>>().into()
    }

    fn permalink(&self, address: &Url) -> Value {
        maybe(self.site_url.as_ref().map(|site| format!("{site}{}", address.encoded())))
    }

    fn book_value(&self, styles: &[Url], scripts: &[Url], shown: Shown<'_>) -> Value {
        let Frame { config, tags, authors, .. } = &*self.book.frame;
        let html = &config.output.html;
        let style = config.url_style();
        let list = |taxonomy: &Taxonomy| {
            maybe_url((!taxonomy.terms.is_empty()).then(|| taxonomy.url(style)).as_ref())
        };
        object([
            ("title", text(&self.book.title)),
            ("description", maybe(config.book.description.as_ref())),
            ("url", url(&self.book.section_urls[0])),
            ("language", text(config.language())),
            ("direction", text(config.direction())),
            ("authors", Value::from(config.book.authors.clone())),
            ("site_url", maybe(self.site_url.as_ref())),
            ("feed_url", maybe_url(self.book.site_feed().as_ref())),
            ("tags_url", list(tags)),
            ("authors_url", list(authors)),
            ("json_feed_url", maybe_url(self.book.json_feed().as_ref())),
            ("search_url", maybe_url(self.book.search_url().as_ref())),
            ("search_bundle", maybe_url(self.book.search_bundle().as_ref())),
            ("print_url", maybe_url(self.book.whole().as_ref())),
            ("manifest_url", maybe_url(shown.manifest)),
            ("icon_url", maybe_url(shown.icon)),
            ("touch_icon_url", maybe_url(shown.touch_icon)),
            ("logo", mark(shown.logo)),
            ("cover", mark(shown.cover)),
            ("repository_url", maybe(html.git_repository_url.as_ref())),
            ("default_theme", text(config.default_theme())),
            ("styles", styles.iter().map(url).collect::<Vec<_>>().into()),
            ("scripts", scripts.iter().map(url).collect::<Vec<_>>().into()),
            ("extra", Value::from_serializable(&config.handbook.extra)),
            ("version", text(env!("CARGO_PKG_VERSION"))),
        ])
    }

    fn term_values(&self, taxonomy: &Taxonomy) -> Vec<Value> {
        let style = self.book.config.url_style();
        let value = |term: &Term| {
            object([
                ("name", text(&term.name)),
                ("slug", text(&term.slug)),
                ("url", url(&taxonomy.term_url(term, 1, style))),
                ("page_count", number(term.essays.len())),
                ("feed_url", maybe_url(self.book.term_feed(taxonomy, term).as_ref())),
            ])
        };
        taxonomy.terms.iter().map(value).collect()
    }

    /// All tags, or all authors, as lists show them.
    pub fn terms(&self, kind: Kind) -> &[Value] {
        match kind {
            Kind::Tags => &self.tags,
            Kind::Authors => &self.authors,
        }
    }

    /// What the page of all tags or authors is called.
    pub fn title_of(&self, kind: Kind) -> &str {
        self.words.say(kind.name(), None)
    }

    /// The taxonomy itself.
    pub fn taxonomy(&self, taxonomy: &Taxonomy) -> Value {
        object([
            ("name", text(taxonomy.kind.name())),
            ("title", text(self.title_of(taxonomy.kind))),
            ("url", url(&taxonomy.url(self.book.config.url_style()))),
        ])
    }

    /// How long an essay takes, as the theme says it.
    fn reading_time_text(&self, minutes: usize) -> Value {
        maybe((minutes > 0).then(|| self.words.counted("reading_time", minutes as u64)))
    }

    /// The navigation of the pages in a section, or of the one of an essay in it.
    fn nav_held(&self, section: Option<SectionId>, essay: Option<EssayId>) -> Held {
        let Some(id) = section else { return Held::Nav(None) };
        let entries = &self.book.tree.section(id).entries;
        if entries.len() <= NAV_ENTRIES {
            return Held::Nav(Some((id, 0..entries.len())));
        }
        let at =
            essay.and_then(|essay| entries.iter().position(|entry| *entry == Entry::Essay(essay)));
        let first = at.unwrap_or(0).saturating_sub(NAV_ENTRIES / 2);
        let first = first.min(entries.len() - NAV_ENTRIES);
        Held::Nav(Some((id, first..first + NAV_ENTRIES)))
    }
}

/// One step of the way to a page.
pub fn crumb(title: &str, address: &Url) -> Value {
    object([("title", text(title)), ("url", url(address))])
}
