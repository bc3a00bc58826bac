//! The preview can be searched a moment after it is up, and a moment after each change; what it answers is what a
//! build has.

use std::fs;

use crate::folder::Folder;
use crate::served::Served;

const ENTRY: &str = "pagefind/pagefind-entry.json";

fn handbook() -> Folder {
    Folder::new(&[
        ("book.toml", "[book]\ntitle = \"Leading\"\n"),
        ("content/trust.md", "# Trust\n\nIt is slow to come.\n"),
    ])
}

/// Waits until the index that is served is the one of a build.
fn until_as_built(served: &Served, folder: &Folder) {
    folder.site();
    let built = fs::read(folder.root().join("book").join(ENTRY)).unwrap();
    served.site.until(&format!("/{ENTRY}"), |answer| answer.status == 200 && answer.body == built);
}

#[test]
fn soon_after_it_is_up_and_after_each_change() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let script = "/pagefind/pagefind.js";
    let first = served.site.get(script);
    assert!(first.status == 200 || first.status == 503 && first.header("retry-after").is_some());
    let ready = served.site.until(script, |answer| answer.status == 200);
    assert_eq!(ready.header("content-type"), Some("text/javascript; charset=utf-8"));
    until_as_built(&served, &folder);
    folder.write("content/credit.md", "# Credit\n\nGive it.\n");
    until_as_built(&served, &folder);
    assert_eq!(served.site.get("/pagefind/pagefind-ui.js").status, 404);
    assert!(served.site.get("/search/").text().contains("<search "));
}

#[test]
fn not_where_that_is_off() {
    let folder = handbook();
    folder.write("book.toml", "[handbook]\nsearch = false\n");
    let served = Served::new(&folder, &[]);
    served.site.until_shows("/trust/", "slow to come");
    for address in ["/pagefind/pagefind.js", "/search/"] {
        assert_eq!(served.site.get(address).status, 404, "{address}");
    }
}
