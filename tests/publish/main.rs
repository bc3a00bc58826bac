//! Publishing: whenever it is cut off, what is live is complete, and the next run does only what is left.

#[path = "../crawl/mod.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod crawl;
mod cut;
mod handbook;
mod memory;
