//! `sternpost new`: a new essay, with the name and front matter that its neighbours have. Run bare in a terminal it
//! asks.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use dialoguer::{Input, Select};
use jiff::Timestamp;
use jiff::civil::Date as Day;
use jiff::tz::TimeZone;

use crate::book::Book;
use crate::commands::report::tell;
use crate::commands::{Format, Outcome, book_to_change, from_here};
use crate::diagnostic::{Code, Diagnostic, Failure, caught};
use crate::edit::draft::{Draft, Wanted, all_patterns, no_title};
use crate::source::Project;

/// What `new` is told.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The title, in quotation marks; without it you are asked
    #[arg(value_name = "TITLE")]
    title: Option<String>,
    /// The section: its folder or its title
    #[arg(long, value_name = "SECTION")]
    section: Option<String>,
    /// Tags, with commas between them
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    tags: Vec<String>,
    /// The pattern to begin with: essay, decision, one-to-one, or one of your own in templates/new
    #[arg(long, value_name = "PATTERN")]
    from: Option<String>,
    /// Who writes it
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Do not publish it yet
    #[arg(long)]
    draft: bool,
    /// The folder with book.toml or with the essays; else the one that you stand in, or one above it
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Writes a new essay and says where it is.
pub fn run(args: &NewArgs) -> Outcome {
    let done = caught("the essay was begun", || begin(args)).map_err(Failure::from).flatten();
    match done {
        Ok((draft, shown)) => {
            tell::<()>(Format::Human, false, draft.told, &(), Some(&shown));
            Outcome::Done
        }
        Err(Failure(found)) => {
            tell::<()>(Format::Human, false, found, &(), None);
            Outcome::Failed
        }
    }
}

/// The essay that was begun, and its path from here.
fn begin(args: &NewArgs) -> Result<(Draft, String), Failure> {
    let (project, book) = book_to_change(args.dir.as_deref())?;
    let mut wanted = Wanted {
        title: args.title.clone().unwrap_or_default(),
        section: args.section.clone(),
        tags: args.tags.clone(),
        author: args.author.clone(),
        pattern: args.from.clone(),
        draft: args.draft,
        day: today()?,
    };
    if args.title.is_none() {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(no_title().into());
        }
        ask(&mut wanted, &project, &book).map_err(|error| {
            Diagnostic::error(Code::Command, format!("the questions were not answered: {error}"))
        })?;
    }
    let draft = Draft::plan(&project, &book, &wanted)?;
    draft.carry_out()?;
    let shown = from_here(&project, &draft.file);
    Ok((draft, shown))
}

/// The day where the author is, or the one that `SOURCE_DATE_EPOCH` names.
fn today() -> Result<Day, Failure> {
    let Ok(seconds) = std::env::var("SOURCE_DATE_EPOCH") else {
        return Ok(TimeZone::system().to_datetime(Timestamp::now()).date());
    };
    let moment =
        seconds.trim().parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let moment = moment.ok_or_else(|| {
        Diagnostic::error(Code::Command, "SOURCE_DATE_EPOCH is no number of seconds since 1970")
    })?;
    Ok(TimeZone::UTC.to_datetime(moment).date())
}

/// Asks for what was not given.
fn ask(wanted: &mut Wanted, project: &Project, book: &Book) -> dialoguer::Result<()> {
    wanted.title = Input::new().with_prompt("Title").interact_text()?;
    let folders = book.tree.ids().map(|id| book.tree.section(id));
    let folders: Vec<_> =
        folders.filter(|section| !section.folder.is_empty() && !section.aside).collect();
    if wanted.section.is_none() && !folders.is_empty() {
        let names = folders.iter().map(|section| format!("{} ({})", section.title, section.folder));
        let names: Vec<String> =
            std::iter::once("none: beside the sections".to_owned()).chain(names).collect();
        let chosen = Select::new().with_prompt("Section").items(&names).default(0).interact()?;
        wanted.section = chosen.checked_sub(1).map(|at| folders[at].folder.clone());
    }
    if wanted.pattern.is_none() {
        let patterns = all_patterns(project);
        let names: Vec<String> =
            patterns.iter().map(|pattern| format!("{}: {}", pattern.name, pattern.about)).collect();
        let chosen = Select::new().with_prompt("Begin with").items(&names).default(0).interact()?;
        wanted.pattern = patterns.get(chosen).map(|pattern| pattern.name.clone());
    }
    if wanted.tags.is_empty() {
        let mut terms: Vec<_> = book.tags.terms.iter().collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.essays.len()));
        let known: Vec<&str> = terms.iter().take(8).map(|term| term.name.as_str()).collect();
        let prompt = match known.is_empty() {
            true => "Tags, with commas between them (or none)".to_owned(),
            false => format!("Tags, with commas between them (there are {})", known.join(", ")),
        };
        let tags: String = Input::new().with_prompt(prompt).allow_empty(true).interact_text()?;
        wanted.tags = tags.split(',').map(str::to_owned).collect();
    }
    Ok(())
}
