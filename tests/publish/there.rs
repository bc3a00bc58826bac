//! What should be at a target.

use std::collections::BTreeMap;

use sternpost::site::Role;

use crate::crawl::files_below;
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
