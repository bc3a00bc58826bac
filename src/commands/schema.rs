//! `sternpost schema`: what `book.toml` and front matter may hold, for the editor in which they are written.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use crate::commands::Outcome;
use crate::config;
use crate::essay::front_matter::known;

/// What `schema` is told.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// What the schema is of
    #[arg(value_enum)]
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// The configuration of a handbook
    #[value(alias = "book.toml")]
    Book,
    /// What stands at the top of an essay
    FrontMatter,
}

/// Prints the schema.
pub fn run(args: &SchemaArgs) -> Outcome {
    let schema = match args.of {
        Of::Book => config::schema::of_book(),
        Of::FrontMatter => known::schema(),
    };
    // Whoever reads may have read enough, as `head` has.
    let _ = writeln!(io::stdout().lock(), "{schema:#}");
    Outcome::Done
}
