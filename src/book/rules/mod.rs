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

use crate::book::targets::{Names, Target};
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
    let mut joined = String::with_capacity(folder.len() + 1 + path.len());
    // Most links lead down from where they stand, or to a neighbour, and need not be taken apart.
    if !is_roundabout(folder) {
        joined.push_str(folder);
    } else {
        folder.split('/').filter(|part| !part.is_empty()).for_each(|part| push(&mut joined, part));
    }
    let mut rest = path;
    while let Some(above) = rest.strip_prefix("../") {
        pop(&mut joined)?;
        rest = above;
    }
    if !is_roundabout(rest) {
        push(&mut joined, rest);
        return Some(joined);
    }
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => pop(&mut joined)?,
            name => push(&mut joined, name),
        }
    }
    Some(joined)
}

/// Whether a path may have parts that are empty, `.` or `..`.
fn is_roundabout(path: &str) -> bool {
    let bytes = path.as_bytes();
    let is_odd = |next: Option<&u8>| matches!(next, None | Some(b'/' | b'.'));
    is_odd(bytes.first()) || memchr::memchr_iter(b'/', bytes).any(|at| is_odd(bytes.get(at + 1)))
}

fn push(path: &mut String, part: &str) {
    if !path.is_empty() {
        path.push('/');
    }
    path.push_str(part);
}

/// Takes the last part off; `None` where there is none.
fn pop(path: &mut String) -> Option<()> {
    if path.is_empty() {
        return None;
    }
    path.truncate(path.rfind('/').unwrap_or(0));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_seen_from_a_folder() {
        for (folder, path, joined) in [
            ("a/b", "c.md", Some("a/b/c.md")),
            ("a/b", "../c.md", Some("a/c.md")),
            ("a/b", "../../c", Some("c")),
            ("a/b", "../..", Some("")),
            ("a/b", "../../..", None),
            ("a/b", "../../../c", None),
            ("a/b", "./c/./d//e/", Some("a/b/c/d/e")),
            ("a/b", "c/../../d", Some("a/d")),
            ("a/b", ".hidden/c", Some("a/b/.hidden/c")),
            ("a/b", "c/.hidden", Some("a/b/c/.hidden")),
            ("a/b", "..c/d..", Some("a/b/..c/d..")),
            ("a/b", "/c", Some("a/b/c")),
            ("a/b", "", Some("a/b")),
            ("/a//b/", "c", Some("a/b/c")),
            ("", "c", Some("c")),
            ("", "", Some("")),
            ("", "../c", None),
        ] {
            assert_eq!(join(folder, path).as_deref(), joined, "{folder} {path}");
        }
    }
}
