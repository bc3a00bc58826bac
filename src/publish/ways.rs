//! What is in the way of a file at a target where files lie in folders: at one path there can be a file or a folder.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};

/// A file among `files` that lies where a folder has to be for `path`, or in a folder where `path` has to be.
pub fn in_the_way<'f>(files: &'f BTreeSet<String>, path: &str) -> Option<&'f str> {
    let above = path.match_indices('/').find_map(|(at, _)| files.get(&path[..at]));
    let below = || {
        let folder = format!("{path}/");
        files.range(folder.clone()..).next().filter(|file| file.starts_with(&folder))
    };
    above.or_else(below).map(String::as_str)
}

/// What is told where `other` is in the way of `path`.
pub fn told(address: &str, path: &str, other: &str) -> Diagnostic {
    let message = format!("{address} holds {other}, so {path} cannot be put there");
    Diagnostic::error(Code::Publish, message)
        .hint("a file and a folder cannot have the same name")
        .hint(format!("remove {other} there, or give the essay another name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_of_one_name() {
        let files: BTreeSet<String> =
            ["a", "b-c", "b/c/d.html", "é/x"].map(str::to_owned).into_iter().collect();
        for (path, other) in [
            ("a/index.html", Some("a")),
            ("a/b/c", Some("a")),
            ("b", Some("b/c/d.html")),
            ("b/c", Some("b/c/d.html")),
            ("b/c/d.html", None),
            ("b/c/e.html", None),
            ("b-", None),
            ("a", None),
            ("é", Some("é/x")),
        ] {
            assert_eq!(in_the_way(&files, path), other, "{path}");
        }
    }
}
