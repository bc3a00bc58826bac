//! A book that mdBook made before has the same addresses here, pages and places on them, so that links from
//! elsewhere go on to work.
//!
//! Held against a real book that lies beside a checkout. `mdbook-places.txt` has what mdBook 0.5.4 gave it,
//! one hash for each place, since the names are the book's authors'. To make it anew: build that book with
//! mdBook (without its preprocessor), and run
//! `MDBOOK_SITE=FOLDER cargo test --test handbooks -- --ignored`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::crawl;

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/handbooks/rust-lang+rust-forge");
const PLACES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/handbooks/mdbook-places.txt");

/// Every page and every place on it, as hashes. Of a page the part in `main` counts, if there is one.
fn places(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for (page, html) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(html);
        let main = html.split_once("<main").map_or(&*html, |(_, rest)| rest);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        // Comments show tags that are none.
        let shown =
            main.split("<!--").map(|part| part.split_once("-->").map_or(part, |(_, rest)| rest));
        let main = &shown.collect::<String>();
        places.insert(hash(page));
        places.extend(crawl::ids(main).map(|id| hash(&format!("{page}#{id}"))));
    }
    places
}

/// FNV-1a, 32 bits.
fn hash(text: &str) -> String {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    format!("{:08x}", text.bytes().fold(0x811c_9dc5, step))
}

#[test]
fn a_book_of_mdbook_keeps_its_addresses() {
    if !Path::new(BOOK).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the book is missing: {BOOK}");
        eprintln!("skipped: there is no book at {BOOK}");
        return;
    }
    let output = tempfile::tempdir().unwrap();
    let site = output.path().join("site");
    let run = Command::new(env!("CARGO_BIN_EXE_sternpost"))
        .args(["build", "--quiet", "--output"])
        .arg(&site)
        .arg(BOOK)
        .output()
        .unwrap();
    assert!(run.status.success());
    let ours = places(&crawl::files_below(&site));
    let list = fs::read_to_string(PLACES).unwrap();
    let missing: Vec<&str> = list.lines().filter(|place| !ours.contains(*place)).collect();
    assert!(list.lines().count() > 1_000, "the list is whole");
    assert!(missing.is_empty(), "{} places are gone: {missing:?}", missing.len());
}

#[test]
#[ignore = "writes the list anew from what mdBook made"]
fn write_the_list() {
    let site = std::env::var("MDBOOK_SITE").unwrap();
    let mut files = crawl::files_below(Path::new(&site));
    files.retain(|path, _| !matches!(path.as_str(), "print.html" | "toc.html" | "404.html"));
    let places: Vec<String> = places(&files).into_iter().collect();
    fs::write(PLACES, places.join("\n") + "\n").unwrap();
}
