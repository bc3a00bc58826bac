//! Where front matter begins and ends.

use std::ops::Range;

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
            line.contains(':') && key.len() <= 40 && key.split_whitespace().count() <= 3
                || line.starts_with(['{', '%', '"', '\''])
        }
    }
}
