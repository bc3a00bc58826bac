//! What the last build of a site was made from and had to say. If nothing of that has changed since, and nobody
//! has touched the site, a build has nothing to do.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::commands::BuildArgs;
use crate::diagnostic::{Code, Diagnostic, Noted};
use crate::output::Cache;
use crate::render::Fingerprint;
use crate::source::{Project, Survey};

/// The part of the cache that it is kept in.
const PART: &str = "last-build";

/// What there is to say of a build.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// What was found.
    pub found: Vec<Diagnostic>,
    /// How many essays there are.
    pub essays: usize,
    /// How many pages the site has.
    pub pages: usize,
    /// How many files it has.
    pub files: usize,
}

#[derive(Serialize, Deserialize)]
struct LastBuild {
    /// What tells the state of everything that it was made from.
    sources: Fingerprint,
    /// Files outside the content folder that were a part of that, as paths from the root.
    beyond: Vec<String>,
    told: Told,
}

/// What a build is made from.
#[derive(Clone, Copy)]
pub struct Sources<'s> {
    /// The state of the disk.
    pub survey: &'s Survey,
    /// The project, whose configuration the environment has a say in.
    pub project: &'s Noted<Project>,
    /// What was asked for.
    pub args: &'s BuildArgs,
}

/// What the last build said, if it was made from just these sources.
pub fn recall(cache: &Cache, sources: Sources<'_>) -> Option<Told> {
    let last: LastBuild = postcard::from_bytes(&cache.read(PART)?).ok()?;
    let now = sources.print(&last.beyond, cache)?;
    (now == last.sources).then_some(last.told)
}

/// Forgets the last build, because there will soon be another site.
pub fn forget(cache: &Cache) {
    cache.forget(PART);
}

/// Notes a build for the next one; not if its sources may change, or may have changed, without a trace, as what
/// could not be read may be read another time. `beyond` are files outside the content folder that it was made
/// from, as paths from the root.
pub fn note(cache: &Cache, sources: Sources<'_>, beyond: &[String], told: &Told) {
    if told.found.iter().any(|found| found.code == Code::Unreadable) {
        return;
    }
    let Some(print) = sources.print(beyond, cache) else { return };
    let build = LastBuild { sources: print, beyond: beyond.to_vec(), told: told.clone() };
    if let Ok(bytes) = postcard::to_stdvec(&build) {
        cache.write(PART, [bytes]);
    }
}

impl Sources<'_> {
    /// What tells them from others; `None` if that cannot be told for sure.
    fn print(self, beyond: &[String], cache: &Cache) -> Option<Fingerprint> {
        let Noted { value: project, notes } = self.project;
        let beyond: Vec<PathBuf> = beyond.iter().map(|path| project.root.join(path)).collect();
        let aside: [&Path; 2] = [&project.output, &cache.path("")];
        let state = self.survey.state(&beyond, &aside)?;
        let all = format!("{state} {project:?} {notes:?} {}", self.args.drafts);
        Some(Fingerprint::of(all.as_bytes()))
    }
}
