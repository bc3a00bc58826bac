//! `../starting-a-project/` in `best-practices.md`: a path read from the page's address,
//! `best-practices/`, one folder deeper than the file. Authors of Jekyll, Hugo and Eleventy sites
//! try their links in the browser, where this is how they work.
//!
//! Tried after the readings from the file, so it never changes a link that works there.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    if request.path.starts_with('/') {
        return None;
    }
    let page = format!("{}/{}", request.from.folder(), request.from.stem());
    let path = join(&page, request.path)?;
    let names = request.names;
    names
        .file(&path)
        .or_else(|| names.folder(&path))
        .or_else(|| names.page(&path))
        .or_else(|| names.address(&path))
}
