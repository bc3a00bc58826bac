//! A publish that is cut off at any point: what is live is complete, and the next one does only what is left.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use object_store::memory::InMemory;
use rayon::prelude::*;
use sternpost::diagnostic::Diagnostic;
use sternpost::publish::store::Store;
use sternpost::publish::{Manner, Plan, Stamp, Target, carry};
use sternpost::site::Role;

use crate::crawl;
use crate::handbook::{Built, Handbook};
use crate::memory::{Breaking, Breaks, held};

pub const DAY: i64 = 24 * 60 * 60;

/// When the tests publish, in seconds since 1970.
pub const NOW: i64 = 1_800_000_000;

/// So much later nobody is still at work who began before.
const LATER: i64 = 60 * 60;

/// The target that `store` is.
pub fn target(store: &Arc<Breaking>) -> Store {
    Store::new(Arc::clone(store) as _, "s3://memory".to_owned()).unwrap()
}

/// Publishes `site`.
pub fn publish(store: &Arc<Breaking>, site: &Built, now: i64) -> Result<Plan, Diagnostic> {
    let target = target(store);
    let plan = Plan::of(&target, &site.files, Manner { now, keep: 30 * DAY })
        .map_err(|trouble| carry::told(&target, trouble))?;
    if let Some(refusal) = plan.refusal("s3://memory", true) {
        return Err(refusal);
    }
    let stamp = Stamp::new("ana".to_owned(), Timestamp::from_second(now).unwrap());
    carry::carry(&target, &plan, &stamp, &|| {}).map(|()| plan)
}

/// Publishes without being cut off.
pub fn published(store: &InMemory, site: &Built) -> InMemory {
    let store = Arc::new(Breaking::over(store, Breaks::Never));
    publish(&store, site, NOW).unwrap_or_else(|why| panic!("{}", why.plain()));
    store.store()
}

/// Expects that whoever begins at the home page, or at a page that was there `before`, finds all that pages lead to.
/// A page that the site has no more may miss another such page once the first was removed: nothing leads to either.
fn expect_complete(
    live: &BTreeMap<String, Vec<u8>>,
    before: &BTreeMap<String, Vec<u8>>,
    site: &Built,
) {
    let leaves = |path: &String| !site.bytes.contains_key(path) && path.ends_with(".html");
    let begun_to_remove =
        before.keys().filter(|path| leaves(path)).any(|path| !live.contains_key(path));
    let roots = before.keys().filter(|path| !(begun_to_remove && leaves(path))).cloned();
    let roots: Vec<String> = roots.chain(["index.html".to_owned()]).collect();
    for shown in [live, &unpacked(live)] {
        let reached = crawl::reached(shown, "/", roots.clone());
        let dead: Vec<_> = crawl::dead_links(shown, "/")
            .into_iter()
            // A heading can be in a page that is not there yet in its new form.
            .filter(|dead| reached.contains(&dead.page) && dead.why != "no such id")
            .collect();
        assert!(dead.is_empty(), "{dead:?}");
    }
    // What the entry of the search index asks for first.
    if let Some(entry) = live.get("pagefind/pagefind-entry.json") {
        let entry: serde_json::Value = serde_json::from_slice(entry).unwrap();
        for language in entry["languages"].as_object().unwrap().values() {
            let meta = format!("pagefind/pagefind.{}.pf_meta", language["hash"].as_str().unwrap());
            assert!(live.contains_key(&meta), "{meta} is missing");
        }
    }
    // What the sitemap lists.
    if let Some(sitemap) = live.get("sitemap.xml") {
        let text = String::from_utf8_lossy(sitemap);
        for address in text.split("<loc>https://h.example/").skip(1) {
            let path = address.split("</loc>").next().unwrap();
            let path = crawl::decoded(path);
            let file = if path.is_empty() || path.ends_with('/') {
                format!("{path}index.html")
            } else {
                path
            };
            let is_leaving = begun_to_remove && leaves(&file);
            assert!(live.contains_key(&file) || is_leaving, "the sitemap lists {file}");
        }
    }
}

/// What a host shows that sends the compressed form of a file where there is one.
fn unpacked(live: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let mut shown = live.clone();
    for (path, bytes) in live {
        if let Some(file) = path.strip_suffix(".gz").filter(|file| live.contains_key(*file)) {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap();
            shown.insert(file.to_owned(), plain);
        }
    }
    shown
}

/// Expects that what is live is the site, and besides only files that are kept for a time.
fn expect_done(live: &BTreeMap<String, Vec<u8>>, site: &Built) {
    for (path, bytes) in &site.bytes {
        assert!(live.get(path) == Some(bytes), "{path} is not as it was built");
    }
    for path in live.keys().filter(|path| !site.bytes.contains_key(*path)) {
        let is_hashed = path.starts_with("assets/") || Role::of_path(path) == Role::Hashed;
        assert!(is_hashed, "{path} is still there");
    }
}

/// Publishes `site` over `before`, cut off after every deed, and then as `next` says. Gives how many cuts there were.
fn cut_everywhere(before: &InMemory, site: &Built, next: &Built) -> usize {
    let was = held(before);
    let whole = Arc::new(Breaking::over(before, Breaks::Never));
    publish(&whole, site, NOW).unwrap();
    expect_done(&held(&whole.store()), site);
    let deeds = whole.asked();
    assert!(deeds > 0);
    let cuts: Vec<Breaks> =
        (0..deeds).flat_map(|at| [Breaks::Before(at), Breaks::Silently(at)]).collect();
    cuts.par_iter().for_each(|breaks| {
        let store = Arc::new(Breaking::over(before, *breaks));
        assert!(publish(&store, site, NOW).is_err(), "{breaks:?}");
        let cut = store.store();
        let live = held(&cut);
        expect_complete(&live, &was, site);
        // What is not there as it should be is all that is sent.
        let missing = next.bytes.iter().filter(|(path, bytes)| live.get(*path) != Some(*bytes));
        let missing: BTreeSet<&String> = missing.map(|(path, _)| path).collect();
        let again = Arc::new(Breaking::over(&cut, Breaks::Never));
        let plan =
            publish(&again, next, NOW + LATER).unwrap_or_else(|why| panic!("{}", why.plain()));
        assert!(plan.foreign.is_empty(), "{breaks:?}: {:?}", plan.foreign);
        assert_eq!(again.puts.load(Ordering::SeqCst), missing.len(), "{breaks:?}");
        expect_done(&held(&again.store()), next);
        // After that there is nothing to do.
        let third = Arc::new(Breaking::over(&again.store(), Breaks::Never));
        publish(&third, next, NOW + 2 * LATER).unwrap();
        assert_eq!(third.asked(), 0, "{breaks:?}");
    });
    cuts.len()
}

const BOOK: &str = "[book]\ntitle = \"H\"\n[output.html]\nsite-url = \"https://h.example/\"\n";

pub fn essays(files: &[(&str, &str)]) -> Handbook {
    let handbook = Handbook::new(files);
    handbook.write("book.toml", BOOK);
    handbook
}

pub fn first() -> Handbook {
    essays(&[
        ("index.md", "# Home\n\n[A](a.md) and [B](b.md)\n\n![](p.svg)\n"),
        ("a.md", "---\ntags: [trust]\n---\n# A\n\nSee [B](b.md#more).\n"),
        ("b.md", "# B\n\n## More\n\nBack to [A](a.md).\n\n![](q.svg)\n"),
        ("p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>p</title></svg>"),
        ("q.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>q</title></svg>"),
    ])
}

#[test]
fn a_first_publish_is_complete_whenever_it_is_cut_off() {
    let site = first().build();
    assert!(cut_everywhere(&InMemory::new(), &site, &site) > 40);
}

#[test]
fn pages_come_and_go() {
    let handbook = first();
    let one = handbook.build();
    let live = published(&InMemory::new(), &one);
    handbook
        .write("c.md", "---\ntags: [trust]\n---\n# C\n\n[A](a.md), [D](d.md)\n\n![](new.svg)\n");
    handbook.write("d.md", "# D\n\n[C](c.md)\n");
    handbook.write("new.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    handbook.write("index.md", "# Home\n\n[A](a.md), [B](b.md), [C](c.md)\n\n![](p.svg)\n");
    let two = handbook.build();
    cut_everywhere(&live, &two, &two);
    // And back: what was new is removed.
    let live = published(&live, &two);
    cut_everywhere(&live, &one, &one);
}

#[test]
fn a_renamed_page_leads_on_from_its_old_address() {
    let handbook = first();
    let live = published(&InMemory::new(), &handbook.build());
    std::fs::remove_file(handbook.root().join("b.md")).unwrap();
    handbook.write("best.md", "---\naliases: [/b/]\n---\n# Best\n\n## More\n\n![](q.svg)\n");
    handbook.write("index.md", "# Home\n\n[A](a.md) and [Best](best.md)\n\n![](p.svg)\n");
    handbook.write("a.md", "# A\n\nSee [Best](best.md#more).\n");
    let site = handbook.build();
    assert!(site.bytes.contains_key("b/index.html"));
    cut_everywhere(&live, &site, &site);
}

#[test]
fn assets_change() {
    let handbook = first();
    let live = published(&InMemory::new(), &handbook.build());
    handbook.write("p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>other</title></svg>");
    std::fs::remove_file(handbook.root().join("q.svg")).unwrap();
    handbook.write("b.md", "# B\n\n## More\n\nWithout a picture.\n");
    handbook.write("book.toml", format!("{BOOK}[handbook.theme]\naccent = \"#884400\"\n"));
    let site = handbook.build();
    cut_everywhere(&live, &site, &site);
}

#[test]
fn after_a_cut_another_site_can_be_published() {
    let handbook = first();
    let live = published(&InMemory::new(), &handbook.build());
    handbook.write("c.md", "# C\n\n[A](a.md)\n");
    handbook.write("a.md", "# A\n\nSee [C](c.md).\n");
    let second = handbook.build();
    std::fs::remove_file(handbook.root().join("c.md")).unwrap();
    handbook.write("a.md", "# A\n\nSee [E](e.md).\n");
    handbook.write("e.md", "# E\n\nNew.\n");
    let third = handbook.build();
    cut_everywhere(&live, &second, &third);
    // Both are cut off: the second publish at one point in five.
    let deeds = {
        let store = Arc::new(Breaking::over(&live, Breaks::Never));
        publish(&store, &second, NOW).unwrap();
        store.asked()
    };
    for at in (0..deeds).step_by(5) {
        let store = Arc::new(Breaking::over(&live, Breaks::Before(at)));
        publish(&store, &second, NOW).unwrap_err();
        cut_everywhere(&store.store(), &third, &third);
    }
}

#[test]
fn compressed_forms_go_with_their_files() {
    let long = "Word after word after word.\n\n".repeat(60);
    let handbook = first();
    handbook
        .write("b.md", format!("# B\n\n## More\n\nBack to [A](a.md), on to [C](c.md).\n\n{long}"));
    handbook.write("c.md", format!("# C\n\n{long}"));
    let plain = handbook.build();
    let live = published(&InMemory::new(), &plain);
    // They come, with a page that is new.
    handbook.write("book.toml", format!("{BOOK}[publish]\nprecompress = [\"gz\"]\n"));
    handbook.write("z.md", format!("# Z\n\n{long}"));
    handbook.write("index.md", "# Home\n\n[A](a.md), [B](b.md), [Z](z.md)\n\n![](p.svg)\n");
    let packed = handbook.build();
    assert!(packed.bytes.contains_key("b/index.html.gz"));
    cut_everywhere(&live, &packed, &packed);
    let live = published(&live, &packed);
    // A page moves, so that a short one that leads on is left at its address, and one that it led to goes.
    std::fs::remove_file(handbook.root().join("b.md")).unwrap();
    std::fs::remove_file(handbook.root().join("c.md")).unwrap();
    handbook.write("best.md", format!("---\naliases: [/b/]\n---\n# Best\n\n## More\n\n{long}"));
    handbook.write("a.md", "# A\n\nSee [Best](best.md#more).\n");
    handbook.write("index.md", "# Home\n\n[A](a.md), [Best](best.md), [Z](z.md)\n\n![](p.svg)\n");
    let moved = handbook.build();
    assert!(!moved.bytes.contains_key("b/index.html.gz"));
    cut_everywhere(&live, &moved, &moved);
    // And they go.
    let live = published(&live, &moved);
    handbook.write("book.toml", BOOK);
    std::fs::remove_file(handbook.root().join("z.md")).unwrap();
    handbook.write("index.md", "# Home\n\n[A](a.md), [Best](best.md)\n\n![](p.svg)\n");
    let bare = handbook.build();
    cut_everywhere(&live, &bare, &bare);
}

#[test]
fn another_handbook_in_a_folder_of_this_one_is_a_stranger() {
    let theirs = essays(&[("team.md", "# Theirs\n")]).build();
    let page = theirs.files.iter().find(|file| file.path == "team/index.html").unwrap();
    let store = Arc::new(Breaking::over(&InMemory::new(), Breaks::Never));
    target(&store).put(page, page.bytes().unwrap()).unwrap();
    // It is named and stays, though it bears a mark.
    let handbook = first();
    let plan = publish(&store, &handbook.build(), NOW).unwrap();
    assert_eq!(plan.foreign, ["team/index.html"]);
    handbook.write("a.md", "---\ntags: [trust]\n---\n# A\n\nAnother text, and [B](b.md).\n");
    let plan = publish(&store, &handbook.build(), NOW + LATER).unwrap();
    assert!(plan.removals.is_empty() && held(&store.store()).contains_key("team/index.html"));
    // And where this one would have a page there, nothing is published.
    handbook.write("team.md", "# Ours\n");
    let refused = publish(&store, &handbook.build(), NOW + 2 * LATER).unwrap_err();
    assert!(refused.message.contains("team/index.html"), "{}", refused.plain());
    assert_eq!(held(&store.store())["team/index.html"], page.bytes().unwrap());
}
