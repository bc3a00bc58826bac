//! A disk that refuses, at every call in turn: strace lets a call fail.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::folder::{Built, Folder};
use crate::handbook::{self, EDITIONS, assert_one_or_the_other, assert_recovers, turn_to, under};
use crate::tools::{STRACE, can};

/// The most places of one kind of call that are tried in one kind of build.
const MOST: usize = 14;

/// What strace saw of one run.
struct Traced {
    built: Built,
    /// Of each thread, the calls in order: whether it was made to fail, and what it was about.
    calls: BTreeMap<String, Vec<(bool, String)>>,
}

/// Builds under strace, with calls of this kind traced and, if it says so, made to fail.
fn traced(folder: &Folder, call: &str, inject: Option<&str>) -> Traced {
    let log = folder.root().parent().unwrap().join("strace.log");
    let mut arguments = vec!["-f", "-qq", "-y", "-s", "0", "-o", log.to_str().unwrap()];
    let (trace, inject) = (format!("trace={call}"), inject.map(|how| format!("inject={how}")));
    arguments.extend(["-e", &trace]);
    arguments.extend(inject.iter().flat_map(|inject| ["-e", inject]));
    let build = folder.command(&["build", "handbook"]);
    let mut command = under("strace", &arguments, &build, folder.root().parent().unwrap());
    // One thread of each kind, so that calls come in nearly the same order each time.
    let built = folder.run(command.env("RAYON_NUM_THREADS", "1"));
    let mut calls: BTreeMap<String, Vec<(bool, String)>> = BTreeMap::new();
    for line in fs::read_to_string(&log).unwrap().lines() {
        let (thread, said) = line.split_once(' ').unwrap();
        if !said.trim_start().starts_with("<...") {
            let known = calls.entry(thread.to_owned()).or_default();
            known.push((line.contains("(INJECTED)"), said.trim().to_owned()));
        } else if let Some(last) = calls.get_mut(thread).and_then(|calls| calls.last_mut()) {
            last.0 |= line.contains("(INJECTED)");
        }
    }
    fs::remove_file(log).unwrap();
    Traced { built, calls }
}

/// The numbers of the calls that concern the handbook, at most [`MOST`], those at the ends among them.
fn numbers(traced: &Traced, folder: &Folder) -> Vec<usize> {
    let root = folder.root().display().to_string();
    let concerns = |calls: &Vec<(bool, String)>| -> Vec<usize> {
        let ours = calls.iter().enumerate().filter(|(_, (_, said))| said.contains(&root));
        ours.map(|(at, _)| at + 1).collect()
    };
    let mut all: Vec<usize> = traced.calls.values().flat_map(concerns).collect();
    all.sort_unstable();
    all.dedup();
    let Some(last) = all.len().checked_sub(1) else { return all };
    let steps = last.min(MOST - 1);
    let mut chosen: Vec<usize> = (0..=steps).map(|n| all[n * last / steps.max(1)]).collect();
    chosen.dedup();
    chosen
}

/// What a message may call the files and folders that calls which failed were about. Of what is read, copied or
/// removed with the folder that it is in, the folder may be named.
fn about(traced: &Traced, folder: &Folder) -> Vec<String> {
    let root = folder.root();
    let failed = traced.calls.values().flatten().filter(|(failed, _)| *failed);
    let parts = failed.flat_map(|(_, said)| said.split(['"', '<', '>']));
    let ours = parts.filter_map(|part| Path::new(part).strip_prefix(&root).ok());
    let named = ours.flat_map(|path| {
        let least = if path.starts_with(".book.sternpost") { 2 } else { 1 };
        let length = path.components().count();
        path.ancestors().take((length + 1).saturating_sub(least).max(1))
    });
    let shown = named.map(|path| format!("handbook/{}", path.display()));
    shown.map(|path| path.trim_end_matches('/').to_owned()).collect()
}

/// Whether some of what the program says was lost.
fn is_silenced(traced: &Traced) -> bool {
    let mut failed = traced.calls.values().flatten().filter(|(failed, _)| *failed);
    // When a folder cannot be closed Rust's library ends what is being done, without a name.
    failed.any(|(_, said)| said.starts_with("write(2<") || said.starts_with("close("))
}

/// Lets each call of this kind fail with `error`, in first builds and in builds again, and holds each to the
/// promises. Gives how many were made to fail, and in how many of these the build failed.
fn try_each(call: &str, error: &str, kind: Kind) -> (usize, usize) {
    if !can(&[STRACE]) {
        return (1, 1);
    }
    let folder = Folder::new(&[]);
    let mut edition = 0;
    let begin = |edition: usize| {
        match kind {
            Kind::First => {
                for name in ["book", ".book.sternpost"] {
                    let _ = fs::remove_dir_all(folder.root().join(name));
                }
            }
            Kind::Again => {}
        }
        turn_to(&folder, edition);
    };
    if kind == Kind::Again {
        for number in 0..EDITIONS {
            turn_to(&folder, number);
            folder.site();
        }
    }
    begin(edition);
    let whole = traced(&folder, call, None);
    assert_eq!(whole.built.code, 0, "{}", whole.built.err);
    let (mut tried, mut failed) = (0, 0);
    for number in numbers(&whole, &folder) {
        edition = (edition + 1) % EDITIONS;
        begin(edition);
        let before = handbook::site(&folder);
        let how = format!("{call}:error={error}:when={number}");
        let hit = traced(&folder, call, Some(&how));
        let names = about(&hit, &folder);
        let what = format!("{how} ({kind:?}) in {names:?}");
        // What strace did to the terminal's lines or to the loader is no fault of the disk.
        if !names.is_empty() {
            tried += 1;
            failed += usize::from(hit.built.code != 0);
            let told = (!is_silenced(&hit)).then_some(&names[..]);
            assert_one_or_the_other(&folder, &hit.built, (&before, edition), told, &what);
        }
        assert_recovers(&folder, edition, &what);
    }
    println!("{call} {error} {kind:?}: {tried} tried, {failed} builds failed");
    (tried, failed)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    First,
    Again,
}

/// Both kinds of builds; some call must have been hit.
fn try_both(call: &str, error: &str) -> usize {
    let (first, failed) = try_each(call, error, Kind::First);
    let (again, failed_again) = try_each(call, error, Kind::Again);
    assert!(first + again > 0, "{call} was never hit");
    failed + failed_again
}

#[test]
fn a_full_disk_at_any_write() {
    assert!(try_both("write", "ENOSPC") > 0);
}

#[test]
fn a_full_disk_when_a_folder_is_made() {
    assert!(try_both("mkdir", "ENOSPC") > 0);
}

#[test]
fn a_file_that_cannot_be_opened() {
    assert!(try_both("openat", "EACCES") > 0);
}

#[test]
fn folders_that_cannot_change_places() {
    assert!(try_both("/rename", "EIO") > 0);
}

#[test]
fn folders_that_may_not_change_places() {
    assert!(try_both("/rename", "EACCES") > 0);
}

/// Disks without hard links: the file is written then.
#[test]
fn a_second_name_that_cannot_be_had() {
    let (tried, failed) = try_each("linkat", "EPERM", Kind::Again);
    assert!(tried > 0);
    assert_eq!(failed, 0);
}

#[test]
fn a_file_that_cannot_be_removed() {
    try_both("unlink", "EACCES");
    // By which whole folders are removed.
    try_both("unlinkat", "EACCES");
}

#[test]
fn a_file_that_cannot_be_closed() {
    try_both("close", "EIO");
}

#[test]
fn a_file_that_cannot_be_copied() {
    try_both("copy_file_range", "ENOSPC");
}

#[test]
fn a_file_that_cannot_be_read() {
    try_both("read", "EIO");
}

#[test]
fn a_folder_that_cannot_be_listed() {
    try_both("getdents64", "EIO");
}

#[test]
fn a_file_that_cannot_be_looked_at() {
    try_both("/statx|fstat", "EIO");
}
