//! `<div markdown="1">`: kramdown and Python-Markdown read Markdown inside such an element. CommonMark
//! does so after an empty line, so that is what it gets:
//!
//! ```text
//! <aside markdown="1">              <aside>
//!   [The plan](plan.md)
//! </aside>                          [The plan](plan.md)
//!
//!                                   </aside>
//! ```
//!
//! A paragraph with the attribute becomes a `<div>`, since a paragraph cannot hold the one that Markdown
//! makes. An element of a line's text stays in its line.

use std::ops::Range;

use super::{Found, Line, Text};

/// Elements that stand in a line of text (HTML, section 3.2.5.2.5).
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

/// How many elements deep an end tag is looked for among those that are open.
const DEPTH: usize = 64;

/// A tag.
struct Tag<'t> {
    name: &'t str,
    span: Range<usize>,
    is_end: bool,
    /// Where the attribute stands, with the space before it.
    markdown: Option<Range<usize>>,
}

/// An element whose end has not come yet.
struct Open<'t> {
    tag: Tag<'t>,
    /// How far its line is indented.
    indent: usize,
}

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while let Some(tag) = next_tag(text, at) {
        at = tag.span.end;
        if tag.is_end {
            let recent = open.len().saturating_sub(DEPTH);
            let Some(begun) = open[recent..].iter().rposition(|open| open.tag.name == tag.name)
            else {
                continue;
            };
            let begun = open.drain(recent + begun..).next();
            if let Some(begun) = begun.filter(|begun| begun.tag.markdown.is_some()) {
                element(text, &begun, &tag, found);
            }
        } else if !text.text[..tag.span.end].ends_with("/>")
            && !matches!(tag.name, "img" | "br" | "hr")
        {
            let above = open.iter().find(|open| open.tag.markdown.is_some());
            let indent =
                above.map_or_else(|| indent_of(text.text, tag.span.start), |open| open.indent);
            open.push(Open { tag, indent });
        }
    }
}

fn element(text: &Text<'_>, begun: &Open<'_>, end: &Tag<'_>, found: &mut Found) {
    let Open { tag, indent } = begun;
    found.edit(tag.markdown.clone().unwrap_or(0..0), "");
    let inside = tag.span.end..end.span.start;
    if INLINE.contains(&tag.name) {
        // Alone on its line, the tag would begin a block of HTML.
        if text.text[inside.clone()].starts_with('\n') {
            found.edit(inside.start..inside.start + 1, " ");
        }
        return;
    }
    if tag.name == "p" {
        found.edit(tag.span.start + 1..tag.span.start + 2, "div");
        found.edit(end.span.start + 2..end.span.start + 3, "div");
    }
    for start in [tag.span.start, end.span.start] {
        outdent(text.text, start, *indent, found);
    }
    found.edit(inside.start..inside.start, "\n\n");
    joined(text, inside.clone(), found);
    let line = text.text[..inside.end].rfind('\n').map_or(0, |at| at + 1);
    let before = if line > inside.start { line } else { inside.end };
    found.edit(before..before, "\n\n");
}

/// Takes away what stands before the tag at `start` beyond `indent` columns, where that is white space:
/// four columns would make it code.
fn outdent(text: &str, start: usize, indent: usize, found: &mut Found) {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let space = &text[line..start];
    if space.len() > indent && space.trim().is_empty() {
        found.edit(line + indent..start, "");
    }
}

/// Lines that are but a tag such as `<img>` would begin a block of HTML: the next line joins them. Lines
/// that are indented as code are moved back.
fn joined(text: &Text<'_>, inside: Range<usize>, found: &mut Found) {
    let lines: Vec<Line<'_>> = lines_of(text.text, inside).collect();
    let shown = lines.iter().filter(|line| !line.text.trim().is_empty());
    let least = shown.map(|line| line.text.len() - line.text.trim_start().len()).min().unwrap_or(0);
    for (line, next) in lines.iter().zip(lines.iter().skip(1)) {
        let bare = line.text.trim();
        let name = bare.strip_prefix('<').map(name_of).unwrap_or("");
        if INLINE.contains(&name) && bare.ends_with('>') && !next.text.trim().is_empty() {
            found.edit(line.span().end..line.span().end + 1, " ");
        }
    }
    if least >= 4 {
        for line in lines.iter().filter(|line| line.text.len() >= least) {
            found.edit(line.start..line.start + least, "");
        }
    }
}

/// The whole lines within `range`.
fn lines_of(text: &str, range: Range<usize>) -> impl Iterator<Item = Line<'_>> {
    let mut start = range.start;
    let skip = text[range.clone()].find('\n').map_or(range.end, |at| range.start + at + 1);
    text[range].split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        (at >= skip && line.ends_with('\n'))
            .then(|| Line { start: at, text: line.trim_end_matches('\n') })
    })
}

/// The indentation of the line that holds byte `at`, if nothing but white space stands before that.
fn indent_of(text: &str, at: usize) -> usize {
    let line = &text[text[..at].rfind('\n').map_or(0, |at| at + 1)..at];
    if line.trim().is_empty() { line.len() } else { 0 }
}

/// The next tag from byte `from` on, outside code.
fn next_tag<'t>(text: &Text<'t>, from: usize) -> Option<Tag<'t>> {
    let mut from = from;
    loop {
        let start = from + text.text[from..].find('<')?;
        from = start + 1;
        let inside = &text.text[from..];
        let is_end = inside.starts_with('/');
        let name = name_of(inside.trim_start_matches('/'));
        if name.is_empty() || text.is_code(start) {
            continue;
        }
        let end = inside.find('>')?;
        let span = start..from + end + 1;
        return Some(Tag { name, markdown: attribute(text.text, &span), span, is_end });
    }
}

fn name_of(text: &str) -> &str {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    if begins { &text[..end] } else { "" }
}

/// Where `markdown`, with a value or without, stands in a tag.
fn attribute(text: &str, tag: &Range<usize>) -> Option<Range<usize>> {
    let at = text[tag.clone()].find(" markdown")? + tag.start;
    let rest = &text[at + " markdown".len()..tag.end];
    let value = match rest.strip_prefix('=') {
        None if rest.starts_with(['>', ' ', '\t']) => 0,
        None => return None,
        Some(value) => {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let end = match quote {
                Some(quote) => value[1..].find(quote)? + 2,
                None => value.find([' ', '>'])?,
            };
            if value[..end].trim_matches(['"', '\'']) == "0" {
                return None;
            }
            end + 1
        }
    };
    Some(at..at + " markdown".len() + value)
}
