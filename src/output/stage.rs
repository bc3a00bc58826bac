//! A site in the making, of which whatever an earlier one has too is taken from there.
//!
//! It is made in the folder of the site before the present one, if that is still there, so that only what
//! differs has to be done:
//!
//! 1. Files that the new site does not have, or that were made from something else, are removed, and what
//!    anybody else has put there.
//! 2. A file that the present site has and this one lacks becomes a second name (hard link) of that file. No
//!    file is ever written over, so what has two names stays what it is.
//! 3. What neither has is made. If that turns out to be, byte for byte, what the present site has, it becomes
//!    a second name of that too: a file of the site keeps its time as long as it says the same.

use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use foldhash::{HashMap, HashSet};
use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::output::Planned;
use crate::output::disk::failed;
use crate::output::manifest::{Folder, Record, Tree, inside, strays};
use crate::render::Fingerprint;
use crate::site::Content;
use crate::source::opening;
use crate::source::walk::{folder_of, with_all_above};

/// A new site.
#[derive(Debug)]
pub struct Stage {
    root: PathBuf,
    /// The site that it is to replace.
    present: PathBuf,
    /// The project's folder: no file from elsewhere is copied.
    sources: PathBuf,
    folders: HashSet<String>,
    /// For each file that is planned, what is there already.
    there: Vec<Option<Record>>,
    /// The folders in which something has been done, new ones among them; `None` where nothing of the last site is known
    /// for sure.
    touched: Option<HashSet<String>>,
    /// How many files were written.
    written: AtomicUsize,
}

impl Stage {
    /// Begins a site with the files `planned` in the folder `root`, which is the one of `last` or is not
    /// there. `known` tells of each file whether the site in `present` had it; what is copied lies in `sources`.
    ///
    /// # Errors
    /// When something cannot be made or removed.
    pub fn begin(
        root: PathBuf,
        planned: &[Planned],
        last: &Tree,
        (sources, present): (&Path, &Path),
        known: &[Option<Record>],
    ) -> Result<Stage, Diagnostic> {
        let mut stage = Stage {
            root,
            present: present.to_owned(),
            sources: sources.to_owned(),
            folders: folders_of(planned),
            there: Vec::new(),
            touched: None,
            written: AtomicUsize::new(0),
        };
        match stage.prepared(planned, last) {
            Ok(Some(there)) => stage.there = there,
            Ok(None) | Err(_) => {
                // Nobody knows what is in there, or it cannot be told. If it cannot be removed either, that is
                // what stands in the way.
                stage.touched = None;
                remove(&stage.root).map_err(|error| failed("remove", &stage.root, &error))?;
                stage.there = vec![None; planned.len()];
                stage.make_folders(stage.folders.iter())?;
            }
        }
        stage.there = stage
            .there
            .par_iter()
            .zip(planned)
            .zip(known)
            .map(|((there, file), known)| there.or_else(|| stage.linked(file, *known)))
            .collect();
        Ok(stage)
    }

    /// Whether the file with this number in the plan is there already.
    pub fn has(&self, number: usize) -> bool {
        self.there[number].is_some()
    }

    /// Changes the plan: in place of the files from the number `first` on the site is to have those in `wanted`.
    /// Of these, what is there already stays.
    ///
    /// # Errors
    /// When something cannot be made or removed.
    pub fn replan(
        &mut self,
        planned: &mut Vec<Planned>,
        first: usize,
        wanted: Vec<Planned>,
    ) -> Result<(), Diagnostic> {
        let before = planned.drain(first..).zip(self.there.drain(first..));
        // Some of what is not known to be there may be there all the same.
        let before = before.map(|(file, there)| (file.path, (file.print, there)));
        let mut before: HashMap<String, (Option<Fingerprint>, Option<Record>)> = before.collect();
        let mut deeds: Vec<String> = Vec::new();
        for file in &wanted {
            let stays = before.get(&file.path).filter(|(print, _)| *print == file.print);
            let stays = stays.and_then(|(_, there)| *there);
            self.there.push(stays);
            match stays {
                Some(_) => drop(before.remove(&file.path)),
                None => deeds.push(file.path.clone()),
            }
        }
        let gone: Vec<String> = before.into_keys().collect();
        gone.par_iter().try_for_each(|path| self.remove(path))?;
        planned.extend(wanted);
        let former = std::mem::replace(&mut self.folders, folders_of(planned));
        // From the inside out.
        let mut emptied: Vec<String> = former.difference(&self.folders).cloned().collect();
        emptied.sort_unstable_by(|a, b| b.cmp(a));
        emptied.iter().try_for_each(|folder| self.remove(folder))?;
        let new: Vec<String> = self.folders.difference(&former).cloned().collect();
        self.make_folders(new.iter())?;
        let deeds = deeds.iter().chain(&gone).map(String::as_str);
        self.touch(deeds, emptied.iter().chain(&new).map(String::as_str));
        Ok(())
    }

    /// Notes that something has been done to `files` and `folders`.
    fn touch<'p>(
        &mut self,
        files: impl Iterator<Item = &'p str>,
        folders: impl Iterator<Item = &'p str> + Clone,
    ) {
        if let Some(touched) = &mut self.touched {
            touched.extend(folders_touched(files, folders));
        }
    }

    /// What is known of a folder of the last site, if nothing has been done in it.
    fn untouched(&self, last: &Tree, folder: &str) -> Option<Folder> {
        let is_untouched = self.touched.as_ref().is_some_and(|touched| !touched.contains(folder));
        last.folders.get(folder).copied().filter(|_| is_untouched)
    }

    /// Adds files to the plan that were written already, in folders that are there.
    pub fn add(&mut self, planned: &mut Vec<Planned>, written: Vec<Planned>) {
        self.touch(written.iter().map(|file| file.path.as_str()), std::iter::empty());
        self.there.resize(self.there.len() + written.len(), None);
        planned.extend(written);
    }

    /// Makes the file `planned`.
    ///
    /// # Errors
    /// When it cannot be written, or what is to be in it not read.
    pub fn write(&self, planned: &Planned, content: &Content) -> Result<Record, Diagnostic> {
        let (path, present) = (self.root.join(&planned.path), self.present.join(&planned.path));
        let mut from = match content {
            Content::Bytes(bytes) => Origin::Bytes(bytes),
            Content::File(file) => {
                let opened = opening::open(&self.sources, file);
                Origin::File(opened.map_err(|error| failed("read", file, &error))?)
            }
        };
        let held = holds(&present, &mut from);
        if held.is_some() && fs::hard_link(&present, &path).is_ok() {
            let metadata = fs::symlink_metadata(&path).map_err(|e| failed("read", &path, &e))?;
            return Ok(Record::of(planned.print, &metadata));
        }
        let write = |error: &io::Error| failed("write", &path, error);
        let mut file = File::create_new(&path).map_err(|error| write(&error))?;
        match &mut from {
            Origin::Bytes(bytes) => file.write_all(bytes).map_err(|error| write(&error))?,
            Origin::File(from) => {
                // Shares the blocks where the file system can (copy_file_range).
                let copied = from.rewind().and_then(|()| io::copy(from, &mut file));
                copied.map_err(|error| write(&error))?;
            }
        }
        match held.and_then(|held| held.modified().ok()) {
            // Where files cannot have two names, one that says the same has the same time.
            Some(time) => file.set_modified(time).map_err(|error| write(&error))?,
            None => drop(self.written.fetch_add(1, Ordering::Relaxed)),
        }
        let metadata = file.metadata().map_err(|error| write(&error))?;
        Ok(Record::of(planned.print, &metadata))
    }

    /// What the finished site is, `made` being the records of the files that were not there, and how many files
    /// were written for it. `last` is the site that it was made of.
    pub(super) fn tree(
        &self,
        planned: Vec<Planned>,
        made: Vec<Option<Record>>,
        last: &Tree,
    ) -> (Tree, usize) {
        let written = self.written.load(Ordering::Relaxed);
        let mut files = HashMap::default();
        for ((file, there), made) in planned.into_iter().zip(&self.there).zip(made) {
            if let Some(record) = there.or(made) {
                files.insert(file.path, record);
            }
        }
        let folders: Vec<&String> = self.folders.iter().collect();
        let folders = folders.into_par_iter().map(|folder| {
            let known = self.untouched(last, folder);
            (folder.clone(), known.unwrap_or_else(|| Folder::at(&inside(&self.root, folder))))
        });
        let folders = folders.collect();
        (Tree { files, folders }, written)
    }

    /// Makes of the last site the folders of the new one, with what both have. Gives which files these are; `None` if
    /// nothing is known of it.
    fn prepared(
        &mut self,
        planned: &[Planned],
        last: &Tree,
    ) -> Result<Option<Vec<Option<Record>>>, Diagnostic> {
        let there = self.swept(planned, last)?;
        if there.is_some() {
            let is_new = |folder: &&String| self.untouched(last, folder).is_none();
            self.make_folders(self.folders.iter().filter(is_new))?;
        }
        Ok(there)
    }

    /// Removes what the new site does not have. Gives what it does have; `None` if nothing is known of it.
    fn swept(
        &mut self,
        planned: &[Planned],
        last: &Tree,
    ) -> Result<Option<Vec<Option<Record>>>, Diagnostic> {
        let changed = last.is_known().then(|| last.changed_folders(&self.root)).flatten();
        let Some(changed) = changed else { return Ok(None) };
        let new: Vec<&String> =
            self.folders.iter().filter(|folder| !last.folders.contains_key(*folder)).collect();
        let is_there = |file: &Planned| {
            let record = last.files.get(&file.path)?;
            let same = file.print.is_some() && record.print == file.print;
            // Where no folder is new, all on the way are known.
            let same = same && (new.is_empty() || last.holds(&file.path));
            (same && record.is_at(&self.root.join(&file.path))).then_some(*record)
        };
        let mut there: Vec<Option<Record>> = planned.par_iter().map(is_there).collect();
        let (mut kept, mut lacking) = (HashSet::default(), Vec::new());
        for (file, there) in planned.iter().zip(&there) {
            match there {
                Some(_) => drop(kept.insert(file.path.as_str())),
                None => lacking.push(file.path.as_str()),
            }
        }
        let gone: Vec<&str> =
            last.files.keys().map(String::as_str).filter(|path| !kept.contains(path)).collect();
        let mut emptied: Vec<&String> =
            last.folders.keys().filter(|folder| !self.folders.contains(*folder)).collect();
        let mut touched = gone.iter().chain(&changed).copied();
        if !touched.all(|path| last.holds(path)) || !emptied.iter().all(|path| last.holds(path)) {
            return Ok(None);
        }
        gone.par_iter().try_for_each(|path| self.remove(path))?;
        let is_ours = |path: &str| kept.contains(path) || self.folders.contains(path);
        let strays = self.remove_strays(&changed, &is_ours)?;
        // From the inside out.
        emptied.sort_unstable_by(|a, b| b.cmp(a));
        emptied.iter().try_for_each(|folder| self.remove(folder))?;

        let folders = emptied.iter().chain(&new).map(|folder| folder.as_str());
        let folders: Vec<&str> = folders.chain(changed.iter().copied()).collect();
        let deeds: Vec<&str> = [&*gone, &*lacking].concat();
        let touched = folders_touched(deeds.into_iter(), folders.into_iter()).collect();
        self.touched = Some(touched);
        if strays > 0 {
            // Some disks call a file by another name than they were told.
            let still = |(file, there): (&Planned, &mut Option<Record>)| {
                *there = there.filter(|record| record.is_at(&self.root.join(&file.path)));
            };
            planned.par_iter().zip(&mut there).for_each(still);
            self.touched = None;
        }
        Ok(Some(there))
    }

    fn remove(&self, path: &str) -> Result<(), Diagnostic> {
        let path = self.root.join(path);
        remove(&path).map_err(|error| failed("remove", &path, &error))
    }

    /// Removes what is in `folders` and is not `ours`; gives how much that was.
    fn remove_strays(
        &self,
        folders: &[&str],
        ours: &impl Fn(&str) -> bool,
    ) -> Result<usize, Diagnostic> {
        let mut removed = 0;
        for folder in folders {
            let strays = strays(&self.root, folder, ours)
                .map_err(|error| failed("read", &inside(&self.root, folder), &error))?;
            for path in &strays {
                remove(path).map_err(|error| failed("remove", path, &error))?;
            }
            removed += strays.len();
        }
        Ok(removed)
    }

    /// Makes `folders`, those above before those in them.
    fn make_folders<'f>(
        &self,
        folders: impl Iterator<Item = &'f String>,
    ) -> Result<(), Diagnostic> {
        let mut levels: Vec<Vec<PathBuf>> = Vec::new();
        for folder in folders {
            let level = if folder.is_empty() { 0 } else { folder.matches('/').count() + 1 };
            levels.resize_with(levels.len().max(level + 1), Vec::new);
            levels[level].push(inside(&self.root, folder));
        }
        // What is there under that name may be a link, which leads elsewhere.
        let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
        let make = |path: &PathBuf| match fs::create_dir(path) {
            Err(error) if !is_folder(path) => Err(failed("create", path, &error)),
            _ => Ok(()),
        };
        levels.iter().try_for_each(|level| level.par_iter().try_for_each(make))
    }

    /// A second name for the file of the present site, if it is still there. Where that cannot be had, the
    /// file is made.
    fn linked(&self, file: &Planned, known: Option<Record>) -> Option<Record> {
        let present = self.present.join(&file.path);
        let record = known.filter(|record| record.is_at(&present))?;
        fs::hard_link(present, self.root.join(&file.path)).ok()?;
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

/// What a file is made from. That which is copied stays open, so that all of it is of one file.
enum Origin<'c> {
    Bytes(&'c [u8]),
    File(File),
}

/// The file at `path`, if it is there and holds just this.
fn holds(path: &Path, content: &mut Origin<'_>) -> Option<Metadata> {
    let found = fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
    let length = found.len();
    let same = match content {
        Origin::Bytes(bytes) => {
            length == bytes.len() as u64 && fs::read(path).is_ok_and(|held| held == *bytes)
        }
        Origin::File(from) => {
            from.metadata().is_ok_and(|from| from.len() == length)
                && File::open(path).and_then(|file| same_bytes(&file, from)).unwrap_or(false)
        }
    };
    same.then_some(found)
}

/// Whether two files hold the same. They may be too large for memory.
fn same_bytes(one: &File, other: &File) -> io::Result<bool> {
    let buffered = |file| io::BufReader::with_capacity(1 << 16, file);
    let (mut one, mut other) = (buffered(one), buffered(other));
    loop {
        let (a, b) = (one.fill_buf()?, other.fill_buf()?);
        let length = a.len().min(b.len());
        if length == 0 || a[..length] != b[..length] {
            return Ok(a.is_empty() && b.is_empty());
        }
        one.consume(length);
        other.consume(length);
    }
}

/// The folders that files are in, with all above them; the site's own has no name.
fn folders_of(files: &[Planned]) -> HashSet<String> {
    let folders = with_all_above(files.iter().map(|file| folder_of(&file.path)));
    folders.into_iter().map(str::to_owned).collect()
}

/// The folders that are another after something has been done to `files` and `folders`.
fn folders_touched<'p>(
    files: impl Iterator<Item = &'p str>,
    folders: impl Iterator<Item = &'p str> + Clone,
) -> impl Iterator<Item = String> {
    files.chain(folders.clone()).map(folder_of).chain(folders).map(str::to_owned)
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
