//! Running `rsync`: what it is told, what it lists, and what is told of its errors.

use std::path::Path;
use std::process::{Command, Output};

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::program::{self, SSH, remedy, words};
use crate::publish::rsync::address::Address;

/// The oldest rsync that can leave out and remove what is missing (`--delete-missing-args`).
const OLDEST: (u32, u32) = (3, 1);

/// What rsync says, and what is to be done then.
const KNOWN: &[(&str, &str)] = &[
    (
        "is your shell clean",
        "what is run at the login over there prints something: let it be silent for programs",
    ),
    (
        "command not found",
        "there is no rsync over there: install it, or ask whoever runs that machine",
    ),
    ("No space left", "the disk over there is full: make room, and publish again"),
    ("quota exceeded", "the disk over there is full: make room, and publish again"),
    ("mkdir", "make the folder above it over there, and publish again"),
    ("Permission denied (13)", "see whether you may write there"),
];

/// How rsync is run for one folder.
#[derive(Debug)]
pub struct Rsync {
    address: Address,
    shell: String,
    /// Where it is, as people would write it.
    pub shown: String,
}

/// What was listed over there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub path: String,
    pub size: u64,
    pub is_folder: bool,
    /// Whether it is a file and no link, device or the like.
    pub is_file: bool,
    /// When it was written, to the second, in UTC.
    pub time: String,
}

impl Rsync {
    /// One for the folder at `address`, which is `shown`.
    ///
    /// # Errors
    /// When there is no rsync, or an old one.
    pub fn new(address: Address, shown: &str) -> Result<Rsync, Diagnostic> {
        let output = program::run(Command::new("rsync").arg("--version"), b"")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let first = said.lines().next().unwrap_or("").to_owned();
        if program::version(&first).is_none_or(|version| version < OLDEST) {
            let (major, minor) = OLDEST;
            let message = format!("publishing by rsync needs rsync {major}.{minor} or newer");
            return Err(Diagnostic::error(Code::Publish, message)
                .hint(format!("`rsync --version` says here: {first}; install a newer one")));
        }
        let shell = std::env::var("RSYNC_RSH").ok().filter(|shell| !shell.trim().is_empty());
        let mut shell = shell.unwrap_or_else(|| SSH.to_owned());
        if let Some(port) = address.port {
            shell.push_str(&format!(" -p {port}"));
        }
        Ok(Rsync { address, shell, shown: shown.to_owned() })
    }

    fn run(
        &self,
        arguments: &[&str],
        from: &str,
        to: &str,
        paths: &[&str],
    ) -> Result<Output, Diagnostic> {
        let mut command = Command::new("rsync");
        // Times are read as they are written, and errors in words that are known.
        command.env("TZ", "UTC").env("LC_ALL", "C");
        command.args(["-e", &self.shell, "--timeout=120"]).args(arguments);
        let mut input = Vec::new();
        if !paths.is_empty() {
            command.args(["--from0", "--files-from=-"]);
            input = paths.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect();
        }
        command.arg("--").arg(from);
        if !to.is_empty() {
            command.arg(to);
        }
        let output = program::run(&mut command, &input)?;
        // Where the other side ends at once, ours may end before it has read why. To do it again does no harm.
        match !output.status.success() && output.stderr.trim_ascii().is_empty() {
            true => program::run(&mut command, &input),
            false => Ok(output),
        }
    }

    fn there(&self) -> String {
        format!("{}:{}/", self.address.host, self.address.folder)
    }

    /// Everything that lies there; nothing where the folder itself is not there yet.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn list(&self) -> Result<Vec<Listed>, Diagnostic> {
        let ask = ["--recursive", "--list-only", "--8-bit-output", "--no-human-readable"];
        let output = self.run(&ask, &self.there(), "", &[])?;
        let listed = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() && !is_missing(&output) && !is_closed_in_part(&output) {
            return Err(self.told("cannot be listed", &output));
        }
        Ok(listed.lines().filter_map(listed_line).collect())
    }

    /// Fetches the file at `path` into the folder `into`; not an error where it is missing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn fetch(&self, path: &str, into: &Path) -> Result<(), Diagnostic> {
        let into = format!("{}/", into.display());
        let output = self.run(&["--ignore-missing-args"], &self.there(), &into, &[path])?;
        match output.status.success() || is_missing(&output) {
            true => Ok(()),
            false => Err(self.told("cannot be read", &output)),
        }
    }

    /// Puts the files at `paths` there, from the folder `from`. All of them come to their places at the end, in the
    /// shortest time.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn put(&self, from: &Path, paths: &[&str]) -> Result<(), Diagnostic> {
        let from = format!("{}/", from.display());
        // Folders that are there stay as they are, and what is sent was chosen by its content.
        let how =
            ["--times", "--ignore-times", "--no-implied-dirs", "--delay-updates", "--compress"];
        let output = self.run(&how, &from, &self.there(), paths)?;
        match output.status.success() {
            true => Ok(()),
            false => Err(self.told("cannot be written", &output)),
        }
    }

    /// Removes what is at `paths`: files, and folders that are empty. In `bare` there are the folders above them,
    /// and nothing else.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub fn remove(&self, bare: &Path, paths: &[&str]) -> Result<(), Diagnostic> {
        let from = format!("{}/", bare.display());
        let how = ["--delete-missing-args", "--no-implied-dirs"];
        let output = self.run(&how, &from, &self.there(), paths)?;
        match output.status.success() {
            true => Ok(()),
            false => Err(self.told("keeps what should be removed", &output)),
        }
    }

    fn told(&self, what: &str, output: &Output) -> Diagnostic {
        let said = String::from_utf8_lossy(&output.stderr);
        let known = KNOWN.iter().find(|(sign, _)| said.contains(sign)).map(|(_, hint)| *hint);
        let hint = remedy(&said).or(known);
        let shown = &self.shown;
        // The cause comes before what follows from it.
        let follows = |line: &&str| {
            !line.starts_with("rsync error:") && !line.contains("connection unexpectedly closed")
        };
        let causes: Vec<&str> = said.lines().filter(follows).collect();
        let causes = if causes.is_empty() { said.to_string() } else { causes.join("\n") };
        let message = match words(causes.as_bytes()) {
            words if words.is_empty() => {
                format!("{shown} {what}; rsync does not say why ({})", output.status)
            }
            words => format!("{shown} {what}; rsync says: {words}"),
        };
        Diagnostic::error(Code::Publish, message).hint(
            hint.unwrap_or("mend that, and publish again; what is there already is not sent twice"),
        )
    }
}

/// Whether all that is wrong is that the folder is not there.
fn is_missing(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    !output.status.success() && said.contains("change_dir") && said.contains("(2)")
}

/// Whether all that is wrong is that some folders may not be looked into. They are not ours.
fn is_closed_in_part(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let mut troubles = said.lines().filter(|line| line.starts_with("rsync: ")).peekable();
    let is_closed = |line: &str| line.contains("opendir") && line.contains("(13)");
    output.status.code() == Some(23) && troubles.peek().is_some() && troubles.all(is_closed)
}

/// A line such as `-rw-r--r--          1234 2026/11/25 14:09:31 a/index.html`.
fn listed_line(line: &str) -> Option<Listed> {
    let (mode, rest) = line.split_once(' ')?;
    let (size, rest) = rest.trim_start().split_once(' ')?;
    let (date, rest) = rest.split_once(' ')?;
    let (time, path) = rest.split_once(' ')?;
    let listed = Listed {
        path: path.to_owned(),
        size: size.parse().ok()?,
        is_folder: mode.starts_with('d'),
        is_file: mode.starts_with('-'),
        time: format!("{date} {time}"),
    };
    Some(listed).filter(|listed| listed.path != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed() {
        let file = listed_line("-rw-r--r--             3 2027/01/15 08:00:00 a/ü b  c").unwrap();
        assert_eq!((&*file.path, file.size, file.is_file), ("a/ü b  c", 3, true));
        assert_eq!(file.time, "2027/01/15 08:00:00");
        let folder = listed_line("drwxr-xr-x          4096 2026/11/25 14:09:30 e").unwrap();
        assert!(folder.is_folder && !folder.is_file);
        let link = listed_line("lrwxrwxrwx            11 2026/11/25 14:09:30 l").unwrap();
        assert!(!link.is_folder && !link.is_file);
        assert_eq!(listed_line("drwxr-xr-x          4096 2026/11/25 14:09:30 ."), None);
        assert_eq!(listed_line("Welcome to this machine"), None);
    }
}
