//! Handbooks that are built and ready to be published.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sternpost::publish::{LocalFile, local};
use sternpost::site::{Memory, Role, Site, load};
use sternpost::source::{Project, Survey};
use tempfile::TempDir;

use crate::crawl::files_below;

/// A handbook on disk.
pub struct Handbook {
    dir: TempDir,
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

    /// Its folder.
    pub fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    /// Writes one file.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
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

/// What each file is to those who load it.
fn roles(root: &Path, output: &Path) -> HashMap<String, Role> {
    let project = Project::find(root, Some(output)).unwrap().value;
    let loaded = load(&project, &Survey::of(&project), false, Memory::NONE).unwrap().value;
    let site = Site::new(&loaded, None);
    site.pages().iter().map(|page| (page.url.output(), site.role(page))).collect()
}
