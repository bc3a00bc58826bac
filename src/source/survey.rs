//! The state on disk of everything that a book is made from, without reading it. Two surveys tell
//! what has changed between them, however it was done: renames, moves, a checkout of another branch.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use crate::source::project::{CONFIG_FILE, Project, slashed};
use crate::source::stamp::Stamp;
use crate::source::walk::{FileKind, Walked, is_litter, walk};

/// Files below the root that say something of the book and lie in folders which are not looked into.
const SETTINGS: &[&str] = &[".config/mkdocs.yml", ".git/HEAD", ".git/config", "docs/CNAME"];

/// What was on disk at one moment.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The files of the content folder.
    pub walked: Walked,
    /// The rest: configurations, templates, what essays include. `None`: looked for, and not there.
    pub others: BTreeMap<PathBuf, Option<Stamp>>,
    /// The folders in which any of it lies.
    pub folders: BTreeSet<PathBuf>,
    /// When it was taken.
    taken: SystemTime,
}

/// What happened to a file between two surveys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Appeared,
    /// It holds something else.
    Changed,
    /// It is gone.
    Vanished,
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
            taken,
        };
        survey.look_at_root(root);
        survey.look_at_templates(&root.join("templates"));
        for file in beyond {
            survey.look_at(file);
        }
        survey
    }

    fn look_at(&mut self, file: &Path) {
        let stamp = fs::metadata(file).ok().map(|metadata| Stamp::of(&metadata));
        self.others.insert(file.to_owned(), stamp);
        self.folders.extend(file.parent().filter(|folder| folder.is_dir()).map(Path::to_owned));
    }

    /// The files and the names of the folders in the root: a folder that comes or goes may be the one
    /// with the essays or with the templates.
    fn look_at_root(&mut self, root: &Path) {
        self.folders.insert(root.to_owned());
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Ok(metadata) = fs::metadata(entry.path()) else { continue };
            let is_own = name.to_string_lossy().starts_with(".sternpost")
                || name.to_string_lossy().contains(".sternpost-");
            if is_own || is_litter(&name.to_string_lossy()) {
                continue;
            }
            let stamp = if metadata.is_dir() { Stamp::default() } else { Stamp::of(&metadata) };
            self.others.insert(entry.path(), Some(stamp));
        }
        for name in SETTINGS {
            self.look_at(&root.join(name));
        }
    }

    fn look_at_templates(&mut self, folder: &Path) {
        for entry in WalkDir::new(folder).into_iter().flatten() {
            if entry.file_type().is_dir() {
                self.folders.insert(entry.into_path());
            } else if !is_litter(&entry.file_name().to_string_lossy()) {
                let stamp = entry.metadata().ok().map(|metadata| Stamp::of(&metadata));
                self.others.insert(entry.into_path(), stamp);
            }
        }
    }

    /// All files with their stamps.
    fn stamps(&self) -> impl Iterator<Item = (&Path, Stamp)> {
        let walked = self.walked.files.iter().map(|file| (file.file.as_path(), file.stamp));
        let others =
            self.others.iter().filter_map(|(file, stamp)| Some((file.as_path(), (*stamp)?)));
        walked.chain(others)
    }

    /// How what was found now compares with what was found then.
    pub fn compared_with(&self, earlier: &Survey) -> Comparison {
        let files = |survey: &Survey| survey.stamps().map(|(_, stamp)| stamp).collect::<Vec<_>>();
        let names =
            |survey: &Survey| survey.stamps().map(|(file, _)| file.to_owned()).collect::<Vec<_>>();
        let is_same = self.walked.notes == earlier.walked.notes
            && files(self) == files(earlier)
            && names(self) == names(earlier);
        if !is_same {
            Comparison::Different
        } else if earlier.stamps().any(|(_, stamp)| earlier.may_deceive(stamp)) {
            Comparison::Doubtful
        } else {
            Comparison::Same
        }
    }

    /// Whether a file with this stamp may have been written again without a trace, after this survey.
    pub fn may_deceive(&self, stamp: Stamp) -> bool {
        stamp != Stamp::default() && stamp.may_deceive(self.taken)
    }

    /// What happened since `earlier` to the files that pages are made from, as the author calls them.
    pub fn changes(&self, earlier: &Survey, root: &Path) -> Vec<(String, Change)> {
        let mattering = |survey: &Survey| -> BTreeMap<PathBuf, Stamp> {
            let files = survey.walked.files.iter().filter(|file| file.kind != FileKind::Other);
            let files = files.map(|file| (file.file.clone(), file.stamp));
            let templates = root.join("templates");
            let others = survey.others.iter().filter(|(file, stamp)| {
                let in_root = file.parent() == Some(root) && !file.ends_with(CONFIG_FILE);
                !in_root && **stamp != Some(Stamp::default())
                    || file.starts_with(&templates) && **file != templates
            });
            files
                .chain(others.filter_map(|(file, stamp)| Some((file.clone(), (*stamp)?))))
                .filter(|(file, _)| !file.components().any(|part| part.as_os_str() == ".git"))
                .collect()
        };
        let (before, now) = (mattering(earlier), mattering(self));
        let shown = |file: &Path| slashed(file.strip_prefix(root).unwrap_or(file));
        let mut changes: Vec<(String, Change)> = now
            .iter()
            .filter_map(|(file, stamp)| match before.get(file) {
                None => Some((shown(file), Change::Appeared)),
                Some(old) => (old != stamp).then(|| (shown(file), Change::Changed)),
            })
            .collect();
        let gone = before.keys().filter(|file| !now.contains_key(*file));
        changes.extend(gone.map(|file| (shown(file), Change::Vanished)));
        changes.sort_by(|a, b| a.0.cmp(&b.0));
        changes
    }

    /// Files that were renamed since `earlier`: the old path of each and the new one.
    pub fn renames(&self, earlier: &Survey) -> Vec<(PathBuf, PathBuf)> {
        let known: HashMap<&Path, ()> = earlier.stamps().map(|(file, _)| (file, ())).collect();
        let here: HashMap<&Path, ()> = self.stamps().map(|(file, _)| (file, ())).collect();
        let appeared: HashMap<(u64, u64), &Path> = self
            .stamps()
            .filter(|(file, _)| !known.contains_key(file))
            .filter_map(|(file, stamp)| Some((stamp.identity?, file)))
            .collect();
        earlier
            .stamps()
            .filter(|(file, _)| !here.contains_key(file))
            .filter_map(|(file, stamp)| {
                Some((file.to_owned(), (*appeared.get(&stamp.identity?)?).to_owned()))
            })
            .collect()
    }

    /// Whether something that was there is missing or empty in the way of a file that is being saved,
    /// so that it is better to look again than to take notice: editors rename and delete on the way.
    /// What was renamed is not missing. `patience` is how long an empty file is given.
    pub fn is_unsettled(&self, earlier: &Survey, patience: Duration) -> Unsettled {
        let before: HashMap<&Path, Stamp> = earlier.stamps().collect();
        let here: HashMap<&Path, Stamp> = self.stamps().collect();
        let identities: BTreeSet<_> = here.values().filter_map(|stamp| stamp.identity).collect();
        let missing = before.iter().any(|(file, stamp)| {
            !here.contains_key(file)
                && stamp.identity.is_none_or(|identity| !identities.contains(&identity))
        });
        let empty = here.iter().any(|(file, stamp)| {
            before.get(file).is_none_or(|before| before.length > 0)
                && stamp.is_being_saved(self.taken, patience)
                && *stamp != Stamp::default()
        });
        Unsettled { missing, empty }
    }
}

/// What two surveys have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// All: no file needs to be read again.
    Same,
    /// All that can be seen, but a file may have been written twice within one tick of the clock.
    Doubtful,
    /// Something has changed.
    Different,
}

/// What about a survey may be the middle of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsettled {
    /// A file is missing.
    pub missing: bool,
    /// A file has just become empty.
    pub empty: bool,
}
