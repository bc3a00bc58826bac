//! The state on disk of everything that a book is made from, without reading it. Two surveys tell
//! what has changed between them, however it was done: renames, moves, a checkout of another branch.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use foldhash::{HashMap, HashSet};
use walkdir::WalkDir;
use xxhash_rust::xxh3::Xxh3;

use crate::source::project::{CONFIG_FILE, Project, TEMPLATES, slashed};
use crate::source::repository::Git;
use crate::source::stamp::Stamp;
use crate::source::walk::{FileKind, SourceFile, Walked, is_litter, walk};

/// Files below the root that say something of the book and lie in folders which are not looked into.
const SETTINGS: &[&str] = &[".config/mkdocs.yml", "docs/CNAME", "static/CNAME"];

/// What was on disk at one moment.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The files of the content folder.
    pub walked: Walked,
    /// The rest: configurations, templates, what essays include. `None`: looked for, and not there.
    pub others: BTreeMap<PathBuf, Option<Stamp>>,
    /// The folders in which any of it lies.
    pub folders: BTreeSet<PathBuf>,
    /// The folder of the site's own templates.
    templates: PathBuf,
    /// When it was taken.
    taken: SystemTime,
}

/// What happened to a file between two surveys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Appeared,
    /// It holds something else.
    Changed,
    /// It is gone.
    Vanished,
    /// It was called this before.
    Renamed(String),
}

impl Survey {
    /// Looks at `project` once, for a command that does not come back.
    pub fn of(project: &Project) -> Survey {
        Survey::take(&project.root, Some(project), [])
    }

    /// Looks at the project in `root`. Without a `project`, because its configuration is wrong, only
    /// at the root's own files. `beyond` are files outside the content folder that pages are made from.
    pub fn take<'p>(
        root: &Path,
        project: Option<&Project>,
        beyond: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Survey {
        let taken = SystemTime::now();
        let walked = project.map(walk).unwrap_or_default();
        let mut survey = Survey {
            folders: walked.folders.iter().cloned().collect(),
            others: walked
                .hidden
                .iter()
                .map(|(file, stamp)| (file.clone(), Some(*stamp)))
                .collect(),
            walked,
            templates: root.join(TEMPLATES),
            taken,
        };
        survey.look_at_root(root);
        survey.look_at_templates();
        if let Some(project) = project {
            survey.look_between(root, &project.content);
            survey.look_also_at(&project.theme);
        }
        survey.look_at_repository(root);
        survey.look_also_at(beyond);
        survey
    }

    /// Looks at further files that pages turned out to be made from.
    pub fn look_also_at<'p>(&mut self, beyond: impl IntoIterator<Item = &'p PathBuf>) {
        for file in beyond {
            if !self.others.contains_key(file) {
                self.look_at(file);
            }
        }
    }

    /// Looks at a file, or at all files below a folder.
    fn look_at(&mut self, file: &Path) {
        if file.is_dir() {
            self.look_below(file);
            return;
        }
        let stamp = fs::metadata(file).ok().map(|metadata| Stamp::of(&metadata));
        self.others.insert(file.to_owned(), stamp);
        self.folders.extend(file.parent().filter(|folder| folder.is_dir()).map(Path::to_owned));
    }

    /// What lies in the root, and what other programs put elsewhere.
    fn look_at_root(&mut self, root: &Path) {
        self.look_into(root);
        for name in SETTINGS {
            self.look_at(&root.join(name));
        }
    }

    /// The folders between the root and the content folder: each may say for which program it was written.
    fn look_between(&mut self, root: &Path, content: &Path) {
        for folder in content.ancestors().skip(1).take_while(|folder| *folder != root) {
            if !folder.starts_with(root) {
                return;
            }
            self.look_into(folder);
        }
    }

    /// The branch and the remotes of the repository that the project lies in.
    fn look_at_repository(&mut self, root: &Path) {
        let Some(git) = Git::around(root) else { return };
        for file in git.files().into_iter().filter(|file| !file.is_dir()) {
            self.look_at(&file);
        }
    }

    /// The files and the names of the folders in `folder`: one that comes or goes may be that with the
    /// essays or with the templates.
    fn look_into(&mut self, folder: &Path) {
        self.folders.insert(folder.to_owned());
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Ok(metadata) = fs::metadata(entry.path()) else { continue };
            let is_own = name.to_string_lossy().contains(".sternpost");
            if is_own || is_litter(&name.to_string_lossy()) {
                continue;
            }
            let stamp = if metadata.is_dir() { Stamp::default() } else { Stamp::of(&metadata) };
            self.others.insert(entry.path(), Some(stamp));
        }
    }

    fn look_at_templates(&mut self) {
        self.look_below(&self.templates.clone());
    }

    fn look_below(&mut self, folder: &Path) {
        for entry in WalkDir::new(folder).into_iter().flatten() {
            if entry.file_type().is_dir() {
                self.folders.insert(entry.into_path());
            } else if !is_litter(&entry.file_name().to_string_lossy()) {
                let stamp = entry.metadata().ok().map(|metadata| Stamp::of(&metadata));
                self.others.insert(entry.into_path(), stamp);
            }
        }
    }

    /// Looks again at `files` only, of which something is said to have happened, and gives what has. `None`,
    /// and nothing is noted, if that takes a look at everything: a file is new, missing or empty, it is a
    /// folder, or it says something of others, as a configuration does.
    pub fn touch<'p>(
        &mut self,
        files: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Option<Differences> {
        let taken = SystemTime::now();
        let mut found = Vec::new();
        for file in files {
            let metadata = fs::metadata(file).ok();
            let walked = self.walked_file(file).map(|known| (known.stamp, Some(known.kind)));
            let is_template = file.starts_with(&self.templates);
            let other = || Some(((*self.others.get(file).filter(|_| is_template)?)?, None));
            let Some((before, kind)) = walked.or_else(other) else {
                // A file that came and went, as editors make them, or a folder in which something happened.
                let is_nothing = metadata.is_none() && !self.others.contains_key(file);
                if is_nothing || self.folders.contains(file) { continue } else { return None }
            };
            let metadata = metadata.filter(|m| m.is_file() && m.len() > 0)?;
            let now = Some(Stamp::of(&metadata));
            found.push(Difference { file: file.clone(), kind, before: Some(before), now });
        }
        found.retain(|file| file.before != file.now);
        for Difference { file, now, .. } in &found {
            self.note(file, *now);
        }
        Some(Differences { files: found, is_sure: true, taken })
    }

    /// Forgets what [`Survey::touch`] found.
    pub fn untouch(&mut self, found: &Differences) {
        for Difference { file, before, .. } in &found.files {
            self.note(file, *before);
        }
    }

    fn note(&mut self, file: &Path, stamp: Option<Stamp>) {
        match self.walked_file(file) {
            Some(known) => known.stamp = stamp.unwrap_or_default(),
            None => drop(self.others.insert(file.to_owned(), stamp)),
        }
    }

    fn walked_file(&mut self, file: &Path) -> Option<&mut SourceFile> {
        // Bytes are compared rather than parts of paths: each file has one spelling here.
        self.walked.files.iter_mut().find(|known| known.file.as_os_str() == file.as_os_str())
    }

    /// Whether a file with this stamp may have been written again without a trace, after this survey.
    pub fn may_deceive(&self, stamp: Stamp) -> bool {
        stamp != Stamp::default() && stamp.may_deceive(self.taken)
    }

    /// What tells this state of the disk from any other, `beyond` looked at too and the files and folders
    /// `aside` left out; `None` if something may change, or have changed since the survey was taken, without
    /// a trace.
    pub fn state(&self, beyond: &[PathBuf], aside: &[&Path]) -> Option<u128> {
        let mut more = self.without_files();
        more.look_also_at(beyond.iter().filter(|file| !self.others.contains_key(*file)));
        let files = self.walked.files.iter().map(|file| (&file.file, Some(file.stamp)));
        let others = self.others.iter().chain(&more.others).map(|(file, stamp)| (file, *stamp));
        let folders = self.walked.folders.iter().map(|folder| (folder, None));
        // What is missing may have been there when it was read.
        let missing = more.others.iter().filter(|(_, stamp)| stamp.is_none());
        let just_gone = |file: &Path| {
            let above = file.ancestors().skip(1).find_map(|folder| fs::metadata(folder).ok());
            above.is_some_and(|folder| Stamp::of(&folder).is_after(self.taken))
        };
        if missing.into_iter().any(|(file, _)| just_gone(file)) {
            return None;
        }
        let mut hasher = Xxh3::new();
        for (path, stamp) in files.chain(others).chain(folders) {
            if aside.iter().any(|aside| lies_in(path, aside)) {
                continue;
            }
            if stamp.is_some_and(|s: Stamp| self.may_deceive(s) || s.is_after(self.taken)) {
                return None;
            }
            (path.as_os_str(), stamp).hash(&mut hasher);
        }
        format!("{:?}", self.walked.notes).hash(&mut hasher);
        Some(hasher.digest128())
    }

    /// The same survey of nothing.
    fn without_files(&self) -> Survey {
        Survey {
            walked: Walked::default(),
            others: BTreeMap::new(),
            folders: BTreeSet::new(),
            templates: self.templates.clone(),
            taken: self.taken,
        }
    }

    /// What has changed since `earlier`.
    pub fn since(&self, earlier: &Survey) -> Differences {
        let mut found = Vec::new();
        merge(
            earlier.walked.files.iter(),
            self.walked.files.iter(),
            |a, b| a.path.cmp(&b.path),
            |old, new| {
                let Some(file) = old.or(new) else { return };
                let stamp = |file: Option<&SourceFile>| file.map(|file| file.stamp);
                found.push((file.file.as_path(), Some(file.kind), stamp(old), stamp(new)));
            },
        );
        merge(
            earlier.others.iter(),
            self.others.iter(),
            |a, b| a.0.cmp(b.0),
            |old, new| {
                let Some((file, _)) = old.or(new) else { return };
                let stamp = |entry: Option<(&PathBuf, &Option<Stamp>)>| entry.and_then(|e| *e.1);
                found.push((file.as_path(), None, stamp(old), stamp(new)));
            },
        );
        let files = found
            .into_iter()
            .filter(|(_, _, before, now)| before != now)
            .map(|(file, kind, before, now)| Difference {
                file: file.to_owned(),
                kind,
                before,
                now,
            })
            .collect();
        let sure = !earlier.walked.files.iter().any(|file| earlier.may_deceive(file.stamp))
            && !earlier.others.values().flatten().any(|stamp| earlier.may_deceive(*stamp));
        let told_the_same = self.walked.notes == earlier.walked.notes;
        Differences { files, is_sure: sure && told_the_same, taken: self.taken }
    }
}

/// Whether `path` is `folder` or lies in it. Paths are taken apart only where their bytes begin alike: else that would be
/// most of the work.
fn lies_in(path: &Path, folder: &Path) -> bool {
    let [path_bytes, bytes] = [path, folder].map(|path| path.as_os_str().as_encoded_bytes());
    let begins = bytes.strip_suffix(b"/").unwrap_or(bytes);
    (cfg!(windows) || path_bytes.starts_with(begins)) && path.starts_with(folder)
}

/// Walks two ordered lists side by side: each pair of equals, and each that has no equal, alone.
fn merge<T: Copy>(
    old: impl Iterator<Item = T>,
    new: impl Iterator<Item = T>,
    compare: impl Fn(T, T) -> Ordering,
    mut each: impl FnMut(Option<T>, Option<T>),
) {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => compare(*a, *b),
        };
        let before = if order.is_le() { old.next() } else { None };
        let now = if order.is_ge() { new.next() } else { None };
        each(before, now);
    }
}

/// A file of which two surveys say different things.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Where it is, or was.
    file: PathBuf,
    /// What it is, if it lies in the content folder.
    kind: Option<FileKind>,
    /// Its state before; `None`: it was not there.
    before: Option<Stamp>,
    /// Its state now; `None`: it is not there.
    now: Option<Stamp>,
}

/// What has changed between two surveys.
#[derive(Debug, Clone)]
pub struct Differences {
    /// The files.
    pub files: Vec<Difference>,
    /// Whether that is all for sure; else a file may have been written twice within one tick of the clock,
    /// and must be read again.
    pub is_sure: bool,
    taken: SystemTime,
}

impl Differences {
    /// Whether the files still are as they were found to be; else some are being saved.
    pub fn hold(&self) -> bool {
        self.files.iter().all(|difference| {
            let now = fs::metadata(&difference.file).ok();
            let is_folder = now.as_ref().is_some_and(fs::Metadata::is_dir);
            let now = now.map(|metadata| Stamp::of(&metadata));
            now == difference.now || (is_folder && difference.now.is_some())
        })
    }

    /// Files that were renamed: the old path of each and the new one.
    pub fn renames(&self) -> Vec<(PathBuf, PathBuf)> {
        let appeared = self.files.iter().filter(|file| file.before.is_none());
        let appeared: HashMap<_, &PathBuf> =
            appeared.filter_map(|file| Some((file.now?.kept_by_renaming()?, &file.file))).collect();
        let gone = self.files.iter().filter(|file| file.now.is_none());
        let renamed = gone.filter_map(|file| {
            let to = *appeared.get(&file.before?.kept_by_renaming()?)?;
            Some((file.file.clone(), to.clone()))
        });
        renamed.collect()
    }

    /// Whether this may be the middle of a save, so that it is better to look again shortly than to take
    /// notice: editors rename and delete on the way. What was renamed is not missing. `patience` is how
    /// long an empty file is given.
    pub fn unsettled(&self, patience: Duration) -> Unsettled {
        let moved: HashSet<PathBuf> = self.renames().into_iter().map(|(from, _)| from).collect();
        let matters = |file: &&Difference| file.kind != Some(FileKind::Other);
        let mut files = self.files.iter().filter(matters);
        let missing = files.clone().any(|file| {
            file.now.is_none()
                && file.before != Some(Stamp::default())
                && !moved.contains(&file.file)
        });
        let empty = files.any(|file| {
            file.now.is_some_and(|now| {
                now != Stamp::default() && now.is_being_saved(self.taken, patience)
            })
        });
        Unsettled { missing, empty }
    }

    /// What happened to the files that pages are made from, as the author calls them. `beyond` are those
    /// outside the content folder.
    pub fn changes(&self, root: &Path, beyond: &[PathBuf]) -> Vec<(String, Change)> {
        let templates = root.join(TEMPLATES);
        let matters = |file: &&Difference| match file.kind {
            Some(kind) => kind != FileKind::Other,
            None => {
                let is_folder = [file.before, file.now].contains(&Some(Stamp::default()));
                let in_root = file.file.parent() == Some(root) && !file.file.ends_with(CONFIG_FILE);
                let is_template = file.file.starts_with(&templates) && file.file != templates;
                is_template
                    || beyond.contains(&file.file)
                    || !(in_root
                        || is_folder
                        || file.file.components().any(|part| part.as_os_str() == ".git"))
            }
        };
        let renames = self.renames();
        let (from, to): (HashSet<_>, HashMap<_, _>) =
            renames.iter().map(|(from, to)| (from, (to, from))).unzip();
        let shown = |file: &Path| slashed(file.strip_prefix(root).unwrap_or(file));
        let mut changes: Vec<(String, Change)> = self
            .files
            .iter()
            .filter(matters)
            .filter(|file| !from.contains(&file.file))
            .map(|file| {
                let change = match (file.before, file.now, to.get(&file.file)) {
                    (_, _, Some(from)) => Change::Renamed(shown(from)),
                    (None, _, _) => Change::Appeared,
                    (_, None, _) => Change::Vanished,
                    _ => Change::Changed,
                };
                (shown(&file.file), change)
            })
            .collect();
        changes.sort_by(|a, b| a.0.cmp(&b.0));
        changes
    }
}

/// What about a survey may be the middle of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsettled {
    /// A file is missing.
    pub missing: bool,
    /// A file has just become empty.
    pub empty: bool,
}
