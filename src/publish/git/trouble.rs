//! What is told when git could not do something: what it said, and what to do.

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::program::{remedy, words};

/// What git says, in its own words, and what is to be done then.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &[
            "terminal prompts disabled",
            "could not read Username",
            "could not read Password",
            "Authentication failed",
            "Invalid username or",
            "error: 401",
        ],
        "git has no way to log in here: set up a credential helper (git help credentials), or use git+ssh://",
    ),
    (
        &["error: 403", "Write access to repository not granted", "Permission to "],
        "who is logged in may not write there: in a workflow give it the permission `contents: write`",
    ),
    (
        &["does not appear to be a git repository", "not found", "Repository not exist"],
        "see whether there is a repository at that address, and whether you may see it",
    ),
];

/// What is told when git could not read or write the branch.
pub fn told(address: &str, what: &str, said: &[u8]) -> Diagnostic {
    let whole = String::from_utf8_lossy(said);
    let known = KNOWN.iter().find(|(signs, _)| signs.iter().any(|sign| whole.contains(sign)));
    let hint = remedy(&whole).or(known.map(|(_, hint)| *hint));
    let said = words(said);
    let message = match said.is_empty() {
        true => format!("{address} {what}"),
        false => format!("{address} {what}; git says: {said}"),
    };
    Diagnostic::error(Code::Publish, message)
        .hint(hint.unwrap_or("nothing was published; mend that, and publish again"))
}

/// What is told when the other side does not take the new state of the branch.
pub fn refused(address: &str, said: &[u8]) -> Diagnostic {
    let lines = String::from_utf8_lossy(said);
    let theirs = lines.lines().filter_map(|line| line.strip_prefix("remote:"));
    let theirs: Vec<&str> = theirs.map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_refusal = lines.contains("[remote rejected]");
    if theirs.is_empty() && !is_refusal {
        return told(address, "cannot be written", said);
    }
    let theirs = match theirs.is_empty() {
        true => words(said),
        false => words(theirs.join("\n").as_bytes()),
    };
    let message = format!("{address} did not take the site. The host says: {theirs}");
    Diagnostic::error(Code::Publish, message)
        .hint("nothing was published; a rule of the host, such as a protected branch or a hook, refuses it")
        .hint("do what it says, or ask whoever looks after the repository, and publish again")
}
