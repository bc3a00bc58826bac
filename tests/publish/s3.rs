//! The program against a store that speaks as S3 does.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::handbook::{Handbook, Run, count};
use crate::servers::{Object, S3};

const PREFIX: &str = "hand/book/";

fn small(s3: &S3) -> Handbook {
    let handbook = Handbook::new(&[
        ("book.toml", "[book]\ntitle = \"H\"\n[output.html]\nsite-url = \"https://h.example/\"\n"),
        ("index.md", "# Home\n\n[A](a.md)\n\n![A picture](pic ture#1.png)\n\n![x](x.svg)\n"),
        ("a.md", "---\ndate: 2026-01-02\n---\n# A\n\nText about trust.\n"),
        ("sub/ü.md", "# Ü\n"),
        ("pic ture#1.png", "GIF89a\x01\0\x01\0\0\0\0;"),
        ("x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ]);
    handbook.target("site", "s3://bucket/hand/book", &s3.endpoint());
    handbook
}

/// More essays than this, each with a picture, and the site has more than 1,000 files: more than a listing has at once.
const MANY: usize = 520;

/// A handbook of so many essays, each with a picture.
fn large(s3: &S3, essays: usize) -> Handbook {
    let handbook = Handbook::new(&[("book.toml", "[handbook]\nsearch = false\nprint = false\n")]);
    let mut list = "# Home\n\n".to_owned();
    for number in 0..essays {
        let next = (number + 1) % essays;
        let picture =
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><title>{number}</title></svg>");
        handbook.write(&format!("p/{number}.svg"), picture);
        let text = format!("# Essay {number}\n\n[on](e{next}.md)\n\n![{number}](p/{number}.svg)\n");
        handbook.write(&format!("e{number}.md"), text);
        list.push_str(&format!("- [{number}](e{number}.md)\n"));
    }
    handbook.write("index.md", list);
    handbook.target("site", "s3://bucket/hand/book", &s3.endpoint());
    handbook
}

fn bytes_of(objects: BTreeMap<String, Object>) -> BTreeMap<String, Vec<u8>> {
    let mut bytes: BTreeMap<_, _> =
        objects.into_iter().map(|(key, object)| (key, object.bytes)).collect();
    bytes.remove(".sternpost.json");
    bytes
}

/// Whether the table in the guide has this type, or this time.
fn is_in_guide(value: &str) -> bool {
    include_str!("../../docs/guide/publishing.md").contains(&format!("`{value}`"))
}

#[test]
fn what_lies_there_is_what_was_built_with_types_and_cache_headers() {
    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    let run = Run::of(&mut handbook.publish(&["-v"])).done();
    assert!(run.out.contains("+ sub/ü/index.html"), "{}", run.out);
    assert!(
        run.out.contains(" new, 0 changed, 0 removed) to s3://bucket/hand/book in "),
        "{}",
        run.out
    );
    let objects = s3.objects(PREFIX);
    for (path, kind, cache) in [
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("sub/ü/index.html", "text/html; charset=utf-8", "no-cache"),
        ("404.html", "text/html; charset=utf-8", "no-cache"),
        ("atom.xml", "application/atom+xml; charset=utf-8", "no-cache"),
        ("sitemap.xml", "text/xml; charset=utf-8", "no-cache"),
        ("robots.txt", "text/plain; charset=utf-8", "no-cache"),
        ("x.svg", "image/svg+xml", "public, max-age=3600"),
        ("pic ture#1.png", "image/png", "public, max-age=3600"),
        ("site.webmanifest", "application/manifest+json", "public, max-age=3600"),
        ("pagefind/pagefind.js", "text/javascript; charset=utf-8", "no-cache"),
        ("pagefind/pagefind-entry.json", "application/json", "no-cache"),
        (".sternpost.json", "application/json", "no-store"),
    ] {
        let object =
            objects.get(path).unwrap_or_else(|| panic!("{path} among {:?}", objects.keys()));
        assert_eq!((object.kind.as_str(), object.cache.as_str()), (kind, cache), "{path}");
        let in_guide = path == ".sternpost.json" || is_in_guide(kind) && is_in_guide(cache);
        assert!(in_guide, "{path}: the guide does not say {kind} and {cache}");
    }
    let forever = "public, max-age=31536000, immutable";
    for (start, end, kind) in [
        ("assets/style-", ".css", "text/css; charset=utf-8"),
        ("assets/app-", ".js", "text/javascript; charset=utf-8"),
        ("pagefind/fragment/", ".pf_fragment", "application/octet-stream"),
    ] {
        let found = objects.iter().find(|(path, _)| path.starts_with(start) && path.ends_with(end));
        let (path, object) = found.unwrap();
        assert_eq!((object.kind.as_str(), object.cache.as_str()), (kind, forever), "{path}");
        assert!(is_in_guide(kind) && is_in_guide(forever), "{path}");
    }
    assert_eq!(bytes_of(objects), handbook.build().bytes);
    // Again: there is nothing to do, and nothing is written.
    let (_, before) = crate::servers::get(&s3.address("hand/book/.sternpost.json"));
    let run = Run::of(&mut handbook.publish(&[])).done();
    assert!(run.out.contains("are at s3://bucket/hand/book as they should be"), "{}", run.out);
    let (_, after) = crate::servers::get(&s3.address("hand/book/.sternpost.json"));
    assert_eq!(before.bytes, after.bytes);
}

#[test]
fn a_dry_run_writes_nothing() {
    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    let summary =
        Run::of(&mut handbook.publish(&["--dry-run", "--format", "json"])).done().summary();
    assert_eq!(summary["published"], false);
    assert!(count(&summary, "new") > 20);
    assert!(s3.keys("").is_empty());
}

#[test]
fn strangers_are_named_and_never_touched() {
    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    s3.put("hand/book/notes/mine.txt", b"mine");
    s3.put("elsewhere.txt", b"mine too");
    let run = Run::of(&mut handbook.publish(&[])).done();
    assert!(run.out.contains("? notes/mine.txt"), "{}", run.out);
    std::fs::remove_file(handbook.root().join("a.md")).unwrap();
    handbook.write("index.md", "# Home\n");
    Run::of(&mut handbook.publish(&["--yes"])).done();
    let objects = bytes_of(s3.objects(""));
    assert_eq!(objects["hand/book/notes/mine.txt"], b"mine");
    assert_eq!(objects["elsewhere.txt"], b"mine too");
    assert!(!objects.contains_key("hand/book/a/index.html"));
}

#[test]
fn a_stranger_in_the_place_of_a_page_ends_it_unless_it_holds_the_same() {
    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    s3.put("hand/book/a/index.html", b"another site");
    for arguments in [&[][..], &["--yes"]] {
        let run = Run::of(&mut handbook.publish(arguments));
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(
            run.err.contains("holds a/index.html at the place of a file of the site"),
            "{}",
            run.err
        );
        assert_eq!(s3.keys("hand/").len(), 1);
    }
    let site = handbook.build();
    s3.put("hand/book/a/index.html", &site.bytes["a/index.html"]);
    Run::of(&mut handbook.publish(&[])).done();
    assert_eq!(bytes_of(s3.objects(PREFIX)), site.bytes);
    // From now on it is ours, with our headers.
    assert_eq!(s3.objects(PREFIX)["a/index.html"].cache, "no-cache");
}

#[test]
fn many_removals_need_a_yes() {
    let Some(s3) = S3::start() else { return };
    let handbook = large(&s3, 100);
    Run::of(&mut handbook.publish(&["-q"])).done();
    let before = s3.keys(PREFIX).len();
    for number in 0..30 {
        fs::remove_file(handbook.root().join(format!("e{number}.md"))).unwrap();
        fs::remove_file(handbook.root().join(format!("p/{number}.svg"))).unwrap();
    }
    let run = Run::of(&mut handbook.publish(&[]));
    assert_eq!(run.code, 2, "{}", run.out);
    let what = format!("60 of the {} files at s3://bucket/hand/book would be removed", before - 1);
    assert!(run.err.contains(&what) && run.err.contains("--yes"), "{}", run.err);
    assert_eq!(s3.keys(PREFIX).len(), before);
    Run::of(&mut handbook.publish(&["--yes"])).done();
    assert_eq!(s3.keys(PREFIX).len(), before - 60);
}

#[test]
fn a_killed_publish_leaves_a_complete_site_and_is_taken_up_again() {
    let Some(s3) = S3::start() else { return };
    let handbook = large(&s3, MANY);
    let site = handbook.build();
    assert!(site.bytes.len() > 1_000);
    // Killed in the middle of the pictures, and of the pages.
    for (at, most) in [(200, 520), (700, 1_000)] {
        let quiet = &mut handbook.publish(&["-q"]);
        let mut process = quiet.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while s3.keys(PREFIX).len() < at {
            assert!(begun.elapsed() < Duration::from_secs(120), "it does not get on");
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let live = bytes_of(s3.objects(PREFIX));
        assert!((at - 1..most + 100).contains(&live.len()), "{} files", live.len());
        crate::there::expect_complete(&live, &format!("{at} files"));
    }
    let missing = site.bytes.len() - bytes_of(s3.objects(PREFIX)).len();
    let run = Run::of(&mut handbook.publish(&["--format", "json"])).done();
    let summary = run.summary();
    assert_eq!((count(&summary, "new"), count(&summary, "changed")), (missing, 0));
    assert_eq!(summary["unchanged"], site.bytes.len() - missing);
    assert!(run.out.contains("began and did not end (by ana, at "), "{}", run.out);
    assert_eq!(bytes_of(s3.objects(PREFIX)), site.bytes);
}

#[test]
fn of_two_at_once_one_is_told_and_nothing_of_the_others_is_lost() {
    let Some(s3) = S3::start() else { return };
    let (one, other) = (large(&s3, 200), large(&s3, 200));
    one.write("e7.md", "# Of the first\n\n[only here](first.md)\n");
    one.write("first.md", "# First\n");
    other.write("e7.md", "# Of the second\n\n[only here](second.md)\n");
    other.write("second.md", "# Second\n");
    let command = &mut one.publish(&[]);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while s3.keys(PREFIX).len() < 50 {
        assert!(begun.elapsed() < Duration::from_secs(120), "it does not get on");
    }
    let second = Run::of(other.publish(&[]).env("USER", "ben"));
    let first = Run::from(process.wait_with_output().unwrap());
    // Which of them comes first at the manifest is chance.
    let (told, told_of, won, lost) = match first.code {
        0 => (second, "(ana, at ", one, other),
        _ => (first, "(ben, at ", other, one),
    };
    assert_eq!(told.code, 2, "{}{}", told.out, told.err);
    assert!(told.err.contains(told_of) && told.err.contains("publish again"), "{}", told.err);
    let live = bytes_of(s3.objects(PREFIX));
    for (path, bytes) in won.build().bytes {
        assert!(live.get(&path) == Some(&bytes), "{path}");
    }
    // And once more, as it was told to.
    Run::of(&mut lost.publish(&[])).done();
    assert_eq!(bytes_of(s3.objects(PREFIX)), lost.build().bytes);
}

#[test]
fn what_somebody_has_written_there_since_is_put_in_place_again() {
    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    Run::of(&mut handbook.publish(&[])).done();
    s3.put("hand/book/a/index.html", b"edited by hand");
    let summary = Run::of(&mut handbook.publish(&["--format", "json"])).done().summary();
    assert_eq!(summary["changed"], serde_json::json!(["a/index.html"]));
    assert_eq!(bytes_of(s3.objects(PREFIX)), handbook.build().bytes);
}

#[test]
fn a_damaged_manifest_removes_nothing_and_is_written_anew() {
    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    Run::of(&mut handbook.publish(&[])).done();
    s3.put("hand/book/.sternpost.json", b"{\"sternpost\": 1, \"fil");
    fs::remove_file(handbook.root().join("sub/ü.md")).unwrap();
    let run = Run::of(&mut handbook.publish(&["--format", "json"])).done();
    assert!(run.out.contains("cannot be read"), "{}", run.out);
    let summary = run.summary();
    assert_eq!(count(&summary, "removed"), 0);
    // A page that nobody knows of any more is a stranger, and stays.
    assert!(s3.keys(PREFIX).contains(&"sub/ü/index.html".to_owned()));
    // What is ours is known again.
    fs::remove_file(handbook.root().join("a.md")).unwrap();
    handbook.write("index.md", "# Home\n");
    Run::of(&mut handbook.publish(&["--yes"])).done();
    assert!(!s3.keys(PREFIX).contains(&"a/index.html".to_owned()));
    // A newer program's is left alone.
    s3.put("hand/book/.sternpost.json", b"{\"sternpost\": 99}");
    let run = Run::of(&mut handbook.publish(&[]));
    assert!(run.code == 2 && run.err.contains("a newer sternpost has published"), "{}", run.err);
}

#[test]
fn live_pages_are_verified() {
    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    // A server that shows folders' pages, over what lies in the store.
    let site = crate::refused::Site::over(handbook.build().bytes);
    let run = Run::of(&mut handbook.publish(&["--verify", &site.address()])).done();
    assert!(run.out.contains("all as they were built"), "{}", run.out);
    handbook.write("a.md", "# A\n\nOther text.\n");
    let run = Run::of(&mut handbook.publish(&["--dry-run", "--verify", &site.address()]));
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("a/index.html at http://127.0.0.1"), "{}", run.err);
    let run = Run::of(&mut handbook.publish(&["--dry-run", "--verify", "http://127.0.0.1:9/"]));
    assert!(run.code == 2 && run.err.contains("does not answer"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn keys_come_from_the_program_aws_where_the_environment_has_none() {
    use std::os::unix::fs::PermissionsExt;

    let Some(s3) = S3::start() else { return };
    let handbook = small(&s3);
    let tools = tempfile::tempdir().unwrap();
    let program = tools.path().join("aws");
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap());
    let publish = |script: &str| {
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = handbook.publish(&[]);
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        Run::of(command.env("PATH", &path).env("AWS_PROFILE", "work"))
    };
    let refused = publish("echo 'the session has ended' >&2; exit 255");
    assert_eq!(refused.code, 2, "{}", refused.out);
    assert!(refused.err.contains("aws sso login --profile work"), "{}", refused.err);
    let keys = r#"{"Version": 1, "AccessKeyId": "AKIAOFAWS", "SecretAccessKey": "hidden", "SessionToken": "t"}"#;
    let asked =
        format!("[ \"$*\" = 'configure export-credentials --format process' ] && echo '{keys}'");
    let run = publish(&asked).done();
    assert!(!run.out.contains("hidden") && !run.err.contains("hidden"));
    assert_eq!(bytes_of(s3.objects(PREFIX)), handbook.build().bytes);
}
