//! Running `git`: never at a terminal, never in the repository of the essays but to ask it something, and with what
//! that repository says of how to log in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::program::{self, SSH};

/// The oldest git that knows all that is asked of it (`GIT_CONFIG_COUNT`).
const OLDEST: (u32, u32) = (2, 31);

/// What would lead git to another repository than the one it is run in.
const ELSEWHERE: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_QUARANTINE_PATH",
];

/// Sections of the configuration that say how to reach and log in to other repositories, and who one is.
const TAKEN_OVER: &[&str] = &[
    "http.",
    "credential.",
    "url.",
    "ssh.",
    "core.sshcommand",
    "core.gitproxy",
    "user.",
    "author.",
    "committer.",
];

/// How git is run.
#[derive(Debug)]
pub struct Git {
    /// The repository that it works in.
    pub folder: PathBuf,
    /// What it is told besides its configuration. It may hold secrets, so it travels in the environment.
    config: Vec<(String, String)>,
    /// Whether somebody has said how to run ssh.
    knows_ssh: bool,
}

impl Git {
    /// One that works in the repository at `folder`, which is not there yet, and knows a remote `publish` at `url`.
    ///
    /// # Errors
    /// When there is no git, or an old one.
    pub fn new(folder: PathBuf, url: &str, essays: &Path) -> Result<Git, Diagnostic> {
        let mut config = taken_over(essays);
        for (key, value) in [
            ("remote.publish.url", url),
            ("core.hooksPath", "/dev/null"),
            ("gc.auto", "0"),
            ("maintenance.auto", "false"),
            ("fetch.recurseSubmodules", "false"),
            ("push.recurseSubmodules", "no"),
            ("push.followTags", "false"),
            ("http.lowSpeedLimit", "1"),
            ("http.lowSpeedTime", "60"),
        ] {
            config.push((key.to_owned(), value.to_owned()));
        }
        let is_set = |name: &&str| std::env::var_os(name).is_some();
        let knows_ssh = ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(is_set)
            || ask(essays, &["config", "core.sshCommand"])?.is_some();
        Ok(Git { folder, config, knows_ssh })
    }

    /// Git, to be told what to do.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare();
        command.arg("--git-dir").arg(&self.folder).args(arguments);
        let count = |text: String| text.parse::<usize>().ok();
        let given = std::env::var("GIT_CONFIG_COUNT").ok().and_then(count).unwrap_or(0);
        for (number, (key, value)) in self.config.iter().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{}", given + number), key);
            command.env(format!("GIT_CONFIG_VALUE_{}", given + number), value);
        }
        command.env("GIT_CONFIG_COUNT", (given + self.config.len()).to_string());
        if !self.knows_ssh {
            command.env("GIT_SSH_COMMAND", SSH);
        }
        command
    }

    /// Runs it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, arguments: &[&str]) -> Result<Output, Diagnostic> {
        program::run(&mut self.command(arguments), b"")
    }
}

/// Git, asked in the folder with the essays. What it answers, without the line's end; `None` if it cannot.
///
/// # Errors
/// When there is no git.
pub fn ask(essays: &Path, arguments: &[&str]) -> Result<Option<String>, Diagnostic> {
    let mut command = bare();
    command.arg("--no-optional-locks").arg("-C").arg(essays).args(arguments);
    let output = program::run(&mut command, b"")?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success());
    Ok(text.map(|text| text.trim_end().to_owned()))
}

/// Expects a git that is new enough.
///
/// # Errors
/// When there is none.
pub fn expect_new(essays: &Path) -> Result<(), Diagnostic> {
    let told = ask(essays, &["version"])?.unwrap_or_default();
    match program::version(&told) {
        Some(version) if version >= OLDEST => Ok(()),
        _ => {
            let (major, minor) = OLDEST;
            let message = format!("publishing to a branch needs git {major}.{minor} or newer");
            let found = Diagnostic::error(Code::Publish, message);
            Err(found.hint(format!("`git version` says here: {told}; install a newer one")))
        }
    }
}

fn bare() -> Command {
    let mut command = Command::new("git");
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    // Its words are read, and nobody is there to answer it.
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// What the repository of the essays, if there is one, says for itself of reaching others. What is said for all the
/// user's repositories is known to git anyway, and may not be said twice.
fn taken_over(essays: &Path) -> Vec<(String, String)> {
    let said = ask(essays, &["config", "--local", "--includes", "--null", "--list"]);
    let said = said.ok().flatten().unwrap_or_default();
    let pairs = said.split('\0').filter_map(|pair| pair.split_once('\n'));
    pairs
        .filter(|(key, _)| TAKEN_OVER.iter().any(|start| key.starts_with(start)))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}
