//! Slips: front matter that cannot be read as a whole, what to type instead, and what can be kept.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::essay::front_matter::fence::{Block, Language};
use crate::essay::front_matter::value;

/// A block that cannot be read: the parser's words and the bytes of the block that they mean.
pub struct Problem {
    /// The parser's words.
    pub message: String,
    /// The bytes of the block that they are about.
    pub at: Range<usize>,
}

impl Problem {
    /// As an author is told it.
    pub fn told(self, file: &str, text: &str, block: &Block) -> Diagnostic {
        let start = (block.inside.start + self.at.start).min(block.inside.end);
        let end = (block.inside.start + self.at.end).min(block.inside.end);
        let place = Place::in_text(file, text, start..end.max(start));
        let hint = hint_for(block.language, &self.message, line_at(text, start));
        let language = match block.language {
            Language::Toml => "TOML",
            Language::Yaml => "YAML",
        };
        Diagnostic::warning(
            Code::FrontMatter,
            format!("this front matter is not {language}: {}", self.message),
        )
        .at(place)
        .hint(hint)
    }
}

/// The line of `text` that byte `at` is in. Parsers that count characters name bytes in the middle of one.
fn line_at(text: &str, at: usize) -> &str {
    let start = text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |i| i + 1);
    text[start..].lines().next().unwrap_or("")
}

/// What to type, for the slips that people make most.
fn hint_for(language: Language, message: &str, line: &str) -> String {
    let value = line.split_once([':', '=']).map_or("", |(_, value)| value.trim());
    let unclosed = ["end of stream", "expected ',' or", "basic string", "literal string", "array"];
    match language {
        _ if message.contains("duplicate") => "each key may stand only once".into(),
        _ if message.contains("invalid date") => {
            "a date is written year-month-day, and must exist: 2026-03-01".into()
        }
        Language::Yaml if line.contains('\t') => {
            "YAML lines are indented with spaces, not with tabs".into()
        }
        Language::Yaml if value.contains(": ") => {
            let key = line.split(':').next().unwrap_or("title").trim();
            format!(
                "a value that holds a colon needs quotes: {key}: \"{}\"",
                value.replace('"', "\\\"")
            )
        }
        _ if unclosed.iter().any(|words| message.contains(words)) => {
            "a quotation mark or bracket is opened and not closed, or a comma is missing".into()
        }
        Language::Yaml if value.starts_with(['@', '`', '%', '*', '&', '!', '|', '>', '[', '{']) => {
            format!(
                "a value that begins with `{}` needs quotes",
                value.chars().next().unwrap_or('"')
            )
        }
        Language::Toml if line.contains(": ") && !line.contains('=') => {
            "between +++ a key is followed by =, as in: title = \"My essay\"".into()
        }
        Language::Toml if !value.is_empty() && !value.starts_with(['"', '\'', '[', '{']) => {
            let key = line.split('=').next().unwrap_or("title").trim();
            format!("text needs quotes: {key} = \"{}\"", value.trim_matches(['"', '\'']))
        }
        _ => "the essay was built without what could not be read".into(),
    }
}

/// From a block that cannot be read as a whole, the keys that can be read by themselves: an essay
/// should not lose its date over a slip in its title. Of a title or description that cannot, the
/// words after the colon are taken as they stand.
pub fn salvage(language: Language, inside: &str) -> Map<String, Value> {
    let mut map = Map::new();
    for lines in entries(inside) {
        let (read, problem) = match language {
            Language::Toml => value::from_toml(lines),
            Language::Yaml => value::from_yaml(lines),
        };
        if problem.is_none() {
            map.extend(read);
            continue;
        }
        let Some((key, value)) = lines.trim_end().split_once([':', '=']) else { continue };
        let value = value.trim().trim_matches(['"', '\'']).trim();
        let one_line = !value.is_empty() && !value.contains('\n');
        if matches!(key.trim_end(), "title" | "description") && one_line {
            map.insert(key.trim_end().to_owned(), Value::String(value.to_owned()));
        }
    }
    map
}

/// The entries of a block, each a key's line with the lines below it that belong to it: those that
/// are indented, and list items. A table of TOML's ends them, since its keys are not the essay's.
fn entries(inside: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut at = 0;
    let mut end = inside.len();
    for line in inside.split_inclusive('\n') {
        if line.starts_with('[') {
            end = at;
            break;
        }
        if line.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '-' | '#' | ']' | '}')) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([end]);
    starts.iter().zip(ends).map(|(start, end)| &inside[*start..end]).collect()
}
