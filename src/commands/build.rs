//! `sternpost build`: load, parse, assemble, render, emit.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use foldhash::HashMap;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde::Serialize;

use crate::check::Baseline;
use crate::clock::Clock;
use crate::commands::check::baseline_of;
use crate::commands::last::{self, Sources, Told};
use crate::commands::report::{Counts, counted, tell};
use crate::commands::{BuildArgs, Format, Outcome};
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic, Failure, Noted, Severity, caught};
use crate::essay::Essay;
use crate::output::{Cache, Disk, Made, emit};
use crate::site::kept::{read_pictures, renewed_pictures};
use crate::site::load::no_essays;
use crate::site::{Kept, Loaded, Memory, Page, Role, Site, Store, load, pictures, uncompressed};
use crate::source::project::MARKER;
use crate::source::{Project, Survey};

/// Sites with fewer pages are done before a bar could be read.
const WORTH_A_BAR: usize = 2_000;

/// How many bytes of the essays' texts stay in memory, so that a book of any size can be built.
const MOST_TEXT: usize = 40 * 1024 * 1024;

/// How many bytes of their events do: those of some 10,000 essays of 900 words.
const MOST_EVENTS: usize = 72 * 1024 * 1024;

/// What a build did.
#[derive(Debug, Default, Serialize)]
struct Summary {
    built: bool,
    essays: usize,
    pages: usize,
    files: usize,
    written: usize,
    #[serde(flatten)]
    counts: Counts,
    output: String,
}

/// What a build that came to its end has to say.
pub(super) struct Built {
    pub(super) found: Vec<Diagnostic>,
    pub(super) essays: usize,
    pub(super) pages: usize,
    pub(super) files: usize,
    /// How many of the files were made anew; `None` where the site stayed as it was.
    written: Option<usize>,
    pub(super) output: std::path::PathBuf,
    url_style: UrlStyle,
    /// Under `--strict`, how many warnings the baseline does not have.
    held: Option<usize>,
    steps: Vec<(&'static str, Duration)>,
    names: Vec<String>,
    /// The files with what each is, if that was asked for.
    pub(super) listed: Vec<(String, Role)>,
    /// The pages that only lead on, each with where to, likewise.
    pub(super) leads: BTreeMap<String, String>,
}

/// Builds the site and says how it went.
pub fn run(args: &BuildArgs) -> Outcome {
    let start = Instant::now();
    match caught("the site was built", || build(args, false)).map_err(Failure::from).flatten() {
        Ok(built) => told(args, built, start.elapsed()),
        Err(Failure(found)) => {
            let summary = Summary { counts: Counts::of(&found), ..Summary::default() };
            let text = "The site could not be built; the one that was there before is as it was.";
            tell(args.format, args.quiet, found, &summary, Some(text));
            Outcome::Failed
        }
    }
}

/// Builds the site. With `lists` what was built says which files there are.
pub(super) fn build(args: &BuildArgs, lists: bool) -> Result<Built, Failure> {
    let mut clock = Clock::start();
    let (project, mut disk) = open(args)?;
    let noticed = &project.notes;
    clock.lap("open");
    let cache = disk.cache();
    let kept = || Kept::read(|part| cache.read(part));
    let recalled = || rayon::join(kept, || disk.recall());
    let (mut survey, (mut kept, ())) = rayon::join(|| Survey::of(&project.value), recalled);
    clock.lap("survey");
    let sources = Sources { survey: &survey, project: &project, args };
    let told = last::recall(&cache, sources).filter(|_| !args.verbose && !lists);
    if let Some(told) = told.filter(|_| disk.is_untouched()) {
        clock.lap("compare");
        return built(args, &project.value, told, None, clock.laps);
    }
    let known = cache.read("pictures").map_or_else(Vec::new, |bytes| read_pictures(&bytes));
    last::forget(&cache);
    let mut most_text = MOST_TEXT;
    loop {
        let mut found = noticed.clone();
        let memory = Memory {
            kept: &kept,
            pictures: &known,
            most_text,
            most_events: MOST_EVENTS,
            ..Memory::NONE
        };
        let loaded = load(&project.value, &survey, args.drafts, memory)
            .map_err(|Failure(errors)| Failure([found.clone(), errors].concat()))?;
        found.extend(loaded.notes);
        // Without an essay that the program failed at, the site would not be the author's.
        if found
            .iter()
            .any(|found| found.severity == Severity::Error && found.code == Code::Internal)
        {
            return Err(Failure(found));
        }
        clock.parts(&loaded.value.took);
        let store: Arc<dyn Store> = Arc::<Cache>::clone(&cache);
        let site = Site::new(&loaded.value, None).keeping_in(store);
        found.extend_from_slice(site.notes());
        if loaded.value.book.essays.is_empty() {
            found.push(no_essays(&project.value));
        }
        clock.lap("list");
        let bar = progress(site.pages().len(), args);
        let (emitted, ()) = rayon::join(
            || emit(&site, &survey, &mut disk, &|| bar.inc(1)),
            || keep(&cache, &kept, &known, &loaded.value),
        );
        bar.finish_and_clear();
        clock.lap("render");
        let is_lost = |essay: &Arc<Essay>| essay.manuscript.is_lost();
        if site.is_lost() || site.book().essays.iter().any(is_lost) {
            // A file was saved between two looks at it. Now each is looked at only once.
            (survey, kept, most_text) = (Survey::of(&project.value), Kept::default(), usize::MAX);
            continue;
        }
        let emitted = emitted.map_err(|errors| Failure([found.clone(), errors].concat()))?;
        clock.beside("search", emitted.search.took);
        let written = match emitted.site {
            Made::Same => None,
            Made::Ready(stage, planned, made) => {
                let replaced = disk.replace(*stage, planned, made);
                Some(replaced.map_err(|error| with(found.clone(), error))?)
            }
        };
        cache.sweep();
        clock.lap("swap");
        let told = counts(found, &site, emitted.search.files + emitted.packed);
        let sources = Sources { survey: &survey, project: &project, args };
        last::note(&cache, sources, &loaded.value.beyond, &told);
        clock.lap("note");
        let mut built = built(args, &project.value, told, written, clock.laps)?;
        if lists {
            built.listed = listed(&site, &disk);
            built.leads = site.leads().collect();
        }
        built.names = site.pages().iter().map(|page| page.url.output()).collect();
        // The program ends here, and the system takes all of this back at once.
        std::mem::forget((loaded.value, site, kept, survey));
        return Ok(built);
    }
}

/// What was found, and how much there is: of the files, `more` are none of the site's pages.
fn counts(found: Vec<Diagnostic>, site: &Site, more: usize) -> Told {
    let is_page = |page: &&Page| page.url.output().ends_with(".html");
    Told {
        found,
        essays: site.book().essays.len(),
        pages: site.pages().iter().filter(is_page).count(),
        files: site.pages().len() + more,
    }
}

/// Finds the project and the place of its site, and waits until no other build is at work there. What the
/// author saved while this one waited is part of the project.
fn open(args: &BuildArgs) -> Result<(Noted<Project>, Disk), Failure> {
    let find = || Project::find(&args.dir, args.output.as_deref());
    let waiting = || {
        if !args.quiet {
            eprintln!("Another build of this site is at work; waiting until it is done.");
        }
    };
    let mut project = find()?;
    loop {
        let disk = Disk::open(&project.value, &waiting)
            .map_err(|error| with(project.notes.clone(), error))?;
        let again = find()?;
        if again.value.output == project.value.output {
            return Ok((again, disk));
        }
        project = again;
    }
}

/// What there is to say of a build.
fn built(
    args: &BuildArgs,
    project: &Project,
    told: Told,
    written: Option<usize>,
    steps: Vec<(&'static str, Duration)>,
) -> Result<Built, Failure> {
    let Told { found, essays, pages, files } = told;
    let held = match args.strict {
        true => {
            let baseline = Baseline::read(&baseline_of(project))?;
            Some(Counts::of(&baseline.hold(found.clone()).fresh).warnings)
        }
        false => None,
    };
    Ok(Built {
        held,
        found,
        essays,
        pages,
        files,
        written,
        url_style: project.config.url_style(),
        output: project.output.clone(),
        steps,
        names: Vec::new(),
        listed: Vec::new(),
        leads: BTreeMap::new(),
    })
}

/// The files of the site on disk, each with what it is to those who load it.
fn listed(site: &Site, disk: &Disk) -> Vec<(String, Role)> {
    let roles: HashMap<String, Role> =
        site.pages().iter().map(|page| (page.url.output(), site.role(page))).collect();
    let role = |path: &str| {
        let role = roles.get(path).or_else(|| roles.get(uncompressed(path)));
        role.copied().unwrap_or_else(|| Role::of_path(path))
    };
    disk.files().filter(|path| *path != MARKER).map(|path| (path.to_owned(), role(path))).collect()
}

/// Keeps what is known of the essays and their pictures for the next build.
fn keep(cache: &Cache, kept: &Kept, known: &[pictures::Read], loaded: &Loaded) {
    if let Some(bytes) = renewed_pictures(loaded, known) {
        cache.write("pictures", [bytes]);
    }
    for (part, bytes) in kept.renewed(loaded) {
        match bytes {
            Some(bytes) => cache.write(part, bytes),
            None => cache.forget(part),
        }
    }
}

fn with(mut found: Vec<Diagnostic>, error: Diagnostic) -> Failure {
    found.push(error);
    Failure(found)
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
    }
    if args.timings {
        for (step, took) in &built.steps {
            text.push_str(&format!("{step:>10} {:>8.1} ms\n", took.as_secs_f64() * 1000.0));
        }
    }
    text.push_str(&format!(
        "Built {} into {} ({}{}) in {:.2} s, {warnings}.\n{}",
        counted(built.essays, "essay"),
        counted(built.pages, "page"),
        counted(built.files, "file"),
        match built.written {
            None => ", all as they were".to_owned(),
            Some(0) => ", none of them new".to_owned(),
            Some(written) if written < built.files => format!(", {written} of them new"),
            Some(_) => String::new(),
        },
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
        written: built.written.unwrap_or(0),
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
