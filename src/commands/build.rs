//! `sternpost build`: load, parse, assemble, render, emit.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};
use rayon::prelude::*;
use serde::Serialize;

use crate::check::Baseline;
use crate::commands::check::baseline_of;
use crate::commands::report::{Counts, counted, tell};
use crate::commands::{BuildArgs, Format, Outcome};
use crate::config::UrlStyle;
use crate::diagnostic::{Diagnostic, Failure};
use crate::output::{DiskSink, Sink};
use crate::site::load::no_essays;
use crate::site::{Content, Page, Site, load};
use crate::source::{Project, Survey};

/// Sites with fewer pages are done before a bar could be read.
const WORTH_A_BAR: usize = 2_000;

/// What a build did.
#[derive(Debug, Default, Serialize)]
struct Summary {
    built: bool,
    essays: usize,
    pages: usize,
    files: usize,
    #[serde(flatten)]
    counts: Counts,
    output: String,
}

/// What a build that came to its end has to say.
struct Built {
    found: Vec<Diagnostic>,
    essays: usize,
    pages: usize,
    files: usize,
    output: std::path::PathBuf,
    url_style: UrlStyle,
    /// Under `--strict`, how many warnings the baseline does not have.
    held: Option<usize>,
    steps: Vec<(&'static str, Duration)>,
    names: Vec<String>,
}

/// Builds the site and says how it went.
pub fn run(args: &BuildArgs) -> Outcome {
    let start = Instant::now();
    match build(args) {
        Ok(built) => told(args, built, start.elapsed()),
        Err(Failure(found)) => {
            let summary = Summary { counts: Counts::of(&found), ..Summary::default() };
            let text = "The site could not be built; the one that was there before is as it was.";
            tell(args.format, args.quiet, found, &summary, Some(text));
            Outcome::Failed
        }
    }
}

fn build(args: &BuildArgs) -> Result<Built, Failure> {
    let mut clock = Clock::new();
    let project = Project::find(&args.dir, args.output.as_deref())?;
    let mut found = project.notes;
    let project = project.value;
    let sink = DiskSink::begin(&project).map_err(|error| with(found.clone(), error))?;
    let loaded = load(&project, &Survey::of(&project), args.drafts, None)
        .map_err(|Failure(errors)| Failure([found.clone(), errors].concat()))?;
    found.extend(loaded.notes);
    clock.lap("load");
    let site = Site::new(&loaded.value, None);
    found.extend_from_slice(site.notes());
    if loaded.value.book.essays.is_empty() {
        found.push(no_essays(&project));
    }
    clock.lap("assemble");
    write_all(&site, &sink, args).map_err(|errors| Failure([found.clone(), errors].concat()))?;
    clock.lap("render");
    sink.finish().map_err(|error| with(found.clone(), error))?;
    clock.lap("swap");
    let held = match args.strict {
        true => {
            let baseline = Baseline::read(&baseline_of(&project))?;
            Some(Counts::of(&baseline.hold(found.clone()).fresh).warnings)
        }
        false => None,
    };
    Ok(Built {
        held,
        found,
        essays: loaded.value.book.essays.len(),
        pages: site.pages().iter().filter(|page| page.url.output().ends_with(".html")).count(),
        files: site.pages().len(),
        url_style: project.config.url_style(),
        output: project.output,
        steps: clock.laps,
        names: site.pages().iter().map(|page| page.url.output()).collect(),
    })
}

fn with(mut found: Vec<Diagnostic>, error: Diagnostic) -> Failure {
    found.push(error);
    Failure(found)
}

/// Renders and writes every page. One that fails does not keep the others from being tried, so that
/// all that is wrong shows at once; of equal errors (one template, a thousand pages) the first is kept.
fn write_all(site: &Site, sink: &DiskSink, args: &BuildArgs) -> Result<(), Vec<Diagnostic>> {
    let bar = progress(site.pages().len(), args);
    let errors: Mutex<Vec<Diagnostic>> = Mutex::default();
    site.pages().par_iter().for_each(|page| {
        if let Err(error) = write(site, page, sink) {
            let mut errors = errors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        bar.inc(1);
    });
    bar.finish_and_clear();
    let errors = errors.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn write(site: &Site, page: &Page, sink: &DiskSink) -> Result<(), Diagnostic> {
    let path = page.url.output();
    match site.render(page)? {
        Content::Bytes(bytes) => sink.write(&path, &bytes),
        Content::File(file) => sink.copy(&path, &file),
    }
}

fn progress(pages: usize, args: &BuildArgs) -> ProgressBar {
    let hidden = args.quiet || args.format != Format::Human || pages < WORTH_A_BAR;
    let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    ProgressBar::with_draw_target(Some(pages as u64), target)
}

fn told(args: &BuildArgs, built: Built, took: Duration) -> Outcome {
    let counts = Counts::of(&built.found);
    let warnings = match counts.warnings {
        0 => "no warnings".to_owned(),
        count => counted(count, "warning"),
    };
    let mut text = String::new();
    if args.verbose {
        for name in &built.names {
            text.push_str(&format!("  {name}\n"));
        }
        for (step, took) in &built.steps {
            text.push_str(&format!("{step:>10} {:>8.1} ms\n", took.as_secs_f64() * 1000.0));
        }
    }
    text.push_str(&format!(
        "Built {} into {} ({}) in {:.2} s, {warnings}.\n{}",
        counted(built.essays, "essay"),
        counted(built.pages, "page"),
        counted(built.files, "file"),
        took.as_secs_f64(),
        where_to_open(&built),
    ));
    let findings = args.strict && built.held.is_some_and(|fresh| fresh > 0);
    if findings {
        text.push_str("\nThe site was built, but with --strict every warning counts.");
    } else if args.strict && counts.warnings > 0 {
        text.push_str("\nAll warnings are known: they stand in the baseline.");
    }
    let summary = Summary {
        built: true,
        essays: built.essays,
        pages: built.pages,
        files: built.files,
        counts,
        output: built.output.display().to_string(),
    };
    tell(args.format, args.quiet, built.found, &summary, Some(&text));
    if findings { Outcome::Findings } else { Outcome::Done }
}

/// How to look at the site. Addresses that name folders need a server to find the page in them.
fn where_to_open(built: &Built) -> String {
    match built.url_style {
        UrlStyle::File => format!("Open {}", near(&built.output.join("index.html"))),
        UrlStyle::Directory => {
            let folder = near(&built.output);
            format!(
                "The site is in {folder}; any web server can show it: python3 -m http.server -d {folder}"
            )
        }
    }
}

/// `path` from the working directory if it lies below, as people would type it.
fn near(path: &Path) -> String {
    let here = std::env::current_dir().ok().and_then(|here| here.canonicalize().ok());
    let relative = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    relative.unwrap_or_else(|| path.to_owned()).display().to_string()
}

/// How long each step takes.
struct Clock {
    last: Instant,
    laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn new() -> Clock {
        Clock { last: Instant::now(), laps: Vec::new() }
    }

    fn lap(&mut self, step: &'static str) {
        self.laps.push((step, self.last.elapsed()));
        self.last = Instant::now();
    }
}
