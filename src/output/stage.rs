//! A site in the making, of which whatever an earlier one has too is taken from there.
//!
//! It is made in the folder of the site before the present one, if that is still there, so that only what
//! differs has to be done:
//!
//! 1. Files that the new site does not have, or that were made from something else, are removed, and what
//!    anybody else has put there.
//! 2. A file that the present site has and this one lacks becomes a second name (hard link) of that file. No
//!    file is ever written over, so what has two names stays what it is.
//! 3. What neither has is made.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::output::Planned;
use crate::output::disk::failed;
use crate::output::manifest::{Folder, Record, Tree};
use crate::site::Content;

/// A new site.
#[derive(Debug)]
pub struct Stage {
    root: PathBuf,
    folders: BTreeSet<String>,
    /// For each file that is planned, what is there already.
    there: Vec<Option<Record>>,
}

/// How many files a site got in which way.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    /// Files that were made or copied.
    pub written: usize,
    /// Files that the site had already.
    pub kept: usize,
}

impl Stage {
    /// Begins a site with the files `planned` in the folder `root`, which is the one of `last` or is not
    /// there. `known` tells of each file whether the site in `present`
    /// had it.
    ///
    /// # Errors
    /// When something cannot be made or removed.
    pub fn begin(
        root: PathBuf,
        planned: &[Planned],
        last: &Tree,
        present: &Path,
        known: &[Option<Record>],
    ) -> Result<Stage, Diagnostic> {
        let folders: BTreeSet<String> = planned.iter().flat_map(|file| above(&file.path)).collect();
        let mut stage = Stage { root, folders, there: Vec::new() };
        stage.there = stage.swept(planned, last)?;
        stage.make_folders()?;
        stage.there = stage
            .there
            .par_iter()
            .zip(planned)
            .zip(known)
            .map(|((there, file), known)| there.or_else(|| stage.linked(file, present, *known)))
            .collect();
        Ok(stage)
    }

    /// Whether the file with this number in the plan is there already.
    pub fn has(&self, number: usize) -> bool {
        self.there[number].is_some()
    }

    /// Makes the file `planned`.
    ///
    /// # Errors
    /// When it cannot be written, or what is to be in it not read.
    pub fn write(&self, planned: &Planned, content: &Content) -> Result<Record, Diagnostic> {
        let path = self.root.join(&planned.path);
        let write = |error: &io::Error| failed("write", &path, error);
        let mut file = fs::File::create_new(&path).map_err(|error| write(&error))?;
        match content {
            Content::Bytes(bytes) => {
                io::Write::write_all(&mut file, bytes).map_err(|error| write(&error))?;
            }
            Content::File(from) => {
                let mut source = fs::File::open(from).map_err(|e| failed("read", from, &e))?;
                // Shares the blocks where the file system can (copy_file_range).
                io::copy(&mut source, &mut file).map_err(|error| write(&error))?;
            }
        }
        let metadata = file.metadata().map_err(|error| write(&error))?;
        Ok(Record::of(planned.print, &metadata))
    }

    /// What the finished site is, `made` being the records of the files that were not there.
    pub(super) fn tree(&self, planned: Vec<Planned>, made: Vec<Option<Record>>) -> (Tree, Tally) {
        let mut tally = Tally::default();
        let mut files = foldhash::HashMap::default();
        for ((file, there), made) in planned.into_iter().zip(&self.there).zip(made) {
            match there {
                Some(_) => tally.kept += 1,
                None => tally.written += 1,
            }
            if let Some(record) = there.or(made) {
                files.insert(file.path, record);
            }
        }
        let folders: Vec<&String> = self.folders.iter().collect();
        let folders = folders
            .into_par_iter()
            .map(|folder| (folder.clone(), Folder::at(&self.root.join(folder))))
            .collect();
        (Tree { files, folders }, tally)
    }

    /// Removes what the new site does not have. Gives what it does have.
    fn swept(&self, planned: &[Planned], last: &Tree) -> Result<Vec<Option<Record>>, Diagnostic> {
        let nothing = || vec![None; planned.len()];
        let changed = last.is_known().then(|| last.changed_folders(&self.root)).flatten();
        let Some(changed) = changed else {
            // Nobody knows what is in there.
            remove(&self.root).map_err(|error| failed("remove", &self.root, &error))?;
            return Ok(nothing());
        };
        let is_there = |file: &Planned| {
            let record = last.files.get(&file.path)?;
            let same = file.print.is_some() && record.print == file.print;
            (same && record.is_at(&self.root.join(&file.path))).then_some(*record)
        };
        let there: Vec<Option<Record>> = planned.par_iter().map(is_there).collect();
        let kept: foldhash::HashSet<&str> = planned
            .iter()
            .zip(&there)
            .filter(|(_, there)| there.is_some())
            .map(|(file, _)| file.path.as_str())
            .collect();
        let gone = last.files.keys().filter(|path| !kept.contains(path.as_str()));
        gone.collect::<Vec<_>>().into_par_iter().try_for_each(|path| self.remove(path))?;
        let is_ours = |path: &str| kept.contains(path) || self.folders.contains(path);
        self.remove_strays(&changed, &is_ours)?;
        // From the inside out.
        let mut folders: Vec<_> =
            last.folders.keys().filter(|folder| !self.folders.contains(*folder)).collect();
        folders.sort_unstable_by(|a, b| b.cmp(a));
        folders.into_iter().try_for_each(|folder| self.remove(folder))?;
        Ok(there)
    }

    fn remove(&self, path: &str) -> Result<(), Diagnostic> {
        let path = self.root.join(path);
        remove(&path).map_err(|error| failed("remove", &path, &error))
    }

    /// Removes what is in `folders` and is not `ours`.
    fn remove_strays(
        &self,
        folders: &[&str],
        ours: &(impl Fn(&str) -> bool + Sync),
    ) -> Result<(), Diagnostic> {
        for folder in folders {
            let path = self.root.join(folder);
            let entries = match fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed("read", &path, &error)),
            };
            for entry in entries.flatten() {
                let name = entry.file_name();
                let inside = name.to_str().map(|name| match *folder {
                    "" => name.to_owned(),
                    folder => format!("{folder}/{name}"),
                });
                if !inside.is_some_and(|inside| ours(&inside)) {
                    let path = entry.path();
                    remove(&path).map_err(|error| failed("remove", &path, &error))?;
                }
            }
        }
        Ok(())
    }

    /// Makes the folders that are not there, those above before those in them.
    fn make_folders(&self) -> Result<(), Diagnostic> {
        let mut levels: Vec<Vec<PathBuf>> = Vec::new();
        for folder in &self.folders {
            let level = if folder.is_empty() { 0 } else { folder.matches('/').count() + 1 };
            levels.resize_with(levels.len().max(level + 1), Vec::new);
            levels[level].push(self.root.join(folder));
        }
        let make = |path: &PathBuf| match fs::create_dir(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(failed("create", path, &error))
            }
            _ => Ok(()),
        };
        levels.iter().try_for_each(|level| level.par_iter().try_for_each(make))
    }

    /// A second name for the file of the present site, if it is still there. Where that cannot be had, the
    /// file is made.
    fn linked(&self, file: &Planned, present: &Path, known: Option<Record>) -> Option<Record> {
        let own = self.root.join(&file.path);
        let record = known.filter(|record| record.is_at(&present.join(&file.path)))?;
        fs::hard_link(present.join(&file.path), own).ok()?;
        Some(record)
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for Stage {
    /// Removes what has not become a site. What cannot be removed now is removed by the next build.
    fn drop(&mut self) {
        let _ = remove(&self.root);
    }
}

/// The folders that a file is in, the site's own among them.
fn above(path: &str) -> impl Iterator<Item = String> + '_ {
    let inner = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
    std::iter::once(String::new()).chain(inner)
}

/// Removes a file, or a folder with all that is in it; one that is not there is no error.
pub fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}
