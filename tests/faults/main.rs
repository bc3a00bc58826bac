//! What sternpost promises when something goes wrong around it, on the real program: a disk that is full or
//! refuses, a process that is killed, rights that are missing, links that lead out of the project. Each module is
//! one promise.
//!
//! Whatever happens, the site is the one before or the new one, whole; who builds is told which file and why; and
//! the next build is right and leaves nothing behind ([`handbook`] says what that means).
//!
//! Some need tools of Linux: strace, prlimit, setpriv, unshare. Where one is missing the test says so and is
//! skipped; in CI it fails.

#![cfg(target_os = "linux")]

mod at_once;
mod calls;
#[path = "../crawl/mod.rs"]
#[allow(dead_code, reason = "no links are followed here")]
mod crawl;
#[path = "../promises/folder.rs"]
#[allow(dead_code, reason = "the tests of the build ask for more")]
mod folder;
mod full;
mod handbook;
mod injected;
mod killed;
mod links;
mod nobody;
mod targets;
mod tools;
