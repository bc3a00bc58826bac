//! From the folder of a site to the world, complete at every moment.
//!
//! 1. [`local`] reads the files of a site that was built.
//! 2. [`plan`](mod@plan) compares them with what lies at the [`Target`], and tells what is to be done.
//! 3. [`carry`](mod@carry) does it, in an order in which whatever can be seen has its links, pictures and styles.
//!
//! What was published is noted at the target itself ([`Manifest`]), so that any machine can publish next.

mod at_once;
pub mod carry;
mod folder;
mod git;
pub mod local;
pub mod manifest;
mod open;
pub mod plan;
mod program;
mod rsync;
mod secrets;
pub mod store;
pub mod target;
pub mod verify;
mod ways;

pub use carry::carry;
pub use local::LocalFile;
pub use manifest::{Hash, Manifest, Stamp};
pub use open::open;
pub use plan::{Manner, Plan};
pub use target::{Found, MANIFEST, Target, Trouble, Version};
pub use verify::{LiveSite, verify};
