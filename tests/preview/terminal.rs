//! What the author reads in the terminal, and how the program is stopped.

use std::fs;
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::served::{Served, until};

fn handbook() -> Folder {
    Folder::new(&[
        ("book.toml", "[book]\ntitle = \"Leading\"\n"),
        ("content/trust.md", "# Trust\n\nWords.\n"),
        ("content/team/credit.md", "# Credit\n\nGive it.\n"),
    ])
}

/// The lines that tell of changes, without the milliseconds.
fn changes(out: &str) -> Vec<&str> {
    let lines = out.lines().filter_map(|line| line.strip_suffix(" ms)")?.rsplit_once(" ("));
    lines.filter(|(_, took)| took.parse::<u32>().is_ok()).map(|(change, _)| change).collect()
}

#[test]
fn where_to_look() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let port = served.site.port;
    let out = served.out.until("Each saved change appears in the browser. Ctrl-C stops.\n");
    assert!(out.starts_with("“Leading”: 2 essays, read in "), "{out}");
    assert!(out.contains(&format!("\n\n  http://localhost:{port}/\n\n")), "{out}");
    assert!(!out.contains("taken"), "{out}");
}

#[test]
fn a_line_for_each_change() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let content = folder.root().join("content");
    let mut expected = Vec::new();
    let mut step = |change: &dyn Fn(), line: &'static str| {
        change();
        expected.push(line);
        let told = || changes(&served.out.all()).contains(&line).then_some(());
        until(line, told);
        assert_eq!(changes(&served.out.all()), expected);
    };
    step(
        &|| folder.write("content/trust.md", "# Trust\n\nOther words.\n"),
        "content/trust.md changed",
    );
    step(&|| folder.write("content/new.md", "# New\n"), "content/new.md is new");
    step(&|| fs::remove_file(content.join("new.md")).unwrap(), "content/new.md is gone");
    step(&|| folder.write("book.toml", "[book\n"), "book.toml changed");
    step(&|| folder.write("content/more.md", "# More\n"), "content/more.md is new");
    step(&|| fs::remove_file(folder.root().join("book.toml")).unwrap(), "book.toml is gone");
    step(
        &|| {
            let many = folder.root().join("many");
            for number in 0..5 {
                folder.write(&format!("many/{number}.md"), "# One");
            }
            fs::rename(many, content.join("many")).unwrap();
        },
        "content/many/0.md is new, content/many/1.md is new, content/many/2.md is new, and 2 more",
    );
    // What editors leave behind is not worth a line.
    folder.write("content/trust.md~", "litter");
    step(
        &|| folder.write("templates/page.html", "{% extends \"builtin/page.html\" %}"),
        "templates/page.html is new",
    );
}

#[test]
fn what_is_wrong_as_the_build_says_it_and_once() {
    let folder = handbook();
    folder.write("content/trust.md", "# Trust\n\nSee [credit](cerdit.md).\n");
    folder
        .write("content/odd.md", "+++\ntitel = 3\ndate = \"soon\"\n+++\n\n# Odd\n\n![x](no.png)\n");
    let built = folder.build(&[]);
    let diagnostics = |text: &str| {
        let mut parts: Vec<String> =
            text.split("\n\n").map(|part| part.trim().to_owned()).collect();
        parts.retain(|part| !part.is_empty());
        parts
    };
    let expected = diagnostics(&built.err);
    assert!(expected.len() > 2, "{expected:#?}");
    let served = Served::new(&folder, &[]);
    until("the diagnostics", || (diagnostics(&served.err.all()) == expected).then_some(()));
    // Told once: not again when something else changes, or was wrong for a while.
    folder.write("content/team/credit.md", "# Credit\n\nGive it soon.\n");
    served.out.until("content/team/credit.md changed");
    folder.write("book.toml", "[book\n");
    served.err.until("error[config]");
    folder.write("book.toml", "[book]\ntitle = \"Leading\"\n");
    served.catch_up(&folder);
    for diagnostic in &expected {
        assert_eq!(served.err.all().matches(diagnostic.as_str()).count(), 1, "{diagnostic}");
    }
    folder.write("content/trust.md", "# Trust\n\nNo more links.\n");
    folder.write("content/odd.md", "# Odd\n");
    served.out.until("Nothing is wrong any more.");
}

#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_opened_where_that_is_asked_for() {
    use std::os::unix::fs::PermissionsExt;
    let folder = handbook();
    let opened = folder.root().join("../opened");
    folder.write(
        "../programs/xdg-open",
        format!("#!/bin/sh\necho \"$1\" >> '{}'\n", opened.display()),
    );
    let program = folder.root().join("../programs/xdg-open");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let start = |arguments: &[&str]| {
        let mut command = folder.command(&["serve", "handbook", "--port", "0"]);
        Served::by(command.args(arguments).env("PATH", &path))
    };
    let unasked = start(&[]);
    let served = start(&["--open"]);
    let address = format!("http://localhost:{}/\n", served.site.port);
    until("the browser", || fs::read_to_string(&opened).ok().filter(|text| text.ends_with('\n')));
    assert_eq!(fs::read_to_string(&opened).unwrap(), address);
    drop(unasked);
}

/// Whether the number of folders that may be watched can be lowered for one program.
#[cfg(target_os = "linux")]
fn can_lower_watches() -> bool {
    let mut command = std::process::Command::new("unshare");
    command.args(["-Ur", "sh", "-c", "echo 3 > /proc/sys/user/max_inotify_watches"]);
    command.output().is_ok_and(|output| output.status.success())
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_system_tells_of_no_changes_they_are_looked_for() {
    if !can_lower_watches() {
        eprintln!(
            "skipped: this system does not let tests lower the number of watches (unshare -Ur)"
        );
        return;
    }
    let folder = handbook();
    for number in 0..6 {
        folder.write(&format!("content/part-{number}/essay.md"), "# Essay\n\nOld words.\n");
    }
    let serve = folder.command(&["serve", "handbook", "--port", "0"]);
    let lower = "echo 3 > /proc/sys/user/max_inotify_watches; exec \"$0\" \"$@\"";
    let mut command = std::process::Command::new("unshare");
    command.args(["-Ur", "sh", "-c", lower]).arg(serve.get_program()).args(serve.get_args());
    command.current_dir(serve.get_current_dir().unwrap());
    let served = Served::by(&mut command);
    let sentence = "Changes are looked for several times a second, since they are not announced: \
                    the system does not let this program watch so many folders.";
    served.out.until(sentence);
    for number in 0..6 {
        let start = Instant::now();
        folder.write(&format!("content/part-{number}/essay.md"), "# Essay\n\nNew words.\n");
        served.site.until_shows(&format!("/part-{number}/essay/"), "New words.");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
    folder.write("content/part-9/essay.md", "# Essay\n\nNewest words.\n");
    served.site.until_shows("/part-9/essay/", "Newest words.");
    assert_eq!(served.out.all().matches(sentence).count(), 1, "{}", served.out.all());
}

#[cfg(unix)]
#[test]
fn it_stops_at_once_even_while_browsers_listen() {
    use std::os::unix::process::ExitStatusExt;
    for signal in ["INT", "TERM"] {
        let folder = handbook();
        let mut served = Served::new(&folder, &[]);
        let events = served.site.events("/trust/");
        events.next();
        let start = Instant::now();
        let id = served.id().to_string();
        let sent = std::process::Command::new("kill").args(["-s", signal, &id]).status().unwrap();
        assert!(sent.success());
        let status = served.end();
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        let number = if signal == "INT" { 2 } else { 15 };
        assert_eq!(status.signal(), Some(number));
        assert!(!served.err.all().contains("panicked"), "{}", served.err.all());
    }
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = handbook();
    let built = folder.run(&mut folder.command(&["serve", "nowhere", "--port", "0"]));
    assert_eq!(built.code, 2);
    assert!(built.err.contains("cannot use nowhere: there is no such folder"), "{}", built.err);
    let built = folder.run(&mut folder.command(&["serve", "handbook", "--host", "192.0.2.77"]));
    assert_eq!(built.code, 2);
    assert!(built.err.contains("cannot listen at port 3000"), "{}", built.err);
}
