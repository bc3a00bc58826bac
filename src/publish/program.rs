//! Running a program of the machine, such as `git` or `rsync`, and what it says when it cannot do its work.

use std::io::{self, Write};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use crate::diagnostic::{Code, Diagnostic};

/// How ssh is run unless the user has said how: it asks nobody anything, and gives up where nobody answers.
pub const SSH: &str = "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15";

/// What ssh and others say when a machine cannot be reached, and what is to be done then.
const UNREACHED: &[(&[&str], &str)] = &[
    (
        &["Host key verification failed"],
        "ssh does not know this host yet: type `ssh HOST` once, compare the key that it shows, and say yes",
    ),
    (
        &[
            "Permission denied (publickey",
            "Permission denied (password",
            "Permission denied, please",
        ],
        "the host does not take your ssh key: add it to your account there, and load it here with `ssh-add`",
    ),
    (
        &[
            "Could not resolve host",
            "Connection refused",
            "Connection timed out",
            "Network is unreachable",
        ],
        "see whether this machine is connected, and whether the host's name is right",
    ),
];

/// How many of a program's own lines are shown.
const SHOWN: usize = 6;

/// Runs `command`, which is given `input`, and waits for its end.
///
/// # Errors
/// When it cannot be started.
pub fn run(command: &mut Command, input: &[u8]) -> Result<Output, Diagnostic> {
    let mut child = start(command)?;
    let name = name(command);
    let output = match child.stdin.take() {
        Some(mut stdin) => thread::scope(|scope| {
            // A program that ends early does not read to the end, and says why itself.
            scope.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output()
        }),
        None => child.wait_with_output(),
    };
    output.map_err(|error| unusable(&name, &error))
}

/// Starts `command` with all its channels in our hands.
///
/// # Errors
/// When it cannot be started.
pub fn start(command: &mut Command) -> Result<Child, Diagnostic> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|error| unusable(&name(command), &error))
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn unusable(name: &str, error: &io::Error) -> Diagnostic {
    if error.kind() == io::ErrorKind::NotFound {
        let message =
            format!("the program {name} is not on this machine, and this target needs it");
        return Diagnostic::error(Code::Publish, message)
            .hint(format!("install {name}, and publish again"));
    }
    Diagnostic::error(Code::Publish, format!("{name} could not be run: {error}"))
}

/// The first two parts of the version that a program tells in `text`: the first word with a point between numbers.
pub fn version(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word.split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

/// The last lines of what a program said, in one, for people: without passwords in addresses and without what would drive a
/// terminal.
pub fn words(said: &[u8]) -> String {
    let said = without_secrets(&String::from_utf8_lossy(said));
    let shown = |line: &str| -> String {
        // What is said again and again in place stands before a carriage return.
        let line = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or("");
        line.chars().filter(|c| !c.is_control()).collect::<String>().trim_end().to_owned()
    };
    let lines: Vec<String> = said.lines().map(shown).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(SHOWN)..].join(" / ")
}

/// What is to be done where a program says that it cannot reach or enter a machine.
pub fn remedy(said: &str) -> Option<&'static str> {
    let says = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    UNREACHED.iter().find(|(signs, _)| says(signs)).map(|(_, hint)| *hint)
}

/// `text` with what can be a secret taken out of its addresses: who logs in, but for a name by which ssh does, and
/// what is asked behind a question mark.
pub fn without_secrets(text: &str) -> String {
    let mut clean = String::new();
    let mut pieces = text.split("//");
    clean.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let is_ssh = ["ssh:", "sftp:", "scp:", "rsync:"].iter().any(|s| clean.ends_with(s));
        clean.push_str("//");
        let end = |text: &str, signs: &str| {
            text.find(|c: char| c.is_whitespace() || signs.contains(c)).unwrap_or(text.len())
        };
        let (host, rest) = piece.split_at(end(piece, "/'\"?#"));
        clean.push_str(match host.rsplit_once('@') {
            Some((user, host)) if !is_ssh || user.contains(':') => host,
            _ => host,
        });
        let (path, rest) = rest.split_at(end(rest, "'\"#"));
        clean.push_str(path.split('?').next().unwrap_or(path));
        clean.push_str(rest);
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_who_logs_in_is_told() {
        for (said, clean) in [
            ("fatal: 'https://me:hunter2@h.example/x' no", "fatal: 'https://h.example/x' no"),
            ("https://t0ken@h.example", "https://h.example"),
            ("https://a@b:hunter2@h.example/", "https://h.example/"),
            ("see https://h.example/@me", "see https://h.example/@me"),
            ("'ssh://git@h.example/x'", "'ssh://git@h.example/x'"),
            ("ssh://me:hunter2@h.example/x", "ssh://h.example/x"),
            ("'https://h/x?access_token=hunter2#y' no", "'https://h/x#y' no"),
            ("https://h?access_token=hunter2", "https://h"),
            ("\u{1b}[31mred\u{1b}[0m\n\n", "[31mred[0m"),
            ("10%\r20%\r\nthe end", "20% / the end"),
        ] {
            assert_eq!(words(said.as_bytes()), clean);
        }
    }

    #[test]
    fn versions_are_found() {
        for (text, told) in [
            ("git version 2.47.3", Some((2, 47))),
            ("git version 2.39.5 (Apple Git-154)", Some((2, 39))),
            ("rsync  version 3.2.7  protocol version 31", Some((3, 2))),
            ("openrsync: protocol version 29", None),
        ] {
            assert_eq!(version(text), told);
        }
    }

    #[test]
    fn a_program_that_is_missing_is_told_by_name() {
        let told = run(&mut Command::new("a-program-that-nobody-has"), b"").unwrap_err();
        assert!(told.plain().contains("a-program-that-nobody-has is not on this machine"));
    }
}
