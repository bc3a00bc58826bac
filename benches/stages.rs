//! The stages of a build, one by one: `cargo bench --bench stages`.
//!
//! What the disk does is not among them; `benches/build` measures whole builds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use divan::{Bencher, black_box, counter::ItemsCount};
use sternpost::essay::dialect::Empty;
use sternpost::essay::{Dialect, Essay};
use sternpost::site::{Kept, Loaded, Memory, PageKind, Site, load};
use sternpost::source::{Project, Survey};

/// Essays in the book.
const ESSAYS: usize = 1_000;

fn main() {
    divan::main();
}

/// A book that is written once for all benches.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("stages");
        if !folder.join("content").is_dir() {
            let corpus = ["run", "--quiet", "--release", "--example", "corpus", "--"];
            let mut cargo = Command::new(env!("CARGO"));
            let wrote = cargo.args(corpus).arg(ESSAYS.to_string()).arg(&folder).status();
            assert!(wrote.is_ok_and(|status| status.success()), "the essays could not be written");
        }
        folder
    })
}

fn project() -> Project {
    Project::find(folder(), None).map(|found| found.value).unwrap_or_else(|_| unreachable!())
}

fn loaded() -> &'static Loaded {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    LOADED.get_or_init(|| load_with(Memory::NONE))
}

fn load_with(memory: Memory<'_>) -> Loaded {
    let project = project();
    let loaded = load(&project, &Survey::of(&project), false, memory);
    loaded.map(|loaded| loaded.value).unwrap_or_else(|_| unreachable!())
}

fn site() -> Site {
    Site::new(loaded(), None)
}

/// Looking at the state of every file.
#[divan::bench]
fn survey(bencher: Bencher<'_, '_>) {
    let project = project();
    bencher.counter(ItemsCount::new(ESSAYS)).bench(|| Survey::of(black_box(&project)));
}

/// One essay, from text to what is known of it.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let essay = &loaded().book.essays[0];
    let dialect = Dialect::new(&project().config.output.html);
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let (source, shown) = (essay.source.clone(), essay.shown.clone());
        Essay::parse(source, shown, essay.text().into_owned(), dialect, &Empty)
    });
}

/// All that is read and put together, with nothing known before.
#[divan::bench]
fn load_all(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(ESSAYS)).bench(|| load_with(Memory::NONE));
}

/// The same where all essays are known from an earlier run.
#[divan::bench]
fn load_kept(bencher: Bencher<'_, '_>) {
    let parts = Kept::NOTHING.renewed(loaded()).into_iter();
    let parts = parts.filter_map(|(name, bytes)| Some((name, bytes?.flatten().collect())));
    let parts: BTreeMap<&str, Vec<u8>> = parts.collect();
    bencher.counter(ItemsCount::new(ESSAYS)).bench(|| {
        let kept = Kept::read(|name| parts.get(name).cloned());
        load_with(Memory { kept: &kept, ..Memory::NONE })
    });
}

/// The values that pages share, and the list of pages.
#[divan::bench]
fn list(bencher: Bencher<'_, '_>) {
    loaded();
    bencher.counter(ItemsCount::new(ESSAYS)).bench(site);
}

/// What one essay's page is made from.
#[divan::bench]
fn fingerprint(bencher: Bencher<'_, '_>) {
    let site = site();
    let page = site.pages().iter().find(|page| matches!(page.kind, PageKind::Essay(_)));
    let page = page.unwrap_or_else(|| unreachable!());
    bencher.bench(|| site.fingerprint(&site.inputs(black_box(page))));
}

/// One essay's page.
#[divan::bench]
fn render(bencher: Bencher<'_, '_>) {
    let site = site();
    let page = site.pages().iter().find(|page| matches!(page.kind, PageKind::Essay(_)));
    let page = page.unwrap_or_else(|| unreachable!());
    bencher.bench(|| site.render(black_box(page)));
}

/// The text of one essay as HTML, which is a part of its page.
#[divan::bench]
fn text(bencher: Bencher<'_, '_>) {
    let site = site();
    let found = site.pages().iter().find_map(|page| match page.kind {
        PageKind::Essay(essay) => Some((essay, page)),
        _ => None,
    });
    let (essay, page) = found.unwrap_or_else(|| unreachable!());
    bencher.bench(|| site.with_lines(black_box(essay), page));
}
