//! A place that a site can be published to. What is done there, in which order, and what is said of it is the same
//! for all: see [`plan`](super::plan) and [`carry`](super::carry). A target only knows how.

use crate::diagnostic::Diagnostic;
use crate::publish::{Hash, LocalFile};

/// The name of the file at the target that says what was published there.
pub const MANIFEST: &str = ".sternpost.json";

/// What tells one state of the manifest from any other, as the target has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// An ETag, or the name of a commit. It says nothing of what is in it.
    pub tag: Option<String>,
    /// A number, where the target counts.
    pub number: Option<String>,
}

/// A file that lies at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its path, from the place that the site has there.
    pub path: String,
    /// How long it is.
    pub size: u64,
    /// What tells that it was not written since, where the target has that: the same as [`Target::put`] gave.
    pub tag: Option<String>,
}

/// Why something could not be done.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The manifest has another version than it should: somebody else publishes, or has published.
    Overtaken,
    /// Anything else, as it is told.
    Told(Box<Diagnostic>),
}

impl From<Diagnostic> for Trouble {
    fn from(diagnostic: Diagnostic) -> Trouble {
        Trouble::Told(Box::new(diagnostic))
    }
}

/// A place that a site can be published to.
///
/// Of one that is *live* each file can be seen as soon as it is put. Of any other, such as a repository, nothing can be
/// seen before [`Target::commit`], and then all of it.
///
/// No path with [`MANIFEST`] is ever listed, put or removed.
pub trait Target: Sync {
    /// Where it is, as people would write it, and without a secret.
    fn address(&self) -> &str;

    /// Whether what is put can be seen at once.
    fn is_live(&self) -> bool;

    /// Whether files lie in folders there, so that a file and a folder cannot have one name.
    fn has_folders(&self) -> bool {
        false
    }

    /// How many files may be put or removed at the same time.
    fn at_once(&self) -> usize {
        1
    }

    /// The manifest, with its version; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn manifest(&self) -> Result<Option<(Vec<u8>, Version)>, Trouble>;

    /// The version of the manifest.
    ///
    /// # Errors
    /// When it cannot be read.
    fn version(&self) -> Result<Option<Version>, Trouble> {
        Ok(self.manifest()?.map(|(_, version)| version))
    }

    /// Expects that the manifest has the version `expected` (`None`: that there is none).
    ///
    /// # Errors
    /// [`Trouble::Overtaken`] if it has another, or when it cannot be read.
    fn expect_version(&self, expected: Option<&Version>) -> Result<(), Trouble> {
        match self.version()?.as_ref() == expected {
            true => Ok(()),
            false => Err(Trouble::Overtaken),
        }
    }

    /// Everything else that lies there.
    ///
    /// # Errors
    /// When that cannot be told.
    fn list(&self) -> Result<Vec<Found>, Trouble>;

    /// What the program noted with the file at `path` when it put it there: the hash of what it holds. `None` if
    /// there is nothing any more, or nothing that the program put there.
    ///
    /// # Errors
    /// When that cannot be told.
    fn mark(&self, path: &str) -> Result<Option<Hash>, Trouble>;

    /// What the file at `path` holds.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, Trouble>;

    /// Whether what was `found` holds the same as `file`.
    ///
    /// # Errors
    /// When one of them cannot be read.
    fn holds(&self, found: &Found, file: &LocalFile) -> Result<bool, Trouble> {
        Ok(found.size == file.size && Hash::of(&self.read(&found.path)?) == file.hash)
    }

    /// Puts `bytes`, which are those of `file`, in place of what is at its path. Gives what tells that state of it.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put(&self, file: &LocalFile, bytes: Vec<u8>) -> Result<Option<String>, Trouble>;

    /// Removes the file at `path`. One that is not there is no error.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove(&self, path: &str) -> Result<(), Trouble>;

    /// Does what was put off, where files are put or removed many at a time. Until then nothing may be relied on.
    ///
    /// # Errors
    /// When a file cannot be written or removed.
    fn flush(&self) -> Result<(), Trouble> {
        Ok(())
    }

    /// Puts `manifest` in place of the one that has the version `expected` (`None`: there is none), and gives the
    /// version of the new one. At a target that is not live, this is what makes everything since the last time
    /// visible, at one blow; `summary` says what it is in a line, for those that keep a history.
    ///
    /// # Errors
    /// [`Trouble::Overtaken`] if it has another version; the target is then as it was.
    fn commit(
        &self,
        manifest: &[u8],
        expected: Option<&Version>,
        summary: &str,
    ) -> Result<Version, Trouble>;

    /// Who else has published, in words that go on from "somebody else", where the target knows that better than its
    /// manifest.
    fn overtaker(&self) -> Option<String> {
        None
    }
}
