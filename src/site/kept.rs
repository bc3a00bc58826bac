//! What is known of each essay, in a form that lasts from one run to the next.
//!
//! It is all that parsing found but the text, which stays in the essay's file. Whether it is still true is for
//! [`Reading`](super::reading::Reading) to tell: by the same rule as within one run.
//!
//! Of a book of thousands of essays a few change between two builds. So what is kept has two parts: `essays`, and
//! `essays-since` with what differs from that, which alone is written as long as it is little.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_128;

use crate::book::Related;
use crate::site::Loaded;
use crate::site::around::Lasting;
use crate::site::pictures;
use crate::site::reading::Read;
use crate::source::SourcePath;

/// Essays that are written and read as one, so that several processors can read them, and that never all are
/// in memory twice.
const LOT: usize = 256;

/// All essays are written again once one of so many differs.
const FEW: usize = 16;

/// The part with all essays as they once were.
const ESSAYS: &str = "essays";

/// The part with what differs from that.
const SINCE: &str = "essays-since";

/// The part with what lies around the essays.
const AROUND: &str = "around";

/// The part with the essays most like each.
const RELATED: &str = "related";

/// What an earlier run knew.
#[derive(Debug, Default)]
pub struct Kept {
    /// The essays, ordered by path.
    pub(super) read: Vec<Read>,
    /// What lay around them.
    pub(super) around: Option<Lasting>,
    /// Which of them were most like each.
    pub(super) related: Option<Arc<Related>>,
    /// For each of `read`, whether it is of the part with all essays.
    is_of_all: Vec<bool>,
    /// How many essays that part has, and what tells it from others.
    all: (usize, u128),
    /// The essays of that part that are no more.
    gone: BTreeSet<SourcePath>,
}

/// What differs from the part with all essays.
#[derive(Deserialize)]
struct Since {
    /// What tells the part that this is about.
    all: u128,
    read: Vec<Read>,
    gone: BTreeSet<SourcePath>,
}

/// A part to be kept, by its name: the bytes that it is to have, one after the other; `None` if it is to be removed.
pub type Part<'l> = (&'static str, Option<Box<dyn Iterator<Item = Vec<u8>> + 'l>>);

impl Kept {
    /// Nothing.
    pub const NOTHING: Kept = Kept {
        read: Vec::new(),
        around: None,
        related: None,
        is_of_all: Vec::new(),
        all: (0, 0),
        gone: BTreeSet::new(),
    };

    /// What [`Kept::renewed`] gave, of which `part` gives each part by its name; nothing where that cannot be read.
    pub fn read(part: impl Fn(&str) -> Option<Vec<u8>>) -> Kept {
        let known = part(ESSAYS).and_then(|bytes| Some((read_lots(&bytes)?, xxh3_128(&bytes))));
        let Some((read, print)) = known else { return Kept::default() };
        let since = part(SINCE).and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let since = since.filter(|since: &Since| since.all == print);
        let around = part(AROUND).and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let related = part(RELATED).and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let all = (read.len(), print);
        let Since { read: since, gone, .. } =
            since.unwrap_or(Since { all: print, read: Vec::new(), gone: BTreeSet::new() });
        let newer: BTreeSet<&SourcePath> = since.iter().map(Read::path).chain(&gone).collect();
        let stays = |read: &Read| !newer.contains(read.path());
        let old = read.into_iter().filter(stays).map(|read| (read, true));
        let mut both: Vec<(Read, bool)> = old.collect();
        drop(newer);
        if !since.is_empty() {
            both.extend(since.into_iter().map(|read| (read, false)));
            both.sort_by(|(a, _), (b, _)| a.path().cmp(b.path()));
        }
        let (read, is_of_all) = both.into_iter().unzip();
        Kept { read, around, related: related.map(Arc::new), is_of_all, all, gone }
    }

    /// The parts in which what is worth keeping of `loaded` differs from this.
    pub fn renewed<'l>(&self, loaded: &'l Loaded) -> Vec<Part<'l>> {
        let mut parts = self.renewed_essays(loaded);
        let around = loaded.reading.around.lasting();
        if around != self.around {
            let bytes = around.and_then(|around| postcard::to_stdvec(&around).ok());
            parts.push((AROUND, bytes.map(one)));
        }
        let related = &*loaded.book.related;
        if !self.related.as_ref().is_some_and(|known| known.is(related)) {
            parts.push((RELATED, postcard::to_stdvec(related).ok().map(one)));
        }
        parts
    }

    fn renewed_essays<'l>(&self, loaded: &'l Loaded) -> Vec<Part<'l>> {
        let now: Vec<&Read> = loaded.reading.lasting().collect();
        let mut old = self.read.iter().zip(&self.is_of_all).peekable();
        let mut gone = self.gone.clone();
        let mut since: Vec<&Read> = Vec::new();
        let mut is_same = true;
        for read in &now {
            while let Some((old, _)) = old.next_if(|(old, _)| old.path() < read.path()) {
                gone.insert(old.path().clone());
                is_same = false;
            }
            gone.remove(read.path());
            match old.next_if(|(old, _)| old.path() == read.path()) {
                Some((old, is_of_all)) if old.is(read) => {
                    if !is_of_all {
                        since.push(read);
                    }
                }
                _ => {
                    since.push(read);
                    is_same = false;
                }
            }
        }
        for (old, _) in old {
            gone.insert(old.path().clone());
            is_same = false;
        }
        if is_same {
            return Vec::new();
        }
        if (since.len() + gone.len()) * FEW <= self.all.0
            && let Ok(bytes) = postcard::to_stdvec(&(self.all.1, since, gone))
        {
            return vec![(SINCE, Some(one(bytes)))];
        }
        vec![(SINCE, None), (ESSAYS, Some(Box::new(lots(now))))]
    }
}

fn one<'l>(bytes: Vec<u8>) -> Box<dyn Iterator<Item = Vec<u8>> + 'l> {
    Box::new(std::iter::once(bytes))
}

/// What an earlier run knew of pictures, as [`renewed_pictures`] wrote it; nothing where that cannot be read.
pub fn read_pictures(bytes: &[u8]) -> Vec<pictures::Read> {
    postcard::from_bytes(bytes).unwrap_or_default()
}

/// What is worth keeping of the pictures of `loaded`, as bytes; `None` if that is just `before`.
pub fn renewed_pictures(loaded: &Loaded, before: &[pictures::Read]) -> Option<Vec<u8>> {
    let lasting: Vec<&pictures::Read> =
        loaded.pictures.read.iter().filter(|read| read.lasts()).collect();
    let is_all = lasting.iter().copied().eq(before);
    if is_all { None } else { postcard::to_stdvec(&lasting).ok() }
}

/// The essays in lots, each with its length before it.
fn lots(essays: Vec<&Read>) -> impl Iterator<Item = Vec<u8>> {
    (0..essays.len()).step_by(LOT).map(move |from| {
        let lot = &essays[from..essays.len().min(from + LOT)];
        // To memory; what could not be written down is read from its file another time.
        let lot = postcard::to_stdvec(lot).unwrap_or_else(|_| vec![0]);
        [&(lot.len() as u64).to_le_bytes()[..], &lot].concat()
    })
}

/// The essays that [`lots`] wrote.
fn read_lots(mut bytes: &[u8]) -> Option<Vec<Read>> {
    let mut lots = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (lot, rest) = rest.split_at_checked(length)?;
        lots.push(lot);
        bytes = rest;
    }
    let read: Result<Vec<Vec<Read>>, _> = lots.into_par_iter().map(postcard::from_bytes).collect();
    Some(read.ok()?.into_iter().flatten().collect())
}
