//! `../LICENSE` in `docs/team.md`: a file of the project that is no part of the site. It is shown by its
//! repository, where that is known, and else copied to the site.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let path = match request.path.strip_prefix('/') {
        Some(path) => join("", path),
        None => join(request.folder, request.path),
    };
    request.names.beyond(&path?, request.kind)
}
