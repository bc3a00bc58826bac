//! The rules by which the target of a link is found, one file each, tried in this order. The first
//! that finds something wins. A rule sees the path of the link, decoded, without query and
//! fragment, and the names of all that the content folder holds.

mod absolute;
mod address;
mod address_first;
mod beyond;
mod case;
mod file;
mod folder;
mod forge_root;
mod from_address;
mod html;
mod hugo_ref;
mod jekyll;
mod language;
pub mod own;
mod page;
mod pretty;
mod project;
mod root_without_slash;
mod site_root;
mod slugified;
mod statics;
mod wiki;
mod zola;

use crate::book::resolve::{Names, Target};
use crate::essay::LinkKind;
use crate::source::SourcePath;
use crate::system::Systems;

/// A link to be resolved.
pub struct Request<'a> {
    /// The essay that holds it.
    pub from: &'a SourcePath,
    /// The folder that the essay's file lies in, from the project's root.
    pub folder: &'a str,
    /// The address of the essay's page.
    pub address: &'a str,
    /// Whether it is a link or a picture.
    pub kind: LinkKind,
    /// The programs that it was written for.
    pub systems: Systems,
    /// The path as written, decoded; never empty.
    pub path: &'a str,
    /// All that may be meant.
    pub names: &'a Names,
}

/// A rule: the target, if it finds one.
pub struct Rule {
    /// Looks for the target.
    pub find: fn(&Request<'_>) -> Option<Target>,
    /// Whether what it finds is only probably meant, so that the author should be told.
    pub lenient: bool,
}

const fn exact(find: fn(&Request<'_>) -> Option<Target>) -> Rule {
    Rule { find, lenient: false }
}

const fn lenient(find: fn(&Request<'_>) -> Option<Target>) -> Rule {
    Rule { find, lenient: true }
}

/// All rules in order.
pub const RULES: &[Rule] = &[
    exact(address_first::find),
    exact(language::find),
    exact(file::find),
    exact(folder::find),
    exact(page::find),
    exact(zola::find),
    exact(hugo_ref::find),
    exact(absolute::find),
    exact(project::find),
    exact(html::find),
    exact(address::find),
    exact(pretty::find),
    exact(from_address::find),
    exact(site_root::find),
    exact(statics::find),
    exact(jekyll::find),
    exact(beyond::find),
    exact(forge_root::find),
    exact(wiki::find),
    lenient(case::find),
    lenient(slugified::find),
    lenient(root_without_slash::find),
];

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
