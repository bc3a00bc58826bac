//! `[publish]`: what is made beside the pages for the hosts that show them.

use serde::{Deserialize, Deserializer};

/// The switches of `[publish]`. The tables below it name targets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct PublishTable {
    /// The hosts that the site goes to. Default: those that take small files of their own which harm
    /// nobody else ([`Host::WITHOUT_ASKING`]).
    pub hosts: Option<Vec<Host>>,
    /// In which codings files are also there compressed: `true` for all, or some of `br` and `gz`.
    #[serde(deserialize_with = "codings")]
    pub precompress: Vec<Coding>,
}

/// The switches of `[publish]`, for messages. A test holds it against [`PublishTable`].
pub(super) const PUBLISH_KEYS: &[&str] = &["hosts", "precompress"];

/// A host, or a program that serves files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// Netlify.
    Netlify,
    /// Cloudflare Pages, or Workers with static assets.
    Cloudflare,
    /// Vercel.
    Vercel,
    /// GitHub Pages, and Forgejo's and Codeberg's.
    GithubPages,
    /// GitLab Pages.
    GitlabPages,
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
}

impl Host {
    /// The hosts whose files are written if none is named.
    pub const WITHOUT_ASKING: &[Host] = &[Host::Netlify, Host::Cloudflare, Host::GithubPages];
}

impl PublishTable {
    /// Whether the site is made for `host`.
    pub fn is_for(&self, host: Host) -> bool {
        self.hosts.as_deref().unwrap_or(Host::WITHOUT_ASKING).contains(&host)
    }
}

/// A form in which a file can travel (RFC 9110, section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coding {
    /// Brotli (RFC 7932).
    Br,
    /// Gzip (RFC 1952).
    Gz,
}

impl Coding {
    /// All of them.
    pub const ALL: [Coding; 2] = [Coding::Br, Coding::Gz];

    /// How the name of a file ends that is in this form.
    pub fn ending(self) -> &'static str {
        match self {
            Coding::Br => ".br",
            Coding::Gz => ".gz",
        }
    }
}

/// Reads `true`, `false` or a list.
fn codings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Coding>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected true, false, or a list of \"br\" and \"gz\"")]
    enum Written {
        Switch(bool),
        Named(Vec<Coding>),
    }
    let mut codings = match Written::deserialize(deserializer)? {
        Written::Switch(true) => Coding::ALL.to_vec(),
        Written::Switch(false) => Vec::new(),
        Written::Named(named) => named,
    };
    codings.sort();
    codings.dedup();
    Ok(codings)
}
