//! A folder of essays to build, and what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::crawl::{self, files_below};

/// The smallest picture, whatever its name says it is: browsers and programs look at the bytes.
pub const PICTURE: &str = "GIF89a\x01\0\x01\0\0\0\0;";

/// Says that a test is skipped because the program that it tries is not installed; in CI that is a failure.
pub fn is_missing(program: &str, package: &str) {
    let is_ci = std::env::var("CI").as_deref() == Ok("true");
    assert!(!is_ci, "{program} is needed in CI: apt-get install {package}");
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    eprintln!("SKIPPED {test}: there is no program `{program}`");
}

/// A temporary project. Its folder is always called `handbook`.
pub struct Folder {
    dir: TempDir,
}

/// What a run of the program said and wrote.
pub struct Built {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error, with the temporary folder's name taken out.
    pub err: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Folder {
    /// Writes `files`, each a path and its text.
    pub fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(folder.root()).unwrap();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// The project's folder.
    pub fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("handbook")
    }

    /// Writes one file.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// The program, ready to be told more, in the folder above the project.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sternpost"));
        command.current_dir(self.root().parent().unwrap()).args(arguments).env_remove("NO_COLOR");
        command
    }

    /// Runs `command` and keeps what it said.
    pub fn run(&self, command: &mut Command) -> Built {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let above = self.root().parent().unwrap().display().to_string();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&above, "ABOVE");
        Built {
            code: status.code().unwrap_or(-1),
            out: text(stdout),
            err: text(stderr),
            files: files_below(&self.root().join("book")),
        }
    }

    /// `sternpost build handbook` with more arguments.
    pub fn build(&self, arguments: &[&str]) -> Built {
        self.run(self.command(&["build", "handbook"]).args(arguments))
    }

    /// Builds, and expects it to work.
    pub fn site(&self) -> Built {
        let built = self.build(&[]);
        assert_eq!(built.code, 0, "{}", built.err);
        built
    }
}

impl Built {
    /// A file of the site.
    pub fn read(&self, path: &str) -> String {
        let bytes = self
            .files
            .get(path)
            .unwrap_or_else(|| panic!("no {path} among {:?}", self.files.keys()));
        String::from_utf8(bytes.clone()).unwrap()
    }

    /// Whether the site has this file.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// All files of the site with what they hold.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// The text of an essay's page, between the content's own marks.
    pub fn content(&self, path: &str) -> String {
        let page = self.read(path);
        let (_, after) = page.split_once("<div class=\"content\">\n").unwrap_or(("", ""));
        let end = after
            .find("\n  </div>")
            .or_else(|| after.find("\n</div>\n<section"))
            .unwrap_or(after.len());
        after[..end].trim().to_owned()
    }

    /// The warnings' first lines.
    pub fn warnings(&self) -> Vec<&str> {
        self.err.lines().filter(|line| line.starts_with("warning[")).collect()
    }

    /// Every link, picture, style and script of every page that leads to nothing in the site, wherever
    /// it is put.
    pub fn dead_links(&self) -> Vec<String> {
        let at = |base| crawl::dead_links(self.files(), base).into_iter();
        let dead = at("/").chain(at("/x/handbook/"));
        dead.map(|dead| format!("{}: {}: {}", dead.page, dead.target, dead.why)).collect()
    }
}

/// `html` without the classes of words in code.
pub fn without_colours(html: &str) -> String {
    let mut plain = String::new();
    let mut pieces = html.split("<span class=\"hl-");
    plain.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let (_, after) = piece.split_once('>').unwrap();
        plain.push_str(&after.replacen("</span>", "", 1));
    }
    plain
}
