//! What a file of the site is to those who load it. From this follows how long it may be kept, and in which order
//! files are published.

use serde::{Deserialize, Serialize};

use crate::render::theme::hashed;
use crate::site::{Page, PageKind, Site, search};

/// What a file is to those who load it, in the order in which files can appear without a link that leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// What it holds follows from its name, so it can be kept for ever.
    Hashed,
    /// A picture or other file that can change under its name.
    Asset,
    /// A page.
    Page,
    /// What lists what there is: feeds, the sitemap, the way into the search index; and the page that a host shows
    /// where there is nothing.
    Entry,
}

impl Role {
    /// Of a file of which no more is known than its path.
    pub fn of_path(path: &str) -> Role {
        let path = uncompressed(path);
        if search::is_hashed(path) {
            Role::Hashed
        } else if search::is_of_index(path) {
            Role::Entry
        } else if path.ends_with(".html") || path.ends_with(".htm") {
            Role::Page
        } else {
            Role::Asset
        }
    }
}

/// The path of the file that the one at `path` holds in a shorter form, or `path` itself.
pub fn uncompressed(path: &str) -> &str {
    path.strip_suffix(".br").or_else(|| path.strip_suffix(".gz")).unwrap_or(path)
}

impl Site {
    /// What `page` is to those who load it.
    pub fn role(&self, page: &Page) -> Role {
        match &page.kind {
            PageKind::Smaller(..) | PageKind::TouchIcon => Role::Hashed,
            PageKind::Card(_) => Role::Asset,
            PageKind::ThemeFile(name) => {
                let file = self.theme.files.get(name);
                match file.is_some_and(|file| file.url == hashed(name, &file.bytes)) {
                    true => Role::Hashed,
                    false => Role::Asset,
                }
            }
            PageKind::Essay(_)
            | PageKind::Section(_)
            | PageKind::Terms(_)
            | PageKind::Term(..)
            | PageKind::Whole
            | PageKind::Search
            | PageKind::Redirect(_)
            | PageKind::Copy(_) => Role::Page,
            PageKind::NotFound
            | PageKind::Feed(..)
            | PageKind::Llms
            | PageKind::Sitemap(_)
            | PageKind::Robots => Role::Entry,
            PageKind::Host(_) | PageKind::Asset(_) => Role::of_path(&page.url.output()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_index_is_told_by_its_paths() {
        for (path, role) in [
            ("pagefind/fragment/en_148a1f5.pf_fragment", Role::Hashed),
            ("pagefind/2/index/en_62b23fc.pf_index", Role::Hashed),
            ("pagefind/pagefind.en_87b63cac5b.pf_meta", Role::Hashed),
            ("pagefind/pagefind-entry.json", Role::Entry),
            ("pagefind/wasm.en.pagefind", Role::Entry),
            ("essays/x.pf_meta", Role::Asset),
            ("a/index.html", Role::Page),
            ("a/index.html.br", Role::Page),
            ("a/b.png", Role::Asset),
        ] {
            assert_eq!(Role::of_path(path), role, "{path}");
        }
    }
}
