//! What the last build of a site was made from and had to say. If nothing of that has changed since, and nobody
//! has touched the site, a build has nothing to do.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::commands::BuildArgs;
use crate::diagnostic::Diagnostic;
use crate::output::Cache;
use crate::render::Fingerprint;
use crate::source::{Project, Survey};

/// The part of the cache that it is kept in.
const PART: &str = "last-build";

/// A build that came to its end.
#[derive(Debug, Serialize, Deserialize)]
pub struct LastBuild {
    /// What tells the state of everything that it was made from.
    sources: Fingerprint,
    /// Files outside the content folder that were a part of that, as paths from the root.
    beyond: Vec<String>,
    /// What was found.
    pub found: Vec<Diagnostic>,
    /// How many essays there are.
    pub essays: usize,
    /// How many pages the site has.
    pub pages: usize,
    /// How many files it has.
    pub files: usize,
}

impl LastBuild {
    /// The last build, if another one would be made from the same.
    pub fn of_the_same(
        cache: &Cache,
        survey: &Survey,
        project: &Project,
        args: &BuildArgs,
    ) -> Option<LastBuild> {
        let last: LastBuild = postcard::from_bytes(&cache.read(PART)?).ok()?;
        let now = sources(survey, &last.beyond, project, args)?;
        (now == last.sources).then_some(last)
    }

    /// Forgets it, because there will soon be another site.
    pub fn forget(cache: &Cache) {
        cache.forget(PART);
    }

    /// Notes a build for the next one; not if its sources may change without a trace.
    pub fn note(
        self,
        cache: &Cache,
        survey: &Survey,
        beyond: &[String],
        project: &Project,
        args: &BuildArgs,
    ) {
        let Some(sources) = sources(survey, beyond, project, args) else { return };
        let build = LastBuild { sources, beyond: beyond.to_vec(), ..self };
        if let Ok(bytes) = postcard::to_stdvec(&build) {
            cache.write(PART, [bytes]);
        }
    }

    /// A build that found this, and gave so many essays, pages and files.
    pub fn new(found: Vec<Diagnostic>, [essays, pages, files]: [usize; 3]) -> LastBuild {
        let sources = Fingerprint::of(&[]);
        LastBuild { sources, beyond: Vec::new(), found, essays, pages, files }
    }
}

/// What tells the state of the sources; `None` if that cannot be told for sure.
fn sources(
    survey: &Survey,
    beyond: &[String],
    project: &Project,
    args: &BuildArgs,
) -> Option<Fingerprint> {
    let beyond: Vec<PathBuf> = beyond.iter().map(|path| project.root.join(path)).collect();
    let state = survey.state(&beyond, &[&project.output])?;
    let told = format!("{state} {:?} {}", project.output, args.drafts);
    Some(Fingerprint::of(told.as_bytes()))
}
