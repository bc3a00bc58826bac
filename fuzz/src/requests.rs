//! What a browser, or anybody, sends to the preview: bytes as they come from a connection, of as many requests as
//! there are.
//!
//! - Never a panic, never an answer that says that the program failed.
//! - Nothing that lies beside the content, is hidden or is secret is ever in an answer.
//! - Every answer bears the headers that keep other websites out, and none that lets them in.
//! - Only who names this machine, and no other, gets a page; only pages that are read, not written.
//! - From another site only a link leads here; the word of this run is for nobody else.
//! - An answer that leads on leads to this site.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use hyper::body::{Body, Incoming};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use sternpost::preview::answer::Preview;
use sternpost::preview::edition::Edition;
use sternpost::preview::guard::{Ends, Guard};
use sternpost::preview::state::State;
use sternpost::site::{Memory, load};
use sternpost::source::{Project, Survey};
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;

/// What stands in every file that must not be read.
const SECRET: &str = "the-secret-that-nobody-may-read";

/// What stands on every page.
const WORDS: &str = "Words that only the author may read.";

/// And in a file.
const PLAN: &str = "A plan that only the author may read.";

/// The word of this run.
const TOKEN: &str = "token-of-this-run";

/// A handbook with secrets all around it. It is on disk for as long as the program runs.
fn handbook() -> &'static Path {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("handbook");
        let write = |path: &str, text: &str| {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("book.toml", "[handbook]\nimages = false\nsearch = false\n");
        for path in ["trust.md", "team/credit.md", "zwei Wörter/über.md", "a+b%20c.md"] {
            write(&format!("content/{path}"), &format!("# Title\n\n{WORDS}\n\n[x](plan.txt)\n"));
        }
        write("content/team/ship.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        write("content/plan.txt", &PLAN.repeat(100));
        let secrets = ["secret.txt", "../secret.txt", "../handbook-private/secret.md"];
        let inside = ["content/.hidden/a.md", "content/.env", "content/key.pem", "templates/x.txt"];
        for path in secrets.into_iter().chain(inside) {
            write(path, SECRET);
        }
        folder
    });
    FOLDER.path()
}

static PREVIEW: LazyLock<Arc<Preview>> = LazyLock::new(|| {
    let root = handbook().canonicalize().unwrap().join("handbook");
    let project = Project::open(root.clone(), None).unwrap().value;
    let survey = Survey::take(&root, Some(&project), &[]);
    let loaded = load(&project, &survey, true, Memory::NONE).unwrap();
    let edition = Some(Arc::new(Edition::new(1, project, loaded.value, loaded.notes, None)));
    // Whoever sends may go: what was sent stays.
    let state = watch::channel(Arc::new(State { number: 1, edition, ..State::default() })).1;
    Arc::new(Preview {
        guard: Guard {
            token: TOKEN.to_owned(),
            allowed: vec!["box.example".to_owned()],
            port: 3000,
        },
        state,
        memo: Default::default(),
        failures: watch::channel(Arc::from([])).1,
        asked: Mutex::default(),
        search: Default::default(),
    })
});

/// The first byte says where the connection comes from and where it arrives, the rest is what is sent.
pub fn holds(data: &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let [loopback, near, far] =
        [Ipv4Addr::LOCALHOST, Ipv4Addr::new(192, 168, 1, 5), Ipv4Addr::new(192, 168, 1, 7)];
    let (peer, here) = if first % 2 == 0 { (loopback, loopback) } else { (far, near) };
    let ends = Ends { peer: IpAddr::V4(peer), here: IpAddr::V4(here) };
    let service = service_fn(move |request: Request<Incoming>| async move {
        let (parts, _) = request.into_parts();
        let answer = Arc::clone(&PREVIEW).answer(parts.clone(), ends).await;
        let (head, body) = answer.into_parts();
        let is_endless = head.headers.get("content-type").is_some_and(|t| t == "text/event-stream");
        let bytes = if is_endless { Vec::new() } else { collected(body).await };
        is_well_answered(&parts, ends, &Response::from_parts(head, bytes));
        Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (mut browser, server) = tokio::io::duplex(64 * 1024);
        browser.write_all(&rest[..rest.len().min(32 * 1024)]).await.unwrap();
        browser.shutdown().await.unwrap();
        // Whatever is no request ends the conversation.
        let mut connection = http1::Builder::new();
        let conversation =
            connection.max_buf_size(32 * 1024).serve_connection(TokioIo::new(server), service);
        let reading = async {
            let mut answers = Vec::new();
            let _ = tokio::io::AsyncReadExt::read_to_end(&mut browser, &mut answers).await;
        };
        let (_, ()) = tokio::join!(conversation, reading);
    });
}

async fn collected(body: impl Body<Data = hyper::body::Bytes>) -> Vec<u8> {
    let mut body = std::pin::pin!(body);
    let mut bytes = Vec::new();
    while let Some(Ok(frame)) =
        std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await
    {
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
    }
    bytes
}

/// The one value of a header.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first.as_bytes())
}

fn is_well_answered(request: &Parts, ends: Ends, answer: &Response<Vec<u8>>) {
    let (status, headers) = (answer.status().as_u16(), answer.headers());
    let asked = || format!("{request:?} from {ends:?}: {status} {headers:?}");
    assert!([200, 206, 302, 304, 400, 403, 404, 405, 416].contains(&status), "{}", asked());
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "SAMEORIGIN"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(only(headers, name), Some(value.as_bytes()), "{name} of {}", asked());
    }
    let lets_in = |name: &hyper::header::HeaderName| name.as_str().starts_with("access-control-");
    assert!(!headers.keys().any(lets_in), "{}", asked());
    let body = String::from_utf8_lossy(answer.body());
    // Who says it knows it: names that are refused are shown.
    let said = format!("{request:?}");
    assert!(!body.contains(SECRET) || said.contains(SECRET), "{}", asked());
    // A page and what was asked for, which may be named in it and is escaped there.
    let most = 64 * 1024 + 16 * request.uri.to_string().len();
    assert!(body.len() <= most, "{} bytes, {}", body.len(), asked());

    let is_read = request.method == "GET" || request.method == "HEAD";
    let by_cookie = request.headers.get_all("cookie").iter().any(|cookie| {
        String::from_utf8_lossy(cookie.as_bytes()).contains(&format!("sternpost-3000={TOKEN}"))
    });
    let is_here = ends.peer.is_loopback() && names_this_machine(request);
    let may_read = is_read && (is_here || by_cookie && names_ours(request, ends));
    let shows = [WORDS, TOKEN, PLAN].iter().any(|kept| body.contains(kept) && !said.contains(kept));
    assert!(may_read || !shows, "shows what it may not: {}", asked());
    let site = request.headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let is_elsewhere = site.is_some_and(|site| site != b"same-origin" && site != b"none");
    let navigates = request.headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    assert!(!(shows && is_elsewhere && !navigates), "shows it to another site: {}", asked());
    if let Some(to) = headers.get("location") {
        let to = String::from_utf8_lossy(to.as_bytes());
        let page = url::Url::parse("http://localhost:3000/").unwrap();
        let reached = page.join(&to).unwrap();
        assert_eq!(reached.origin(), page.origin(), "leads to {to:?}: {}", asked());
    }
    let cookie = headers.get("set-cookie").is_some();
    let has_key = request.uri.query().is_some_and(|query| query.contains("key="));
    assert!(!cookie || has_key && is_read, "gives the word away: {}", asked());
}

/// The names in the request's `Host` and in its target, without port, in lower case; `None` if there is not just one
/// `Host`.
fn hosts(request: &Parts) -> Option<Vec<String>> {
    let host = String::from_utf8_lossy(only(&request.headers, "host")?).into_owned();
    let target = request.uri.authority().map(|authority| authority.as_str().to_owned());
    let bare = |host: String| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => &host,
        };
        name.trim_end_matches('.').to_lowercase()
    };
    Some([Some(host), target].into_iter().flatten().map(bare).collect())
}

fn is_loopback(name: &str) -> bool {
    let literal = name.trim_start_matches('[').trim_end_matches(']');
    let is_address = literal.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    is_address || name == "localhost" || name.ends_with(".localhost")
}

fn names_this_machine(request: &Parts) -> bool {
    hosts(request).is_some_and(|names| is_loopback(&names[0]) && names_are(&names, |_| false))
}

fn names_ours(request: &Parts, ends: Ends) -> bool {
    let is_ours = |name: &str| {
        name == "box.example" || name.trim_matches(['[', ']']) == ends.here.to_string()
    };
    hosts(request).is_some_and(|names| names_are(&names, is_ours))
}

/// Whether each of `names` is a loopback one or is `ours`.
fn names_are(names: &[String], ours: impl Fn(&str) -> bool) -> bool {
    names.iter().all(|name| is_loopback(name) || ours(name))
}
