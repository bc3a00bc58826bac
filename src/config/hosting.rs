//! The switches of `[publish]`: what is made beside the pages for the hosts that show them.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::below;
use crate::diagnostic::{Code, Diagnostic, Place, nearest};

/// The keys of `[publish]` that are no targets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct Hosting {
    /// The hosts that the site goes to, each of which gets the files that it reads. Default: Netlify, Cloudflare
    /// and GitHub Pages.
    pub hosts: Option<Vec<Host>>,
    /// Whether files are also there compressed: `true`, or some of `br` and `gz`. Default: false.
    #[serde(deserialize_with = "codings")]
    #[schemars(with = "Codings")]
    pub precompress: Vec<Coding>,
}

/// Their names, for messages. A test holds them against [`Hosting`].
pub(super) const HOSTING_KEYS: &[&str] = &["hosts", "precompress"];

/// A host, or a program that serves files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
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

/// The names of hosts, for messages. A test holds them against [`Host`].
const HOSTS: &[&str] =
    &["netlify", "cloudflare", "vercel", "github-pages", "gitlab-pages", "nginx", "caddy"];

/// The names of codings.
const CODINGS: &[&str] = &["br", "gz"];

impl Host {
    /// The hosts whose files are written if none is named.
    pub const WITHOUT_ASKING: &[Host] = &[Host::Netlify, Host::Cloudflare, Host::GithubPages];
}

impl Hosting {
    /// Whether the site is made for `host`.
    pub fn is_for(&self, host: Host) -> bool {
        self.hosts.as_deref().unwrap_or(Host::WITHOUT_ASKING).contains(&host)
    }
}

/// A form in which a file can travel (RFC 9110, section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
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

/// How codings are written.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected true, false, or a list of \"br\" and \"gz\"")]
enum Codings {
    /// All of them, or none.
    Switch(bool),
    /// These.
    Named(Vec<Coding>),
}

/// Reads `true`, `false` or a list.
fn codings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Coding>, D::Error> {
    let mut codings = match Codings::deserialize(deserializer)? {
        Codings::Switch(true) => Coding::ALL.to_vec(),
        Codings::Switch(false) => Vec::new(),
        Codings::Named(named) => named,
    };
    codings.sort();
    codings.dedup();
    Ok(codings)
}

/// What is wrong with the values of these keys. The tables beside them have names of the author's, so what reads
/// them all does not know the lines that they stand on.
pub(super) fn wrong(file: &str, text: &str, table: &DeTable<'_>) -> Vec<Diagnostic> {
    let keys = below(table, "publish").into_iter().flatten();
    let wrong = keys.filter_map(|(key, value)| {
        let (span, what, hint) = match (key.get_ref().as_ref(), value.get_ref()) {
            ("hosts", DeValue::Array(names)) => unknown("hosts", names, HOSTS)?,
            ("hosts", _) => {
                let hint = "type: hosts = [\"netlify\"]".to_owned();
                (value.span(), "`hosts` should be a list of names".to_owned(), hint)
            }
            ("precompress", DeValue::Array(names)) => unknown("precompress", names, CODINGS)?,
            ("precompress", DeValue::Boolean(_)) => return None,
            ("precompress", _) => {
                let what = "`precompress` should be true, false, or a list of \"br\" and \"gz\"";
                (value.span(), what.to_owned(), "type: precompress = true".to_owned())
            }
            _ => return None,
        };
        let found = Diagnostic::error(Code::Config, what).at(Place::in_text(file, text, span));
        Some(found.hint(hint))
    });
    wrong.collect()
}

/// The first of `names` that is none of `known`: its place, and what is said of it.
fn unknown(
    key: &str,
    names: &[Spanned<DeValue<'_>>],
    known: &[&str],
) -> Option<(std::ops::Range<usize>, String, String)> {
    let all = known.join(", ");
    names.iter().find_map(|name| match name.get_ref() {
        DeValue::String(given) if known.contains(&given.as_ref()) => None,
        DeValue::String(given) => {
            let begins = |name: &&str| given.len() > 2 && name.starts_with(given.as_ref());
            let longer = || known.iter().copied().find(begins);
            let hint = match nearest(given, known.iter().copied()).or_else(longer) {
                Some(near) => format!("did you mean \"{near}\"? the names are: {all}"),
                None => format!("the names are: {all}"),
            };
            Some((name.span(), format!("`{key}` cannot be `{given}`"), hint))
        }
        _ => {
            let what = format!("`{key}` lists names, in quotation marks");
            Some((name.span(), what, format!("the names are: {all}")))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_hosts_and_codings_are_those_that_are_read() {
        for name in HOSTS {
            assert!(serde_json::from_value::<Host>((*name).into()).is_ok(), "{name}");
        }
        let all = serde_json::from_str::<Host>("\"\"").unwrap_err().to_string();
        assert_eq!(all.matches('`').count(), 2 * HOSTS.len() + 2, "{all}");
        for (name, coding) in CODINGS.iter().zip(Coding::ALL) {
            assert_eq!(serde_json::from_value::<Coding>((*name).into()).ok(), Some(coding));
        }
    }
}
