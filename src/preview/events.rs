//! The channel by which open pages learn how things stand (server-sent events, HTML standard 9.2). It
//! only sends.

use std::sync::Arc;
use std::time::Duration;

use hyper::Response;
use hyper::header::{self, HeaderValue};
use tokio::sync::mpsc::{Sender, channel};

use crate::preview::answer::{Answer, Preview};
use crate::preview::body::Answered;
use crate::preview::live::{Standing, Viewed};

/// How often something is sent when there is nothing to say, so that a closed tab is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Sends how things stand with the page at `path` now, and whenever that changes. `since` is the number
/// that came with the last message which the browser heard, if it heard one.
pub fn answer(preview: Arc<Preview>, path: String, since: Option<u64>) -> Answer {
    let (sender, receiver) = channel(4);
    tokio::spawn(follow(preview, path, since, sender));
    let mut answer = Response::new(Answered::Coming(receiver, None));
    let kind = HeaderValue::from_static("text/event-stream");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

async fn follow(
    preview: Arc<Preview>,
    path: String,
    since: Option<u64>,
    sender: Sender<hyper::body::Bytes>,
) {
    let mut states = preview.state.clone();
    let mut failures = preview.failures.clone();
    preview.first_state().await;
    let mut viewed = Viewed::new(&states.borrow().clone(), &path, since);
    let mut last = None;
    loop {
        let state = Arc::clone(&states.borrow_and_update());
        failures.mark_unchanged();
        let asked = Arc::clone(&preview);
        let number = state.number;
        let looked = tokio::task::spawn_blocking(move || {
            let standing = viewed.standing(&asked, &state);
            (viewed, standing)
        });
        let Ok((after, standing)) = looked.await else { return };
        viewed = after;
        if let Some(message) = message(&standing, last.as_ref(), number) {
            if sender.send(message.into()).await.is_err() {
                return;
            }
            last = Some(standing);
        }
        tokio::select! {
            changed = states.changed() => if changed.is_err() { return },
            changed = failures.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(HEARTBEAT) => {
                if sender.send(":\n\n".into()).await.is_err() {
                    return;
                }
            }
            () = sender.closed() => return,
        }
    }
}

/// The message with the number of its state, unless all that it would say was said. That other files were
/// edited is not worth one.
fn message(standing: &Standing, last: Option<&Standing>, number: u64) -> Option<String> {
    if last.is_some_and(|last| standing.says_the_same_as(last)) {
        return None;
    }
    Some(format!("id: {number}\ndata: {}\n\n", serde_json::to_string(standing).ok()?))
}
