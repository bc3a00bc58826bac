//! `./discover/` in `about/index.md` whose front matter says `permalink: /product/`: a path read from the
//! address that the page was given, and one that names the address another page was given.

use crate::book::Target;
use crate::book::rules::{Request, join};
use crate::source::walk::folder_of;

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    if request.path.starts_with('/') {
        return None;
    }
    let folder = folder_of(request.address);
    let path = join(folder, request.path)?;
    let names = request.names;
    names
        .address(&path)
        .or_else(|| names.file(&path))
        .or_else(|| names.folder(&path))
        .or_else(|| names.page(&path))
}
