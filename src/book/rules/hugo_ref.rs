//! `{{< ref "about/charter.md" >}}`: Hugo's reference to a page. The path is relative to the page, or from
//! the root of the content, or the name of a page that no other has.

use crate::book::Target;
use crate::book::rules::{Request, join};
use crate::essay::dialect::REF;

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let path = request.path.strip_prefix(REF)?;
    let names = request.names;
    let at = |path: String| {
        names.file(&path).or_else(|| names.folder(&path)).or_else(|| names.page(&path))
    };
    let here = join(request.from.folder(), path).and_then(at);
    here.or_else(|| join("", path).and_then(at)).or_else(|| names.only(path))
}
