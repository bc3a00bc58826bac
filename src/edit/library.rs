//! What essays bring in, as it would be found after a move.

use crate::book::targets::relative;
use crate::edit::moves::Moves;
use crate::essay::Library;
use crate::essay::dialect::Volume;
use crate::source::project::normal;
use crate::source::vault::Vault;
use crate::source::{Project, SourcePath};

/// The files of a project, at their new places.
pub struct Moved<'m> {
    project: &'m Project,
    moves: &'m Moves,
    /// The files where they are now.
    now: &'m dyn Library,
    /// The essays by name, at their new places.
    vault: Vault,
}

impl<'m> Moved<'m> {
    /// The files that `now` reads, which lie elsewhere after `moves`. `paths` are the essays' paths before.
    pub fn new<'p>(
        project: &'m Project,
        moves: &'m Moves,
        now: &'m dyn Library,
        paths: impl Iterator<Item = &'p str>,
    ) -> Moved<'m> {
        let paths: Vec<String> =
            paths.map(|path| moves.content(path).unwrap_or_else(|| path.to_owned())).collect();
        let vault = Vault::new(paths.iter().map(String::as_str));
        Moved { project, moves, now, vault }
    }

    /// The file with this new path from the root.
    fn open(&self, shown: &str) -> Option<Result<Volume, String>> {
        let old = self.moves.back(shown)?;
        self.project.root.join(&old).is_file().then(|| {
            let path = relative(self.moves.prefix().trim_end_matches('/'), &old);
            let volume = self.now.read(&SourcePath::new(""), &path)?;
            let source = self.moves.content(volume.source.as_str());
            Ok(Volume {
                path: self.moves.shown(&volume.path).unwrap_or(volume.path),
                source: source.map_or(volume.source, |source| SourcePath::new(&source)),
                text: volume.text,
            })
        })
    }
}

impl Library for Moved<'_> {
    fn read(&self, from: &SourcePath, path: &str) -> Result<Volume, String> {
        let content = &self.project.content;
        let bare = path.trim_start_matches('/');
        let dirs = [content.join(from.folder()), content.clone(), self.project.root.clone()];
        let found = dirs.iter().find_map(|dir| {
            let file = normal(&dir.join(bare));
            let is_inside = file.starts_with(&self.project.root);
            is_inside.then(|| self.open(&self.project.shown(&file)))?
        });
        found.unwrap_or_else(|| Err(format!("there is no file `{path}` in this project")))
    }

    fn note(&self, from: &SourcePath, name: &str) -> Result<Volume, String> {
        let missing = || format!("there is no note `{name}` in this vault");
        let path = self.vault.find(from.folder(), name).ok_or_else(missing)?;
        self.open(&format!("{}{path}", self.moves.prefix())).unwrap_or_else(|| Err(missing()))
    }
}
