//! `{: .class #id key="value"}` and `{.class}`, the attribute lists of kramdown, Python-Markdown and
//! Pandoc. Classes and the like are for another program's style sheet and go; an id stays, so that links
//! to it work:
//!
//! ```text
//! ## Goals {: #our-goals}           ## Goals {#our-goals}
//! [Sign up](form.md){ .button }     [Sign up](form.md)
//! {: .wide}
//! ```
//!
//! The first form is known by its colon wherever it stands behind something or alone on its line. The
//! second is taken only directly behind a link, a picture, code or emphasis, and only if nothing but
//! classes, ids and values stands in it.

use std::ops::Range;

use super::callout::indent;
use super::{Found, Line, Text};

/// Longest list in bytes; more is no list of attributes.
const LONGEST: usize = 400;

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let lines: Vec<Line<'_>> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if !line.text.contains('{') {
            continue;
        }
        let bare = line.text.trim();
        let alone = bare.starts_with("{:") && !text.is_code(line.start + indent(line.text));
        match list(bare).filter(|list| alone && list.length == bare.len()) {
            Some(list) => alone_on_line(text, &lines, at, &list, found),
            None => within(text, line, found),
        }
    }
}

/// A list on a line of its own belongs to the block before it, or after it where there is none.
fn alone_on_line(
    text: &Text<'_>,
    lines: &[Line<'_>],
    at: usize,
    list: &List<'_>,
    found: &mut Found,
) {
    let line = lines[at];
    let Some(id) = list.id else {
        found.edit(line.span(), "");
        return;
    };
    let heading = |line: &&Line<'_>| line.text.starts_with('#') && !text.is_code(line.start);
    let beside = [at.checked_sub(1).and_then(|before| lines.get(before)), lines.get(at + 1)];
    match beside.into_iter().flatten().find(heading) {
        Some(heading) => {
            found.edit(line.span(), "");
            let end = heading.start + heading.text.trim_end().len();
            found.edit(end..end, format!(" {{#{id}}}"));
        }
        None => found.edit(line.span(), format!("<a id=\"{id}\"></a>")),
    }
}

/// The lists behind something on its line.
fn within(text: &Text<'_>, line: &Line<'_>, found: &mut Found) {
    let is_heading = line.text.trim_start().starts_with('#');
    let mut from = 0;
    while let Some(at) = line.text[from..].find('{').map(|at| from + at) {
        from = at + 1;
        let Some(list) = list(&line.text[at..]) else { continue };
        let before = line.text[..at].chars().next_back();
        let ends_line = line.text[at + list.length..].trim().is_empty();
        let behind = match before {
            Some(')' | '`' | '*' | '_' | '>') => true,
            Some(']') => list.has_colon,
            _ => list.has_colon && ends_line && (is_heading || before == Some(' ')),
        };
        if !behind || text.is_code(line.start + at) {
            continue;
        }
        from = at + list.length;
        let span: Range<usize> = line.start + at..line.start + from;
        found.edit(
            span,
            match list.id {
                Some(id) if is_heading && ends_line => format!(" {{#{id}}}"),
                Some(id) => format!("<a id=\"{id}\"></a>"),
                None => String::new(),
            },
        );
    }
}

/// A list of attributes.
struct List<'t> {
    id: Option<&'t str>,
    has_colon: bool,
    /// In bytes, with its braces.
    length: usize,
}

/// The list that `text` begins with.
fn list(text: &str) -> Option<List<'_>> {
    let end = text.bytes().take(LONGEST).position(|b| b == b'}')?;
    let inside = text[..end].strip_prefix('{')?;
    let bare = inside.strip_prefix(':').unwrap_or(inside);
    let has_colon = bare.len() < inside.len();
    let words = words(bare)?;
    if words.is_empty() || !words.iter().all(|word| is_attribute(word, has_colon)) {
        return None;
    }
    let id = words.iter().rev().find_map(|word| word.strip_prefix('#'));
    Some(List { id, has_colon, length: end + 1 })
}

/// The words of a list; white space in quotes does not part them.
fn words(inside: &str) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c.is_whitespace() => {
                words.extend(start.take().map(|s: usize| &inside[s..at]))
            }
            _ => {}
        }
        if start.is_none() && !(c.is_whitespace() && quote.is_none()) {
            start = Some(at);
        }
    }
    words.extend(start.map(|start| &inside[start..]));
    quote.is_none().then_some(words)
}

/// A class, an id or a value; with a colon also a mere name, which is kramdown's reference to a list
/// given elsewhere, such as `{:toc}`.
fn is_attribute(word: &str, has_colon: bool) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '/'))
    };
    match word.strip_prefix(['.', '#']) {
        Some(name) => is_name(name),
        None => match word.split_once('=') {
            Some((name, value)) => is_name(name) && !value.is_empty(),
            None => has_colon && is_name(word.trim_end_matches(':')),
        },
    }
}
