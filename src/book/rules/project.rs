//! `/content/trust/hard-conversations.md`: a path from the root of the repository, as GitHub reads
//! a path with a slash in front.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let path = join("", request.path.strip_prefix('/')?)?;
    let inside = path.strip_prefix(request.names.ground().content_prefix.as_str())?;
    let names = request.names;
    names
        .file(inside)
        .or_else(|| names.folder(inside.trim_end_matches('/')))
        .or_else(|| names.page(inside))
}
