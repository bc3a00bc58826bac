//! Two who publish to one place at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use object_store::memory::InMemory;
use sternpost::publish::{Manner, Plan, Stamp, Target, Trouble, carry};

use crate::cut::{DAY, NOW, first, publish, published, target};
use crate::handbook::Built;
use crate::memory::{Breaking, Breaks, held};

fn stamp(by: &str) -> Stamp {
    Stamp::new(by.to_owned(), Timestamp::from_second(NOW).unwrap())
}

/// A site, and two others that came of it.
fn sites() -> [Built; 3] {
    let handbook = first();
    let before = handbook.build();
    handbook.write("a.md", "# A\n\n[C](c.md)\n");
    handbook.write("c.md", "# C\n\nOf ana.\n");
    let one = handbook.build();
    std::fs::remove_file(handbook.root().join("c.md")).unwrap();
    handbook.write("a.md", "# A\n\n[D](d.md)\n");
    handbook.write("d.md", "# D\n\nOf ben.\n");
    [before, one, handbook.build()]
}

#[test]
fn who_planned_before_another_published_is_told_and_changes_nothing() {
    let [before, one, other] = sites();
    let full = published(&InMemory::new(), &before);
    for (live, breaks) in [
        (InMemory::new(), Breaks::Never),
        (full.fork(), Breaks::Never),
        (InMemory::new(), Breaks::Unconditional),
        (full.fork(), Breaks::Unconditional),
    ] {
        let store = Arc::new(Breaking::over(&live, breaks));
        let place = target(&store);
        let manner = Manner { now: NOW, keep: 30 * DAY };
        let plan = Plan::of(&place, &one.files, manner).unwrap();
        publish(&store, &other, NOW).unwrap();
        let live = held(&store.store());
        let told = carry(&place, &plan, &stamp("ben"), &|| {}).unwrap_err();
        assert!(
            told.message.contains("has published there (ana, at 2027-01-15"),
            "{}",
            told.message
        );
        assert_eq!(held(&store.store()), live);
        publish(&store, &one, NOW).unwrap();
        assert_eq!(held(&store.store())["c/index.html"], one.bytes["c/index.html"]);
    }
}

#[test]
fn who_is_overtaken_in_the_middle_stops_and_what_it_wrote_over_is_put_again() {
    let [before, one, other] = sites();
    let live = published(&InMemory::new(), &before);
    let store = Arc::new(Breaking::over(&live, Breaks::Never));
    let done = Arc::new(AtomicBool::new(false));
    // When the first is about to put a page, the other begins. It has put its own before the first gets on.
    let second = {
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        move || {
            let was = held(&store.store())["a/index.html"].clone();
            let place = Arc::clone(&store);
            thread::spawn(move || {
                publish(&place, &other, NOW).unwrap();
                assert_eq!(held(&place.store())["a/index.html"], other.bytes["a/index.html"]);
                for (path, bytes) in &other.bytes {
                    assert!(held(&place.store()).get(path) == Some(bytes), "{path}");
                }
                done.store(true, Ordering::SeqCst);
            });
            let begun = Instant::now();
            while held(&store.store())["a/index.html"] == was {
                assert!(begun.elapsed() < Duration::from_secs(60), "the other does not get on");
                thread::sleep(Duration::from_millis(5));
            }
        }
    };
    let first = Arc::new(store.before("a/index.html", second));
    let place = target(&first);
    let plan = Plan::of(&place, &one.files, Manner { now: NOW, keep: 30 * DAY }).unwrap();
    let told = carry(&place, &plan, &stamp("ben"), &|| {}).unwrap_err();
    assert!(
        told.message.contains("somebody else has begun to publish there (ana, at "),
        "{}",
        told.message
    );
    // It has written over the other's page, who does not know it yet.
    assert_eq!(held(&store.store())["a/index.html"], one.bytes["a/index.html"]);
    let begun = Instant::now();
    while !done.load(Ordering::SeqCst) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the other does not come to its end");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(!held(&store.store()).contains_key("c/index.html"));
}

#[test]
fn a_manifest_that_was_put_twice_since_the_answer_was_lost_is_ones_own() {
    let place = target(&Arc::new(Breaking::over(&InMemory::new(), Breaks::Never)));
    let version = place.commit(b"one", None, "").unwrap();
    assert_eq!(place.commit(b"one", None, "").unwrap(), version);
    let next = place.commit(b"two", Some(&version), "").unwrap();
    assert_eq!(place.commit(b"two", Some(&version), "").unwrap(), next);
    assert!(matches!(place.commit(b"three", Some(&version), ""), Err(Trouble::Overtaken)));
    assert!(matches!(place.commit(b"three", None, ""), Err(Trouble::Overtaken)));
}
