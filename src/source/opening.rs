//! Opening a file of the project, and no other.
//!
//! Between the moment at which a file is listed and that at which it is read, it or a folder above it can become
//! a link that leads elsewhere, and what lies there would be published. So the question where a file lies is asked
//! of the file that is open, not of its path: Linux (`/proc/self/fd`) and macOS (`F_GETPATH`) know. Elsewhere the
//! path is followed once more, and has to end at the same file.
//!
//! What is no plain file, such as a pipe, is not opened: it would be waited for.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::source::stamp::Stamp;

/// Opens the file at `path`, if it lies in the folder `root`, which is given without links.
///
/// # Errors
/// When it cannot be opened, is no plain file, or lies elsewhere.
pub fn open(root: &Path, path: &Path) -> io::Result<File> {
    let file = open_plain(path)?;
    match place_of(&file, path)?.starts_with(root) {
        true => Ok(file),
        false => Err(io::Error::other("it is a link that leads out of the project")),
    }
}

/// What the file at `path` holds, under the conditions of [`open`].
///
/// # Errors
/// When it cannot be opened, is no plain file, lies elsewhere, or cannot be read.
pub fn read(root: &Path, path: &Path) -> io::Result<Vec<u8>> {
    all_of(open(root, path)?)
}

/// What the plain file at `path` holds, wherever it lies.
///
/// # Errors
/// When it cannot be opened, is no plain file, or cannot be read.
pub fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    all_of(open_plain(path)?)
}

fn all_of(mut file: File) -> io::Result<Vec<u8>> {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens the plain file at `path`, wherever it lies.
///
/// # Errors
/// When it cannot be opened, or is no plain file.
pub fn open_plain(path: &Path) -> io::Result<File> {
    let file = open_without_waiting(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no plain file")),
    }
}

#[cfg(unix)]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let open = || rustix::fs::open(path, flags, Mode::empty());
    Ok(File::from(rustix::io::retry_on_intr(open)?))
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Where a file that was opened by `path` lies, without links.
#[cfg(target_os = "linux")]
fn place_of(file: &File, path: &Path) -> io::Result<PathBuf> {
    use std::os::fd::AsRawFd;
    match fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
        // Where there is no /proc.
        Err(error) if error.kind() == io::ErrorKind::NotFound => followed(file, path),
        found => found,
    }
}

#[cfg(target_os = "macos")]
fn place_of(file: &File, _path: &Path) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    let place = rustix::fs::getpath(file)?;
    Ok(std::ffi::OsString::from_vec(place.into_bytes()).into())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn place_of(file: &File, path: &Path) -> io::Result<PathBuf> {
    followed(file, path)
}

/// Where `path` leads, if that is the file that is open.
#[cfg(not(target_os = "macos"))]
fn followed(file: &File, path: &Path) -> io::Result<PathBuf> {
    let place = fs::canonicalize(path)?;
    let there = Stamp::of(&fs::symlink_metadata(&place)?).of_content();
    match there == Stamp::of(&file.metadata()?).of_content() {
        true => Ok(place),
        false => Err(io::Error::other("it was exchanged while it was read")),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_what_lies_inside_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let above = folder.path().canonicalize().unwrap();
        let root = above.join("in");
        fs::create_dir_all(root.join("deep")).unwrap();
        fs::create_dir(above.join("in-name")).unwrap();
        for file in ["in/deep/a.md", "in-name/b.md"] {
            fs::write(above.join(file), file).unwrap();
        }
        symlink(root.join("deep/a.md"), root.join("inside.md")).unwrap();
        symlink(above.join("in-name/b.md"), root.join("outside.md")).unwrap();
        symlink("../in-name", root.join("way-out")).unwrap();
        symlink("nowhere.md", root.join("dangling.md")).unwrap();
        for (name, is_opened) in [
            ("deep/a.md", true),
            ("inside.md", true),
            ("deep/../deep/a.md", true),
            ("outside.md", false),
            ("way-out/b.md", false),
            ("../in-name/b.md", false),
            ("dangling.md", false),
            ("deep", false),
        ] {
            let path = root.join(name);
            assert_eq!(read(&root, &path).is_ok(), is_opened, "{name}");
            // The way for systems that do not know where an open file lies.
            let by_path = open_plain(&path).and_then(|file| followed(&file, &path));
            assert_eq!(by_path.is_ok_and(|place| place.starts_with(&root)), is_opened, "{name}");
        }
    }
}
