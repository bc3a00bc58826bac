//! What a build asks the system for.

use std::fs;

use crate::folder::Folder;
use crate::handbook::{turn_to, under};
use crate::tools::{STRACE, can};

/// Nothing of what an author writes is sent anywhere, and no other program is started.
#[test]
fn a_build_starts_no_program_and_asks_nobody() {
    if !can(&[STRACE]) {
        return;
    }
    let folder = Folder::new(&[]);
    turn_to(&folder, 0);
    folder.write("content/more.md", "# More\n\n![far](https://forge.example/a.png)\n");
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    folder.write(".git/config", "[remote \"origin\"]\nurl = https://forge.example/t/h.git\n");
    let above = folder.root().parent().unwrap().to_owned();
    for command in ["build", "check"] {
        let log = above.join("strace.log");
        let calls = "trace=execve,execveat,fork,vfork,%network";
        let arguments = ["-f", "-qq", "-e", calls, "-o", log.to_str().unwrap()];
        let program = folder.command(&[command, "handbook"]);
        folder.run(&mut under("strace", &arguments, &program, &above));
        let seen = fs::read_to_string(&log).unwrap();
        let seen: Vec<&str> = seen.lines().filter(|line| is_call(line)).collect();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        assert!(seen[0].contains("execve(") && seen[0].contains("sternpost"), "{}", seen[0]);
    }
}

/// Whether a line of strace's log is a call. When a program ends while one of its threads has
/// only just begun, strace lets go of a thread of which it does not know a call yet, and writes
/// `???( <detached ...>` for it.
fn is_call(line: &str) -> bool {
    !line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with("???(")
}
