//! Whether readers get what was published: live files are fetched as a browser would, and compared.
//!
//! No redirect is followed but to another form of the same address, such as from `a` to `a/`. So a page that only leads
//! on is known where the host itself leads there, as hosts do that were told to.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::book::urls::escaped;
use crate::diagnostic::{Code, Diagnostic};
use crate::publish::at_once::at_once;
use crate::publish::program::without_secrets;
use crate::publish::{Hash, LocalFile};
use crate::site::hosts::HostFile;
use crate::site::uncompressed;

/// Of more files than these, this many are fetched.
const MOST: usize = 300;

/// How many at the same time.
const AT_ONCE: usize = 8;

/// How many forms of one address a host may lead through.
const MOST_FORMS: usize = 4;

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until a host takes the connection.
    pub connect: Duration,
    /// For one file.
    pub one: Duration,
    /// For all of them; then those count that were fetched.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            connect: Duration::from_secs(10),
            one: Duration::from_secs(30),
            whole: Duration::from_secs(2 * 60),
        }
    }
}

/// Where readers find the site.
#[derive(Debug, Clone)]
pub struct LiveSite {
    /// The address of the home page, which can hold a password.
    url: Url,
    shown: String,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files were fetched.
    pub fetched: usize,
    /// How many were to be.
    pub of: usize,
    /// Of those that were fetched, which are not as they should be, each with what is there instead.
    pub other: Vec<(String, String)>,
}

impl LiveSite {
    /// Reads the address of a home page.
    ///
    /// # Errors
    /// When it is none. It is not repeated then, as nobody knows where in it a password stands.
    pub fn parse(given: &str) -> Result<LiveSite, Diagnostic> {
        let rest = given.strip_prefix("https://").or_else(|| given.strip_prefix("http://"));
        let url = rest
            .filter(|rest| !rest.starts_with('/'))
            .and_then(|_| Url::parse(&format!("{}/", given.trim_end_matches('/'))).ok());
        match url.filter(|url| url.query().is_none() && url.fragment().is_none()) {
            Some(url) => Ok(LiveSite { shown: shown(&url), url }),
            None => Err(Diagnostic::error(
                Code::Publish,
                "what stands behind --verify is no address of a site",
            )
            .hint("type the address of the home page: --verify https://handbook.example.org/")),
        }
    }

    /// The address, without a password.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

/// Fetches `files` from `site`, all of them or a sample that is always the same. `leads` says of the pages that only
/// lead on where to, as it stands on them.
///
/// # Errors
/// When the host does not answer.
pub fn verify(
    site: &LiveSite,
    files: &[LocalFile],
    leads: &BTreeMap<String, String>,
    patience: Patience,
) -> Result<Verified, Diagnostic> {
    let agent = ureq::Agent::config_builder()
        .timeout_connect(Some(patience.connect))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("sternpost/", env!("CARGO_PKG_VERSION"), " (verify)"))
        .build()
        .into();
    let end = Instant::now() + patience.whole;
    let look = Look { agent, site, leads, one: patience.one, end };
    let sample = sample(files);
    let Some((first, others)) = sample.split_first() else { return Ok(Verified::default()) };
    // A host that is silent here is not waited for with each of the others.
    let home = look.fetch(first);
    if let Asked::Silent(why) = home {
        let message =
            format!("{} does not answer, so nothing could be verified: {why}", site.shown);
        return Err(Diagnostic::error(Code::Publish, message)
            .hint("see whether the address is right, and whether the host shows the site there"));
    }
    let asked = at_once(AT_ONCE, others, |file| Ok::<_, Diagnostic>(look.fetch(file)))?;
    let mut verified = Verified { of: sample.len(), ..Verified::default() };
    for (file, asked) in sample.iter().zip(std::iter::once(home).chain(asked)) {
        let what = match asked {
            Asked::Late => continue,
            Asked::Same => None,
            Asked::Other => Some("other than it was built".to_owned()),
            Asked::Led(to) => Some(format!("not there: the host leads on to {to}")),
            Asked::Status(404) => Some("not there".to_owned()),
            Asked::Status(status) => Some(format!("answered with status {status}")),
            Asked::Silent(why) => Some(format!("not to be had: {why}")),
        };
        verified.fetched += 1;
        verified.other.extend(what.map(|what| (file.path.clone(), what)));
    }
    Ok(verified)
}

/// What a host answered.
enum Asked {
    Same,
    Other,
    Status(u16),
    /// It leads to another place.
    Led(String),
    Silent(String),
    /// The time for all of them was over.
    Late,
}

/// How the files of one site are fetched.
struct Look<'l> {
    agent: ureq::Agent,
    site: &'l LiveSite,
    leads: &'l BTreeMap<String, String>,
    one: Duration,
    end: Instant,
}

impl Look<'_> {
    fn fetch(&self, file: &LocalFile) -> Asked {
        let path = file.path.strip_suffix("index.html").unwrap_or(&file.path);
        let path = if path.is_empty() || path.ends_with('/') { path } else { &file.path };
        let Ok(asked) = Url::parse(&format!("{}{}", self.site.url, escaped(path))) else {
            return Asked::Silent("it has an address that cannot be".to_owned());
        };
        let leads = self.leads.get(&file.path).and_then(|to| asked.join(to).ok());
        let mut address = asked.clone();
        for _ in 0..MOST_FORMS {
            let left = self.end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Asked::Late;
            }
            let request = self.agent.get(address.as_str()).config();
            let request = request.timeout_global(Some(self.one.min(left))).build();
            let mut answer = match request.call() {
                Ok(answer) => answer,
                Err(error) => return self.silent(&error),
            };
            let Some(next) = led(&answer, &address) else {
                return self.compare(&mut answer, file);
            };
            let is_there = |to: &Url| {
                let is_host = next.host() == to.host()
                    || next.host() == address.host() && to.host() == asked.host();
                is_host && form(&next) == form(to) && next.query() == to.query()
            };
            if leads.as_ref().is_some_and(is_there) {
                return Asked::Same;
            }
            if form(&next) != form(&address) {
                return Asked::Led(shown(&next));
            }
            address = next;
        }
        Asked::Led("itself".to_owned())
    }

    fn compare(&self, answer: &mut http::Response<ureq::Body>, file: &LocalFile) -> Asked {
        if !answer.status().is_success() {
            return Asked::Status(answer.status().as_u16());
        }
        let mut bytes = Vec::new();
        // One byte more than there should be is enough to know.
        match answer.body_mut().as_reader().take(file.size + 1).read_to_end(&mut bytes) {
            Ok(_) if Hash::of(&bytes) == file.hash => Asked::Same,
            Ok(_) => Asked::Other,
            Err(error) => self.silent(&error.into()),
        }
    }

    fn silent(&self, error: &ureq::Error) -> Asked {
        if Instant::now() >= self.end {
            return Asked::Late;
        }
        Asked::Silent(match error {
            ureq::Error::HostNotFound => "no such host can be found".to_owned(),
            ureq::Error::Timeout(_) => "it does not answer in time".to_owned(),
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                "it does not answer in time".to_owned()
            }
            ureq::Error::Io(error) => crate::diagnostic::reason(error),
            other => without_secrets(&other.to_string()),
        })
    }
}

/// Where an answer to `address` leads, if it leads anywhere. Who logs in stays the same at the same host.
fn led(answer: &http::Response<ureq::Body>, address: &Url) -> Option<Url> {
    if !answer.status().is_redirection() {
        return None;
    }
    let to = answer.headers().get("location")?.to_str().ok()?;
    let mut next = address.join(to).ok().filter(|next| next.scheme().starts_with("http"))?;
    let is_safe = next.scheme() == address.scheme() || next.scheme() == "https";
    if next.host() == address.host() && is_safe {
        // An address with a host can have both.
        let _ = next.set_username(address.username());
        let _ = next.set_password(address.password());
    }
    Some(next)
}

/// The path of an address, the same for `/a`, `/a/`, `/a/index.html` and `/a.html`, which hosts lead from one to the
/// other.
fn form(address: &Url) -> String {
    let path = percent_decode_str(address.path()).decode_utf8_lossy().into_owned();
    let path =
        path.strip_suffix("/index.html").or_else(|| path.strip_suffix(".html")).unwrap_or(&path);
    path.trim_end_matches('/').to_owned()
}

/// An address without what can be a secret.
fn shown(address: &Url) -> String {
    without_secrets(address.as_str())
}

/// Which files are fetched: the home page, which is the first, and of the others those whose hashes come first, so that
/// it is a sample of everything.
fn sample(files: &[LocalFile]) -> Vec<&LocalFile> {
    let mut sample: Vec<&LocalFile> = files.iter().filter(|file| is_shown(&file.path)).collect();
    let is_other = |file: &LocalFile| file.path != "index.html";
    if sample.len() > MOST {
        sample.sort_by_cached_key(|file| (is_other(file), file.hash.to_string()));
        sample.truncate(MOST);
    }
    sample.sort_by(|a, b| (is_other(a), &a.path).cmp(&(is_other(b), &b.path)));
    sample
}

/// Whether hosts show a file under its name: not those that they read, nor the page that they show where there is none.
fn is_shown(path: &str) -> bool {
    let path = uncompressed(path);
    let name = path.rsplit('/').next().unwrap_or("");
    let is_read = || HostFile::ALL.iter().any(|file| file.url().output() == path);
    !name.starts_with(['.', '_']) && path != "404.html" && !is_read()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_sites() {
        for (given, url, shown) in [
            ("https://h.example", "https://h.example/", "https://h.example/"),
            ("http://h.example/a/", "http://h.example/a/", "http://h.example/a/"),
            ("https://me:x@h.example/", "https://me:x@h.example/", "https://h.example/"),
        ] {
            let site = LiveSite::parse(given).unwrap();
            assert_eq!((site.url.as_str(), site.shown()), (url, shown));
        }
        for given in
            ["", "https://", "https:///x", "h.example", "https://h/?x", "https://h/#x", "ftp://h"]
        {
            assert!(LiveSite::parse(given).is_err(), "{given}");
        }
        let told = LiveSite::parse("https://me:hun/hunter2@h.example").unwrap_err().plain();
        assert!(!told.contains("hunter2"), "{told}");
    }

    #[test]
    fn forms_of_one_address() {
        let of = |path: &str| form(&Url::parse(&format!("https://h.example{path}")).unwrap());
        for path in ["/a", "/a/", "/a.html", "/a/index.html", "/%61"] {
            assert_eq!(of(path), "/a", "{path}");
        }
        assert_eq!(of("/index.html"), of("/"));
        assert_ne!(of("/a/b"), of("/a"));
    }
}
