//! Moves and renamed tags in copies of real handbooks, chosen by chance from a seed that stays: afterwards the site has
//! the same dead links and no others, every byte but those of paths and old addresses is what it was, and old
//! addresses lead to the new.
//!
//! With `STERNPOST_MOVES` set to a number, all handbooks see that many moves instead of some seeing a
//! few; `STERNPOST_SEED` makes them others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{crawl, handbooks};

/// Those that are small enough to be built again and again, and differ in how they are written.
const SAMPLE: &[&str] = &[
    "PagerDuty+incident-response-docs",
    "alexwitherspoon+Remote-Manager-Toolkit",
    "clef+handbook",
    "google+eng-practices",
    "github+opensource.guide",
];

struct Copy {
    dir: tempfile::TempDir,
}

/// A page for each essay: its file, and the page's file on the site.
type Pages = BTreeMap<String, String>;

impl Copy {
    fn of(handbook: &Path) -> Copy {
        let copy = Copy { dir: tempfile::tempdir().unwrap() };
        for (path, bytes) in crawl::files_below(handbook) {
            let file = copy.root().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
        copy
    }

    fn root(&self) -> std::path::PathBuf {
        self.dir.path().join("handbook")
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let run = Command::new(env!("CARGO_BIN_EXE_sternpost"))
            .args(arguments)
            .current_dir(self.root())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (run.status.code().unwrap_or(-1), text(run.stdout), text(run.stderr))
    }

    fn site(&self) -> BTreeMap<String, Vec<u8>> {
        let site = self.dir.path().join("site");
        let (code, out, err) = self.run(&["build", "--quiet", "--output", site.to_str().unwrap()]);
        assert_eq!(code, 0, "{out}{err}");
        crawl::files_below(&site)
    }

    fn pages(&self) -> Pages {
        let (code, out, err) = self.run(&["list", "--format", "json"]);
        assert_eq!(code, 0, "{err}");
        let rows: Value = serde_json::from_str(&out).unwrap();
        let page = |row: &Value| {
            let url = row["url"].as_str().unwrap();
            let file = if url.is_empty() || url.ends_with('/') {
                format!("{url}index.html")
            } else {
                url.to_owned()
            };
            (row["file"].as_str().unwrap().to_owned(), file)
        };
        let published = rows.as_array().unwrap().iter().filter(|row| row["draft"] == false);
        published.map(page).collect()
    }
}

/// The dead links of a site, by what they lack.
fn dead(site: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let lacking = |dead: crawl::Dead| match (dead.why, dead.target.split_once('#')) {
        ("no such id", Some((_, id))) => format!("#{id}"),
        _ => dead.target,
    };
    let mut dead: Vec<String> = crawl::dead_links(site, "/").into_iter().map(lacking).collect();
    dead.sort();
    dead
}

/// Numbers that look like chance (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// What is moved next, and where to.
fn next_move(chance: &mut Chance, files: &[&String], number: usize) -> (String, String) {
    let file = files[chance.below(files.len())];
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let tops = ["docs/", "content/", "src/", "_articles/", "website/content/"];
    let top = tops.into_iter().find(|top| file.starts_with(top)).unwrap_or("");
    let is_inner = folder.len() > top.trim_end_matches('/').len() && !folder.is_empty();
    match number % 3 {
        0 if is_inner => (folder.to_owned(), format!("{top}moved-{number}/deeper")),
        1 => (file.clone(), format!("{top}renamed {number}.md")),
        _ => (file.clone(), format!("{top}else/where-{number}/{name}")),
    }
}

/// Every part of a text that cannot be a path.
fn without_paths(text: &str) -> String {
    let is_path = |c: char| c.is_alphanumeric() || "/.%~_-+@&;,' ".contains(c);
    let mut kept = String::new();
    for line in text.lines() {
        let mut rest = line;
        // A path stands behind one of these, as far as letters of paths go.
        while let Some(at) = rest.find(['(', '<', '"', '\'', ':']) {
            let (before, after) = rest.split_at(at + 1);
            kept.push_str(before);
            let end = after.find(|c| !is_path(c)).unwrap_or(after.len());
            let is_target = after[..end].contains(['/', '.']);
            rest = if is_target { &after[end..] } else { after };
        }
        kept.push_str(rest);
        kept.push('\n');
    }
    kept
}

/// The text of an essay without front matter that a move added, and without its lines.
fn without_aliases(text: &str) -> String {
    let bare = text.strip_prefix("---\naliases:\n").and_then(|rest| rest.split_once("---\n\n"));
    let text = bare.map_or(text, |(_, rest)| rest);
    let is_alias = |line: &&str| {
        let line = line.trim();
        line.starts_with("aliases = [")
            || line == "aliases:"
            || line.starts_with("- /") && line.ends_with('/')
            || line.starts_with("- \"/")
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_alias(line)).collect();
    lines.join("\n")
}

#[test]
fn after_any_move_the_site_is_the_same_but_for_the_move() {
    let set = std::env::var("STERNPOST_MOVES").ok().and_then(|moves| moves.parse().ok());
    let moves = set.unwrap_or(3);
    let sample = handbooks().into_iter().filter(|handbook| {
        let name = handbook.file_name().unwrap().to_string_lossy();
        set.is_some() || SAMPLE.contains(&&*name)
    });
    for handbook in sample {
        let name = handbook.file_name().unwrap().to_string_lossy().into_owned();
        let copy = Copy::of(&handbook);
        let (site, pages) = (copy.site(), copy.pages());
        let dead_before = dead(&site);
        // Where each essay of the beginning is now.
        let mut now: BTreeMap<String, String> =
            pages.keys().map(|file| (file.clone(), file.clone())).collect();
        let before = crawl::files_below(&copy.root());
        let seed = std::env::var("STERNPOST_SEED").ok().and_then(|seed| seed.parse().ok());
        let mut chance = Chance(seed.unwrap_or(0x5eed) ^ name.len() as u64);
        for number in 0..moves {
            let files: Vec<&String> = now.values().collect();
            let (from, to) = next_move(&mut chance, &files, number);
            let (code, out, err) = copy.run(&["move", &from, &to]);
            assert_eq!(code, 0, "{name}: {from} to {to}: {out}{err}");
            for file in now.values_mut() {
                if *file == from {
                    file.clone_from(&to);
                } else if let Some(rest) = file.strip_prefix(&format!("{from}/")) {
                    *file = format!("{to}/{rest}");
                }
            }
        }
        let (after, pages_after) = (copy.site(), copy.pages());
        let told =
            format!("{name}: {:?}", now.iter().filter(|(old, new)| old != new).collect::<Vec<_>>());
        assert_eq!(pages_after.keys().collect::<BTreeSet<_>>(), now.values().collect(), "{told}");
        assert_eq!(dead(&after), dead_before, "{told}");
        for (old, new) in &now {
            let page =
                after.get(&pages[old]).unwrap_or_else(|| panic!("{told}: {} is gone", pages[old]));
            if pages[old] != pages_after[new] {
                let target = pages_after[new].trim_end_matches("index.html");
                let page = crawl::decoded(&String::from_utf8_lossy(page));
                let is_redirect = page.contains("http-equiv=\"refresh\"");
                // Where the page of a folder was, there may be the list of what is left in it.
                let name = old.rsplit('/').next().unwrap_or(old).to_lowercase();
                let may_be_list = ["index.md", "_index.md", "readme.md"].contains(&name.as_str());
                let leads_on = is_redirect && page.contains(target);
                assert!(leads_on || may_be_list && !is_redirect, "{told}: {}", pages[old]);
            }
            let text =
                |bytes: &[u8]| without_paths(&without_aliases(&String::from_utf8_lossy(bytes)));
            let written = fs::read(copy.root().join(new)).unwrap();
            assert_eq!(text(&before[old]), text(&written), "{told}: {new}");
        }
    }
}

#[test]
fn after_a_tag_is_renamed_only_the_tag_is_another() {
    for handbook in handbooks() {
        let name = handbook.file_name().unwrap().to_string_lossy().into_owned();
        // The one with tags of which the text is at hand and which is soon built.
        if name != "github+opensource.guide" && name != "rust-lang+blog.rust-lang.org" {
            continue;
        }
        let copy = Copy::of(&handbook);
        let tags = || -> Vec<(String, Vec<Value>)> {
            let (_, out, _) = copy.run(&["tags", "--format", "json"]);
            let rows: Value = serde_json::from_str(&out).unwrap();
            let row = |row: &Value| {
                (row["tag"].as_str().unwrap().to_owned(), row["files"].as_array().unwrap().clone())
            };
            rows.as_array().unwrap().iter().map(row).collect()
        };
        let listed = tags();
        let before = crawl::files_below(&copy.root());
        let Some((tag, files)) = listed.iter().max_by_key(|(_, files)| files.len()) else {
            continue;
        };
        let (code, out, err) = copy.run(&["tags", "rename", tag, "quite another name"]);
        assert_eq!(code, 0, "{name}: {out}{err}");
        let after = crawl::files_below(&copy.root());
        for (path, bytes) in &before {
            let is_one = files.iter().any(|file| file.as_str() == Some(path));
            assert_eq!(after[path] != *bytes, is_one, "{name}: {path}");
        }
        let renamed: Vec<_> =
            tags().into_iter().filter(|(tag, _)| tag == "quite another name").collect();
        assert_eq!(renamed, [("quite another name".to_owned(), files.clone())]);
        let (code, _, err) = copy.run(&["tags", "rename", "quite another name", tag]);
        assert_eq!((code, crawl::files_below(&copy.root()) == before), (0, true), "{name}: {err}");
    }
}
