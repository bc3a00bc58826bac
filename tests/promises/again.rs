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
    let probe = folder.root().join(".probe");
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
fn of_many_essays_only_what_differs_is_kept_anew() {
    let essay = |n: usize| (format!("content/part/e{n:02}.md"), format!("# Essay {n}\n\nOne.\n"));
    let essays: Vec<(String, String)> = (0..99).map(essay).collect();
    let files: Vec<(&str, &str)> =
        essays.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = Folder::new(&files);
    let build = || {
        settle(&folder);
        folder.site();
        assert_is_clean(&folder);
    };
    build();
    let part = |name: &str| fs::read(cache(&folder).join(name)).ok();
    let (all, since) = ("essays", "essays-since");
    let first = part(all).unwrap();
    assert_eq!(part(since), None);

    let changes = [(7, "# Seven\n"), (8, "# Eight\n"), (7, essays[7].1.as_str()), (9, "# Nine\n")];
    for (n, text) in changes {
        println!("essay {n}: {text}");
        folder.write(&format!("content/part/e{n:02}.md"), text);
        build();
        assert!(part(all).unwrap() == first, "all were written again");
        let kept = part(since).unwrap();
        assert!(kept.len() < first.len() / 8, "{} bytes", kept.len());
    }

    fs::write(cache(&folder).join(since), "damaged").unwrap();
    folder.write("content/part/e10.md", "# Ten\n");
    build();
    assert!(part(since).is_some());

    for n in 0..10 {
        folder.write(&format!("content/part/e{n:02}.md"), "# Changed\n");
    }
    build();
    assert!(part(all).unwrap() != first && part(since).is_none(), "too many for the second part");

    let essay = |name: &str| folder.root().join(format!("content/part/{name}.md"));
    fs::rename(essay("e08"), essay("f00")).unwrap();
    build();
    folder.write("content/part/e08.md", "# New\n");
    build();
    fs::remove_file(essay("e09")).unwrap();
    build();
}

#[test]
fn what_folders_say_of_themselves_is_looked_at_again_once_it_may_differ() {
    let folder = Folder::new(&[
        ("content/team/a.md", "# A\n\nSee {{< ref \"b.md\" >}} and [B](../b/).\n"),
        ("content/team/b.md", "# B\n"),
        ("content/team/_category_.json", r#"{ "label": "The team" }"#),
        ("content/other/.pages", "title: Others\n"),
        ("content/other/c.md", "# C\n"),
    ]);
    let above = folder.root().parent().unwrap().to_owned();
    let deeds: [(&str, &dyn Fn()); 5] = [
        ("nothing", &|| {}),
        ("name a folder", &|| {
            folder.write("content/team/_category_.json", r#"{ "label": "All of us" }"#);
        }),
        ("name another", &|| folder.write("content/other/.pages", "title: The others\n")),
        ("say that it is Hugo's", &|| folder.write("hugo.toml", "baseURL = \"https://a.org\"\n")),
        ("say it in the folder above", &|| {
            fs::rename(folder.root().join("hugo.toml"), above.join("hugo.toml")).unwrap();
        }),
    ];
    for (what, deed) in deeds {
        println!("{what}");
        deed();
        for text in ["One.", "Two."] {
            folder.write("content/d.md", format!("# D\n\n{what} {text}\n"));
            settle(&folder);
            folder.site();
            assert_is_clean(&folder);
        }
    }
    fs::remove_file(above.join("hugo.toml")).unwrap();
    folder.write("content/d.md", "# D\n");
    settle(&folder);
    folder.site();
    assert_is_clean(&folder);
}

#[test]
fn what_links_may_mean_is_looked_for_again_where_something_else_has_changed() {
    let folder = Folder::new(&[
        ("LICENSE", "Free."),
        ("book.toml", "[book]\nsrc = \"docs\"\n"),
        ("docs/a.md", "# A\n\n[L](https://github.com/o/r/blob/main/LICENSE) {{#title T}}\n"),
        ("docs/book.toml", "[book]\nsrc = \"src\"\n"),
        ("docs/src/SUMMARY.md", "# Summary\n\n- [B](b.md)\n"),
        ("docs/src/b.md", "# B\n\n{{#title T}}\n"),
        ("docs/d.md", "# D\n"),
        ("docs/cafe\u{301}.md", "# C\n"),
        ("templates/page.html", "{{ page.source }} {{ page.content | safe }}"),
    ]);
    let git = "[remote \"origin\"]\n\turl = https://github.com/o/r.git\n";
    let deeds: [(&str, &dyn Fn()); 4] = [
        ("nothing", &|| {}),
        ("make it a repository", &|| {
            folder.write(".git/HEAD", "ref: refs/heads/main\n");
            folder.write(".git/config", git);
        }),
        ("spell a name in another way", &|| {
            let [old, new] = ["cafe\u{301}", "caf\u{e9}"].map(|name| format!("docs/{name}.md"));
            fs::rename(folder.root().join(old), folder.root().join(new)).unwrap();
        }),
        ("do without settings", &|| {
            fs::remove_file(folder.root().join("docs/book.toml")).unwrap();
        }),
    ];
    for (what, deed) in deeds {
        println!("{what}");
        deed();
        settle(&folder);
        let mut told = folder.site().err;
        for text in ["One.", "Two."] {
            assert_is_clean(&folder);
            folder.write("docs/d.md", format!("# D\n\n{what} {text}\n"));
            settle(&folder);
            let again = folder.site().err;
            assert_eq!(again, std::mem::replace(&mut told, again.clone()));
        }
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
        "around",
        "related",
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
    let parts = ["site", "essays", "around", "related", "pictures", "search", "last-build"];
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
