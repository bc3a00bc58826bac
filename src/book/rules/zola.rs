//! `@/trust/hard-conversations.md`: Zola's path from the root of the content folder.

use crate::book::Target;
use crate::book::rules::{Request, join};

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    request.names.file(&join("", request.path.strip_prefix("@/")?)?)
}
