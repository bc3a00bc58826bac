//! What a team knows of and has not mended yet, so that it can be strict about what is new. The file is
//! made to be read in a diff: one finding a line, in order, without line numbers, which change with every
//! edit above.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Code, Diagnostic, Failure, Severity};

/// The name of the file at a project's root.
pub const BASELINE_FILE: &str = ".sternpost-baseline.json";

/// What tells one finding from another: file, code, message.
type Key = (String, String, String);

/// The findings that are known, each as often as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<Key, usize>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Finding {
    file: String,
    code: String,
    message: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

/// Findings held against a baseline.
#[derive(Debug, Default)]
pub struct Held {
    /// Those that it does not have, and all notes.
    pub fresh: Vec<Diagnostic>,
    /// How many it has.
    pub known: usize,
    /// How many it has that are no more.
    pub mended: usize,
}

impl Baseline {
    /// Reads the file at `path`; a file that is not there is an empty baseline.
    ///
    /// # Errors
    /// When the file cannot be read, or is no baseline.
    pub fn read(path: &Path) -> Result<Baseline, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Baseline::default()),
            Err(error) => return Err(Diagnostic::io(Code::Config, "read", path, &error).into()),
        };
        let document: Document = serde_json::from_str(&text).map_err(|error| {
            Diagnostic::error(Code::Config, format!("{} is no baseline: {error}", path.display()))
                .hint("write it anew: sternpost check --update-baseline")
        })?;
        let known = document.findings.into_iter();
        Ok(Baseline { known: known.map(|f| ((f.file, f.code, f.message), f.count)).collect() })
    }

    /// The baseline of what was found: its warnings.
    pub fn of(found: &[Diagnostic]) -> Baseline {
        let mut known = BTreeMap::new();
        for diagnostic in found.iter().filter(|d| d.severity == Severity::Warning) {
            *known.entry(key(diagnostic)).or_insert(0) += 1;
        }
        Baseline { known }
    }

    /// How many findings it has.
    pub fn count(&self) -> usize {
        self.known.values().sum()
    }

    /// Holds what was found against it.
    pub fn hold(&self, found: Vec<Diagnostic>) -> Held {
        let mut left = self.known.clone();
        let mut held = Held::default();
        for diagnostic in found {
            let known = left.get_mut(&key(&diagnostic)).filter(|count| **count > 0);
            match known.filter(|_| diagnostic.severity == Severity::Warning) {
                Some(count) => {
                    *count -= 1;
                    held.known += 1;
                }
                None => held.fresh.push(diagnostic),
            }
        }
        held.mended = left.values().sum();
        held
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let lines: Vec<String> = self
            .known
            .iter()
            .map(|((file, code, message), count)| {
                let (file, code) = (file.clone(), code.clone());
                Finding { file, code, message: message.clone(), count: *count }
            })
            .filter_map(|finding| serde_json::to_string(&finding).ok())
            .collect();
        let text = match lines.as_slice() {
            [] => "{\"findings\": []}\n".to_owned(),
            lines => format!("{{\"findings\": [\n  {}\n]}}\n", lines.join(",\n  ")),
        };
        let error = |error| Diagnostic::io(Code::Output, "write", path, &error);
        fs::write(path, text).map_err(error).map_err(Failure::from)
    }
}

fn key(diagnostic: &Diagnostic) -> Key {
    let file = diagnostic.place.as_ref().map(|place| place.file.clone()).unwrap_or_default();
    (file, diagnostic.code.name().to_owned(), diagnostic.message.clone())
}
