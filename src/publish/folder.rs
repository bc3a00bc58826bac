//! A folder of this machine or of a disk that it reaches, which a web server shows as it is.
//!
//! Other programs may keep files in it, and these stay where they are. So it is not exchanged for a new one as a whole,
//! but is *live*: each file is written aside and renamed to its place, so that it is there as it was or as it is to
//! be, and the order makes all of it complete at every moment. What is written aside lies in [`ASIDE`], in the folder
//! itself, as only there a rename is sure to be one step. There lies the lock too, which one publisher holds.
//!
//! Links in the folder are not followed. What a file of ours holds is always read, so it is known whatever was done to
//! it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::target::{Found, MANIFEST, Target, Trouble, Version};
use crate::publish::{Hash, LocalFile, Manifest, ways};
use crate::source::Project;

/// The folder in the target for what is not to be seen.
const ASIDE: &str = ".sternpost.aside";

/// How many files are written at the same time: disks that are far away take their time for each.
const AT_ONCE: usize = 4;

/// A folder that the site is published to.
#[derive(Debug)]
pub struct Folder {
    address: String,
    root: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Held from the first file that is written until the end.
    lock: Option<File>,
    /// Whether somebody else holds it.
    is_locked: bool,
    /// The number of the next file that is written aside.
    next: u64,
    /// What the manifest says, which was read last.
    manifest: Manifest,
}

/// Whether `to` names a folder.
pub fn is_folder(to: &str) -> bool {
    to.starts_with('/') || to.starts_with("./") || to.starts_with("../") || is_of_drive(to)
}

/// Whether it begins with the letter of a drive, as in `C:\sites`.
fn is_of_drive(to: &str) -> bool {
    let mut chars = to.chars();
    let (letter, colon, slash) = (chars.next(), chars.next(), chars.next());
    cfg!(windows)
        && letter.is_some_and(|letter| letter.is_ascii_alphabetic())
        && colon == Some(':')
        && matches!(slash, Some('/' | '\\'))
}

/// Opens the folder `to`, which is relative to the project's folder.
///
/// # Errors
/// When it is one that holds the project, or that the project makes its site from or in.
pub fn open(to: &str, project: &Project) -> Result<Folder, Diagnostic> {
    let folder = resolved(&project.root.join(to));
    let (root, built) = (resolved(&project.root), resolved(&project.output));
    let why = if root.starts_with(&folder) {
        "your essays are in there"
    } else if folder.starts_with(&built) || built.starts_with(&folder) {
        "that is where the site is built"
    } else if folder.starts_with(resolved(&project.content)) {
        "it lies among your essays, and the next site would hold it"
    } else {
        return Ok(Folder { address: to.to_owned(), root: folder, state: Mutex::default() });
    };
    Err(Diagnostic::error(Code::Publish, format!("nothing can be published to {to}: {why}")).hint(
        "name another folder, such as the one that your web server shows: to = \"/srv/www/handbook\"",
    ))
}

/// `folder` without links, as far as it is there.
fn resolved(folder: &Path) -> PathBuf {
    if let Ok(path) = folder.canonicalize() {
        return path;
    }
    match (folder.parent(), folder.file_name()) {
        (Some(above), Some(name)) if above != folder => resolved(above).join(name),
        _ => folder.to_owned(),
    }
}

impl Folder {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn aside(&self) -> PathBuf {
        self.root.join(ASIDE)
    }

    /// Takes the lock, unless it is held already, and clears away what a cut left aside.
    fn expect_alone(&self) -> Result<(), Trouble> {
        let mut state = self.state();
        if state.lock.is_some() {
            return Ok(());
        }
        let aside = self.aside();
        fs::create_dir_all(&aside).map_err(|error| failed("create", &aside, &error))?;
        if !fs::symlink_metadata(&aside).is_ok_and(|what| what.is_dir()) {
            return Err(link(&self.address, ASIDE).into());
        }
        let file = aside.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&file);
        let lock = lock.map_err(|error| failed("write", &file, &error))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                state.is_locked = true;
                return Err(Trouble::Overtaken);
            }
            // Where a disk knows no locks, the comparison of the manifest has to do.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        for entry in fs::read_dir(&aside).into_iter().flatten().flatten() {
            if entry.file_name() != "lock" {
                // What cannot be removed is written over or stays, and harms nobody.
                let _ = fs::remove_file(entry.path());
            }
        }
        state.lock = Some(lock);
        Ok(())
    }

    /// Writes a file aside and renames it to its place.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let number = {
            let mut state = self.state();
            state.next += 1;
            state.next
        };
        let (new, file) = (self.aside().join(number.to_string()), self.root.join(path));
        fs::write(&new, bytes).map_err(|error| failed("write", &new, &error))?;
        if fs::symlink_metadata(&file).is_ok_and(|what| what.is_dir()) {
            self.make_way(path)?;
        }
        let placed = fs::rename(&new, &file);
        placed.map_err(|error| failed("write", &file, &error).into())
    }

    /// Makes the folders in which the file at `path` lies, each of which has to be one and no link.
    fn make_folders(&self, path: &str) -> Result<(), Trouble> {
        for (at, _) in path.match_indices('/') {
            let above = &path[..at];
            let folder = self.root.join(above);
            match fs::symlink_metadata(&folder) {
                Ok(what) if what.is_dir() => continue,
                Ok(what) if what.is_symlink() => return Err(link(&self.address, above).into()),
                // A file of ours that would be removed in the end makes way.
                Ok(_) if self.state().manifest.names(above) => {
                    fs::remove_file(&folder).map_err(|error| failed("remove", &folder, &error))?;
                }
                Ok(_) => return Err(ways::told(&self.address, path, above).into()),
                Err(_) => {}
            }
            match fs::create_dir(&folder) {
                // Another thread was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => made.map_err(|error| failed("create", &folder, &error))?,
            }
        }
        Ok(())
    }

    /// Removes the folder at `path`, if there is nothing in it but files of ours.
    fn make_way(&self, path: &str) -> Result<(), Trouble> {
        let folder = self.root.join(path);
        let walk = || WalkDir::new(&folder).contents_first(true).follow_links(false).into_iter();
        let shown = |file: &Path| {
            let below = file.strip_prefix(&self.root).unwrap_or(file);
            below.to_string_lossy().replace('\\', "/")
        };
        let is_theirs = |file: &walkdir::DirEntry| {
            !file.file_type().is_dir() && !self.state().manifest.names(&shown(file.path()))
        };
        if let Some(other) = walk().flatten().find(is_theirs) {
            return Err(ways::told(&self.address, path, &shown(other.path())).into());
        }
        for entry in walk() {
            let entry = entry.map_err(|error| failed("read", &folder, &error.into()))?;
            let removed = match entry.file_type().is_dir() {
                true => fs::remove_dir(entry.path()),
                false => fs::remove_file(entry.path()),
            };
            removed.map_err(|error| failed("remove", entry.path(), &error))?;
        }
        Ok(())
    }

    /// Whether no link leads to the file at `path`.
    fn is_inside(&self, path: &str) -> bool {
        path.match_indices('/').all(|(at, _)| {
            fs::symlink_metadata(self.root.join(&path[..at])).is_ok_and(|what| what.is_dir())
        })
    }

    /// Whether `error` is that a folder may not be read, in which there is nothing of ours.
    fn is_theirs(&self, manifest: &Manifest, error: &walkdir::Error) -> bool {
        let is_denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
        let below = error.path().and_then(|path| path.strip_prefix(&self.root).ok());
        let Some(below) = below.filter(|path| !path.as_os_str().is_empty()) else { return false };
        let folder = format!("{}/", below.to_string_lossy().replace('\\', "/"));
        let is_ours = manifest.files.keys().any(|path| path.starts_with(&folder));
        error.io_error().is_some_and(is_denied) && !is_ours
    }

    /// The file at `path`, with what it holds if it may be ours.
    fn found(&self, manifest: &Manifest, path: &str) -> Result<Found, Trouble> {
        let file = self.root.join(path);
        let what = fs::symlink_metadata(&file).map_err(|error| failed("read", &file, &error))?;
        let tag = match manifest.names(path) {
            true => self.content(path).map_err(|error| failed("read", &file, &error))?,
            false => None,
        };
        let tag = tag.map(|bytes| tag_of(&bytes));
        Ok(Found { path: path.to_owned(), size: what.len(), tag })
    }

    /// What the file at `path` holds; `None` if there is none, or a link.
    fn content(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let file = self.root.join(path);
        match fs::symlink_metadata(&file) {
            Ok(what) if what.is_file() => fs::read(&file).map(Some),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What tells the state of a file: what it holds.
fn tag_of(bytes: &[u8]) -> String {
    Hash::of(bytes).to_string()
}

fn failed(doing: &str, path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::Publish, doing, path, error)
        .hint("see whether you may write there and whether the disk has room, and publish again")
}

fn link(address: &str, path: &str) -> Diagnostic {
    let message = format!("{path} in {address} is a link, and links are not followed there");
    Diagnostic::error(Code::Publish, message)
        .hint("remove the link, or publish to the folder that it leads to")
}

impl Target for Folder {
    fn address(&self) -> &str {
        &self.address
    }

    fn is_live(&self) -> bool {
        true
    }

    fn has_folders(&self) -> bool {
        true
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }

    fn manifest(&self) -> Result<Option<(Vec<u8>, Version)>, Trouble> {
        let file = self.root.join(MANIFEST);
        let bytes = self.content(MANIFEST).map_err(|error| failed("read", &file, &error))?;
        let Some(bytes) = bytes else { return Ok(None) };
        self.state().manifest = Manifest::read(&bytes).unwrap_or_default();
        let version = Version { tag: Some(tag_of(&bytes)), number: None };
        Ok(Some((bytes, version)))
    }

    fn list(&self) -> Result<Vec<Found>, Trouble> {
        if !self.root.exists() {
            return Ok(Vec::new());
        }
        let walk = WalkDir::new(&self.root).min_depth(1).follow_links(false).into_iter();
        let walk = walk.filter_entry(|entry| entry.depth() != 1 || entry.file_name() != ASIDE);
        let manifest = self.state().manifest.clone();
        let mut paths = Vec::new();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                // What may not be looked at and holds nothing of ours concerns nobody here.
                Err(error) if self.is_theirs(&manifest, &error) => continue,
                Err(error) => {
                    let at = error.path().unwrap_or(&self.root).to_owned();
                    return Err(failed("read", &at, &error.into()).into());
                }
            };
            if !entry.file_type().is_dir()
                && let Ok(path) = entry.path().strip_prefix(&self.root)
            {
                paths.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
        paths.retain(|path| path != MANIFEST);
        paths.par_iter().map(|path| self.found(&manifest, path)).collect()
    }

    /// What a publish that was cut off has put there is known by its name: see [`Begun`](crate::publish::manifest).
    fn mark(&self, path: &str) -> Result<Option<Hash>, Trouble> {
        let is_begun = {
            let state = self.state();
            state.manifest.begun.as_ref().is_some_and(|begun| begun.files.contains_key(path))
        };
        if !is_begun {
            return Ok(None);
        }
        let file = self.root.join(path);
        let bytes = self.content(path).map_err(|error| failed("read", &file, &error))?;
        Ok(bytes.map(|bytes| Hash::of(&bytes)))
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        let file = self.root.join(path);
        let bytes = self.content(path).map_err(|error| failed("read", &file, &error))?;
        // A link holds nothing that would be the same as a file.
        Ok(bytes.unwrap_or_default())
    }

    fn put(&self, file: &LocalFile, bytes: Vec<u8>) -> Result<Option<String>, Trouble> {
        self.expect_alone()?;
        self.make_folders(&file.path)?;
        self.write(&file.path, &bytes)?;
        Ok(Some(tag_of(&bytes)))
    }

    /// Removes it, and folders that are empty then.
    fn remove(&self, path: &str) -> Result<(), Trouble> {
        self.expect_alone()?;
        let file = self.root.join(path);
        // At the place of a file that made way there is a folder now.
        if !self.is_inside(path) || fs::symlink_metadata(&file).is_ok_and(|what| what.is_dir()) {
            return Ok(());
        }
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed("remove", &file, &error).into());
            }
            _ => {}
        }
        for (at, _) in path.rmatch_indices('/') {
            if fs::remove_dir(self.root.join(&path[..at])).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn commit(
        &self,
        manifest: &[u8],
        expected: Option<&Version>,
        _: &str,
    ) -> Result<Version, Trouble> {
        self.expect_alone()?;
        self.expect_version(expected)?;
        self.write(MANIFEST, manifest)?;
        Ok(Version { tag: Some(tag_of(manifest)), number: None })
    }

    fn overtaker(&self) -> Option<String> {
        self.state().is_locked.then(|| "is publishing there at this moment".to_owned())
    }
}
