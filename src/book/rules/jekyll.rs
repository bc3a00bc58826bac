//! `/legal/` for `_articles/legal.md`, and `/2026/03/01/first-steps.html` for
//! `_posts/2026-03-01-first-steps.md`: Jekyll publishes collections without the name of their folder, and posts
//! under their date (Jekyll 4, "Permalinks").

use crate::book::Target;
use crate::book::rules::{Request, join};
use crate::system::System;

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    if !request.systems.has(System::Jekyll) {
        return None;
    }
    let path = match request.path.strip_prefix('/') {
        Some(path) => join("", path)?,
        // Relative paths are read from the page's address.
        None => {
            let page = format!("{}/{}", request.from.folder(), request.from.stem());
            let folder = page.strip_prefix('_').and_then(|page| page.split_once('/'));
            join(folder.map_or(page.as_str(), |(_, page)| page), request.path)?
        }
    };
    let bare = path.strip_suffix(".html").unwrap_or(&path);
    let names = request.names;
    let mut collections = names.collections();
    collections
        .find_map(|folder| names.page(&format!("{folder}/{bare}")))
        .or_else(|| names.page(&format!("_posts/{}", post(bare)?)))
}

/// The name of the post with the address `[categories/]year/month/day/title`.
fn post(path: &str) -> Option<String> {
    let mut parts = path.rsplit('/');
    let (title, day, month, year) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())
    };
    (is_number(year, 4) && is_number(month, 2) && is_number(day, 2))
        .then(|| format!("{year}-{month}-{day}-{title}"))
}
