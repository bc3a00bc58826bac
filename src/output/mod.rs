//! The last step, **emit**: where the bytes of a site go.

pub mod disk;

use std::path::Path;

use crate::diagnostic::Diagnostic;

pub use disk::DiskSink;

/// Takes the files of a site. Paths are relative to the site's root, with forward slashes.
pub trait Sink: Sync {
    /// Writes a file.
    ///
    /// # Errors
    /// When the place cannot be written.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Diagnostic>;

    /// Writes a file with what the file `from` holds.
    ///
    /// # Errors
    /// When one cannot be read or the other not written.
    fn copy(&self, path: &str, from: &Path) -> Result<(), Diagnostic>;
}
