//! How lists show essays and sections: as values for templates, and as prints for whoever asks what a page is made
//! from. Both come from one description of each thing ([`describe`](super::describe)), so that a print tells whatever a
//! template can see of it, and both are made when the first page needs them: of a book in which one essay has changed
//! no list is shown anew.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tera::Value;

use super::describe::Maker;
use super::{Shared, object, text, url};
use crate::book::{Entry, EssayId, Kind, SectionId, Url};
use crate::render::fingerprint::{Fingerprint, Printer, Prints};
use crate::render::seen::Held;

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
        let marks = self.learnt.get().map(|(_, marks)| marks);
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

    /// The entry of a section in the side navigation.
    pub(super) fn part(&self, id: SectionId) -> Value {
        self.describe_nav_entry(&Values(self), &Entry::Section(id))
    }

    /// The tags of an essay, or its authors.
    pub(super) fn terms_of(&self, kind: Kind, id: EssayId) -> Value {
        self.describe_terms(&Values(self), kind, id)
    }
}
