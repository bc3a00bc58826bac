//! What the live preview promises, on the real program: each module is one promise. Every test starts
//! its own server at a port that the system chooses, and asks it as a browser would.
//!
//! Nothing is waited for by the clock: what must come is asked for again and again, up to a bound.

#[path = "../author/mod.rs"]
mod author;
mod comes_up;
#[path = "../crawl/mod.rs"]
#[allow(dead_code, reason = "no links are followed here")]
mod crawl;
mod doors;
#[path = "../promises/folder.rs"]
#[allow(dead_code, reason = "the tests of the build ask for more")]
mod folder;
mod same;
mod saves;
mod searched;
mod served;
mod terminal;
