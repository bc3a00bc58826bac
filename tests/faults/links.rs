//! Links on disk lead nowhere out of the project, whenever they are made.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::crawl::files_below;
use crate::folder::{Built, Folder, PICTURE};
use crate::handbook::under;

/// What must never be in a site.
const SECRET: &str = "TopSecretWord";

fn assert_no_secret(folder: &Folder, built: &Built, what: &str) {
    let holds = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
    for place in ["book", ".book.sternpost"] {
        let files = files_below(&folder.root().join(place));
        let found = files.iter().find(|(_, bytes)| holds(bytes)).map(|(path, _)| path);
        assert_eq!(found, None, "{what}: the secret is in {place}");
    }
    assert!(!built.err.contains(SECRET), "{what}: {}", built.err);
}

/// A project beside which lies what is not to be published.
fn beside_secrets() -> Folder {
    let picture = [PICTURE.as_bytes(), SECRET.as_bytes()].concat();
    let folder = Folder::new(&[("content/trust.md", "# Trust\n")]);
    folder.write("../secrets/note.md", format!("# {SECRET}\n"));
    folder.write("../secrets/list.csv", SECRET);
    folder.write("../secrets/picture.gif", picture);
    folder.write("../secrets/.pages", format!("title: {SECRET}\n"));
    folder.write("../secrets/SUMMARY.md", format!("- [{SECRET}](trust.md)\n- [B](b.md)\n"));
    folder
}

#[test]
fn what_lies_outside_is_left_out_and_both_paths_are_named() {
    let folder = beside_secrets();
    folder.write(
        "content/all.md",
        "# All\n\n![p](p.gif) [l](l.csv) {{#include n.md}} {{#include ../beyond.md}} \
         [b](../beyond.csv) [f](f/list.csv)\n",
    );
    folder.write("content/b.md", "# B\n");
    let links = [
        ("content/n.md", "../../secrets/note.md"),
        ("content/l.csv", "../../secrets/list.csv"),
        ("content/p.gif", "../../secrets/picture.gif"),
        ("content/f", "../../secrets"),
        ("content/.pages", "../../secrets/.pages"),
        ("content/SUMMARY.md", "../../secrets/SUMMARY.md"),
        ("beyond.md", "../secrets/note.md"),
        ("beyond.csv", "../secrets/list.csv"),
    ];
    for (link, to) in links {
        symlink(to, folder.root().join(link)).unwrap();
    }
    let built = folder.site();
    assert_no_secret(&folder, &built, "links that lead out");
    for (link, to) in &links[..4] {
        let to = to.trim_start_matches("../");
        let told = format!("{link} is a link that leads out of the project, to ABOVE/{to}");
        assert!(built.err.contains(&told), "{told}: {}", built.err);
    }
    assert_eq!(folder.build(&["--strict"]).code, 1);
}

#[test]
fn a_content_folder_that_is_a_link_out_is_an_error() {
    let folder = Folder::new(&[("book.toml", "[book]\nsrc = \"essays\"\n")]);
    folder.write("../secrets/note.md", format!("# {SECRET}\n"));
    symlink("../secrets", folder.root().join("essays")).unwrap();
    let built = folder.build(&[]);
    assert_eq!(built.code, 2);
    let told = "essays is a link that leads out of the project, to ABOVE/secrets";
    assert!(built.err.contains(told), "{}", built.err);
    assert_no_secret(&folder, &built, "a content folder outside");
}

#[test]
fn links_inside_are_followed_once_and_circles_end() {
    let folder = Folder::new(&[
        ("content/trust.md", "# Trust\n\n![](ship.gif)\n"),
        ("shared/credit.md", "# Credit\n"),
        ("shared/ship.gif", PICTURE),
    ]);
    let root = folder.root();
    for (to, link) in [
        (Path::new("../shared"), "content/shared"),
        (&root.join("shared/ship.gif"), "content/ship.gif"),
        (Path::new(".."), "shared/up"),
        (Path::new("one"), "content/two"),
        (Path::new("two"), "content/one"),
        (Path::new("nowhere.md"), "content/dangling.md"),
        (Path::new("dangling.md"), "content/to-dangling.md"),
    ] {
        symlink(to, root.join(link)).unwrap();
    }
    let built = folder.site();
    assert!(built.has("shared/credit/index.html") && built.has("ship.gif"));
    assert!(!built.files().keys().any(|path| path.contains("up/")), "{:?}", built.files().keys());
    assert!(built.err.contains("content/shared/up is a link back to"), "{}", built.err);
    for name in ["one", "two", "dangling.md", "to-dangling.md"] {
        assert!(built.err.contains(&format!("content/{name}")), "{name}: {}", built.err);
    }
}

/// What can be waited for for ever.
#[test]
fn pipes_sockets_and_devices_do_not_hold_a_build_up() {
    let folder = Folder::new(&[(
        "content/trust.md",
        "# Trust\n\n![](pipe.png) {{#include pipe.md}} {{#include ../pipe.md}} [p](../pipe.csv)\n",
    )]);
    let pipes = [
        "content/pipe.md",
        "content/pipe.png",
        "content/pipe.csv",
        "content/.pages",
        "content/SUMMARY.md",
        "content/_category_.json",
        "content/_index.md",
        ".gitbook.yaml",
        "_config.yml",
        "mkdocs.yml",
        "config.toml",
        "sidebars.js",
        "CNAME",
        "pipe.md",
        "pipe.csv",
        "templates/page.html",
        "static/pipe.pdf",
        ".book.sternpost/essays",
        ".book.sternpost/site",
        ".book.sternpost/last-build",
        ".book.sternpost/pictures",
        ".book.sternpost/search",
        ".book.sternpost/project",
    ];
    for pipe in pipes {
        let pipe = folder.root().join(pipe);
        fs::create_dir_all(pipe.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    let socket = folder.root().join("content/socket.md");
    let _socket = std::os::unix::net::UnixListener::bind(socket).unwrap();
    symlink("/dev/zero", folder.root().join("content/zero.md")).unwrap();
    symlink("/dev/stdin", folder.root().join("content/stdin.md")).unwrap();
    let above = folder.root().parent().unwrap().to_owned();
    for (command, code) in [("build", 0), ("check", 1), ("build", 0)] {
        let program = folder.command(&[command, "handbook"]);
        let ran = folder.run(&mut under("timeout", &["30"], &program, &above));
        assert_eq!(ran.code, code, "{command}: {}", ran.err);
        assert!(ran.err.contains("pipe.png") && ran.err.contains("pipe.csv"), "{}", ran.err);
    }
    assert!(folder.root().join("book/trust/index.html").is_file());
}

/// Lets `path` lead here and there by turns, as fast as it can, until told to stop.
fn flip(path: PathBuf, inside: PathBuf, outside: PathBuf, stop: &AtomicBool) {
    let draft =
        path.with_file_name(format!(".flip-{}", path.file_name().unwrap().to_string_lossy()));
    while !stop.load(Ordering::Relaxed) {
        for target in [&outside, &inside] {
            let _ = fs::remove_file(&draft);
            symlink(target, &draft).unwrap();
            fs::rename(&draft, &path).unwrap();
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

/// A link that leads to a good file whenever it is looked at, and to a secret when it is read: with luck, which
/// many builds have.
#[test]
fn a_link_that_is_exchanged_during_the_build_leaks_nothing() {
    let folder = beside_secrets();
    let root = folder.root();
    let secrets = root.parent().unwrap().join("secrets");
    folder.write("content/note.md", "# Note\n");
    folder.write(
        "content/all.md",
        "# All\n\n![p](picture.gif) [l](list.csv) ![p](f/picture.gif) [l](f/list.csv)\n\n\
         {{#include part.md}}\n\n{{#include ../beyond.md}}\n\n[b](../beyond.csv)\n",
    );
    let good = [
        ("note.md", "# Good\n"),
        ("list.csv", "good"),
        ("picture.gif", PICTURE),
        (".pages", "title: Good\n"),
        ("SUMMARY.md", "- [Good](trust.md)\n- [B](b.md)\n"),
    ];
    for (name, text) in good {
        folder.write(&format!("good/{name}"), text);
    }
    let flipped = [
        ("content/note.md", "note.md"),
        ("content/part.md", "note.md"),
        ("content/list.csv", "list.csv"),
        ("content/picture.gif", "picture.gif"),
        ("content/f", ""),
        ("content/SUMMARY.md", "SUMMARY.md"),
        ("beyond.md", "note.md"),
        ("beyond.csv", "list.csv"),
    ];
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (path, name) in flipped {
            let (path, inside) = (root.join(path), root.join("good").join(name));
            let (outside, stop) = (secrets.join(name), &stop);
            scope.spawn(move || flip(path, inside, outside, stop));
        }
        let result = std::panic::catch_unwind(|| {
            for number in 0..BUILDS {
                if number % 10 == 0 {
                    let _ = fs::remove_dir_all(root.join(".book.sternpost"));
                }
                let built = folder.build(&[]);
                assert!([0, 2].contains(&built.code), "{}", built.err);
                assert_no_secret(&folder, &built, &format!("build {number}"));
            }
        });
        stop.store(true, Ordering::Relaxed);
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

/// How many builds are made while links are exchanged.
const BUILDS: usize = 40;
