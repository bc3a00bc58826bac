//! Sections: a folder is a section, its `_index.md`, `index.md` or `README.md` is the section's own
//! page, and what else it holds are the entries, in reading order.
//!
//! - Of several such files the first in the list above is the section's page; the others are
//!   essays in it.
//! - A folder `trust/` without one takes `trust.md` beside it.
//! - A folder that holds nothing but an `index.md` or `README.md` is an essay, not a section.
//!
//! Where the author wrote contents for another program ([`crate::source::navigation`]), they decide what
//! stands where, and folders only where what they do not list goes.

mod by_contents;
mod by_folder;
mod folders;
mod order;

use std::sync::Arc;

use foldhash::HashMap;

use crate::book::EssayId;
use crate::essay::Essay;
use crate::source::folders::Folder as FolderFacts;

pub use by_contents::Placed;
pub use folders::Folders;

/// What essays are arranged by.
pub struct Ground<'a> {
    /// The essays, ordered by path.
    pub essays: &'a [Arc<Essay>],
    /// What each is called in lists.
    pub titles: &'a [String],
    /// The folders that they lie in.
    pub folders: &'a Folders,
    /// What folders say of themselves.
    pub facts: &'a HashMap<String, FolderFacts>,
    /// What the root is called where its page does not say.
    pub root_title: &'a str,
}

/// A section's number in [`Tree::sections`]. The root is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionId(pub usize);

/// One line of a section's contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    /// An essay.
    Essay(EssayId),
    /// A section with entries of its own.
    Section(SectionId),
}

/// A folder with essays, or a part of the author's contents.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its path in the content folder; empty for the root. Of a part, the path that its page gets.
    pub folder: String,
    /// Whether only links lead to it: a folder whose essays stand elsewhere in the author's contents.
    pub aside: bool,
    /// Its own page.
    pub essay: Option<EssayId>,
    /// What it is called.
    pub title: String,
    /// The section that it lies in.
    pub parent: Option<SectionId>,
    /// Its contents in reading order.
    pub entries: Vec<Entry>,
    /// Essays in it and below, its own page not counted.
    pub count: usize,
}

/// All sections, and where each essay stands in them.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The root first, each section after the one that it lies in.
    pub sections: Vec<Section>,
    /// For each essay, the section that it is the page of or an entry of.
    pub home: Vec<SectionId>,
    /// All essays in reading order.
    pub order: Vec<EssayId>,
    /// Essays that the author's contents do not list, where there are such contents.
    pub unlisted: Vec<EssayId>,
}

impl Tree {
    /// Arranges the essays of `ground`: as the author's contents list them, where there are such, else by
    /// folders.
    pub fn new(ground: &Ground<'_>, contents: Option<&[Placed]>) -> Tree {
        let by_folder = by_folder::arrange(ground);
        match contents {
            Some(contents) => by_contents::arrange(ground, by_folder, contents),
            None => by_folder,
        }
    }

    fn empty(essays: usize) -> Tree {
        Tree { sections: Vec::new(), home: vec![SectionId(0); essays], ..Tree::default() }
    }

    /// Whether the essay is the page of the section that it stands in.
    pub fn is_section_page(&self, id: EssayId) -> bool {
        self.section(self.home[id.0]).essay == Some(id)
    }

    /// The section with the number `id`.
    pub fn section(&self, id: SectionId) -> &Section {
        &self.sections[id.0]
    }

    /// The sections above `id`, the root first, `id` itself not among them.
    pub fn above(&self, id: SectionId) -> Vec<SectionId> {
        let mut above: Vec<_> =
            std::iter::successors(self.section(id).parent, |id| self.section(*id).parent).collect();
        above.reverse();
        above
    }

    /// The part of the book that section `id` belongs to: the section just below the root.
    pub fn part(&self, id: SectionId) -> Option<SectionId> {
        self.above(id).get(1).copied().or(Some(id)).filter(|id| self.section(*id).parent.is_some())
    }

    /// All numbers of sections.
    pub fn ids(&self) -> impl Iterator<Item = SectionId> + use<> {
        (0..self.sections.len()).map(SectionId)
    }
}
