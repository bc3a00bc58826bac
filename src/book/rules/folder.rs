//! `../trust/` or `../trust`: the path of a folder, seen from the file that links. It leads to the
//! folder's own page, or to the list that stands in for one.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    if request.path.starts_with('/') {
        return None;
    }
    request.names.folder(&join(request.from.folder(), request.path)?)
}
