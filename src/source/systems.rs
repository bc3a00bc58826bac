//! Which program a folder was written for, by the configuration that the program leaves there. It
//! says how links are meant and which syntax beside Markdown is more than text.
//!
//! The files of one project may be written for several: a repository may hold a site in a folder of
//! its own. So each folder is asked, and one that says nothing is as the folder above it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use foldhash::HashMap;

use crate::source::{opening, text};
use crate::system::{System, Systems};

/// What each program leaves in the folder that it works in.
const LEFT_BEHIND: &[(&str, System)] = &[
    ("mkdocs.yml", System::MkDocs),
    ("mkdocs.yaml", System::MkDocs),
    ("_config.yml", System::Jekyll),
    ("_config.yaml", System::Jekyll),
    ("hugo.toml", System::Hugo),
    ("hugo.yaml", System::Hugo),
    ("hugo.yml", System::Hugo),
    ("hugo.json", System::Hugo),
    ("zola.toml", System::Zola),
    (".eleventy.js", System::Eleventy),
    ("eleventy.config.js", System::Eleventy),
    ("eleventy.config.cjs", System::Eleventy),
    ("eleventy.config.mjs", System::Eleventy),
    ("docusaurus.config.js", System::Docusaurus),
    ("docusaurus.config.ts", System::Docusaurus),
    ("docusaurus.config.mjs", System::Docusaurus),
    ("docusaurus.config.cjs", System::Docusaurus),
    ("astro.config.mjs", System::Docusaurus),
    ("astro.config.ts", System::Docusaurus),
    ("theme.config.jsx", System::Docusaurus),
    ("theme.config.tsx", System::Docusaurus),
    (".gitbook.yaml", System::GitBook),
    (".gitbook", System::GitBook),
    (".obsidian", System::Obsidian),
];

/// The programs that left something in `dir` itself, each with the file or folder that says so.
pub fn left_in(dir: &Path) -> Vec<(System, String)> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut found: Vec<_> =
        names.filter_map(|name| Some((recognised(dir, &name)?, name))).collect();
    found.sort_by(|(_, a), (_, b)| a.cmp(b));
    found
}

fn in_folder(dir: &Path) -> Systems {
    Systems::of(&left_in(dir).into_iter().map(|(system, _)| system).collect::<Vec<_>>())
}

/// Where no configuration says anything, because only the content was copied: Hugo's sections have a file
/// of their own, with front matter in YAML, which Zola's seldom is.
fn by_content(dir: &Path) -> Systems {
    let head = opening::open_plain(&dir.join("_index.md")).and_then(|mut file| {
        let mut head = [0; 4];
        file.read_exact(&mut head).map(|()| head)
    });
    match head {
        Ok([b'-', b'-', b'-', b'\n' | b'\r']) => Systems::of(&[System::Hugo]),
        _ => Systems::default(),
    }
}

fn recognised(dir: &Path, name: &str) -> Option<System> {
    match name {
        "config.toml" => generator_of(&dir.join(name)),
        "book.toml" => is_mdbook(&dir.join(name)).then_some(System::MdBook),
        ".config" => dir.join(".config/mkdocs.yml").is_file().then_some(System::MkDocs),
        // mdBook's is named by the `book.toml` beside or above; any other is GitBook's. One that only says how
        // sternpost shows the folder does not make an mdBook of it.
        "SUMMARY.md" => {
            let above = dir.parent().unwrap_or(dir);
            let is_mdbooks = |dir: &Path| {
                let config = dir.join("book.toml");
                config.is_file() && is_mdbook(&config)
            };
            (!is_mdbooks(dir) && !is_mdbooks(above)).then_some(System::GitBook)
        }
        name => LEFT_BEHIND.iter().find(|(left, _)| *left == name).map(|(_, system)| *system),
    }
}

/// Zola and older Hugo call their configuration the same, and name the site's address differently.
fn generator_of(config: &Path) -> Option<System> {
    let text = text::read(config)?;
    let key = |key: &str| text.lines().any(|line| line.trim_start().starts_with(key));
    if key("base_url") {
        Some(System::Zola)
    } else if key("baseURL") || key("baseurl") || key("languageCode") {
        Some(System::Hugo)
    } else {
        None
    }
}

/// Whether a `book.toml` is an mdBook's: it has a `SUMMARY.md` in the folder that it names.
pub(super) fn is_mdbook(config: &Path) -> bool {
    let src = text::read(config)
        .and_then(|text| toml::from_str::<toml::Table>(&text).ok())
        .and_then(|table| Some(table.get("book")?.get("src")?.as_str()?.to_owned()));
    let dir = config.parent().unwrap_or(config);
    dir.join(src.as_deref().unwrap_or("src")).join("SUMMARY.md").is_file()
}

/// The programs of the folders below a project's root, each asked once.
#[derive(Debug)]
pub struct ByFolder {
    root: PathBuf,
    known: HashMap<PathBuf, Systems>,
    /// What the author's configuration says instead.
    set: Option<Systems>,
}

impl ByFolder {
    /// Nothing asked yet. `set` is the answer for every folder, where the author gave one.
    pub fn new(root: &Path, set: Option<&[System]>) -> ByFolder {
        ByFolder { root: root.to_owned(), known: HashMap::default(), set: set.map(Systems::of) }
    }

    /// The programs that the folder `dir` was written for.
    pub fn of(&mut self, dir: &Path) -> Systems {
        if let Some(set) = self.set {
            return set;
        }
        if let Some(known) = self.known.get(dir) {
            return *known;
        }
        let own = in_folder(dir);
        let systems = match dir.parent() {
            Some(above) if own.is_empty() && dir.starts_with(&self.root) && dir != self.root => {
                self.of(above)
            }
            // Someone may build the content folder of a site by itself.
            Some(above) if own.is_empty() && !dir.join(".git").exists() => in_folder(above),
            _ => own,
        };
        let systems = if systems.is_empty() { by_content(dir) } else { systems };
        self.known.insert(dir.to_owned(), systems);
        systems
    }
}
