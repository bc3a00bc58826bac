//! `Hard-Conversations.md` for `hard-conversations.md`: right but for its case, which file systems
//! of Windows and macOS forgive. Lenient: the author is told.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let (folder, path) = match request.path.strip_prefix('/') {
        Some(path) => ("", path),
        None => (request.from.folder(), request.path),
    };
    request.names.without_case(&join(folder, path)?)
}
