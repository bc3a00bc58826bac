//! Pages that were made already, by their fingerprints. Nothing here is ever declared out of date: a
//! page is asked for by what it is made from now, and is made again if that is something else.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::preview::edition::Edition;
use crate::render::Fingerprint;
use crate::site::{Content, Inputs, Page};

/// How many bytes of pages are kept; of more, those asked for most recently. What went is made again.
const MOST_KEPT: usize = 32 * 1024 * 1024;

/// A page, ready to be sent.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its bytes, those of the build.
    pub bytes: Arc<[u8]>,
    /// What tells them from others.
    pub version: Fingerprint,
}

/// What a page turned out to be.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// These bytes.
    Made(Made),
    /// A file on disk, sent as it is.
    File(PathBuf),
    /// It cannot be made; with the last one that could be.
    Failed(Diagnostic, Option<Made>),
}

#[derive(Debug, Default)]
struct Kept {
    pages: HashMap<String, Entry>,
    bytes: usize,
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    print: Fingerprint,
    made: Option<Made>,
    failed: Option<Diagnostic>,
    /// The number of the last edition that had it so, as far as is known; 0: of none.
    edition: u64,
    used: u64,
}

/// The memory.
#[derive(Debug, Default)]
pub struct Memo(Mutex<Kept>);

impl Memo {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // What another thread left behind is whole: each entry is put in at once.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page, made or remembered.
    pub fn page(&self, edition: &Edition, page: &Page) -> Outcome {
        let name = page.url.output();
        if let Some(known) = self.kept().of_edition(&name, edition.number) {
            return known;
        }
        let (inputs, print) = match gathered(edition, page) {
            Ok(gathered) => gathered,
            Err(why) => return Outcome::Failed(why, self.last(&name)),
        };
        if let Some(known) = self.kept().remembered(&name, print, edition.number) {
            return known;
        }
        self.made(edition, page, inputs, print, true)
    }

    /// What is wrong with the page, if anything. Bytes are kept only of pages that someone looked at.
    pub fn check(&self, edition: &Edition, page: &Page) -> Option<Diagnostic> {
        let name = page.url.output();
        let (inputs, print) = match gathered(edition, page) {
            Ok(gathered) => gathered,
            Err(why) => return Some(why),
        };
        if let Some(entry) = self.kept().pages.get(&name).filter(|entry| entry.print == print) {
            return entry.failed.clone();
        }
        let was_looked_at = self.last(&name).is_some();
        match self.made(edition, page, inputs, print, was_looked_at) {
            Outcome::Failed(why, _) => Some(why),
            Outcome::Made(_) | Outcome::File(_) => None,
        }
    }

    fn made(
        &self,
        edition: &Edition,
        page: &Page,
        inputs: Inputs,
        print: Fingerprint,
        keep: bool,
    ) -> Outcome {
        let name = page.url.output();
        match edition.site.guarded(page, || edition.site.make(inputs)) {
            Ok(Content::File(file)) => Outcome::File(file),
            Ok(Content::Bytes(bytes)) => {
                let made = Made { version: Fingerprint::of(&bytes), bytes: bytes.into() };
                self.kept().put(name, print, keep.then(|| made.clone()), None);
                Outcome::Made(made)
            }
            Err(why) => {
                let last = self.last(&name);
                // What failed because a file was just being saved may work another time.
                if !edition.site.is_lost() {
                    self.kept().put(name, print, last.clone(), Some(why.clone()));
                }
                Outcome::Failed(why, last)
            }
        }
    }

    /// The last bytes that the page had.
    fn last(&self, name: &str) -> Option<Made> {
        self.kept().pages.get(name).and_then(|entry| entry.made.clone())
    }
}

/// What the page is made from.
fn gathered(edition: &Edition, page: &Page) -> Result<(Inputs, Fingerprint), Diagnostic> {
    edition.site.guarded(page, || {
        let inputs = edition.site.inputs(page);
        let print = edition.site.fingerprint(&inputs);
        Ok((inputs, print))
    })
}

impl Kept {
    /// The page of this edition, if it was asked for before.
    fn of_edition(&mut self, name: &str, edition: u64) -> Option<Outcome> {
        let print = self.pages.get(name).filter(|entry| entry.edition == edition)?.print;
        self.remembered(name, print, edition)
    }

    /// The page with this fingerprint, if all of it is known.
    fn remembered(&mut self, name: &str, print: Fingerprint, edition: u64) -> Option<Outcome> {
        self.clock += 1;
        let entry = self.pages.get_mut(name).filter(|entry| entry.print == print)?;
        entry.used = self.clock;
        entry.edition = edition;
        match (&entry.failed, &entry.made) {
            (Some(why), last) => Some(Outcome::Failed(why.clone(), last.clone())),
            (None, made) => made.clone().map(Outcome::Made),
        }
    }

    fn put(
        &mut self,
        name: String,
        print: Fingerprint,
        made: Option<Made>,
        failed: Option<Diagnostic>,
    ) {
        let size = |entry: &Entry| entry.made.as_ref().map_or(0, |made| made.bytes.len());
        let entry = Entry { print, made, failed, edition: 0, used: self.clock };
        self.bytes += size(&entry);
        if let Some(old) = self.pages.insert(name, entry) {
            self.bytes -= size(&old);
        }
        if self.bytes <= MOST_KEPT {
            return;
        }
        let mut by_use: Vec<(u64, String)> = self
            .pages
            .iter()
            .filter(|(_, entry)| entry.made.is_some())
            .map(|(name, entry)| (entry.used, name.clone()))
            .collect();
        by_use.sort();
        for (_, name) in by_use {
            if self.bytes <= MOST_KEPT / 2 {
                break;
            }
            if let Some(made) = self.pages.get_mut(&name).and_then(|entry| entry.made.take()) {
                self.bytes -= made.bytes.len();
            }
        }
    }
}
