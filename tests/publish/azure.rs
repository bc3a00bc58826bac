//! The program against a store that speaks as Azure does.

use std::fs;

use crate::handbook::{Handbook, Run, count};
use crate::servers::Azure;

#[test]
fn a_handbook_goes_to_azure_and_changes_there() {
    let Some(azure) = Azure::start() else { return };
    let handbook = Handbook::new(&[
        ("book.toml", "[book]\ntitle = \"H\"\n"),
        ("index.md", "# Home\n\n[A](a.md)\n"),
        ("a.md", "# A\n"),
        ("b b.md", "# B\n"),
    ]);
    handbook.target("azure", "az://container/hand", &azure.endpoint());
    Run::of(&mut handbook.publish(&[])).done();
    let live = |site: &std::collections::BTreeMap<String, Vec<u8>>| {
        for (path, bytes) in site {
            let escaped = path.replace(' ', "%20");
            let (status, object) = azure.get(&format!("hand/{escaped}"));
            assert!(status == 200 && object.bytes == *bytes, "{path}: {status}");
        }
    };
    let site = handbook.build().bytes;
    live(&site);
    let (_, page) = azure.get("hand/index.html");
    assert_eq!((page.kind.as_str(), page.cache.as_str()), ("text/html; charset=utf-8", "no-cache"));
    let style = site.keys().find(|path| path.starts_with("assets/style-")).unwrap();
    let (_, style) = azure.get(&format!("hand/{style}"));
    assert_eq!(style.cache, "public, max-age=31536000, immutable");
    let again = Run::of(&mut handbook.publish(&["--format", "json"])).done().summary();
    assert_eq!((count(&again, "new"), count(&again, "changed")), (0, 0));
    // The manifest bears the version that the store gives it.
    fs::remove_file(handbook.root().join("b b.md")).unwrap();
    handbook.write("a.md", "# A\n\nMore.\n");
    let summary = Run::of(&mut handbook.publish(&["--yes", "--format", "json"])).done().summary();
    assert!(count(&summary, "changed") > 0 && count(&summary, "removed") > 0, "{summary}");
    live(&handbook.build().bytes);
    assert_eq!(azure.get("hand/b%20b/index.html").0, 404);
}
