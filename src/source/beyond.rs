//! Files that no page is made of and that links lead to all the same: those outside the content folder,
//! such as a licence beside it, and hidden ones. They are looked for only where a link asks for them.

use std::fs;

use foldhash::HashSet;

use crate::source::project::{MARKER, Project};
use crate::source::stamp::Stamp;
use crate::source::walk::{FileKind, SourceFile, SourcePath, is_secret};

/// A file or folder that is not among a book's files.
#[derive(Debug, Clone, PartialEq)]
pub struct Beyond {
    /// Its path from the project's root.
    pub path: String,
    /// The file, if it may be copied to the site.
    pub file: Option<SourceFile>,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Folders whose names begin with a dot and that hold what people read.
const READ: &[&str] = &[".github", ".gitlab", ".forgejo", ".gitea", ".gitbook", ".well-known"];

/// Looks on disk for each of `wanted`, paths from the root. Nothing outside the project is found, nor
/// what a site that the program wrote holds, nor what is secret.
pub fn beyond(project: &Project, wanted: HashSet<String>) -> Vec<Beyond> {
    let Ok(root) = fs::canonicalize(&project.root) else { return Vec::new() };
    let mut found: Vec<Beyond> = wanted
        .into_iter()
        .filter(|path| !path.is_empty())
        .filter_map(|path| {
            let file = fs::canonicalize(project.root.join(&path)).ok()?;
            let inside = file.strip_prefix(&root).ok()?;
            let above = file.ancestors().take(inside.components().count());
            if above.into_iter().any(|dir| dir.join(MARKER).is_file()) {
                return None;
            }
            let found =
                fs::metadata(&file).ok().filter(|found| found.is_file() || found.is_dir())?;
            let is_folder = found.is_dir();
            if is_secret(&path) || path.split('/').any(|part| part == ".git") {
                return None;
            }
            let may_be_copied = !is_folder && !is_private(&path);
            let source = SourceFile {
                path: SourcePath::new(&path),
                shown: path.clone(),
                stamp: Stamp::of(&found),
                file,
                kind: FileKind::Other,
            };
            Some(Beyond { file: may_be_copied.then_some(source), path, is_folder })
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Whether the walk passes over the file with this path, or over a folder that it is in.
pub fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

fn is_private(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') && !READ.contains(&part))
}
