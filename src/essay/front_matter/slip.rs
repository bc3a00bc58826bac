//! Slips: front matter that cannot be read as a whole, what to type instead, and what can be kept.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::config::slip::{self, Told, quoted};
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
        let (what, hint) = explain(block.language, &self.message, line_at(text, start));
        let found = Diagnostic::warning(Code::FrontMatter, what).at(place);
        found.hint(hint).hint("until then the essay does without what cannot be read")
    }
}

/// The line of `text` that byte `at` is in. Parsers that count characters name bytes in the middle of one.
fn line_at(text: &str, at: usize) -> &str {
    let start = text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |i| i + 1);
    text[start..].lines().next().unwrap_or("")
}

/// What is wrong in a line, and what to type, for the slips that people make most.
fn explain(language: Language, message: &str, line: &str) -> Told {
    match language {
        Language::Toml => slip::in_toml(message, line),
        Language::Yaml => in_yaml(message, line),
    }
}

/// What is wrong with `line` of a block in YAML, where the parser said `message`.
fn in_yaml(message: &str, line: &str) -> Told {
    let told = |what: &str, hint: String| (what.to_owned(), hint);
    let typed = |line: &str| format!("type: {line}");
    let bare = line.trim_matches([' ', '\t']);
    if let Some(found) =
        slip::of_duplicates(message, bare, ":").or_else(|| slip::of_look_alikes(bare, ":"))
    {
        return found;
    }
    if line.starts_with('\t') || line.starts_with(' ') && message.contains("tab") {
        return told(
            "this line begins with a tab, and YAML knows only spaces",
            typed(&line.replace('\t', "  ")),
        );
    }
    if bare.starts_with("//") {
        return told(
            "a comment begins with `#`, not with `//`",
            typed(&bare.replacen("//", "#", 1)),
        );
    }
    if bare.starts_with('-') && !bare.starts_with("- ") && bare.len() > 1 {
        return told(
            "there is no space after the hyphen of a list",
            typed(&format!("- {}", bare.trim_start_matches('-'))),
        );
    }
    if bare.starts_with("- ") && line.starts_with(' ') && message.contains("expected key") {
        return told(
            "the items of this list do not begin in one column",
            "put the same number of spaces before each hyphen".to_owned(),
        );
    }
    let equals = bare.find('=').filter(|at| bare.find(':').is_none_or(|colon| *at < colon));
    if let Some(at) = equals {
        let (key, value) = (bare[..at].trim(), bare[at + 1..].trim());
        return told(
            "between --- a key is followed by a colon, not by `=`",
            typed(&format!("{key}: {value}")),
        );
    }
    let Some((key, value)) = bare.split_once(':') else {
        return told(
            "this is no key with a value",
            "each line is a key, a colon, a space and a value, as in: title: My essay".to_owned(),
        );
    };
    let value = value.trim_start_matches(' ');
    if bare[key.len() + 1..].starts_with(|c: char| !c.is_whitespace()) && !key.contains(' ') {
        return told("there is no space after the colon", typed(&format!("{key}: {value}")));
    }
    if line.starts_with(' ') && message.contains("mapping values") && !value.contains(": ") {
        return told(
            "this line is indented, but belongs to nothing above it",
            format!("take the spaces at its beginning away: {bare}"),
        );
    }
    if let Some(found) = slip::of_value(message, key, value, ":").filter(|_| !value.is_empty()) {
        return found;
    }
    let first = value.chars().next().unwrap_or(' ');
    if value.contains(": ") || value.ends_with(':') {
        return told(
            "a value that holds a colon needs quotation marks",
            typed(&format!("{key}: {}", quoted(value))),
        );
    }
    if matches!(first, '@' | '`' | '%' | '*' | '&' | '!' | '|' | '>' | '{' | '}' | ']' | '-' | '?')
    {
        return told(
            "a value that begins with a sign like this one needs quotation marks",
            typed(&format!("{key}: {}", quoted(value))),
        );
    }
    if message.contains("expected ':'") {
        return told(
            "a text of several lines is indented below its key",
            "put two spaces before each of its lines".to_owned(),
        );
    }
    (
        format!("this cannot be read as YAML: {message}"),
        format!("compare it with: {key}: \"some text\""),
    )
}

/// Keys of which the value is a comment or a tag to YAML, and so nothing, with the line's place in the block.
pub fn lost_values<'b>(
    inside: &'b str,
    map: &'b Map<String, Value>,
) -> impl Iterator<Item = (Range<usize>, Told)> + 'b {
    let mut at = 0;
    inside.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let (key, value) = line.trim_end().split_once(": ")?;
        let value = value.trim();
        let is_empty = match map.get(key) {
            Some(Value::Null) => true,
            Some(Value::String(text)) => text.is_empty(),
            _ => false,
        };
        let is_lost = is_empty && value.starts_with(['#', '!']);
        let sign = value.chars().next().filter(|_| is_lost)?;
        let what = format!("what follows `{sign}` is not read, so that `{key}` is empty");
        let hint = format!("in quotation marks it is: {key}: {}", quoted(value));
        Some((start..start + line.trim_end().len(), (what, hint)))
    })
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
        // What is wrong may stand in a line below, such as one that is indented too far.
        let first = lines.split_inclusive('\n').next().unwrap_or(lines);
        if first != lines
            && language == Language::Yaml
            && let (read, None) = value::from_yaml(first)
        {
            map.extend(read.into_iter().filter(|(_, value)| !value.is_null()));
            continue;
        }
        let Some((key, value)) = lines.trim_end().split_once([':', '=', '\u{ff1a}']) else {
            continue;
        };
        let value = value.trim_start_matches('=').trim().trim_end_matches(',');
        let value = value.trim_matches(['"', '\'', '\u{201c}', '\u{201d}']).trim();
        let one_line = !value.is_empty() && !value.contains('\n');
        if matches!(key.trim(), "title" | "description") && one_line {
            map.insert(key.trim().to_owned(), Value::String(value.to_owned()));
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
