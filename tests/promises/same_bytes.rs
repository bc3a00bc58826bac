//! The same input gives the same bytes: wherever it lies, whenever and by whomever it is built.
//!
//! Dates are those of front matter and never the clock's, so `SOURCE_DATE_EPOCH` has nothing to say; what comes out of
//! maps is in order; nothing asks for the language or the zone of the machine.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::folder::{Folder, PICTURE};

/// What builds differ in, and must not differ by.
#[derive(Clone, Copy)]
struct Circumstances {
    /// The name of a folder above the project.
    above: &'static str,
    zone: &'static str,
    language: &'static str,
    threads: &'static str,
    /// Which file is written first: folders list them in an order of their own.
    first: usize,
    /// How many days ago all was written.
    age: u64,
    /// By how many days the clock is wrong.
    clock: Option<&'static str>,
    epoch: Option<&'static str>,
    umask: &'static str,
    home: Option<&'static str>,
}

const USUAL: Circumstances = Circumstances {
    above: "a",
    zone: "UTC",
    language: "C",
    threads: "1",
    first: 0,
    age: 0,
    clock: None,
    epoch: None,
    umask: "022",
    home: Some("/root"),
};

/// Each value of each of them stands in one of these, and so do most pairs.
const ALL: &[Circumstances] = &[
    USUAL,
    Circumstances {
        above: "a much longer name/with ü",
        zone: "Pacific/Auckland",
        language: "de_DE.UTF-8",
        threads: "8",
        first: 3,
        age: 400,
        umask: "077",
        home: None,
        ..USUAL
    },
    Circumstances {
        zone: "America/Los_Angeles",
        language: "tr_TR.UTF-8",
        threads: "2",
        first: 5,
        age: 1,
        epoch: Some("1000000000"),
        umask: "000",
        home: Some("/nowhere"),
        ..USUAL
    },
    Circumstances {
        above: "b",
        zone: "Asia/Kathmandu",
        language: "ja_JP.UTF-8",
        threads: "8",
        first: 7,
        clock: Some("+366d"),
        epoch: Some("0"),
        ..USUAL
    },
    Circumstances {
        zone: "Pacific/Auckland",
        language: "tr_TR.UTF-8",
        threads: "2",
        first: 1,
        age: 4_000,
        clock: Some("-20000d"),
        umask: "077",
        home: None,
        ..USUAL
    },
];

/// A picture so large that smaller versions are made of it.
fn photograph() -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(900, 40, |x, y| {
        image::Rgb([(x % 251) as u8, (y * 5) as u8, (x * y % 253) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Everything that a site can have: search, pictures, cards, feeds, code, formulas, blocks, redirects.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (
            "book.toml",
            text(
                "[book]\ntitle = \"Lead\"\nauthors = [\"Amara Osei\"]\n[output.html]\n\
                 site-url = \"https://lead.example/handbook/\"\n[handbook]\ncards = true\n\
                 [publish]\nprecompress = true\nhosts = [\"netlify\", \"cloudflare\", \"vercel\"]\n",
            ),
        ),
        (
            "content/a.md",
            text(
                "---\ndate: 2026-01-01 23:30:00 -0500\ntags: [x, y, İstanbul]\n---\n# A\n\n[b](s/b.md) \
                 ![Sea](sea.png)\n\n```rust\nfn main() {}\n```\n\n$x^2$[^1]\n\n[^1]: Note.\n",
            ),
        ),
        ("content/s/_index.md", text("+++\ngenerate_feeds = true\n+++\n# S\n")),
        (
            "content/s/b.md",
            text(
                "---\ntags: [y]\nauthors: [Ana, Bo]\naliases: [/old/]\n---\n# B\n\n:::tip\nDo.\n:::\n",
            ),
        ),
        ("content/s/c.md", text("---\ndate: 2025-01-01\ntags: [x]\n---\n# C\n\nInterested.\n")),
        ("content/ä ö.md", text("+++\ndate = 2024-02-29\n+++\n# Ä\n\n- [ ] do\n")),
        ("content/sea.png", photograph()),
        ("content/s/dot.gif", text(PICTURE)),
        ("templates/extra.css", text("p { color: teal }\n")),
    ]
}

/// Whether the program `faketime` is there, which shows another clock to the one that it starts.
fn has_faketime() -> bool {
    let shown = Command::new("faketime").args(["-f", "+366d", "date", "+%s"]).output();
    let shown = shown.ok().and_then(|shown| String::from_utf8(shown.stdout).ok());
    let shown = shown.and_then(|shown| shown.trim().parse::<u64>().ok());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let has = shown.is_some_and(|shown| shown > now + 365 * 24 * 60 * 60);
    let is_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(has || !is_ci, "faketime is missing, which this test needs");
    if !has {
        eprintln!("skipped: builds at another time, which need faketime");
    }
    has
}

fn built(circumstances: Circumstances) -> BTreeMap<String, Vec<u8>> {
    let Circumstances { above, zone, language, threads, first, age, .. } = circumstances;
    let folder = Folder::new(&[]);
    let root = folder.root().join(above);
    let mut files = files();
    files.rotate_left(first);
    let then = SystemTime::now() - Duration::from_secs(age * 24 * 60 * 60);
    for (path, bytes) in files {
        let path = format!("{above}/{path}");
        folder.write(&path, bytes);
        let file = std::fs::File::options().append(true).open(folder.root().join(path)).unwrap();
        file.set_modified(then).unwrap();
    }
    let mut command = match circumstances.clock {
        Some(clock) => {
            let mut command = Command::new("faketime");
            command.args(["-f", clock, "sh"]);
            command
        }
        None => Command::new("sh"),
    };
    let script = format!("umask {}; exec \"$@\"", circumstances.umask);
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_sternpost"), "build", "--strict"]);
    command.current_dir(&root).env("TZ", zone).env("LANG", language).env("LC_ALL", language);
    command.env("RAYON_NUM_THREADS", threads).env_remove("HOME").env_remove("SOURCE_DATE_EPOCH");
    command.envs(circumstances.home.map(|home| ("HOME", home)));
    command.envs(circumstances.epoch.map(|epoch| ("SOURCE_DATE_EPOCH", epoch)));
    let ran = folder.run(&mut command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    crate::crawl::files_below(&root.join("book"))
}

/// The names of files whose bytes are others in `other`, or that only one of them has.
fn differing(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
    names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

#[cfg(unix)]
#[test]
fn the_same_input_gives_the_same_bytes_anywhere() {
    let has_faketime = has_faketime();
    let usual = built(USUAL);
    for kind in [
        "atom.xml",
        "feed.json",
        "cards/",
        ".webp",
        ".png",
        "pagefind",
        "sitemap.xml",
        "old/index.html",
    ] {
        assert!(usual.keys().any(|name| name.contains(kind)), "no {kind} in {:?}", usual.keys());
    }
    for (number, circumstances) in ALL.iter().enumerate() {
        if circumstances.clock.is_none() || has_faketime {
            let differing = differing(&usual, &built(*circumstances));
            assert!(differing.is_empty(), "build {number} has another {differing:?}");
        }
    }
}

/// Programs that list a folder's files list them in the order that the disk has; a path with another's name at its
/// head, or that sorts between a folder and what is in it, is where orders go wrong.
#[test]
fn files_come_in_one_order_however_they_were_written() {
    let names = ["a", "a b", "a-b", "a/b", "a/b/c", "B", "ä", "a.b", "Z/z", "z"];
    let site = |backwards: bool| {
        let folder = Folder::new(&[]);
        let mut names = names.to_vec();
        if backwards {
            names.reverse();
        }
        for name in names {
            folder.write(&format!("content/{name}.md"), format!("# Of {name}\n\n[a](a.md)\n"));
        }
        folder.site().files().clone()
    };
    assert_eq!(differing(&site(false), &site(true)), Vec::<String>::new());
}
