//! How a branch is named in `book.toml`: `git+ssh://host/path#branch`, `git:remote#branch`, `github-pages`.

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::program::without_secrets;

/// A branch of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The repository.
    pub repository: Repository,
    /// The branch.
    pub branch: String,
}

/// How a repository is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repository {
    /// By its own address.
    Url(String),
    /// By the name that the repository with the essays has for it.
    Remote(String),
}

/// How the addresses begin that are git's own but for `git+`.
const SCHEMES: &[&str] = &["git+ssh://", "git+https://", "git+file://"];

/// Whether `to` names a branch.
pub fn is_branch(to: &str) -> bool {
    let name = to.split('#').next().unwrap_or("");
    name == "github-pages" || to.starts_with("git:") || SCHEMES.iter().any(|s| to.starts_with(s))
}

impl Address {
    /// Reads `to`, of which [`is_branch`] is true.
    ///
    /// # Errors
    /// When it lacks the branch or the repository.
    pub fn parse(to: &str) -> Result<Address, Diagnostic> {
        let (repository, branch) = match to.rsplit_once('#') {
            Some((repository, branch)) => (repository, branch),
            None if to == "github-pages" => (to, "gh-pages"),
            None => (to, ""),
        };
        if branch.is_empty() {
            let to = without_secrets(to.trim_end_matches('#'));
            return Err(Diagnostic::error(Code::Publish, format!("`{to}` names no branch"))
                .hint(format!("type the branch behind it: to = \"{to}#gh-pages\"")));
        }
        if !may_be_branch(branch) {
            return Err(Diagnostic::error(
                Code::Publish,
                format!("`{branch}` cannot be the name of a branch"),
            )
            .hint("use letters, numbers and hyphens, such as gh-pages"));
        }
        let repository = match repository.strip_prefix("git:") {
            _ if repository == "github-pages" => Repository::Remote("origin".to_owned()),
            Some(name) if name.is_empty() || name.starts_with('-') => {
                return Err(Diagnostic::error(Code::Publish, format!("`{to}` names no remote"))
                    .hint("type its name in your repository: to = \"git:origin#pages\""));
            }
            Some(name) => Repository::Remote(name.to_owned()),
            None => Repository::Url(repository.trim_start_matches("git+").to_owned()),
        };
        Ok(Address { repository, branch: branch.to_owned() })
    }
}

/// Whether git takes this as the name of a branch (git-check-ref-format(1)).
fn may_be_branch(name: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    let may_be =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    !name.starts_with('-')
        && name != "@"
        && !name.contains(is_odd)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
        && name.split('/').all(may_be)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(url: &str, branch: &str) -> Option<Address> {
        Some(Address { repository: Repository::Url(url.to_owned()), branch: branch.to_owned() })
    }

    fn remote(name: &str, branch: &str) -> Option<Address> {
        Some(Address { repository: Repository::Remote(name.to_owned()), branch: branch.to_owned() })
    }

    #[test]
    fn addresses() {
        for (to, address) in [
            ("git+ssh://git@h.example/x.git#pages", url("ssh://git@h.example/x.git", "pages")),
            ("git+https://h.example/x#a/b", url("https://h.example/x", "a/b")),
            ("git+file:///srv/x.git#main", url("file:///srv/x.git", "main")),
            ("github-pages", remote("origin", "gh-pages")),
            ("github-pages#site", remote("origin", "site")),
            ("git:upstream#pages", remote("upstream", "pages")),
            ("git+https://h.example/x", None),
            ("git:origin", None),
            ("git:#x", None),
            ("git:--upload-pack=x#y", None),
            ("git+file:///x#a..b", None),
            ("git+file:///x#a b", None),
            ("git+file:///x#-f", None),
            ("git+file:///x#a//b", None),
        ] {
            assert!(is_branch(to), "{to}");
            assert_eq!(Address::parse(to).ok(), address, "{to}");
        }
        let told = Address::parse("git+ssh://git@h.example/me/x.git").unwrap_err().plain();
        assert!(told.contains("to = \"git+ssh://git@h.example/me/x.git#gh-pages\""), "{told}");
        for to in ["s3://b", "git@h.example:x.git#y", "github-pagess", "/git:x"] {
            assert!(!is_branch(to), "{to}");
        }
    }
}
