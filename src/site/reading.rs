//! What a load reads from disk, with the state of the disk that it is true of.
//!
//! 1. What lies around the essays ([`Around`]): which programs they were written for, the author's
//!    contents, what folders say of themselves. It stays while no file but essays changes.
//! 2. Each essay ([`Read`]). One stays while its file has the same stamp, is read in the same way, and
//!    brings nothing in from other files.

use std::collections::BTreeSet;
use std::fs;
use std::hash::Hash;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::{HashMap, HashSet};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::book::resolve::is_outside;
use crate::book::rules::join;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Noted, Place, caught, reason};
use crate::essay::dialect::Volume;
use crate::essay::{Dialect, Essay, Library};
use crate::site::library::Shelf;
use crate::site::load::Memory;
use crate::source::folders::{self, Folder};
use crate::source::navigation::{self, Navigation};
use crate::source::{
    ByFolder, FileKind, Project, Repository, SourceFile, SourcePath, Stamp, Survey, opening, text,
};
use crate::system::{System, Systems};

/// Everything that was read.
#[derive(Debug)]
pub struct Reading {
    /// What lies around the essays.
    pub around: Arc<Around>,
    /// Where files were looked for to be brought in that are not listed, as paths from the root.
    pub tried: BTreeSet<String>,
    /// Whether a file was another when it was read than when it was listed.
    pub torn: bool,
    /// The essays, drafts included, ordered by path.
    read: Vec<Read>,
}

/// What lies around the essays.
#[derive(Debug)]
pub struct Around {
    /// What tells the state of the disk that this is true of from others; `None` if that cannot be told for sure.
    print: Option<u128>,
    config: Config,
    /// The state of the file that holds the author's contents, where that is one of Markdown.
    contents: Option<Stamp>,
    /// The programs for which the root was written.
    outer: Systems,
    /// The programs for which the essays of each folder were written.
    systems: HashMap<String, Systems>,
    /// The author's contents.
    pub navigation: Option<Navigation>,
    /// What folders say of themselves.
    pub folders: HashMap<String, Folder>,
    /// The repository that the project lies in.
    pub repository: Option<Repository>,
    /// Where the site is or was published.
    pub site_urls: Vec<String>,
    /// The files that are no essays.
    pub files: Vec<SourceFile>,
}

/// What takes a look into every folder to find out, and the state of the disk and the configuration that it is true
/// of: worth keeping for the next run.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Lasting {
    state: State,
    systems: HashMap<String, Systems>,
    folders: HashMap<String, Folder>,
}

/// What tells the state of all that is found out from others: prints of the disk and of the configuration, the state of
/// the author's contents, and for which programs the root was written, which the folder above it may say.
type State = (u128, u128, Option<Stamp>, Systems);

/// One essay, with the state of its file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Read {
    essay: Arc<Essay>,
    stamp: Stamp,
    /// Whether the file may have been written again without a trace.
    doubtful: bool,
    /// Whether it brings in what stands in other files.
    asks: bool,
    /// What its links may mean on disk beside essays and files, by paths from the root.
    wanted: Vec<String>,
    /// What tells the state of all that lay around it by then; `None` if that could not be told for sure.
    around: Option<u128>,
}

impl Read {
    /// The path of its file.
    pub(super) fn path(&self) -> &SourcePath {
        &self.essay.source
    }

    /// Whether `other` is the same state of the same essay.
    pub(super) fn is(&self, other: &Read) -> bool {
        Arc::ptr_eq(&self.essay, &other.essay)
            && self.stamp == other.stamp
            && self.around == other.around
    }
}

impl Reading {
    /// Reads what `survey` found. What `memory` holds and is still true is taken from there.
    pub fn new(project: &Project, survey: &Survey, memory: Memory<'_>) -> Noted<Reading> {
        let before = memory.before.map(|loaded| &loaded.reading);
        let (around, same_around) = Around::now(project, survey, memory);
        let contents = around.navigation.as_ref().and_then(|navigation| navigation.source.as_ref());
        let files: Vec<&SourceFile> = survey
            .walked
            .files
            .iter()
            .filter(|file| file.kind == FileKind::Markdown && Some(&file.path) != contents)
            .collect();
        let desk = Desk {
            root: &project.root,
            survey,
            around: &around,
            library: Shelf::new(project, files.iter().map(|file| file.path.as_str())),
            known: OnceLock::new(),
            files: &files,
            state: around.state().map(|state| print_of(&state)),
            same_around,
            torn: AtomicBool::new(false),
            most_text: memory.most_text,
            held: AtomicUsize::new(0),
        };
        let old = paired(&files, before.map_or(&memory.kept.read, |before| &before.read));
        let dialects = around.dialects(project, &files);
        let read: Vec<Result<Read, Diagnostic>> = files
            .par_iter()
            .zip(old)
            .zip(dialects)
            .with_min_len(64)
            .map(|((file, old), dialect)| desk.read(file, dialect, old))
            .collect();
        let (torn, tried) = (desk.torn.into_inner(), desk.library.tried());
        let mut notes = Vec::new();
        let read = read.into_iter().filter_map(|read| read.map_err(|note| notes.push(note)).ok());
        let read = read.collect();
        Noted { value: Reading { around, tried, torn, read }, notes }
    }

    /// What may be kept of it on disk: the essays about which nothing has to be said, and which stand for
    /// themselves.
    pub(super) fn lasting(&self) -> impl Iterator<Item = &Read> {
        let lasts = |read: &&Read| !read.doubtful && !read.asks && read.essay.notes.is_empty();
        self.read.iter().filter(lasts)
    }

    /// The essays.
    pub fn essays(&self) -> Vec<Arc<Essay>> {
        self.read.iter().map(|read| Arc::clone(&read.essay)).collect()
    }

    /// What the links of all essays may mean on disk.
    pub fn wanted(&self) -> HashSet<String> {
        self.read.iter().flat_map(|read| read.wanted.iter().cloned()).collect()
    }
}

/// For each of `files` what was read of it before. Both are ordered by path.
fn paired<'r>(files: &[&SourceFile], before: &'r [Read]) -> Vec<Option<&'r Read>> {
    let mut old = before.iter().peekable();
    let mut pairs = Vec::with_capacity(files.len());
    for file in files {
        while old.next_if(|read| read.essay.source < file.path).is_some() {}
        pairs.push(old.next_if(|read| read.essay.source == file.path));
    }
    pairs
}

impl Around {
    /// What lies around the essays now: what was known before in this run if nothing there has changed, and whether
    /// it is that.
    fn now(project: &Project, survey: &Survey, memory: Memory<'_>) -> (Arc<Around>, bool) {
        let print = print(survey, &project.output);
        let contents = |source: Option<&SourcePath>| {
            let stamp = survey.walked.files.iter().find(|file| Some(&file.path) == source)?.stamp;
            Some(stamp).filter(|stamp| !survey.may_deceive(*stamp))
        };
        if let (Some(loaded), Some(_)) = (memory.before, print) {
            let around = &loaded.reading.around;
            let source = around.navigation.as_ref().and_then(|n| n.source.as_ref());
            let same_contents = source.is_none()
                || contents(source).is_some_and(|now| Some(now) == around.contents);
            if around.print == print && around.config == project.config && same_contents {
                return (Arc::clone(around), true);
            }
        }
        let navigation = navigation::read(project);
        let source = navigation.as_ref().and_then(|navigation| navigation.source.clone());
        let files: Vec<SourceFile> = survey.walked.files.clone();
        let (markdown, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.kind == FileKind::Markdown);
        let mut by_folder =
            ByFolder::new(&project.root, project.config.handbook.dialects.as_deref());
        let mut around = Around {
            print,
            outer: by_folder.of(&project.root),
            config: project.config.clone(),
            contents: contents(source.as_ref()),
            systems: HashMap::default(),
            navigation,
            folders: HashMap::default(),
            repository: Repository::of(project),
            site_urls: project.site_urls(),
            files,
        };
        let kept = memory.kept.around.as_ref().filter(|_| memory.before.is_none());
        let kept = kept.filter(|kept| Some(kept.state) == around.state());
        match kept {
            Some(kept) => {
                around.systems.clone_from(&kept.systems);
                around.folders.clone_from(&kept.folders);
            }
            None => {
                let essays = markdown.iter().filter(|file| Some(&file.path) != source.as_ref());
                around.look_into_folders(project, &mut by_folder, &essays.collect::<Vec<_>>());
            }
        }
        (Arc::new(around), false)
    }

    /// Finds out what the folders of `essays` say of themselves.
    fn look_into_folders(
        &mut self,
        project: &Project,
        by_folder: &mut ByFolder,
        essays: &[&SourceFile],
    ) {
        for file in essays {
            if !self.systems.contains_key(file.path.folder()) {
                let folder = file.file.parent().unwrap_or(&project.content);
                self.systems.insert(file.path.folder().to_owned(), by_folder.of(folder));
            }
        }
        let names = folders_of(essays);
        self.folders = folders::read(project, names.iter().copied());
    }

    /// What tells the state of all that this is made from; `None` if that cannot be told for sure.
    fn state(&self) -> Option<State> {
        let is_sure =
            self.navigation.as_ref().is_none_or(|n| n.source.is_none()) || self.contents.is_some();
        let config = xxh3_128(format!("{:?}", self.config).as_bytes());
        Some((self.print.filter(|_| is_sure)?, config, self.contents, self.outer))
    }

    /// What may be kept of it on disk.
    pub(super) fn lasting(&self) -> Option<Lasting> {
        let (systems, folders) = (self.systems.clone(), self.folders.clone());
        Some(Lasting { state: self.state()?, systems, folders })
    }

    /// How each of `files` is read.
    fn dialects<'f>(&self, project: &'f Project, files: &[&'f SourceFile]) -> Vec<Dialect> {
        let plain =
            Dialect::new(&project.config.output.html).with_html(project.config.handbook.raw_html);
        let mut last: Option<(&str, Systems)> = None;
        let of = |file: &'f SourceFile| {
            let folder = file.path.folder();
            let systems = match last {
                Some((known, systems)) if known == folder => systems,
                _ => self.systems.get(folder).copied().unwrap_or_default(),
            };
            last = Some((folder, systems));
            match file.path.as_str().ends_with(".mdx") {
                true => plain.written_for(systems.with(System::Docusaurus)),
                false => plain.written_for(systems),
            }
        };
        files.iter().copied().map(of).collect()
    }
}

/// What tells the state of all files but essays from others; `None` if it cannot be told for sure.
/// Of essays it tells which there are, and of `_index.md`, by whose first lines Hugo is known, the state.
/// The folder of the site, `output`, is not there before the first build.
fn print(survey: &Survey, output: &Path) -> Option<u128> {
    let mut hasher = Xxh3::new();
    let mut sure = true;
    let mut add = |path: &Path, stamp: Option<Stamp>| {
        (path.as_os_str(), stamp).hash(&mut hasher);
        sure &= stamp.is_none_or(|stamp| !survey.may_deceive(stamp));
    };
    for file in &survey.walked.files {
        let is_essay = file.kind == FileKind::Markdown && file.path.stem() != "_index";
        add(&file.file, Some(file.stamp).filter(|_| !is_essay));
    }
    for (file, stamp) in survey.others.iter().filter(|(file, _)| *file != output) {
        add(file, *stamp);
    }
    sure.then(|| hasher.digest128())
}

/// What tells a state from others.
fn print_of(state: &State) -> u128 {
    let mut hasher = Xxh3::new();
    state.hash(&mut hasher);
    hasher.digest128()
}

/// What is needed to read one essay.
struct Desk<'d> {
    root: &'d Path,
    survey: &'d Survey,
    around: &'d Around,
    library: Shelf<'d>,
    files: &'d [&'d SourceFile],
    /// The paths of all essays and files from the root, gathered when first asked for.
    known: OnceLock<HashSet<&'d str>>,
    /// What tells the state of what lies around the essays, if that can be told for sure.
    state: Option<u128>,
    /// Whether that is what lay around them before in this run.
    same_around: bool,
    torn: AtomicBool,
    /// How many bytes of texts are kept in memory, and how many there were.
    most_text: usize,
    held: AtomicUsize,
}

impl Desk<'_> {
    fn read(
        &self,
        file: &SourceFile,
        dialect: Dialect,
        old: Option<&Read>,
    ) -> Result<Read, Diagnostic> {
        let old = old.filter(|old| old.essay.dialect == dialect && old.essay.shown == file.shown);
        let kept = old.filter(|old| old.stamp == file.stamp && !old.doubtful && !old.asks);
        let (essay, asks) = match kept {
            Some(old) => (Arc::clone(&old.essay), false),
            None => self.parse(file, dialect, old)?,
        };
        essay.manuscript.lies_in(&file.file);
        let is_same = |old: &&Read| {
            let same_around =
                self.same_around || (self.state.is_some() && old.around == self.state);
            same_around && Arc::ptr_eq(&old.essay, &essay)
        };
        let same = old.filter(is_same);
        let wanted = same.map_or_else(|| self.wanted(&essay), |old| old.wanted.clone());
        let doubtful = self.survey.may_deceive(file.stamp);
        Ok(Read { essay, stamp: file.stamp, doubtful, asks, wanted, around: self.state })
    }

    /// Parses a file. If that gives what is known of it, then that.
    fn parse(
        &self,
        file: &SourceFile,
        dialect: Dialect,
        old: Option<&Read>,
    ) -> Result<(Arc<Essay>, bool), Diagnostic> {
        if file.stamp.length > LONGEST {
            let size = file.stamp.length.div_ceil(1 << 20);
            let message = format!("{} is too long to be an essay: {size} MB", file.shown);
            return Err(Diagnostic::warning(Code::Unreadable, message)
                .at(Place::file(&file.shown))
                .hint(format!("it was left out; an essay may have {} MB", LONGEST >> 20))
                .hint("split it into several, or give it another ending than .md"));
        }
        let bytes = opening::read(self.root, &file.file);
        let stamp = fs::metadata(&file.file).map(|metadata| Stamp::of(&metadata));
        if stamp.ok() != Some(file.stamp) {
            self.torn.store(true, Ordering::Relaxed);
        }
        let bytes = bytes.map_err(|error| {
            let message = format!("cannot read {}: {}", file.shown, reason(&error));
            Diagnostic::warning(Code::Unreadable, message)
                .at(Place::file(&file.shown))
                .hint("it was left out")
        })?;
        let Noted { value: text, notes } = text::decode(&file.shown, bytes);
        if let Some(old) = old
            && !old.asks
            && notes.is_empty()
            && !old.essay.notes.iter().any(|note| note.code == Code::Encoding)
            && old.essay.manuscript.is(&text)
        {
            return Ok((Arc::clone(&old.essay), false));
        }
        let listening = Listening { library: &self.library, asked: AtomicBool::new(false) };
        let (path, shown) = (file.path.clone(), file.shown.clone());
        let parse = || Essay::parse(path, shown, text, dialect, &listening);
        let mut essay = caught(&format!("{} was read", file.shown), parse)?;
        essay.notes.splice(0..0, notes);
        let asked = listening.asked.into_inner();
        if self.held.fetch_add(essay.manuscript.held(), Ordering::Relaxed) > self.most_text {
            essay.manuscript.put_away();
        }
        let essay = match old {
            Some(old) if old.essay.says_the_same_as(&essay) => Arc::clone(&old.essay),
            _ => Arc::new(essay),
        };
        Ok((essay, asked))
    }

    /// What the links of `essay` may mean on disk beside essays and files.
    fn wanted(&self, essay: &Essay) -> Vec<String> {
        let known = self.known.get_or_init(|| {
            let essays = self.files.iter().map(|file| file.shown.as_str());
            essays.chain(self.around.files.iter().map(|file| file.shown.as_str())).collect()
        });
        let folder = essay.shown.rsplit_once('/').map_or("", |(folder, _)| folder);
        let repository = self.around.repository.as_ref();
        let paths = essay.links.iter().filter_map(|link| wanted(&link.target, folder, repository));
        paths.filter(|path| !path.is_empty() && !known.contains(path.as_str())).collect()
    }
}

/// The longest essay that is read, in bytes: three times "War and Peace". Its page, its outline and its place in the
/// search index take some twenty times that in memory.
const LONGEST: u64 = 10 << 20;

/// A library that remembers whether it was asked for anything.
struct Listening<'l> {
    library: &'l dyn Library,
    asked: AtomicBool,
}

impl Library for Listening<'_> {
    fn read(&self, from: &SourcePath, path: &str) -> Result<Volume, String> {
        self.asked.store(true, Ordering::Relaxed);
        self.library.read(from, path)
    }

    fn note(&self, from: &SourcePath, name: &str) -> Result<Volume, String> {
        self.asked.store(true, Ordering::Relaxed);
        self.library.note(from, name)
    }
}

/// All folders in which essays lie, or folders with essays.
fn folders_of<'p>(essays: &[&'p SourceFile]) -> BTreeSet<&'p str> {
    let mut folders = BTreeSet::new();
    for essay in essays {
        let mut folder = essay.path.folder();
        while folders.insert(folder) && !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
    folders
}

/// The path from the root that a link may mean on disk.
fn wanted(target: &str, folder: &str, repository: Option<&Repository>) -> Option<String> {
    let path = target.trim().split(['?', '#']).next().unwrap_or("");
    if is_outside(path) {
        return Some(repository?.own(path)?.path);
    }
    let path = percent_decode_str(path).decode_utf8_lossy();
    match path.strip_prefix('/') {
        _ if path.is_empty() => None,
        Some(path) => join("", path),
        None => join(folder, &path),
    }
}
