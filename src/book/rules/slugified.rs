//! `../employee-handbook/our-values` for `Employee Handbook/Our Values.md`: the name as an address would
//! spell it. Lenient: the author is told.

use crate::book::rules::{Request, join};
use crate::book::targets::{Target, slug};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let (folder, path) = match request.path.strip_prefix('/') {
        Some(path) => ("", path),
        None => (request.from.folder(), request.path),
    };
    request.names.slugified(&slug(&join(folder, path)?))
}
