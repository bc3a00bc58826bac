//! `sternpost tags`: lists the tags, and renames or merges them in all files.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::book::Kind;
use crate::commands::list::terms;
use crate::commands::report::{counted, tell};
use crate::commands::table::Rows;
use crate::commands::{Format, Outcome, book_to_change, whole_book};
use crate::diagnostic::{Diagnostic, Failure, caught};
use crate::edit::diff::diff;
use crate::edit::tags::Retagging;

/// What `tags` is told.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = false)]
pub struct TagsArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// How to list them
    #[arg(long, value_enum, default_value_t)]
    format: Rows,
    /// The folder with book.toml or with the essays; else the one that you stand in, or one above it
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Call a tag something else, in all essays
    Rename {
        /// The tag as it is
        old: String,
        /// What it is to be called
        new: String,
        /// Only show what would be changed
        #[arg(long)]
        dry_run: bool,
    },
    /// Make one tag of several, in all essays
    Merge {
        /// The tags as they are
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
        /// What all of them are to be called
        #[arg(long, value_name = "TAG")]
        into: String,
        /// Only show what would be changed
        #[arg(long)]
        dry_run: bool,
    },
}

/// Lists, renames or merges.
pub fn run(args: &TagsArgs) -> Outcome {
    let done = caught("the tags were changed", || work(args)).map_err(Failure::from).flatten();
    match done {
        Ok((text, told)) => {
            let outcome = if told.is_empty() { Outcome::Done } else { Outcome::Findings };
            tell::<()>(Format::Human, false, told, &(), text.as_deref());
            outcome
        }
        Err(Failure(found)) => {
            tell::<()>(Format::Human, false, found, &(), None);
            Outcome::Failed
        }
    }
}

fn work(args: &TagsArgs) -> Result<(Option<String>, Vec<Diagnostic>), Failure> {
    let book = || book_to_change(args.dir.as_deref());
    let (retagging, dry_run) = match &args.what {
        None => {
            let (_, book) = whole_book(args.dir.as_deref().unwrap_or(Path::new(".")))?;
            terms(&book, Kind::Tags, args.format)?;
            return Ok((None, Vec::new()));
        }
        Some(What::Rename { old, new, dry_run }) => {
            let (project, book) = book()?;
            (Retagging::rename(&project, &book, old, new)?, *dry_run)
        }
        Some(What::Merge { tags, into, dry_run }) => {
            let (project, book) = book()?;
            (Retagging::merge(&project, &book, tags, into)?, *dry_run)
        }
    };
    let files = counted(retagging.files.len(), "file");
    let text = if dry_run {
        let diffs: String = retagging.files.iter().map(diff).collect();
        format!("{diffs}\nNothing was changed yet. Without --dry-run, {files} would be.")
    } else {
        retagging.carry_out()?;
        if retagging.files.is_empty() {
            return Ok((Some("Nothing was changed.".to_owned()), retagging.told));
        }
        format!("Changed {files}: the tag is called `{}` now.", retagging.name)
    };
    Ok((Some(text), retagging.told))
}
