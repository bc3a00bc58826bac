//! The rules by which the target of a link is found, one file each, tried in this order. The first
//! that finds something wins. A rule sees the path of the link, decoded, without query and
//! fragment, and the names of all that the content folder holds.

mod absolute;
mod file;
mod folder;

use crate::book::resolve::{Names, Target};
use crate::source::SourcePath;

/// A link to be resolved.
pub struct Request<'a> {
    /// The essay that holds it.
    pub from: &'a SourcePath,
    /// The path as written, decoded; never empty.
    pub path: &'a str,
    /// All that may be meant.
    pub names: &'a Names,
}

/// A rule: the target, if it finds one.
pub type Rule = fn(&Request<'_>) -> Option<Target>;

/// All rules in order.
pub const RULES: &[Rule] = &[file::find, folder::find, absolute::find];

/// `path` seen from the folder `folder`, with `.` and `..` worked out. `None` when it climbs out of
/// the content folder.
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
