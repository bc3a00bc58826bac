//! What links can lead to, and all names by which they can name it.

use std::sync::OnceLock;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::book::rules::join;
use crate::book::{AssetId, EssayId, Ground, SectionId};
use crate::diagnostic::nearest;
use crate::essay::LinkKind;
use crate::source::vault::Vault;
use crate::source::walk::without_ending;

/// What a path in the content folder leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// An essay's page.
    Essay(EssayId),
    /// The list of a folder that has no page of its own.
    Section(SectionId),
    /// A file that is no essay.
    Asset(AssetId),
    /// An essay that this build leaves out.
    Draft,
    /// A file or folder of the project that is no part of the site, where its repository shows it.
    Repository(RepositoryId),
}

/// The number of a file or folder in [`Names`] that a repository shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RepositoryId(usize);

/// All that a link can name, by its path in the content folder.
///
/// Most links are paths of files, so only files and folders are in order from the start. How else something may be
/// spelled is gathered when a link first asks: in most books none does.
#[derive(Debug, Default)]
pub struct Names {
    files: IndexMap<String, File, RandomState>,
    folders: IndexMap<String, Target, RandomState>,
    /// The addresses that essays have or had.
    addresses: Vec<(String, Target)>,
    /// Files that do not lie in the content folder and are read as if they did, by their path from the
    /// project's root.
    elsewhere: HashMap<String, Target>,
    /// What is no part of the site, by its path from the project's root: where its repository shows it,
    /// and its copy.
    beyond: HashMap<String, (Option<RepositoryId>, Option<AssetId>)>,
    /// Addresses in the repository.
    shown: Vec<String>,
    /// What links are relative to.
    ground: Ground,
    by_page: OnceLock<HashMap<String, Target>>,
    by_address: OnceLock<HashMap<String, Target>>,
    by_lower: OnceLock<HashMap<String, Target>>,
    by_slug: OnceLock<HashMap<String, Target>>,
    vault: OnceLock<Vault>,
    places: OnceLock<Places>,
}

#[derive(Debug)]
struct File {
    target: Target,
    /// Whether it is an essay, which may be named without the ending.
    is_essay: bool,
}

/// The files of each folder, and the paths of each file name, to find what was meant.
#[derive(Debug, Default)]
struct Places {
    in_folder: HashMap<String, Vec<String>>,
    with_name: HashMap<String, Vec<String>>,
}

impl Names {
    /// No names yet, on the given ground.
    pub fn new(ground: Ground) -> Names {
        Names { ground, ..Names::default() }
    }

    /// Adds a file that is no essay.
    pub fn add_file(&mut self, path: &str, target: Target) {
        self.files.insert(path.to_owned(), File { target, is_essay: false });
    }

    /// Adds an essay.
    pub fn add_essay(&mut self, path: &str, target: Target) {
        self.files.insert(path.to_owned(), File { target, is_essay: true });
    }

    /// Adds an address that leads to an essay. The first that claims it has it.
    pub fn add_address(&mut self, address: &str, target: Target) {
        self.addresses.push((address.to_owned(), target));
    }

    /// Adds a folder.
    pub fn add_folder(&mut self, path: &str, target: Target) {
        self.folders.insert(path.to_owned(), target);
    }

    /// Adds the path from the project's root of a file that is read as if it lay in the content folder.
    pub fn add_elsewhere(&mut self, path: &str, target: Target) {
        self.elsewhere.insert(path.to_owned(), target);
    }

    /// Adds a file or folder that is no part of the site, by its path from the project's root.
    pub fn add_beyond(&mut self, path: &str, is_folder: bool, copied: Option<AssetId>) {
        let shown = self.ground.repository.as_ref().map(|repository| {
            self.shown.push(repository.url(path, is_folder));
            RepositoryId(self.shown.len() - 1)
        });
        self.beyond.insert(path.to_owned(), (shown, copied));
    }

    /// What is no part of the site and has this path from the project's root: where its repository
    /// shows it, or its copy, which a picture has to be.
    pub fn beyond(&self, path: &str, kind: LinkKind) -> Option<Target> {
        let (shown, copied) = self.beyond.get(path).copied()?;
        let shown = shown.map(Target::Repository).filter(|_| kind == LinkKind::Link);
        shown.or(copied.map(Target::Asset))
    }

    /// Where the repository shows a file or folder.
    pub fn shown_at(&self, id: RepositoryId) -> &str {
        &self.shown[id.0]
    }

    /// The file with this path.
    pub fn file(&self, path: &str) -> Option<Target> {
        self.files.get(path).map(|file| file.target)
    }

    /// The page of the folder with this path.
    pub fn folder(&self, path: &str) -> Option<Target> {
        self.folders.get(path).copied()
    }

    /// The file or folder with this path from the project's root.
    pub fn from_root(&self, path: &str) -> Option<Target> {
        let prefix = self.ground.content_prefix.as_str();
        let inside = path.strip_prefix(prefix);
        let inside = inside.or_else(|| (format!("{path}/") == prefix).then_some(""));
        let inside = inside.and_then(|inside| {
            self.file(inside).or_else(|| self.folder(inside).filter(|_| !path.is_empty()))
        });
        inside.or_else(|| self.elsewhere.get(path).copied())
    }

    /// The essay whose file has this path but for the ending.
    pub fn page(&self, path: &str) -> Option<Target> {
        let pages = || self.pages().map(|(path, target)| (path.to_owned(), target)).collect();
        self.by_page.get_or_init(pages).get(path).copied()
    }

    /// The essay with this address.
    pub fn address(&self, address: &str) -> Option<Target> {
        let addresses = || first_of_each(self.addresses.iter().map(|(a, t)| (address_key(a), *t)));
        self.by_address.get_or_init(addresses).get(&address_key(address)).copied()
    }

    /// Whatever has this path in any case of its letters.
    pub fn without_case(&self, path: &str) -> Option<Target> {
        let lower = || {
            let files = self.files.iter().flat_map(|(path, file)| {
                let page = file.is_essay.then(|| without_ending(path));
                [Some(path.as_str()), page].into_iter().flatten().map(|path| (path, file.target))
            });
            let all = files.chain(self.folders().map(|(path, target)| (path.as_str(), target)));
            first_of_each(all.map(|(path, target)| (path.to_lowercase(), target)))
        };
        self.by_lower.get_or_init(lower).get(&path.to_lowercase()).copied()
    }

    /// Jekyll's collections, by their folders: those at the top whose names begin with `_`, which it leaves out of
    /// addresses.
    pub fn collections(&self) -> impl Iterator<Item = &str> {
        let folders = self.folders.keys().map(String::as_str);
        folders.filter(|path| path.starts_with('_') && !path.contains('/'))
    }

    /// The file that is called `name`, wherever it lies, for a note in `folder`.
    pub fn in_vault(&self, folder: &str, name: &str) -> Option<Target> {
        let vault = self.vault.get_or_init(|| Vault::new(self.files.keys().map(String::as_str)));
        self.file(vault.find(folder, name)?)
    }

    /// The essay or folder whose path an address would spell like this (see [`slug`]).
    pub fn slugified(&self, wanted: &str) -> Option<Target> {
        let slugs = || {
            let folders = self.folders().map(|(path, target)| (path.as_str(), target));
            first_of_each(self.pages().chain(folders).map(|(path, target)| (slug(path), target)))
        };
        self.by_slug.get_or_init(slugs).get(wanted).copied()
    }

    /// The one essay that has this name, with its ending or without.
    pub fn only(&self, name: &str) -> Option<Target> {
        let name = name.strip_suffix(".md").unwrap_or(name);
        let paths = self.places().with_name.get(&format!("{name}.md"))?;
        paths.first().filter(|_| paths.len() == 1).and_then(|path| self.file(path))
    }

    /// What links are relative to.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// What may have been meant by a `path` from `folder` that leads nowhere, as a relative link:
    /// a file of that name elsewhere, or one with a name much like it at that place.
    pub fn meant(&self, folder: &str, path: &str) -> Option<String> {
        let wanted = join(folder, path)?;
        let (wanted_folder, name) = wanted.rsplit_once('/').unwrap_or(("", &wanted));
        let Places { in_folder, with_name } = self.places();
        if let Some(paths) = with_name.get(name) {
            return paths
                .iter()
                .min_by_key(|p| (strsim::osa_distance(p, &wanted), *p))
                .map(|p| relative(folder, p));
        }
        let near = nearest(name, in_folder.get(wanted_folder)?.iter().map(String::as_str))?;
        Some(relative(folder, &join(wanted_folder, near)?))
    }

    /// The essays by their paths without the ending.
    fn pages(&self) -> impl Iterator<Item = (&str, Target)> {
        let essays = self.files.iter().filter(|(_, file)| file.is_essay);
        essays.map(|(path, file)| (without_ending(path), file.target))
    }

    fn folders(&self) -> impl Iterator<Item = (&String, Target)> {
        self.folders.iter().map(|(path, target)| (path, *target))
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| {
            let mut places = Places::default();
            for path in self.files.keys() {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                places.in_folder.entry(folder.to_owned()).or_default().push(name.to_owned());
                places.with_name.entry(name.to_owned()).or_default().push(path.clone());
            }
            places
        })
    }
}

/// Each name with the first that has it.
fn first_of_each(all: impl Iterator<Item = (String, Target)>) -> HashMap<String, Target> {
    let mut firsts = HashMap::default();
    for (name, target) in all {
        firsts.entry(name).or_insert(target);
    }
    firsts
}

/// A path as an address would spell it: in lower case, without the ending of a page, whatever is no
/// letter or number as a hyphen, runs of them one.
pub fn slug(path: &str) -> String {
    let bare = path.strip_suffix(".md").or_else(|| path.strip_suffix(".html")).unwrap_or(path);
    let part = |part: &str| {
        let lower = part.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    };
    bare.split('/').filter(|part| !part.is_empty()).map(part).collect::<Vec<_>>().join("/")
}

/// An address without what may be left out of it.
fn address_key(address: &str) -> String {
    let bare = address.trim_matches('/');
    let bare = bare.strip_suffix("index.html").unwrap_or(bare).trim_end_matches('/');
    bare.strip_suffix(".html").unwrap_or(bare).to_owned()
}

/// The path `to` as a link from a file in `folder`.
pub fn relative(folder: &str, to: &str) -> String {
    let mut from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut rest = to;
    while let (Some(first), Some((head, tail))) = (from.first(), rest.split_once('/')) {
        if *first != head {
            break;
        }
        from.remove(0);
        rest = tail;
    }
    format!("{}{rest}", "../".repeat(from.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_as_a_relative_link() {
        assert_eq!(relative("a/b", "a/c.md"), "../c.md");
        assert_eq!(relative("", "a/c.md"), "a/c.md");
        assert_eq!(relative("a", "a/c.md"), "c.md");
    }
}
