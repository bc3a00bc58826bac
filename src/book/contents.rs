//! The author's contents ([`Navigation`]) with the essays found that they list.

use std::sync::Arc;

use foldhash::HashMap;

use crate::book::EssayId;
use crate::book::tree::Placed;
use crate::diagnostic::{Code, Diagnostic, Noted, nearest};
use crate::essay::Essay;
use crate::essay::title::{INDEX_STEMS, is_index, readable, says_something};
use crate::source::navigation::{Item, Navigation};

/// The essays by the ways in which contents name them.
struct Names<'e> {
    /// By path, and by path without its ending.
    paths: HashMap<&'e str, EssayId>,
    /// By folder, for the folder's own page.
    folders: HashMap<&'e str, EssayId>,
    /// By path without the numbers that only set the order, as Docusaurus does.
    unnumbered: HashMap<String, EssayId>,
    essays: &'e [Arc<Essay>],
}

impl<'e> Names<'e> {
    fn new(essays: &'e [Arc<Essay>]) -> Names<'e> {
        let mut names = Names {
            paths: HashMap::default(),
            folders: HashMap::default(),
            unnumbered: HashMap::default(),
            essays,
        };
        for (i, essay) in essays.iter().enumerate() {
            let path = essay.source.as_str();
            let bare = path.rsplit_once('.').map_or(path, |(bare, _)| bare);
            names.paths.insert(path, EssayId(i));
            names.paths.entry(bare).or_insert(EssayId(i));
            names.unnumbered.entry(without_numbers(bare)).or_insert(EssayId(i));
            let rank = |stem: &str| INDEX_STEMS.iter().position(|i| stem.eq_ignore_ascii_case(i));
            if is_index(&essay.source) {
                let known = names.folders.entry(essay.source.folder()).or_insert(EssayId(i));
                if rank(essay.source.stem()) < rank(essays[known.0].source.stem()) {
                    *known = EssayId(i);
                }
            }
        }
        names
    }

    fn find(&self, page: &str) -> Option<EssayId> {
        let page = page.trim_end_matches('/');
        let by_path = self.paths.get(page).or_else(|| self.folders.get(page)).copied();
        // mdBook calls the page of a folder README, and whoever moved it may have called it index.
        let as_folder = || {
            let (folder, name) = page.rsplit_once('/').unwrap_or(("", page));
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let is_index = INDEX_STEMS.iter().any(|index| stem.eq_ignore_ascii_case(index));
            self.folders.get(folder).filter(|_| is_index).copied()
        };
        by_path.or_else(as_folder).or_else(|| self.unnumbered.get(page).copied())
    }
}

fn without_numbers(path: &str) -> String {
    let bare = |part: &str| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let name = rest.trim_start_matches(['-', '_', '.', ' ']);
        if rest.len() < part.len() && name.len() < rest.len() {
            name.to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(bare).collect::<Vec<_>>().join("/")
}

/// The contents, and what they call essays.
#[derive(Debug, Default)]
pub struct Contents {
    /// Their lines; `None` where no author wrote any.
    pub lines: Option<Vec<Placed>>,
    /// The names that they give to essays.
    pub titles: HashMap<EssayId, String>,
}

/// Finds the essays that `navigation` lists. One that is missing is told.
pub fn contents(navigation: Option<&Navigation>, essays: &[Arc<Essay>]) -> Noted<Contents> {
    let Some(navigation) = navigation else { return Noted::default() };
    let names = Names::new(essays);
    let mut found: Noted<Contents> = Noted::default();
    let lines = lines(&navigation.items, &names, &mut found);
    found.value.lines = Some(lines);
    found
}

fn lines(items: &[Item], names: &Names<'_>, found: &mut Noted<Contents>) -> Vec<Placed> {
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let essay = item.page.as_deref().and_then(|page| names.find(page));
        if let (Some(page), None) = (&item.page, essay) {
            found.notes.extend(missing(page, item, names));
        }
        if let (Some(id), Some(title)) = (essay, &item.title)
            && says_something(title)
        {
            found.value.titles.entry(id).or_insert_with(|| title.clone());
        }
        let title = item.title.clone().or_else(|| item.page.as_deref().map(readable));
        lines.push(Placed {
            title: title.unwrap_or_default(),
            essay,
            items: self::lines(&item.items, names, found),
        });
    }
    lines
}

/// What to tell of a page that is listed and not there; nothing without a place to name.
fn missing(page: &str, item: &Item, names: &Names<'_>) -> Option<Diagnostic> {
    let place = item.place.clone()?;
    let note = Diagnostic::warning(
        Code::BrokenLink,
        format!("the contents list `{page}`, which is not there"),
    );
    let paths = names.essays.iter().map(|essay| essay.source.as_str());
    let hint = match nearest(page, paths) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write the essay, or take the line away".to_owned(),
    };
    Some(note.at(place).hint(hint))
}
