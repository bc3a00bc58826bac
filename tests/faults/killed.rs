//! A build that is killed at any moment.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::folder::Folder;
use crate::handbook::{self, EDITIONS, assert_recovers, clean, difference, turn_to};

/// How many builds of each kind are killed.
const TIMES: u32 = 50;

/// Starts a build and kills it after `moment`.
fn kill_at(folder: &Folder, moment: Duration) {
    let mut command = folder.command(&["build", "handbook"]);
    let mut build = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(moment);
    build.kill().unwrap();
    build.wait().unwrap();
}

/// How long a build takes here.
fn length_of(build: impl Fn()) -> Duration {
    let measure = || {
        let start = Instant::now();
        build();
        start.elapsed()
    };
    (0..3).map(|_| measure()).max().unwrap()
}

fn forget(folder: &Folder) {
    for name in ["book", ".book.sternpost"] {
        let _ = fs::remove_dir_all(folder.root().join(name));
    }
}

#[test]
fn a_first_build_that_is_killed_leaves_nothing_or_the_site() {
    let folder = Folder::new(&[]);
    turn_to(&folder, 0);
    let length = length_of(|| {
        forget(&folder);
        folder.site();
    });
    let mut random = Rng::with_seed(50);
    let mut unfinished = 0;
    for number in 0..TIMES {
        forget(&folder);
        let moment = length.mul_f64(1.2 * random.f64());
        kill_at(&folder, moment);
        let site = handbook::site(&folder);
        let what = format!("kill number {number} after {moment:?} of {length:?}");
        unfinished += u32::from(site.is_empty());
        assert!(site.is_empty() || difference(&site, clean(0)).is_none(), "{what}: a mixture");
        assert_recovers(&folder, 0, &what);
    }
    println!("{unfinished} of {TIMES} builds had no site yet");
    assert!(unfinished > 0, "no build was killed before its end");
}

#[test]
fn a_build_that_is_killed_leaves_the_old_site_or_the_new_one() {
    let folder = Folder::new(&[]);
    for number in 0..EDITIONS {
        turn_to(&folder, number);
        folder.site();
    }
    let edition = std::cell::Cell::new(0);
    let next = || {
        edition.set((edition.get() + 1) % EDITIONS);
        turn_to(&folder, edition.get());
    };
    let length = length_of(|| {
        next();
        folder.site();
    });
    let mut random = Rng::with_seed(51);
    let mut unfinished = 0;
    for number in 0..TIMES {
        let before = handbook::site(&folder);
        next();
        let moment = length.mul_f64(1.2 * random.f64());
        kill_at(&folder, moment);
        let site = handbook::site(&folder);
        let what = format!("kill number {number} after {moment:?} of {length:?}");
        let is_old = difference(&site, &before).is_none();
        unfinished += u32::from(is_old);
        let is_new = difference(&site, clean(edition.get())).is_none();
        assert!(is_old || is_new, "{what}: a mixture");
        // Some are killed again before one comes to its end.
        if random.u8(..3) > 0 {
            assert_recovers(&folder, edition.get(), &what);
        }
    }
    assert_recovers(&folder, edition.get(), "the last kill");
    println!("{unfinished} of {TIMES} builds left the old site");
    assert!(unfinished > 0, "no build was killed before its end");
}
