//! `/team/values/`: the address of a page on the site, the one that it has or one that it had
//! (`path`, `permalink`, `slug`, `aliases`, `redirect_from`), with or without slashes at the ends.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    request.names.address(&join("", request.path)?)
}
