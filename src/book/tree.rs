//! Sections: a folder is a section, its `_index.md`, `index.md` or `README.md` is the section's own
//! page, and what else it holds are the entries, in reading order.
//!
//! - Of several such files the first in the list above is the section's page; the others are
//!   essays in it.
//! - A folder `trust/` without one takes `trust.md` beside it.
//! - A folder that holds nothing but an `index.md` or `README.md` is an essay, not a section.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::book::EssayId;
use crate::essay::title::{INDEX_STEMS, is_index, readable};
use crate::essay::{Date, Essay};

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

/// A folder with essays.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its path in the content folder; empty for the root.
    pub folder: String,
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
}

#[derive(Default)]
struct Folder {
    index: Option<EssayId>,
    essays: Vec<EssayId>,
    folders: BTreeSet<String>,
}

impl Tree {
    /// Arranges the essays. `root_title` is what the root is called where its page does not say.
    pub fn new(essays: &[std::sync::Arc<Essay>], root_title: &str) -> Tree {
        let folders = adopt(essays, folders(essays));
        let mut tree = Tree {
            sections: Vec::new(),
            home: vec![SectionId(0); essays.len()],
            order: Vec::new(),
        };
        Builder { essays, folders: &folders, root_title, tree: &mut tree }.section("", None);
        tree
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

/// The folders by path, each with its own page chosen.
fn folders(essays: &[std::sync::Arc<Essay>]) -> BTreeMap<String, Folder> {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    folders.entry(String::new()).or_default();
    for (i, essay) in essays.iter().enumerate() {
        let mut path = essay.source.folder();
        folders.entry(path.to_owned()).or_default().essays.push(EssayId(i));
        while !path.is_empty() {
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            folders.entry(parent.to_owned()).or_default().folders.insert(path.to_owned());
            path = parent;
        }
    }
    for folder in folders.values_mut() {
        let rank = |id: &EssayId| {
            let stem = essays[id.0].source.stem();
            INDEX_STEMS.iter().position(|index| stem.eq_ignore_ascii_case(index))
        };
        let best = folder
            .essays
            .iter()
            .filter_map(|id| Some((rank(id)?, *id)))
            .min_by_key(|(rank, _)| *rank);
        if let Some((_, id)) = best {
            folder.essays.retain(|other| *other != id);
            folder.index = Some(id);
        }
    }
    folders
}

/// Gives folders without a page the essay of the same name beside them.
fn adopt(
    essays: &[std::sync::Arc<Essay>],
    mut folders: BTreeMap<String, Folder>,
) -> BTreeMap<String, Folder> {
    let orphans: Vec<String> = folders
        .iter()
        .filter(|(path, f)| f.index.is_none() && !path.is_empty())
        .map(|(path, _)| path.clone())
        .collect();
    for path in orphans {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let Some(beside) = folders.get_mut(parent) else { continue };
        let found = beside.essays.iter().position(|id| essays[id.0].source.stem() == name);
        if let Some(at) = found {
            let id = beside.essays.remove(at);
            if let Some(folder) = folders.get_mut(&path) {
                folder.index = Some(id);
            }
        }
    }
    folders
}

struct Builder<'a> {
    essays: &'a [std::sync::Arc<Essay>],
    folders: &'a BTreeMap<String, Folder>,
    root_title: &'a str,
    tree: &'a mut Tree,
}

impl Builder<'_> {
    fn section(&mut self, path: &str, parent: Option<SectionId>) -> SectionId {
        let folder = &self.folders[path];
        let id = SectionId(self.tree.sections.len());
        let own_title =
            folder.index.map(|id| self.essays[id.0].title.clone()).filter(|t| !t.is_empty());
        let title = own_title.unwrap_or_else(|| match path {
            "" => self.root_title.to_owned(),
            path => readable(path.rsplit('/').next().unwrap_or(path)),
        });
        self.tree.sections.push(Section {
            folder: path.to_owned(),
            essay: folder.index,
            title,
            parent,
            entries: Vec::new(),
            count: 0,
        });
        if let Some(essay) = folder.index {
            self.tree.home[essay.0] = id;
            self.tree.order.push(essay);
        }
        let entries = self.sorted_entries(folder);
        for entry in entries {
            self.enter(id, entry);
        }
        id
    }

    fn enter(&mut self, id: SectionId, entry: Candidate<'_>) {
        let (entry, count) = match entry {
            Candidate::Essay(essay) => {
                self.tree.home[essay.0] = id;
                self.tree.order.push(essay);
                (Entry::Essay(essay), 1)
            }
            Candidate::Folder(path) => {
                let section = self.section(path, Some(id));
                let own = usize::from(self.tree.section(section).essay.is_some());
                (Entry::Section(section), self.tree.section(section).count + own)
            }
        };
        let section = &mut self.tree.sections[id.0];
        section.entries.push(entry);
        section.count += count;
    }

    fn sorted_entries<'f>(&self, folder: &'f Folder) -> Vec<Candidate<'f>> {
        let mut entries: Vec<Candidate<'f>> =
            folder.essays.iter().map(|id| Candidate::Essay(*id)).collect();
        for path in &folder.folders {
            entries.push(match self.bundle(path) {
                Some(essay) => Candidate::Essay(essay),
                None => Candidate::Folder(path),
            });
        }
        let mut keyed: Vec<_> =
            entries.into_iter().map(|entry| (self.key(&entry), entry)).collect();
        let dated = keyed.iter().filter(|(key, _)| key.date.is_some()).count();
        let newest_first = dated * 2 > keyed.len();
        keyed.sort_by(|(a, _), (b, _)| a.compare(b, newest_first));
        keyed.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The one essay of a folder that holds nothing else.
    fn bundle(&self, path: &str) -> Option<EssayId> {
        let folder = &self.folders[path];
        let alone = folder.essays.is_empty() && folder.folders.is_empty();
        folder.index.filter(|id| alone && self.essays[id.0].source.stem() != "_index")
    }

    fn key(&self, entry: &Candidate<'_>) -> Key {
        let (essay, name, is_section) = match entry {
            Candidate::Essay(id) => {
                let source = &self.essays[id.0].source;
                let name = if is_index(source) {
                    source.folder().rsplit('/').next()
                } else {
                    Some(source.stem())
                };
                (Some(*id), name.unwrap_or(""), false)
            }
            Candidate::Folder(path) => {
                (self.folders[*path].index, path.rsplit('/').next().unwrap_or(path), true)
            }
        };
        let essay = essay.map(|id| &self.essays[id.0]);
        let date = Date::prefix(name).map(|(date, _)| date);
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let number = if date.is_some() { None } else { name[..digits].parse().ok() };
        let title = essay.map_or_else(|| readable(name), |essay| essay.title.clone());
        Key {
            weight: essay.and_then(|essay| essay.meta.weight),
            number,
            date,
            is_section,
            title: title.to_lowercase(),
            name: name.to_owned(),
        }
    }
}

enum Candidate<'f> {
    Essay(EssayId),
    Folder(&'f str),
}

/// What an entry is ordered by: weight, then the number in front of its name, then in a folder of
/// mostly dated names the newest first, then essays before sections, then title.
struct Key {
    weight: Option<i64>,
    number: Option<u64>,
    date: Option<Date>,
    is_section: bool,
    title: String,
    name: String,
}

impl Key {
    fn compare(&self, other: &Key, newest_first: bool) -> Ordering {
        let last =
            |a: Option<i128>, b: Option<i128>| a.unwrap_or(i128::MAX).cmp(&b.unwrap_or(i128::MAX));
        let dates = || if newest_first { other.date.cmp(&self.date) } else { Ordering::Equal };
        last(self.weight.map(Into::into), other.weight.map(Into::into))
            .then_with(|| last(self.number.map(Into::into), other.number.map(Into::into)))
            .then_with(dates)
            .then_with(|| self.is_section.cmp(&other.is_section))
            .then_with(|| self.title.cmp(&other.title))
            .then_with(|| self.name.cmp(&other.name))
    }
}
