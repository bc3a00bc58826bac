//! The search index among the files of a site. It takes longer to make than all pages, so it is made beside them,
//! and only where something that can be searched has changed, or a file of it is not there.

use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::output::manifest::{Record, is_plain};
use crate::output::{Cache, Planned, Stage};
use crate::render::Fingerprint;
use crate::site::search::{File, Manner, Shard};
use crate::site::{Content, Site};

/// The part of the cache that says which files the last index has.
const PART: &str = "search";

/// The file by which an index is found: the one that is never there if another one's is not.
const ENTRY: &str = "pagefind-entry.json";

/// The files of a shard of the last index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// What it was made from.
    print: Fingerprint,
    /// Its files by their paths in the site, each with what tells what it holds.
    files: Vec<(String, Fingerprint)>,
}

/// The index that a site is to have.
#[derive(Debug)]
pub struct Search {
    /// The folder of its files, with a slash at the end.
    folder: String,
    shards: Vec<Shard>,
    /// Those of the last one, of which some may be the same.
    known: Vec<Known>,
}

/// What an index needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Searched {
    /// How many files it has.
    pub files: usize,
    /// How long it took to make; `None` where nothing was made.
    pub took: Option<Duration>,
}

/// What was made of an index.
#[derive(Debug)]
pub struct Made {
    /// The files of the shards with these prints.
    shards: Vec<(Fingerprint, Vec<File>)>,
    /// How long that took.
    pub took: Duration,
}

impl Search {
    /// The index that `site` is to have, if any, and what `cache` knows of the last one.
    pub fn of(site: &Site, cache: &Cache) -> Option<Search> {
        let folder = site.book().search_bundle()?.as_str().to_owned();
        let known = cache.read(PART).and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let known = known.filter(|known: &Vec<Known>| {
            known.iter().flat_map(|known| &known.files).all(|(path, _)| is_plain(path))
        });
        Some(Search { folder, shards: site.search_shards(), known: known.unwrap_or_default() })
    }

    fn is_wanted(&self, print: Fingerprint) -> bool {
        self.shards.iter().any(|shard| shard.print == print)
    }

    fn known(&self, shard: &Shard) -> Option<&Known> {
        self.known.iter().find(|known| known.print == shard.print)
    }

    /// The files that it will have as far as is known: those of the last index, which has most of them. If any
    /// shard is new, one of them is of no known content, so that the site is not held for the same.
    pub fn planned(&self) -> Vec<Planned> {
        let mut planned = Vec::new();
        for known in &self.known {
            let stays = self.is_wanted(known.print);
            planned.extend(known.files.iter().map(|(path, print)| Planned {
                path: path.clone(),
                print: Some(*print).filter(|_| stays || !path.ends_with(ENTRY)),
            }));
        }
        let new = self.shards.iter().find(|shard| self.known(shard).is_none());
        if let Some(shard) = new.filter(|_| planned.iter().all(|file| file.print.is_some())) {
            let path = format!("{}{}{ENTRY}", self.folder, shard.folder);
            planned.push(Planned { path, print: None });
        }
        planned
    }

    /// Makes the shards of which `stage` does not have all, the files being planned from the number `first` on.
    ///
    /// # Errors
    /// When Pagefind fails.
    pub fn made(
        &self,
        site: &Site,
        stage: &Stage,
        first: usize,
    ) -> Result<Option<Made>, Diagnostic> {
        let start = Instant::now();
        let mut number = first;
        let mut whole: Vec<Fingerprint> = Vec::new();
        for known in &self.known {
            let next = number + known.files.len();
            whole.extend((number..next).all(|number| stage.has(number)).then_some(known.print));
            number = next;
        }
        let lacking: Vec<&Shard> =
            self.shards.iter().filter(|shard| !whole.contains(&shard.print)).collect();
        if lacking.is_empty() && whole.len() == self.known.len() {
            return Ok(None);
        }
        let threads = rayon::current_num_threads();
        let manner = Manner { threads, is_wanted: &|| true, begin: || () };
        let files = site.search_index(&lacking, manner)?.unwrap_or_default();
        let shards = lacking.iter().map(|shard| shard.print).zip(files).collect();
        Ok(Some(Made { shards, took: start.elapsed() }))
    }

    /// Puts what was made into `stage`, whose files are `planned` from the number `first` on as they were known.
    /// Gives the records of those that were not there.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(
        &self,
        made: Made,
        stage: &mut Stage,
        planned: &mut Vec<Planned>,
        first: usize,
        cache: Option<&Cache>,
    ) -> Result<Vec<Option<Record>>, Diagnostic> {
        let mut shards: Vec<Known> = Vec::new();
        let mut contents: Vec<Content> = Vec::new();
        let mut made: Vec<(Fingerprint, Vec<File>)> = made.shards;
        for shard in &self.shards {
            let at = made.iter().position(|(print, _)| *print == shard.print);
            let files = match at.map(|at| made.swap_remove(at).1) {
                Some(files) => {
                    let print = |(name, bytes): &File| {
                        (format!("{}{name}", self.folder), Fingerprint::of(bytes))
                    };
                    let prints = files.par_iter().map(print).collect();
                    contents.extend(files.into_iter().map(|(_, bytes)| Content::Bytes(bytes)));
                    prints
                }
                None => {
                    let files = self.known(shard).map(|known| known.files.clone());
                    let files = files.unwrap_or_default();
                    // They are there.
                    contents.extend(files.iter().map(|_| Content::Bytes(Vec::new())));
                    files
                }
            };
            shards.push(Known { print: shard.print, files });
        }
        let plan = |(path, print): &(String, Fingerprint)| Planned {
            path: path.clone(),
            print: Some(*print),
        };
        let wanted = shards.iter().flat_map(|shard| &shard.files).map(plan).collect();
        stage.replan(planned, first, wanted)?;
        let write = |(content, number): (Content, usize)| match stage.has(number) {
            true => Ok(None),
            false => stage.write(&planned[number], &content).map(Some),
        };
        let numbers = first..planned.len();
        let written = contents.into_par_iter().zip(numbers).map(write).collect();
        if let (Some(cache), Ok(bytes)) = (cache, postcard::to_stdvec(&shards)) {
            cache.write(PART, [bytes]);
        }
        written
    }
}
