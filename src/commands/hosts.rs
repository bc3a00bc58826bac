//! `sternpost hosts`: the settings of a web server for the site.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::commands::report::tell;
use crate::commands::{Format, Outcome};
use crate::diagnostic::{Diagnostic, Failure, Severity};
use crate::site::hosts::Server;
use crate::site::{Memory, Site, load};
use crate::source::{Project, Survey};

/// What `hosts` is told.
#[derive(Debug, Args)]
pub struct HostsArgs {
    /// The web server that shows the site
    #[arg(value_enum)]
    server: Program,
    /// The folder with book.toml or with the essays
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Program {
    /// A file for /etc/nginx/conf.d
    Nginx,
    /// A Caddyfile
    Caddy,
}

/// Prints the settings.
pub fn run(args: &HostsArgs) -> Outcome {
    let server = match args.server {
        Program::Nginx => Server::Nginx,
        Program::Caddy => Server::Caddy,
    };
    match settings(&args.dir, server) {
        Ok(text) => {
            // Whoever closed the pipe has read enough.
            let _ = io::stdout().write_all(text.as_bytes());
            Outcome::Done
        }
        Err(Failure(found)) => {
            tell::<()>(Format::Human, false, found, &(), None);
            Outcome::Failed
        }
    }
}

fn settings(dir: &Path, server: Server) -> Result<String, Failure> {
    let project = Project::find(dir, None)?.value;
    let survey = Survey::of(&project);
    let loaded = load(&project, &survey, false, Memory::NONE)?;
    let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
    let errors: Vec<Diagnostic> = loaded.notes.iter().filter(is_error).cloned().collect();
    match errors.is_empty() {
        true => Ok(Site::new(&loaded.value, None).settings(server)),
        false => Err(Failure(errors)),
    }
}
