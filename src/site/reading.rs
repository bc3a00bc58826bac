//! What a load reads from disk, with the state of the disk that it is true of.
//!
//! 1. What lies around the essays ([`Around`]).
//! 2. Each essay ([`Read`]). One stays while its file has the same stamp, is read in the same way, and
//!    brings nothing in from other files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::HashSet;
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::book::resolve::is_outside;
use crate::book::rules::join;
use crate::diagnostic::{Code, Diagnostic, Noted, Place, caught, reason};
use crate::essay::dialect::Volume;
use crate::essay::{Dialect, Essay, Library};
use crate::site::around::{Around, State};
use crate::site::library::Shelf;
use crate::site::load::Memory;
use crate::source::walk::folder_of;
use crate::source::{
    FileKind, Project, Repository, SourceFile, SourcePath, Stamp, Survey, opening, text,
};

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
        let contents = around.source();
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
            state: around.state.as_ref().map(State::print),
            same_around,
            torn: AtomicBool::new(false),
            texts: Room::new(memory.most_text),
            events: Room::new(memory.most_events),
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
    /// The room for texts in memory, and for events.
    texts: Room,
    events: Room,
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
        // Its page is made of the events. The text is for what has to be said of it.
        let records = self.events.is_left();
        let parse = || Essay::understand(path, shown, text, dialect, &listening, records);
        let mut essay = caught(&format!("{} was read", file.shown), parse)?;
        essay.notes.splice(0..0, notes);
        let asked = listening.asked.into_inner();
        self.events.take(essay.recorded());
        if !self.texts.is_left() {
            essay.manuscript.put_away();
        }
        self.texts.take(essay.manuscript.held());
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
        let folder = folder_of(&essay.shown);
        let repository = self.around.repository.as_ref();
        let paths = essay.links.iter().filter_map(|link| wanted(&link.target, folder, repository));
        paths.filter(|path| !path.is_empty() && !known.contains(path.as_str())).collect()
    }
}

/// The longest essay that is read, in bytes: three times "War and Peace". Its page, its outline and its place in the
/// search index take some twenty times that in memory.
const LONGEST: u64 = 10 << 20;

/// So many bytes of memory. Whoever takes the last of it may take a little more.
struct Room {
    most: usize,
    taken: AtomicUsize,
}

impl Room {
    fn new(most: usize) -> Room {
        Room { most, taken: AtomicUsize::new(0) }
    }

    fn is_left(&self) -> bool {
        self.taken.load(Ordering::Relaxed) < self.most
    }

    fn take(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
    }
}

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
