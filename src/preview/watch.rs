//! When to look at the disk. The system's events are wake-ups and nothing more: they get lost, come
//! late, or not at all on network folders, and the sweep that comes now and then finds what they missed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::preview::{News, Tell};
use crate::source::walk::is_litter;

/// How long no event must come for a storm to be over, and how long a storm is waited for.
const QUIET: Duration = Duration::from_millis(8);
const STORM: Duration = Duration::from_millis(60);

/// How often to look without a wake-up: where events come, and where they do not. Looking costs time
/// that grows with the book, so it is never more than this share of all time.
const SELDOM: Duration = Duration::from_secs(2);
const OFTEN: Duration = Duration::from_millis(300);
const SHARE: u32 = 30;

/// How long after a change word of it may come.
const LATE: Duration = Duration::from_secs(1);

/// How many files a wake-up names at most; of more, everything is looked at.
const NAMED: usize = 32;

/// A word that something has happened, or a storm of them.
pub struct Wake {
    /// When the first came.
    pub first: Instant,
    /// The files that it is about, if it says so and they are few.
    pub files: Option<BTreeSet<PathBuf>>,
}

/// The receiving end of the wake-ups.
pub struct Wakes(Receiver<Vec<PathBuf>>);

impl Wakes {
    /// Waits for a wake-up, and until no more come for a moment. `None` if none came in `time`.
    pub fn wait(&self, time: Duration) -> Option<Wake> {
        let paths = match self.0.recv_timeout(time) {
            Ok(paths) => paths,
            Err(RecvTimeoutError::Timeout) => return None,
            // Without a watcher there is the sweep.
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(time);
                return None;
            }
        };
        let first = Instant::now();
        let mut files = Some(BTreeSet::new());
        let mut add = |paths: Vec<PathBuf>| {
            // An overflow comes without paths.
            let known = files.take().filter(|_| !paths.is_empty());
            files = known.map(|known| known.into_iter().chain(paths).collect());
            files.take_if(|files| files.len() > NAMED);
        };
        add(paths);
        while first.elapsed() < STORM
            && let Ok(paths) = self.0.recv_timeout(QUIET)
        {
            add(paths);
        }
        Some(Wake { first, files })
    }
}

/// Watches the folders of a project.
pub struct Watcher {
    system: Option<RecommendedWatcher>,
    /// What is watched, each folder with which one it was: one that was removed and made again must be
    /// watched again.
    watched: BTreeMap<PathBuf, Option<(u64, u64)>>,
    /// Whether events cannot be relied on.
    sweeps: bool,
    last_wake: Instant,
    /// Since when there is a change of which no word has come.
    unannounced: Option<Instant>,
    cost: Duration,
}

impl Watcher {
    /// A watcher of nothing yet, and the wake-ups that it will give.
    pub fn new() -> (Watcher, Wakes) {
        let (sender, receiver) = channel();
        let system = notify::recommended_watcher(waker(sender)).ok();
        let watcher = Watcher {
            sweeps: system.is_none(),
            system,
            watched: BTreeMap::new(),
            last_wake: Instant::now(),
            unannounced: None,
            cost: Duration::ZERO,
        };
        (watcher, Wakes(receiver))
    }

    /// Watches these folders and no others. Gives whether some are new, in which something may have
    /// happened before.
    pub fn watch(&mut self, folders: &BTreeSet<PathBuf>, tell: &Tell) -> bool {
        let Some(system) = &mut self.system else { return false };
        let wanted: BTreeMap<PathBuf, Option<(u64, u64)>> = folders
            .iter()
            .map(|folder| nearest_there(folder))
            .map(|folder| (folder.to_owned(), identity(folder)))
            .collect();
        if wanted == self.watched {
            return false;
        }
        let gone = self.watched.iter().filter(|(folder, id)| wanted.get(*folder) != Some(id));
        let fresh = wanted.iter().filter(|(folder, id)| self.watched.get(*folder) != Some(id));
        let (gone, fresh): (Vec<_>, Vec<_>) = (gone.collect(), fresh.collect());
        let mut paths = system.paths_mut();
        for (folder, _) in &gone {
            // One that is gone from the disk is gone from the watcher too.
            let _ = paths.remove(folder);
        }
        let mut failed = None;
        for (folder, _) in &fresh {
            if let Err(error) = paths.add(folder, RecursiveMode::NonRecursive)
                && folder.is_dir()
            {
                failed = Some(error);
                break;
            }
        }
        failed = paths.commit().err().or(failed);
        let any = !fresh.is_empty();
        self.watched = wanted;
        if let Some(error) = failed {
            self.give_up(&reason(&error), tell);
        }
        any
    }

    /// How long to wait for a wake-up before looking without one.
    pub fn patience(&self) -> Duration {
        let least = if self.sweeps { OFTEN } else { SELDOM };
        least.max(self.cost * SHARE)
    }

    /// Takes note that there was a wake-up.
    pub fn woken(&mut self) {
        self.last_wake = Instant::now();
        self.unannounced = None;
    }

    /// Takes note that the disk was looked at, which took `time`, and whether something had changed. A
    /// change without a wake-up before it, and none soon after, means that they do not come here.
    pub fn looked(&mut self, time: Duration, differed: bool, tell: &Tell) {
        self.cost = time;
        if self.unannounced.is_some_and(|since| since.elapsed() >= LATE) {
            self.give_up("this folder does not tell of changes", tell);
        } else if differed && self.last_wake.elapsed() > SELDOM {
            self.unannounced.get_or_insert_with(Instant::now);
        }
    }

    /// Looks often from now on, and says so once.
    fn give_up(&mut self, why: &str, tell: &Tell) {
        if !self.sweeps {
            self.sweeps = true;
            tell(News::Sweeping(why));
        }
    }
}

/// What the system calls with each event. Reading changes nothing, and is what the preview does itself.
fn waker(sender: Sender<Vec<PathBuf>>) -> impl FnMut(notify::Result<notify::Event>) {
    move |event| {
        // An error means that something may have been missed.
        let (kind, mut paths) = event.map_or((EventKind::Any, Vec::new()), |e| (e.kind, e.paths));
        let is_read = matches!(kind, EventKind::Access(kind)
            if !matches!(kind, AccessKind::Close(AccessMode::Write)));
        let had_paths = !paths.is_empty();
        let is_litter = |path: &PathBuf| {
            path.file_name().is_some_and(|name| is_litter(&name.to_string_lossy()))
        };
        paths.retain(|path| !is_litter(path));
        if !(is_read || had_paths && paths.is_empty()) {
            // The receiver lives as long as the program.
            let _ = sender.send(paths);
        }
    }
}

/// `folder`, or what there is of the way to it.
fn nearest_there(folder: &Path) -> &Path {
    folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder)
}

#[cfg(unix)]
fn identity(folder: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(folder).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}

fn reason(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system does not let this program watch so many folders".to_owned()
        }
        notify::ErrorKind::Io(error) => crate::diagnostic::reason(error),
        _ => error.to_string(),
    }
}
