//! `sternpost man`: manual pages, for packages and for `man`.

use std::fs;
use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::commands::report::{say, tell};
use crate::commands::{Cli, Format, Outcome};
use crate::diagnostic::{Code, Diagnostic};

/// What `man` is told.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder to write the pages into, one for each command
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Writes the pages.
pub fn run(args: &ManArgs) -> Outcome {
    let written = fs::create_dir_all(&args.folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), &args.folder));
    match written {
        Ok(()) => {
            say(Format::Human, &format!("Wrote the manual pages into {}.", args.folder.display()));
            Outcome::Done
        }
        Err(error) => {
            let found = Diagnostic::io(Code::Output, "write", &args.folder, &error);
            tell::<()>(Format::Human, false, vec![found], &(), None);
            Outcome::Failed
        }
    }
}
