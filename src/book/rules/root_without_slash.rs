//! `playbooks/incidents.md` in `culture/values.md`: a path from the root that lacks its slash. Only of
//! more than one part, since many folders have a file of the same name. Lenient: the author is told.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let bare = request.path.trim_end_matches('/');
    if bare.starts_with(['/', '.']) || !bare.contains('/') {
        return None;
    }
    let names = request.names;
    let path = join("", bare)?;
    names.from_root(&path).or_else(|| names.file(&path)).or_else(|| {
        let page = path.strip_suffix(".html").unwrap_or(&path);
        names.folder(&path).or_else(|| names.page(page))
    })
}
