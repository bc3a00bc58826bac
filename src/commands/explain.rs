//! `sternpost explain`: what a kind of finding means, and what to do about it.

use std::io::Write;

use clap::Args;

use crate::commands::report::tell;
use crate::commands::{Format, Outcome};
use crate::diagnostic::explained::{Explained, allowing, explain, page};
use crate::diagnostic::{Code, Diagnostic, nearest};

/// What `explain` is told.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The kind, as it stands in brackets at the beginning of a message; without one, all are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// Print the guide's page on messages
    #[arg(long, hide = true, conflicts_with = "code")]
    page: bool,
}

/// Explains one kind, or lists all.
pub fn run(args: &ExplainArgs) -> Outcome {
    let text = match &args.code {
        _ if args.page => page(),
        None => list(),
        Some(name) => match named(name) {
            Ok(code) => in_full(code),
            Err(unknown) => {
                tell::<()>(Format::Human, false, vec![unknown], &(), None);
                return Outcome::Failed;
            }
        },
    };
    // Whoever reads may have read enough.
    let _ = write!(std::io::stdout(), "{text}");
    Outcome::Done
}

/// The kind that is called `name`, which may be copied with what stands around it: `warning[date]`.
fn named(name: &str) -> Result<Code, Diagnostic> {
    let bare = name.rsplit('[').next().unwrap_or(name).trim_end_matches([']', ':']).to_lowercase();
    let names = || Code::ALL.iter().map(|code| code.name());
    let found = Code::ALL.iter().find(|code| code.name() == bare);
    found.copied().ok_or_else(|| {
        let unknown =
            Diagnostic::error(Code::Command, format!("there is no kind of message `{bare}`"));
        match nearest(&bare, names()) {
            Some(near) => unknown.hint(format!("did you mean this? sternpost explain {near}")),
            None => unknown.hint("all of them: sternpost explain"),
        }
    })
}

fn list() -> String {
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.name());
    let width = codes.iter().map(|code| code.name().len()).max().unwrap_or(0);
    let lines =
        codes.iter().map(|code| format!("{:width$}  {}\n", code.name(), explain(*code).in_short()));
    let all: String = lines.collect();
    format!("{all}\nTo read more about one: sternpost explain broken-link\n")
}

fn in_full(code: Code) -> String {
    let Explained { means, example, mend, allowed } = explain(code);
    let indented =
        |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let allow = match allowed {
        true => format!("To allow it, write into book.toml:\n\n{}", indented(&allowing(code))),
        false => "An error of this kind cannot be allowed.\n".to_owned(),
    };
    format!(
        "{code}\n\n{}\n\nFor example:\n\n{}\nWhat to do:\n\n{}\n\n{allow}",
        wrapped(means),
        indented(example),
        wrapped(mend)
    )
}

/// `text` in lines that are easy to read.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= 80 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}
