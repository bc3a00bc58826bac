//! The answer to one request: from the table of the site's addresses, never from a path on disk.

use std::sync::{Arc, Mutex, PoisonError};

use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use percent_encoding::percent_decode_str;
use tokio::sync::watch::Receiver;
use unicode_normalization::UnicodeNormalization;

use crate::book::search;
use crate::diagnostic::Diagnostic;
use crate::preview::body::Answered;
use crate::preview::edition::{Edition, Place};
use crate::preview::guard::{Ends, Guard, KEY, Refusal, is_own_origin};
use crate::preview::live::{self, Told};
use crate::preview::memo::{Made, Memo, Outcome};
use crate::preview::search::{Found, Ready};
use crate::preview::state::State;
use crate::preview::{events, files, lines, pages};
use crate::site::headers::content_type;
use crate::site::{Page, policy};

/// The folder of the preview's own addresses. No page can be there: names with a dot before them are
/// never published.
const OWN: &str = ".sternpost/";

const SCRIPT: &str = include_str!("client.js");

/// All that answers are made from.
pub struct Preview {
    /// Who may ask.
    pub guard: Guard,
    /// The state, as the keeper publishes it.
    pub state: Receiver<Arc<State>>,
    /// Pages that were made.
    pub memo: Memo,
    /// Pages that cannot be made, each with the reason.
    pub failures: Receiver<Failures>,
    /// When a page was last asked for, so that work that can wait does.
    pub asked: Mutex<Option<std::time::Instant>>,
    /// The search index.
    pub search: Ready,
}

/// Pages that cannot be made, each with the reason.
pub type Failures = Arc<[(Page, Diagnostic)]>;

/// An answer.
pub type Answer = Response<Answered>;

impl Preview {
    /// Answers one request.
    pub async fn answer(self: Arc<Self>, request: Parts, ends: Ends) -> Answer {
        let mut answer = match self.guard.check(&request, ends) {
            Ok(()) => match path_of(request.uri.path()) {
                Some(path) => Arc::clone(&self).at(&request, path).await,
                None => plain(StatusCode::BAD_REQUEST, "This is no address."),
            },
            Err(Refusal::Key) => self.let_in(&request),
            Err(refusal) => refused(&refusal),
        };
        for (name, value) in HEADERS {
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        answer
    }

    async fn at(self: Arc<Self>, request: &Parts, path: String) -> Answer {
        if let Some(own) = path.strip_prefix(OWN) {
            return self.own(request, own).await;
        }
        // Whoever asks for the search index waits for work that goes on when no page is asked for.
        if !path.starts_with(search::FOLDER) {
            *self.asked.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(std::time::Instant::now());
        }
        let state = self.first_state().await;
        let Some(edition) = state.edition.clone() else {
            let problems: Vec<Told> =
                state.problems.iter().map(|found| Told::new(found, None)).collect();
            let html = pages::broken(&problems, &self.style(), &self.script(""));
            return with_policy(page(StatusCode::INTERNAL_SERVER_ERROR, html), policy::STRICT);
        };
        match edition.at(&path) {
            Place::Page(found) => {
                let (edition, found) = (Arc::clone(&edition), found.clone());
                let range = request.headers.get(header::RANGE).cloned();
                // Making a page takes longer than other requests should wait.
                let made = tokio::task::spawn_blocking(move || self.made(&edition, &found, range));
                made.await.unwrap_or_else(|_| {
                    plain(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made.")
                })
            }
            Place::WithSlash => {
                let query = request.uri.query().map_or_else(String::new, |q| format!("?{q}"));
                redirect(&format!("{}/{query}", request.uri.path()), None)
            }
            Place::Nothing => match self.searched(&edition, &path) {
                Some(answer) => answer,
                None => self.nothing(&state, &edition, &path),
            },
        }
    }

    /// The state; the first is waited for.
    pub async fn first_state(&self) -> Arc<State> {
        let mut state = self.state.clone();
        // The keeper lives as long as the program.
        let found = state.wait_for(|state| state.number > 0).await;
        found.map(|state| Arc::clone(&state)).unwrap_or_default()
    }

    /// What is at `path` in the folder of the search index.
    fn searched(&self, edition: &Edition, path: &str) -> Option<Answer> {
        let folder = edition.book().search_bundle()?;
        match self.search.find(path.strip_prefix(folder.as_str())?) {
            Found::File(bytes) => Some(sent(&content_type(path), bytes)),
            Found::Nothing => None,
            Found::NotYet => {
                let text = "The search index is being made. Ask again in a moment.";
                let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE, text);
                set(&mut answer, header::RETRY_AFTER, "1");
                Some(answer)
            }
        }
    }

    fn nothing(&self, state: &State, edition: &Edition, path: &str) -> Answer {
        if let Some(address) = live::moved(state, edition, path) {
            return redirect(&address, None);
        }
        let gone = live::gone(state, edition, path);
        let script = self.script("");
        let html = pages::nothing(edition, path, gone.as_ref(), &self.style(), &script);
        with_policy(page(StatusCode::NOT_FOUND, html), policy::STRICT)
    }

    fn made(&self, edition: &Edition, asked: &Page, range: Option<HeaderValue>) -> Answer {
        let kind = content_type(&asked.url.output());
        match self.memo.page(edition, asked) {
            Outcome::File(file) => {
                let answer = files::answer(&edition.project.root, &file, &kind, range);
                with_policy_of(answer, edition, asked, &kind)
            }
            Outcome::Made(made) | Outcome::Failed(_, Some(made)) => {
                self.sent(edition, asked, made, &kind)
            }
            Outcome::Failed(why, None) => {
                let html = pages::broken(
                    &[Told::new(&why, Some(edition))],
                    &self.style(),
                    &self.script(""),
                );
                with_policy(page(StatusCode::INTERNAL_SERVER_ERROR, html), policy::STRICT)
            }
        }
    }

    fn sent(&self, edition: &Edition, asked: &Page, made: Made, kind: &str) -> Answer {
        let Made { bytes, version } = made;
        let is_page = kind.starts_with("text/html");
        let body = match is_page {
            true => {
                let script = self.script(&version.to_string());
                let at = place_for_script(&bytes);
                Answered::with_insertion(bytes, at, script)
            }
            false => Answered::of(hyper::body::Bytes::from_owner(bytes)),
        };
        let mut answer = Response::new(body);
        set(&mut answer, header::CONTENT_TYPE, kind);
        with_policy_of(answer, edition, asked, kind)
    }

    /// The tag that brings the preview's script into a page, with what tells the bytes of that page.
    fn script(&self, version: &str) -> String {
        format!(
            "<script src=\"/{OWN}{}/preview.js\" data-version=\"{version}\" defer></script>",
            self.guard.token
        )
    }

    fn style(&self) -> String {
        format!("/{OWN}{}/preview.css", self.guard.token)
    }

    /// The preview's own addresses: `TOKEN/NAME`.
    async fn own(self: Arc<Self>, request: &Parts, own: &str) -> Answer {
        let Some((token, name)) = own.split_once('/') else { return nowhere() };
        if !self.guard.is_token(token) || !is_own_origin(&request.headers) {
            return nowhere();
        }
        let asked = parameter(request, "page").and_then(|page| path_of(&page));
        match (name, asked) {
            ("preview.js", _) => sent("text/javascript; charset=utf-8", SCRIPT),
            ("preview.css", _) => sent("text/css; charset=utf-8", pages::STYLE),
            ("events", Some(path)) => {
                let since = parameter(request, "since").and_then(|since| since.parse().ok());
                events::answer(self, path, since)
            }
            ("source", Some(path)) => self.source(&path),
            _ => nowhere(),
        }
    }

    fn source(&self, path: &str) -> Answer {
        let state = Arc::clone(&self.state.borrow());
        let found = state.edition.as_deref().and_then(|edition| {
            let lines = lines::lines(edition, edition.page(path)?)?;
            serde_json::to_string(&lines).ok()
        });
        match found {
            Some(json) => sent("application/json", json),
            None => nowhere(),
        }
    }

    /// Pages that cannot be made, but for the one at `path`, which says so itself.
    pub fn failures(&self, edition: &Edition, path: &str) -> Vec<Told> {
        let failures = Arc::clone(&self.failures.borrow());
        let here = edition.page(path);
        let others = failures.iter().filter(|(page, _)| here != Some(page));
        others.map(|(page, why)| live::failure(edition, page, why)).collect()
    }

    /// For a browser on another machine: with the word of this run it gets a cookie.
    fn let_in(&self, request: &Parts) -> Answer {
        let key = parameter(request, KEY);
        if key.is_some_and(|key| self.guard.is_token(&key)) {
            let cookie = format!(
                "{}={}; Path=/; HttpOnly; SameSite=Lax",
                self.guard.cookie(),
                self.guard.token
            );
            // Browsers read `//name/` as an address of another site.
            let path = request.uri.path().trim_start_matches(['/', '\\']);
            return redirect(&format!("/{path}"), Some(&cookie));
        }
        let html = pages::refused(
            "This preview is private",
            &["Open it by the address that the terminal shows, or scan the code there."],
        );
        page(StatusCode::FORBIDDEN, html)
    }
}

/// What stands in every answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "same-origin"),
];

/// The path of an address, decoded once and in the form in which pages have it, without the slash before
/// it. `None` for what no page can be called.
fn path_of(path: &str) -> Option<String> {
    let path = path.strip_prefix('/')?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let clean = !path.chars().any(|c| c.is_control() || c == '\\');
    clean.then(|| path.nfc().collect())
}

/// The value of a parameter in the query.
fn parameter(request: &Parts, name: &str) -> Option<String> {
    let value = request.uri.query()?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then_some(value)
    })?;
    Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
}

/// Where the script goes: at the end of the head, or of the page where there is no head.
fn place_for_script(page: &[u8]) -> usize {
    const HEAD: &[u8] = b"</head>";
    let head = page.windows(HEAD.len()).position(|part| part.eq_ignore_ascii_case(HEAD));
    head.unwrap_or(page.len())
}

fn set(answer: &mut Answer, name: HeaderName, value: &str) {
    // What cannot stand in a header came from a name on disk, and is left away.
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// An answer with the policy that the site has for it.
fn with_policy_of(answer: Answer, edition: &Edition, asked: &Page, kind: &str) -> Answer {
    match edition.policy_of(asked) {
        Some(policy) if kind.starts_with("text/html") => with_policy(answer, &policy),
        // A drawing that is opened by itself.
        Some(_) if kind.starts_with("image/svg") => with_policy(answer, policy::STRICT),
        _ => answer,
    }
}

fn with_policy(mut answer: Answer, policy: &str) -> Answer {
    set(&mut answer, header::CONTENT_SECURITY_POLICY, policy);
    answer
}

fn sent(kind: &str, text: impl Into<hyper::body::Bytes>) -> Answer {
    let mut answer = Response::new(Answered::of(text));
    set(&mut answer, header::CONTENT_TYPE, kind);
    answer
}

fn page(status: StatusCode, html: String) -> Answer {
    let mut answer = sent("text/html; charset=utf-8", html);
    *answer.status_mut() = status;
    answer
}

fn plain(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = sent("text/plain; charset=utf-8", text);
    *answer.status_mut() = status;
    answer
}

fn nowhere() -> Answer {
    plain(StatusCode::NOT_FOUND, "Nothing is here.")
}

fn redirect(address: &str, cookie: Option<&str>) -> Answer {
    let mut answer = plain(StatusCode::FOUND, "");
    set(&mut answer, header::LOCATION, address);
    if let Some(cookie) = cookie {
        set(&mut answer, header::SET_COOKIE, cookie);
    }
    answer
}

fn refused(refusal: &Refusal) -> Answer {
    match refusal {
        Refusal::Method | Refusal::Key => {
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Pages here can only be read.");
            set(&mut answer, header::ALLOW, "GET, HEAD");
            answer
        }
        Refusal::CrossSite => {
            plain(StatusCode::FORBIDDEN, "Another website may not read this preview.")
        }
        Refusal::Host(name) => {
            let short: String = name.chars().take(100).collect();
            let html = pages::refused(
                "This name is not known here",
                &[
                    &format!("The preview was asked for as “{short}”, which is none of its names."),
                    "Open it as http://localhost with its port, or start it with that name allowed: \
                     `sternpost serve --allow-host NAME`",
                ],
            );
            page(StatusCode::FORBIDDEN, html)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_once_and_no_path_is_trusted() {
        assert_eq!(path_of("/a%20b/").as_deref(), Some("a b/"));
        assert_eq!(path_of("/%252e%252e/x").as_deref(), Some("%2e%2e/x"));
        assert_eq!(path_of("/cafe%CC%81").as_deref(), Some("caf\u{e9}"));
        for bad in ["/%00", "/a%5cb", "/a\\b", "/%ff", "/%0d%0a", "*", ""] {
            assert_eq!(path_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_script_goes_into_the_head() {
        assert_eq!(place_for_script(b"<head><p></HEAD><body>"), 9);
        assert_eq!(place_for_script(b"no head"), 7);
    }
}
