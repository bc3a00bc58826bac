//! What should be at a target.

use std::collections::BTreeMap;

use sternpost::site::Role;

use crate::crawl::{Dead, dead_links, files_below, reached};
use crate::handbook::Handbook;

/// Expects among `files` just those of the site that `handbook` built last, the manifest, what is in `others`, and besides only
/// files of earlier sites that are kept for a time.
pub fn expect_site(mut files: BTreeMap<String, Vec<u8>>, handbook: &Handbook, others: &[&str]) {
    for other in others.iter().chain(&[".sternpost.json"]) {
        assert!(files.remove(*other).is_some(), "{other} is gone");
    }
    let mut built = files_below(&handbook.root().join("book"));
    built.remove(".sternpost");
    for (path, bytes) in &built {
        let there = files.remove(path).unwrap_or_else(|| panic!("{path} is missing"));
        assert!(there == *bytes, "{path} is not as it was built");
    }
    for path in files.keys() {
        let is_kept = path.starts_with("assets/") || Role::of_path(path) == Role::Hashed;
        assert!(is_kept, "{path} is still there");
    }
}

/// Expects that whoever begins at the home page finds all that pages lead to. A heading can be in a page that is not there
/// yet in its new form. `when` says at what moment, for the message.
pub fn expect_complete(live: &BTreeMap<String, Vec<u8>>, when: &str) {
    let reached = reached(live, "/", ["index.html".to_owned()]);
    let is_dead_end = |dead: &Dead| reached.contains(&dead.page) && dead.why != "no such id";
    let dead: Vec<_> = dead_links(live, "/").into_iter().filter(is_dead_end).collect();
    assert!(dead.is_empty(), "{when}: {dead:?}");
}
