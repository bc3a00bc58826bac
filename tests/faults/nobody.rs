//! Someone who may not do everything: files that cannot be read, folders that cannot be written, no home, no
//! terminal, nobody who listens.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use crate::folder::{Built, Folder};
use crate::handbook::{assert_recovers, clean, difference, site, turn_to, under};
use crate::tools::can;

/// The user and group `nobody`, as whom mode bits count.
const NOBODY: u32 = 65534;
const SETPRIV: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/// A handbook that belongs to nobody, and whether the tests can be nobody: root becomes nobody, others already
/// have only rights of their own.
fn of_nobody() -> Option<Folder> {
    let folder = Folder::new(&[]);
    turn_to(&folder, 0);
    if is_root() {
        let setpriv = [SETPRIV, &["true"]].concat();
        if !can(&[&setpriv]) {
            return None;
        }
        let above = folder.root().parent().unwrap().to_owned();
        mode(&above, 0o755);
        give(&above, NOBODY);
    }
    Some(folder)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Gives a folder and all that is in it to a user.
fn give(path: &Path, user: u32) {
    chown(path, Some(user), Some(user)).unwrap();
    for entry in fs::read_dir(path).into_iter().flatten() {
        give(&entry.unwrap().path(), user);
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// `command` as nobody.
fn as_nobody(folder: &Folder, command: &Command) -> Command {
    let above = folder.root().parent().unwrap().to_owned();
    match is_root() {
        true => under(SETPRIV[0], &SETPRIV[1..], command, &above),
        false => under("env", &[], command, &above),
    }
}

fn build(folder: &Folder) -> Built {
    folder.run(&mut as_nobody(folder, &folder.command(&["build", "handbook"])))
}

#[test]
fn what_may_not_be_read_is_named_and_the_rest_is_built() {
    for (path, told) in [
        ("content/credit.md", "cannot read content/credit.md: permission denied"),
        ("content/alpha", "cannot read content/alpha: permission denied"),
        ("content/ship.gif", "cannot read content/ship.gif: permission denied"),
    ] {
        let Some(folder) = of_nobody() else { return };
        mode(&folder.root().join(path), 0);
        let built = build(&folder);
        assert!(built.err.contains(told), "{path}: {}", built.err);
        if path.ends_with(".gif") {
            // A file that is to be copied is part of what is promised to readers.
            assert_eq!((built.code, site(&folder).len()), (2, 0), "{path}: {}", built.err);
        } else {
            assert_eq!(built.code, 0, "{path}: {}", built.err);
            assert!(site(&folder).contains_key("trust/index.html"), "{path}");
        }
        mode(&folder.root().join(path), if path.ends_with("alpha") { 0o755 } else { 0o644 });
        let built = build(&folder);
        assert_eq!(built.code, 0, "{}", built.err);
        assert_eq!(difference(&site(&folder), clean(0)), None, "{path} can be read again");
    }
}

#[test]
fn what_nothing_can_be_built_without_is_an_error_that_names_it() {
    for (path, told) in [
        ("content", "cannot read content: permission denied"),
        ("book.toml", "cannot read ABOVE/handbook/book.toml: permission denied"),
    ] {
        let Some(folder) = of_nobody() else { return };
        assert_eq!(build(&folder).code, 0);
        mode(&folder.root().join(path), 0);
        let built = build(&folder);
        assert_eq!(built.code, 2, "{path}: {}", built.err);
        assert!(built.err.contains(told), "{path}: {}", built.err);
        mode(&folder.root().join(path), 0o755);
        assert_eq!(difference(&site(&folder), clean(0)), None, "{path}");
    }
}

#[test]
fn what_may_not_be_written_is_named_with_what_to_do() {
    type Harm = fn(&Path);
    let harms: &[(&str, Harm, &str)] = &[
        ("the parent", |root| mode(root, 0o555), "cannot replace ABOVE/handbook/book"),
        (
            "the cache",
            |root| mode(&root.join(".book.sternpost"), 0o555),
            "ABOVE/handbook/.book.sternpost/",
        ),
        (
            "another's cache",
            |root| {
                if is_root() {
                    give(&root.join(".book.sternpost"), 0);
                } else {
                    mode(&root.join(".book.sternpost"), 0o555);
                }
            },
            "ABOVE/handbook/.book.sternpost/",
        ),
    ];
    for (what, harm, told) in harms {
        let Some(folder) = of_nobody() else { return };
        assert_eq!(build(&folder).code, 0);
        turn_to(&folder, 1);
        let root = folder.root();
        harm(&root);
        let built = build(&folder);
        assert_eq!(built.code, 2, "{what}: {}", built.err);
        assert!(built.err.contains(told), "{what}: {}", built.err);
        assert!(built.err.contains("permission denied"), "{what}: {}", built.err);
        assert!(built.err.contains("what another user has built"), "{what}: {}", built.err);
        mode(&root, 0o755);
        if is_root() {
            give(&root, NOBODY);
        }
        mode(&root.join(".book.sternpost"), 0o755);
        assert_eq!(difference(&site(&folder), clean(0)), None, "{what}: the old site");
        assert_recovers(&folder, 1, what);
    }
    // The first build has not even a place to begin.
    let Some(folder) = of_nobody() else { return };
    mode(&folder.root(), 0o555);
    let built = build(&folder);
    assert_eq!(built.code, 2);
    let told = "cannot create ABOVE/handbook/.book.sternpost: permission denied";
    assert!(built.err.contains(told), "{}", built.err);
    mode(&folder.root(), 0o755);
    assert_recovers(&folder, 0, "a parent that could not be written");
}

/// To move a folder takes the right to write in it too.
#[test]
fn a_site_that_may_not_be_written_stays_and_the_reason_is_told() {
    let Some(folder) = of_nobody() else { return };
    assert_eq!(build(&folder).code, 0);
    turn_to(&folder, 1);
    mode(&folder.root().join("book"), 0o555);
    let built = build(&folder);
    assert_eq!(built.code, 2);
    let told = "cannot replace ABOVE/handbook/book: permission denied";
    assert!(built.err.contains(told), "{}", built.err);
    assert_eq!(difference(&site(&folder), clean(0)), None);
    mode(&folder.root().join("book"), 0o755);
    assert_eq!(build(&folder).code, 0);
    assert_recovers(&folder, 1, "a site that could not be written");
}

#[test]
fn a_build_needs_no_home_and_no_environment() {
    let Some(folder) = of_nobody() else { return };
    let program = folder.command(&["build", "handbook"]);
    let home = folder.root().parent().unwrap().join("home");
    fs::create_dir(&home).unwrap();
    mode(&home, 0o555);
    for (number, set) in [vec![], vec![("HOME", home.as_os_str())], vec![("HOME", "".as_ref())]]
        .into_iter()
        .enumerate()
    {
        turn_to(&folder, number);
        let mut command = as_nobody(&folder, &program);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).envs(set);
        let built = folder.run(&mut command);
        assert_eq!(built.code, 0, "{}", built.err);
        assert_eq!(difference(&site(&folder), clean(number)), None);
        assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
    }
}

/// What is said may have nowhere to go; the site is built all the same, and nothing is written into a file that
/// happens to get the number of a stream.
#[test]
fn a_build_needs_nobody_who_listens() {
    let folder = Folder::new(&[]);
    let above = folder.root().parent().unwrap().to_owned();
    for (number, streams) in [
        "<&-",
        ">&-",
        "2>&-",
        "<&- >&- 2>&-",
        "| head -c 1",
        "--verbose | head -c 1",
        "2>&1 | true",
        "> /dev/full 2> /dev/full",
        "< /dev/zero",
    ]
    .iter()
    .enumerate()
    {
        let edition = number % crate::handbook::EDITIONS;
        turn_to(&folder, edition);
        folder.write("content/wrong.md", "# Wrong\n\n[a](nowhere.md)\n");
        let script = format!("\"$0\" build handbook {streams}");
        let built = folder.run(&mut under("sh", &["-c", &script], &folder.command(&[]), &above));
        assert_eq!(built.code, 0, "{streams}: {}", built.err);
        assert!(!built.err.contains("panicked"), "{streams}: {}", built.err);
        let page = String::from_utf8(site(&folder)["credit/index.html"].clone()).unwrap();
        assert!(page.contains(&format!("Give it {edition} times")), "{streams}");
        fs::remove_file(folder.root().join("content/wrong.md")).unwrap();
        assert_recovers(&folder, edition, streams);
    }
}
