//! The live preview: the site as a build would make it, from memory, with each change shown in place.
//!
//! 1. [`keeper`] loads, parses and assembles, and does it again when [`watch`] wakes it and the disk
//!    differs from what is known. What it has then is an [`edition`], published in a [`state`].
//! 2. [`answer`] finds what is at an address of the edition and renders it through the functions that
//!    `build` uses, unless [`memo`] has it. [`guard`] says who may ask.
//! 3. [`events`] tells each open page how things stand with it ([`live`]); its script ([`client.js`])
//!    fetches what is new and changes only what differs. [`trail`] knows where pages went.
//! 4. [`rounds`] renders all other pages when nobody waits, so that every error shows, and [`search`] makes the
//!    search index.
//!
//! Nothing here decides what a change affects. Editions are made whole, and a page is remembered by the
//! fingerprint of what it is made from.
//!
//! [`client.js`]: https://developer.mozilla.org/docs/Web/API/EventSource

pub mod answer;
mod body;
pub mod edition;
mod events;
mod files;
pub mod guard;
pub mod keeper;
mod lines;
pub mod live;
pub mod memo;
mod pages;
mod rounds;
mod search;
mod server;
pub mod state;
pub mod trail;
mod watch;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::preview::answer::Preview;
use crate::preview::guard::{Guard, KEY};
use crate::preview::keeper::Keeper;
use crate::preview::memo::Memo;
use crate::preview::state::State;
use crate::preview::watch::Watcher;
use crate::source::survey::Change;

/// How many ports are tried after one that is taken.
const NEXT_PORTS: u16 = 50;

/// What a preview is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// The root of the project.
    pub root: PathBuf,
    /// The port, or the first to try.
    pub port: u16,
    /// The address to listen at; `None`: only this machine can ask.
    pub host: Option<IpAddr>,
    /// Names by which the preview may be asked for besides its own.
    pub allowed: Vec<String>,
    /// Whether drafts are part of the book.
    pub drafts: bool,
}

/// What happened, for whoever tells the author.
pub enum News<'n> {
    /// The sources were read for the first time.
    Loaded {
        /// What came of it.
        state: &'n State,
        /// What was found.
        found: Vec<Diagnostic>,
        /// How long it took.
        took: Duration,
    },
    /// Files changed.
    Changed {
        /// Which, as the author calls them.
        changes: Vec<(String, Change)>,
        /// What was found that was not there before.
        found: Vec<Diagnostic>,
        /// Whether something was wrong before and nothing is now.
        all_is_well: bool,
        /// Whether the site cannot be made, and an older one is shown.
        stopped: bool,
        /// How long it took from the first word of it until pages had it.
        took: Duration,
    },
    /// Pages, looked at or not, cannot be made, for these reasons; none: all can be made again.
    Failing(Vec<Diagnostic>),
    /// Changes are looked for instead of waited for, with the reason.
    Sweeping(&'n str),
}

/// Tells the author.
pub type Tell = Arc<dyn Fn(News<'_>) + Send + Sync>;

/// Where a preview can be looked at.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// On this machine.
    pub here: String,
    /// From elsewhere, where that was asked for: from other machines, and by the names that were allowed.
    pub elsewhere: Vec<String>,
    /// The port that was asked for, if it was taken.
    pub taken: Option<u16>,
}

/// A preview whose port is its own and which answers nothing yet.
pub struct Bound {
    options: Options,
    listeners: Vec<std::net::TcpListener>,
    guard: Guard,
    taken: Option<u16>,
}

impl Bound {
    /// Takes the port, or the first after it that is free.
    ///
    /// # Errors
    /// When none can be had.
    pub fn new(options: Options) -> Result<Bound, Failure> {
        let mut refused = None;
        let ports = std::iter::once(options.port)
            .chain((1..=NEXT_PORTS).filter_map(|next| options.port.checked_add(next)));
        for port in ports {
            match listen(options.host, port) {
                Ok(listeners) => {
                    let port = listeners
                        .first()
                        .and_then(|listener| listener.local_addr().ok())
                        .map_or(port, |address| address.port());
                    let token = token()?;
                    let guard = Guard { token, allowed: options.allowed.clone(), port };
                    let taken = (options.port != 0 && port != options.port).then_some(options.port);
                    return Ok(Bound { options, listeners, guard, taken });
                }
                Err(error) => refused = Some(error),
            }
            let taken = |error: &std::io::Error| error.kind() == std::io::ErrorKind::AddrInUse;
            if !refused.as_ref().is_some_and(taken) {
                break;
            }
        }
        let why = refused.map_or_else(String::new, |error| crate::diagnostic::reason(&error));
        let message = format!("cannot listen at port {}: {why}", options.port);
        Err(Diagnostic::error(Code::Preview, message)
            .hint("name another port: sternpost serve --port 4000")
            .into())
    }

    /// Where it will be.
    pub fn addresses(&self) -> Addresses {
        let port = self.guard.port;
        let host = self.options.host;
        let here = match host.filter(|host| host.is_loopback()) {
            Some(host) => format!("http://{}/", SocketAddr::new(host, port)),
            None => format!("http://localhost:{port}/"),
        };
        let network = host.filter(|host| !host.is_loopback()).map(|host| {
            let address = if host.is_unspecified() { own_address() } else { Some(host) };
            // A machine that is in no network now may be in one later.
            let address = address.map(|address| SocketAddr::new(address, port).to_string());
            address.unwrap_or_else(|| format!("ADDRESS-OF-THIS-MACHINE:{port}"))
        });
        let with_key = |name: &String| format!("http://{name}/?{KEY}={}", self.guard.token);
        let elsewhere = network.iter().chain(&self.options.allowed).map(with_key).collect();
        Addresses { here, elsewhere, taken: self.taken }
    }

    /// Answers for good.
    ///
    /// # Errors
    /// When the system refuses what a server needs.
    pub fn run(self, tell: Tell) -> Result<(), Failure> {
        let (sender, state) = tokio::sync::watch::channel(Arc::new(State::default()));
        let (failing, failures) = tokio::sync::watch::channel(Arc::from([]));
        let Options { root, drafts, .. } = self.options;
        let broken = failures.clone();
        let preview = Arc::new(Preview {
            guard: self.guard,
            state,
            memo: Memo::default(),
            failures,
            asked: std::sync::Mutex::default(),
            search: search::Ready::default(),
        });
        let keeper = Keeper::new(root, drafts, sender, broken, Arc::clone(&tell));
        let (watcher, wakes) = Watcher::new();
        spawn("keeper", move || keeper.run(wakes, watcher))?;
        let going = Arc::clone(&preview);
        let told = Arc::clone(&tell);
        spawn("rounds", move || rounds::run(&going, &failing, &told))?;
        let searching = Arc::clone(&preview);
        spawn("search", move || search::run(&searching, &tell))?;
        server::run(self.listeners, preview).map_err(|error| {
            let message = format!("the server stopped: {}", crate::diagnostic::reason(&error));
            Failure::from(Diagnostic::error(Code::Preview, message))
        })
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map(drop).map_err(|error| {
        let reason = crate::diagnostic::reason(&error);
        Diagnostic::error(Code::Preview, format!("cannot start a thread: {reason}")).into()
    })
}

/// Listens at `host`, and at both loopback addresses unless that is one or stands for all. A machine may
/// have no IPv6, or no IPv4.
fn listen(host: Option<IpAddr>, port: u16) -> std::io::Result<Vec<std::net::TcpListener>> {
    if let Some(host) = host {
        let listener = std::net::TcpListener::bind((host, port))?;
        let port = listener.local_addr()?.port();
        let mut listeners = vec![listener];
        if !host.is_loopback() && !host.is_unspecified() {
            listeners.extend(listen(None, port)?);
        }
        return Ok(listeners);
    }
    let four = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let port =
        four.as_ref().ok().and_then(|four| four.local_addr().ok()).map_or(port, |a| a.port());
    let six = std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, port));
    match (four, six) {
        (Ok(four), Ok(six)) => Ok(vec![four, six]),
        // Someone else's server at the other address would answer half of the requests.
        (_, Err(error)) | (Err(error), _) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(error)
        }
        (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(vec![one]),
        (Err(error), Err(_)) => Err(error),
    }
}

/// This machine's address in its network: the one from which it would send to the outside. Nothing is
/// sent; the address is one that is kept for documentation (RFC 5737).
fn own_address() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// A word that nobody can guess: 128 random bits.
fn token() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Diagnostic::error(Code::Preview, format!("the system gives no random numbers: {error}"))
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
