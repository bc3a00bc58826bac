//! The files that never change, because their names bear a hash of what they hold.

use crate::book::search;
use crate::render::theme::FOLDER;
use crate::site::{PageKind, Site};

/// Cloudflare takes 100 rules, and one is for all files.
const MOST: usize = 90;

/// What stays as it is for as long as it has its name, by its path in the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lasting {
    /// All that is in this folder, which has a slash at its end.
    Folder(String),
    /// One file.
    File(String),
}

impl Site {
    /// The files that never change. Where an author's own lie in one folder with them, which may change, each
    /// stands by itself, as far as hosts take so many.
    pub(super) fn lasting(&self) -> Vec<Lasting> {
        let folder = format!("{FOLDER}/");
        let is_hashed = |kind: &PageKind| {
            matches!(kind, PageKind::ThemeFile(_) | PageKind::Smaller(..) | PageKind::TouchIcon)
        };
        let (hashed, others): (Vec<_>, Vec<_>) = self
            .pages
            .iter()
            .filter(|page| page.url.as_str().starts_with(&folder))
            .partition(|page| is_hashed(&page.kind));
        let mut lasting: Vec<Lasting> = match others.is_empty() {
            true => vec![Lasting::Folder(folder)],
            false => {
                let files = hashed.iter().map(|page| Lasting::File(page.url.as_str().to_owned()));
                files.take(MOST / 2).collect()
            }
        };
        for shard in self.shard_folders() {
            // Pagefind's names bear a hash of what it writes into these two.
            for part in ["fragment", "index"] {
                lasting.push(Lasting::Folder(format!("{}/{shard}{part}/", search::FOLDER)));
            }
        }
        lasting.truncate(MOST);
        lasting
    }
}
