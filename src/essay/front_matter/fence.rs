//! Where front matter begins and ends.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Place};

/// The language that a block is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Between `+++`.
    Toml,
    /// Between `---`.
    Yaml,
}

/// A block of front matter: the bytes between its fences, and where the body begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The language its fences name.
    pub language: Language,
    /// The bytes between the fences.
    pub inside: Range<usize>,
    /// The first byte after the closing fence's line.
    pub body: usize,
}

/// Finds the front matter of `text`, which must begin in the first line.
///
/// ```
/// use sternpost::essay::front_matter::split;
/// assert_eq!(split("---\ntitle: A\n---\nB").unwrap().body, 17);
/// assert!(split("---\n\nA rule, and no fence after it.\n").is_none());
/// assert!(split("-----\ntitle: A\n-----\n").is_none());
/// ```
pub fn split(text: &str) -> Option<Block> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let (language, closing): (_, &[&str]) = match first.trim_end() {
        "+++" => (Language::Toml, &["+++"]),
        "---" => (Language::Yaml, &["---", "..."]),
        _ => return None,
    };
    let mut at = first.len();
    for line in lines {
        if closing.contains(&line.trim_end()) {
            let block = Block { language, inside: first.len()..at, body: at + line.len() };
            return looks_like_keys(language, &text[block.inside.clone()]).then_some(block);
        }
        at += line.len();
    }
    None
}

/// Whether the first line that says something could be a key, so that two rules around a paragraph
/// are not taken for fences. A block that says nothing is front matter without keys.
fn looks_like_keys(language: Language, inside: &str) -> bool {
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let Some(line) = inside.lines().find(says) else {
        return !inside.trim().is_empty() || inside.is_empty();
    };
    let line = line.trim_start();
    match language {
        Language::Toml => true,
        Language::Yaml => {
            let key = line.split(':').next().unwrap_or("");
            // A slip that is told where the block is read.
            if is_key_line(line) {
                return true;
            }
            line.contains(':') && key.len() <= 40 && key.split_whitespace().count() <= 3
                || line.starts_with(['{', '%', '"', '\''])
        }
    }
}

/// Keys that an essay's first lines hold if they are meant as front matter.
const FIRST_KEYS: &[&str] = &[
    "title",
    "description",
    "date",
    "updated",
    "author",
    "authors",
    "tags",
    "draft",
    "weight",
    "slug",
    "layout",
    "aliases",
];

/// Whether a line is one of those keys with a value, in whatever way the two are told apart.
fn is_key_line(line: &str) -> bool {
    let line = line.trim_start_matches(['"', '\'']);
    let end = line.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(line.len());
    let after =
        line[end..].trim_start_matches(|c: char| matches!(c, '"' | '\'') || c.is_whitespace());
    FIRST_KEYS.contains(&line[..end].to_lowercase().as_str())
        && after.starts_with([':', '=', '\u{ff1a}', '\u{ff1d}'])
}

/// What looks like front matter and is none, so that readers will see it as text.
pub(super) fn missed(file: &str, text: &str) -> Option<Diagnostic> {
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').take(12).map(|line| {
        at += line.len();
        (at - line.len(), line.trim_end())
    });
    let mut before = 0;
    let (start, fence) = lines.by_ref().find(|(_, line)| {
        before += usize::from(!line.is_empty());
        is_like_a_fence(line) || is_key_line(line)
    })?;
    let told = |what: &str, hint: &str| {
        let place = Place::in_text(file, text, start..start + fence.len());
        let found = Diagnostic::warning(Code::FrontMatter, what).at(place).hint(hint);
        Some(found.hint("until then it is shown as text"))
    };
    let next = lines.find(|(_, line)| !line.trim().is_empty()).map_or("", |(_, line)| line);
    if is_key_line(fence) {
        // Without a title it may be the head of some minutes.
        let is_title = [fence, next].iter().any(|line| line.to_lowercase().starts_with("title"));
        return (before == 1 && is_title && is_key_line(next)).then(|| {
            told(
                "this looks like front matter, but stands between no fences",
                "put a line that says --- above the first key, and one below the last",
            )
        })?;
    }
    if !is_key_line(next) {
        return None;
    }
    let fences = ["---", "+++"];
    if !fences.contains(&fence) {
        let right = if fence.contains('+') { "+++" } else { "---" };
        let hint = format!(
            "type {right} and nothing else, in the essay's first line and below the last key"
        );
        return told("this looks like the beginning of front matter, but is none", &hint);
    }
    if before > 1 || start > 0 {
        return told(
            "front matter begins in the first line of an essay, and nowhere else",
            "take away what stands above it, blank lines too",
        );
    }
    let other = if fence == "---" { "+++" } else { "---" };
    let ends = |line: &str| text.lines().skip(1).any(|own| own.trim_end() == line);
    match ends(other) {
        true => told(
            &format!("this front matter begins with {fence} and ends with {other}"),
            "type the same above and below: --- for keys with a colon, +++ for keys with an equals sign",
        ),
        false => told(
            "this front matter has no end",
            &format!("put a line that says {fence} below the last key"),
        ),
    }
}

/// Whether a line is three hyphens or plus signs, or what may have become of them in a word processor, or stands for
/// them in another program.
fn is_like_a_fence(line: &str) -> bool {
    let mut bare = String::new();
    for c in line.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}' && *c != '\u{feff}') {
        match c {
            '\u{2014}' => bare.push_str("---"),
            '\u{2013}' | '\u{2011}' | '\u{2212}' => bare.push('-'),
            c => bare.push(c),
        }
    }
    let marks = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    marks.len() >= 2 && (marks.bytes().all(|b| b == b'-') || marks.bytes().all(|b| b == b'+'))
        || matches!(bare.as_str(), "```yaml" | "```toml")
}
