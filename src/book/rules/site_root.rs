//! `/about/charter/` in `website/content/about/index.md`: a path from the root of a site that lies
//! somewhere inside the folder that is built. Its root is one of the folders above the page; they
//! are tried from the outermost in.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let path = join("", request.path.strip_prefix('/')?)?;
    let names = request.names;
    let folder = request.from.folder();
    let above = folder.match_indices('/').map(|(i, _)| &folder[..i]).chain([folder]);
    above.filter(|folder| !folder.is_empty()).find_map(|folder| {
        let path = join(folder, &path)?;
        names.file(&path).or_else(|| names.folder(&path)).or_else(|| names.page(&path))
    })
}
