//! `:::note Title` up to `:::`, the boxes of Docusaurus, VitePress, Starlight, MyST and Pandoc, become
//! callouts:
//!
//! ```text
//! :::tip[Before you begin]        > [!tip] Before you begin
//! Read this.                      > Read this.
//! :::
//! ```
//!
//! The title stands in brackets or braces or follows the name; `::: details` folds. Boxes nest. One
//! that is never closed is text. What only arranges others, such as tabs and columns, goes.

use super::callout::{self, Boxed, Callout, Fold, is_kind};
use super::{Found, Line, Text};

/// Kinds of boxes, among the classes that a fence in Pandoc's form may name.
const KINDS: &[&str] = &[
    "note",
    "tip",
    "info",
    "important",
    "warning",
    "caution",
    "danger",
    "hint",
    "attention",
    "error",
    "success",
    "question",
    "example",
    "details",
    "admonition",
    "seealso",
];

/// Boxes that only arrange what they hold.
const WRAPPERS: &[&str] = &["tabs", "tab-set", "code-group", "columns", "column", "grid", "div"];

/// A line of colons.
struct Fence {
    colons: usize,
    /// Where its colons stand in the line.
    column: usize,
    kind: FenceKind,
}

enum FenceKind {
    Close,
    /// Begins a box, or with `None` something that only arranges.
    Open(Option<Callout>),
}

/// A box that has begun.
struct Open {
    line: usize,
    fence: Fence,
}

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let lines: Vec<Line<'_>> = text.lines().collect();
    let boxes = boxes(text, &lines, found);
    callout::write(&lines, boxes, found);
}

/// Finds the boxes that are closed, in the order in which they begin, and takes their last lines away.
fn boxes(text: &Text<'_>, lines: &[Line<'_>], found: &mut Found) -> Vec<Boxed> {
    let mut boxes = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(fence) = fence(line.text).filter(|f| !text.is_code(line.start + f.column)) else {
            continue;
        };
        if let FenceKind::Open(_) = fence.kind {
            open.push(Open { line: at, fence });
            continue;
        }
        let closes = |open: &mut Open| fence.colons >= open.fence.colons;
        let Some(Open { line: from, fence: begun }) = open.pop_if(closes) else { continue };
        found.edit(line.start + fence.column..line.span().end, "");
        match begun.kind {
            FenceKind::Open(Some(callout)) => {
                boxes.push(Boxed { from, to: at, column: begun.column, callout })
            }
            _ => found.edit(lines[from].start + begun.column..lines[from].span().end, ""),
        }
    }
    boxes
}

fn fence(line: &str) -> Option<Fence> {
    let column = callout::indent(line);
    let bare = line[column..].trim_end();
    let words = bare.trim_start_matches(':');
    let colons = bare.len() - words.len();
    if colons < 3 {
        return None;
    }
    let kind = if words.is_empty() {
        FenceKind::Close
    } else {
        FenceKind::Open(boxed(words.trim_start())?)
    };
    Some(Fence { colons, column, kind })
}

/// What follows the colons that begin a box. `Some(None)`: it only arranges.
fn boxed(words: &str) -> Option<Option<Callout>> {
    if let Some(rest) = words.strip_prefix('{') {
        let (inside, title) = rest.split_once('}')?;
        return Some(classed(inside, title));
    }
    let end = words.find([' ', '[', '{', '\t']).unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    if !is_kind(name) {
        return None;
    }
    Some(callout(name, title(rest.trim())))
}

/// Pandoc's and MyST's form: `{.note title="Title"}`, `{note} Title`.
fn classed(inside: &str, after: &str) -> Option<Callout> {
    let name = inside
        .split_whitespace()
        .map(|word| word.trim_start_matches('.'))
        .map(|word| word.strip_prefix("callout-").unwrap_or(word))
        .find(|word| KINDS.contains(word))?;
    let after = after.trim();
    callout(name, attribute(inside).or((!after.is_empty()).then_some(after)))
}

fn callout(name: &str, title: Option<&str>) -> Option<Callout> {
    let name = name.to_lowercase();
    if WRAPPERS.contains(&name.as_str()) {
        return None;
    }
    let fold = if name == "details" { Fold::Closed } else { Fold::No };
    Some(Callout::new(&name, title).folding(fold))
}

/// The title in what follows a name: `[Title]`, `{title="Title"}`, or all of it.
fn title(rest: &str) -> Option<&str> {
    if let Some(inside) = rest.strip_prefix('[') {
        return inside.rsplit_once(']').map(|(title, _)| title);
    }
    if rest.starts_with('{') {
        return attribute(rest);
    }
    (!rest.is_empty()).then_some(rest)
}

fn attribute(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("title=")?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}
