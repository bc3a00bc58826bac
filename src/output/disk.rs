//! A site on disk, which is never half written.
//!
//! 1. The files go into a folder beside the output, on the same file system.
//! 2. When all are there, the two folders change places in one step (`renameat2` on Linux,
//!    `renamex_np` on macOS; elsewhere by two renames, which the next build repairs if it finds
//!    only the first done).
//! 3. The old site is removed.
//!
//! A folder that holds something and was not written by the program is never replaced.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use foldhash::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::output::Sink;
use crate::source::Project;
use crate::source::project::MARKER;

/// What the marker file says to whoever opens it.
const MARKER_TEXT: &str =
    "This folder was written by sternpost and is replaced whenever it builds.\n";

/// A new site in the making.
#[derive(Debug)]
pub struct DiskSink {
    output: PathBuf,
    staging: PathBuf,
    folders: Mutex<HashSet<PathBuf>>,
    finished: bool,
}

impl DiskSink {
    /// Begins a site that is to take the place of the project's output.
    ///
    /// # Errors
    /// When the output may not be replaced, or the folder beside it cannot be made.
    pub fn begin(project: &Project) -> Result<DiskSink, Diagnostic> {
        let output = project.output.clone();
        refuse_dangerous(project)?;
        let (staging, old) = (beside(&output, "new"), beside(&output, "old"));
        if !output.exists() && old.join(MARKER).is_file() {
            fs::rename(&old, &output).map_err(|error| failed("restore", &output, &error))?;
        }
        for left_over in [&staging, &old] {
            if left_over.is_dir() {
                fs::remove_dir_all(left_over)
                    .map_err(|error| failed("remove", left_over, &error))?;
            }
        }
        refuse_foreign(&output)?;
        fs::create_dir_all(&staging).map_err(|error| failed("create", &staging, &error))?;
        let sink = DiskSink { output, staging, folders: Mutex::default(), finished: false };
        sink.write(MARKER, MARKER_TEXT.as_bytes())?;
        Ok(sink)
    }

    /// Puts the new site in the place of the old one.
    ///
    /// # Errors
    /// When the folders cannot change places; the old site is then as it was.
    pub fn finish(mut self) -> Result<(), Diagnostic> {
        if self.output.exists() {
            exchange(&self.staging, &self.output)
                .map_err(|error| failed("replace", &self.output, &error))?;
            self.finished = true;
            // What is left at the staging path is the old site.
            let old = [self.staging.clone(), beside(&self.output, "old")];
            for old in old.iter().filter(|old| old.exists()) {
                fs::remove_dir_all(old).map_err(|error| failed("remove", old, &error))?;
            }
        } else {
            fs::rename(&self.staging, &self.output)
                .map_err(|error| failed("create", &self.output, &error))?;
            self.finished = true;
        }
        Ok(())
    }

    /// The path of a file of the site, its folder made.
    fn place(&self, path: &str) -> Result<PathBuf, Diagnostic> {
        let file = self.staging.join(path);
        if let Some(folder) = file.parent() {
            let known = |set: &HashSet<PathBuf>| set.contains(folder);
            // A poisoned lock holds a set that is still true: folders are only ever added.
            let lock = || self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !known(&lock()) {
                fs::create_dir_all(folder).map_err(|error| failed("create", folder, &error))?;
                lock().insert(folder.to_owned());
            }
        }
        Ok(file)
    }
}

impl Sink for DiskSink {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        let file = self.place(path)?;
        fs::write(&file, bytes).map_err(|error| failed("write", &file, &error))
    }

    fn copy(&self, path: &str, from: &Path) -> Result<(), Diagnostic> {
        let file = self.place(path)?;
        let mut source = fs::File::open(from).map_err(|error| failed("read", from, &error))?;
        let mut target = fs::File::create(&file).map_err(|error| failed("write", &file, &error))?;
        io::copy(&mut source, &mut target).map_err(|error| failed("write", &file, &error))?;
        Ok(())
    }
}

impl Drop for DiskSink {
    fn drop(&mut self) {
        if !self.finished {
            // What cannot be removed now is removed by the next build.
            let _ = fs::remove_dir_all(&self.staging);
        }
    }
}

fn failed(doing: &str, path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::Output, doing, path, error)
        .hint("the site that was there before is as it was")
}

/// The folder beside `output` that holds a site before or after its time.
fn beside(output: &Path, what: &str) -> PathBuf {
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!(".{name}.sternpost-{what}"))
}

fn refuse_dangerous(project: &Project) -> Result<(), Diagnostic> {
    let output = &project.output;
    let is_home = std::env::home_dir().is_some_and(|home| *output == home);
    let why = if output.parent().is_none() || output.file_name().is_none() {
        "that is the root of the disk"
    } else if is_home {
        "that is your home folder"
    } else if project.root.starts_with(output) || project.content.starts_with(output) {
        "your essays are in there"
    } else if output.starts_with(&project.content) && project.content != project.root {
        "it lies among your essays"
    } else if project.templates.as_ref().is_some_and(|templates| output.starts_with(templates)) {
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

/// Refuses a folder that holds something which the program did not write.
fn refuse_foreign(output: &Path) -> Result<(), Diagnostic> {
    let shown = output.display();
    if output.is_file() {
        return Err(Diagnostic::error(
            Code::Output,
            format!("{shown} is a file, where the site's folder should be"),
        ));
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

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // File systems that cannot do it in one step say so in one of these words.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            exchange_in_two(new, old)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    exchange_in_two(new, old)
}

/// Two renames, with nothing at the output for a moment. If the second fails the first is undone.
fn exchange_in_two(new: &Path, old: &Path) -> io::Result<()> {
    let aside = beside(old, "old");
    fs::rename(old, &aside)?;
    fs::rename(new, old).inspect_err(|_| {
        let _ = fs::rename(&aside, old);
    })
}
