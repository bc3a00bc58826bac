//! `ch04-03.html` or `nodes/index.html`: the file that another program makes of an essay.
//!
//! mdBook's readers copy such addresses from the browser; mdBook takes them as they are.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let bare = request.path.strip_suffix(".html").or_else(|| request.path.strip_suffix(".htm"))?;
    let folder = if bare.starts_with('/') { "" } else { request.from.folder() };
    let path = join(folder, bare)?;
    let index = path.strip_suffix("index").map(|folder| folder.trim_end_matches('/'));
    request.names.page(&path).or_else(|| request.names.folder(index?))
}
