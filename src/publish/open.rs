//! From the address in `book.toml` to the target: which kinds there are.

use crate::config::PublishTable;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::publish::{Target, folder, git, rsync, store};
use crate::source::Project;

/// How the addresses of the kinds begin, each with an example.
const KINDS: &[(&str, &str)] = &[
    ("s3://", "s3://bucket/folder"),
    ("gs://", "gs://bucket/folder"),
    ("az://", "az://container/folder"),
    ("git+ssh://", "git+ssh://git@host/site.git#branch"),
    ("git+https://", "git+https://host/site.git#branch"),
    ("git+file://", "git+file:///folder/site.git#branch"),
    ("git:", "git:remote#branch"),
    ("github-pages", "github-pages"),
    ("rsync://", "rsync://user@host:/folder"),
    ("/", "/folder"),
    ("./", "./folder"),
    ("../", "../folder"),
];

/// The target that `table` of the book.toml of `project` describes.
///
/// # Errors
/// When there is no such kind of target, or it cannot be used.
pub fn open(table: &PublishTable, project: &Project) -> Result<Box<dyn Target>, Diagnostic> {
    let to = table.to.trim();
    let is = |kind: &str| to.starts_with(kind);
    if is("s3://") || is("gs://") || is("az://") {
        return Ok(Box::new(store::open(table)?));
    }
    if git::is_branch(to) {
        return Ok(Box::new(git::open(to, &project.root)?));
    }
    if rsync::is_rsync(to) {
        return Ok(Box::new(rsync::open(to)?));
    }
    if folder::is_folder(to) {
        return Ok(Box::new(folder::open(to, project)?));
    }
    let found = Diagnostic::error(Code::Publish, format!("nothing can be published to `{to}`"));
    let scheme = to.find("://").map_or(to, |end| &to[..end + 3]);
    let examples: Vec<&str> = KINDS.iter().map(|(_, example)| *example).collect();
    Err(match nearest(scheme, KINDS.iter().map(|(kind, _)| *kind)) {
        Some(near) => found.hint(format!("did you mean `{near}`?")),
        None => found.hint(format!("type one of: {}", examples.join(", "))),
    })
}
