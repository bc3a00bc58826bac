//! Writing many files so that all are changed or none.
//!
//! 1. Every file is looked at again: one that has changed since it was read stops all.
//! 2. The new texts are written beside the old ones, under hidden names. If the disk is full, it is full here.
//! 3. What moves is renamed, then each new text takes the place of the old one, by a rename, which is done or not.
//!
//! Where a step fails, those before it are undone, and it is said whether that went well.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use foldhash::HashSet;

use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::source::opening;

/// What is added to the names of files that wait to take the place of others.
const WAITING: &str = ".sternpost-new";

/// A file with its new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// Where it is.
    pub file: PathBuf,
    /// Where it is after the move; mostly the same.
    pub file_after: PathBuf,
    /// Its path from the root, for messages.
    pub shown: String,
    /// The same after the move.
    pub shown_after: String,
    /// What it holds; `None` for a file that is new.
    pub before: Option<Vec<u8>>,
    /// What it is to hold.
    pub after: Vec<u8>,
}

/// What was done so far.
#[derive(Default)]
struct Done<'e> {
    waiting: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    moved: Option<(PathBuf, PathBuf)>,
    written: Vec<&'e FileEdit>,
}

/// Of edits of one file that is found by two paths, by way of a folder that is a link, the one by the file's own.
pub fn once(files: Vec<FileEdit>) -> Vec<FileEdit> {
    let own = |edit: &FileEdit| fs::canonicalize(&edit.file).unwrap_or_else(|_| edit.file.clone());
    let places: Vec<PathBuf> = files.iter().map(own).collect();
    let named: HashSet<&PathBuf> = files.iter().map(|edit| &edit.file).collect();
    let mut known: HashSet<&PathBuf> = HashSet::default();
    let mut kept = Vec::with_capacity(files.len());
    for (edit, place) in files.iter().zip(&places) {
        let is_it = edit.file == *place || !named.contains(place) && !known.contains(place);
        if is_it {
            known.insert(place);
            kept.push(edit.clone());
        }
    }
    kept
}

/// Moves what is to be moved and writes `files`.
///
/// # Errors
/// When a file has changed meanwhile, or the system refuses a step; then nothing is changed, or it is said what is.
pub fn carry_out(moved: Option<(&Path, &Path)>, files: &[FileEdit]) -> Result<(), Failure> {
    for edit in files {
        let now = opening::read_plain(&edit.file).ok();
        if now != edit.before {
            let message = format!("{} was changed while it was read", edit.shown);
            return Err(Diagnostic::error(Code::Command, message)
                .hint("nothing was written; do it again once the file is saved")
                .into());
        }
    }
    let mut done = Done::default();
    steps(moved, files, &mut done).map_err(|failed| {
        let undone = undo(&done);
        let failed = match undone {
            Ok(()) => failed.hint("all is as it was before"),
            Err(error) => failed
                .hint(format!("not all could be put back: {}", crate::diagnostic::reason(&error)))
                .hint("see what has changed, for example with: git status"),
        };
        failed.into()
    })
}

fn steps<'e>(
    moved: Option<(&Path, &Path)>,
    files: &'e [FileEdit],
    done: &mut Done<'e>,
) -> Result<(), Diagnostic> {
    let failed = |doing: &str, path: &Path, error: &io::Error| {
        Diagnostic::io(Code::Output, doing, path, error)
    };
    for edit in files {
        let waiting = waiting_beside(&edit.file);
        done.waiting.push(waiting.clone());
        write_new(&waiting, edit).map_err(|error| failed("write", &edit.file, &error))?;
    }
    if let Some((from, to)) = moved {
        let folder = to.parent().unwrap_or(to);
        make_folders(folder, done).map_err(|error| failed("make", folder, &error))?;
        fs::rename(from, to).map_err(|error| failed("move", from, &error))?;
        done.moved = Some((from.to_owned(), to.to_owned()));
    }
    for edit in files {
        // What waits in a folder that has moved has moved with it; what waits beside a file that has has not.
        let beside = [waiting_beside(&edit.file_after), waiting_beside(&edit.file)];
        let waiting = beside.iter().find(|waiting| waiting.exists());
        let waiting = waiting.unwrap_or(&beside[0]);
        fs::rename(waiting, &edit.file_after)
            .map_err(|error| failed("write", &edit.file_after, &error))?;
        done.written.push(edit);
    }
    Ok(())
}

fn undo(done: &Done<'_>) -> io::Result<()> {
    for edit in &done.written {
        match &edit.before {
            None => fs::remove_file(&edit.file_after)?,
            Some(before) => {
                let waiting = waiting_beside(&edit.file_after);
                write_new(&waiting, &FileEdit { after: before.clone(), ..(*edit).clone() })?;
                fs::rename(&waiting, &edit.file_after)?;
            }
        }
    }
    if let Some((from, to)) = &done.moved {
        fs::rename(to, from)?;
    }
    for waiting in done.waiting.iter().filter(|waiting| waiting.exists()) {
        fs::remove_file(waiting)?;
    }
    for folder in &done.folders {
        fs::remove_dir(folder)?;
    }
    Ok(())
}

fn waiting_beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}{WAITING}"))
}

/// Writes the new text, with the rights of the old file, and waits until the disk has it.
fn write_new(waiting: &Path, edit: &FileEdit) -> io::Result<()> {
    match fs::remove_file(waiting) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = File::create_new(waiting)?;
    file.write_all(&edit.after)?;
    let old = [&edit.file, &edit.file_after].into_iter().find_map(|file| fs::metadata(file).ok());
    if let Some(old) = old.filter(|_| edit.before.is_some()) {
        fs::set_permissions(waiting, old.permissions())?;
    }
    file.sync_all()
}

fn make_folders(folder: &Path, done: &mut Done<'_>) -> io::Result<()> {
    let missing: Vec<_> = folder.ancestors().take_while(|above| !above.exists()).collect();
    for above in missing.into_iter().rev() {
        fs::create_dir(above)?;
        done.folders.insert(0, above.to_owned());
    }
    Ok(())
}

/// Writes one new file, and the folders that it lies in.
///
/// # Errors
/// When it is there already, or the system refuses.
pub fn create(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut new = File::create_new(file)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(dir: &Path, name: &str, to: &str, before: &str) -> FileEdit {
        FileEdit {
            file: dir.join(name),
            file_after: dir.join(to),
            shown: name.into(),
            shown_after: to.into(),
            before: Some(before.into()),
            after: format!("{before}!").into(),
        }
    }

    fn files(dir: &Path) -> Vec<(String, String)> {
        let entries = walkdir::WalkDir::new(dir).sort_by_file_name().into_iter().flatten();
        let files = entries.filter(|entry| entry.file_type().is_file());
        let name = |path: &Path| path.strip_prefix(dir).unwrap().display().to_string();
        files.map(|file| (name(file.path()), fs::read_to_string(file.path()).unwrap())).collect()
    }

    #[test]
    fn all_is_written_or_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fs::create_dir(dir.join("in")).unwrap();
        for name in ["a.md", "in/b.md"] {
            fs::write(dir.join(name), "x").unwrap();
        }
        let before = files(dir);
        let moved = (dir.join("in"), dir.join("deep/er/in"));
        let moved = Some((moved.0.as_path(), moved.1.as_path()));
        let good = [edit(dir, "a.md", "a.md", "x"), edit(dir, "in/b.md", "deep/er/in/b.md", "x")];
        // The second file cannot take its place: a folder has it.
        fs::create_dir_all(dir.join("full/x")).unwrap();
        let bad = [good[0].clone(), good[1].clone(), edit(dir, "a.md", "full", "x")];
        let told = carry_out(moved, &bad).unwrap_err().0;
        assert_eq!(told[0].hints, ["all is as it was before"]);
        assert_eq!((files(dir), dir.join("deep").exists()), (before.clone(), false));
        let stale = [edit(dir, "a.md", "a.md", "other")];
        assert!(carry_out(None, &stale).is_err());
        assert_eq!(files(dir), before);
        carry_out(moved, &good).unwrap();
        let after = [("a.md".to_owned(), "x!".to_owned()), ("deep/er/in/b.md".into(), "x!".into())];
        assert_eq!(files(dir), after);
    }
}
