//! The guide's first hour, as somebody lives it: in an empty folder, at a terminal, each line as the guide has it, to
//! an essay that is shown and changed.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::terminal::Terminal;

const GUIDE: &str = include_str!("../../docs/guide/first-hour.md");

/// How long to wait for a page to change.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the shell shows when it waits for a line.
const PROMPT: &str = "ready> ";

/// The lines that the guide tells readers to type, in order.
fn lines() -> Vec<&'static str> {
    let blocks = GUIDE.split("\n```sh\n").skip(1);
    blocks.flat_map(|block| block.split("\n```").next().unwrap().lines()).collect()
}

/// What the preview at `host` answers for `path`.
fn page(host: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The host and port in the address that the preview prints.
fn host_in(shown: &str) -> String {
    let (_, rest) = shown.split_once("http://").unwrap();
    let host = rest.split(|c: char| !(c.is_ascii_alphanumeric() || ".:-".contains(c))).next();
    host.unwrap().replace("localhost", "127.0.0.1")
}

#[test]
fn from_nothing_to_an_essay_that_is_shown_and_changed() {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_sternpost"));
    let paths = std::env::var("PATH").unwrap_or_default();
    let terminal = Terminal::run("sh", |command| {
        command.current_dir(folder.path()).env("BROWSER", "true");
        command.env("PATH", format!("{}:{paths}", program.parent().unwrap().display()));
        command.env_remove("ENV");
    });
    let Some(mut terminal) = terminal else { return };
    // Written in another way than it shows, so that the echo of what is typed is not taken for it.
    terminal.type_in("PS1=ready\\>\\ \r");
    let essay = folder.path().join("handbook/content/first-essay.md");
    let mut typed = Vec::new();
    for line in lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[0], "sternpost", "{line}");
        terminal.wait_for(PROMPT);
        // On a machine that runs other tests the usual port may be taken; the preview then takes another.
        terminal.type_in(&format!("{line}\r"));
        match words[1] {
            "--version" => {
                terminal.wait_for(concat!("sternpost ", env!("CARGO_PKG_VERSION")));
            }
            "init" => {
                terminal.wait_for("Next, type:");
            }
            "serve" => {
                terminal.wait_for("http://");
                let address = format!("http://{}", terminal.wait_for("\n"));
                let host = host_in(&address);
                assert!(page(&host, "/first-essay/").contains("Change this sentence"));
                let text = fs::read_to_string(&essay).unwrap();
                let changed = text.replace("Change this sentence", "We changed this sentence");
                fs::write(&essay, changed).unwrap();
                let bound = Instant::now();
                while !page(&host, "/first-essay/").contains("We changed this sentence") {
                    assert!(bound.elapsed() < PATIENCE, "the page stays as it was");
                    std::thread::sleep(Duration::from_millis(20));
                }
                terminal.type_in("\u{3}");
            }
            "new" => {
                terminal.wait_for("content/giving-credit-in-public.md\r\n");
                assert!(
                    folder.path().join("handbook/content/giving-credit-in-public.md").is_file()
                );
            }
            "check" => {
                terminal.wait_for("Nothing is wrong in 3 essays.");
            }
            other => panic!("the guide's `{other}` is not lived through here"),
        }
        typed.push(words[1]);
    }
    terminal.wait_for(PROMPT);
    terminal.type_in("exit\r");
    terminal.end();
    assert_eq!(typed, ["--version", "init", "serve", "new", "check"]);
}
