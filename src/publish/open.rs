//! From the address in `book.toml` to the target: which kinds there are.

use crate::config::PublishTable;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::publish::program::without_secrets;
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
    let shown = without_secrets(to);
    let found = Diagnostic::error(Code::Publish, format!("nothing can be published to `{shown}`"));
    Err(found.hint(meant(&shown)))
}

/// What to type instead of `to`, which is no address of any kind.
fn meant(to: &str) -> String {
    if let Some(address) = by_ssh(to) {
        return format!("did you mean `{address}`?");
    }
    if matches!(to, "." | "..") {
        return "the site needs a folder of its own, such as: to = \"../www\"".to_owned();
    }
    let scheme = to.find("://").map_or(to, |end| &to[..end + 3]);
    match nearest(scheme, KINDS.iter().map(|(kind, _)| *kind).filter(|kind| kind.len() > 3)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let examples: Vec<&str> = KINDS.iter().map(|(_, example)| *example).collect();
            format!("type one of: {}", examples.join(", "))
        }
    }
}

/// The address that was meant by one as other programs have it that log in by ssh: `me@host:folder`, or
/// `sftp://me@host/folder`.
fn by_ssh(to: &str) -> Option<String> {
    let (repository, branch) = to.split_once('#').unwrap_or((to, ""));
    let (scheme, rest) = repository.split_once("://").unwrap_or(("", repository));
    if !["", "ssh", "scp", "sftp"].contains(&scheme) {
        return None;
    }
    let mut end = rest.find([':', '/'])?;
    let port = rest[end..].trim_start_matches(':').split('/').next().unwrap_or("");
    if !scheme.is_empty() && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) {
        end += 1 + port.len();
    }
    let (who, path) = (&rest[..end], rest[end..].trim_start_matches(':'));
    if who.is_empty() || path.is_empty() || scheme.is_empty() && !who.contains('@') {
        return None;
    }
    let is_git = !branch.is_empty() || who.starts_with("git@") || path.ends_with(".git");
    let branch = if branch.is_empty() { "gh-pages" } else { branch };
    Some(match is_git {
        true => format!("git+ssh://{who}/{}#{branch}", path.trim_start_matches('/')),
        false if who.contains(':') => format!("rsync://{who}{path}"),
        false => format!("rsync://{who}:{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        for (to, hint) in [
            (
                "git@github.com:me/x.git#pages",
                "did you mean `git+ssh://git@github.com/me/x.git#pages`?",
            ),
            ("git@h:me/x", "did you mean `git+ssh://git@h/me/x#gh-pages`?"),
            ("ssh://me@h:22/x.git#y", "did you mean `git+ssh://me@h:22/x.git#y`?"),
            ("me@h:www", "did you mean `rsync://me@h:www`?"),
            ("sftp://me@h:/x", "did you mean `rsync://me@h:/x`?"),
            ("sftp://me@h:2222/x", "did you mean `rsync://me@h:2222/x`?"),
            ("sftp://h/x", "did you mean `rsync://h:/x`?"),
            ("rysnc://me@h:/x", "did you mean `rsync://`?"),
            ("s4://bucket", "did you mean `s3://`?"),
            ("github-page", "did you mean `github-pages`?"),
        ] {
            assert_eq!(meant(to), hint, "{to}");
        }
        for to in [".", ".."] {
            assert!(meant(to).contains("a folder of its own"), "{}", meant(to));
        }
        for to in ["", "www", "ftp://h/x", "@", "a@"] {
            let said = meant(to);
            assert!(said.contains("./folder, ../folder"), "{to}: {said}");
        }
    }

    #[test]
    fn every_example_is_of_a_kind() {
        for (kind, example) in KINDS {
            assert!(example.starts_with(kind), "{example}");
            let is_store = ["s3://", "gs://", "az://"].contains(kind);
            let is_other =
                git::is_branch(example) || rsync::is_rsync(example) || folder::is_folder(example);
            assert!(is_store != is_other, "{example}");
        }
    }
}
