//! The tools of the system that do the harm.

use std::process::{Command, Stdio};

/// Whether these can be used, each a program with arguments that show it. If not, says so; in CI that is a failure.
pub fn can(tools: &[&[&str]]) -> bool {
    let works = |tool: &[&str]| {
        let mut command = Command::new(tool[0]);
        command.args(&tool[1..]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let Some(missing) = tools.iter().find(|tool| !works(tool)) else { return true };
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let missing = missing.join(" ");
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test} needs `{missing}`, in CI too");
    eprintln!("SKIPPED {test}: `{missing}` does not work here");
    false
}

/// `strace` follows a program that it starts.
pub const STRACE: &[&str] = &["strace", "-f", "-o", "/dev/null", "true"];
