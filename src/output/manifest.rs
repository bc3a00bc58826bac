//! Which files a site on disk has, what each was made from, and how to tell that it is still that file.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use foldhash::HashMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::render::Fingerprint;
use crate::source::Stamp;
use crate::source::stamp::tick;
use crate::source::walk::{folder_of, with_all_above};

/// The present site, and the one before it, of which the next is made.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The site in the output folder.
    pub present: Tree,
    /// The site in the cache.
    pub last: Tree,
}

/// The files and folders of a site, by their paths in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tree {
    /// The files.
    pub files: HashMap<String, Record>,
    /// The folders, that of the site itself without a name.
    pub folders: HashMap<String, Folder>,
}

/// One file of a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it was made from; `None` if that cannot be told.
    pub print: Option<Fingerprint>,
    /// What tells the file from others, and from itself once it is written again.
    file: (Option<(u64, u64)>, u64, Option<SystemTime>),
}

/// One folder of a site: when something was last added to it or removed; `None` where that was so shortly
/// before it was looked at that more may have happened at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Folder(Option<SystemTime>);

impl Record {
    /// Of a file that was made from what `print` stands for.
    pub fn of(print: Option<Fingerprint>, metadata: &Metadata) -> Record {
        Record { print, file: Stamp::of(metadata).of_content() }
    }

    /// Whether the file at `path` is the one that was recorded, as it was then.
    pub fn is_at(&self, path: &Path) -> bool {
        let found = fs::symlink_metadata(path).ok().filter(Metadata::is_file);
        found.is_some_and(|found| Stamp::of(&found).of_content() == self.file)
    }
}

/// Whether a path of a file or folder leads nowhere but down.
pub fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']))
}

impl Tree {
    /// Whether `path` stays in the folder of the site, and each folder on the way is known. What a build removes
    /// stands here, and others can have written it.
    pub fn holds(&self, path: &str) -> bool {
        let above = with_all_above(std::iter::once(folder_of(path)));
        let is_known = |folder: &&str| self.folders.contains_key(*folder);
        path.is_empty() || (is_plain(path) && above.iter().all(is_known))
    }

    /// Whether this is known of a site at all.
    pub fn is_known(&self) -> bool {
        !self.files.is_empty()
    }

    /// The folders of the site at `root` that have other files or folders than they had, or may have;
    /// `None` if one of them is no folder any more.
    pub fn changed_folders<'t>(&'t self, root: &Path) -> Option<Vec<&'t str>> {
        let look = |(name, folder): (&'t String, &'t Folder)| {
            let found = fs::symlink_metadata(inside(root, name)).ok().filter(Metadata::is_dir)?;
            let same = folder.0.is_some() && found.modified().ok() == folder.0;
            Some((!same).then_some(name.as_str()))
        };
        let looked: Option<Vec<Option<&str>>> = self.folders.par_iter().map(look).collect();
        Some(looked?.into_iter().flatten().collect())
    }
}

/// The folder of this name in the site at `root`. Of the site itself that is the path as it is: with a slash at
/// its end a link would be followed.
pub fn inside(root: &Path, folder: &str) -> PathBuf {
    if folder.is_empty() { root.to_owned() } else { root.join(folder) }
}

/// What is in `folder` of the site at `root` and is not `ours`. In a folder that is not there is nothing.
///
/// # Errors
/// When the folder cannot be read.
pub fn strays(root: &Path, folder: &str, ours: impl Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(inside(root, folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut strays = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| match folder {
            "" => ours(name),
            folder => ours(&format!("{folder}/{name}")),
        });
        if !is_ours {
            strays.push(entry.path());
        }
    }
    Ok(strays)
}

impl Folder {
    /// Of the folder at `path`.
    pub fn at(path: &Path) -> Folder {
        let modified = fs::symlink_metadata(path).and_then(|found| found.modified()).ok();
        let now = SystemTime::now();
        let is_settled = |modified: &SystemTime| {
            now.duration_since(*modified).is_ok_and(|age| age > tick(*modified))
        };
        Folder(modified.filter(is_settled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_site() {
        let folders = ["", "a", "a/..", "a/../..", "..", "/etc", "etc", "a/", ".", "/", "a/b/c"];
        let folders = folders.iter().map(|folder| ((*folder).to_owned(), Folder(None)));
        let tree = Tree { files: HashMap::default(), folders: folders.collect() };
        for path in ["a/b.html", "a", "b.html", ""] {
            assert!(tree.holds(path), "{path}");
        }
        for path in [
            "../b.html",
            "..",
            "/etc/b.html",
            "/",
            "a/../../b.html",
            "a/../..",
            "a//b.html",
            "a/",
            "a\\..\\b.html",
            "./b.html",
            ".",
            "a/b/c.html",
            "c/b.html",
        ] {
            assert!(!tree.holds(path), "{path}");
        }
        assert!(!Tree::default().holds("b.html"));
    }
}
