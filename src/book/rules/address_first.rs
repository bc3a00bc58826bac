//! `../starting-a-project/` in `ar/best-practices.md`, in a tree of Jekyll, Hugo, Zola or Eleventy:
//! read from the page's address first, where it means `ar/starting-a-project`, and not the page of
//! that name beside `ar/`, which is what the file's path would give.
//!
//! Only for targets without an ending on pages that are not their folder's own: for the others both
//! readings are the same, or the file's is meant. On by the tree or by `[handbook] links = "url"`.

use crate::book::Target;
use crate::book::rules::{Request, pretty};
use crate::config::Links;
use crate::essay::title::is_index;

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let addresses_first = match request.names.ground().links {
        Links::Auto => request.systems.reads_links_from_addresses(),
        Links::Url => true,
        Links::File => false,
    };
    let applies = addresses_first && !has_ending(request.path) && !is_index(request.from);
    if applies { pretty::find(request) } else { None }
}

fn has_ending(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    last.rsplit_once('.').is_some_and(|(name, end)| {
        !name.is_empty() && end.chars().all(|c| c.is_ascii_alphanumeric()) && end.len() <= 5
    })
}
