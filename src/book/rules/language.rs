//! `values.md` in `team.fr.md` means `values.fr.md`, where there is one: Hugo and MkDocs' translations stand
//! beside their originals, with the language before the ending, and link as the originals do.
//!
//! Translations in folders of their own (`fr/team.md`) link within them without a rule, by relative paths; for
//! paths from the root see [`site_root`](super::site_root).

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    // Few names have a dot beside that of their ending, and dots are quickly counted.
    if request.from.as_str().bytes().filter(|b| *b == b'.').count() < 2 {
        return None;
    }
    let (_, language) = request.from.stem().rsplit_once('.')?;
    if !is_language(language) || request.path.ends_with('/') {
        return None;
    }
    let (folder, path) = match request.path.strip_prefix('/') {
        Some(path) => ("", path),
        None => (request.from.folder(), request.path),
    };
    let path = join(folder, path)?;
    let bare = path.strip_suffix(".md").unwrap_or(&path);
    let translated = format!("{bare}.{language}");
    request.names.file(&format!("{translated}.md")).or_else(|| request.names.page(&translated))
}

/// Whether a word has the form of a language's tag: `fr`, `pt-BR`, `zh-Hans` (BCP 47).
fn is_language(word: &str) -> bool {
    let mut parts = word.split(['-', '_']);
    let is_primary =
        |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
    let is_more = |part: &str| {
        (2..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(is_primary) && parts.all(is_more)
}
