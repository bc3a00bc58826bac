//! The search index of the preview. It is made when nobody waits for anything, on a thread that gives way to all
//! others, and dropped when there is a newer edition. Shards that are as they were are taken over.
//!
//! In a large book that takes long, and is begun only once somebody searches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::body::Bytes;

use crate::preview::Tell;
use crate::preview::answer::Preview;
use crate::preview::edition::Edition;
use crate::preview::{News, rounds};
use crate::render::Fingerprint;
use crate::site::search::{Manner, Shard};

/// How long nothing must have changed.
const QUIET: Duration = Duration::from_millis(1_000);

/// How often to look whether that is so.
const LOOK: Duration = Duration::from_millis(100);

/// The most essays of a book whose index is made before anybody asks for it.
const MOST_UNASKED: usize = 1_000;

/// The files of one shard, by their paths in the folder of the index.
type Files = Arc<HashMap<String, Bytes>>;

/// What is there to be searched.
#[derive(Debug, Default)]
pub struct Ready(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    shards: Option<Vec<(Fingerprint, Files)>>,
    /// Whether anybody has asked for it.
    asked: bool,
}

/// What is at an address in the folder of the index.
#[derive(Debug)]
pub enum Found {
    /// This file.
    File(Bytes),
    /// Nothing.
    Nothing,
    /// That is not known yet.
    NotYet,
}

impl Ready {
    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file with this path in the folder of the index.
    pub fn find(&self, path: &str) -> Found {
        let mut inside = self.inside();
        inside.asked = true;
        let Some(shards) = &inside.shards else { return Found::NotYet };
        let file = shards.iter().find_map(|(_, files)| files.get(path));
        file.map_or(Found::Nothing, |file| Found::File(file.clone()))
    }

    fn shards(&self) -> Vec<(Fingerprint, Files)> {
        self.inside().shards.clone().unwrap_or_default()
    }
}

/// Keeps the index true to the editions, for good.
pub fn run(preview: &Preview, tell: &Tell) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).start_handler(|_| give_way()).build();
    give_way();
    let (mut done, mut seen) = (0, (0, Instant::now()));
    loop {
        std::thread::sleep(LOOK);
        let state = Arc::clone(&preview.state.borrow());
        if seen.0 != state.number {
            seen = (state.number, Instant::now());
        }
        if done == state.number || seen.1.elapsed() < QUIET || !rounds::is_idle(preview) {
            continue;
        }
        let Some(edition) = state.edition.as_deref() else {
            done = state.number;
            continue;
        };
        let waits = edition.book().essays.len() > MOST_UNASKED && !preview.search.inside().asked;
        if waits {
            continue;
        }
        let work = || made(preview, edition, state.number);
        let made = match &pool {
            Ok(pool) => pool.install(work),
            Err(_) => work(),
        };
        match made {
            Ok(None) => continue,
            Ok(Some(shards)) => preview.search.inside().shards = Some(shards),
            Err(why) => tell(News::Failing(vec![why])),
        }
        done = state.number;
    }
}

/// The shards of the edition; `None` if something else came up.
fn made(
    preview: &Preview,
    edition: &Edition,
    number: u64,
) -> Result<Option<Vec<(Fingerprint, Files)>>, crate::diagnostic::Diagnostic> {
    let shards = edition.site.search_shards();
    let mut known = preview.search.shards();
    let is_known = |shard: &&Shard| known.iter().any(|(print, _)| *print == shard.print);
    let lacking: Vec<&Shard> = shards.iter().filter(|shard| !is_known(shard)).collect();
    let is_wanted = || preview.state.borrow().number == number;
    let manner = Manner { threads: 1, is_wanted: &is_wanted, begin: give_way };
    let Some(files) = edition.site.search_index(&lacking, manner)? else { return Ok(None) };
    for (shard, files) in lacking.iter().zip(files) {
        let files = files.into_iter().map(|(path, bytes)| (path, Bytes::from(bytes)));
        known.push((shard.print, Arc::new(files.collect())));
    }
    known.retain(|(print, _)| shards.iter().any(|shard| shard.print == *print));
    Ok(Some(known))
}

/// Lets whatever else runs go before this thread. Where that cannot be said of one thread, it is not said.
fn give_way() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}
