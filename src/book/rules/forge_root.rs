//! `/team/handbook/blob/main/values.md`: a path from the root of the site that shows the repository, as
//! authors copy it from there.

use crate::book::Target;
use crate::book::rules::Request;

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let repository = request.names.ground().repository.as_ref()?;
    let path = request.path.strip_prefix('/')?;
    let own = repository.own(&format!("https://{}/{path}", repository.host()))?;
    request.names.from_root(&own.path)
}
