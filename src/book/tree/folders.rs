//! The folders that essays lie in, and which essay is the page of each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::book::EssayId;
use crate::essay::Essay;
use crate::essay::title::INDEX_STEMS;
use crate::source::walk::folder_of;

/// A folder.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Its own page.
    pub(super) index: Option<EssayId>,
    /// The other essays that lie in it.
    pub(super) essays: Vec<EssayId>,
    /// The folders that lie in it.
    pub(super) folders: BTreeSet<String>,
}

/// All folders with essays in or below them, by path.
#[derive(Debug)]
pub struct Folders(BTreeMap<String, Folder>);

impl Folders {
    /// The folders of `essays`.
    pub fn new(essays: &[Arc<Essay>]) -> Folders {
        Folders(adopt(essays, folders(essays)))
    }

    /// Whether the essay is the page of the folder that its file lies in.
    pub fn is_own_page(&self, id: EssayId, essay: &Essay) -> bool {
        self.0.get(essay.source.folder()).is_some_and(|folder| folder.index == Some(id))
    }

    /// The paths of all folders.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get(&self, path: &str) -> Option<&Folder> {
        self.0.get(path)
    }
}

/// The folders by path, each with its own page chosen.
fn folders(essays: &[Arc<Essay>]) -> BTreeMap<String, Folder> {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    folders.entry(String::new()).or_default();
    let ids: Vec<EssayId> = (0..essays.len()).map(EssayId).collect();
    // Essays of one folder stand side by side, but for folders between them.
    for run in ids.chunk_by(|a, b| essays[a.0].source.folder() == essays[b.0].source.folder()) {
        let mut path = essays[run[0].0].source.folder();
        folders.entry(path.to_owned()).or_default().essays.extend(run);
        while !path.is_empty() {
            let parent = folder_of(path);
            let is_new =
                folders.entry(parent.to_owned()).or_default().folders.insert(path.to_owned());
            path = if is_new { parent } else { "" };
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
fn adopt(essays: &[Arc<Essay>], mut folders: BTreeMap<String, Folder>) -> BTreeMap<String, Folder> {
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
