//! From a site to its files: what the disk does not have yet is made, and nothing else.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::output::disk::{Plan, marker};
use crate::output::manifest::Record;
use crate::output::packed::Packing;
use crate::output::search::{Search, Searched};
use crate::output::{Disk, Planned, Stage};
use crate::render::Fingerprint;
use crate::render::fingerprint::Printer;
use crate::site::{Inputs, Page, Site};
use crate::source::Survey;

/// What came of it.
#[derive(Debug)]
pub struct Emitted {
    /// The site.
    pub site: Made,
    /// Its search index.
    pub search: Searched,
    /// How many of its files are others, compressed.
    pub packed: usize,
}

/// A site whose files are all there, but not in their place.
#[derive(Debug)]
pub enum Made {
    /// The site in its place is the same, file by file.
    Same,
    /// The files, as [`Disk::replace`] takes them.
    Ready(Box<Stage>, Vec<Planned>, Vec<Option<Record>>),
}

/// Makes the files of `site` that `disk` does not have. `survey` is the state of the sources that the site was
/// made from; `done` is told of each page.
///
/// A page that fails does not keep the others from being tried, so that all that is wrong shows at once; of
/// equal errors (one template, a thousand pages) the first is kept.
///
/// # Errors
/// With all that is wrong with templates, or the disk.
pub fn emit(
    site: &Site,
    survey: &Survey,
    disk: &mut Disk,
    done: &(dyn Fn() + Sync),
) -> Result<Emitted, Vec<Diagnostic>> {
    site.expect_all();
    let cache = disk.cache();
    let search = Search::of(site, &cache);
    let (mark, mark_content) = marker();
    // Where nothing is known there is nothing to compare with, and each page is looked at only once.
    let compares = disk.knows_any();
    let plan = |page: &Page| {
        // What goes wrong here does so again where the page is made, and is told there.
        let print = || site.guarded(page, || Ok(print(site, survey, page, &site.inputs(page))));
        let print = compares.then(print).and_then(|print| print.ok().flatten());
        Planned { path: page.url.output(), print }
    };
    let mut planned: Vec<Planned> = site.pages().par_iter().map(plan).collect();
    planned.push(mark);
    let packing = Packing::plan(site, disk, &mut planned);
    let first = planned.len();
    planned.extend(search.iter().flat_map(Search::planned));
    let mut searched = Searched { files: planned.len() - first, took: None };
    let mut stage = match disk.plan(&planned).map_err(|error| vec![error])? {
        Plan::Same => {
            return Ok(Emitted { site: Made::Same, search: searched, packed: packing.count() });
        }
        Plan::Make(stage) => stage,
    };
    let (made, index) = rayon::join(
        || pages(site, survey, &stage, &planned, done),
        || search.as_ref().map_or(Ok(None), |search| search.made(site, &stage, first)),
    );
    let mut made = made?;
    let index = index.map_err(|error| vec![error])?;
    let at = site.pages().len();
    made.push(match planned.get(at).filter(|_| !stage.has(at)) {
        Some(mark) => Some(stage.write(mark, &mark_content).map_err(|error| vec![error])?),
        None => None,
    });
    made.extend(packing.known(&stage, &planned, &*cache).map_err(|error| vec![error])?);
    if let (Some(search), Some(index)) = (&search, index) {
        let took = index.took;
        // An essay that was saved meanwhile is not in it as it was.
        let is_true = !site.book().essays.iter().any(|essay| essay.manuscript.is_lost());
        let cache = Some(&*cache).filter(|_| is_true);
        let written = search.write(index, &mut stage, &mut planned, first, cache);
        made.extend(written.map_err(|error| vec![error])?);
        searched = Searched { files: planned.len() - first, took: Some(took) };
    }
    made.resize(planned.len(), None);
    let rest = packing.rest(site, &mut stage, &mut planned, &made, &*cache);
    let rest = rest.map_err(|error| vec![error])?;
    let packed = packing.count() + rest.len();
    made.extend(rest);
    Ok(Emitted { site: Made::Ready(Box::new(stage), planned, made), search: searched, packed })
}

/// Makes the pages that `stage` does not have, and gives their records.
fn pages(
    site: &Site,
    survey: &Survey,
    stage: &Stage,
    planned: &[Planned],
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Option<Record>>, Vec<Diagnostic>> {
    let errors: Mutex<Vec<Diagnostic>> = Mutex::default();
    let make = |(number, page): (usize, &Page)| {
        done();
        if stage.has(number) {
            return None;
        }
        let made = site.guarded(page, || {
            let inputs = site.inputs(page);
            let print = planned[number].print.or_else(|| print(site, survey, page, &inputs));
            let file = Planned { path: page.url.output(), print };
            stage.write(&file, &site.make(inputs)?)
        });
        made.map_err(|error| {
            let mut errors = errors.lock().unwrap_or_else(PoisonError::into_inner);
            if !errors.contains(&error) {
                errors.push(error);
            }
        })
        .ok()
    };
    let made = site.pages().par_iter().enumerate().map(make).collect();
    let errors = errors.into_inner().unwrap_or_else(PoisonError::into_inner);
    if errors.is_empty() { Ok(made) } else { Err(errors) }
}

/// What tells whether a file must be made again. Of one that may be written once more without a trace it
/// cannot be told. Where it is known which compressed forms there are of a file, it is known for these forms.
fn print(site: &Site, survey: &Survey, page: &Page, inputs: &Inputs) -> Option<Fingerprint> {
    let print = match inputs {
        Inputs::File(_, stamp) if survey.may_deceive(*stamp) => return None,
        inputs => site.fingerprint(inputs),
    };
    if !site.is_packed() {
        return Some(print);
    }
    Some(match site.codings(&page.url.output()) {
        [] => print,
        codings => {
            let mut printer = Printer::default();
            printer.text(&format!("{print} {codings:?}"));
            printer.finish()
        }
    })
}
