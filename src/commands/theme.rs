//! `sternpost theme`: what the built-in theme is made of, and copies of it to change.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::{Args, Subcommand};

use crate::commands::report::{counted, tell};
use crate::commands::{Format, Outcome};
use crate::config::is_language;
use crate::diagnostic::{Code, Diagnostic, Failure, nearest};
use crate::render::theme::{Part, builtin};
use crate::render::words;
use crate::source::Project;
use crate::source::project::TEMPLATES;

/// What `theme` is told.
#[derive(Debug, Args)]
pub struct ThemeArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Name the files of the built-in theme, and what each is for
    List,
    /// Copy files of the built-in theme into the site, where they can be changed
    Eject(EjectArgs),
}

/// What `theme eject` is told.
#[derive(Debug, Args)]
struct EjectArgs {
    /// The files to copy, such as page.html; without any, they are listed
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// Copy all of them
    #[arg(long, conflicts_with = "files")]
    all: bool,
    /// The folder with book.toml or with the essays
    #[arg(long, default_value = ".", value_name = "DIR")]
    dir: std::path::PathBuf,
}

/// Lists or copies.
pub fn run(args: &ThemeArgs) -> Outcome {
    match &args.what {
        What::Eject(args) if args.all || !args.files.is_empty() => eject(args),
        What::List => list(),
        What::Eject(_) => {
            let listed = list();
            println!("\nTo copy one into your site: sternpost theme eject page.html");
            listed
        }
    }
}

/// Names each file with its first sentence on itself.
fn list() -> Outcome {
    let parts = builtin();
    let width = parts.iter().map(|part| part.name.len()).max().unwrap_or(0);
    let mut out = io::stdout().lock();
    for part in &parts {
        // Whoever reads may have read enough, as `head` has.
        if writeln!(out, "{:width$}  {}", part.name, part.about()).is_err() {
            break;
        }
    }
    Outcome::Done
}

fn eject(args: &EjectArgs) -> Outcome {
    match copy(args) {
        Ok((copied, found)) => {
            let done = found.is_empty();
            let text = told(&copied);
            tell::<()>(Format::Human, false, found, &(), text.as_deref());
            if done { Outcome::Done } else { Outcome::Failed }
        }
        Err(Failure(found)) => {
            tell::<()>(Format::Human, false, found, &(), None);
            Outcome::Failed
        }
    }
}

fn told(copied: &[String]) -> Option<String> {
    let first = copied.first()?;
    let template = copied.iter().find(|name| name.ends_with(".html"));
    let mut text = format!(
        "Copied {} into {TEMPLATES}: {}.",
        counted(copied.len(), "file"),
        copied.join(", ")
    );
    text.push_str(" From now on the site uses these.\n");
    if let Some(template) = template {
        text.push_str(&format!(
            "To change only a part of one, write a short file instead that begins with {{% extends \"builtin/{template}\" %}} and holds the blocks that differ."
        ));
    } else if first.starts_with(words::FOLDER) {
        text.push_str("Words that you take out of a file are said as before.");
    }
    Some(text)
}

/// Copies what was asked for. Gives the names of what was copied, and what could not be.
fn copy(args: &EjectArgs) -> Result<(Vec<String>, Vec<Diagnostic>), Failure> {
    let root = Project::find(&args.dir, None)?.value.root;
    let parts = builtin();
    let (mut copied, mut found) = (Vec::new(), Vec::new());
    let wanted: Vec<&str> = match args.all {
        true => parts.iter().map(|part| &*part.name).collect(),
        false => args.files.iter().map(String::as_str).collect(),
    };
    for name in wanted {
        let bare = name.trim_start_matches("builtin/");
        match parts.iter().find(|part| part.name == bare) {
            Some(part) => match write(&root.join(TEMPLATES), part) {
                Ok(()) => copied.push(part.name.clone()),
                Err(why) => found.push(why),
            },
            None => found.push(unknown(bare, &parts)),
        }
    }
    Ok((copied, found))
}

fn unknown(name: &str, parts: &[Part]) -> Diagnostic {
    let message = format!("the built-in theme has no file `{name}`");
    let found = Diagnostic::error(Code::Template, message);
    let language = name.strip_prefix(words::FOLDER).and_then(|name| name.strip_suffix(".toml"));
    if language.is_some_and(is_language) {
        return found
            .hint("for a language of your own, type: sternpost theme eject words/en.toml")
            .hint(format!("then call the copy {TEMPLATES}/{name}, and translate it"));
    }
    match nearest(name, parts.iter().map(|part| &*part.name)) {
        Some(near) => found.hint(format!("did you mean `{near}`?")),
        None => found.hint("see what there is: sternpost theme list"),
    }
}

/// Writes a file that is not there yet.
fn write(templates: &Path, part: &Part) -> Result<(), Diagnostic> {
    let file = templates.join(&part.name);
    let failed = |error: &io::Error| Diagnostic::io(Code::Output, "write", &file, error);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    match fs::File::create_new(&file).and_then(|mut new| new.write_all(&part.bytes)) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let message = format!("{TEMPLATES}/{} is there already and stays as it is", part.name);
            Err(Diagnostic::error(Code::Output, message)
                .hint("remove or rename it first, if you want to begin anew"))
        }
        Err(error) => Err(failed(&error)),
    }
}
