//! What readers can search: each essay as a [`record`], and the [`index`] that is made from all of them.
//!
//! Pagefind makes an index as a whole, needs about 150 kB for each page of it, and works on one page at a time. So
//! the index of a large book is made in shards, by themselves and side by side: a change makes one of them anew.
//! An essay's shard follows from its path, so that others stay where they are. A script of ours ([`JOIN`]) has
//! Pagefind search all of them.

mod index;
mod record;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::book::EssayId;
use crate::book::search::FOLDER;
use crate::diagnostic::{Code, Diagnostic, caught};
use crate::render::Fingerprint;
use crate::render::fingerprint::Printer;
use crate::site::Site;
pub use index::File;
use index::Index;
use record::Facts;

/// The most essays that are one index. Of more there are twice as many shards, and so on.
const WHOLE: usize = 2_000;

/// The most shards, each of which a search has to ask.
const MOST_SHARDS: usize = 64;

/// The most essays that are worked on at the same time, because of the memory that they take.
const AT_ONCE: usize = 4_000;

/// Pagefind's interface over several shards.
const JOIN: &str = include_str!("join.js");

/// Whether the file at this path belongs to a search index.
pub fn is_of_index(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|inside| inside.starts_with('/'))
}

/// Whether it does, and bears a hash of what it holds in its name: Pagefind's pieces do, but not those by which they
/// are found.
pub fn is_hashed(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    is_of_index(path) && ending.starts_with("pf_")
}

/// A part of the index that is made by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// The folder of its files in that of the index, with a slash at the end; empty where it is the whole index.
    pub folder: String,
    /// What tells all that it is made from: with the same it is the same.
    pub print: Fingerprint,
    /// Its essays, in reading order.
    essays: Vec<EssayId>,
    /// How many shards there are.
    count: usize,
}

/// How shards are made.
#[derive(Clone, Copy)]
pub struct Manner<'m> {
    /// How many of them at the same time, if memory allows.
    pub threads: usize,
    /// Asked now and then whether anybody still wants them.
    pub is_wanted: &'m (dyn Fn() -> bool + Sync),
    /// Called on each thread that is started for them.
    pub begin: fn(),
}

impl Site {
    /// How many shards the search index has; none if there is to be no search.
    fn count_shards(&self) -> usize {
        match self.book.search_bundle() {
            Some(_) => {
                let all = self.book.searched().count();
                all.div_ceil(WHOLE).next_power_of_two().min(MOST_SHARDS)
            }
            None => 0,
        }
    }

    /// The folders of the shards in that of the index.
    pub(super) fn shard_folders(&self) -> impl Iterator<Item = String> {
        let count = self.count_shards();
        (0..count).map(move |at| folder_of_shard(at, count))
    }

    /// The shards of the search index; none if there is to be no search.
    pub fn search_shards(&self) -> Vec<Shard> {
        let count = self.count_shards();
        if count == 0 {
            return Vec::new();
        }
        let all: Vec<EssayId> = self.book.searched().collect();
        let mut shards: Vec<Vec<EssayId>> = vec![Vec::new(); count];
        for id in all {
            let path = self.book.essay(id).source.as_str();
            let at = xxh3_64(path.as_bytes()) % count as u64;
            shards[usize::try_from(at).unwrap_or(0)].push(id);
        }
        let shard = |(at, essays): (usize, Vec<EssayId>)| {
            let folder = folder_of_shard(at, count);
            let mut printer = Printer::default();
            printer.text(self.book.config.language());
            printer.text(&format!("{} of {count}", at + 1));
            for id in &essays {
                self.print_record(*id, &mut printer);
            }
            Shard { folder, print: printer.finish(), essays, count }
        };
        shards.into_par_iter().enumerate().map(shard).collect()
    }

    /// Makes the files of these shards, by their paths in the folder of the index; `None` if they are not wanted
    /// any more. This takes longer than rendering.
    ///
    /// # Errors
    /// When Pagefind fails.
    pub fn search_index(
        &self,
        shards: &[&Shard],
        manner: Manner<'_>,
    ) -> Result<Option<Vec<Vec<File>>>, Diagnostic> {
        let largest = shards.iter().map(|shard| shard.essays.len()).max().unwrap_or(0).max(1);
        let threads = manner.threads.min(AT_ONCE / largest).clamp(1, shards.len().max(1));
        let made: Vec<Mutex<Option<Made>>> = shards.iter().map(|_| Mutex::default()).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            (manner.begin)();
            let each = || shards.iter().zip(&made).nth(next.fetch_add(1, Ordering::Relaxed));
            while let Some((shard, made)) = each() {
                let files = caught("the search index was made", || self.shard(shard, manner));
                let files = files.and_then(|files| files.map_err(|why| wrong(&why)));
                *made.lock().unwrap_or_else(PoisonError::into_inner) = Some(files);
            }
        };
        match threads {
            1 => work(),
            _ => std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work)))),
        }
        let made = made.into_iter().map(|made| made.into_inner());
        made.map(|made| made.unwrap_or_else(PoisonError::into_inner).unwrap_or(Ok(None))).collect()
    }

    fn shard(&self, shard: &Shard, manner: Manner<'_>) -> Result<Option<Vec<File>>, String> {
        let mut index = Index::new(self.book.config.language(), manner.begin)?;
        for id in &shard.essays {
            if !(manner.is_wanted)() {
                return Ok(None);
            }
            let address = format!("/{}", self.book.url(*id).encoded());
            let essay = self.book.essay(*id);
            let record = || record::record(essay, &self.facts(*id));
            let record = caught(&format!("{} was made ready for the search", essay.shown), record);
            index.add(address, record.map_err(|mistake| mistake.message)?)?;
        }
        let files = index.files()?.into_iter();
        let mut files: Vec<File> =
            files.map(|(path, bytes)| (format!("{}{path}", shard.folder), bytes)).collect();
        if shard.folder == "1/" {
            let join = JOIN.replace("SHARDS = 1;", &format!("SHARDS = {};", shard.count));
            files.push(("pagefind.js".to_owned(), join.into_bytes()));
        }
        Ok(Some(files))
    }

    fn facts(&self, id: EssayId) -> Facts<'_> {
        let book = &*self.book;
        let essay = book.essay(id);
        let tags = book.tags.of_essay[id.0].iter().map(|at| book.tags.terms[*at].name.as_str());
        let part = book.tree.part(book.tree.home[id.0]);
        Facts {
            title: book.title_of(id),
            description: essay
                .meta
                .description
                .as_ref()
                .or(essay.excerpt.as_ref())
                .map(String::as_str),
            tags: tags.collect(),
            part: part.map(|part| book.tree.section(part).title.as_str()),
            date: essay.written().map(|date| date.rfc3339()[..10].to_owned()),
        }
    }

    /// Adds to `printer` all that goes into the record of an essay, and its address.
    fn print_record(&self, id: EssayId, printer: &mut Printer<'_>) {
        let Facts { title, description, tags, part, date } = self.facts(id);
        // Its text, and how it is read.
        printer.bytes(b't', &self.book.essay(id).print());
        printer.text(self.book.url(id).as_str());
        printer.text(title);
        for tag in tags {
            printer.bytes(b'#', tag.as_bytes());
        }
        for more in [description, part, date.as_deref()] {
            match more {
                Some(more) => printer.text(more),
                None => printer.bytes(b'n', &[]),
            }
        }
    }
}

/// The files of a shard, if it was wanted to the end.
type Made = Result<Option<Vec<File>>, Diagnostic>;

/// The folder of the shard with this index; one that is the whole index needs none.
fn folder_of_shard(at: usize, count: usize) -> String {
    if count == 1 { String::new() } else { format!("{}/", at + 1) }
}

fn wrong(why: &str) -> Diagnostic {
    Diagnostic::error(Code::Internal, format!("the search index cannot be made: {why}"))
        .hint("to do without it, write in book.toml: [handbook] search = false")
}
