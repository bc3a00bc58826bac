//! Somebody at a terminal, who types when there is something to answer.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::folder::is_missing;

/// How long to wait for something to show.
const PATIENCE: Duration = Duration::from_secs(20);

/// A terminal in which a program runs (util-linux, `script`).
pub struct Terminal {
    child: Child,
    stdin: ChildStdin,
    told: Receiver<String>,
    reader: JoinHandle<()>,
    shown: String,
}

impl Terminal {
    /// Runs `line` in a terminal; `prepare` sets where, and in which environment. `None` where there is no `script`:
    /// then that is said, and in CI it is a failure.
    pub fn run(line: &str, prepare: impl FnOnce(&mut Command)) -> Option<Terminal> {
        let mut command = Command::new("script");
        command.args(["-qec", line, "/dev/null"]).env("TERM", "xterm");
        prepare(&mut command);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut child) = child else {
            is_missing("script", "bsdutils");
            return None;
        };
        let (stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (tell, told) = channel();
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut bytes) {
                if tell.send(String::from_utf8_lossy(&bytes[..count]).into_owned()).is_err() {
                    break;
                }
            }
        });
        Some(Terminal { child, stdin, told, reader, shown: String::new() })
    }

    /// Waits until `words` are shown, after what was waited for before, and gives what was shown up to there.
    pub fn wait_for(&mut self, words: &str) -> String {
        loop {
            if let Some(at) = self.shown.find(words) {
                let rest = self.shown.split_off(at + words.len());
                return std::mem::replace(&mut self.shown, rest);
            }
            let more = self.told.recv_timeout(PATIENCE);
            self.shown
                .push_str(&more.unwrap_or_else(|_| panic!("no {words:?} in {:?}", self.shown)));
        }
    }

    /// Types `keys`.
    pub fn type_in(&mut self, keys: &str) {
        self.stdin.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the program ends, and gives the rest of what it showed.
    pub fn end(mut self) -> String {
        while let Ok(more) = self.told.recv_timeout(PATIENCE) {
            self.shown.push_str(&more);
        }
        self.child.wait().unwrap();
        self.reader.join().unwrap();
        self.shown
    }
}
