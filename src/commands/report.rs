//! How a command tells what it found: text with colours where they can be seen, or JSON.

use std::io::Write;

use anstream::ColorChoice;
use serde::Serialize;

use crate::commands::Format;
use crate::diagnostic::{Diagnostic, Severity, sorted};

/// How many of each severity were found.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Counts {
    /// Counts `diagnostics`.
    pub fn of(diagnostics: &[Diagnostic]) -> Counts {
        let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
        Counts {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        }
    }
}

/// Says what was found and how it went. `summary` is left out of text when it is `None`.
///
/// What is written to a closed pipe is lost on purpose: whoever closed it has read enough.
pub fn tell<S: Serialize>(
    format: Format,
    quiet: bool,
    found: Vec<Diagnostic>,
    json: &S,
    summary: Option<&str>,
) {
    let found = sorted(found);
    match format {
        Format::Json => {
            let document = serde_json::json!({ "diagnostics": found, "summary": json });
            let _ = writeln!(std::io::stdout(), "{document:#}");
        }
        Format::Human => {
            let stderr = std::io::stderr();
            let coloured = anstream::AutoStream::choice(&stderr) != ColorChoice::Never;
            let mut stderr = anstream::stderr().lock();
            for diagnostic in found.iter().filter(|d| !quiet || d.severity > Severity::Note) {
                let _ = writeln!(stderr, "{}\n", diagnostic.render(coloured));
            }
            if let Some(summary) = summary.filter(|_| !quiet) {
                let _ = writeln!(std::io::stdout(), "{summary}");
            }
        }
    }
}

/// `1 warning`, `3 warnings`.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
