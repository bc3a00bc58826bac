//! Two programs at one place at the same time.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::AsRawFd;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::handbook::{assert_recovers, clean, difference, site, turn_to};

/// Waits until a program said a line with this in it; gives what it said.
fn heard(said: &mut impl BufRead, wanted: &str) -> String {
    let mut all = String::new();
    while !all.contains(wanted) {
        assert!(said.read_line(&mut all).unwrap() > 0, "{wanted} is not in {all}");
    }
    all
}

fn spawned(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Holds the lock of the site as another build would, until it is dropped.
fn lock(folder: &Folder) -> fs::File {
    let lock =
        fs::File::options().write(true).open(folder.root().join(".book.sternpost/lock")).unwrap();
    lock.lock().unwrap();
    assert!(lock.as_raw_fd() > 0);
    lock
}

#[test]
fn the_second_build_waits_and_says_so() {
    let folder = Folder::new(&[]);
    turn_to(&folder, 0);
    folder.site();
    let held = lock(&folder);
    turn_to(&folder, 1);
    let mut second = spawned(&mut folder.command(&["build", "handbook"]));
    let mut said = BufReader::new(second.stderr.take().unwrap());
    heard(&mut said, "Another build of this site is at work; waiting until it is done.");
    assert_eq!(difference(&site(&folder), clean(0)), None);
    // What is saved meanwhile is part of it.
    turn_to(&folder, 2);
    drop(held);
    assert!(second.wait().unwrap().success());
    assert_eq!(difference(&site(&folder), clean(2)), None);
}

#[test]
fn a_build_of_another_project_waits_and_is_then_refused() {
    let folder = Folder::new(&[("../other/content/b.md", "# B\n")]);
    turn_to(&folder, 0);
    folder.site();
    let held = lock(&folder);
    let output = folder.root().join("book");
    let output = output.to_str().unwrap();
    let mut other = spawned(&mut folder.command(&["build", "other", "--output", output]));
    let mut said = BufReader::new(other.stderr.take().unwrap());
    heard(&mut said, "Another build");
    drop(held);
    assert_eq!(other.wait().unwrap().code(), Some(2));
    heard(&mut said, "holds the site of another project");
    assert_recovers(&folder, 0, "another project's build");
}

#[test]
fn many_builds_of_two_projects_leave_one_whole_site() {
    let folder = Folder::new(&[("../other/content/b.md", "# B\n")]);
    turn_to(&folder, 0);
    let output = folder.root().join("book");
    let output = output.to_str().unwrap();
    let projects = ["handbook", "other", "handbook", "other", "handbook", "other"];
    let build = |project: &&str| {
        let arguments = ["build", *project, "--quiet", "--output", output];
        spawned(&mut folder.command(&arguments))
    };
    let builds: Vec<Child> = projects.iter().map(build).collect();
    let codes: Vec<_> = builds.into_iter().map(|mut b| b.wait().unwrap().code().unwrap()).collect();
    // Whichever came first has the folder; the others were refused.
    let done =
        |project| projects.iter().zip(&codes).filter(|(p, c)| **p == project && **c == 0).count();
    let (own, other) = (done("handbook"), done("other"));
    assert!((own, other) == (3, 0) || (own, other) == (0, 3), "{codes:?}");
    let has_other = site(&folder).contains_key("b/index.html");
    assert_eq!(has_other, other == 3);
    assert!(has_other || difference(&site(&folder), clean(0)).is_none());
}

/// The preview writes nothing, so a build need not wait for it, and it shows what was built all the same.
#[test]
fn a_build_beside_a_running_preview() {
    let folder = Folder::new(&[]);
    turn_to(&folder, 0);
    let mut preview = spawned(&mut folder.command(&["serve", "handbook", "--port", "0"]));
    let mut said = BufReader::new(preview.stdout.take().unwrap());
    let start = heard(&mut said, "http://");
    let port = start.split("http://").nth(1).unwrap().split(['/', '\n', ' ']).next().unwrap();
    let port: u16 = port.rsplit(':').next().unwrap().parse().unwrap();
    for number in 0..3 {
        turn_to(&folder, number);
        let begin = Instant::now();
        assert_recovers(&folder, number, "a build beside the preview");
        assert!(begin.elapsed() < Duration::from_secs(20));
        let wanted = format!("Give it {number} times.");
        let bound = Instant::now();
        loop {
            let page = ask(port, "/credit/");
            if page.contains(&wanted) {
                break;
            }
            assert!(bound.elapsed() < Duration::from_secs(20), "{page}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    preview.kill().unwrap();
    preview.wait().unwrap();
    assert_eq!(difference(&site(&folder), clean(2)), None);
}

fn ask(port: u16, path: &str) -> String {
    use std::io::Write;
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
