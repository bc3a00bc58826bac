//! What is in a folder before a handbook begins there.

use std::fs;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::source::project::{CONFIG_FILE, MARKER};
use crate::source::{FileKind, Project, SourceFile, Survey, systems, tree};
use crate::system::System;

/// What a folder holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The programs that a site here was made with, each with the file or folder that says so.
    pub systems: Vec<(System, String)>,
    /// Whether there are essays: Markdown that is not about the repository itself.
    pub has_essays: bool,
    /// Whether there is a `book.toml`.
    pub has_config: bool,
    /// What the book is called by its settings, or by those of the program that its site was made with.
    pub title: Option<String>,
    /// The folder of the site, from the root.
    pub output: String,
    /// Whether another name than the usual one had to be taken for it.
    pub is_moved: bool,
}

const README: &str = "readme.md";

/// A longer `README.md`, in bytes, may be the whole book.
const LONG: u64 = 2_000;

/// What lies in many repositories beside what they are about.
const ABOUT_THE_REPOSITORY: &[&str] =
    &[README, "license.md", "contributing.md", "changelog.md", "code_of_conduct.md", "security.md"];

/// The folder of the site, and the one where something else has its name.
const OUTPUTS: [&str; 2] = ["book", "handbook-site"];

impl Found {
    /// Looks at the folder `root`, which may not be there.
    ///
    /// # Errors
    /// When it is a file, or its `book.toml` is wrong.
    pub fn at(root: &Path) -> Result<Found, Failure> {
        if !root.exists() {
            return Ok(Found::nothing());
        }
        if !root.is_dir() {
            let message = format!("{} is a file, and no folder", root.display());
            let found = Diagnostic::error(Code::Output, message);
            return Err(found.hint("name another folder: sternpost init FOLDER").into());
        }
        let project = Project::open(root.to_owned(), None)?.value;
        let walked = Survey::of(&project).walked;
        let is_essay = |file: &SourceFile| {
            let path = file.path.as_str().to_lowercase();
            let is_long = fs::metadata(&file.file).is_ok_and(|found| found.len() > LONG);
            let is_about = ABOUT_THE_REPOSITORY.contains(&&*path) && !(is_long && path == README);
            !(is_about && project.content == project.root)
        };
        let mut essays = walked.files.iter().filter(|file| file.kind == FileKind::Markdown);
        let has_config = root.join(CONFIG_FILE).is_file();
        let is_taken =
            |name: &str| root.join(name).exists() && !root.join(name).join(MARKER).is_file();
        let set = project.output.strip_prefix(root).ok().filter(|_| has_config);
        let usual = OUTPUTS.into_iter().find(|name| !is_taken(name)).unwrap_or(OUTPUTS[1]);
        let output = set.map_or_else(|| usual.to_owned(), |path| project.shown(&root.join(path)));
        Ok(Found {
            systems: systems::left_in(root),
            has_essays: essays.any(is_essay),
            has_config,
            title: project.config.book.title.clone().or_else(|| tree::title(root)),
            is_moved: !has_config && output != OUTPUTS[0],
            output,
        })
    }

    /// An empty folder.
    fn nothing() -> Found {
        Found {
            systems: Vec::new(),
            has_essays: false,
            has_config: false,
            title: None,
            output: OUTPUTS[0].to_owned(),
            is_moved: false,
        }
    }

    /// `text` with the folder of the site, the one that its builds keep things in, and the program's version.
    pub(super) fn placed(&self, text: &str) -> String {
        let (above, name) = self.output.rsplit_once('/').unwrap_or(("", &self.output));
        let slash = if above.is_empty() { "" } else { "/" };
        text.replace("{output}", &self.output)
            .replace("{cache}", &format!("{above}{slash}.{name}.sternpost"))
            .replace("{version}", env!("CARGO_PKG_VERSION"))
    }
}
