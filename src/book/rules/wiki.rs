//! `[[Note]]`, and `![](picture.png)` for a picture that lies elsewhere in the vault: Obsidian's way to name a
//! file wherever it lies, or by one of its aliases.

use crate::book::Target;
use crate::book::rules::Request;
use crate::essay::dialect::WIKI;
use crate::system::System;

pub(super) fn find(request: &Request<'_>) -> Option<Target> {
    let name = match request.path.strip_prefix(WIKI) {
        Some(name) => name,
        None if request.systems.has(System::Obsidian) => request.path,
        None => return None,
    };
    let names = request.names;
    names.in_vault(request.from.folder(), name).or_else(|| names.address(name))
}
