//! Writes the first files: all of them or, if one cannot be written, none; and never over one that is there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::init::NewFile;

/// What became of the files.
#[derive(Debug, Default)]
pub struct Written<'f> {
    /// Those that are new.
    pub new: Vec<&'f NewFile>,
    /// Those that were there, and are as they were.
    pub left: Vec<&'f NewFile>,
}

/// Writes `files` below `root`.
///
/// # Errors
/// When one cannot be written. What was written before it is then removed again.
pub fn write<'f>(root: &Path, files: &'f [NewFile]) -> Result<Written<'f>, Diagnostic> {
    let mut written = Written::default();
    let mut made: Vec<PathBuf> = Vec::new();
    for file in files {
        let path = root.join(&file.path);
        match write_one(&path, file, &mut made) {
            Ok(true) => written.new.push(file),
            Ok(false) => written.left.push(file),
            Err(error) => {
                undo(&made);
                return Err(Diagnostic::io(Code::Output, "write", &path, &error)
                    .hint("nothing was written; see that you may write there, and try again"));
            }
        }
    }
    Ok(written)
}

/// Writes a file beside its place and puts it there when it is whole, so that whatever ends the program leaves no
/// half of one. Gives whether it is new.
fn write_one(path: &Path, file: &NewFile, made: &mut Vec<PathBuf>) -> io::Result<bool> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    let folder = path.parent().unwrap_or(path);
    make_folders(folder, made)?;
    let mut draft = tempfile::Builder::new()
        .prefix(".sternpost-")
        .make_in(folder, |path| File::create_new(path))?;
    draft.write_all(file.text.as_bytes())?;
    match draft.persist_noclobber(path) {
        Ok(_) => {
            made.push(path.to_owned());
            Ok(true)
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// Makes `folder` and those above it, and notes which were not there.
fn make_folders(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.is_dir()).collect();
    for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir(folder)?;
        made.push(folder.to_owned());
    }
    Ok(())
}

/// Removes what was made, the last first. What cannot be removed has to stay.
fn undo(made: &[PathBuf]) {
    for path in made.iter().rev() {
        let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
    }
}
