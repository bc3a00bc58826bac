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
        Format::Github => {
            let mut stdout = std::io::stdout().lock();
            for diagnostic in &found {
                let _ = writeln!(stdout, "{}", annotation(diagnostic));
            }
        }
        Format::Sarif => {
            let _ = writeln!(std::io::stdout(), "{:#}", sarif(&found));
        }
        Format::Human => {
            say_found(found.iter().filter(|found| !quiet || !found.is_note()));
            if let Some(summary) = summary.filter(|_| !quiet) {
                let _ = writeln!(std::io::stdout(), "{summary}");
            }
        }
    }
}

/// Says to people what was found, in colours where they can be seen.
pub fn say_found<'d>(found: impl IntoIterator<Item = &'d Diagnostic>) {
    let stderr = std::io::stderr();
    let coloured = anstream::AutoStream::choice(&stderr) != ColorChoice::Never;
    let mut stderr = anstream::stderr().lock();
    for diagnostic in found {
        let _ = writeln!(stderr, "{}\n", diagnostic.render(coloured));
    }
}

/// `1 warning`, `3 warnings`.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Says one sentence to people; other formats have their own place for it.
pub fn say(format: Format, text: &str) {
    if format == Format::Human {
        let _ = writeln!(std::io::stdout(), "{text}");
    }
}

/// A workflow command of GitHub, which shows the message at the line in a pull request.
fn annotation(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let mut place = String::new();
    if let Some(at) = &diagnostic.place {
        place.push_str(&format!("file={},", property(&at.file)));
        if at.line > 0 {
            place.push_str(&format!("line={},col={},", at.line, at.column));
        }
    }
    let message =
        [std::slice::from_ref(&diagnostic.message), &diagnostic.hints].concat().join("\n");
    let title = property(diagnostic.code.name());
    format!("::{level} {place}title={title}::{}", escaped(&message))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A log in SARIF 2.1.0 (OASIS), as code scanning services read it.
fn sarif(found: &[Diagnostic]) -> serde_json::Value {
    let mut codes: Vec<_> = found.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort();
    codes.dedup();
    let rules: Vec<_> = codes
        .iter()
        .map(|code| {
            let text = code.name().replace('-', " ");
            serde_json::json!({ "id": code.name(), "shortDescription": { "text": text } })
        })
        .collect();
    // Findings of one kind with one message in one file are told apart by their number, so that a
    // finding is known again when lines move.
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::default();
    let results: Vec<_> = found
        .iter()
        .map(|diagnostic| {
            let file = diagnostic.place.as_ref().map_or("", |place| place.file.as_str());
            let key = format!("{file}|{}|{}", diagnostic.code, diagnostic.message);
            let number = seen.entry(key.clone()).or_insert(0);
            *number += 1;
            let print = blake3::hash(format!("{key}|{number}").as_bytes()).to_hex();
            let level = match diagnostic.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            };
            let text =
                [std::slice::from_ref(&diagnostic.message), &diagnostic.hints].concat().join(". ");
            let mut result = serde_json::json!({
                "ruleId": diagnostic.code.name(),
                "ruleIndex": codes.iter().position(|code| *code == diagnostic.code),
                "level": level,
                "message": { "text": text },
                "partialFingerprints": { "finding/v1": &print[..16] },
            });
            if let Some(place) = &diagnostic.place {
                let uri = percent_encoding::utf8_percent_encode(&place.file, URI).to_string();
                let mut location = serde_json::json!({ "artifactLocation": { "uri": uri } });
                if place.line > 0 {
                    location["region"] =
                        serde_json::json!({ "startLine": place.line, "startColumn": place.column });
                }
                result["locations"] = serde_json::json!([{ "physicalLocation": location }]);
            }
            result
        })
        .collect();
    serde_json::json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "sternpost",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            // Columns are counted in characters.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What stands unescaped in a path (RFC 3986, section 3.3).
const URI: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');
