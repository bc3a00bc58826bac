//! Where a site is not written, because something would be lost.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::crawl::files_below;
use crate::folder::Folder;
use crate::handbook::turn_to;

/// A project with all kinds of folders around it.
fn surroundings() -> Folder {
    let folder = Folder::new(&[
        ("content/trust.md", "# Trust\n"),
        ("content/team/credit.md", "# Credit\n"),
        ("templates/part.html", "x"),
        ("../home/letters/one.txt", "dear"),
        ("../pictures/cat.txt", "meow"),
        ("../repository/.git/HEAD", "ref: refs/heads/main"),
        ("../repository/.sternpost", ""),
        ("../file", "a file"),
    ]);
    for (name, to) in [
        ("to-pictures", "../pictures"),
        ("to-content", "content"),
        ("to-team", "content/team"),
        ("to-empty-in-content", "content/empty"),
        ("to-home", "../home"),
        ("to-root", "/"),
    ] {
        symlink(to, folder.root().join(name)).unwrap();
    }
    fs::create_dir(folder.root().join("content/empty")).unwrap();
    folder
}

/// All that is in a folder, with what it holds or where it leads; links are not followed.
fn listed(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        let holds = if kind.is_dir() {
            found.extend(listed(&path));
            Vec::new()
        } else if kind.is_symlink() {
            fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
        } else {
            fs::read(&path).unwrap()
        };
        found.insert(path, holds);
    }
    found
}

#[test]
fn a_folder_with_something_to_lose_is_refused() {
    for (output, why) in [
        ("/", "the root of the disk"),
        ("to-root", "the root of the disk"),
        ("../home", "your home folder is in there"),
        ("to-home", "your home folder is in there"),
        ("..", "your essays are in there"),
        (".", "your essays are in there"),
        ("content", "your essays are in there"),
        ("to-content", "your essays are in there"),
        ("content/team", "it lies among your essays"),
        ("to-team", "it lies among your essays"),
        ("content/new", "it lies among your essays"),
        ("content/empty", "it lies among your essays"),
        ("to-empty-in-content", "it lies among your essays"),
        ("to-empty-in-content/deeper", "it lies among your essays"),
        ("templates/site", "it lies among your templates"),
        ("../pictures", "holds files that sternpost did not write"),
        ("to-pictures", "holds files that sternpost did not write"),
        ("../repository", "holds a repository (.git), which would be lost"),
        ("../file", "is a file"),
        ("../file/site", "cannot create ABOVE/file: file exists"),
    ] {
        for by_flag in [true, false] {
            let folder = surroundings();
            let above = folder.root().parent().unwrap().to_owned();
            let mut command = folder.command(&["build", "handbook"]);
            command.env("HOME", above.join("home"));
            if by_flag {
                command.arg("--output").arg(folder.root().join(output));
            } else {
                folder.write("book.toml", format!("[build]\nbuild-dir = \"{output}\"\n"));
            }
            let before = listed(&above);
            let built = folder.run(&mut command);
            assert_eq!(built.code, 2, "{output}");
            assert!(built.err.contains(why), "{output}: {}", built.err);
            assert_eq!(listed(&above), before, "{output} changed something");
        }
    }
}

/// Essays beside `book.toml` are an easy start: the site lies among them then, and is passed over.
#[test]
fn the_site_may_lie_beside_essays_that_are_in_the_projects_own_folder() {
    let folder = Folder::new(&[("trust.md", "# Trust\n")]);
    folder.site();
    assert!(!folder.site().has("book/index.html"));
}

#[test]
fn two_projects_do_not_take_turns_in_one_folder() {
    let folder = Folder::new(&[("content/a.md", "# A\n"), ("../other/content/b.md", "# B\n")]);
    let above = folder.root().parent().unwrap().to_owned();
    let build =
        |project: &str| folder.run(&mut folder.command(&["build", project, "--output", "site"]));
    let site = || files_below(&above.join("site"));
    assert_eq!(build("handbook").code, 0);
    let first = site();
    let refused = build("other");
    assert_eq!(refused.code, 2);
    let why = "ABOVE/site holds the site of another project, ABOVE/handbook";
    assert!(refused.err.contains(why), "{}", refused.err);
    assert!(site() == first);
    assert_eq!(build("handbook").code, 0);
    // It may have the folder once the site is removed, as the message says.
    fs::remove_dir_all(above.join("site")).unwrap();
    assert_eq!(build("other").code, 0);
    assert!(site().contains_key("b/index.html"));
    assert_eq!(build("handbook").code, 2);
}

/// A project is known by its folder, which may get another name.
#[test]
fn a_project_that_was_moved_or_copied_goes_on_with_its_site() {
    let folder = Folder::new(&[]);
    turn_to(&folder, 0);
    folder.site();
    let above = folder.root().parent().unwrap().to_owned();
    let build = |project: &str| folder.run(&mut folder.command(&["build", project]));
    let copied = std::process::Command::new("cp")
        .args(["-a", "handbook", "copy"])
        .current_dir(&above)
        .status();
    assert!(copied.unwrap().success());
    assert_eq!(build("copy").code, 0);
    fs::rename(above.join("copy"), above.join("moved")).unwrap();
    assert_eq!(build("moved").code, 0);
    let built = folder.run(&mut folder.command(&["build", "moved", "--output", "site"]));
    assert_eq!(built.code, 0, "{}", built.err);
    fs::rename(above.join("moved"), above.join("again")).unwrap();
    let built = folder.run(&mut folder.command(&["build", "again", "--output", "site"]));
    assert_eq!(built.code, 0, "{}", built.err);
}

/// Who is given a project gets the folder beside the site too, and in it whatever the giver put there.
#[test]
fn a_forged_cache_harms_nothing_outside() {
    type Forgery = fn(&Path, &Path);
    let forgeries: &[(&str, Forgery)] = &[
        ("a link in place of the lock", |cache, victim| {
            symlink(victim.join("one.txt"), cache.join("lock")).unwrap();
        }),
        ("a link in place of a draft", |cache, victim| {
            symlink(victim.join("one.txt"), cache.join("site.new")).unwrap();
        }),
        ("a link in place of a tag", |cache, victim| {
            symlink(victim.join("new.txt"), cache.join("CACHEDIR.TAG")).unwrap();
        }),
        ("a link in place of the last site", |cache, victim| {
            symlink(victim, cache.join("last")).unwrap();
        }),
        ("a link in place of the next site", |cache, victim| {
            symlink(victim, cache.join("next")).unwrap();
        }),
        ("a link in place of the old site", |cache, victim| {
            symlink(victim, cache.join("old")).unwrap();
        }),
        ("a link in place of what was costly", |cache, victim| {
            symlink(victim, cache.join("made")).unwrap();
        }),
    ];
    for (what, forge) in forgeries {
        let folder =
            Folder::new(&[("../victim/one.txt", "precious"), ("../victim/.sternpost", "")]);
        turn_to(&folder, 0);
        let victim = folder.root().parent().unwrap().join("victim");
        let old = std::time::SystemTime::UNIX_EPOCH;
        let file = fs::File::options().append(true).open(victim.join("one.txt")).unwrap();
        file.set_modified(old).unwrap();
        let cache = folder.root().join(".book.sternpost");
        fs::create_dir(&cache).unwrap();
        forge(&cache, &victim);
        let before = files_below(&victim);
        for number in 0..3 {
            turn_to(&folder, number);
            let built = folder.build(&[]);
            assert_eq!(built.code, 0, "{what}: {}", built.err);
            assert!(files_below(&victim) == before, "{what}");
        }
    }
    let folder = Folder::new(&[("content/a.md", "# A\n"), ("../victim/next/one.txt", "precious")]);
    symlink("../victim", folder.root().join(".book.sternpost")).unwrap();
    let built = folder.build(&[]);
    assert_eq!(built.code, 2);
    assert!(built.err.contains(".book.sternpost: it is a link"), "{}", built.err);
    assert!(folder.root().join("../victim/next/one.txt").is_file());
    assert!(!folder.root().join("../victim/lock").exists());
}
