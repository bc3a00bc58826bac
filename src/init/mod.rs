//! The first files of a handbook: what `sternpost init` writes.
//!
//! 1. [`found`] looks at what is in the folder.
//! 2. The answers of the person who begins are [`Answers`], whoever asked for them.
//! 3. [`files`] makes of both the files to write: values, no more.
//! 4. [`write()`](write::write) writes those that are not there yet: all of them, or none.

pub mod automation;
pub mod found;
mod settings;
pub mod write;

pub use automation::{Editor, Service};
pub use found::Found;

use crate::source::project::CONFIG_FILE;

/// What somebody said of the book.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// Its title.
    pub title: Option<String>,
    /// Who writes it.
    pub authors: Vec<String>,
    /// The language, as a BCP 47 tag.
    pub language: Option<String>,
    /// The services that are to check and publish it.
    pub services: Vec<Service>,
    /// The editors that it is written in.
    pub editors: Vec<Editor>,
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its path from the root, with forward slashes.
    pub path: String,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// What it holds.
    pub text: String,
}

impl NewFile {
    fn new(path: impl Into<String>, about: &'static str, text: impl Into<String>) -> NewFile {
        NewFile { path: path.into(), about, text: text.into() }
    }
}

/// The folder of the essays where there are none yet.
const CONTENT: &str = "content";

/// The files for a handbook in a folder that holds `found`. Where there are essays already, none is added.
pub fn files(found: &Found, answers: &Answers) -> Vec<NewFile> {
    let mut files = vec![NewFile::new(
        CONFIG_FILE,
        "the settings, each explained",
        settings::write(found, answers),
    )];
    if !found.has_essays && found.systems.is_empty() {
        let title = toml::Value::from(answers.title.as_deref().unwrap_or("Welcome"));
        let home = include_str!("files/home.md").replace("{title}", &title.to_string());
        files.push(NewFile::new(format!("{CONTENT}/_index.md"), "the home page", home));
        let essay = include_str!("files/essay.md");
        let about = "an essay that shows how one is written";
        files.push(NewFile::new(format!("{CONTENT}/first-essay.md"), about, essay));
    }
    let ignored = found.placed(include_str!("files/gitignore"));
    files.push(NewFile::new(".gitignore", "keeps the site itself out of git", ignored));
    files.extend(answers.services.iter().map(|service| service.file(found, answers)));
    files.extend(answers.editors.iter().flat_map(|editor| editor.files()));
    files
}
