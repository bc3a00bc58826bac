//! The preview is the build: after any edits, whatever came in between, each address has the bytes that
//! a clean build writes, but for the one tag of the preview's script, and no other address has a page.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::author::{Author, try_series};
use crate::crawl::files_below;
use crate::served::{BOUND, Served};

/// How many series are tried unless more are asked for, and how many edits are in one.
const SERIES: u64 = 12;
const EDITS: usize = 15;

const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// The preview of what an author writes.
struct Watched<'a> {
    author: &'a mut Author,
    served: Served,
    /// Every address that a build had.
    addresses: BTreeSet<String>,
    builds: usize,
}

impl Watched<'_> {
    /// Builds, and waits until what is served is the same. No mark is written for it: the preview must
    /// notice the last edit by itself. Gives what was built of the search index.
    fn compare(&mut self) -> BTreeMap<String, Vec<u8>> {
        self.author.mend();
        self.builds += 1;
        let output = format!("site-{}", self.builds);
        let mut command = self.author.folder.command(&["build", "handbook", "--output", &output]);
        let built = self.author.folder.run(&mut command);
        assert_eq!(built.code, 0, "{}", built.err);
        let files = files_below(&self.author.folder.root().join("..").join(output));
        // Compressed forms are for hosts.
        let is_served = |file: &str| file != ".sternpost" && !file.ends_with(".gz");
        let files = files.into_iter().filter(|(file, _)| is_served(file));
        // The search index is made when nobody asks for pages.
        let (index, files): (BTreeMap<String, Vec<u8>>, BTreeMap<String, Vec<u8>>) = files
            .map(|(file, bytes)| (address_of(&file), bytes))
            .partition(|(address, _)| is_of_index(address));
        let start = Instant::now();
        while let Some(difference) = self.difference(&files) {
            assert!(start.elapsed() < BOUND, "{difference}");
        }
        self.addresses.extend(files.into_keys());
        index
    }

    /// Waits until the search index that is served is the one that was built.
    fn compare_index(&self, index: &BTreeMap<String, Vec<u8>>) {
        let start = Instant::now();
        for (address, bytes) in index {
            loop {
                let answer = self.served.site.get(address);
                if answer.status == 200 && answer.body == *bytes {
                    break;
                }
                assert!(start.elapsed() < BOUND, "{address} is {}", answer.status);
            }
        }
    }

    /// The first difference between what is served and what was built.
    fn difference(&self, files: &BTreeMap<String, Vec<u8>>) -> Option<String> {
        for (address, bytes) in files {
            let answer = self.served.site.get(address);
            if answer.status != 200 || answer.as_built() != *bytes {
                let (status, is, wanted) =
                    (answer.status, answer.text(), String::from_utf8_lossy(bytes));
                return Some(format!("{address} is {status}:\n{is}\nand should be\n{wanted}"));
            }
            let is_page = address.ends_with('/') || address.ends_with(".html");
            assert_eq!(answer.body != *bytes, is_page, "the script stands on pages: {address}");
        }
        for gone in self.addresses.iter().filter(|address| !files.contains_key(*address)) {
            let answer = self.served.site.get(gone);
            let is_right = match answer.header("location").filter(|_| answer.status == 302) {
                None => answer.status == 404,
                Some(to) => self.served.site.get(to).status == 200,
            };
            if !is_right {
                return Some(format!("{gone} is not built any more, and is {answer:?}"));
            }
        }
        None
    }
}

/// Edits for a while. Sometimes the preview sees what is in between, sometimes many edits are one to it.
fn series(author: &mut Author) {
    let served = Served::new(&author.folder, &[]);
    let mut watched = Watched { author, served, addresses: BTreeSet::new(), builds: 0 };
    for _ in 0..EDITS {
        if watched.author.random.u8(..4) == 0 {
            watched.served.rest(&watched.author.folder);
        }
        watched.author.edit();
        if !watched.author.has_broken_something() && watched.author.random.u8(..4) == 0 {
            watched.served.catch_up(&watched.author.folder);
        }
        if watched.author.random.bool() {
            watched.compare();
        }
    }
    let index = watched.compare();
    watched.compare_index(&index);
}

/// Whether a file of the search index has this address; a page of the author's may be beside them.
fn is_of_index(address: &str) -> bool {
    address.starts_with("/pagefind/") && address != "/pagefind/"
}

/// Where a server shows a file of the site.
fn address_of(file: &str) -> String {
    let folder = file.strip_suffix("index.html");
    let folder = folder.filter(|folder| folder.is_empty() || folder.ends_with('/'));
    format!("/{}", utf8_percent_encode(folder.unwrap_or(file), PATH))
}

#[test]
fn what_is_served_is_what_is_built() {
    try_series(SERIES, series);
}
