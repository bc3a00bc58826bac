//! `sternpost init`: asks, if somebody is there to answer, and writes the first files of a handbook.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Args, ValueEnum};
use dialoguer::Input;
use dialoguer::theme::ColorfulTheme;

use crate::commands::report::tell;
use crate::commands::{Format, Outcome};
use crate::config::is_language;
use crate::diagnostic::{Code, Diagnostic, Failure, reason};
use crate::essay::title::readable;
use crate::init::write::{Written, write};
use crate::init::{Answers, Editor, Found, NewFile, Service, files};
use crate::source::text;
use crate::system::System;

/// What `init` is told.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder that the handbook is to be in, or is
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// The title of the book
    #[arg(long)]
    title: Option<String>,
    /// Who writes it; may be given more than once
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,
    /// The language that it is written in, such as en or pt-BR
    #[arg(long, value_name = "TAG", value_parser = language)]
    language: Option<String>,
    /// Ask nothing: what is not given is taken from the folder's name, git and the system
    #[arg(short, long)]
    yes: bool,
    /// Write the files by which a service checks, builds and publishes the site
    #[arg(long, value_enum, value_name = "SERVICE", value_delimiter = ',')]
    ci: Vec<Ci>,
    /// Write tasks and snippets for an editor
    #[arg(long, value_enum, value_name = "EDITOR", value_delimiter = ',')]
    editor: Vec<Program>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ci {
    /// GitHub Actions, for GitHub Pages
    Github,
    /// GitLab CI, for GitLab Pages
    Gitlab,
    /// Forgejo Actions, for the branch `pages` (Codeberg)
    Forgejo,
    /// Netlify
    Netlify,
    /// GitHub Actions, for Cloudflare Pages
    Cloudflare,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Program {
    /// Visual Studio Code
    Vscode,
}

fn language(tag: &str) -> Result<String, String> {
    let tag = tag.trim();
    match is_language(tag) {
        true => Ok(tag.to_owned()),
        false => Err("type its short form, such as en, de or pt-BR".to_owned()),
    }
}

/// Asks and writes.
pub fn run(args: &InitArgs) -> Outcome {
    match begin(args) {
        Ok(text) => {
            let text = text.trim_end();
            tell::<()>(Format::Human, false, Vec::new(), &(), Some(text));
            Outcome::Done
        }
        Err(Failure(found)) => {
            tell::<()>(Format::Human, false, found, &(), None);
            Outcome::Failed
        }
    }
}

fn begin(args: &InitArgs) -> Result<String, Failure> {
    let root = std::path::absolute(&args.dir)
        .map_err(|error| Diagnostic::io(Code::Output, "find", &args.dir, &error))?;
    let found = Found::at(&root)?;
    let mut answers = given(args);
    let asks = !args.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if !found.has_config {
        match asks {
            true => {
                eprint!("{}", recognised(&found));
                ask(&mut answers, &root, &found).map_err(|why| unanswered(&why))?;
            }
            false => fill(&mut answers, &root, &found),
        }
    }
    let files = files(&found, &answers);
    let written = write(&root, &files)?;
    let before = if asks && !found.has_config { String::new() } else { recognised(&found) };
    Ok(format!("{before}{}{}", told(&written, &args.dir), next(&args.dir)))
}

/// What was given as arguments.
fn given(args: &InitArgs) -> Answers {
    let service = |ci: &Ci| match ci {
        Ci::Github => Service::Github,
        Ci::Gitlab => Service::Gitlab,
        Ci::Forgejo => Service::Forgejo,
        Ci::Netlify => Service::Netlify,
        Ci::Cloudflare => Service::Cloudflare,
    };
    let editor = |program: &Program| match program {
        Program::Vscode => Editor::VsCode,
    };
    Answers {
        title: args.title.clone(),
        authors: args.author.clone(),
        language: args.language.clone(),
        services: args.ci.iter().map(service).collect(),
        editors: args.editor.iter().map(editor).collect(),
    }
}

/// Asks for what was not given.
fn ask(answers: &mut Answers, root: &Path, found: &Found) -> Result<(), dialoguer::Error> {
    let theme = ColorfulTheme::default();
    if answers.title.is_none() {
        let title = found.title.clone().unwrap_or_else(|| name_of(root));
        let asked = Input::<String>::with_theme(&theme).with_prompt("What is the handbook called?");
        answers.title = Some(asked.default(title).interact_text()?.trim().to_owned());
    }
    if answers.authors.is_empty() {
        let asked = Input::<String>::with_theme(&theme).with_prompt("Who writes it?");
        let asked = asked.default(user().unwrap_or_default()).allow_empty(true);
        let names = asked.interact_text()?;
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        answers.authors = names.map(str::to_owned).collect();
    }
    if answers.language.is_none() {
        let asked = Input::<String>::with_theme(&theme)
            .with_prompt("In which language? (its short form: en, de, fr, pt-BR)");
        let asked = asked.default(locale().unwrap_or_else(|| "en".to_owned()));
        let asked = asked.validate_with(|tag: &String| language(tag).map(drop));
        answers.language = Some(asked.interact_text()?.trim().to_owned());
    }
    Ok(())
}

/// Fills in what was not given. A site of another program's stays what it is: only what that program said of it is
/// taken over.
fn fill(answers: &mut Answers, root: &Path, found: &Found) {
    answers.title = answers.title.take().or_else(|| found.title.clone());
    if !found.systems.is_empty() || found.has_essays {
        return;
    }
    answers.title.get_or_insert_with(|| name_of(root));
    if answers.authors.is_empty() {
        answers.authors.extend(user());
    }
    answers.language = answers.language.take().or_else(locale);
}

/// What the folder's name says.
fn name_of(root: &Path) -> String {
    let root = crate::source::project::normal(root);
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
    readable(&name.unwrap_or_else(|| "Handbook".to_owned()))
}

/// The name of whoever sits here: as git knows it, else the system.
fn user() -> Option<String> {
    let git = Command::new("git").args(["config", "--get", "user.name"]).output().ok();
    let name = git.and_then(|git| String::from_utf8(git.stdout).ok());
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let login = || ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    name.or_else(|| login().filter(|name| !name.is_empty() && name != "root"))
}

/// The language of the system, as a BCP 47 tag: `de_CH.UTF-8` is `de-CH` (POSIX, "Internationalization Variables").
fn locale() -> Option<String> {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let set = set.iter().filter_map(|name| std::env::var(name).ok()).find(|set| !set.is_empty())?;
    let tag = set.split(['.', '@']).next().unwrap_or("").replace('_', "-");
    (is_language(&tag)).then_some(tag)
}

fn unanswered(why: &dialoguer::Error) -> Diagnostic {
    let dialoguer::Error::IO(error) = why;
    Diagnostic::error(Code::Output, format!("the answer cannot be read: {}", reason(error)))
        .hint("nothing was written; give the answers as arguments: sternpost init --help")
}

/// What is said of a site that is there already.
fn recognised(found: &Found) -> String {
    let name = |(system, file): &(System, String)| format!("{} ({file})", system.title());
    match &found.systems[..] {
        [] if found.has_essays && !found.has_config => {
            "There are essays in this folder. They stay as they are.\n\n".to_owned()
        }
        [] => String::new(),
        systems => {
            let names = systems.iter().map(name).collect::<Vec<_>>().join(", ");
            format!(
                "This folder holds a site for {names}. sternpost reads it as it is, and changes none of its files.\n\n"
            )
        }
    }
}

/// What was written, and what was not.
fn told(written: &Written<'_>, dir: &Path) -> String {
    let mut said = String::new();
    let width = written.new.iter().map(|file| file.path.len()).max().unwrap_or(0);
    match dir == Path::new(".") {
        _ if written.new.is_empty() => said.push_str("There was nothing to write.\n"),
        true => said.push_str("Written:\n"),
        false => said.push_str(&format!("Written in {}:\n", dir.display())),
    }
    for NewFile { path, about, .. } in &written.new {
        said.push_str(&format!("  {path:width$}  {about}\n"));
    }
    if !written.left.is_empty() {
        let left: Vec<&str> = written.left.iter().map(|file| file.path.as_str()).collect();
        let stay = if left.len() == 1 { "stays as it is" } else { "stay as they are" };
        said.push_str(&format!("There already, and {stay}: {}\n", left.join(", ")));
    }
    if let Some(ignored) = written.left.iter().find(|file| file.path == ".gitignore") {
        let there = text::read(&dir.join(&ignored.path)).unwrap_or_default();
        let bare = |line: &str| line.trim().trim_matches('/').to_owned();
        let is_missing = |line: &&str| !there.lines().any(|own| bare(own) == bare(line));
        let lines = ignored.text.lines().filter(|line| line.starts_with('/'));
        let lines: Vec<&str> = lines.filter(is_missing).collect();
        if !lines.is_empty() {
            said.push_str(&format!(
                "To keep the site itself out of git, add these lines to .gitignore:\n  {}\n",
                lines.join("\n  ")
            ));
        }
    }
    said
}

/// What to type next.
fn next(dir: &Path) -> String {
    let dir = dir.display().to_string();
    let dir = match &dir[..] {
        "." => String::new(),
        dir if dir.contains(char::is_whitespace) => format!(" \"{dir}\""),
        dir => format!(" {dir}"),
    };
    let (serve, build) = (format!("sternpost serve{dir} --open"), format!("sternpost build{dir}"));
    let width = serve.len();
    format!(
        "\nNext, type:\n  {serve}  to see it in the browser while you write\n  {build:width$}  to write the site\n"
    )
}
