//! Who may ask. The preview shows drafts, so no website that the author visits, and nobody on the
//! network, may read them.
//!
//! - A browser sends the name that it was told in `Host`. A name that a hostile site made lead here
//!   (DNS rebinding) is none of ours.
//! - A browser says in `Sec-Fetch-Site` whether another site asks. Another site may send the author here
//!   by a link, and nothing else; `localhost` with another port is another site.
//! - What the preview's own script asks for needs the word that this run was given.
//! - From another machine, and by a name that the author allowed (through a tunnel all requests come from
//!   this machine), everything needs that word.

use std::net::{IpAddr, SocketAddr};

use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, header};

/// The name of the parameter in the printed address that lets another machine in.
pub const KEY: &str = "key";

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The method is not GET or HEAD.
    Method,
    /// There is no `Host`, or more than one, or it is not this server's.
    Host(String),
    /// Another website asks.
    CrossSite,
    /// The word of this run is missing.
    Key,
}

/// What is known of a run.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The word that this run was given.
    pub token: String,
    /// Host names that the author allowed besides.
    pub allowed: Vec<String>,
    /// The port, which is part of the cookie's name: cookies do not know ports.
    pub port: u16,
}

/// Where a connection comes from and where it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// The other end.
    pub peer: IpAddr,
    /// This end.
    pub here: IpAddr,
}

impl Ends {
    /// The two ends, with addresses of IPv4 as such.
    pub fn new(peer: SocketAddr, here: SocketAddr) -> Ends {
        Ends { peer: peer.ip().to_canonical(), here: here.ip().to_canonical() }
    }
}

impl Guard {
    /// Whether the request may be answered.
    ///
    /// # Errors
    /// With the reason why not.
    pub fn check(&self, request: &Parts, ends: Ends) -> Result<(), Refusal> {
        self.check_host(request, ends)?;
        if request.method != Method::GET && request.method != Method::HEAD {
            return Err(Refusal::Method);
        }
        check_site(&request.headers)?;
        let is_here =
            ends.peer.is_loopback() && host_of(request).is_some_and(|host| is_local(&host));
        if !is_here && !self.has_cookie(&request.headers) {
            return Err(Refusal::Key);
        }
        Ok(())
    }

    fn check_host(&self, request: &Parts, ends: Ends) -> Result<(), Refusal> {
        let host = host_of(request).ok_or_else(|| Refusal::Host(String::new()))?;
        // A request to a proxy names a host before its path too.
        let named = request.uri.authority().map(|authority| authority.as_str().to_owned());
        for name in std::iter::once(host).chain(named) {
            if !self.is_own(&name, ends) {
                return Err(Refusal::Host(name));
            }
        }
        Ok(())
    }

    fn is_own(&self, host: &str, ends: Ends) -> bool {
        let name = name_of(host);
        // Nobody can make a literal address lead elsewhere.
        is_local(host)
            || address_of(&name).is_some_and(|address| address == ends.here)
            || self.allowed.iter().any(|allowed| name_of(allowed) == name)
    }

    /// The name of the cookie that stands for the word.
    pub fn cookie(&self) -> String {
        format!("sternpost-{}", self.port)
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let wanted = format!("{}={}", self.cookie(), self.token);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .any(|cookie| same(cookie.trim(), &wanted))
    }

    /// Whether `word` is that of this run.
    pub fn is_token(&self, word: &str) -> bool {
        same(word, &self.token)
    }
}

/// Whether two words are the same, in a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

/// The one host that a request names.
fn host_of(request: &Parts) -> Option<String> {
    let mut hosts = request.headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    Some(String::from_utf8_lossy(host.as_bytes()).into_owned())
}

/// Whether a host means the machine on which it is used.
fn is_local(host: &str) -> bool {
    let name = name_of(host);
    let is_loopback = address_of(&name).is_some_and(|address| address.is_loopback());
    is_loopback || name == "localhost" || name.ends_with(".localhost")
}

/// The name in a host: without the port, in the one form in which names are compared.
fn name_of(host: &str) -> String {
    without_port(host).trim_end_matches('.').to_lowercase()
}

/// The address that a name is, if it is one.
fn address_of(name: &str) -> Option<IpAddr> {
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    Some(bracketed.unwrap_or(name).parse::<IpAddr>().ok()?.to_canonical())
}

/// A host without its port.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) && !name.ends_with(':') => {
            name
        }
        _ => host,
    }
}

/// What browsers say of who asks. Those that say nothing are no browsers, or old ones, which the other
/// rules still keep out.
fn check_site(headers: &HeaderMap) -> Result<(), Refusal> {
    let said =
        |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("nothing known"));
    let navigates = said("sec-fetch-mode") == Some("navigate")
        && said("sec-fetch-dest").is_none_or(|dest| dest == "document");
    match said("sec-fetch-site") {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) if navigates => Ok(()),
        Some(_) => Err(Refusal::CrossSite),
    }
}

/// Whether a request to the preview's own addresses comes from one of its pages: `Origin`, where the
/// browser sends it, is the host that was asked. Only a tunnel makes it `https`.
pub fn is_own_origin(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let is_own = match origins.next().map(|origin| origin.to_str().unwrap_or("")) {
        None => true,
        Some(origin) => {
            let secure = origin.strip_prefix("https://").filter(|_| !is_local(host));
            secure.or_else(|| origin.strip_prefix("http://")) == Some(host)
        }
    };
    let site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin");
    is_own && site && origins.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn guard() -> Guard {
        Guard { token: "word".to_owned(), allowed: vec!["Box.Example".to_owned()], port: 3000 }
    }

    fn ends(peer: &str, here: &str) -> Ends {
        Ends { peer: peer.parse().unwrap(), here: here.parse().unwrap() }
    }

    fn ask(headers: &[(&str, &str)], ends: Ends) -> Result<(), Refusal> {
        let mut request = Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        guard().check(&request.body(()).unwrap().into_parts().0, ends)
    }

    #[test]
    fn only_its_own_names_are_answered() {
        let own = ends("127.0.0.1", "127.0.0.1");
        for host in [
            "localhost:3000",
            "LOCALHOST.",
            "book.localhost:3000",
            "127.0.0.1:3000",
            "127.1.2.3",
            "[::1]:3000",
        ] {
            assert_eq!(ask(&[("host", host)], own), Ok(()), "{host}");
        }
        // A name of the author's own leads through others' machines.
        let tunnel = ("host", "box.example:80");
        assert_eq!(ask(&[tunnel], own), Err(Refusal::Key));
        assert_eq!(ask(&[tunnel, ("cookie", "sternpost-3000=word")], own), Ok(()));
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.168.1.9",
            "[::1",
            "",
            "localhost:3000@evil.example",
            "0x7f000001",
        ] {
            let refused = ask(&[("host", host)], own);
            assert_eq!(refused, Err(Refusal::Host(host.to_owned())), "{host}");
        }
        assert!(ask(&[], own).is_err());
        assert!(ask(&[("host", "localhost"), ("host", "localhost")], own).is_err());
    }

    #[test]
    fn another_machine_needs_the_word() {
        let phone = ends("192.168.1.7", "192.168.1.5");
        let host = ("host", "192.168.1.5:3000");
        assert_eq!(ask(&[host], phone), Err(Refusal::Key));
        assert_eq!(ask(&[host, ("cookie", "a=b; sternpost-3000=word")], phone), Ok(()));
        assert_eq!(ask(&[host, ("cookie", "sternpost-3000=wor")], phone), Err(Refusal::Key));
        assert_eq!(ask(&[host, ("cookie", "sternpost-3001=word")], phone), Err(Refusal::Key));
    }

    #[test]
    fn another_site_may_only_lead_here() {
        let own = ends("::1", "::1");
        let ask = |site, mode, dest| {
            ask(
                &[
                    ("host", "localhost"),
                    ("sec-fetch-site", site),
                    ("sec-fetch-mode", mode),
                    ("sec-fetch-dest", dest),
                ],
                own,
            )
        };
        assert_eq!(ask("same-origin", "cors", "empty"), Ok(()));
        assert_eq!(ask("none", "navigate", "document"), Ok(()));
        assert_eq!(ask("cross-site", "navigate", "document"), Ok(()));
        for (site, mode, dest) in [
            ("cross-site", "no-cors", "script"),
            ("same-site", "cors", "empty"),
            ("cross-site", "navigate", "iframe"),
            ("same-site", "no-cors", "image"),
            ("cross-site\u{fffd}", "no-cors", "image"),
        ] {
            assert_eq!(ask(site, mode, dest), Err(Refusal::CrossSite), "{site} {mode} {dest}");
        }
    }
}
