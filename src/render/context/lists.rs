//! How lists show essays and sections: as values for templates, and as prints for whoever asks what a page is made
//! from. Both come from one description of each thing, so that a print tells whatever a template can see of it, and
//! both are made when the first page needs them: of a book in which one essay has changed no list is shown anew.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tera::Value;

use super::{Shared, object, text, url};
use crate::book::{Entry, EssayId, Kind, SectionId, Url};
use crate::essay::Essay;
use crate::render::fingerprint::{Fingerprint, Printer, Prints};
use crate::render::seen::Held;

/// What makes something of what is described to it, piece by piece, in order.
trait Maker {
    type Made;

    fn text(&self, text: &str) -> Self::Made;
    fn none(&self) -> Self::Made;
    fn number(&self, number: usize) -> Self::Made;
    fn flag(&self, flag: bool) -> Self::Made;
    fn url(&self, url: &Url) -> Self::Made;
    /// A value that is there.
    fn value(&self, value: &Value) -> Self::Made;
    fn list(&self, items: Vec<Self::Made>) -> Self::Made;
    fn map<const N: usize>(&self, pairs: [(&'static str, Self::Made); N]) -> Self::Made;
    /// An essay as lists show it.
    fn essay(&self, id: EssayId) -> Self::Made;
    /// Entries of a section, as the side navigation shows them.
    fn nav_entries(&self, id: SectionId, shown: Range<usize>) -> Self::Made;
    /// A full address. It follows from the address and the site's, which the book's own value has.
    fn permalink(&self, url: &Url) -> Self::Made;
    /// So many minutes as the theme says it. It follows from their number and from the theme.
    fn minutes(&self, minutes: usize) -> Self::Made;

    fn maybe(&self, value: Option<impl AsRef<str>>) -> Self::Made {
        value.map_or_else(|| self.none(), |value| self.text(value.as_ref()))
    }
}

/// Makes values.
struct Values<'s>(&'s Shared);

impl Maker for Values<'_> {
    type Made = Value;

    fn text(&self, string: &str) -> Value {
        text(string)
    }

    fn none(&self) -> Value {
        Value::none()
    }

    fn number(&self, number: usize) -> Value {
        super::number(number)
    }

    fn flag(&self, flag: bool) -> Value {
        flag.into()
    }

    fn url(&self, address: &Url) -> Value {
        url(address)
    }

    fn value(&self, value: &Value) -> Value {
        value.clone()
    }

    fn list(&self, items: Vec<Value>) -> Value {
        items.into()
    }

    fn map<const N: usize>(&self, pairs: [(&'static str, Value); N]) -> Value {
        object(pairs)
    }

    fn essay(&self, id: EssayId) -> Value {
        let value = &self.0.lists.essays[id.0];
        value.get_or_init(|| self.0.describe_essay(self, id)).clone()
    }

    fn nav_entries(&self, id: SectionId, shown: Range<usize>) -> Value {
        let make = || {
            let entries = self.0.book.tree.section(id).entries.iter();
            entries.map(|entry| self.0.describe_nav_entry(self, entry)).collect()
        };
        self.0.lists.nav[id.0].get_or_init(make)[shown].to_vec().into()
    }

    fn permalink(&self, url: &Url) -> Value {
        self.0.permalink(url)
    }

    fn minutes(&self, minutes: usize) -> Value {
        self.0.reading_time_text(minutes)
    }
}

/// Makes a print.
struct Marker<'s> {
    shared: &'s Shared,
    /// Those of essays, if they are known.
    essays: Option<&'s [Fingerprint]>,
    printer: RefCell<Printer<'s>>,
}

impl Marker<'_> {
    fn add(&self, mark: u8, bytes: &[u8]) {
        self.printer.borrow_mut().bytes(mark, bytes);
    }

    fn finish(self) -> Fingerprint {
        self.printer.into_inner().finish()
    }
}

impl Maker for Marker<'_> {
    type Made = ();

    fn text(&self, text: &str) {
        self.add(b's', text.as_bytes());
    }

    fn none(&self) {
        self.add(b'n', &[]);
    }

    fn number(&self, number: usize) {
        self.add(b'U', &(number as u64).to_le_bytes());
    }

    fn flag(&self, flag: bool) {
        self.add(b'f', &[flag.into()]);
    }

    fn url(&self, url: &Url) {
        self.text(url.as_str());
    }

    fn value(&self, value: &Value) {
        self.printer.borrow_mut().value(value);
    }

    fn list(&self, items: Vec<()>) {
        self.add(b'a', &(items.len() as u64).to_le_bytes());
    }

    fn map<const N: usize>(&self, _: [(&'static str, ()); N]) {
        self.add(b'm', &(N as u64).to_le_bytes());
    }

    fn essay(&self, id: EssayId) {
        let known = self.essays.map(|essays| essays[id.0]);
        let print = known.unwrap_or_else(|| self.shared.print_of_essay(id));
        self.printer.borrow_mut().print(print);
    }

    fn nav_entries(&self, id: SectionId, shown: Range<usize>) {
        let entries = self.shared.book.tree.section(id).entries[shown].iter();
        self.list(entries.map(|entry| self.shared.describe_nav_entry(self, entry)).collect());
    }

    fn permalink(&self, _: &Url) {}

    fn minutes(&self, _: usize) {}
}

/// What lists show, made when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Each essay.
    essays: Vec<OnceLock<Value>>,
    /// Each section, with what it holds.
    sections: Vec<OnceLock<Value>>,
    /// The entries of each section, for the side navigation.
    nav: Vec<OnceLock<Vec<Value>>>,
    /// The navigation of the pages in each section to which it is the same.
    navs: Vec<OnceLock<Value>>,
    /// The navigation of pages that are in none.
    bare_nav: OnceLock<Value>,
}

impl Lists {
    /// Those of `shared`, of which some may stand in `before` as they are.
    pub(super) fn new(shared: &Shared, before: Option<&Shared>) -> Lists {
        fn empty<T>(count: usize) -> Vec<OnceLock<T>> {
            (0..count).map(|_| OnceLock::new()).collect()
        }
        let book = &*shared.book;
        let sections = book.tree.ids().count();
        // How long an essay takes is said in words.
        let says_the_same = before.filter(|before| before.words == shared.words);
        let known = |at: usize| {
            let before = says_the_same?;
            let is_same = Arc::ptr_eq(&before.book.essays[at], &book.essays[at]);
            is_same.then(|| before.lists.essays[at].clone())
        };
        Lists {
            essays: (0..book.essays.len()).map(|at| known(at).unwrap_or_default()).collect(),
            sections: empty(sections),
            nav: before.map_or_else(|| empty(sections), |before| before.lists.nav.clone()),
            navs: before.map_or_else(|| empty(sections), |before| before.lists.navs.clone()),
            bare_nav: OnceLock::new(),
        }
    }
}

/// The prints of what lists show.
#[derive(Debug)]
pub(super) struct Marks {
    essays: Vec<Fingerprint>,
    sections: Vec<Fingerprint>,
    /// Those of the navigation of pages in each section; of no use where it is not the same for all of them.
    navs: Vec<Fingerprint>,
    bare_nav: Fingerprint,
}

impl Marks {
    /// All of them, where the prints of other values are known.
    pub(super) fn of(shared: &Shared, prints: &Prints) -> Marks {
        let marked = |held: &Held, essays| shared.marked(held, Some(prints), essays);
        let essays = (0..shared.book.essays.len()).into_par_iter();
        let essays: Vec<Fingerprint> =
            essays.map(|at| marked(&Held::Essay(EssayId(at)), None)).collect();
        let sections: Vec<SectionId> = shared.book.tree.ids().collect();
        let section = |id: &SectionId| marked(&Held::Section(*id), Some(&*essays));
        let nav = |id: &SectionId| marked(&shared.nav_held(Some(*id), None), Some(&*essays));
        let navs = sections.par_iter().map(nav).collect();
        let bare_nav = marked(&shared.nav_held(None, None), Some(&*essays));
        let sections = sections.par_iter().map(section).collect();
        Marks { essays, sections, navs, bare_nav }
    }
}

impl Shared {
    /// The value that something stands for.
    pub fn reveal(&self, held: Held) -> Value {
        match held {
            Held::Value(value) => value,
            Held::Essay(id) => Values(self).essay(id),
            Held::Section(id) => {
                let value = &self.lists.sections[id.0];
                value.get_or_init(|| self.describe(&Values(self), &held)).clone()
            }
            Held::Nav(None) => {
                self.lists.bare_nav.get_or_init(|| self.describe(&Values(self), &held)).clone()
            }
            Held::Nav(Some((id, ref shown))) if self.is_whole(id, shown) => {
                let value = &self.lists.navs[id.0];
                value.get_or_init(|| self.describe(&Values(self), &held)).clone()
            }
            _ => self.describe(&Values(self), &held),
        }
    }

    /// Adds to `printer` what tells something from others, beside the book's own value and the theme, which every page
    /// is made from.
    pub fn print(&self, held: &Held, printer: &mut Printer<'_>) {
        let marks = self.marks.get();
        let known = marks.and_then(|marks| match held {
            Held::Essay(id) => Some(marks.essays[id.0]),
            Held::Section(id) => Some(marks.sections[id.0]),
            Held::Nav(None) => Some(marks.bare_nav),
            Held::Nav(Some((id, shown))) if self.is_whole(*id, shown) => Some(marks.navs[id.0]),
            _ => None,
        });
        match held {
            Held::Value(value) => printer.value(value),
            _ => {
                let essays = marks.map(|marks| &*marks.essays);
                printer.print(known.unwrap_or_else(|| self.marked(held, self.prints(), essays)));
            }
        }
    }

    fn marked(
        &self,
        held: &Held,
        prints: Option<&Prints>,
        essays: Option<&[Fingerprint]>,
    ) -> Fingerprint {
        let printer = RefCell::new(Printer::knowing(prints));
        let marker = Marker { shared: self, essays, printer };
        match held {
            // The marker takes the print of an essay, which is this.
            Held::Essay(id) => self.describe_essay(&marker, *id),
            _ => self.describe(&marker, held),
        }
        marker.finish()
    }

    fn print_of_essay(&self, id: EssayId) -> Fingerprint {
        self.marked(&Held::Essay(id), self.prints(), None)
    }

    fn is_whole(&self, id: SectionId, shown: &Range<usize>) -> bool {
        shown.len() == self.book.tree.section(id).entries.len()
    }

    fn describe<M: Maker>(&self, make: &M, held: &Held) -> M::Made {
        match held {
            Held::Value(value) => make.value(value),
            Held::Essay(id) => make.essay(*id),
            Held::Essays(ids) => make.list(ids.iter().map(|id| make.essay(*id)).collect()),
            Held::Section(id) => self.describe_section(make, *id),
            Held::Nav(within) => self.describe_nav(make, within.clone()),
            Held::Pager(kind, at, current) => self.describe_pager(make, *kind, *at, *current),
        }
    }

    fn describe_essay<M: Maker>(&self, make: &M, id: EssayId) -> M::Made {
        let essay = self.book.essay(id);
        let address = self.book.url(id);
        let terms = |kind: Kind| {
            let terms = self.terms(kind);
            let of_essay = &self.book.taxonomy(kind).of_essay[id.0];
            make.list(of_essay.iter().map(|at| make.value(&terms[*at])).collect())
        };
        make.map([
            ("kind", make.text("essay")),
            ("title", make.text(self.book.title_of(id))),
            ("url", make.url(address)),
            ("permalink", make.permalink(address)),
            ("description", make.maybe(essay.meta.description.as_ref())),
            ("summary", make.maybe(essay.excerpt.as_ref())),
            ("date", make.maybe(essay.date.as_ref().map(|stamp| stamp.text()))),
            ("updated", make.maybe(essay.meta.updated.as_ref().map(|stamp| stamp.text()))),
            ("authors", terms(Kind::Authors)),
            ("tags", terms(Kind::Tags)),
            ("reading_time", make.number(essay.reading_time())),
            ("reading_time_text", make.minutes(essay.reading_time())),
            ("word_count", make.number(essay.words)),
            ("draft", make.flag(essay.meta.draft)),
        ])
    }

    fn describe_section<M: Maker>(&self, make: &M, id: SectionId) -> M::Made {
        let section = self.book.tree.section(id);
        let entries = section.entries.iter().map(|entry| match entry {
            Entry::Essay(essay) => make.essay(*essay),
            Entry::Section(below) => self.describe_subsection(make, *below),
        });
        make.map([
            ("title", make.text(&section.title)),
            ("url", make.url(&self.book.section_urls[id.0])),
            ("description", make.maybe(self.section_description(id))),
            ("page_count", make.number(section.count)),
            ("entries", make.list(entries.collect())),
        ])
    }

    fn section_description(&self, id: SectionId) -> Option<&String> {
        self.book.essay(self.book.tree.section(id).essay?).meta.description.as_ref()
    }

    /// A section as the list of the one above shows it, with the essays that stand in it.
    fn describe_subsection<M: Maker>(&self, make: &M, id: SectionId) -> M::Made {
        let section = self.book.tree.section(id);
        let pages = section.entries.iter().filter_map(|entry| match entry {
            Entry::Essay(essay) => Some(make.essay(*essay)),
            Entry::Section(_) => None,
        });
        let address = &self.book.section_urls[id.0];
        let essay = section.essay.map(|id| self.book.essay(id));
        let minutes = essay.map_or(0, Essay::reading_time);
        make.map([
            ("kind", make.text("section")),
            ("title", make.text(&section.title)),
            ("url", make.url(address)),
            ("permalink", make.permalink(address)),
            ("description", make.maybe(self.section_description(id))),
            ("summary", make.maybe(essay.and_then(|essay| essay.excerpt.as_ref()))),
            ("draft", make.flag(essay.is_some_and(|essay| essay.meta.draft))),
            ("reading_time", make.number(minutes)),
            ("reading_time_text", make.minutes(minutes)),
            ("page_count", make.number(section.count)),
            ("pages", make.list(pages.collect())),
        ])
    }

    /// The entry of a section in the side navigation.
    pub(super) fn part(&self, id: SectionId) -> Value {
        self.describe_nav_entry(&Values(self), &Entry::Section(id))
    }

    fn describe_nav_entry<M: Maker>(&self, make: &M, entry: &Entry) -> M::Made {
        match entry {
            Entry::Essay(id) => make.map([
                ("kind", make.text("essay")),
                ("title", make.text(self.book.title_of(*id))),
                ("url", make.url(self.book.url(*id))),
                ("count", make.none()),
                ("draft", make.flag(self.book.essay(*id).meta.draft)),
            ]),
            Entry::Section(id) => make.map([
                ("kind", make.text("section")),
                ("title", make.text(&self.book.tree.section(*id).title)),
                ("url", make.url(&self.book.section_urls[id.0])),
                ("count", make.number(self.book.tree.section(*id).count)),
                ("draft", make.flag(false)),
            ]),
        }
    }

    /// Where a page stands: the parts of the book, and the section around it with some of its entries. Never the
    /// whole tree.
    fn describe_nav<M: Maker>(
        &self,
        make: &M,
        within: Option<(SectionId, Range<usize>)>,
    ) -> M::Made {
        let title = |id: SectionId| ("title", make.text(&self.book.tree.section(id).title));
        let address = |id: SectionId| ("url", make.url(&self.book.section_urls[id.0]));
        let part = within.as_ref().and_then(|(id, _)| self.book.tree.part(*id));
        let part = part.map(|id| make.map([title(id), address(id)]));
        let part = part.unwrap_or_else(|| make.none());
        let section = within.map(|(id, shown)| {
            make.map([title(id), address(id), ("entries", make.nav_entries(id, shown))])
        });
        make.map([
            ("parts", make.value(&self.parts)),
            ("part", part),
            ("section", section.unwrap_or_else(|| make.none())),
        ])
    }

    /// One page of a tag's or an author's essays.
    fn describe_pager<M: Maker>(&self, make: &M, kind: Kind, at: usize, current: usize) -> M::Made {
        let taxonomy = self.book.taxonomy(kind);
        let term = &taxonomy.terms[at];
        let per_page = self.book.config.handbook.paginate;
        let pages = term.essays.len().div_ceil(per_page);
        let style = self.book.config.url_style();
        let address = |n: usize| make.url(&taxonomy.term_url(term, n, style));
        let shown = term.essays.iter().skip((current - 1) * per_page).take(per_page);
        make.map([
            ("paginate_by", make.number(per_page)),
            ("pages", make.list(shown.map(|id| make.essay(*id)).collect())),
            ("current_index", make.number(current)),
            ("number_pagers", make.number(pages)),
            ("total_pages", make.number(term.essays.len())),
            ("first", address(1)),
            ("previous", if current > 1 { address(current - 1) } else { make.none() }),
            ("next", if current < pages { address(current + 1) } else { make.none() }),
            ("last", address(pages)),
        ])
    }
}
