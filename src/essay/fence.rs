//! What stands behind the fence of a block of code: the language, and what other programs add to it.
//!
//! - lines to mark: `{2,4-6}` (Docusaurus, VitePress, Gatsby), `hl_lines="2 4-6"` (MkDocs), `hl_lines=2 4-6`
//!   (Zola), `{hl_lines=[2,"4-6"]}` (Hugo)
//! - a caption: `title="main.rs"` (Docusaurus, MkDocs), `name=main.rs` (Zola), `filename="main.rs"` (Nextra)
//! - the language in braces: `{.rust}` (Pandoc), `{code-block} rust` (MyST)

use std::ops::RangeInclusive;

use pulldown_cmark::CodeBlockKind;

/// What is said of a block of code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fence<'i> {
    /// The language as it is written; empty where none is given.
    pub language: &'i str,
    /// The lines to mark, counted from 1.
    pub marks: Vec<RangeInclusive<usize>>,
    /// The caption.
    pub title: Option<&'i str>,
}

impl<'i> Fence<'i> {
    /// Reads what is said of a block.
    pub fn of(kind: &'i CodeBlockKind<'_>) -> Fence<'i> {
        match kind {
            CodeBlockKind::Fenced(info) => Fence::read(info),
            CodeBlockKind::Indented => Fence::default(),
        }
    }

    fn read(info: &'i str) -> Fence<'i> {
        let info = info.trim();
        let language = language(info);
        if !info.contains(['{', '=']) {
            return Fence { language, ..Fence::default() };
        }
        let marks = value(info, "hl_lines").map(ranges).unwrap_or_default();
        let title = ["title", "filename", "name"].iter().find_map(|key| value(info, key));
        Fence {
            language,
            marks: if marks.is_empty() { in_braces(info) } else { marks },
            title: title.filter(|title| !title.is_empty()),
        }
    }

    /// Whether the line with this number, from 1, is to be marked.
    pub fn marks(&self, line: usize) -> bool {
        self.marks.iter().any(|marked| marked.contains(&line))
    }
}

/// The first word, without what may stand at its ends.
fn language(info: &str) -> &str {
    if let Some(inside) = info.strip_prefix('{') {
        let (word, rest) =
            inside.split_at(inside.find([' ', '}', ',', '\t']).unwrap_or(inside.len()));
        if let Some(class) = word.strip_prefix('.') {
            return class;
        }
        if matches!(word, "code" | "code-block" | "code-cell") {
            return rest.trim_start_matches('}').split_whitespace().next().unwrap_or("");
        }
        let is_plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic());
        return if is_plain { word } else { "" };
    }
    info.split([' ', ',', '\t', '{', '(']).next().unwrap_or("")
}

/// The value behind `key=`: in quotes, in brackets, or up to a comma; unquoted numbers may have spaces in
/// between.
fn value<'i>(info: &'i str, key: &str) -> Option<&'i str> {
    let begins = |at: usize| {
        let before = info[..at].chars().next_back();
        before.is_none_or(|c| matches!(c, ' ' | ',' | '\t' | '{'))
            && info[at + key.len()..].starts_with('=')
    };
    let at = info.match_indices(key).map(|(at, _)| at).find(|at| begins(*at))?;
    let rest = &info[at + key.len() + 1..];
    match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next(),
        '[' => rest[1..].split(']').next(),
        c if c.is_ascii_digit() => {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '.')));
            let end = end.unwrap_or(rest.len());
            let is_whole = rest[end..].chars().next().is_none_or(|c| matches!(c, ',' | '}'));
            Some(if is_whole { &rest[..end] } else { rest.split([' ', ',', '}']).next()? })
        }
        _ => rest.split([' ', ',', '}']).next(),
    }
}

/// The lines in braces that hold nothing else.
fn in_braces(info: &str) -> Vec<RangeInclusive<usize>> {
    let braces = info.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let is_list = |inside: &&str| {
        !inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit() || b", -".contains(&b))
    };
    braces.map(|(inside, _)| inside).find(is_list).map(ranges).unwrap_or_default()
}

/// `2`, `4-6`, with whatever stands in between.
fn ranges(list: &str) -> Vec<RangeInclusive<usize>> {
    list.split([' ', ',', '"', '\''])
        .filter_map(|part| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            Some(from.parse().ok()?..=to.parse().ok()?)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_programs_write_behind_a_fence() {
        for (info, language, marks, title) in [
            ("rust", "rust", vec![], None),
            ("", "", vec![], None),
            ("rust,ignore", "rust", vec![], None),
            ("rust {2,4-6}", "rust", vec![2..=2, 4..=6], None),
            ("rust{1,3-5} title=\"src/main.rs\"", "rust", vec![1..=1, 3..=5], Some("src/main.rs")),
            ("py hl_lines=\"2 4-5\" linenums=\"1\"", "py", vec![2..=2, 4..=5], None),
            ("rust,hl_lines=1 3-5,name=main.rs", "rust", vec![1..=1, 3..=5], Some("main.rs")),
            ("go {hl_lines=[2,\"4-5\"],linenos=table}", "go", vec![2..=2, 4..=5], None),
            ("{.python title='A b'}", "python", vec![], Some("A b")),
            ("{code-block} rust", "rust", vec![], None),
            ("{note}", "note", vec![], None),
            ("js title=2024.js", "js", vec![], Some("2024.js")),
            ("js subtitle=x {a}", "js", vec![], None),
            ("c++ {9-}", "c++", vec![], None),
        ] {
            assert_eq!(Fence::read(info), Fence { language, marks, title }, "{info}");
        }
    }
}
