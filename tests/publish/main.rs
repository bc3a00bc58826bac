//! Publishing: whenever it is cut off, what is live is complete, and the next run does only what is left.

mod azure;
#[path = "../crawl/mod.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod crawl;
mod cut;
#[cfg(unix)]
mod folder;
#[cfg(unix)]
mod git;
mod handbook;
mod memory;
mod refused;
#[cfg(unix)]
mod rsync;
mod s3;
mod secret;
mod servers;
mod there;
mod two;
mod verify;
