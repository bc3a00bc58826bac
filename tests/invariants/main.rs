//! What must hold whatever is read. `fuzz/src` says what that is; here it is asked of the bytes that are kept, and of
//! others that chance makes.

#[path = "../../fuzz/src/lib.rs"]
mod invariants;

mod addresses;
#[cfg(unix)]
mod cost;
mod edits;
mod properties;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use invariants::TARGETS;

/// Where bytes are kept, a folder for each target.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");

#[test]
fn all_that_was_found_stays_mended() {
    let mut failed = Vec::new();
    for (target, holds) in TARGETS {
        let kept = std::fs::read_dir(Path::new(CORPUS).join(target)).unwrap();
        let mut files: Vec<_> = kept.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "nothing is kept for {target}");
        for file in files {
            let bytes = std::fs::read(&file).unwrap();
            if catch_unwind(AssertUnwindSafe(|| holds(&bytes))).is_err() {
                failed.push(file.display().to_string());
            }
        }
    }
    assert!(failed.is_empty(), "does not hold for:\n{}", failed.join("\n"));
}

/// A target without an entry for libFuzzer would never be looked for, and one without a corpus not be kept.
#[test]
fn every_target_has_its_entry() {
    let root = Path::new(CORPUS).parent().unwrap();
    let names = |folder: &str, ending: &str| -> Vec<String> {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        let name = |entry: std::fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| name(entry.unwrap()).replace(ending, "")).collect();
        names.sort();
        names
    };
    let known: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("targets", ".rs"), known);
    assert_eq!(names("corpus", ""), known);
}
