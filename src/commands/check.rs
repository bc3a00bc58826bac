//! `sternpost check`: load, parse, assemble and render as `build` does, hold the book against all checks,
//! and tell what was found. Nothing is written but the baseline, when that is asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use foldhash::HashSet;
use rayon::prelude::*;
use serde::Serialize;

use crate::check::baseline::{BASELINE_FILE, Baseline, Held};
use crate::check::external::{self, Manner};
use crate::commands::report::{Counts, counted, tell};
use crate::commands::{CheckArgs, Outcome};
use crate::diagnostic::{Code, Diagnostic, Failure, Severity, caught};
use crate::site::{Memory, Site, load};
use crate::source::{Project, Survey};

/// What a check did.
#[derive(Debug, Default, Serialize)]
struct Summary {
    essays: usize,
    #[serde(flatten)]
    counts: Counts,
    /// Findings that the baseline has.
    known: usize,
    /// Findings of the baseline that are no more.
    mended: usize,
    /// How many of each kind.
    codes: BTreeMap<&'static str, usize>,
}

/// Checks the book and says what was found.
pub fn run(args: &CheckArgs) -> Outcome {
    match caught("the handbook was checked", || check(args)).map_err(Failure::from).flatten() {
        Ok(outcome) => outcome,
        Err(Failure(found)) => {
            let summary = Summary { counts: Counts::of(&found), ..Summary::default() };
            tell(
                args.format,
                args.quiet,
                found,
                &summary,
                Some("The handbook could not be checked."),
            );
            Outcome::Failed
        }
    }
}

fn check(args: &CheckArgs) -> Result<Outcome, Failure> {
    let project = Project::find(&args.dir, None)?;
    let mut found = project.notes;
    let project = project.value;
    let loaded = load(&project, &Survey::of(&project), args.drafts, Memory::NONE)
        .map_err(|Failure(errors)| Failure([found.clone(), errors].concat()))?;
    found.extend(loaded.notes);
    let book = &loaded.value.book;
    found.extend(rendered(&Site::new(&loaded.value, None)));
    found.extend(crate::check::check(book, &loaded.value.pictures));
    if args.external {
        found.extend(external::check(book, &manner(args, &project)));
    }
    let found = allowed(found, &project.config.handbook.check.allow);
    let file = args.baseline.clone().unwrap_or_else(|| project.root.join(BASELINE_FILE));
    if args.update_baseline {
        let baseline = Baseline::of(&found);
        baseline.write(&file)?;
        let text = format!(
            "Wrote {} into {}. From now on only what is new counts.",
            counted(baseline.count(), "known finding"),
            file.display()
        );
        tell(args.format, true, Vec::new(), &Summary::default(), None);
        if !args.quiet {
            crate::commands::report::say(args.format, &text);
        }
        return Ok(Outcome::Done);
    }
    let Held { fresh, known, mended } = Baseline::read(&file)?.hold(found);
    let summary = Summary {
        essays: book.essays.len(),
        counts: Counts::of(&fresh),
        known,
        mended,
        codes: by_code(&fresh),
    };
    let counts = summary.counts;
    let text = in_words(&summary);
    tell(args.format, args.quiet, fresh, &summary, Some(&text));
    let findings = counts.errors > 0 || (counts.warnings > 0 && !args.lenient);
    Ok(if findings { Outcome::Findings } else { Outcome::Done })
}

/// What is wrong with the site's pages: each is made, and none kept.
fn rendered(site: &Site) -> Vec<Diagnostic> {
    let errors = site.pages().par_iter().filter(|page| !page.is_costly());
    let errors = errors.filter_map(|page| site.guarded(page, || site.render(page)).err());
    let mut known = HashSet::default();
    let errors: Vec<Diagnostic> = errors.collect();
    let errors = errors.into_iter().filter(|error| known.insert(error.message.clone()));
    // What needs the site's address says nothing about the essays.
    let notes = site.notes().iter().filter(|note| note.code != Code::LeftOut).cloned();
    notes.chain(errors).collect()
}

fn manner(args: &CheckArgs, project: &Project) -> Manner {
    let seconds =
        |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(20));
    let cache = dirs::cache_dir().map(|dir| dir.join("sternpost").join("external.json"));
    Manner {
        timeout: seconds(args.timeout),
        pause: seconds(args.pause),
        retries: args.retries,
        exclude: project.config.handbook.check.exclude.clone(),
        private: args.private_hosts,
        cache: args.cache.clone().or(cache),
    }
}

/// Leaves out the kinds that the configuration allows, and tells names of kinds that there are not.
fn allowed(found: Vec<Diagnostic>, allow: &[String]) -> Vec<Diagnostic> {
    let is_allowed = |d: &Diagnostic| {
        d.severity < Severity::Error && allow.iter().any(|name| name == d.code.name())
    };
    let mut kept: Vec<Diagnostic> = found.into_iter().filter(|d| !is_allowed(d)).collect();
    let names = || Code::ALL.iter().map(|code| code.name());
    for name in allow.iter().filter(|name| !names().any(|known| known == name.as_str())) {
        let note = Diagnostic::warning(
            Code::Config,
            format!("`allow` names no kind of finding: `{name}`"),
        )
        .at(crate::diagnostic::Place::file(crate::source::project::CONFIG_FILE));
        kept.push(match crate::diagnostic::nearest(name, names()) {
            Some(near) => note.hint(format!("did you mean `{near}`?")),
            None => {
                note.hint("the name of a kind stands in brackets at the beginning of its message")
            }
        });
    }
    kept
}

fn by_code(found: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for diagnostic in found {
        *codes.entry(diagnostic.code.name()).or_insert(0) += 1;
    }
    codes
}

/// The end of the report for people: how many of each kind, and what to do about the baseline.
fn in_words(summary: &Summary) -> String {
    let mut text = String::new();
    let width = summary.codes.values().max().map_or(1, |most| most.to_string().len());
    for (code, count) in &summary.codes {
        text.push_str(&format!("  {count:>width$} {code}\n"));
    }
    let Counts { errors, warnings, notes } = summary.counts;
    let what = match (errors, warnings, notes) {
        (0, 0, 0) => "Nothing is wrong".to_owned(),
        (0, warnings, notes) => {
            format!("{} and {}", counted(warnings, "warning"), counted(notes, "note"))
        }
        (errors, warnings, notes) => format!(
            "{}, {} and {}",
            counted(errors, "error"),
            counted(warnings, "warning"),
            counted(notes, "note")
        ),
    };
    text.push_str(&format!("{what} in {}.", counted(summary.essays, "essay")));
    if summary.known > 0 {
        text.push_str(&format!(
            "\n{} known already and not shown.",
            counted(summary.known, "finding")
        ));
    }
    if summary.mended > 0 {
        let mended = counted(summary.mended, "known finding");
        text.push_str(&format!(
            "\n{mended} no longer there: run `sternpost check --update-baseline`."
        ));
    }
    text
}

/// The baseline's path for commands that only hold findings against it.
pub fn baseline_of(project: &Project) -> PathBuf {
    project.root.join(BASELINE_FILE)
}
