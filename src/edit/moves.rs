//! What is moved where: one file or one folder with all in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::book::rules::join;
use crate::diagnostic::{Code, Diagnostic, Failure, nearest};
use crate::source::project::{MARKER, Project, normal, slashed};
use crate::source::walk::{SourcePath, has_ending, passed_over_above, walk};

/// The endings of essays.
const ESSAYS: &[&str] = &["md", "markdown", "mdx"];

/// A move within the content folder. Paths have forward slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moves {
    /// The old path in the content folder.
    pub from: String,
    /// The new one.
    pub to: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Where it is on disk.
    pub source: PathBuf,
    /// Where it is to be.
    pub target: PathBuf,
    /// The content folder's path from the root, with a closing slash; empty for the root.
    prefix: String,
}

impl Moves {
    /// What `old` and `new`, as an author types them in the folder `here`, mean in `project`. Both are read from
    /// there, or else from the root or from the content folder. An essay may be named without its ending, and a
    /// folder that is there takes what is moved into it.
    ///
    /// # Errors
    /// When there is nothing at `old`, something at `new`, or one of them does not lie among the essays.
    pub fn plan(project: &Project, here: &Path, old: &str, new: &str) -> Result<Moves, Failure> {
        let places = [here, &project.root, &project.content];
        let at = |base: &Path, path: &str| normal(&base.join(path.trim_end_matches('/')));
        let found = places.iter().find_map(|base| {
            let named =
                [String::new()].into_iter().chain(ESSAYS.iter().map(|end| format!(".{end}")));
            let mut named =
                named.map(|end| at(base, &format!("{}{end}", old.trim_end_matches('/'))));
            named.find(|path| fs::symlink_metadata(path).is_ok())
        });
        let found = found.or_else(|| spelled_otherwise(project, &places.map(|base| at(base, old))));
        let Some(source) = found else { return Err(nothing_at(project, old).into()) };
        let is_folder = source.is_dir();
        // Of the places that may be meant, the first among the essays.
        let named = places.map(|base| at(base, new));
        let among = named.iter().find(|path| path.starts_with(&project.content));
        let mut target = among.unwrap_or(&named[0]).clone();
        let name = source.file_name().unwrap_or_default().to_owned();
        if (new.ends_with('/') || target.is_dir()) && !is_same(&source, &target) {
            target.push(&name);
        } else if !is_folder && let Some(ending) = missing_ending(&source, &target) {
            target = PathBuf::from(format!("{}.{ending}", target.display()));
        }
        let moves = Moves {
            from: inside(project, &source).ok_or_else(|| not_among(project, &source))?,
            to: inside(project, &target).ok_or_else(|| not_among(project, &target))?,
            is_folder,
            prefix: prefix_of(project),
            source,
            target,
        };
        moves.may_be(project, &moves.source, &moves.target)?;
        Ok(moves)
    }

    fn may_be(&self, project: &Project, source: &Path, target: &Path) -> Result<(), Failure> {
        let refused = |message: String, hint: &str| -> Result<(), Failure> {
            Err(Diagnostic::error(Code::Command, message).hint(hint).into())
        };
        let shown = |path: &Path| project.shown(path);
        if self.from == self.to {
            return refused(format!("{} is there already", shown(source)), "name another place");
        }
        if self.is_folder && replaced(&self.to, &self.from, "").is_some() {
            let message = format!("{} cannot be moved into itself", shown(source));
            return refused(message, "name a place outside that folder");
        }
        if source.is_symlink() {
            let message = format!("{} is a link on disk, and stays where it is", shown(source));
            return refused(message, "move the file that it leads to");
        }
        if fs::symlink_metadata(target).is_ok() && !is_same(source, target) {
            let message = format!("{} is there already, and is not overwritten", shown(target));
            return refused(message, "name another place, or move that one away first");
        }
        let file = target.ancestors().skip(1).find(|above| above.is_file());
        if let Some(file) = file {
            let message = format!("{} is a file, and cannot hold another", shown(file));
            return refused(message, "name a folder");
        }
        let inside = if self.is_folder { target.join("index.md") } else { target.to_owned() };
        if let Some(folder) = passed_over_above(project, &inside) {
            return Err(not_read(project, folder).into());
        }
        if self.to.split('/').any(|part| part.starts_with('.')) {
            let message = format!("{} would not be published", shown(target));
            return refused(message, "names that begin with a dot are hidden; choose another");
        }
        Ok(())
    }

    /// The new path in the content folder of what had this one; `None` for what stays.
    pub fn content(&self, path: &str) -> Option<String> {
        replaced(path, &self.from, &self.to)
    }

    /// The new path from the root of what had this one; `None` for what stays.
    pub fn shown(&self, path: &str) -> Option<String> {
        Some(format!("{}{}", self.prefix, self.content(path.strip_prefix(&self.prefix)?)?))
    }

    /// The path from the root that the file with this new one has now; `None` for one that will not be there.
    pub fn back(&self, shown: &str) -> Option<String> {
        let Some(path) = shown.strip_prefix(&self.prefix) else { return Some(shown.to_owned()) };
        match replaced(path, &self.to, &self.from) {
            Some(old) => Some(format!("{}{old}", self.prefix)),
            None => replaced(path, &self.from, "").is_none().then(|| shown.to_owned()),
        }
    }

    /// The new spelling of a page in an author's contents, which may leave the ending away.
    pub fn listed(&self, page: &str) -> Option<String> {
        if let Some(to) = self.content(page) {
            return Some(to);
        }
        let bare = |path: &str| path.rsplit_once('.').map(|(bare, _)| bare.to_owned());
        let is_it = SourcePath::new(&bare(&self.from)?) == SourcePath::new(page);
        (!self.is_folder && is_it).then(|| bare(&self.to))?
    }

    /// The content folder's path from the root, with a closing slash.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

/// `path` with `to` in place of `from`, which it is or lies in. Letters with marks are the same however disks write
/// them (Unicode NFC and NFD).
fn replaced(path: &str, from: &str, to: &str) -> Option<String> {
    let deep = from.split('/').count();
    let end = path.match_indices('/').nth(deep - 1).map_or(path.len(), |(at, _)| at);
    let (head, rest) = path.split_at(end);
    (head == from || SourcePath::new(head) == SourcePath::new(from)).then(|| format!("{to}{rest}"))
}

/// The file or folder on disk that has one of the paths `named`, but for how letters with marks are written.
fn spelled_otherwise(project: &Project, named: &[PathBuf]) -> Option<PathBuf> {
    let spelled = |path: &Path| SourcePath::new(&slashed(path)).as_str().to_owned();
    let mut wanted: Vec<String> = Vec::new();
    for path in named.iter().map(|path| spelled(path)).filter(|path| !path.is_ascii()) {
        let endings = ESSAYS.iter().map(|end| format!("{path}.{end}"));
        wanted.extend(std::iter::once(path.clone()).chain(endings));
    }
    if wanted.is_empty() {
        return None;
    }
    let walked = walk(project);
    let there = walked.files.into_iter().map(|file| file.file).chain(walked.folders);
    let mut there: Vec<(String, PathBuf)> = there.map(|path| (spelled(&path), path)).collect();
    let at = wanted.iter().find_map(|want| there.iter().position(|(path, _)| path == want))?;
    Some(there.swap_remove(at).1)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The ending that `target`, the new name of the file `source`, is to get. In the name of an essay a dot may be one
/// of the title.
fn missing_ending(source: &Path, target: &Path) -> Option<String> {
    let ending = source.extension()?.to_string_lossy().into_owned();
    let is_there = match has_ending(&name_of(source), ESSAYS) {
        true => has_ending(&name_of(target), ESSAYS),
        false => target.extension().is_some(),
    };
    (!is_there).then_some(ending)
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn prefix_of(project: &Project) -> String {
    let shown = slashed(project.content.strip_prefix(&project.root).unwrap_or(Path::new("")));
    if shown.is_empty() { shown } else { format!("{shown}/") }
}

/// The path in the content folder; `None` for what lies elsewhere, or is the folder itself.
fn inside(project: &Project, path: &Path) -> Option<String> {
    let path = slashed(path.strip_prefix(&project.content).ok()?);
    join("", &path).filter(|path| !path.is_empty())
}

fn not_among(project: &Project, path: &Path) -> Diagnostic {
    let folder = prefix_of(project);
    let folder = if folder.is_empty() { project.root.display().to_string() } else { folder };
    let message =
        format!("{} does not lie in the folder of the essays, {folder}", project.shown(path));
    Diagnostic::error(Code::Command, message)
        .hint("essays are moved within that folder; for all else use your file manager")
}

/// What is said of a place in a folder that is not read.
pub fn not_read(project: &Project, folder: &Path) -> Diagnostic {
    let shown = project.shown(folder);
    let message = format!("the folder {shown} is not read as part of the handbook");
    let why = if folder == project.output || folder.join(MARKER).is_file() {
        "the site is written there, and replaces what lies in it; choose another folder"
    } else {
        "hidden folders, node_modules and templates hold no essays; choose another folder"
    };
    Diagnostic::error(Code::Command, message).hint(why)
}

fn nothing_at(project: &Project, old: &str) -> Diagnostic {
    let found = Diagnostic::error(Code::Command, format!("there is no file or folder `{old}`"));
    let walked = walk(project);
    let paths: Vec<&str> = walked.files.iter().map(|file| file.shown.as_str()).collect();
    let name = old.rsplit('/').next().unwrap_or(old);
    let same_name = paths.iter().find(|path| path.rsplit('/').next() == Some(name)).copied();
    match same_name.or_else(|| nearest(old, paths.iter().copied())) {
        Some(near) => found.hint(format!("did you mean `{near}`?")),
        None => found.hint("see what there is: sternpost list"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_there_and_back() {
        let moves = Moves {
            from: "trust".into(),
            to: "lead/trust".into(),
            is_folder: true,
            source: PathBuf::new(),
            target: PathBuf::new(),
            prefix: "content/".into(),
        };
        assert_eq!(moves.content("trust/a.md").unwrap(), "lead/trust/a.md");
        assert_eq!(moves.content("trusted/a.md"), None);
        assert_eq!(moves.shown("content/trust").unwrap(), "content/lead/trust");
        assert_eq!(moves.back("content/lead/trust/a.md").unwrap(), "content/trust/a.md");
        assert_eq!(moves.back("content/trust/a.md"), None);
        assert_eq!(moves.back("README.md").unwrap(), "README.md");
        assert_eq!(moves.listed("trust/a").unwrap(), "lead/trust/a");
        let file = Moves { from: "a.md".into(), to: "b.md".into(), is_folder: false, ..moves };
        assert_eq!(file.listed("a").unwrap(), "b");
        assert_eq!(file.listed("c"), None);
    }
}
