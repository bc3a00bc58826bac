//! A site that is built again is the site that a clean build makes, byte for byte, and only what differs is
//! written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::author::{Author, try_series};
use crate::crawl::files_below;
use crate::folder::{Built, Folder};

/// How many series of edits are tried unless more are asked for, and how many edits are in one.
const SERIES: u64 = 16;
const EDITS: usize = 14;

const ESSAYS: &[(&str, &str)] = &[
    ("content/trust.md", "+++\ntags = [\"people\"]\n+++\n\n# Trust\n\nSee [credit](credit.md).\n"),
    ("content/credit.md", "# Credit\n\nGive it.\n"),
    ("content/team/plans.md", "# Plans\n\nMake them.\n"),
    ("content/team/ship.png", "a ship"),
];

/// A handbook whose files were all written a while ago, as most are.
fn handbook() -> Folder {
    let folder = Folder::new(ESSAYS);
    settle(&folder);
    folder
}

/// Waits until whatever is written next bears another time than all that was written before.
fn settle(folder: &Folder) {
    let probe = folder.root().join("content/.probe");
    fs::write(&probe, "").unwrap();
    let start = fs::metadata(&probe).unwrap().modified().unwrap();
    let is_later = |now: SystemTime| now.duration_since(start).unwrap() > Duration::from_millis(60);
    let bound = std::time::Instant::now();
    while !is_later(SystemTime::now()) {
        assert!(bound.elapsed() < Duration::from_secs(30), "the clock stands still");
        std::thread::sleep(Duration::from_millis(5));
    }
    fs::remove_file(probe).unwrap();
}

fn cache(folder: &Folder) -> PathBuf {
    folder.root().join(".book.sternpost")
}

/// When each file of the site was written.
fn times(folder: &Folder) -> BTreeMap<String, SystemTime> {
    let book = folder.root().join("book");
    let time = |path: &String| fs::metadata(book.join(path)).unwrap().modified().unwrap();
    files_below(&book).keys().map(|path| (path.clone(), time(path))).collect()
}

/// The files that were written between two looks at the times.
fn written(before: &BTreeMap<String, SystemTime>, folder: &Folder) -> Vec<String> {
    let now = times(folder).into_iter();
    now.filter(|(path, time)| before.get(path) != Some(time)).map(|(path, _)| path).collect()
}

/// What a clean build makes of the folder.
fn clean(folder: &Folder, output: &str) -> (Built, BTreeMap<String, Vec<u8>>) {
    let mut command = folder.command(&["build", "handbook", "--output", output]);
    let built = folder.run(&mut command);
    let site = folder.root().parent().unwrap().join(output);
    (built, files_below(&site))
}

fn assert_is_clean(folder: &Folder) {
    let (_, files) = clean(folder, "clean");
    assert_same(&files_below(&folder.root().join("book")), &files);
    let above = folder.root().parent().unwrap().to_owned();
    fs::remove_dir_all(above.join("clean")).unwrap();
    fs::remove_dir_all(above.join(".clean.sternpost")).unwrap();
}

fn assert_same(is: &BTreeMap<String, Vec<u8>>, wanted: &BTreeMap<String, Vec<u8>>) {
    assert!(is.keys().eq(wanted.keys()), "{:?} should be {:?}", is.keys(), wanted.keys());
    for (path, bytes) in wanted {
        let (text, wanted) = (String::from_utf8_lossy(&is[path]), String::from_utf8_lossy(bytes));
        assert_eq!(text, wanted, "{path}");
        assert!(is[path] == *bytes, "{path} differs in bytes that are no text");
    }
}

#[test]
fn where_nothing_has_changed_nothing_is_written() {
    let folder = handbook();
    let first = folder.site();
    let before = times(&folder);
    settle(&folder);
    assert!(folder.site().out.contains("all as they were"));
    // By now it is known that nobody has touched the folders since they were made.
    let inside = files_below(&cache(&folder));
    let second = folder.site();
    assert!(second.out.contains("all as they were"), "{}", second.out);
    assert_eq!(written(&before, &folder), Vec::<String>::new());
    assert!(files_below(&cache(&folder)) == inside, "the cache was written");
    // What is said of the essays is said again.
    assert_eq!(first.err, second.err);
}

#[test]
fn where_one_essay_has_changed_only_what_shows_it_is_written() {
    let folder = handbook();
    folder.site();
    let before = times(&folder);
    folder.write("content/credit.md", "# Credit\n\nGive it away.\n");
    let built = folder.site();
    assert!(built.out.contains(" of them new"), "{}", built.out);
    let new = written(&before, &folder);
    assert!(new.contains(&"credit/index.html".to_owned()), "{new:?}");
    assert!(!new.iter().any(|path| path.contains("ship.png") || path.ends_with(".css")), "{new:?}");
    assert!(!new.contains(&"team/index.html".to_owned()), "{new:?}");
    assert_is_clean(&folder);
}

/// A file that is made anew and comes out the same keeps its time too.
#[test]
fn a_file_that_says_the_same_keeps_its_time() {
    let folder = handbook();
    folder.site();
    let before = times(&folder);
    folder.write("content/credit.md", "# Credit\n\nGive it.\n\n<!-- really -->\n");
    folder.write("content/team/ship.png", "a ship");
    folder.write("templates/section.html", "{# as it was #}{% extends \"builtin/section.html\" %}");
    folder.site();
    assert_eq!(written(&before, &folder), Vec::<String>::new());
    assert_is_clean(&folder);
}

#[test]
fn warnings_are_given_by_each_build() {
    let folder = handbook();
    folder.write("content/wrong.md", "# Wrong\n\n[a](nowhere.md)\n\n{{#include nothing.md}}\n");
    settle(&folder);
    let first = folder.site();
    assert!(!first.warnings().is_empty());
    assert_eq!(folder.site().err, first.err);
    folder.write("content/credit.md", "# Credit\n\nMore.\n");
    assert_eq!(folder.site().err, first.err);
    assert_eq!(folder.build(&["--strict"]).code, 1);
}

#[test]
fn what_others_did_to_the_site_is_undone() {
    let folder = handbook();
    folder.site();
    let book = folder.root().join("book");
    type Deed = fn(&Path);
    let deeds: &[(&str, Deed)] = &[
        ("edited", |book| fs::write(book.join("trust/index.html"), "mine").unwrap()),
        ("edited, as long as before", |book| {
            let file = book.join("trust/index.html");
            let length = fs::read(&file).unwrap().len();
            fs::write(file, "x".repeat(length)).unwrap();
        }),
        ("removed", |book| fs::remove_file(book.join("credit/index.html")).unwrap()),
        ("added", |book| fs::write(book.join("team/stray.html"), "mine").unwrap()),
        ("a folder added", |book| {
            fs::create_dir_all(book.join("trust/of/mine")).unwrap();
            fs::write(book.join("trust/of/mine/a.html"), "mine").unwrap();
        }),
        ("a folder removed", |book| fs::remove_dir_all(book.join("team")).unwrap()),
        ("a file for a folder", |book| {
            fs::remove_dir_all(book.join("team")).unwrap();
            fs::write(book.join("team"), "mine").unwrap();
        }),
        ("renamed", |book| fs::rename(book.join("trust"), book.join("distrust")).unwrap()),
        ("all of it removed", |book| fs::remove_dir_all(book).unwrap()),
    ];
    for (deed, work) in deeds {
        work(&book);
        folder.site();
        println!("{deed}, then built");
        assert_is_clean(&folder);
        // And what was changed in the site does not come back from the one before it.
        folder.write("content/credit.md", format!("# Credit\n\n{deed}.\n"));
        folder.site();
        println!("{deed}, then built twice");
        assert_is_clean(&folder);
    }
}

#[test]
fn the_cache_may_be_damaged_or_go_at_any_time() {
    let folder = handbook();
    folder.site();
    let parts = [
        "site",
        "essays",
        "search",
        "last-build",
        "lock",
        "CACHEDIR.TAG",
        "last",
        "last/index.html",
    ];
    let mut number = 0;
    for part in parts {
        for damage in ["gone", "empty", "cut", "changed", "another's"] {
            // An essay has changed, or nothing has.
            number += 1;
            if number % 2 == 0 {
                folder.write("content/credit.md", format!("# Credit\n\n{number} times.\n"));
                folder.site();
            }
            let file = cache(&folder).join(part);
            let Ok(bytes) = fs::read(&file) else {
                // There is no last site yet, or it is the folder.
                let _ = fs::remove_dir_all(&file);
                folder.site();
                continue;
            };
            match damage {
                "gone" => fs::remove_file(&file).unwrap(),
                "empty" => fs::write(&file, "").unwrap(),
                "cut" => fs::write(&file, &bytes[..bytes.len() / 2]).unwrap(),
                "changed" => {
                    let mut bytes = bytes;
                    let middle = bytes.len() / 2;
                    bytes.get_mut(middle).into_iter().for_each(|byte| *byte ^= 0x55);
                    fs::write(&file, bytes).unwrap();
                }
                _ => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    fs::write(&file, text.replacen(env!("CARGO_PKG_VERSION"), "99.0.0", 1))
                        .unwrap();
                }
            }
            println!("{part} is {damage}");
            folder.site();
            assert_is_clean(&folder);
        }
    }
    fs::remove_dir_all(cache(&folder)).unwrap();
    folder.site();
    assert_is_clean(&folder);
}

#[test]
fn a_build_that_fails_leaves_the_site_and_the_next_one_is_right() {
    let folder = handbook();
    folder.site();
    let before = files_below(&folder.root().join("book"));
    folder.write("content/credit.md", "# Credit\n\nNot shown yet.\n");
    folder.write("templates/page.html", "{{ not.there }}");
    assert_eq!(folder.build(&[]).code, 2);
    assert_same(&files_below(&folder.root().join("book")), &before);
    assert!(!cache(&folder).join("next").exists());
    fs::remove_file(folder.root().join("templates/page.html")).unwrap();
    folder.site();
    assert_is_clean(&folder);
}

#[test]
fn drafts_and_other_outputs_are_other_sites() {
    let folder = handbook();
    folder.write("content/draft.md", "+++\ndraft = true\n+++\n# Draft\n");
    settle(&folder);
    assert!(!folder.site().has("draft/index.html"));
    assert!(folder.build(&["--drafts"]).has("draft/index.html"));
    assert!(!folder.site().has("draft/index.html"));
    assert_is_clean(&folder);
}

#[test]
fn the_environment_has_its_say_in_every_build() {
    let folder = handbook();
    folder.write("book.toml", "[book]\ntitle = \"Leading\"\n");
    settle(&folder);
    let titled = |title: Option<&str>| {
        let mut command = folder.command(&["build", "handbook"]);
        command.envs(title.map(|title| ("MDBOOK_BOOK__TITLE", title)));
        folder.run(&mut command).read("trust/index.html")
    };
    assert!(titled(None).contains("Leading"));
    assert!(titled(Some("Following")).contains("Following"));
    assert!(titled(Some("Following")).contains("Following"));
    assert!(!titled(None).contains("Following"));
}

/// Where `book` is a link to where the site is served from, it stays one, and what is served is never half.
#[cfg(unix)]
#[test]
fn an_output_that_is_a_link_stays_one() {
    let folder = handbook();
    let served = folder.root().join("../served/site");
    fs::create_dir_all(&served).unwrap();
    std::os::unix::fs::symlink(&served, folder.root().join("book")).unwrap();
    for number in 0..4 {
        folder.write("content/credit.md", format!("# Credit\n\n{number} times.\n"));
        let built = folder.site();
        assert!(built.read("credit/index.html").contains(&format!("{number} times")));
        assert!(fs::symlink_metadata(folder.root().join("book")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(&served).unwrap().is_dir());
        let last = folder.root().join("../served/.site.sternpost/last");
        assert!(number == 0 || !fs::symlink_metadata(last).unwrap().is_symlink());
    }
    let (_, files) = clean(&folder, "clean");
    assert_same(&files_below(&served), &files);
}

/// A second working tree keeps its branch elsewhere.
#[test]
fn another_branch_is_another_site() {
    let folder = handbook();
    folder
        .write("../main/.git/config", "[remote \"origin\"]\nurl = https://forge.example/t/h.git\n");
    folder.write("../main/.git/worktrees/h/HEAD", "ref: refs/heads/one\n");
    folder.write("../main/.git/worktrees/h/commondir", "../..\n");
    folder.write(".git", "gitdir: ../main/.git/worktrees/h\n");
    folder.write("LICENSE", "Yours.\n");
    folder.write("tools/run.sh", "true\n");
    folder.write("content/trust.md", "# Trust\n\n[run](../tools/run.sh)\n");
    settle(&folder);
    let one = folder.site().read("trust/index.html");
    assert!(one.contains("src/branch/one/tools/run.sh"), "{one}");
    folder.write("../main/.git/worktrees/h/HEAD", "ref: refs/heads/two\n");
    assert!(folder.site().read("trust/index.html").contains("src/branch/two/tools/run.sh"));
    assert_is_clean(&folder);
}

/// Whenever a build is killed, the site is the one before or the one after, and the next build is right.
#[cfg(unix)]
#[test]
fn a_build_that_is_killed_leaves_one_site_or_the_other() {
    let folder = handbook();
    for number in 0..60 {
        folder.write(&format!("content/many/n{number}.md"), format!("# Number {number}\n"));
    }
    folder.site();
    let mut random = fastrand::Rng::with_seed(7);
    let book = folder.root().join("book");
    for number in 0..12 {
        let before = files_below(&book);
        // Every page shows the title.
        folder.write("book.toml", format!("[book]\ntitle = \"Leading, {number}\"\n"));
        let mut build = folder.command(&["build", "handbook", "--quiet"]).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random.u64(..60_000)));
        build.kill().unwrap();
        build.wait().unwrap();
        let (_, after) = clean(&folder, &format!("after-{number}"));
        let now = files_below(&book);
        assert!(now == before || now == after, "after {number} builds the site is a mixture");
        if random.bool() {
            folder.site();
            assert_same(&files_below(&book), &after);
        }
    }
    folder.site();
    assert_is_clean(&folder);
}

#[test]
fn two_builds_at_once_wait_for_each_other() {
    let folder = handbook();
    let builds: Vec<_> = (0..6)
        .map(|number| {
            folder.write(&format!("content/n{number}.md"), format!("# Number {number}\n"));
            folder.command(&["build", "handbook", "--quiet"]).spawn().unwrap()
        })
        .collect();
    for mut build in builds {
        assert!(build.wait().unwrap().success());
    }
    // The last of them has begun when all essays were there, whichever it was.
    assert_is_clean(&folder);
}

/// Does something to the site or the cache that no author does to essays.
fn harm(author: &mut Author) {
    let (site, cache) = (author.folder.root().join("book"), cache(&author.folder));
    let parts = ["site", "essays", "pictures", "search", "last-build"];
    let part = cache.join(parts[author.random.usize(..parts.len())]);
    let files: Vec<String> = files_below(&site).into_keys().collect();
    let file = (!files.is_empty()).then(|| site.join(&files[author.random.usize(..files.len())]));
    let what = match (author.random.u8(..8), file) {
        (0, _) => {
            let _ = fs::remove_dir_all(&cache);
            "remove the cache".to_owned()
        }
        (6, _) if cache.join("made").is_dir() => {
            for name in files_below(&cache.join("made")).keys() {
                fs::write(cache.join("made").join(name), "damaged").unwrap();
            }
            "damage what was costly to make".to_owned()
        }
        (1, _) => {
            let _ = fs::remove_dir_all(cache.join("last"));
            "remove the last site".to_owned()
        }
        (2 | 3, _) => {
            let mut bytes = fs::read(&part).unwrap_or_default();
            let at = author.random.usize(..bytes.len().max(1));
            bytes.get_mut(at).into_iter().for_each(|byte| *byte = !*byte);
            fs::create_dir_all(&cache).unwrap();
            fs::write(&part, bytes).unwrap();
            format!("damage byte {at} of {}", part.display())
        }
        (4, Some(file)) if !file.ends_with(".sternpost") => {
            fs::write(&file, "mine").unwrap();
            format!("write {}", file.display())
        }
        (5, Some(file)) if !file.ends_with(".sternpost") => {
            fs::remove_file(&file).unwrap();
            format!("remove {}", file.display())
        }
        (6, Some(file)) => {
            fs::write(file.with_file_name("stray"), "mine").unwrap();
            format!("write a file beside {}", file.display())
        }
        _ => "no harm".to_owned(),
    };
    author.edits.push(what);
}

fn series(author: &mut Author) {
    for number in 0..EDITS {
        author.edit();
        if author.random.u8(..3) == 0 {
            harm(author);
        }
        if author.random.bool() && number + 1 < EDITS {
            continue;
        }
        author.mend();
        let before = files_below(&author.folder.root().join("book"));
        let before_times = times(&author.folder);
        let again = author.folder.site();
        let (built, files) = clean(&author.folder, &format!("clean-{number}"));
        assert_eq!(built.code, 0, "{}", built.err);
        assert_same(again.files(), &files);
        assert_eq!(again.err, built.err, "what is said");
        let now = times(&author.folder);
        for (path, bytes) in again.files() {
            if before.get(path) == Some(bytes) {
                assert_eq!(before_times[path], now[path], "{path} says the same");
            }
        }
    }
}

#[test]
fn whatever_happens_the_next_build_is_a_clean_one() {
    try_series(SERIES, series);
}
