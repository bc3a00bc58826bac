//! Renders, when nobody waits for anything, the pages that nobody asked for, so that an error in one of
//! them is told now and not by the build.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch::Sender;

use crate::diagnostic::Diagnostic;
use crate::preview::answer::{Failures, Preview};
use crate::preview::edition::Edition;
use crate::preview::{News, Tell};
use crate::site::Page;

/// How long nothing must have been asked for or changed.
const IDLE: Duration = Duration::from_millis(700);

/// How often to look whether that is so.
const LOOK: Duration = Duration::from_millis(100);

/// Goes round the pages of each edition, for good.
pub fn run(preview: &Preview, failing: &Sender<Failures>, tell: &Tell) {
    let mut done = 0;
    let mut seen = (0, Instant::now());
    loop {
        std::thread::sleep(LOOK);
        let state = Arc::clone(&preview.state.borrow());
        if seen.0 != state.number {
            seen = (state.number, Instant::now());
        }
        if done == state.number || seen.1.elapsed() < IDLE || !is_idle(preview) {
            continue;
        }
        let Some(edition) = state.edition.as_deref() else {
            done = state.number;
            continue;
        };
        if let Some(found) = round(preview, edition, state.number) {
            done = state.number;
            let known = Arc::clone(&failing.borrow());
            if *known != *found {
                failing.send_replace(Arc::from(found.as_slice()));
                if found.is_empty() {
                    tell(News::Failing(Vec::new()));
                    continue;
                }
                let fresh = found.into_iter().map(|(_, why)| why);
                let fresh = fresh.filter(|why| !known.iter().any(|(_, known)| known == why));
                // One template, a thousand pages: told once.
                let fresh = crate::diagnostic::sorted(fresh.collect());
                if !fresh.is_empty() {
                    tell(News::Failing(fresh));
                }
            }
        }
    }
}

/// The pages that cannot be made; `None` if something else came up.
fn round(preview: &Preview, edition: &Edition, number: u64) -> Option<Vec<(Page, Diagnostic)>> {
    let mut failures = Vec::new();
    edition.site.expect_all();
    for page in edition.site.pages().iter().filter(|page| !page.is_costly()) {
        while !is_idle(preview) {
            std::thread::sleep(LOOK);
        }
        if preview.state.borrow().number != number {
            return None;
        }
        if let Some(why) = preview.memo.check(edition, page) {
            failures.push((page.clone(), why));
        }
    }
    Some(failures)
}

/// Whether nobody has asked for a page for a while.
pub fn is_idle(preview: &Preview) -> bool {
    let asked = preview.asked.lock().unwrap_or_else(PoisonError::into_inner);
    asked.is_none_or(|asked| asked.elapsed() > IDLE)
}
