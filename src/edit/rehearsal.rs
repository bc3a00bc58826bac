//! The book as it would be after a move, put together without touching the disk.

use std::sync::Arc;

use crate::book::frame::Setting;
use crate::book::{Book, EssayId, Parts, Resolved, Target};
use crate::diagnostic::Noted;
use crate::edit::moves::Moves;
use crate::edit::spelling::{Standing, Thing};
use crate::essay::Essay;
use crate::essay::title::is_index;
use crate::source::navigation::{Item, Navigation};
use crate::source::walk::folder_of;
use crate::source::{SourceFile, SourcePath};

/// A book after a move.
#[derive(Debug)]
pub struct Rehearsal {
    /// The book.
    pub book: Book,
    /// For each essay of the book before, its number now.
    pub ids: Vec<EssayId>,
}

impl Rehearsal {
    /// The book of `essays`, which stand in the order of those of `before` and have their new places already.
    pub fn of(before: &Book, moves: &Moves, essays: &[Arc<Essay>]) -> Rehearsal {
        let mut order: Vec<usize> = (0..essays.len()).collect();
        order.sort_by(|a, b| essays[*a].source.cmp(&essays[*b].source));
        let mut ids = vec![EssayId(0); essays.len()];
        for (now, old) in order.iter().enumerate() {
            ids[*old] = EssayId(now);
        }
        let essays = order.iter().map(|old| Arc::clone(&essays[*old])).collect();
        let setting = moved(&before.frame.setting, moves);
        let parts = Parts { essays, with_drafts: true, related: None, setting };
        let Noted { value: book, .. } = Book::assemble(parts, None);
        Rehearsal { book, ids }
    }
}

/// `essay` at its new place, with the same text.
pub fn at_its_place(essay: &Arc<Essay>, moves: &Moves) -> Arc<Essay> {
    match moves.content(essay.source.as_str()) {
        None => Arc::clone(essay),
        Some(path) => {
            let mut moved = Essay::clone(essay);
            moved.shown = moves.shown(&essay.shown).unwrap_or_else(|| essay.shown.clone());
            moved.source = SourcePath::new(&path);
            Arc::new(moved)
        }
    }
}

fn moved(setting: &Setting, moves: &Moves) -> Setting {
    let mut setting = setting.clone();
    setting.files.iter_mut().for_each(|file| move_file(file, moves));
    setting.files.sort_by(|a, b| a.path.cmp(&b.path));
    for beyond in &mut setting.beyond {
        if let Some(path) = moves.shown(&beyond.path) {
            beyond.path = path;
        }
        beyond.file.iter_mut().for_each(|file| move_file(file, moves));
    }
    let folders = setting.folders.into_iter();
    setting.folders =
        folders.map(|(path, facts)| (moves.content(&path).unwrap_or(path), facts)).collect();
    setting.navigation = setting.navigation.map(|navigation| Navigation {
        items: listed(navigation.items, moves),
        source: navigation.source,
    });
    setting
}

fn move_file(file: &mut SourceFile, moves: &Moves) {
    let Some(shown) = moves.shown(&file.shown) else { return };
    file.path = match moves.content(file.path.as_str()) {
        Some(path) => SourcePath::new(&path),
        None => SourcePath::new(&shown),
    };
    file.shown = shown;
}

/// The lines of an author's contents with the new paths.
pub fn listed(items: Vec<Item>, moves: &Moves) -> Vec<Item> {
    let line = |item: Item| Item {
        page: item.page.map(|page| moves.listed(&page).unwrap_or(page)),
        items: listed(item.items, moves),
        ..item
    };
    items.into_iter().map(line).collect()
}

/// What a link leads to, by names that stay when things are counted anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// Nowhere in the site, or out of it as it is written.
    AsWritten,
    /// Nowhere: it is left out.
    Refused,
    /// To this address elsewhere.
    Outside(String),
    /// To this id on its own page.
    OnPage(String),
    /// To an essay, by its path in the content folder; with what follows its path.
    Essay(String, String),
    /// To the list of a folder.
    Section(String, String),
    /// To a file, by its path from the root.
    File(String, String),
}

impl Leads {
    /// What `link`, of an essay of `book`, leads to.
    pub fn of(book: &Book, link: &Resolved) -> Leads {
        match link {
            Resolved::AsWritten => Leads::AsWritten,
            Resolved::Refused => Leads::Refused,
            Resolved::Outside(address) => Leads::Outside(address.clone()),
            Resolved::OnPage(id) => Leads::OnPage(id.clone()),
            Resolved::Inside { target, suffix } => {
                let suffix = suffix.clone();
                match target {
                    Target::Essay(id) => {
                        Leads::Essay(book.essay(*id).source.as_str().to_owned(), suffix)
                    }
                    Target::Section(id) => {
                        Leads::Section(book.tree.section(*id).folder.clone(), suffix)
                    }
                    Target::Asset(id) => {
                        Leads::File(book.assets[id.0].source.shown.clone(), suffix)
                    }
                    Target::Draft | Target::Repository(_) => Leads::AsWritten,
                }
            }
        }
    }

    /// What that is after a move.
    #[must_use]
    pub fn after(&self, moves: &Moves) -> Leads {
        let content = |path: &String| moves.content(path).unwrap_or_else(|| path.clone());
        match self {
            Leads::Essay(path, suffix) => Leads::Essay(content(path), suffix.clone()),
            Leads::Section(path, suffix) => Leads::Section(content(path), suffix.clone()),
            Leads::File(path, suffix) => {
                let path = moves.shown(path).unwrap_or_else(|| path.clone());
                Leads::File(path, suffix.clone())
            }
            other => other.clone(),
        }
    }
}

/// From where the links of an essay are read.
pub fn standing(book: &Book, id: EssayId) -> Standing {
    let essay = book.essay(id);
    let folder = |path: &str| folder_of(path).to_owned();
    Standing {
        folder: essay.source.folder().to_owned(),
        shown_folder: folder(&essay.shown),
        page: format!("{}/{}", essay.source.folder(), essay.source.stem())
            .trim_start_matches('/')
            .to_owned(),
        address: folder(book.url(id).as_str()),
    }
}

/// The names that links may have for `target`.
pub fn thing(book: &Book, target: Target) -> Thing {
    let prefix = &book.frame.setting.ground.content_prefix;
    let names = match target {
        Target::Essay(id) => {
            let essay = book.essay(id);
            let path = essay.source.as_str();
            let bare = path.rsplit_once('.').map_or(path, |(bare, _)| bare);
            let folder = is_index(&essay.source).then(|| essay.source.folder());
            let url = book.url(id);
            vec![
                Some(path.to_owned()),
                Some(bare.to_owned()),
                Some(format!("{bare}.html")),
                folder.map(str::to_owned),
                folder.map(|folder| {
                    format!("{folder}/index.html").trim_start_matches('/').to_owned()
                }),
                Some(url.as_str().trim_end_matches('/').to_owned()),
                Some(url.bare().to_owned()),
                Some(format!("{}.html", url.bare())),
            ]
        }
        Target::Section(id) => {
            let url = book.section_urls[id.0].as_str().trim_end_matches('/').to_owned();
            vec![Some(book.tree.section(id).folder.clone()), Some(url)]
        }
        Target::Asset(id) => {
            let source = &book.assets[id.0].source;
            let shown = vec![Some(source.shown.clone())];
            return Thing { names: vec![Some(source.path.as_str().to_owned())], from_root: shown };
        }
        Target::Draft | Target::Repository(_) => Vec::new(),
    };
    let from_root =
        names.iter().map(|name| name.as_ref().map(|name| format!("{prefix}{name}"))).collect();
    Thing { names, from_root }
}
