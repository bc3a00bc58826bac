//! `/img/team.png` for `website/static/img/team.png`: what lies in the folder for files of a site inside
//! the folder that is built. One beside the content folder is read as if it lay in that.

use crate::book::Target;
use crate::book::rules::{Request, join};

/// The names of such folders: Hugo, Zola and Docusaurus have the first; Astro, Next and VitePress the
/// second.
const FOLDERS: &[&str] = &["static", "public"];

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let path = join("", request.path.strip_prefix('/')?)?;
    let folder = request.from.folder();
    let above = folder.match_indices('/').map(|(i, _)| &folder[..i]).chain([folder, ""]);
    above.into_iter().find_map(|above| {
        FOLDERS.iter().find_map(|name| request.names.file(&join(above, &format!("{name}/{path}"))?))
    })
}
