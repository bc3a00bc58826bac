//! A site on disk, which is never half written.
//!
//! 1. The new site is made in a folder beside the output, on the same file system ([`Stage`]).
//! 2. When all is there, the two folders change places in one step (`renameat2` on Linux,
//!    `renamex_np` on macOS; elsewhere by two renames, which the next build repairs if it finds
//!    only the first done).
//! 3. The old site stays in the cache, for the build after this one to make its site of.
//!
//! A site that would come out the same is left as it is. A folder that holds something and was not written
//! by the program is never replaced.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Code, Diagnostic};
use crate::output::manifest::{Folder, Manifest, Record, Tree, inside, is_plain, strays};
use crate::output::stage::remove;
use crate::output::{Cache, Planned, Stage};
use crate::render::Fingerprint;
use crate::site::Content;
use crate::source::Project;
use crate::source::project::MARKER;

/// What the marker file says to whoever opens it.
const MARKER_TEXT: &str =
    "This folder was written by sternpost and is replaced whenever it builds.\n";

/// The file by which the folder is known as one that the program wrote.
pub fn marker() -> (Planned, Content) {
    let text = MARKER_TEXT.as_bytes();
    let print = Some(Fingerprint::of(text));
    (Planned { path: MARKER.to_owned(), print }, Content::Bytes(text.to_vec()))
}

/// The place of a site, and what is known of the one that is there.
#[derive(Debug)]
pub struct Disk {
    output: PathBuf,
    /// The project's folder.
    sources: PathBuf,
    cache: Arc<Cache>,
    manifest: Manifest,
}

/// What is to be done for a new site.
#[derive(Debug)]
pub enum Plan {
    /// Nothing: the site that is there is the same.
    Same,
    /// What the stage does not have is to be made.
    Make(Stage),
}

impl Disk {
    /// Looks at the place of the project's site. Where another build is at work there, says so by `waiting`,
    /// and waits until it is done.
    ///
    /// # Errors
    /// When the site that is there may not be replaced, or the folder beside it cannot be made.
    pub fn open(project: &Project, waiting: &dyn Fn()) -> Result<Disk, Diagnostic> {
        // Where the output is a link, it stays one: the site is made beside the folder that it leads to.
        let output = followed(&project.output);
        refuse_dangerous(project, &output)?;
        refuse_foreign(&output)?;
        if let Some(above) = output.parent() {
            fs::create_dir_all(above).map_err(|error| failed("create", above, &error))?;
        }
        let cache = Cache::open(&output, waiting)
            .map_err(|error| failed("create", &Cache::folder(&output), &error))?;
        refuse_others(&cache, project, &output)?;
        let (old, next) = (cache.path("old"), cache.path("next"));
        if old.join(MARKER).is_file() && is_empty(&output) {
            let restored = fs::remove_dir(&output).or_else(not_there);
            restored.and_then(|()| fs::rename(&old, &output)).map_err(|error| {
                Diagnostic::io(Code::Output, "restore", &output, &error)
                    .hint(format!("the last site is in {}", old.display()))
            })?;
        }
        for left_over in [old, next] {
            remove(&left_over).map_err(|error| failed("remove", &left_over, &error))?;
        }
        cache.is_of(&project.root, &output);
        let (sources, cache) = (project.root.clone(), Arc::new(cache));
        Ok(Disk { output, sources, cache, manifest: Manifest::default() })
    }

    /// Recalls what the last build knew of its site. Without this all of it is made anew.
    pub fn recall(&mut self) {
        let known = self.cache.read("site").and_then(|bytes| postcard::from_bytes(&bytes).ok());
        self.manifest = known.unwrap_or_default();
    }

    /// What the last build kept beside the site.
    pub fn cache(&self) -> Arc<Cache> {
        Arc::clone(&self.cache)
    }

    /// The paths of the files that the site has, as far as is known.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.manifest.present.files.keys().map(String::as_str).filter(|path| is_plain(path))
    }

    /// Whether anything is known of a site here, so that a new one may have some of it.
    pub fn knows_any(&self) -> bool {
        self.manifest.present.is_known()
    }

    /// What the file at `path` of the present site was made from, if it is known.
    pub fn present(&self, path: &str) -> Option<Fingerprint> {
        self.manifest.present.files.get(path).and_then(|record| record.print)
    }

    /// Finds out what a site with these files has in common with the one that is there, and begins it.
    ///
    /// # Errors
    /// When something in the folder beside the site cannot be made or removed.
    pub fn plan(&mut self, planned: &[Planned]) -> Result<Plan, Diagnostic> {
        let present = &self.manifest.present;
        let known = |file: &Planned| {
            let record = present.files.get(&file.path)?;
            (file.print.is_some() && record.print == file.print).then_some(*record)
        };
        let known: Vec<Option<Record>> = planned.par_iter().map(known).collect();
        let is_all = known.iter().all(Option::is_some) && present.files.len() == planned.len();
        if is_all && self.is_untouched() {
            return Ok(Plan::Same);
        }
        let (last, next) = (self.cache.path("last"), self.cache.path("next"));
        // Under its new name it is nobody's last site any more, however this build ends. What cannot be used
        // is done without.
        let is_folder = fs::symlink_metadata(&last).is_ok_and(|found| found.is_dir());
        if !is_folder || fs::rename(&last, &next).is_err() {
            let _ = remove(&last);
        }
        let places = (&*self.sources, &*self.output);
        Stage::begin(next, planned, &self.manifest.last, places, &known).map(Plan::Make)
    }

    /// Whether the site is just as the last build left it.
    pub fn is_untouched(&mut self) -> bool {
        let files = &self.manifest.present.files;
        let is_there = |(path, record): (&String, &Record)| record.is_at(&self.output.join(path));
        let count = files.len();
        count > 0 && files.par_iter().all(is_there) && self.has_no_others(count)
    }

    /// Whether the present site has `count` files, as far as is known, and no others.
    fn has_no_others(&mut self, count: usize) -> bool {
        let present = &self.manifest.present;
        let changed = present.changed_folders(&self.output);
        let Some(changed) = changed.filter(|_| present.files.len() == count) else { return false };
        if !changed.par_iter().all(|folder| self.has_no_strays(folder)) {
            return false;
        }
        // The next build need not look into them again.
        let looked: Vec<(String, Folder)> = changed
            .par_iter()
            .map(|folder| ((*folder).to_owned(), Folder::at(&inside(&self.output, folder))))
            .collect();
        if !looked.is_empty() {
            self.manifest.present.folders.extend(looked);
            self.remember();
        }
        true
    }

    /// Keeps what is known of the site for the next build.
    fn remember(&self) {
        if let Ok(bytes) = postcard::to_stdvec(&self.manifest) {
            self.cache.write("site", [bytes]);
        }
    }

    /// Whether a folder of the present site holds what is known, and nothing else.
    fn has_no_strays(&self, folder: &str) -> bool {
        let Tree { files, folders } = &self.manifest.present;
        let is_known = |path: &str| files.contains_key(path) || folders.contains_key(path);
        strays(&self.output, folder, is_known).is_ok_and(|strays| strays.is_empty())
    }

    /// Puts the site of `stage` in the place of the one that is there. Gives how many files were written for it.
    ///
    /// # Errors
    /// When the folders cannot change places; the old site is then as it was.
    pub fn replace(
        &mut self,
        stage: Stage,
        planned: Vec<Planned>,
        made: Vec<Option<Record>>,
    ) -> Result<usize, Diagnostic> {
        let (tree, written) = stage.tree(planned, made, &self.manifest.last);
        let (last, old) = (self.cache.path("last"), self.cache.path("old"));
        let next = stage.root();
        if self.output.exists() {
            exchange(next, &self.output, &old)
                .map_err(|error| failed("replace", &self.output, &error))?;
            let former = if old.exists() { &old } else { next };
            let is_known = self.manifest.present.is_known();
            if !is_known || fs::rename(former, &last).is_err() {
                // What cannot be removed now is removed by the next build.
                let _ = remove(former);
            }
        } else {
            fs::rename(next, &self.output)
                .map_err(|error| failed("create", &self.output, &error))?;
        }
        let present = std::mem::replace(&mut self.manifest.present, tree);
        self.manifest.last = present;
        self.remember();
        Ok(written)
    }
}

/// An error of the disk with what was being done to what.
pub(super) fn failed(doing: &str, path: &Path, error: &io::Error) -> Diagnostic {
    let found = Diagnostic::io(Code::Output, doing, path, error)
        .hint("the site that was there before is as it was");
    match error.kind() {
        io::ErrorKind::PermissionDenied => found.hint(
            "see that you may write there; what another user has built, such as root, is theirs",
        ),
        _ => found,
    }
}

/// `path` with all links followed as far as it exists.
fn followed(path: &Path) -> PathBuf {
    let exists = |above: &Path| Some((fs::canonicalize(above).ok()?, above.to_owned()));
    let Some((place, above)) = path.ancestors().find_map(exists) else { return path.to_owned() };
    match path.strip_prefix(above) {
        Ok(rest) if !rest.as_os_str().is_empty() => place.join(rest),
        _ => place,
    }
}

/// Refuses an `output`, given without links, by which something would be lost.
fn refuse_dangerous(project: &Project, output: &Path) -> Result<(), Diagnostic> {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    let holds_home = home.is_some_and(|home| followed(&home).starts_with(output));
    let (root, content) = (followed(&project.root), followed(&project.content));
    let lies_in = |folder: &&PathBuf| output.starts_with(followed(folder));
    let why = if output.parent().is_none() || output.file_name().is_none() {
        "that is the root of the disk"
    } else if root.starts_with(output) || content.starts_with(output) {
        "your essays are in there"
    } else if holds_home {
        "your home folder is in there"
    } else if output.starts_with(&content) && content != root {
        "it lies among your essays"
    } else if [&project.templates, &project.theme].into_iter().flatten().any(|f| lies_in(&f)) {
        "it lies among your templates"
    } else {
        return Ok(());
    };
    Err(Diagnostic::error(
        Code::Output,
        format!("the site cannot be written to {}: {why}", output.display()),
    )
    .hint("name another folder: sternpost build --output FOLDER"))
}

/// Whether there is nothing at `path`, or a folder with nothing in it.
fn is_empty(path: &Path) -> bool {
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// What is not there need not be removed.
fn not_there(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Refuses a folder that holds something which the program did not write.
fn refuse_foreign(output: &Path) -> Result<(), Diagnostic> {
    let shown = output.display();
    if output.is_file() {
        return Err(Diagnostic::error(
            Code::Output,
            format!("{shown} is a file, where the site's folder should be"),
        ));
    }
    if let Some(history) = HISTORIES.iter().find(|name| output.join(name).exists()) {
        let message = format!("{shown} holds a repository ({history}), which would be lost");
        return Err(Diagnostic::error(Code::Output, message)
            .hint("build into another folder, and copy the site into the repository"));
    }
    let Ok(mut entries) = fs::read_dir(output) else { return Ok(()) };
    if output.join(MARKER).is_file() || entries.next().is_none() {
        return Ok(());
    }
    Err(Diagnostic::error(
        Code::Output,
        format!("{shown} holds files that sternpost did not write"),
    )
    .hint("name another folder with --output, or in book.toml: [build] build-dir = \"site\"")
    .hint(format!("if nothing in {shown} is needed, remove it and build again")))
}

/// The folders in which programs keep the history of what lies beside.
const HISTORIES: &[&str] = &[".git", ".hg", ".svn"];

/// Refuses a folder with the site of another project, so that two do not take turns in it.
fn refuse_others(cache: &Cache, project: &Project, output: &Path) -> Result<(), Diagnostic> {
    if is_empty(output) {
        return Ok(());
    }
    let Some(other) = cache.other_project(&project.root, output) else { return Ok(()) };
    let shown = output.display();
    let message = format!("{shown} holds the site of another project, {}", other.display());
    Err(Diagnostic::error(Code::Output, message)
        .hint("name another folder with --output, or in book.toml: [build] build-dir = \"site\"")
        .hint(format!("if {shown} is to hold this site from now on, remove it and build again")))
}

/// Lets two folders change places. Where that takes two renames, the old one ends at `aside`.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // File systems that cannot do it in one step say so in one of these words.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            exchange_in_two(new, old, aside)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    exchange_in_two(new, old, aside)
}

/// Two renames, with nothing at the output for a moment. If the second fails the first is undone.
fn exchange_in_two(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(old, aside)?;
    fs::rename(new, old).inspect_err(|_| {
        let _ = fs::rename(aside, old);
    })
}
