//! The site is never half written, nothing is replaced that the program did not make, and nothing is
//! published that was not meant to be.

use std::fs;
use std::path::PathBuf;

use crate::crawl::files_below;
use crate::folder::Folder;

#[test]
fn a_folder_that_is_not_ours_is_never_replaced() {
    for (output, why) in [
        ("handbook/pictures", "holds files that sternpost did not write"),
        ("handbook", "your essays are in there"),
        (".", "your essays are in there"),
        ("handbook/content/site", "it lies among your essays"),
        ("handbook/content", "your essays are in there"),
        ("handbook/file", "is a file"),
        ("/", "the root of the disk"),
    ] {
        let folder =
            Folder::new(&[("content/a.md", "# A"), ("pictures/cat.txt", "meow"), ("file", "x")]);
        let before = files_below(&folder.root());
        let built = folder.build(&["--output", output]);
        assert_eq!(built.code, 2, "{output}");
        assert!(built.err.contains(why), "{output}: {}", built.err);
        let after = files_below(&folder.root());
        assert_eq!(before, after, "{output} changed something");
    }
}

#[test]
fn a_folder_called_book_with_essays_in_it_is_content() {
    let folder = Folder::new(&[("book/a.md", "# A")]);
    assert_eq!(folder.build(&[]).code, 2);
    let out = folder.root().join("../elsewhere");
    assert_eq!(folder.build(&["--output", "elsewhere"]).code, 0);
    assert!(out.join("book/a/index.html").is_file());
}

#[test]
fn what_is_gone_from_the_source_is_gone_from_the_site() {
    let folder = Folder::new(&[("a.md", "# A"), ("b.md", "# B")]);
    assert!(folder.site().has("b/index.html"));
    fs::remove_file(folder.root().join("b.md")).unwrap();
    let built = folder.site();
    assert!(
        built.has("a/index.html") && !built.has("b/index.html") && !built.has("book/a/index.html")
    );
}

#[test]
fn nothing_temporary_is_left_and_what_a_killed_run_left_is_removed() {
    let folder = Folder::new(&[
        ("content/a.md", "# A"),
        (".book.sternpost/next/half/index.html", "half"),
        (".book.sternpost/next/.sternpost", ""),
        (".book.sternpost/site.new", "half"),
    ]);
    folder.site();
    folder.site();
    let names = |folder: PathBuf| {
        let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    assert_eq!(names(folder.root()), [".book.sternpost", "book", "content"]);
    let mut kept = names(folder.root().join(".book.sternpost"));
    // These not while what was built may change without a trace.
    kept.retain(|name| !["last-build", "essays", "around"].iter().any(|part| name == part));
    assert_eq!(
        kept,
        [".gitignore", "CACHEDIR.TAG", "lock", "project", "related", "search", "site"]
    );
}

/// Where folders cannot be exchanged in one step, a run can be killed between two renames.
#[test]
fn a_site_that_was_moved_aside_comes_back() {
    let folder = Folder::new(&[
        ("content/a.md", "# A"),
        ("templates/page.html", "{{ wrong"),
        (".book.sternpost/old/.sternpost", ""),
        (".book.sternpost/old/index.html", "the old site"),
    ]);
    let built = folder.build(&[]);
    assert_eq!(built.code, 2);
    assert_eq!(built.read("index.html"), "the old site");
}

#[test]
fn secrets_and_hidden_files_are_not_published() {
    let folder = Folder::new(&[
        ("a.md", "# A\n\n[key](server.pem) [env](.env) [data](data.csv)"),
        ("server.pem", "secret"),
        ("id_ed25519", "secret"),
        (".env", "secret"),
        (".git/config", "secret"),
        ("node_modules/x/README.md", "# Not ours"),
        ("data.csv", "1,2"),
        ("notes.rb", "puts 1"),
        ("a.md~", "old"),
    ]);
    let built = folder.site();
    let files = built.files();
    let secret = files.iter().find(|(_, bytes)| bytes.as_slice() == b"secret");
    assert_eq!(secret, None);
    assert!(files.contains_key("data.csv") && !files.contains_key("notes.rb"));
    assert!(!files.keys().any(|path| path.contains("node_modules") || path.contains('~')));
}

#[cfg(unix)]
#[test]
fn links_on_disk_are_followed_inside_the_project_only() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[("content/a.md", "# A"), ("shared/b.md", "# Shared")]);
    let above = folder.root().parent().unwrap().to_owned();
    fs::write(above.join("private.md"), "# Private").unwrap();
    symlink(above.join("private.md"), folder.root().join("content/out.md")).unwrap();
    symlink("../shared", folder.root().join("content/in")).unwrap();
    symlink("..", folder.root().join("content/circle")).unwrap();
    symlink("nowhere.md", folder.root().join("content/dangling.md")).unwrap();
    let built = folder.site();
    assert!(built.has("in/b/index.html") && !built.has("out/index.html"));
    assert!(
        built.err.contains(
            "content/out.md is a link that leads out of the project, to ABOVE/private.md"
        ),
        "{}",
        built.err
    );
    assert!(built.err.contains("content/dangling.md"), "{}", built.err);
}
