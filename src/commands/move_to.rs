//! `sternpost move`: an essay or a folder elsewhere, with every link to it and from it.

use std::path::PathBuf;

use clap::Args;

use crate::commands::report::{counted, tell};
use crate::commands::{Format, Outcome, book_to_change, from_here};
use crate::diagnostic::{Failure, caught};
use crate::edit::diff::diff;
use crate::edit::moves::Moves;
use crate::edit::relocation::Relocation;

/// What `move` is told.
#[derive(Debug, Args)]
pub struct MoveArgs {
    /// The essay or folder, such as content/trust/credit.md
    #[arg(value_name = "OLD")]
    old: String,
    /// Where it is to be; a folder that is there takes it in
    #[arg(value_name = "NEW")]
    new: String,
    /// Only show what would be changed
    #[arg(long)]
    dry_run: bool,
    /// The folder with book.toml or with the essays; else the one that you stand in, or one above it
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Moves, or shows what moving would change.
pub fn run(args: &MoveArgs) -> Outcome {
    let done = caught("the essays were moved", || relocate(args)).map_err(Failure::from).flatten();
    match done {
        Ok(Relocated { text, relocation }) => {
            let outcome = match relocation.told.iter().all(|told| told.is_note()) {
                true => Outcome::Done,
                false => Outcome::Findings,
            };
            tell::<()>(Format::Human, false, relocation.told, &(), Some(&text));
            outcome
        }
        Err(Failure(found)) => {
            tell::<()>(Format::Human, false, found, &(), Some("Nothing was moved."));
            Outcome::Failed
        }
    }
}

struct Relocated {
    text: String,
    relocation: Relocation,
}

fn relocate(args: &MoveArgs) -> Result<Relocated, Failure> {
    let (project, book) = book_to_change(args.dir.as_deref())?;
    let here = std::env::current_dir().unwrap_or_else(|_| project.root.clone());
    let moves = Moves::plan(&project, &here, &args.old, &args.new)?;
    let relocation = Relocation::plan(&project, &book, moves)?;
    let (from, to) = (&relocation.moves.source, &relocation.moves.target);
    let (from, to) = (from_here(&project, from), from_here(&project, to));
    let what = format!(
        "{} and {} in {}",
        counted(relocation.links, "link"),
        addresses(relocation.onward),
        counted(relocation.files.len(), "file")
    );
    let text = if args.dry_run {
        let diffs: String = relocation.files.iter().map(diff).collect();
        format!(
            "rename {from} to {to}\n{diffs}\nNothing was changed yet. Without --dry-run: {what}."
        )
    } else {
        relocation.carry_out()?;
        format!("Moved {from} to {to}, with {what}.")
    };
    Ok(Relocated { text, relocation })
}

fn addresses(count: usize) -> String {
    match count {
        1 => "1 old address that leads on".to_owned(),
        count => format!("{count} old addresses that lead on"),
    }
}
