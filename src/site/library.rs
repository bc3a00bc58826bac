//! The files from which essays bring something in, on disk. None is read that lies outside the
//! project, whatever the path or a link on disk says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::diagnostic::reason;
use crate::essay::dialect::{Library, Volume};
use crate::source::beyond::is_hidden;
use crate::source::project::{normal, slashed};
use crate::source::vault::Vault;
use crate::source::{Project, SourcePath, opening, text};

/// Longest file that is brought in, in bytes; more is no passage of an essay.
const LONGEST: u64 = 4 * 1024 * 1024;

/// A project's folder.
pub struct Shelf<'p> {
    project: &'p Project,
    /// The root with all links on disk followed.
    root: PathBuf,
    /// The essays' paths in the content folder.
    paths: Vec<&'p str>,
    /// The same by name, gathered when a note is first asked for.
    vault: OnceLock<Vault>,
    /// Where files were looked for that are not listed with the content folder, as paths from the root.
    tried: Mutex<BTreeSet<String>>,
}

impl<'p> Shelf<'p> {
    /// The files of `project`; `paths` are those of its essays in the content folder.
    pub fn new(project: &'p Project, paths: impl Iterator<Item = &'p str>) -> Shelf<'p> {
        let root = fs::canonicalize(&project.root).unwrap_or_else(|_| project.root.clone());
        Shelf {
            project,
            root,
            paths: paths.collect(),
            vault: OnceLock::new(),
            tried: Mutex::default(),
        }
    }

    /// Where files were looked for that are not listed with the content folder, whether one is there or not.
    pub fn tried(self) -> BTreeSet<String> {
        self.tried.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file that is looked for at `path`, if it is there.
    fn try_at(&self, path: &Path) -> Option<PathBuf> {
        let named = normal(path);
        let shown = self.project.shown(&named);
        // What lies in the content folder was listed with it, unless it is hidden.
        let is_listed = named.starts_with(&self.project.content) && !is_hidden(&shown);
        if named.starts_with(&self.project.root) && !is_listed {
            self.tried.lock().unwrap_or_else(PoisonError::into_inner).insert(shown);
        }
        self.inside(path)
    }

    /// The file at `path`, with all links on disk followed.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let file = fs::canonicalize(path).ok()?;
        (file.starts_with(&self.root) && file.is_file()).then_some(file)
    }

    fn open(&self, file: &Path) -> Result<Volume, String> {
        let shown = self.project.shown(file.strip_prefix(&self.root).unwrap_or(file));
        let length = fs::metadata(file).map_or(0, |metadata| metadata.len());
        if length > LONGEST {
            return Err(format!("{shown} is too long to be brought in: {length} bytes"));
        }
        let bytes = opening::read(&self.root, file)
            .map_err(|error| format!("cannot read {shown}: {}", reason(&error)))?;
        let content = fs::canonicalize(&self.project.content);
        let inside = content.ok().and_then(|content| file.strip_prefix(content).ok().map(slashed));
        // Of a file beside the content folder, paths are tried from the root.
        let source = SourcePath::new(&inside.unwrap_or_default());
        Ok(Volume { text: text::decode(&shown, bytes).value, path: shown, source })
    }
}

impl Library for Shelf<'_> {
    /// A path is relative to the file, or else to the content folder, or else to the root.
    fn read(&self, from: &SourcePath, path: &str) -> Result<Volume, String> {
        let content = &self.project.content;
        let bare = path.trim_start_matches('/');
        let file = [content.join(from.folder()), content.clone(), self.project.root.clone()]
            .iter()
            .find_map(|dir| self.try_at(&dir.join(bare)))
            .ok_or_else(|| format!("there is no file `{path}` in this project"))?;
        self.open(&file)
    }

    fn note(&self, from: &SourcePath, name: &str) -> Result<Volume, String> {
        let missing = || format!("there is no note `{name}` in this vault");
        let vault = self.vault.get_or_init(|| Vault::new(self.paths.iter().copied()));
        let path = vault.find(from.folder(), name).ok_or_else(missing)?;
        self.open(&self.inside(&self.project.content.join(path)).ok_or_else(missing)?)
    }
}
