//! Writing files and a commit into a repository without a working tree: what is said to `git fast-import`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::git::command::Git;
use crate::publish::program;

/// The name under which the new commit stands in our own repository.
pub const NEW: &str = "refs/heads/publish";

/// A `git fast-import` at work.
#[derive(Debug)]
pub struct Import {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// A commit that is to be made.
#[derive(Debug)]
pub struct Commit<'c> {
    /// The commit before it.
    pub parent: Option<&'c str>,
    /// Who wrote it and when, as git has it: `Name <address> seconds zone`.
    pub author: &'c str,
    /// The same of who makes it.
    pub committer: &'c str,
    /// What it does, in words.
    pub message: &'c str,
    /// Paths that go.
    pub removed: &'c [String],
    /// Paths that come, each with the name of what it holds.
    pub put: &'c [(String, String)],
}

impl Import {
    /// Starts one.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(git: &Git) -> Result<Import, Diagnostic> {
        let mut command = git.command(&["fast-import", "--quiet", "--done"]);
        let mut child = program::start(&mut command)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Import { child, to, from: BufReader::new(from) }),
            _ => Err(Diagnostic::error(Code::Publish, "git does not listen")),
        }
    }

    /// Writes what a file holds, and gives its name.
    ///
    /// # Errors
    /// When git ends.
    pub fn blob(&mut self, bytes: &[u8]) -> Result<String, Diagnostic> {
        self.tell_blob(bytes).map_err(|error| self.broken(&error))
    }

    fn tell_blob(&mut self, bytes: &[u8]) -> io::Result<String> {
        write!(self.to, "blob\nmark :1\ndata {}\n", bytes.len())?;
        self.to.write_all(bytes)?;
        self.to.write_all(b"\nget-mark :1\n")?;
        self.to.flush()?;
        let mut name = String::new();
        self.from.read_line(&mut name)?;
        match name.trim_end() {
            "" => Err(io::ErrorKind::UnexpectedEof.into()),
            name => Ok(name.to_owned()),
        }
    }

    /// Makes a commit at [`NEW`], and ends.
    ///
    /// # Errors
    /// When git refuses.
    pub fn commit(mut self, commit: &Commit<'_>) -> Result<(), Diagnostic> {
        self.tell_commit(commit).map_err(|error| self.broken(&error))?;
        let Import { child, to, from } = self;
        drop((to, from));
        let ended = child.wait_with_output();
        let ended = ended.map_err(|error| Diagnostic::error(Code::Publish, error.to_string()))?;
        match ended.status.success() {
            true => Ok(()),
            false => Err(refused(&ended.stderr)),
        }
    }

    fn tell_commit(&mut self, commit: &Commit<'_>) -> io::Result<()> {
        let Commit { author, committer, message, .. } = commit;
        write!(self.to, "commit {NEW}\nauthor {author}\ncommitter {committer}\n")?;
        write!(self.to, "data {}\n{message}\n", message.len())?;
        if let Some(parent) = commit.parent {
            writeln!(self.to, "from {parent}")?;
        }
        // First what goes, as a folder may come at its path.
        for path in commit.removed {
            writeln!(self.to, "D {}", quoted(path))?;
        }
        for (path, name) in commit.put {
            writeln!(self.to, "M 100644 {name} {}", quoted(path))?;
        }
        self.to.write_all(b"\ndone\n")?;
        self.to.flush()
    }

    /// What git said when it ended before its time.
    fn broken(&mut self, error: &io::Error) -> Diagnostic {
        let mut said = Vec::new();
        let _ = self.child.kill();
        if let Some(stderr) = &mut self.child.stderr {
            let _ = stderr.read_to_end(&mut said);
        }
        let _ = self.child.wait();
        match said.is_empty() {
            true => refused(error.to_string().as_bytes()),
            false => refused(&said),
        }
    }
}

fn refused(said: &[u8]) -> Diagnostic {
    let message = format!("git could not write the site: {}", program::words(said));
    Diagnostic::error(Code::Publish, message)
        .hint("see whether there is room on the disk, and publish again")
}

/// A path as `fast-import` reads it.
fn quoted(path: &str) -> String {
    if !path.starts_with('"') && !path.contains('\n') {
        return path.to_owned();
    }
    let escaped = path.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}
