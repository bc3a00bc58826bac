//! Whether links to other sites still lead somewhere. Asked only when it is asked for, and politely: each
//! address once, each host by one request at a time with a pause between them, answers kept for a week.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use backon::{BlockingRetryable, ExponentialBuilder};
use foldhash::HashMap;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::diagnostic::{Code, Diagnostic, Place};

/// How hosts are asked.
#[derive(Debug, Clone)]
pub struct Manner {
    /// How long an answer may take.
    pub timeout: Duration,
    /// The pause between two requests to one host, and before the first repetition.
    pub pause: Duration,
    /// How often a host that is busy is asked again.
    pub retries: usize,
    /// Beginnings of addresses that are not asked.
    pub exclude: Vec<String>,
    /// Whether hosts in the own network are asked too.
    pub private: bool,
    /// Where answers are kept; `None` keeps none.
    pub cache: Option<PathBuf>,
}

/// How many hosts are asked at once.
const HOSTS: usize = 8;

/// How long a good answer is believed.
const BELIEVED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The longest wait that a host may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// An address, where it stands first, and how often.
#[derive(Debug)]
struct Asked {
    place: Place,
    count: usize,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Fine,
    /// The host says that there is nothing, or nothing for us.
    Refused(u16),
    /// There was no answer.
    Silent(String),
}

/// Why a request is repeated.
struct Busy {
    answer: Answer,
    wait: Option<Duration>,
}

/// Asks for every address of another site in `book`, and tells those that lead nowhere.
pub fn check(book: &Book, manner: &Manner) -> Vec<Diagnostic> {
    let addresses = addresses(book, manner);
    let kept = Kept::read(manner.cache.as_deref());
    let mut hosts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for address in addresses.keys().filter(|address| !kept.is_fine(address)) {
        hosts.entry(host(address)).or_default().push(address);
    }
    let answers = ask_all(hosts.into_values().collect(), manner);
    kept.write(manner.cache.as_deref(), &answers);
    let mut found = Vec::new();
    for (address, Asked { place, count }) in &addresses {
        let Some(answer) = answers.get(address.as_str()) else { continue };
        let note = match answer {
            Answer::Fine => continue,
            Answer::Refused(404 | 410) => Diagnostic::warning(
                Code::ExternalLink,
                format!("there is nothing any more at {address}"),
            )
            .hint("look for where it has moved, or link to a copy of it"),
            Answer::Refused(status) => Diagnostic::note(
                Code::ExternalLink,
                format!("{address} answers with status {status}"),
            )
            .hint("it may be there for people all the same; look at it in a browser"),
            Answer::Silent(why) => {
                Diagnostic::note(Code::ExternalLink, format!("{address} does not answer: {why}"))
                    .hint("it may be there again later")
            }
        };
        let note = note.at(place.clone());
        found.push(match count {
            1 => note,
            count => note.hint(format!("the book links to it {count} times; this is the first")),
        });
    }
    found
}

/// The addresses to ask for, without fragments.
fn addresses(book: &Book, manner: &Manner) -> BTreeMap<String, Asked> {
    let mut addresses: BTreeMap<String, Asked> = BTreeMap::new();
    for id in &book.tree.order {
        let essay = book.essay(*id);
        for (link, resolved) in essay.links.iter().zip(book.links[id.0].iter()) {
            let target = match resolved {
                crate::book::Resolved::AsWritten => link.target.trim(),
                crate::book::Resolved::Outside(address) => address,
                _ => continue,
            };
            let address = target.split('#').next().unwrap_or("");
            let is_web = address.starts_with("https://") || address.starts_with("http://");
            let excluded = manner.exclude.iter().any(|start| address.starts_with(start));
            if !is_web || excluded || (!manner.private && is_private(host(address))) {
                continue;
            }
            let asked = addresses
                .entry(address.to_owned())
                .or_insert_with(|| Asked { place: essay.place(link.span.clone()), count: 0 });
            asked.count += 1;
        }
    }
    addresses
}

/// The host of an address, with its port.
fn host(address: &str) -> &str {
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    host.rsplit('@').next().unwrap_or(host)
}

/// Hosts that mean something else to everyone who asks, and those that are only examples (RFC 2606).
fn is_private(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    let ends = ["localhost", ".local", ".internal", ".test", ".invalid", ".example"];
    let example = ["example.com", "example.org", "example.net"];
    let of_network = name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| {
        ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()
    });
    of_network
        || !name.contains('.')
        || ends.iter().any(|end| name.ends_with(end))
        || example.iter().any(|e| name == *e || name.ends_with(&format!(".{e}")))
}

/// Asks for all addresses, those of one host one after the other.
fn ask_all(hosts: Vec<Vec<&str>>, manner: &Manner) -> HashMap<String, Answer> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(manner.timeout))
        .http_status_as_error(false)
        .user_agent(concat!("sternpost/", env!("CARGO_PKG_VERSION"), " (link check)"))
        .build()
        .into();
    let waiting = Mutex::new(hosts);
    let answers = Mutex::new(HashMap::default());
    let next = || waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
    std::thread::scope(|scope| {
        for _ in 0..HOSTS {
            scope.spawn(|| {
                while let Some(addresses) = next() {
                    for (at, address) in addresses.into_iter().enumerate() {
                        if at > 0 {
                            std::thread::sleep(manner.pause);
                        }
                        let answer = ask(&agent, address, manner);
                        let mut answers =
                            answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        answers.insert(address.to_owned(), answer);
                    }
                }
            });
        }
    });
    answers.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Asks for one address, again if the host is busy.
fn ask(agent: &ureq::Agent, address: &str, manner: &Manner) -> Answer {
    let policy =
        ExponentialBuilder::default().with_min_delay(manner.pause).with_max_times(manner.retries);
    let asked = || {
        let answer = ask_once(agent, address);
        // A host that says when to come back is taken at its word.
        if let Err(Busy { wait: Some(wait), .. }) = &answer {
            std::thread::sleep((*wait).min(LONGEST_WAIT));
        }
        answer
    };
    let asked = asked.retry(policy).call();
    asked.unwrap_or_else(|busy| busy.answer)
}

fn ask_once(agent: &ureq::Agent, address: &str) -> Result<Answer, Busy> {
    let head = agent.head(address).call();
    // Some hosts know only how to give the page.
    let answer = match head {
        Ok(answer) if answer.status().is_client_error() && answer.status().as_u16() != 429 => {
            agent.get(address).call()
        }
        Ok(answer) if answer.status().as_u16() == 501 => agent.get(address).call(),
        other => other,
    };
    match answer {
        Ok(answer) if answer.status().as_u16() == 429 || answer.status().is_server_error() => {
            let after = answer.headers().get("retry-after").and_then(|after| after.to_str().ok());
            let wait = after.and_then(|after| after.trim().parse().ok()).map(Duration::from_secs);
            Err(Busy { answer: Answer::Refused(answer.status().as_u16()), wait })
        }
        Ok(answer) if answer.status().is_client_error() => {
            Ok(Answer::Refused(answer.status().as_u16()))
        }
        Ok(_) => Ok(Answer::Fine),
        Err(error) => Err(Busy { answer: Answer::Silent(error.to_string()), wait: None }),
    }
}

/// The good answers of earlier runs, with the time in seconds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    fine: BTreeMap<String, u64>,
}

impl Kept {
    /// A file that is not there or cannot be read keeps nothing.
    fn read(path: Option<&Path>) -> Kept {
        let text = path.and_then(|path| fs::read_to_string(path).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    fn is_fine(&self, address: &str) -> bool {
        let age = self.fine.get(address).map(|at| now().saturating_sub(*at));
        age.is_some_and(|age| age < BELIEVED.as_secs())
    }

    /// Keeps what is fine. Where that cannot be written, the next run asks again.
    fn write(mut self, path: Option<&Path>, answers: &HashMap<String, Answer>) {
        let Some(path) = path else { return };
        let now = now();
        self.fine.retain(|_, at| now.saturating_sub(*at) < BELIEVED.as_secs());
        let fine = answers.iter().filter(|(_, answer)| **answer == Answer::Fine);
        self.fine.extend(fine.map(|(address, _)| (address.clone(), now)));
        let text = serde_json::to_string(&self).unwrap_or_default();
        let _ = path.parent().map(fs::create_dir_all);
        let _ = fs::write(path, text);
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_are_not_asked() {
        for host in ["localhost:8080", "10.0.0.1", "wiki", "a.internal", "www.example.org"] {
            assert!(is_private(host), "{host}");
        }
        assert!(!is_private("example.co") && !is_private("8.8.8.8"));
        assert_eq!(host("https://me@a.org:1/x?y#z"), "a.org:1");
    }
}
