//! Sections as the folders are.

use super::order::{Candidate, Key, listed};
use super::{Entry, Ground, Section, SectionId, Tree};
use crate::book::EssayId;
use crate::essay::title::readable;

/// Arranges all essays.
pub(super) fn arrange(ground: &Ground<'_>) -> Tree {
    let mut tree = Tree::empty(ground.essays.len());
    Builder { ground, tree: &mut tree }.section("", None);
    tree
}

struct Builder<'a> {
    ground: &'a Ground<'a>,
    tree: &'a mut Tree,
}

/// What the folder at `path` is called: by its page, by its own file, by its name.
pub(super) fn title(ground: &Ground<'_>, path: &str) -> String {
    let page = ground.folders.get(path).and_then(|folder| folder.index);
    let by_page = || page.map(|id| ground.titles[id.0].clone()).filter(|t| !t.is_empty());
    let by_file = || ground.facts.get(path)?.title.clone();
    by_page().or_else(by_file).unwrap_or_else(|| match path {
        "" => ground.root_title.to_owned(),
        path => readable(path.rsplit('/').next().unwrap_or(path)),
    })
}

impl Builder<'_> {
    fn section(&mut self, path: &str, parent: Option<SectionId>) -> SectionId {
        let id = SectionId(self.tree.sections.len());
        let index = self.ground.folders.get(path).and_then(|folder| folder.index);
        self.tree.sections.push(Section {
            folder: path.to_owned(),
            aside: false,
            essay: index,
            title: title(self.ground, path),
            parent,
            entries: Vec::new(),
            count: 0,
        });
        if let Some(essay) = index {
            self.tree.home[essay.0] = id;
            self.tree.order.push(essay);
        }
        for entry in sorted_entries(self.ground, path) {
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
}

/// The entries of a folder in order.
fn sorted_entries<'g>(ground: &'g Ground<'_>, path: &str) -> Vec<Candidate<'g>> {
    let Some(folder) = ground.folders.get(path) else { return Vec::new() };
    let mut entries: Vec<Candidate<'_>> =
        folder.essays.iter().map(|id| Candidate::Essay(*id)).collect();
    for path in &folder.folders {
        entries.push(match bundle(ground, path) {
            Some(essay) => Candidate::Essay(essay),
            None => Candidate::Folder(path),
        });
    }
    let listed = listed(ground, path, &entries);
    let mut keyed: Vec<_> =
        entries.into_iter().map(|entry| (Key::new(ground, path, &entry, &listed), entry)).collect();
    let dated = keyed.iter().filter(|(key, _)| key.is_dated()).count();
    let newest_first = dated * 2 > keyed.len();
    keyed.sort_by(|(a, _), (b, _)| a.compare(b, newest_first));
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

/// The one essay of a folder that holds nothing else.
fn bundle(ground: &Ground<'_>, path: &str) -> Option<EssayId> {
    let folder = ground.folders.get(path)?;
    let alone = folder.essays.is_empty() && folder.folders.is_empty();
    folder.index.filter(|id| alone && ground.essays[id.0].source.stem() != "_index")
}
