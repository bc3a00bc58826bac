//! The last step, **emit**: where the bytes of a site go.
//!
//! [`emit`](mod@emit) makes the files that are not there yet. [`disk`] puts a site in the place of another at one blow; [`stage`] makes the new one from what an earlier
//! one has too; [`packed`] adds compressed forms; [`manifest`] knows which files that is, and [`cache`] keeps this from one run to the next.

pub mod cache;
pub mod disk;
pub mod emit;
pub mod manifest;
pub mod packed;
pub mod search;
pub mod stage;

use crate::render::Fingerprint;

pub use cache::Cache;
pub use disk::Disk;
pub use emit::{Emitted, Made, emit};
pub use stage::Stage;

/// A file that a site is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its path in the site, with forward slashes.
    pub path: String,
    /// What it is made from; `None` if that cannot be told, so that it is made in any case.
    pub print: Option<Fingerprint>,
}
