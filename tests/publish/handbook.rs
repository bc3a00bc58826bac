//! Handbooks that are built and ready to be published.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sternpost::publish::{LocalFile, local};
use sternpost::site::{Memory, Role, Site, load};
use sternpost::source::{Project, Survey};
use tempfile::TempDir;

use crate::crawl::files_below;

/// A handbook on disk.
pub struct Handbook {
    dir: TempDir,
}

/// Writes a file below a folder.
pub fn write_below(folder: &Path, path: &str, text: impl AsRef<[u8]>) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A site that was built: its files, and what they hold.
pub struct Built {
    pub files: Vec<LocalFile>,
    pub bytes: BTreeMap<String, Vec<u8>>,
    /// Holds the files for as long as they may be read.
    _dir: TempDir,
}

impl Handbook {
    /// Writes `files`, each a path and its text.
    pub fn new<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Handbook {
        let handbook = Handbook { dir: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            handbook.write(path, text);
        }
        handbook
    }

    /// One of two pages and a picture.
    pub fn small() -> Handbook {
        Handbook::new(&[
            ("index.md", "# Home\n\n[A](a.md)\n\n![](p.svg)\n"),
            ("a.md", "# A\n\nSee [home](index.md).\n"),
            ("p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>p</title></svg>"),
        ])
    }

    /// Its folder.
    pub fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    /// Writes one file.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        write_below(&self.root(), path, text);
    }

    /// Writes `count` essays, each with a link to the next one and a picture.
    pub fn write_ring(&self, count: usize) {
        for number in 0..count {
            let next = (number + 1) % count;
            let text = format!("# E {number}\n\nOn to [the next](e{next}.md).\n\n![](../p.svg)\n");
            self.write(&format!("many/e{number}.md"), text);
        }
    }

    /// Has the essays with these `numbers` lead to a page that is new in this round, as is the picture on it.
    pub fn write_round(&self, round: usize, numbers: impl Iterator<Item = usize>) {
        for number in numbers {
            let text = format!("# E {number}\n\nRound {round}. [New](new{round}.md)\n");
            self.write(&format!("many/e{number}.md"), text);
        }
        let new = format!("# New {round}\n\n[Back](e1.md) ![](new{round}.svg)\n");
        self.write(&format!("many/new{round}.md"), new);
        let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        self.write(&format!("many/new{round}.svg"), picture);
    }

    /// The program in its folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sternpost"));
        command.current_dir(self.root()).args(arguments).env("NO_COLOR", "1");
        command
    }

    /// Builds it into a folder of its own.
    pub fn build(&self) -> Built {
        let dir = tempfile::tempdir().unwrap();
        let output = dir.path().canonicalize().unwrap().join("site");
        let built = self.command(&["build", ".", "-o"]).arg(&output).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let mut bytes = files_below(&output);
        bytes.remove(".sternpost");
        let roles = roles(&self.root(), &output);
        let role = |path: &String| roles.get(path).copied().unwrap_or_else(|| Role::of_path(path));
        let listed: Vec<_> = bytes.keys().map(|path| (path.clone(), role(path))).collect();
        Built { files: local::read(&output, listed).unwrap(), bytes, _dir: dir }
    }
}

impl Handbook {
    /// `sternpost publish` with more arguments, in an environment with keys and nothing of whoever runs the test.
    pub fn publish(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&["publish"]);
        command.args(arguments);
        for (name, _) in std::env::vars_os() {
            let of_store = ["AWS_", "AZURE_", "GOOGLE_", "GITHUB_", "GITLAB_"];
            if of_store.iter().any(|start| name.to_string_lossy().starts_with(start)) {
                command.env_remove(name);
            }
        }
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAOFATEST")
            .env("AWS_SECRET_ACCESS_KEY", "secret-of-a-test")
            .env("AZURE_STORAGE_ACCOUNT_NAME", crate::servers::ACCOUNT)
            .env("AZURE_STORAGE_ACCOUNT_KEY", crate::servers::KEY)
            .env("USER", "ana");
        command
    }

    /// Adds a target to book.toml.
    pub fn target(&self, name: &str, to: &str, endpoint: &str) {
        let file = self.root().join("book.toml");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let table = format!("[publish.{name}]\nto = \"{to}\"\nendpoint = \"{endpoint}\"\n");
        fs::write(file, format!("{text}\n{table}")).unwrap();
    }
}

/// What a run said.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Run {
        Run::from(command.output().unwrap())
    }

    pub fn from(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Expects it to have done what it should.
    pub fn done(self) -> Run {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// The summary of a run with `--format json`.
    pub fn summary(&self) -> serde_json::Value {
        let document: serde_json::Value = serde_json::from_str(&self.out).unwrap();
        document["summary"].clone()
    }
}

/// How many paths stand in a list of a summary.
pub fn count(summary: &serde_json::Value, list: &str) -> usize {
    summary[list].as_array().unwrap().len()
}

/// What each file is to those who load it.
fn roles(root: &Path, output: &Path) -> HashMap<String, Role> {
    let project = Project::find(root, Some(output)).unwrap().value;
    let loaded = load(&project, &Survey::of(&project), false, Memory::NONE).unwrap().value;
    let site = Site::new(&loaded, None);
    site.pages().iter().map(|page| (page.url.output(), site.role(page))).collect()
}
