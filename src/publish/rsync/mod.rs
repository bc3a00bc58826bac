//! A folder of another machine, reached by ssh and written by `rsync`: the space that one rents with a web server,
//! over whose configuration one has no say.
//!
//! The web server shows the folder itself, so it is *live*. Files are put aside here and sent many at a time, step by
//! step in the order of all live targets; rsync puts each lot in place at its end. What lies there is known by its
//! length and the time at which it was written: all files of one publish bear the time at which that began, so after a
//! cut it is known which of those that were begun have arrived.
//!
//! There is no lock over there, and no way to replace the manifest only if it is the one that was read. It is read
//! again right before it is written, and between steps; two publishers who write it within the same moment may both
//! go on until the next look, when one is told.

mod address;
mod command;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::target::{Found, MANIFEST, Target, Trouble, Version};
use crate::publish::{Hash, LocalFile, Manifest, ways};
use address::Address;
use command::{Listed, Rsync};

pub use address::is_rsync;

/// The folder in which rsync lays what is not in its place yet (`--delay-updates`).
const DELAYED: &str = ".~tmp~";

/// A folder of another machine that the site is published to.
#[derive(Debug)]
pub struct Remote {
    rsync: Rsync,
    state: Mutex<State>,
    dir: TempDir,
}

#[derive(Debug, Default)]
struct State {
    /// What lies there, by paths.
    there: BTreeMap<String, Listed>,
    /// What the manifest says that was read or written last.
    manifest: Manifest,
    /// When this publish began, in seconds since 1970.
    at: u64,
    put: Vec<String>,
    removed: Vec<String>,
}

/// Opens the folder `to`.
///
/// # Errors
/// When `to` names no folder, or there is no rsync that can be used.
pub fn open(to: &str) -> Result<Remote, Diagnostic> {
    let rsync = Rsync::new(Address::parse(to)?, to)?;
    let dir = tempfile::Builder::new().prefix("sternpost-").tempdir();
    let dir = dir.map_err(|error| failed(&std::env::temp_dir(), &error))?;
    for name in ["new", "got"] {
        let folder = dir.path().join(name);
        fs::create_dir(&folder).map_err(|error| failed(&folder, &error))?;
    }
    Ok(Remote { rsync, state: Mutex::default(), dir })
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::Publish, "write", path, error)
}

impl Remote {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder with what is to be sent.
    fn outbox(&self) -> PathBuf {
        self.dir.path().join("new")
    }

    /// Writes a file that is to be sent, as of `at`.
    fn lay(&self, path: &str, bytes: &[u8], at: u64) -> Result<(), Diagnostic> {
        let file = self.outbox().join(path);
        let written = || {
            if let Some(above) = file.parent() {
                fs::create_dir_all(above)?;
            }
            fs::write(&file, bytes)?;
            let file = fs::File::options().write(true).open(&file)?;
            file.set_modified(UNIX_EPOCH + Duration::from_secs(at))
        };
        written().map_err(|error| failed(&file, &error))
    }

    /// What the file at `path` holds; `None` if there is none.
    fn fetch(&self, path: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
        let got = self.dir.path().join("got");
        let file = got.join(path);
        let _ = fs::remove_file(&file);
        self.rsync.fetch(path, &got)?;
        match fs::read(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Diagnostic::io(Code::Publish, "read", &file, &error)),
        }
    }

    /// Files of ours that lie where folders have to be, or in folders where files have to be: they make way.
    fn making_way(&self, state: &State) -> Result<Vec<String>, Diagnostic> {
        let mut files: BTreeSet<String> = state.there.keys().cloned().collect();
        let mut way = Vec::new();
        for path in &state.put {
            while let Some(other) = ways::in_the_way(&files, path).map(str::to_owned) {
                if !state.manifest.names(&other) {
                    return Err(ways::told(&self.rsync.shown, path, &other));
                }
                files.remove(&other);
                way.push(other);
            }
        }
        Ok(way)
    }

    fn send(&self, state: &mut State) -> Result<(), Diagnostic> {
        if state.put.is_empty() {
            return Ok(());
        }
        let way = self.making_way(state)?;
        if !way.is_empty() {
            self.take_away(&strs(&way))?;
            state.there.retain(|path, _| !way.contains(path));
            let is_wanted = |folder: &&str| {
                state
                    .put
                    .iter()
                    .any(|path| path == folder || folder.starts_with(&format!("{path}/")))
            };
            self.take_folders(way.iter().flat_map(|path| above(path)).filter(is_wanted).collect());
        }
        self.rsync.put(&self.outbox(), &strs(&state.put))?;
        for path in std::mem::take(&mut state.put) {
            let _ = fs::remove_file(self.outbox().join(path));
        }
        Ok(())
    }

    fn clear(&self, state: &mut State) -> Result<(), Diagnostic> {
        if state.removed.is_empty() {
            return Ok(());
        }
        let mut removed = std::mem::take(&mut state.removed);
        // What had to make way is gone.
        removed.retain(|path| state.there.contains_key(path));
        if removed.is_empty() {
            return Ok(());
        }
        self.take_away(&strs(&removed))?;
        removed.iter().for_each(|path| drop(state.there.remove(path)));
        let mut folders: BTreeSet<&str> = removed.iter().flat_map(|path| above(path)).collect();
        for path in state.there.keys().chain(state.manifest.files.keys()) {
            for folder in above(path) {
                folders.remove(folder);
            }
        }
        self.take_folders(folders);
        Ok(())
    }

    /// Removes folders that are empty, those below first.
    fn take_folders(&self, folders: BTreeSet<&str>) {
        let depth = |folder: &&str| folder.matches('/').count();
        let mut folders: Vec<&str> = folders.into_iter().collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(depth(folder)));
        for level in folders.chunk_by(|a, b| depth(a) == depth(b)) {
            // One in which somebody has put something since stays, and so do those above it.
            if self.take_away(level).is_err() {
                break;
            }
        }
    }

    /// Removes files, or empty folders.
    fn take_away(&self, paths: &[&str]) -> Result<(), Diagnostic> {
        let at = self.dir.path();
        let bare = tempfile::tempdir_in(at).map_err(|error| failed(at, &error))?;
        for folder in paths.iter().filter_map(|path| above(path).next()) {
            let folder = bare.path().join(folder);
            fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        }
        self.rsync.remove(bare.path(), paths)
    }
}

/// The folders above `path`, the nearest first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(at, _)| &path[..at])
}

fn strs(paths: &[String]) -> Vec<&str> {
    paths.iter().map(String::as_str).collect()
}

/// How rsync writes the time `at`.
fn time(at: u64) -> String {
    let at = jiff::Timestamp::from_second(i64::try_from(at).unwrap_or_default());
    at.unwrap_or_default().strftime("%Y/%m/%d %H:%M:%S").to_string()
}

fn version(manifest: &[u8]) -> Version {
    Version { tag: Some(Hash::of(manifest).to_string()), number: None }
}

impl Target for Remote {
    fn address(&self) -> &str {
        &self.rsync.shown
    }

    fn is_live(&self) -> bool {
        true
    }

    fn has_folders(&self) -> bool {
        true
    }

    fn manifest(&self) -> Result<Option<(Vec<u8>, Version)>, Trouble> {
        let Some(bytes) = self.fetch(MANIFEST)? else { return Ok(None) };
        self.state().manifest = Manifest::read(&bytes).unwrap_or_default();
        let version = version(&bytes);
        Ok(Some((bytes, version)))
    }

    fn list(&self) -> Result<Vec<Found>, Trouble> {
        let is_delayed = |path: &str| path.split('/').any(|part| part == DELAYED);
        let listed = self.rsync.list()?.into_iter();
        let listed = listed.filter(|listed| {
            !listed.is_folder && listed.path != MANIFEST && !is_delayed(&listed.path)
        });
        let there: BTreeMap<String, Listed> =
            listed.map(|listed| (listed.path.clone(), listed)).collect();
        let found = there.values().map(|listed| Found {
            path: listed.path.clone(),
            size: listed.size,
            tag: Some(&listed.time).filter(|_| listed.is_file).cloned(),
        });
        let found = found.collect();
        self.state().there = there;
        Ok(found)
    }

    /// What a publish that was cut off has put there is known by its name, and what it holds by its time.
    fn mark(&self, path: &str) -> Result<Option<Hash>, Trouble> {
        let coming = {
            let state = self.state();
            let begun = state.manifest.begun.as_ref();
            let Some(coming) = begun.and_then(|begun| begun.files.get(path)) else {
                return Ok(None);
            };
            let is_it = |listed: &Listed| listed.time == time(coming.at.unsigned_abs());
            state.there.get(path).is_some_and(is_it).then_some(coming.hash)
        };
        match coming {
            Some(hash) => Ok(Some(hash)),
            None => Ok(self.fetch(path)?.map(|bytes| Hash::of(&bytes))),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        Ok(self.fetch(path)?.unwrap_or_default())
    }

    /// Lays it aside until the next [`Target::flush`].
    fn put(&self, file: &LocalFile, bytes: Vec<u8>) -> Result<Option<String>, Trouble> {
        let mut state = self.state();
        self.lay(&file.path, &bytes, state.at)?;
        state.put.push(file.path.clone());
        Ok(Some(time(state.at)))
    }

    fn remove(&self, path: &str) -> Result<(), Trouble> {
        self.state().removed.push(path.to_owned());
        Ok(())
    }

    fn flush(&self) -> Result<(), Trouble> {
        let mut state = self.state();
        self.send(&mut state)?;
        Ok(self.clear(&mut state)?)
    }

    fn commit(
        &self,
        manifest: &[u8],
        expected: Option<&Version>,
        _: &str,
    ) -> Result<Version, Trouble> {
        self.expect_version(expected)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.lay(MANIFEST, manifest, now)?;
        self.rsync.put(&self.outbox(), &[MANIFEST])?;
        let mut state = self.state();
        state.manifest = Manifest::read(manifest).unwrap_or_default();
        if let Some(begun) = &state.manifest.begun {
            state.at = begun.stamp.at.unsigned_abs();
        }
        Ok(version(manifest))
    }
}
