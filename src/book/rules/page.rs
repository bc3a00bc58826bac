//! `./linux-systems` or `../ventures/`: the name of a page without its ending, as addresses have it.
//!
//! Docusaurus, Hugo, Jekyll and wikis write links like this.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    if request.path.starts_with('/') {
        return None;
    }
    request.names.page(&join(request.from.folder(), request.path)?)
}
