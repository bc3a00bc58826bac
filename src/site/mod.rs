//! The fourth step, **render**: which pages a book has, and the bytes of each.
//!
//! [`Site::new`] lists the pages: essays, sections, tags, authors, redirects, feeds, the sitemap and
//! what else belongs to a site. [`Site::render`] makes one of them; it reads the book and the theme
//! and nothing else, so pages can be made in any order, in parallel, or one at a time on request.

mod around;
pub mod cards;
mod feed;
pub mod headers;
pub mod hosts;
pub mod kept;
pub mod library;
mod listing;
pub mod load;
pub mod marks;
mod packed;
mod page;
pub mod pictures;
mod plain;
pub mod policy;
mod reading;
pub mod role;
pub mod search;
mod sitemap;
mod smaller;
mod store;
mod text;
mod whole;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use foldhash::HashSet;

use crate::book::{AssetId, Book, Destination, EssayId, Kind, SectionId, Url};
use crate::config::Coding;
use crate::diagnostic::{Code, Diagnostic, caught};
use crate::render::context::{Shared, Shown, crumb};
use crate::render::fingerprint::{Fingerprint, Printer};
use crate::render::seen::{Facts, Held};
use crate::render::{Theme, card};

pub use kept::Kept;
pub use load::{Loaded, Memory, load};
pub use page::{Content, FeedForm, FeedOf, Inputs, Page, PageKind, Text};
pub use role::{Role, uncompressed};
pub use store::Store;

use marks::Marks;
use pictures::{Pictures, Version};

/// A book with its theme: everything that its pages are made from.
pub struct Site {
    book: Arc<Book>,
    theme: Arc<Theme>,
    theme_print: Fingerprint,
    shared: Shared,
    pages: Vec<Page>,
    notes: Vec<Diagnostic>,
    pictures: Arc<Pictures>,
    marks: Marks,
    /// The files that have no compressed form beside them, although files of their kind do: something else is
    /// called that.
    unpacked: HashSet<(String, Coding)>,
    /// Where what is costly to make is kept.
    store: Option<Arc<dyn Store>>,
    /// Whether a file was another when a page was made from it than when it was listed.
    is_lost: AtomicBool,
}

impl Site {
    /// Lists the pages of a book. `before` is the site that an earlier book gave.
    pub fn new(loaded: &Loaded, before: Option<&Site>) -> Site {
        let Loaded { book, theme, styles, scripts, diagrams, .. } = loaded;
        let marks = &loaded.marks;
        let shown = Shown {
            logo: marks.logo.as_ref(),
            cover: marks.cover.as_ref(),
            icon: marks.icon.as_ref(),
            touch_icon: marks.touch_icon.as_ref().map(|(url, _)| url),
            manifest: marks.manifest.as_ref(),
        };
        let mut site = Site {
            book: Arc::clone(book),
            theme: Arc::clone(theme),
            theme_print: theme.fingerprint(),
            shared: Shared::new(
                Arc::clone(book),
                theme,
                [styles, scripts, diagrams],
                shown,
                before.map(|site| &site.shared),
            ),
            pages: Vec::new(),
            notes: Vec::new(),
            pictures: Arc::clone(&loaded.pictures),
            marks: loaded.marks.clone(),
            unpacked: HashSet::default(),
            store: None,
            is_lost: AtomicBool::new(false),
        };
        site.list_pages();
        site.note_missing_templates();
        site
    }

    /// The same site, which keeps what is costly to make in `store`.
    pub fn keeping_in(self, store: Arc<dyn Store>) -> Site {
        Site { store: Some(store), ..self }
    }

    /// Whether a file was another when a page was made from it than when it was listed: then the pages do not fit
    /// together.
    pub fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// The book.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// All pages.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// What was noticed while listing them.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// Makes one page.
    ///
    /// # Errors
    /// When its template cannot be rendered.
    pub fn render(&self, page: &Page) -> Result<Content, Diagnostic> {
        self.make(self.inputs(page))
    }

    /// What `work` on a page gives. A mistake of the program's own in it spoils this page and no other, and is told
    /// with the page and its template.
    ///
    /// # Errors
    /// When the work fails, or panics.
    pub fn guarded<T>(
        &self,
        page: &Page,
        work: impl FnOnce() -> Result<T, Diagnostic>,
    ) -> Result<T, Diagnostic> {
        let template = self.template_of(page).map(|name| format!(" with the template `{name}`"));
        let during = format!("the page /{} was made{}", page.url, template.unwrap_or_default());
        caught(&during, work).flatten()
    }

    /// The template that a page is made with, if any.
    fn template_of(&self, page: &Page) -> Option<&str> {
        Some(match &page.kind {
            PageKind::Essay(id) => self.template(*id, "page.html"),
            PageKind::Section(id) => {
                let section = self.book.tree.section(*id);
                let default = if section.parent.is_none() { "index.html" } else { "section.html" };
                section.essay.map_or(default, |essay| self.template(essay, default))
            }
            PageKind::Terms(_) => "taxonomy_list.html",
            PageKind::Term(..) => "taxonomy_single.html",
            PageKind::Whole => "print.html",
            PageKind::Search => "search.html",
            PageKind::NotFound => "404.html",
            PageKind::Redirect(_) => "redirect.html",
            PageKind::Card(_) => card::TEMPLATE,
            _ => return None,
        })
    }

    /// Gathers what a page is made from, which is little work: the text of essays is not yet made into HTML.
    pub fn inputs(&self, page: &Page) -> Inputs {
        match &page.kind {
            PageKind::Essay(id) => self.essay(*id),
            PageKind::Section(id) => self.section(*id, page),
            PageKind::Terms(kind) => self.terms(*kind, page),
            PageKind::Term(kind, at, number) => self.term(*kind, *at, *number, page),
            PageKind::Whole => {
                self.with("print.html", &self.plain("print", &self.book.title, page), [])
            }
            PageKind::Search => {
                let title = self.theme.words().say("search", None);
                self.with("search.html", &self.plain("search", title, page), [])
            }
            PageKind::NotFound => self.not_found(page),
            PageKind::Redirect(at) => self.redirect(*at, page),
            PageKind::Feed(of, form) => Inputs::Feed(*of, *form, page.url.clone()),
            PageKind::Copy(id) => Inputs::Copy(*id),
            PageKind::Llms => Inputs::Bytes(plain::llms(self).into_bytes()),
            PageKind::Sitemap(lot) => Inputs::Bytes(sitemap::write(self, *lot).into_bytes()),
            PageKind::Robots => Inputs::Bytes(sitemap::robots(self).into_bytes()),
            PageKind::Host(file) => Inputs::Bytes(self.host_file(*file).into_bytes()),
            PageKind::ThemeFile(name) => Inputs::Bytes(
                self.theme.files.get(name).map(|file| file.bytes.clone()).unwrap_or_default(),
            ),
            PageKind::Asset(id) => self.asset(*id),
            PageKind::Smaller(id, width) => {
                let version = self.pictures.version(&self.book, *id, *width);
                version.map_or_else(|| Inputs::Bytes(Vec::new()), Inputs::Smaller)
            }
            PageKind::Card(of) => Inputs::Card(Box::new(self.card_seen(*of))),
            PageKind::TouchIcon => {
                let drawing = self.marks.touch_icon.as_ref().map(|(_, drawing)| drawing.clone());
                Inputs::Icon(drawing.unwrap_or_default())
            }
        }
    }

    fn asset(&self, id: AssetId) -> Inputs {
        let source = &self.book.assets[id.0].source;
        match self.pictures.without_programs(id, &self.book) {
            Some(drawing) => Inputs::Bytes(drawing),
            None => Inputs::File(source.file.clone(), source.stamp),
        }
    }

    /// Makes a page from what was gathered for it.
    ///
    /// # Errors
    /// When its template cannot be rendered.
    pub fn make(&self, inputs: Inputs) -> Result<Content, Diagnostic> {
        match inputs {
            Inputs::Template { name, mut seen, text } => {
                match text {
                    Some((Text::Essay(id), root)) => {
                        self.shared.complete(&mut seen, id);
                        let body = self.body(id, &root, self.manner())?;
                        let is_heading = self.book.essay(id).title_heading().is_some();
                        let heading = body.heading.as_deref().filter(|_| is_heading);
                        seen.insert_text(&body.html, heading);
                    }
                    Some((Text::Whole, root)) => seen.insert("chapters", self.chapters(&root)?),
                    None => {}
                }
                self.theme.render(&name, *seen, &self.shared).map(Content::Bytes)
            }
            Inputs::Feed(of, form, url) => {
                Ok(Content::Bytes(feed::write(self, of, form, &url)?.into_bytes()))
            }
            Inputs::Copy(id) => Ok(Content::Bytes(plain::copy(self, id).into_bytes())),
            Inputs::Bytes(bytes) => Ok(Content::Bytes(bytes)),
            Inputs::Smaller(version) => self.smaller(&version).map(Content::Bytes),
            Inputs::Card(seen) => self.draw_card(*seen),
            Inputs::Icon(drawing) => marks::touch_icon(&drawing).map(Content::Bytes),
            Inputs::File(file, _) => Ok(Content::File(file)),
        }
    }

    /// Gets ready for being asked what tells all pages.
    pub fn expect_all(&self) {
        self.shared.learn_prints();
    }

    /// What tells whether a page must be made again.
    pub fn fingerprint(&self, inputs: &Inputs) -> Fingerprint {
        let mut printer = Printer::knowing(self.shared.prints());
        match inputs {
            Inputs::Template { name, seen, text } => {
                printer.print(self.theme_print);
                printer.text(name);
                seen.print(&mut printer, &self.shared);
                match text {
                    Some((Text::Essay(id), root)) => self.print_text(*id, root, &mut printer),
                    Some((Text::Whole, root)) => self.print_chapters(root, &mut printer),
                    None => {}
                }
            }
            Inputs::Feed(of, form, url) => feed::print(self, *of, *form, url, &mut printer),
            Inputs::Copy(id) => {
                printer.text("copy");
                plain::print_copy(self, *id, &mut printer);
            }
            Inputs::Bytes(bytes) => printer.bytes(b'b', bytes),
            Inputs::Smaller(Version { picture, width, .. }) => {
                printer.bytes(b'v', &picture.hash);
                printer.text(&format!("{width} {}", env!("STERNPOST_STATE")));
            }
            Inputs::Card(seen) => {
                printer.print(self.theme_print);
                printer.text("card");
                seen.print(&mut printer, &self.shared);
            }
            Inputs::Icon(drawing) => printer.bytes(b'd', drawing.as_bytes()),
            Inputs::File(file, stamp) => {
                printer.bytes(b'f', format!("{file:?} {stamp:?}").as_bytes());
            }
        }
        printer.finish()
    }

    /// Renders `template` with what the page shows.
    fn with<const N: usize>(
        &self,
        template: &str,
        facts: &Facts,
        more: [(&'static str, Held); N],
    ) -> Inputs {
        let text = match facts.kind {
            "print" => Some(Text::Whole),
            _ => facts.essay.map(Text::Essay),
        };
        let text = text.map(|text| (text, facts.url.root()));
        let mut seen = Box::new(self.shared.page(facts, more));
        if let Some(card) = self.card(facts) {
            seen.insert_card(card);
        }
        Inputs::Template { name: template.to_owned(), seen, text }
    }

    fn essay(&self, id: EssayId) -> Inputs {
        let section = self.book.tree.home[id.0];
        let facts = self.essay_facts(id, "essay", section, None);
        self.with(self.template(id, "page.html"), &facts, [])
    }

    fn essay_facts(
        &self,
        id: EssayId,
        kind: &'static str,
        section: SectionId,
        feed: Option<Url>,
    ) -> Facts {
        Facts {
            kind,
            title: self.book.title_of(id).to_owned(),
            essay: Some(id),
            section: Some(section),
            breadcrumbs: self.shared.crumbs(section, kind != "essay"),
            url: self.book.url(id).clone(),
            feed,
        }
    }

    fn section(&self, id: SectionId, page: &Page) -> Inputs {
        let section = self.book.tree.section(id);
        let is_home = section.parent.is_none();
        let (kind, template) =
            if is_home { ("home", "index.html") } else { ("section", "section.html") };
        let feed = self.book.section_feed(id);
        let (facts, template) = match section.essay {
            Some(essay) => {
                (self.essay_facts(essay, kind, id, feed), self.template(essay, template))
            }
            None => (
                Facts {
                    kind,
                    title: section.title.clone(),
                    url: page.url.clone(),
                    essay: None,
                    section: Some(id),
                    breadcrumbs: self.shared.crumbs(id, true),
                    feed,
                },
                template,
            ),
        };
        self.with(template, &facts, [])
    }

    /// A page that belongs to no essay.
    fn plain(&self, kind: &'static str, title: &str, page: &Page) -> Facts {
        Facts {
            kind,
            title: title.to_owned(),
            url: page.url.clone(),
            essay: None,
            section: None,
            breadcrumbs: self.shared.crumbs(SectionId(0), false),
            feed: None,
        }
    }

    fn terms(&self, kind: Kind, page: &Page) -> Inputs {
        let taxonomy = self.book.taxonomy(kind);
        let facts = self.plain(kind.name(), self.shared.title_of(kind), page);
        let more = [
            ("taxonomy", self.shared.taxonomy(taxonomy).into()),
            ("terms", tera::Value::from(self.shared.terms(kind).to_vec()).into()),
        ];
        self.with("taxonomy_list.html", &facts, more)
    }

    fn term(&self, kind: Kind, at: usize, number: usize, page: &Page) -> Inputs {
        let taxonomy = self.book.taxonomy(kind);
        let term = &taxonomy.terms[at];
        let style = self.book.config.url_style();
        let mut facts = self.plain(kind.singular(), &term.name, page);
        let above = facts.breadcrumbs.as_array().unwrap_or_default();
        let list = crumb(self.shared.title_of(kind), &taxonomy.url(style));
        facts.breadcrumbs = above.iter().cloned().chain([list]).collect::<Vec<_>>().into();
        facts.feed = self.book.term_feed(taxonomy, term);
        let more = [
            ("taxonomy", self.shared.taxonomy(taxonomy).into()),
            ("term", self.shared.terms(kind)[at].clone().into()),
            ("paginator", Held::Pager(kind, at, number)),
        ];
        self.with("taxonomy_single.html", &facts, more)
    }

    fn not_found(&self, page: &Page) -> Inputs {
        let mut facts = self.plain("404", self.theme.words().say("not_found", None), page);
        facts.breadcrumbs = Vec::<tera::Value>::new().into();
        self.with("404.html", &facts, [])
    }

    fn redirect(&self, at: usize, page: &Page) -> Inputs {
        let (title, moved_to) = match &self.book.redirects.pages[at].to {
            Destination::Essay(id, _) => (self.book.title_of(*id), Some(self.book.url(*id))),
            Destination::Section(id, _) => {
                (&*self.book.tree.section(*id).title, Some(&self.book.section_urls[id.0]))
            }
            Destination::Outside(address) => (&**address, None),
        };
        let mut facts = self.plain("redirect", title, page);
        if let Some(url) = moved_to {
            // The canonical address of what has moved is where it is now.
            facts.url = url.clone();
        }
        let redirect_to = tera::Value::from(self.led_to(at, page));
        self.with("redirect.html", &facts, [("redirect_to", redirect_to.into())])
    }

    /// Where the page of an old address leads, as it stands there.
    fn led_to(&self, at: usize, page: &Page) -> String {
        let (target, place) = match &self.book.redirects.pages[at].to {
            Destination::Essay(id, place) => (self.book.url(*id), place),
            Destination::Section(id, place) => (&self.book.section_urls[id.0], place),
            Destination::Outside(address) => return address.clone(),
        };
        let sign = if place.is_empty() { "" } else { "#" };
        format!("{}{}{sign}{place}", page.url.root(), target.encoded())
    }

    /// The pages of old addresses, each with where it leads, as it stands there.
    pub fn leads(&self) -> impl Iterator<Item = (String, String)> {
        self.pages.iter().filter_map(|page| match page.kind {
            PageKind::Redirect(at) => Some((page.url.output(), self.led_to(at, page))),
            _ => None,
        })
    }

    /// The template that an essay asks for, if there is one of that name.
    fn template(&self, id: EssayId, default: &'static str) -> &str {
        let wanted = self.book.essay(id).meta.template.as_deref();
        wanted.filter(|name| self.theme.has(name)).unwrap_or(default)
    }

    fn note_missing_templates(&mut self) {
        for essay in &self.book.essays {
            let Some(name) = essay.meta.template.as_deref().filter(|name| !self.theme.has(name))
            else {
                continue;
            };
            let note =
                Diagnostic::warning(Code::Template, format!("there is no template `{name}`"))
                    .at(crate::diagnostic::Place::file(&essay.shown));
            self.notes.push(match crate::diagnostic::nearest(name, self.theme.names()) {
                Some(near) => note.hint(format!("did you mean `{near}`? the usual one was taken")),
                None => note.hint("put it into the folder `templates`; the usual one was taken"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Project, Survey};

    #[test]
    fn a_page_that_the_program_fails_at_is_named_with_its_template_and_the_others_are_made() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.md"), "# A").unwrap();
        let project = Project::find(folder.path(), None).unwrap().value;
        let survey = Survey::of(&project);
        let loaded = load(&project, &survey, false, Memory::NONE).unwrap().value;
        let site = Site::new(&loaded, None);
        let nothing: Vec<Content> = Vec::new();
        let make = |page: &Page| match &page.kind {
            PageKind::Essay(_) => site.guarded(page, || Ok(nothing[0].clone())),
            _ => site.guarded(page, || site.render(page)),
        };
        let made: Vec<_> = site.pages().iter().map(make).collect();
        let failed: Vec<_> = made.iter().filter_map(|made| made.as_ref().err()).collect();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].code, Code::Internal);
        assert_eq!(
            failed[0].message,
            "sternpost made a mistake while the page /a/ was made with the template `page.html`"
        );
    }
}
