//! Publishing to a folder, which lies on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;

use crate::crawl::files_below;
use crate::handbook::{Handbook, Run, count, write_below};
use crate::there::{expect_complete, expect_site};

/// A handbook that is published to a folder.
struct Published {
    dir: TempDir,
    handbook: Handbook,
}

impl Published {
    fn new() -> Published {
        let published =
            Published { dir: tempfile::tempdir().unwrap(), handbook: Handbook::small() };
        let table = format!("[publish.site]\nto = \"{}\"\n", published.folder().display());
        published.handbook.write("book.toml", table);
        published
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("srv/www")
    }

    fn publish(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.handbook.publish(arguments))
    }

    fn summary(&self) -> serde_json::Value {
        self.publish(&["--format", "json"]).done().summary()
    }

    /// What a web server would show.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = files_below(&self.folder());
        files.retain(|path, _| !path.starts_with(".sternpost.aside/"));
        files
    }

    fn expect_site(&self, others: &[&str]) {
        expect_site(self.files(), &self.handbook, others);
    }

    fn put(&self, path: &str, text: &str) {
        write_below(&self.folder(), path, text);
    }
}

#[test]
fn what_was_built_is_there_byte_for_byte() {
    let published = Published::new();
    published.publish(&["--dry-run"]).done();
    assert!(!published.folder().exists());
    published.publish(&["-v"]).done();
    published.expect_site(&[]);
    let again = published.publish(&[]).done();
    assert!(again.out.contains("as they should be"), "{}", again.out);
    assert_eq!(fs::read_dir(published.folder().join(".sternpost.aside")).unwrap().count(), 1);

    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    published.handbook.write("deep/er/b.md", "# B\n");
    published.publish(&[]).done();
    published.expect_site(&[]);
    fs::remove_dir_all(published.handbook.root().join("deep")).unwrap();
    let summary = published.summary();
    assert_eq!(summary["removed"].as_array().unwrap().last().unwrap(), "deep/index.html");
    published.expect_site(&[]);
    assert!(!published.folder().join("deep").exists(), "an empty folder is left");
}

#[test]
fn what_others_keep_there_stays() {
    let published = Published::new();
    published.put("photos/1.jpg", "not ours");
    published.put("empty/.keep", "");
    fs::remove_file(published.folder().join("empty/.keep")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", published.folder().join("link")).unwrap();
    let run = published.publish(&["-v"]).done();
    assert!(run.out.contains("? photos/1.jpg") && run.out.contains("? link"), "{}", run.out);
    assert!(!run.out.contains("/etc"), "{}", run.out);
    published.expect_site(&["photos/1.jpg", "link"]);
    assert!(published.folder().join("empty").is_dir());

    // At the place of a file of the site it is not written over.
    published.put("b/index.html", "mine");
    published.handbook.write("b.md", "# B\n");
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("holds b/index.html"), "{}", run.err);
    assert_eq!(fs::read(published.folder().join("b/index.html")).unwrap(), b"mine");
    // Unless it holds the same.
    let built = published.handbook.build().bytes;
    fs::write(published.folder().join("b/index.html"), &built["b/index.html"]).unwrap();
    published.publish(&[]).done();
    published.expect_site(&["photos/1.jpg", "link"]);
}

#[test]
fn links_do_not_lead_out() {
    let published = Published::new();
    let other = published.dir.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::create_dir_all(published.folder()).unwrap();
    std::os::unix::fs::symlink(&other, published.folder().join("b")).unwrap();
    published.handbook.write("b.md", "# B\n");
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("holds b, so b/index.html cannot be put there"), "{}", run.err);
    assert_eq!(fs::read_dir(&other).unwrap().count(), 0);
    // Nor when something is removed: the page moved since, and a link came to its place.
    fs::remove_file(published.folder().join("b")).unwrap();
    published.publish(&[]).done();
    fs::rename(published.folder().join("b"), other.join("b")).unwrap();
    std::os::unix::fs::symlink(other.join("b"), published.folder().join("b")).unwrap();
    fs::remove_file(published.handbook.root().join("b.md")).unwrap();
    published.publish(&[]).done();
    assert!(other.join("b/index.html").is_file());
}

#[test]
fn a_file_of_ours_makes_way_for_a_folder() {
    let published = Published::new();
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    published.handbook.write("b.svg", picture);
    published.handbook.write("a.md", "# A\n\n![](b.svg)\n");
    published.publish(&[]).done();
    assert!(published.folder().join("b.svg").is_file());
    fs::remove_file(published.handbook.root().join("b.svg")).unwrap();
    published.handbook.write("a.md", "# A\n");
    published.handbook.write("b.svg.md", "# B\n");
    published.publish(&[]).done();
    assert!(published.folder().join("b.svg/index.html").is_file());
    published.expect_site(&[]);
    // A stranger's does not.
    published.put("c", "mine");
    published.handbook.write("c.md", "# C\n");
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("holds c, so c/index.html"), "{}", run.err);
    assert_eq!(fs::read(published.folder().join("c")).unwrap(), b"mine");
}

#[test]
fn what_somebody_wrote_since_is_replaced_but_not_removed() {
    let published = Published::new();
    published.publish(&[]).done();
    published.put("index.html", "by hand");
    published.put("a/index.html", "by hand");
    fs::remove_file(published.handbook.root().join("a.md")).unwrap();
    published.handbook.write("index.md", "# Home\n\n![](p.svg)\n");
    published.publish(&[]).done();
    published.expect_site(&["a/index.html"]);
    assert_eq!(fs::read(published.folder().join("a/index.html")).unwrap(), b"by hand");
}

#[test]
fn many_removals_are_confirmed() {
    let published = Published::new();
    for number in 0..20 {
        published.handbook.write(&format!("e{number}.md"), format!("# E {number}\n"));
    }
    published.publish(&[]).done();
    for number in 0..20 {
        fs::remove_file(published.handbook.root().join(format!("e{number}.md"))).unwrap();
    }
    let before = published.files();
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("would be removed"), "{}", run.err);
    assert!(published.files() == before);
    published.publish(&["--yes"]).done();
    published.expect_site(&[]);
}

#[test]
fn killed_at_any_moment_what_is_there_is_complete() {
    let published = Published::new();
    published.handbook.write_ring(40);
    published.publish(&[]).done();
    let mut random = fastrand::Rng::with_seed(8);
    let mut cuts = 0;
    for round in 0..12 {
        published.handbook.write_round(round, (0..8).map(|_| random.usize(0..40)));
        if round > 0 {
            let last = round - 1;
            for ending in ["md", "svg"] {
                let file = format!("many/new{last}.{ending}");
                fs::remove_file(published.handbook.root().join(file)).unwrap();
            }
            for number in 0..40 {
                let file = published.handbook.root().join(format!("many/e{number}.md"));
                let text = fs::read_to_string(&file).unwrap();
                fs::write(&file, text.replace(&format!("new{last}.md"), "e2.md")).unwrap();
            }
        }
        // What is built is not what is killed.
        published.publish(&["--dry-run"]).done();
        let before = fs::read(published.folder().join(".sternpost.json")).unwrap();
        let mut command = published.handbook.publish(&[]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Until the manifest says that it has begun, or it has ended.
        while fs::read(published.folder().join(".sternpost.json")).unwrap() == before
            && child.try_wait().unwrap().is_none()
        {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(random.u64(0..9000)));
        let _ = child.kill();
        let was_cut = !child.wait().unwrap().success();
        cuts += usize::from(was_cut);
        let live = published.files();
        expect_complete(&live, &format!("round {round}"));
    }
    published.publish(&[]).done();
    published.expect_site(&[]);
    assert!(cuts > 0, "no publish was cut off");
}

#[test]
fn after_a_cut_only_what_is_missing_is_sent() {
    let published = Published::new();
    published.publish(&[]).done();
    // As a cut leaves it: begun, with some of the files there.
    published.handbook.write("b.md", "# B\n");
    published.handbook.write("index.md", "# Home\n\n[A](a.md) [B](b.md)\n\n![](p.svg)\n");
    let file = published.folder().join(".sternpost.json");
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let built = published.handbook.build();
    let coming = |path: &str| {
        let file = built.files.iter().find(|file| file.path == path).unwrap();
        serde_json::json!({ "role": "page", "hash": file.hash.to_string(), "at": 1 })
    };
    manifest["begun"] = serde_json::json!({
        "stamp": { "by": "ana", "at": 1, "run": "x" },
        "files": { "b/index.html": coming("b/index.html"), "index.html": coming("index.html") },
    });
    fs::write(&file, manifest.to_string()).unwrap();
    let page = String::from_utf8(built.bytes["b/index.html"].clone()).unwrap();
    published.put("b/index.html", &page);
    let summary = published.summary();
    let changed = summary["changed"].as_array().unwrap();
    assert!(changed.contains(&"index.html".into()), "{summary}");
    assert!(!summary.to_string().contains("b/index.html"), "{summary}");
    published.expect_site(&[]);

    // And what it put there is removed if it is not wanted any more.
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    manifest["begun"] = serde_json::json!({
        "stamp": { "by": "ana", "at": 1, "run": "x" },
        "files": { "c/index.html": coming("b/index.html") },
    });
    fs::write(&file, manifest.to_string()).unwrap();
    published.put("c/index.html", "of a publish that was cut off");
    assert_eq!(published.summary()["removed"], serde_json::json!(["c/index.html"]));
    published.expect_site(&[]);
}

#[test]
fn of_two_at_once_one_is_told() {
    let published = Published::new();
    published.publish(&[]).done();
    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    let lock = fs::File::options()
        .write(true)
        .open(published.folder().join(".sternpost.aside/lock"))
        .unwrap();
    lock.lock().unwrap();
    let before = published.files();
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("somebody else is publishing there at this moment"), "{}", run.err);
    assert!(published.files() == before);
    drop(lock);
    published.publish(&[]).done();
    published.expect_site(&[]);
}

#[test]
fn folders_that_are_in_use_are_refused() {
    let handbook = Handbook::new(&[("essays/index.md", "# Home\n")]);
    for (to, why) in [
        ("./book", "where the site is built"),
        ("./book/x", "where the site is built"),
        ("./essays/www", "among your essays"),
        ("../", "your essays are in there"),
        ("/", "your essays are in there"),
    ] {
        let book = format!("[book]\nsrc = \"essays\"\n[publish.site]\nto = \"{to}\"\n");
        handbook.write("book.toml", book);
        let run = Run::of(&mut handbook.publish(&[]));
        assert_eq!(run.code, 2);
        assert!(run.err.contains(why), "{to}: {}", run.err);
    }
    handbook.write("book.toml", "[book]\nsrc = \"essays\"\n[publish.site]\nto = \"./www\"\n");
    let summary = Run::of(&mut handbook.publish(&["--format", "json"])).done().summary();
    assert!(count(&summary, "new") > 0);
    assert!(handbook.root().join("www/index.html").is_file());
}

#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let published = Published::new();
    fs::create_dir_all(published.dir.path().join("srv")).unwrap();
    fs::write(published.folder(), "a file").unwrap();
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("srv/www"), "{}", run.err);
}

#[test]
fn a_folder_of_ours_makes_way_for_a_file() {
    let published = Published::new();
    published.handbook.write("talk.md", "# Talk\n");
    published.publish(&[]).done();
    assert!(published.folder().join("talk/index.html").is_file());
    fs::remove_file(published.handbook.root().join("talk.md")).unwrap();
    published.handbook.write("talk", "notes without an ending");
    published.handbook.write("a.md", "# A\n\nSee [home](index.md) and [the notes](talk).\n");
    published.publish(&["--yes"]).done();
    assert!(published.folder().join("talk").is_file());
    published.expect_site(&[]);
}

#[test]
fn what_others_have_in_the_way_is_told_before_anything_is_written() {
    let published = Published::new();
    published.put("a", "somebody's notes");
    let run = published.publish(&["--dry-run"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("holds a, so a/index.html cannot be put there"), "{}", run.err);
    assert_eq!(published.publish(&[]).code, 2);
    assert_eq!(published.files().keys().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn what_others_have_changed_is_told_and_replaced() {
    let published = Published::new();
    published.publish(&[]).done();
    published.put("a/index.html", "mended by hand");
    let run = published.publish(&[]).done();
    assert!(run.err.contains("somebody else has changed a/index.html"), "{}", run.err);
    published.expect_site(&[]);
}
