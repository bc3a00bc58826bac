//! The folder beside a site that holds what the next build can use. It is only ever of use: whoever removes it,
//! or any part of it, gets the same site, later.
//!
//! | | |
//! |---|---|
//! | `site` | which files the site has, and what each was made from ([`Manifest`](super::manifest::Manifest)) |
//! | `essays` | what is known of each essay ([`crate::site::Kept`]) |
//! | `essays-since` | where that differs by now |
//! | `around` | what folders say of their essays |
//! | `related` | which essays are most like each |
//! | `search` | which files the search index has, and what it was made from ([`super::search`]) |
//! | `pictures` | what is known of each picture ([`crate::site::pictures`]) |
//! | `made/` | what was costly to make ([`crate::site::Store`]) |
//! | `next/` | a site in the making |
//! | `last/` | the site before the present one, of which the next is made |
//! | `old/` | the present one, for the moment between two renames, where a disk cannot swap in one |
//! | `lock` | held while a build writes, so that a second one waits |
//! | `project` | which project the site is of |
//!
//! Whoever gives a project to others can put anything into this folder. So nothing in it is followed that is a
//! link, and no path that stands in it is believed.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::site::Store;
use crate::source::opening;

/// The program that wrote a file of the cache: another one's is not read.
const WRITER: &str =
    concat!("sternpost ", env!("CARGO_PKG_VERSION"), " ", env!("STERNPOST_STATE"), "\n");

/// How many bytes at the end of a file tell that it is whole: 128 bits of XXH3, which is made against chance. Whoever
/// can write into the folder can write the right ones too.
const CHECK: usize = 16;

/// Tells programs that make backups that there is nothing to keep (bford.info/cachedir).
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
# What the next build can use. This folder can be removed at any time.\n";

/// The cache of one site.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Open for as long as the build goes on.
    _lock: Option<File>,
}

impl Cache {
    /// The cache of the site in `output`, which no other build uses meanwhile. Where one does, says so by
    /// `waiting`, and waits until it is done.
    ///
    /// # Errors
    /// When the folder beside the site cannot be made.
    pub fn open(output: &Path, waiting: &dyn Fn()) -> io::Result<Cache> {
        let folder = Cache::folder(output);
        fs::create_dir_all(&folder)?;
        if !fs::symlink_metadata(&folder)?.is_dir() {
            return Err(io::Error::other("it is a link; remove it and build again"));
        }
        remove_links(&folder)?;
        for (name, text) in [(".gitignore", "*\n"), ("CACHEDIR.TAG", TAG)] {
            let file = folder.join(name);
            // For other programs only. What cannot be written now is written by the next build.
            if let Ok(mut new) = File::create_new(&file)
                && new.write_all(text.as_bytes()).is_err()
            {
                let _ = fs::remove_file(file);
            }
        }
        let lock =
            File::options().create(true).truncate(false).write(true).open(folder.join("lock"));
        // Where a file system knows no locks, builds that write at once are the author's care.
        let lock = lock.ok().filter(|lock| match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                waiting();
                lock.lock().is_ok()
            }
            tried => tried.is_ok(),
        });
        let cache = Cache { folder, _lock: lock };
        cache.remove_drafts("");
        Ok(cache)
    }

    /// The folder of another project whose site is in `output`, if that project is still there.
    ///
    /// This does not stand in the site itself: the folder of a project has another name on each machine, and a
    /// site is the same bytes everywhere; its title may change.
    pub fn other_project(&self, root: &Path, output: &Path) -> Option<PathBuf> {
        let bytes = opening::read_plain(&self.path(PROJECT)).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (known, place) = text.trim_end().split_once('\n')?;
        // A cache that was copied along with a site says nothing of the copy.
        let is_of_this = Path::new(place) == output;
        let other = PathBuf::from(known);
        (is_of_this && other != root && other.is_dir()).then_some(other)
    }

    /// Notes which project the site in `output` is of.
    pub fn is_of(&self, root: &Path, output: &Path) {
        let text = format!("{}\n{}\n", root.display(), output.display());
        let (file, draft) = (self.path(PROJECT), self.path(&format!("{PROJECT}{DRAFT}")));
        if opening::read_plain(&file).is_ok_and(|known| known == text.as_bytes()) {
            return;
        }
        let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, &file));
        if written.is_err() {
            let _ = fs::remove_file(draft);
        }
    }

    /// Removes what a killed run was writing into the folder `part`.
    fn remove_drafts(&self, part: &str) {
        let entries = fs::read_dir(self.path(part)).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| is_draft(&entry.file_name())) {
            let _ = fs::remove_file(entry.path());
        }
    }

    /// Where the cache of the site in `output` lies.
    pub fn folder(output: &Path) -> PathBuf {
        let name = output.file_name().unwrap_or_default().to_string_lossy();
        output.with_file_name(format!(".{name}.sternpost"))
    }

    /// Where a part of it lies.
    pub fn path(&self, part: &str) -> PathBuf {
        self.folder.join(part)
    }

    /// What this program wrote into `part`, if all of it is there unharmed.
    pub fn read(&self, part: &str) -> Option<Vec<u8>> {
        let mut bytes = opening::read_plain(&self.path(part)).ok()?;
        let rest = bytes.strip_prefix(WRITER.as_bytes())?;
        let (said, check) = rest.split_last_chunk::<CHECK>()?;
        if xxh3_128(said).to_le_bytes() != *check {
            return None;
        }
        let length = said.len();
        bytes.drain(..WRITER.len());
        bytes.truncate(length);
        Some(bytes)
    }

    /// Removes `part`.
    pub fn forget(&self, part: &str) {
        let _ = fs::remove_file(self.path(part));
    }

    /// Writes `part` for the next build. It is whole or not there; where it cannot be written, that build
    /// has more to do, and nothing else is lost.
    pub fn write(&self, part: &str, bytes: impl IntoIterator<Item = Vec<u8>>) {
        let draft = self.path(&format!("{part}{DRAFT}"));
        let _ = fs::remove_file(&draft);
        let written = written(&draft, bytes).and_then(|()| fs::rename(&draft, self.path(part)));
        if written.is_err() {
            let _ = fs::remove_file(draft);
            self.forget(part);
        }
    }
}

/// The part that says which project the site is of. Every version of the program reads it.
const PROJECT: &str = "project";

/// How the name of a part ends that is being written.
const DRAFT: &str = ".new";

fn is_draft(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(DRAFT.as_bytes())
}

/// The folder of what was costly to make.
const MADE: &str = "made";

/// How long something is kept there that nobody uses.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl Store for Cache {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let part = format!("{MADE}/{name}");
        let bytes = Cache::read(self, &part)?;
        // Its time says when it was last of use.
        let file = File::options().append(true).open(self.path(&part));
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
        Some(bytes)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        // Where the folder cannot be made nothing can be written, and nothing else is lost.
        let _ = fs::create_dir_all(self.path(MADE));
        Cache::write(self, &format!("{MADE}/{name}"), [bytes.to_vec()]);
    }
}

impl Cache {
    /// Removes what was costly to make and has been of no use for a month.
    pub fn sweep(&self) {
        self.remove_drafts(MADE);
        let entries = fs::read_dir(self.path(MADE)).into_iter().flatten().flatten();
        for entry in entries {
            let time = entry.metadata().and_then(|found| found.modified()).ok();
            if time.and_then(|time| time.elapsed().ok()).is_some_and(|age| age > UNUSED) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Removes the links in the folder of a cache, which no build has put there.
fn remove_links(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_symlink() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes who writes it, what it says, and what tells that it is whole.
fn written(file: &Path, said: impl IntoIterator<Item = Vec<u8>>) -> io::Result<()> {
    let mut file = File::create_new(file)?;
    let mut check = Xxh3::new();
    file.write_all(WRITER.as_bytes())?;
    for bytes in said {
        check.update(&bytes);
        file.write_all(&bytes)?;
    }
    file.write_all(&check.digest128().to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_or_another_programs_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("book"), &|| unreachable!()).unwrap();
        assert_eq!(cache.read("site"), None);
        cache.write("site", [b"kno".to_vec(), b"wn".to_vec()]);
        assert_eq!(cache.read("site").as_deref(), Some(&b"known"[..]));
        let file = cache.path("site");
        let good = fs::read(&file).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&file, &bad).unwrap();
            assert_eq!(cache.read("site"), None, "byte {at}");
            fs::write(&file, &good[..at]).unwrap();
            assert_eq!(cache.read("site"), None, "the first {at} bytes");
        }
    }
}
