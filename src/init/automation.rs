//! Files for services that check and publish a handbook, and for editors that it is written in.
//!
//! What a stranger proposes is content that nobody has read. So the jobs that build it may only read, have no
//! secrets, and publish nothing (GitHub, "Security hardening for GitHub Actions": `pull_request`, never
//! `pull_request_target`).

use unicode_normalization::UnicodeNormalization;

use crate::book::taxonomy::slug;
use crate::config::schema;
use crate::init::{Answers, Found, NewFile};

/// A service that builds and shows a site by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// GitHub Actions and Pages.
    Github,
    /// GitLab CI and Pages.
    Gitlab,
    /// Forgejo Actions, for Codeberg Pages and the like.
    Forgejo,
    /// Netlify.
    Netlify,
    /// GitHub Actions for Cloudflare Pages.
    Cloudflare,
}

/// An editor that can be told of a project's commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editor {
    /// Visual Studio Code, and editors made from it.
    VsCode,
}

/// Where editors find what a `book.toml` may hold.
pub(super) const SCHEMA: &str = ".vscode/book.schema.json";

impl Service {
    /// Its file.
    pub(super) fn file(self, found: &Found, answers: &Answers) -> NewFile {
        let (path, about, text) = match self {
            Service::Github => (
                ".github/workflows/handbook.yml",
                "checks, builds and publishes on GitHub Pages",
                include_str!("files/github.yml"),
            ),
            Service::Gitlab => (
                ".gitlab-ci.yml",
                "checks, builds and publishes on GitLab Pages",
                include_str!("files/gitlab.yml"),
            ),
            Service::Forgejo => (
                ".forgejo/workflows/handbook.yml",
                "checks, builds and publishes on the branch `pages`",
                include_str!("files/forgejo.yml"),
            ),
            Service::Netlify => {
                ("netlify.toml", "how Netlify builds it", include_str!("files/netlify.toml"))
            }
            Service::Cloudflare => (
                ".github/workflows/cloudflare.yml",
                "checks, builds and publishes on Cloudflare Pages",
                include_str!("files/cloudflare.yml"),
            ),
        };
        let title = answers.title.as_deref().or(found.title.as_deref());
        let text = text.replace("{project}", &project(title.unwrap_or("")));
        NewFile::new(path, about, found.placed(&text))
    }
}

impl Editor {
    /// Its files.
    pub(super) fn files(self) -> Vec<NewFile> {
        match self {
            Editor::VsCode => vec![
                NewFile::new(
                    ".vscode/tasks.json",
                    "preview, check and build as tasks",
                    include_str!("files/tasks.json"),
                ),
                NewFile::new(
                    ".vscode/handbook.code-snippets",
                    "essays and blocks, to begin with a word",
                    include_str!("files/snippets.json"),
                ),
                NewFile::new(
                    ".vscode/extensions.json",
                    "extensions that help to write",
                    include_str!("files/extensions.json"),
                ),
                NewFile::new(
                    SCHEMA,
                    "what settings there are, for the editor",
                    format!("{:#}\n", schema::of_book()),
                ),
            ],
        }
    }
}

/// A name that Cloudflare takes for a project: small letters, digits and hyphens, at most 58.
fn project(title: &str) -> String {
    let name = slug(title);
    let plain = name.nfkd().filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    let name: String = plain.take(50).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "handbook".to_owned() } else { name.to_owned() }
}
