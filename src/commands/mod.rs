//! The command line: what was asked for, done through the rooms below, and told to whoever asked.

mod build;
mod check;
mod explain;
mod hosts;
mod init;
mod last;
mod list;
mod man;
mod mistakes;
mod move_to;
mod new;
mod publish;
mod report;
mod schema;
mod serve;
mod table;
mod tags;
mod theme;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::book::Book;
use crate::diagnostic::{Code, Diagnostic, Failure, Severity};
use crate::site::{Memory, load};
use crate::source::project::{CONFIG_FILE, slashed};
use crate::source::systems::left_in;
use crate::source::{Project, Survey};

/// Publish the handbook that your team leads by.
#[derive(Debug, Parser)]
#[command(name = "sternpost", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a handbook: write its settings and a first essay
    Init(init::InitArgs),
    /// Turn a folder of essays into a site
    Build(BuildArgs),
    /// Show the site while you write: each saved change appears in the browser
    Serve(ServeArgs),
    /// Tell everything that is wrong in a handbook, without writing a site
    Check(CheckArgs),
    /// Build the site and bring it to a host, so that it is complete at every moment
    Publish(PublishArgs),
    /// Print the settings of a web server of your own for the site
    Hosts(hosts::HostsArgs),
    /// Begin a new essay
    New(new::NewArgs),
    /// Move an essay or a folder, with every link to it and from it
    Move(move_to::MoveArgs),
    /// List the tags, or rename and merge them in all files
    Tags(tags::TagsArgs),
    /// List essays, drafts, tags, authors or orphans
    List(list::ListArgs),
    /// Say more about a kind of message
    Explain(explain::ExplainArgs),
    /// Look at the built-in theme, or copy parts of it to change them
    Theme(theme::ThemeArgs),
    /// Print what book.toml or front matter may hold, for editors (JSON Schema)
    Schema(schema::SchemaArgs),
    /// Write manual pages
    Man(man::ManArgs),
    /// Print completions for a shell
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
}

/// What `build` is told.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// The folder with book.toml or with the essays
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Where to write the site [default: the folder `book` beside book.toml]
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Build drafts too
    #[arg(long)]
    drafts: bool,
    /// Exit with 1 if there is any warning
    #[arg(long)]
    strict: bool,
    /// Say nothing but warnings and errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Name each file of the site
    #[arg(short, long)]
    verbose: bool,
    /// Say how long each step took
    #[arg(long)]
    timings: bool,
    /// How to say what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `serve` is told.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The folder with book.toml or with the essays
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// The port to answer at; if it is taken, the next free one
    #[arg(short, long, default_value_t = 3000)]
    port: u16,
    /// The address to listen at, such as 0.0.0.0 to show the site on a phone [default: this machine only]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<IpAddr>,
    /// Another name by which browsers may ask, such as that of a tunnel
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Open the browser
    #[arg(long)]
    open: bool,
    /// Show drafts too
    #[arg(long)]
    drafts: bool,
}

/// What `check` is told.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The folder with book.toml or with the essays
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Check drafts too
    #[arg(long)]
    drafts: bool,
    /// Exit with 1 only for errors, not for warnings
    #[arg(long)]
    lenient: bool,
    /// Say nothing but warnings and errors
    #[arg(short, long)]
    quiet: bool,
    /// How to say what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// What is known already [default: .sternpost-baseline.json beside book.toml]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Take what is found now as known, so that only what is new counts from today
    #[arg(long)]
    update_baseline: bool,
    /// Ask for every link to another site whether it still leads somewhere
    #[arg(long)]
    external: bool,
    /// With --external: how many seconds an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    timeout: f64,
    /// With --external: how many seconds to wait between two requests to one host
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5)]
    pause: f64,
    /// With --external: how often to ask a busy host again
    #[arg(long, value_name = "TIMES", default_value_t = 2)]
    retries: usize,
    /// With --external: ask hosts of the own network too
    #[arg(long)]
    private_hosts: bool,
    /// With --external: where to keep good answers for a week
    #[arg(long, value_name = "FILE")]
    cache: Option<PathBuf>,
}

/// What `publish` is told.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Which target: the NAME of a table [publish.NAME] in book.toml [default: the only one]
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    /// The folder with book.toml
    #[arg(long, default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove as many files as the plan says, even if that is most of them
    #[arg(long)]
    yes: bool,
    /// Publish drafts too
    #[arg(long)]
    drafts: bool,
    /// Then fetch the live pages from this address and compare them; with --dry-run, only that
    #[arg(long, value_name = "URL")]
    verify: Option<String>,
    /// Say nothing but warnings and errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Name each file
    #[arg(short, long)]
    verbose: bool,
    /// How to say what was done
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How a command says what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Human,
    /// One JSON document on standard output
    Json,
    /// Annotations in a workflow of GitHub
    Github,
    /// One SARIF 2.1.0 document on standard output
    Sarif,
}

/// What a command ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// What was asked for was done: 0.
    Done,
    /// Done, but something was found that should not be: 1.
    Findings,
    /// It could not be done: 2.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        match outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Findings => ExitCode::from(1),
            Outcome::Failed => ExitCode::from(2),
        }
    }
}

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    mistakes::tell();
    match Cli::parse().command {
        Command::Init(args) => init::run(&args).into(),
        Command::Build(args) => build::run(&args).into(),
        Command::Serve(args) => serve::run(&args).into(),
        Command::Check(args) => check::run(&args).into(),
        Command::Publish(args) => publish::run(&args).into(),
        Command::Hosts(args) => hosts::run(&args).into(),
        Command::New(args) => new::run(&args).into(),
        Command::Move(args) => move_to::run(&args).into(),
        Command::Tags(args) => tags::run(&args).into(),
        Command::List(args) => list::run(&args).into(),
        Command::Explain(args) => explain::run(&args).into(),
        Command::Theme(args) => theme::run(&args).into(),
        Command::Schema(args) => schema::run(&args).into(),
        Command::Man(args) => man::run(&args).into(),
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Cli::command(),
                "sternpost",
                &mut std::io::stdout(),
            );
            ExitCode::SUCCESS
        }
    }
}

/// The project that `dir` belongs to, and its book with all drafts.
fn whole_book(dir: &Path) -> Result<(Project, Arc<Book>), Failure> {
    with_drafts(Project::find(dir, None)?.value)
}

/// The same for commands that change its files: where no folder was named, the one that the author stands in must be
/// known to be all of the handbook, or what leads to it from elsewhere would be left as it is.
fn book_to_change(dir: Option<&Path>) -> Result<(Project, Arc<Book>), Failure> {
    let project = Project::find(dir.unwrap_or(Path::new(".")), None)?.value;
    match dir.is_none().then(|| perhaps_a_part(&project)).flatten() {
        Some(told) => Err(told.into()),
        None => with_drafts(project),
    }
}

fn with_drafts(project: Project) -> Result<(Project, Arc<Book>), Failure> {
    let loaded = load(&project, &Survey::of(&project), true, Memory::NONE)?;
    let unread = loaded.notes.into_iter().filter(|note| note.severity == Severity::Error);
    let unread: Vec<_> = unread.collect();
    if unread.is_empty() { Ok((project, loaded.value.book)) } else { Err(Failure(unread)) }
}

/// What is said where nothing tells that the project's root is one, and it lies in a folder with a history of changes,
/// which may be all of the handbook.
fn perhaps_a_part(project: &Project) -> Option<Diagnostic> {
    let root = &project.root;
    let is_root = project.content != *root
        || root.join(CONFIG_FILE).is_file()
        || root.join(".git").exists()
        || !left_in(root).is_empty();
    let above = root.ancestors().filter(|_| !is_root).position(|dir| dir.join(".git").exists())?;
    let up = vec![".."; above].join("/");
    let message = format!("it is not certain that all of the handbook lies in {}", root.display());
    Some(
        Diagnostic::error(Code::Command, message)
            .hint(format!("if it is all of the folder {up}, add to what you typed: --dir {up}"))
            .hint("if it is this folder alone, add: --dir ."),
    )
}

/// `path` as it can be opened from the folder in which the author stands.
fn from_here(project: &Project, path: &Path) -> String {
    let Ok(here) = std::env::current_dir() else { return project.shown(path) };
    let Some(above) = here.ancestors().position(|above| path.starts_with(above)) else {
        return path.display().to_string();
    };
    let mut shown = PathBuf::from_iter(vec![".."; above]);
    let common = here.ancestors().nth(above).unwrap_or(Path::new(""));
    shown.extend(path.strip_prefix(common));
    slashed(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
