//! `sternpost publish`: build, compare with what lies at the target, show what is to be done, and do it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;

use crate::commands::build::{Built, build};
use crate::commands::report::{Counts, counted, say, say_found, tell};
use crate::commands::{BuildArgs, Format, Outcome, PublishArgs};
use crate::config::PublishTable;
use crate::diagnostic::{Code, Diagnostic, Failure, Place, Severity, caught, nearest, sorted};
use crate::publish::verify::{Patience, Verified};
use crate::publish::{
    LiveSite, LocalFile, Manner, Plan, Stamp, Target, carry, local, open, verify,
};
use crate::site::Role;
use crate::source::Project;
use crate::source::project::CONFIG_FILE;

/// How many paths of a kind are shown without `-v`.
const SHOWN: usize = 10;

/// What a publish did, or would do.
#[derive(Debug, Default, Serialize)]
struct Summary {
    published: bool,
    dry_run: bool,
    to: String,
    files: usize,
    bytes: u64,
    unchanged: usize,
    kept: usize,
    new: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
    foreign: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<VerifiedCount>,
    #[serde(flatten)]
    counts: Counts,
}

/// How many live files were fetched, and how many of them are not as they should be.
#[derive(Debug, Serialize)]
struct VerifiedCount {
    fetched: usize,
    of: usize,
    other: usize,
}

/// What was done so far, so that it is told whatever comes.
#[derive(Default)]
struct Said {
    found: Vec<Diagnostic>,
    summary: Summary,
}

/// Publishes the site and says how it went.
pub fn run(args: &PublishArgs) -> Outcome {
    let mut said = Said::default();
    let done = caught("the site was published", || publish(args, &mut said));
    if let Err(Failure(found)) = done.map_err(Failure::from).flatten() {
        said.found.extend(found);
    }
    let has_errors = said.found.iter().any(|found| found.severity == Severity::Error);
    said.summary.counts = Counts::of(&said.found);
    let text = said.summary.verified.as_ref().map(compared).filter(|_| !has_errors);
    tell(args.format, args.quiet, said.found, &said.summary, text.as_deref());
    let differs = said.summary.verified.as_ref().is_some_and(|verified| verified.other > 0);
    match (has_errors, differs) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Done,
    }
}

fn publish(args: &PublishArgs, said: &mut Said) -> Result<(), Failure> {
    let start = Instant::now();
    let live = args.verify.as_deref().map(LiveSite::parse).transpose()?;
    let project = Project::find(&args.dir, None)?.value;
    let table = choose(&project, args.target.as_deref())?;
    let target = open(table, &project)?;
    said.summary.to = target.address().to_owned();
    said.summary.dry_run = args.dry_run;
    let mut built = built(args, said)?;
    let leads = std::mem::take(&mut built.leads);
    let files = local::read(&built.output, built.listed).map_err(Failure)?;
    said.summary.files = files.len();
    let manner = Manner { now: Timestamp::now().as_second(), keep: table.keep_seconds() };
    let plan =
        Plan::of(&*target, &files, manner).map_err(|trouble| carry::told(&*target, trouble))?;
    note(&plan, said);
    if args.format == Format::Human && !args.quiet {
        say_found(&sorted(std::mem::take(&mut said.found)));
        say(args.format, shown(&plan, target.address(), args.verbose).trim_end());
    }
    if let Some(refusal) = plan.refusal(target.address(), args.yes) {
        return Err(refusal.into());
    }
    if !args.dry_run {
        carried(args, &*target, &plan)?;
        said.summary.published = true;
    }
    if !args.quiet {
        say(args.format, &end(&said.summary, start.elapsed()));
    }
    if let Some(live) = &live {
        verified(live, &files, &leads, said)?;
    }
    Ok(())
}

/// Compares what is `live` with what was built.
fn verified(
    live: &LiveSite,
    files: &[LocalFile],
    leads: &BTreeMap<String, String>,
    said: &mut Said,
) -> Result<(), Diagnostic> {
    let Verified { fetched, of, other } = verify(live, files, leads, Patience::default())?;
    let url = live.shown();
    for (path, what) in other.iter().take(SHOWN) {
        said.found.push(Diagnostic::warning(Code::Publish, format!("{path} at {url} is {what}")));
    }
    if let Some(last) = said.found.last_mut().filter(|_| !other.is_empty()) {
        *last = last.clone().hint(
            "caches between the host and its readers may need some minutes; then verify again with --dry-run",
        );
    }
    said.summary.verified = Some(VerifiedCount { fetched, of, other: other.len() });
    Ok(())
}

/// The table of the target that was asked for.
fn choose<'p>(project: &'p Project, name: Option<&str>) -> Result<&'p PublishTable, Diagnostic> {
    let targets = &project.config.publish.targets;
    let names: Vec<&str> = targets.keys().map(String::as_str).collect();
    let tell = |what: String| Diagnostic::error(Code::Publish, what).at(Place::file(CONFIG_FILE));
    let example = "write in book.toml: [publish.site] and below it to = \"s3://bucket/folder\"";
    match (name, &names[..]) {
        (_, []) => Err(tell("book.toml names no place to publish to".to_owned()).hint(example)),
        (None, [only]) => Ok(&targets[*only]),
        (None, several) => Err(tell(format!("there are {} places to publish to", several.len()))
            .hint(format!("say which: sternpost publish {}", several.join(" | ")))),
        (Some(name), _) => targets.get(name).ok_or_else(|| {
            let found = tell(format!("there is no table `[publish.{name}]`"));
            match nearest(name, names.iter().copied()) {
                Some(near) => found.hint(format!("did you mean `{near}`?")),
                None => found.hint(format!("there are: {}", names.join(", "))),
            }
        }),
    }
}

/// Builds the site, which must have no errors.
fn built(args: &PublishArgs, said: &mut Said) -> Result<Built, Failure> {
    let build_args = BuildArgs {
        dir: args.dir.clone(),
        output: None,
        drafts: args.drafts,
        strict: false,
        quiet: args.quiet || args.format != Format::Human,
        verbose: false,
        timings: false,
        format: args.format,
    };
    let not_published = "the site has errors, so it was not published";
    let refusal = Diagnostic::error(Code::Publish, not_published)
        .hint("mend what is told above, and publish again");
    let mut built = build(&build_args, true)
        .map_err(|Failure(found)| Failure([found, vec![refusal.clone()]].concat()))?;
    let found = std::mem::take(&mut built.found);
    let errors = Counts::of(&found).errors;
    said.found.extend(found);
    if errors > 0 {
        return Err(refusal.into());
    }
    if !args.quiet {
        let (essays, pages) = (counted(built.essays, "essay"), counted(built.pages, "page"));
        say(
            args.format,
            &format!("Built {essays} into {pages} ({}).", counted(built.files, "file")),
        );
    }
    Ok(built)
}

/// Notes what the plan says.
fn note(plan: &Plan, said: &mut Said) {
    let uploads = |is_new: bool| {
        let uploads = plan.uploads.iter().filter(move |upload| upload.is_new == is_new);
        uploads.map(|upload| upload.file.path.clone()).collect()
    };
    said.found.extend(plan.notes.iter().cloned());
    said.summary = Summary {
        bytes: plan.bytes(),
        unchanged: plan.unchanged,
        kept: plan.kept,
        new: uploads(true),
        changed: uploads(false),
        removed: plan.removals.iter().map(|removal| removal.path.clone()).collect(),
        foreign: plan.foreign.clone(),
        ..std::mem::take(&mut said.summary)
    };
}

/// The plan for people.
fn shown(plan: &Plan, address: &str, names_all: bool) -> String {
    let mut text = format!(
        "{address}: {} new, {} changed, {} to remove, {} as they are; {} to send.\n",
        plan.added(),
        plan.changed(),
        plan.removals.len(),
        plan.unchanged,
        size(plan.bytes()),
    );
    let mut list = |sign: &str, paths: Vec<&str>| {
        text.push_str(&listed(sign, &paths, names_all));
    };
    let uploads = |is_new: bool| {
        let uploads = plan.uploads.iter().filter(|upload| upload.is_new == is_new);
        let mut files: Vec<_> = uploads.map(|upload| &upload.file).collect();
        // Those that people know are first.
        files.sort_by_key(|file| (file.role != Role::Page, &file.path));
        files.into_iter().map(|file| file.path.as_str()).collect()
    };
    list("+", uploads(true));
    list("~", uploads(false));
    list("-", plan.removals.iter().map(|removal| removal.path.as_str()).collect());
    if plan.kept > 0 {
        let kept = counted(plan.kept, "file");
        text.push_str(&format!(
            "{kept} of earlier sites stay for readers who have old pages open.\n"
        ));
    }
    if !plan.foreign.is_empty() {
        let foreign = counted(plan.foreign.len(), "file");
        text.push_str(&format!(
            "{foreign} there did not come from sternpost, which leaves them alone:\n"
        ));
        let paths: Vec<&str> = plan.foreign.iter().map(String::as_str).collect();
        text.push_str(&listed("?", &paths, names_all));
    }
    text
}

/// Some paths, or all of them, each on a line behind `sign`.
fn listed(sign: &str, paths: &[&str], names_all: bool) -> String {
    let most = if names_all { usize::MAX } else { SHOWN };
    let mut text: String =
        paths.iter().take(most).map(|path| format!("  {sign} {path}\n")).collect();
    if paths.len() > most {
        text.push_str(&format!("  {sign} and {} more (-v names all)\n", paths.len() - most));
    }
    text
}

/// Does what the plan says, with a bar where people look.
fn carried(args: &PublishArgs, target: &dyn Target, plan: &Plan) -> Result<(), Diagnostic> {
    let hidden = args.quiet || args.format != Format::Human;
    let draw = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let steps = plan.uploads.len() + plan.removals.len();
    let bar = ProgressBar::with_draw_target(Some(steps as u64), draw);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    let stamp = Stamp::new(user(), Timestamp::now());
    let carried = carry(target, plan, &stamp, &|| bar.inc(1));
    bar.finish_and_clear();
    carried
}

/// Who publishes: in continuous integration who started it, else the user of this machine.
fn user() -> String {
    let names = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "USERNAME"];
    let name =
        names.iter().find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    name.unwrap_or_else(|| "somebody".to_owned())
}

/// What was done.
fn end(summary: &Summary, took: Duration) -> String {
    let Summary { to, new, changed, removed, .. } = summary;
    let files = counted(summary.files, "file");
    if summary.dry_run {
        "Nothing was published: this was a --dry-run.".to_owned()
    } else if new.len() + changed.len() + removed.len() == 0 {
        format!("All {files} are at {to} as they should be.")
    } else {
        format!(
            "Published {files} ({} new, {} changed, {} removed) to {to} in {:.1} s.",
            new.len(),
            changed.len(),
            removed.len(),
            took.as_secs_f64()
        )
    }
}

/// The last line: what of the live files is as it was built.
fn compared(count: &VerifiedCount) -> String {
    let &VerifiedCount { fetched, of, other } = count;
    let files = counted(fetched, "live file");
    let files = match fetched == of {
        true => files,
        false => format!("{files} of {of}, as the host was too slow for more"),
    };
    match other {
        0 => format!("Verified {files}: all as they were built."),
        other => format!("Verified {files}: {other} not as they were built."),
    }
}

/// So many bytes, as people say it.
fn size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}
