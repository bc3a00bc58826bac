//! The repository that a project lies in, on the site where it is shown: GitHub, GitLab and the like.
//!
//! It is named by `git-repository-url`, or by MkDocs' `repo_url`, or else it is the remote `origin` of
//! the git repository around the project. So links to its files lead to pages of this site where there
//! are such, and files that no page is made of can be linked to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::project::{Project, slashed};

/// A repository on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its address, such as `https://github.com/owner/name`, without a slash at the end.
    pub web: String,
    /// The project's path in the repository, with a closing slash; empty for its root.
    pub folder: String,
    /// The branch that is checked out, if one is.
    pub branch: Option<String>,
}

/// A file or folder of the own repository that an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The branch, tag or commit.
    pub reference: String,
    /// The path from the project's root; empty for the root itself.
    pub path: String,
}

/// The words before a branch in the address of a file or folder. The address for editing one is not
/// among them: it leads to where it says.
const SHOWN: &[&str] = &[
    "blob",
    "tree",
    "raw",
    "blame", // GitHub
    "-/blob",
    "-/tree",
    "-/raw", // GitLab
    "src/branch",
    "src/tag",
    "src/commit", // Forgejo and Gitea
    "src",        // Bitbucket
];

impl Repository {
    /// The repository of `project`, if it is known.
    pub fn of(project: &Project) -> Option<Repository> {
        let git = Git::around(&project.root);
        let folder = git
            .as_ref()
            .and_then(|git| project.root.strip_prefix(&git.root).ok())
            .map(slashed)
            .filter(|folder| !folder.is_empty())
            .map_or_else(String::new, |folder| format!("{folder}/"));
        let named = project.config.output.html.git_repository_url.clone();
        let web = named
            .or_else(|| super::tree::repository_url(&project.root))
            .or_else(|| git.as_ref()?.origin())?;
        let branch = git.as_ref().and_then(Git::branch);
        Some(Repository { web: web_address(&web)?, folder, branch })
    }

    /// The address at which the file or folder with this path from the project's root is shown.
    pub fn url(&self, path: &str, is_folder: bool) -> String {
        let host = self.host();
        let branch = self.branch.as_deref().unwrap_or("main");
        let (file, folder) = if host.contains("gitlab") {
            ("-/blob/HEAD".to_owned(), "-/tree/HEAD".to_owned())
        } else if host.contains("bitbucket") {
            ("src/HEAD".to_owned(), "src/HEAD".to_owned())
        } else if host == "github.com" || host.contains("github") {
            ("blob/HEAD".to_owned(), "tree/HEAD".to_owned())
        } else {
            // Forgejo and Gitea.
            (format!("src/branch/{branch}"), format!("src/branch/{branch}"))
        };
        let word = if is_folder { folder } else { file };
        let path = percent_encoding::utf8_percent_encode(path, PATH);
        format!("{}/{word}/{}{path}", self.web, self.folder)
    }

    /// The site that shows it, such as `github.com`.
    pub fn host(&self) -> &str {
        let (_, rest) = self.web.split_once("://").unwrap_or(("", &self.web));
        rest.split('/').next().unwrap_or("")
    }

    /// What `address` (without query and fragment, not decoded) names in this repository.
    pub fn own(&self, address: &str) -> Option<Own> {
        let rest = self.inside(address).or_else(|| self.raw(address))?;
        let rest = percent_encoding::percent_decode_str(rest).decode_utf8_lossy();
        let (reference, path) = self.parted(&rest)?;
        let path = path.trim_end_matches('/');
        let path = format!("{path}/").strip_prefix(&self.folder)?.trim_end_matches('/').to_owned();
        Some(Own { reference: reference.to_owned(), path })
    }

    /// Whether `address` is that of the repository itself.
    pub fn is_itself(&self, address: &str) -> bool {
        without_scheme(address)
            .trim_end_matches('/')
            .eq_ignore_ascii_case(without_scheme(&self.web))
    }

    /// What follows `blob/` or one of its like.
    fn inside<'a>(&self, address: &'a str) -> Option<&'a str> {
        let rest = strip_prefix_without_case(without_scheme(address), without_scheme(&self.web))?;
        let rest = rest.strip_prefix('/')?;
        SHOWN.iter().find_map(|word| rest.strip_prefix(word)?.strip_prefix('/'))
    }

    /// GitHub's other address of a file as it is.
    fn raw<'a>(&self, address: &'a str) -> Option<&'a str> {
        let name = strip_prefix_without_case(without_scheme(&self.web), "github.com/")?;
        let rest = without_scheme(address).strip_prefix("raw.githubusercontent.com/")?;
        strip_prefix_without_case(rest, name)?.strip_prefix('/')
    }

    /// Parts `main/path`, where the branch that is checked out may hold a slash.
    fn parted<'a>(&'a self, rest: &'a str) -> Option<(&'a str, &'a str)> {
        if let Some(branch) = &self.branch
            && let Some(path) = rest.strip_prefix(branch.as_str())
            && (path.is_empty() || path.starts_with('/'))
        {
            return Some((branch, path.trim_start_matches('/')));
        }
        Some(rest.split_once('/').unwrap_or((rest, "")))
    }
}

impl Own {
    /// Whether a commit is meant, which does not change as the page does.
    pub fn is_pinned(&self) -> bool {
        let hex = self.reference.bytes().all(|b| b.is_ascii_hexdigit());
        hex && (7..=64).contains(&self.reference.len())
            && self.reference.bytes().any(|b| b.is_ascii_digit())
    }
}

/// What stands unescaped in a path (RFC 3986, section 3.3).
const PATH: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

fn without_scheme(address: &str) -> &str {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let rest = rest.unwrap_or(address);
    rest.strip_prefix("www.").unwrap_or(rest)
}

fn strip_prefix_without_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// The address in a browser of what git calls `https://host/owner/name.git`, `git@host:owner/name.git`
/// or `ssh://git@host/owner/name`. Names and passwords in it are left out.
fn web_address(remote: &str) -> Option<String> {
    let remote = remote.trim();
    let (host, path) = match remote.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => remote.split_once(':')?,
    };
    let host = host.rsplit('@').next().unwrap_or(host);
    let is_web = remote.starts_with("http");
    let host = if is_web { host } else { host.split(':').next().unwrap_or(host) };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    // The page of a folder names the repository too.
    let path = ["/tree/", "/blob/", "/-/", "/src/"]
        .iter()
        .find_map(|word| path.split_once(word))
        .map_or(path, |(before, _)| before);
    let named = host.contains('.') && path.contains('/');
    named.then(|| format!("https://{host}/{path}"))
}

/// A git repository on disk.
pub(super) struct Git {
    /// The folder that is checked out.
    root: PathBuf,
    /// The folder with `HEAD`.
    dir: PathBuf,
}

impl Git {
    pub(super) fn around(dir: &Path) -> Option<Git> {
        let root = dir.ancestors().find(|dir| dir.join(".git").exists())?;
        let git = root.join(".git");
        if git.is_dir() {
            return Some(Git { root: root.to_owned(), dir: git });
        }
        // A submodule or a second working tree names its folder in a file.
        let text = fs::read_to_string(&git).ok()?;
        let dir = root.join(text.strip_prefix("gitdir:")?.trim());
        Some(Git { root: root.to_owned(), dir })
    }

    /// The address of the remote `origin`, or of the only one.
    fn origin(&self) -> Option<String> {
        let text = fs::read_to_string(self.config()).ok()?;
        let mut remote = None;
        let mut urls: Vec<(String, String)> = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                remote = line.strip_prefix("[remote \"").and_then(|rest| rest.strip_suffix("\"]"));
            } else if let Some((name, value)) = remote.zip(line.split_once('='))
                && value.0.trim() == "url"
            {
                urls.push((name.to_owned(), value.1.trim().to_owned()));
            }
        }
        let at = urls.iter().position(|(name, _)| name == "origin");
        let at = at.or((urls.len() == 1).then_some(0))?;
        Some(urls.swap_remove(at).1)
    }

    /// The file with the remotes, which all working trees of a repository share.
    fn config(&self) -> PathBuf {
        let common = fs::read_to_string(self.dir.join("commondir")).unwrap_or_default();
        self.dir.join(common.trim()).join("config")
    }

    /// The files that say which branch is checked out, and where the repository is shown.
    pub(super) fn files(&self) -> [PathBuf; 4] {
        let name = self.root.join(".git");
        [name, self.dir.join("HEAD"), self.dir.join("commondir"), self.config()]
    }

    fn branch(&self) -> Option<String> {
        let head = fs::read_to_string(self.dir.join("HEAD")).ok()?;
        Some(head.trim().strip_prefix("ref: refs/heads/")?.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Repository {
        Repository {
            web: "https://github.com/Team/Handbook".into(),
            folder: "docs/".into(),
            branch: Some("new/plan".into()),
        }
    }

    #[test]
    fn remotes_become_addresses() {
        for remote in [
            "git@github.com:o/r.git",
            "https://github.com/o/r",
            "https://me:secret@github.com/o/r.git",
            "ssh://git@github.com:22/o/r.git",
            "https://github.com/o/r/tree/main/guide",
        ] {
            assert_eq!(web_address(remote).as_deref(), Some("https://github.com/o/r"), "{remote}");
        }
        assert_eq!(web_address("../elsewhere"), None);
        assert_eq!(web_address("/srv/git/x.git"), None);
    }

    #[test]
    fn own_addresses_are_known() {
        let own = |address| repository().own(address).map(|own| (own.reference, own.path));
        for (address, reference, path) in [
            ("https://github.com/team/handbook/blob/main/docs/a%20b.md", "main", "a b.md"),
            ("http://www.github.com/Team/Handbook/tree/new/plan/docs/x/", "new/plan", "x"),
            ("https://raw.githubusercontent.com/Team/Handbook/v1/docs/p.png", "v1", "p.png"),
            ("https://github.com/Team/Handbook/tree/main/docs", "main", ""),
        ] {
            assert_eq!(own(address), Some((reference.into(), path.into())), "{address}");
        }
        for other in [
            "https://github.com/Team/Handbook/issues/1",
            "https://github.com/Team/Handbook2/blob/main/docs/a.md",
            "https://github.com/Team/Handbook/blob/main/other/a.md",
            "https://github.com/Team/Handbook/edit/main/docs/a.md",
        ] {
            assert_eq!(own(other), None, "{other}");
        }
        assert!(repository().is_itself("https://github.com/team/handbook/"));
        let pinned = repository().own("https://github.com/Team/Handbook/blob/0a1b2c3/docs/a.md");
        assert!(pinned.is_some_and(|own| own.is_pinned()));
    }

    #[test]
    fn files_have_an_address_on_each_forge() {
        assert_eq!(
            repository().url("a b.rs", false),
            "https://github.com/Team/Handbook/blob/HEAD/docs/a%20b.rs"
        );
        let on = |web: &str| Repository { web: web.into(), ..repository() };
        let gitlab = on("https://gitlab.com/g/s/r").url("x", true);
        assert_eq!(gitlab, "https://gitlab.com/g/s/r/-/tree/HEAD/docs/x");
        let forgejo = on("https://codeberg.org/o/r").url("x", false);
        assert_eq!(forgejo, "https://codeberg.org/o/r/src/branch/new/plan/docs/x");
    }
}
