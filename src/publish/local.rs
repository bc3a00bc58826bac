//! The files that are to be published: those of a site that was built.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::iter::Either;
use rayon::prelude::*;

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::Hash;
use crate::publish::secrets;
use crate::site::Role;

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFile {
    /// Its path in the site, with forward slashes.
    pub path: String,
    /// What it is to those who load it.
    pub role: Role,
    /// What it holds.
    pub hash: Hash,
    /// How long it is.
    pub size: u64,
    /// Where it lies.
    file: PathBuf,
}

/// The files of the site in the folder `root`, each with what it is, in the order of their paths.
///
/// # Errors
/// When one cannot be read, or has a name by which secrets are known.
pub fn read(
    root: &Path,
    files: impl IntoIterator<Item = (String, Role)>,
) -> Result<Vec<LocalFile>, Vec<Diagnostic>> {
    let mut files: Vec<(String, Role)> = files.into_iter().collect();
    files.sort();
    let read = |(path, role): (String, Role)| {
        let file = root.join(&path);
        let bytes = fs::read(&file).map_err(|error| unreadable(&file, &error))?;
        if let Some(refusal) = secrets::refusal(&path, &bytes) {
            return Err(refusal);
        }
        let (hash, size) = (Hash::of(&bytes), bytes.len() as u64);
        Ok(LocalFile { path, role, hash, size, file })
    };
    let (read, wrong): (Vec<_>, Vec<_>) =
        files.into_par_iter().map(read).partition_map(|read| match read {
            Ok(file) => Either::Left(file),
            Err(why) => Either::Right(why),
        });
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

impl LocalFile {
    /// What it holds, if that is still the same.
    ///
    /// # Errors
    /// When it cannot be read, or was built anew.
    pub fn bytes(&self) -> Result<Vec<u8>, Diagnostic> {
        let bytes = fs::read(&self.file).map_err(|error| unreadable(&self.file, &error))?;
        match Hash::of(&bytes) == self.hash {
            true => Ok(bytes),
            false => Err(Diagnostic::error(
                Code::Publish,
                format!("{} was built anew while it was being published", self.path),
            )
            .hint("publish again; what is there already need not be sent twice")),
        }
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::io(Code::Publish, "read", file, error)
        .hint("the folder of the site was changed while it was read; publish again")
}
