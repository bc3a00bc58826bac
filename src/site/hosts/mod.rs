//! What the hosts of a site are told: what to say with each file, and which addresses have moved.
//!
//! 1. [`Orders`] are gathered from the site: its policy, the files that never change, its redirects.
//! 2. Each host's file of this folder writes them in its own words: as files of the site ([`HostFile`]), or, for
//!    programs that are set up outside of it, as text that `sternpost hosts` prints ([`Server`]).
//!
//! Redirects stay pages too: a site can be moved to a host that knows nothing of them.

mod caddy;
mod lasting;
mod netlify;
mod nginx;
mod vercel;

use crate::book::{Destination, Url};
use crate::config::{Coding, Host};
use crate::site::headers::cache_control;
use crate::site::{Role, Site, policy};

pub use lasting::Lasting;

/// A file by which a host is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostFile {
    /// `_headers`: what is said with files (Netlify, Cloudflare).
    Headers,
    /// `_redirects`: which addresses have moved (Netlify, Cloudflare).
    Redirects,
    /// `vercel.json`: both.
    Vercel,
    /// `.nojekyll` keeps GitHub Pages from running Jekyll over the site.
    NoJekyll,
    /// `CNAME`: the name by which GitHub Pages shows it.
    Cname,
}

impl HostFile {
    /// All of them.
    pub const ALL: [HostFile; 5] = [
        HostFile::Headers,
        HostFile::Redirects,
        HostFile::Vercel,
        HostFile::NoJekyll,
        HostFile::Cname,
    ];

    /// Its address.
    pub fn url(self) -> Url {
        Url::file(match self {
            HostFile::Headers => "_headers",
            HostFile::Redirects => "_redirects",
            HostFile::Vercel => "vercel.json",
            HostFile::NoJekyll => ".nojekyll",
            HostFile::Cname => "CNAME",
        })
    }
}

/// A program that serves files and takes its settings from outside the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
}

/// How long what never changes may be kept.
const FOREVER: &str = cache_control(Role::Hashed);

/// Everything else may be kept, but whether it is still so is to be asked each time.
const ASK: &str = cache_control(Role::Page);

/// How many redirects a host is told: Cloudflare takes 2,000, Vercel 2,048. Those beyond stay pages.
const MOST_REDIRECTS: usize = 2_000;

/// An address that has moved.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Redirect {
    /// The old address, as a path from the root of the host, not escaped.
    from: String,
    /// Where it leads: a path from there, or a full address, escaped.
    to: String,
}

/// What a host is told.
struct Orders {
    /// What is said with each file: names and values.
    headers: Vec<(&'static str, String)>,
    lasting: Vec<Lasting>,
    redirects: Vec<Redirect>,
    /// How many redirects there are beside those.
    more: usize,
    /// What stands before each path, with a slash at both ends.
    base: String,
}

impl Site {
    /// The files by which the hosts of this site are told something.
    pub(super) fn host_files(&self) -> impl Iterator<Item = HostFile> {
        let config = &self.book.config;
        let publish = &config.publish.hosting;
        let (netlify, cloudflare) =
            (publish.is_for(Host::Netlify), publish.is_for(Host::Cloudflare));
        let github = publish.is_for(Host::GithubPages);
        let has_moved = !self.book.redirects.pages.is_empty();
        let has_name = config.cname().is_some();
        let vercel = publish.is_for(Host::Vercel);
        HostFile::ALL.into_iter().filter(move |file| match file {
            HostFile::Headers => netlify || cloudflare,
            HostFile::Redirects => (netlify || cloudflare) && has_moved,
            HostFile::Vercel => vercel,
            HostFile::NoJekyll => github,
            HostFile::Cname => github && has_name,
        })
    }

    /// What stands in one of them.
    pub(super) fn host_file(&self, file: HostFile) -> String {
        match file {
            HostFile::Headers => netlify::headers(&self.orders("/")),
            HostFile::Redirects => {
                netlify::redirects(&self.orders("/"), &self.book.config.publish.hosting)
            }
            HostFile::Vercel => vercel::write(&self.orders("/")),
            HostFile::NoJekyll => String::new(),
            HostFile::Cname => format!("{}\n", self.book.config.cname().unwrap_or_default()),
        }
    }

    /// The settings of a server for this site.
    pub fn settings(&self, server: Server) -> String {
        let config = &self.book.config;
        let url = config.site_url().unwrap_or_default();
        let host = url.split("://").nth(1).and_then(|rest| rest.split('/').next());
        let place = Place {
            title: self.book.title.lines().next().unwrap_or_default(),
            host: host.filter(|host| host.chars().all(is_host)).unwrap_or("handbook.example.org"),
            codings: &config.publish.hosting.precompress,
        };
        let orders = self.orders(&config.base_path());
        match server {
            Server::Nginx => nginx::write(&orders, &place),
            Server::Caddy => caddy::write(&orders, &place),
        }
    }

    fn orders(&self, base: &str) -> Orders {
        let book = &self.book;
        let policy = policy::of(book, book.essays.iter().map(|essay| &**essay));
        let policy = policy.map(|policy| ("Content-Security-Policy", policy));
        let others = policy::OTHERS.map(|(name, value)| (name, value.to_owned()));
        let inside = |url: &'_ Url, place: &str| {
            let sign = if place.is_empty() { "" } else { "#" };
            (format!("{base}{}{sign}{place}", url.encoded()), Some(url.clone()))
        };
        let moved = book.redirects.pages.iter().filter_map(|redirect| {
            let (to, page) = match &redirect.to {
                Destination::Outside(address) => (address.clone(), None),
                Destination::Essay(id, place) => inside(book.url(*id), place),
                Destination::Section(id, place) => inside(&book.section_urls[id.0], place),
            };
            // Hosts may take `a/` and `a.html` for one address; led from one to the other, readers would never
            // arrive.
            let is_same = page.is_some_and(|page| page.bare() == redirect.from.bare());
            let from = format!("{base}{}", without_index(redirect.from.as_str()));
            let is_plain = is_plain(&from.replace(' ', "")) && is_plain(&to);
            (!is_same && is_plain).then_some(Redirect { from, to })
        });
        let mut redirects: Vec<Redirect> = moved.collect();
        let more = redirects.len().saturating_sub(MOST_REDIRECTS);
        redirects.truncate(MOST_REDIRECTS);
        Orders {
            headers: policy.into_iter().chain(others).collect(),
            lasting: self.lasting(),
            redirects,
            more,
            base: base.to_owned(),
        }
    }
}

/// What a server's settings say of the place that the site is in.
struct Place<'p> {
    title: &'p str,
    /// The name by which browsers ask for it.
    host: &'p str,
    /// The forms in which files are also there.
    codings: &'p [Coding],
}

/// What stands in the name of a host and its port.
fn is_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '.' | ':')
}

/// Whether an address can stand in any of these files as it is.
fn is_plain(address: &str) -> bool {
    let is_odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '\\' | '$' | '{' | '}' | '`' | ';')
    };
    !address.contains(is_odd)
}

/// The address by which browsers ask for the page of a folder.
fn without_index(url: &str) -> &str {
    match url.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => url,
    }
}
