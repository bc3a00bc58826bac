//! Two who publish to one place at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use object_store::memory::InMemory;
use sternpost::publish::{Manner, Plan, Stamp, carry};

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
    for live in [InMemory::new(), published(&InMemory::new(), &before)] {
        let store = Arc::new(Breaking::over(&live, Breaks::Never));
        let place = target(&store);
        let manner = Manner { now: NOW, keep: 30 * DAY };
        let plan = Plan::of(&place, &one.files, manner).unwrap();
        publish(&store, &other, NOW).unwrap();
        let live = held(&store.store());
        let told = carry(&place, &plan, &stamp("ben"), &|_| {}).unwrap_err();
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
    let place = target(&store);
    let manner = Manner { now: NOW, keep: 30 * DAY };
    let plan = Plan::of(&place, &one.files, manner).unwrap();
    // After its second file the other begins, and goes on to its end while this one puts what it has begun to.
    let count = AtomicUsize::new(0);
    let told = carry(&place, &plan, &stamp("ben"), &|_| {
        if count.fetch_add(1, Ordering::SeqCst) == 1 {
            publish(&store, &other, NOW).unwrap();
        }
    });
    let told = told.unwrap_err();
    assert!(
        told.message.contains("somebody else has published there (ana, at "),
        "{}",
        told.message
    );
    let live = held(&store.store());
    for (path, bytes) in &other.bytes {
        assert!(live.get(path) == Some(bytes), "{path}");
    }
    assert!(!live.contains_key("c/index.html"));
}
