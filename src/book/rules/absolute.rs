//! `/trust/hard-conversations.md` or `/trust/`: a path from the root of the content folder, as
//! Docusaurus and GitHub's own site builder read it.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let path = join("", request.path.strip_prefix('/')?)?;
    let names = request.names;
    let file = names.file(&path).filter(|_| !request.path.ends_with('/'));
    file.or_else(|| names.folder(&path)).or_else(|| names.page(&path))
}
