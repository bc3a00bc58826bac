//! What lists show of essays and sections, and what the side navigation shows: each thing described once, for whatever
//! is to be made of it ([`Maker`]).

use std::ops::Range;

use tera::Value;

use super::Shared;
use crate::book::{Entry, EssayId, Kind, SectionId, Url};
use crate::essay::Essay;
use crate::render::seen::Held;

/// What makes something of what is described to it, piece by piece, in order.
pub(super) trait Maker {
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

impl Shared {
    pub(super) fn describe<M: Maker>(&self, make: &M, held: &Held) -> M::Made {
        match held {
            Held::Value(value) => make.value(value),
            Held::Essay(id) => make.essay(*id),
            Held::Essays(ids) => make.list(ids.iter().map(|id| make.essay(*id)).collect()),
            Held::Section(id) => self.describe_section(make, *id),
            Held::Nav(within) => self.describe_nav(make, within.clone()),
            Held::Pager(kind, at, current) => self.describe_pager(make, *kind, *at, *current),
        }
    }

    pub(super) fn describe_essay<M: Maker>(&self, make: &M, id: EssayId) -> M::Made {
        let essay = self.book.essay(id);
        let address = self.book.url(id);
        make.map([
            ("kind", make.text("essay")),
            ("title", make.text(self.book.title_of(id))),
            ("url", make.url(address)),
            ("permalink", make.permalink(address)),
            ("description", make.maybe(essay.meta.description.as_ref())),
            ("summary", make.maybe(essay.excerpt.as_ref())),
            ("date", make.maybe(essay.date.as_ref().map(|stamp| stamp.text()))),
            ("updated", make.maybe(essay.meta.updated.as_ref().map(|stamp| stamp.text()))),
            ("authors", self.describe_terms(make, Kind::Authors, id)),
            ("tags", self.describe_terms(make, Kind::Tags, id)),
            ("reading_time", make.number(essay.reading_time())),
            ("reading_time_text", make.minutes(essay.reading_time())),
            ("word_count", make.number(essay.words)),
            ("draft", make.flag(essay.meta.draft)),
        ])
    }

    /// The tags of an essay, or its authors.
    pub(super) fn describe_terms<M: Maker>(&self, make: &M, kind: Kind, id: EssayId) -> M::Made {
        let terms = self.terms(kind);
        let of_essay = &self.book.taxonomy(kind).of_essay[id.0];
        make.list(of_essay.iter().map(|at| make.value(&terms[*at])).collect())
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

    pub(super) fn describe_nav_entry<M: Maker>(&self, make: &M, entry: &Entry) -> M::Made {
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
