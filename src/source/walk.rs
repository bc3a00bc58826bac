//! The files of a content folder.
//!
//! Hidden files, `node_modules`, the output and the site's templates are passed over. Links on
//! disk are followed only where they end inside the project: what lies outside was never meant
//! to be published.

use std::fs;
use std::path::{Path, PathBuf};

use foldhash::HashSet;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::{Code, Diagnostic, Place, Severity, reason};
use crate::source::project::{CONFIG_FILE, MARKER, Project, slashed};
use crate::source::stamp::Stamp;

/// A file's path inside the content folder: forward slashes, Unicode NFC, as links spell it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(String);

impl SourcePath {
    /// From a path relative to the content folder.
    pub fn new(path: &str) -> SourcePath {
        SourcePath(if path.is_ascii() { path.to_owned() } else { path.nfc().collect() })
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that the file is in, without a closing slash; empty for the content folder.
    pub fn folder(&self) -> &str {
        folder_of(&self.0)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.0[memchr::memrchr(b'/', self.0.as_bytes()).map_or(0, |at| at + 1)..]
    }

    /// The path without the last extension of the file's name.
    pub fn bare(&self) -> &str {
        without_ending(&self.0)
    }

    /// The file's name without its last extension.
    pub fn stem(&self) -> &str {
        let name = self.name();
        &name[..memchr::memrchr(b'.', name.as_bytes()).unwrap_or(name.len())]
    }
}

/// The folder that the file or folder at `path` is in, without a closing slash; empty for one at the top.
pub fn folder_of(path: &str) -> &str {
    &path[..memchr::memrchr(b'/', path.as_bytes()).unwrap_or(0)]
}

/// The path of a file without the last extension of its name.
pub fn without_ending(path: &str) -> &str {
    let name = memchr::memrchr(b'/', path.as_bytes()).map_or(0, |at| at + 1);
    let ending = memchr::memrchr(b'.', &path.as_bytes()[name..]);
    ending.map_or(path, |at| &path[..name + at])
}

/// `folders` with all above them; the topmost has no name.
pub fn with_all_above<'p>(folders: impl Iterator<Item = &'p str>) -> HashSet<&'p str> {
    let mut all = HashSet::default();
    for mut folder in folders {
        // Above a folder that is known all are.
        while all.insert(folder) && !folder.is_empty() {
            folder = folder_of(folder);
        }
    }
    all
}

/// What the walk takes a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// An essay.
    Markdown,
    /// A picture, document or the like, copied to the site.
    Asset,
    /// Any other file: copied only if an essay links to it.
    Other,
}

/// A file of the content folder, not yet read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path inside the content folder.
    pub path: SourcePath,
    /// Where it is on disk.
    pub file: PathBuf,
    /// Its path from the project's root, for messages.
    pub shown: String,
    /// What it is.
    pub kind: FileKind,
    /// Its state when it was listed.
    pub stamp: Stamp,
}

/// Files are the same where they are in the same place; what they hold may differ.
impl PartialEq for SourceFile {
    fn eq(&self, other: &SourceFile) -> bool {
        (&self.path, &self.file, &self.shown, self.kind)
            == (&other.path, &other.file, &other.shown, other.kind)
    }
}

/// Files at the top of the content folder by which a host is told something. They are copied, although no essay
/// links to them.
pub const FOR_HOSTS: &[&str] = &["_headers", "_redirects", "CNAME"];

/// Extensions of files that are copied to the site whether or not a page links to them.
const ASSETS: &[&str] = &[
    "apng", "avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "tif", "tiff",
    "webp", // pictures
    "aac", "flac", "m4a", "m4v", "mov", "mp3", "mp4", "oga", "ogg", "ogv", "opus", "vtt", "wav",
    "webm", "csv", "doc", "docx", "epub", "ics", "key", "odp", "ods", "odt", "pdf", "ppt", "pptx",
    "rtf", "xls", "xlsx", "zip", // documents
    "otf", "ttf", "woff", "woff2", // fonts
];

/// Whether a path ends in one of `endings`, which are in small letters.
pub fn has_ending(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| endings.contains(&ending.to_ascii_lowercase().as_str()))
}

/// Endings and beginnings of files that hold secrets: never copied, linked or not.
pub fn is_secret(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let environment = name == ".env" || (name.starts_with(".env.") && !name.ends_with("example"));
    environment
        || [".pem", ".key.pem", ".p12", ".pfx", ".kdbx"].iter().any(|end| name.ends_with(end))
        || ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// Folders beside the content folder whose files other programs put at the root of the site.
const STATIC: &[&str] = &["static", "public", "docs/public", "docs/.vuepress/public"];

/// What a walk found.
#[derive(Debug, Clone, Default)]
pub struct Walked {
    /// The files of the book, ordered by path.
    pub files: Vec<SourceFile>,
    /// All folders that were looked into.
    pub folders: Vec<PathBuf>,
    /// Hidden files in those folders, and the names of hidden folders: other programs put their settings there.
    pub hidden: Vec<(PathBuf, Stamp)>,
    /// What could not be read, or may not be.
    pub notes: Vec<Diagnostic>,
}

/// Lists the files of a project's content folder, and what lies in a folder for files such as
/// `static/`, as if it lay in the content folder.
pub fn walk(project: &Project) -> Walked {
    let mut found = Walked::default();
    walk_folder(project, &project.content, &mut found);
    for dir in statics(project) {
        let known: HashSet<SourcePath> = found.files.iter().map(|file| file.path.clone()).collect();
        let own = found.files.len();
        walk_folder(project, &dir, &mut found);
        let statics = found.files.split_off(own).into_iter();
        found.files.extend(
            statics.filter(|file| file.kind != FileKind::Markdown && !known.contains(&file.path)),
        );
    }
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The folders for files that lie outside the content folder. Hugo and Zola write their sites to
/// `public`, which then holds copies.
fn statics(project: &Project) -> Vec<PathBuf> {
    let beside = project.content.parent().unwrap_or(&project.root);
    let mut dirs: Vec<PathBuf> = Vec::new();
    for name in STATIC {
        for base in [&project.root, beside] {
            let dir = base.join(name);
            let outside = !dir.starts_with(&project.content) && dir.starts_with(&project.root);
            let is_built = dir.ends_with("public") && dir.join("index.html").is_file();
            if outside && !is_built && dir.is_dir() && !dirs.contains(&dir) && dir != project.output
            {
                dirs.push(dir);
            }
        }
    }
    dirs
}

/// Lists the files below `top`, with their paths from there.
fn walk_folder(project: &Project, top: &Path, found: &mut Walked) {
    let mut files: Vec<DirEntry> = Vec::new();
    let mut entries = WalkDir::new(top).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                // An error in the middle of a folder comes without a path, right after the folder.
                let path = error.path().or(found.folders.last().map(PathBuf::as_path));
                let path = path.unwrap_or(top);
                found.notes.push(graver(project, path, unreadable(project, path, &error)));
                continue;
            }
        };
        if entry.depth() > 0 && passed_over(project, &entry) {
            found.hidden.extend(hidden(&entry));
            skip(&entry, &mut entries);
        } else if let Some(astray) = leads_astray(project, &entry) {
            found.notes.push(graver(project, entry.path(), astray));
            skip(&entry, &mut entries);
        } else if entry.file_type().is_file() {
            files.push(entry);
        } else if entry.file_type().is_dir() {
            found.folders.push(entry.into_path());
        }
    }
    let listed: Vec<_> = files.par_iter().map(|entry| source_file(project, top, entry)).collect();
    for (entry, listed) in files.iter().zip(listed) {
        match listed {
            Ok(file) => found.files.push(file),
            Err(error) => found.notes.push(unreadable(project, entry.path(), &error)),
        }
    }
}

/// What is no content and may say something of it, by which the folder's program is known.
fn hidden(entry: &DirEntry) -> Vec<(PathBuf, Stamp)> {
    let name = entry.file_name().to_string_lossy();
    let is_setting = entry.depth() == 1 && name == CONFIG_FILE;
    if is_litter(&name) || !(name.starts_with('.') || is_setting) {
        return Vec::new();
    }
    let path = entry.path();
    let file = |path: PathBuf| {
        let stamp = Stamp::of(&fs::metadata(&path).ok()?);
        Some((path, stamp))
    };
    if !entry.file_type().is_dir() {
        return Vec::from_iter(file(path.to_owned()));
    }
    let inside = (name == ".config").then(|| file(path.join("mkdocs.yml"))).flatten();
    Vec::from_iter([(path.to_owned(), Stamp::default())].into_iter().chain(inside))
}

/// Whether a file of this name is what an editor, a desktop or an office program leaves behind while
/// a file is open or being saved.
pub fn is_litter(name: &str) -> bool {
    let vim_swap = || {
        let ending = name.rsplit_once(".s").map_or("", |(_, ending)| ending);
        name.starts_with('.') && ending.len() == 2 && ending.starts_with(['w', 'v', 'u'])
    };
    name.ends_with('~')
        || name.starts_with(".#")
        || (name.starts_with('#') && name.ends_with('#'))
        || name == "4913"
        || name.contains("___jb_")
        || name == ".DS_Store"
        || name.starts_with("~$")
        || name.starts_with(".~lock.")
        || vim_swap()
}

fn skip(entry: &DirEntry, entries: &mut walkdir::IntoIter) {
    if entry.file_type().is_dir() {
        entries.skip_current_dir();
    }
}

/// Whether a file or folder is no content. A folder with the marker is a site that the program wrote;
/// one that is only called like the output holds something of the author's.
fn passed_over(project: &Project, entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let hidden = name.starts_with('.');
    if entry.file_type().is_dir() {
        holds_no_content(project, entry.path(), hidden)
    } else {
        hidden
            || is_litter(&name)
            || (entry.depth() == 1 && name == CONFIG_FILE)
            || is_secret(&name)
    }
}

fn holds_no_content(project: &Project, folder: &Path, hidden: bool) -> bool {
    hidden
        || folder.ends_with("node_modules")
        || [&project.templates, &project.theme]
            .into_iter()
            .any(|theme| theme.as_deref() == Some(folder))
        || folder.join(MARKER).is_file()
}

/// The folder above `path`, of a file that need not be there, in which it would not be read as content: the walk
/// passes it over, or the site will be written there.
pub fn passed_over_above<'p>(project: &Project, path: &'p Path) -> Option<&'p Path> {
    let is_hidden = |folder: &Path| {
        folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
    };
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != project.content);
    let mut folders = folders.filter(|folder| folder.starts_with(&project.content));
    folders.find(|folder| {
        let is_free = || fs::read_dir(folder).map_or(true, |mut inside| inside.next().is_none());
        let is_output = *folder == project.output && is_free();
        is_output || holds_no_content(project, folder, is_hidden(folder))
    })
}

/// Without one file or folder the rest is still worth building; without the content folder itself all essays
/// would be gone from the site.
fn graver(project: &Project, path: &Path, found: Diagnostic) -> Diagnostic {
    if path != project.content {
        return found;
    }
    let hints = vec!["this is the folder of your essays; nothing can be built without it".into()];
    Diagnostic { severity: Severity::Error, hints, ..found }
}

fn leads_astray(project: &Project, entry: &DirEntry) -> Option<Diagnostic> {
    if !entry.path_is_symlink() {
        return None;
    }
    let target = fs::canonicalize(entry.path()).ok()?;
    let root = fs::canonicalize(&project.root).ok()?;
    let shown = named(project, entry.path());
    if target.starts_with(root) {
        let folder = entry.path().parent().and_then(|folder| fs::canonicalize(folder).ok())?;
        return folder.starts_with(&target).then(|| circle(project, &shown, &target));
    }
    let message =
        format!("{shown} is a link that leads out of the project, to {}", target.display());
    Some(
        Diagnostic::warning(Code::Unreadable, message)
            .at(Place::file(shown))
            .hint("it was left out; copy what is meant into the project"),
    )
}

fn circle(project: &Project, shown: &str, above: &Path) -> Diagnostic {
    let message = format!("{shown} is a link back to {}, a circle", named(project, above));
    Diagnostic::warning(Code::Unreadable, message).at(Place::file(shown)).hint("it was left out")
}

/// `path` as messages call it; the project's own folder has no name within it.
fn named(project: &Project, path: &Path) -> String {
    if path == project.root { path.display().to_string() } else { project.shown(path) }
}

fn unreadable(project: &Project, path: &Path, error: &walkdir::Error) -> Diagnostic {
    let shown = named(project, path);
    let message = match (error.loop_ancestor(), error.io_error()) {
        (Some(above), _) => return circle(project, &shown, above),
        (None, Some(io)) => format!("cannot read {shown}: {}", reason(io)),
        (None, None) => format!("cannot read {shown}"),
    };
    Diagnostic::warning(Code::Unreadable, message).at(Place::file(shown)).hint("it was left out")
}

fn source_file(
    project: &Project,
    top: &Path,
    entry: &DirEntry,
) -> Result<SourceFile, walkdir::Error> {
    let relative = entry.path().strip_prefix(top).unwrap_or(entry.path());
    let extension =
        relative.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let kind = match extension.as_str() {
        "md" | "markdown" | "mdx" => FileKind::Markdown,
        other if ASSETS.contains(&other) => FileKind::Asset,
        _ if relative.to_str().is_some_and(|path| FOR_HOSTS.contains(&path)) => FileKind::Asset,
        _ => FileKind::Other,
    };
    Ok(SourceFile {
        path: SourcePath::new(&slashed(relative)),
        file: entry.path().to_owned(),
        shown: project.shown(entry.path()),
        kind,
        stamp: Stamp::of(&entry.metadata()?),
    })
}
