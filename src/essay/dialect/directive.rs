//! `:::note Title` up to `:::`, our own blocks and the boxes of Docusaurus, VitePress, Starlight, MyST and
//! Pandoc, become callouts:
//!
//! ```text
//! :::tip[Before you begin]        > [!tip] Before you begin
//! Read this.                      > Read this.
//! :::
//! ```
//!
//! The title stands in brackets or braces or follows the name; in braces stand arguments too (see
//! [`blocks`]). `::: details` folds. Boxes nest. One that is never closed is text. What only arranges others
//! in ways that we do not have, such as tabs, goes.

use std::ops::Range;

use super::arguments::Arguments;
use super::callout::{self, Boxed, Callout, Fold, is_kind};
use super::{Found, Line, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::essay::blocks;

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
    "quote",
    "exercise",
    "checklist",
    "decision",
    "definition",
    "columns",
    "column",
];

/// Boxes that only arrange what they hold.
const WRAPPERS: &[&str] = &["tabs", "tab-set", "code-group", "grid", "div"];

/// A line of colons.
struct Fence<'t> {
    colons: usize,
    /// Where its colons stand in the line.
    column: usize,
    kind: FenceKind<'t>,
}

enum FenceKind<'t> {
    Close,
    /// Begins a box, or with `None` something that only arranges.
    Open(Option<Header<'t>>),
}

/// What the line says that begins a box.
struct Header<'t> {
    name: &'t str,
    title: Option<&'t str>,
    arguments: Arguments<'t>,
    /// Whether it is in our own form, so that slips in it are told.
    is_ours: bool,
    /// Whether the arguments cannot be read.
    is_garbled: bool,
}

/// A box that has begun.
struct Open<'t> {
    line: usize,
    fence: Fence<'t>,
}

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let lines: Vec<Line<'_>> = text.lines().collect();
    let boxes = boxes(text, &lines, found);
    callout::write(&lines, boxes, found);
}

/// Finds the boxes that are closed, in the order in which they begin, and takes their last lines away.
fn boxes(text: &Text<'_>, lines: &[Line<'_>], found: &mut Found) -> Vec<Boxed> {
    let mut boxes = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(fence) = fence(line.text).filter(|f| !text.is_code(line.start + f.column)) else {
            continue;
        };
        if let FenceKind::Open(_) = fence.kind {
            open.push(Open { line: at, fence });
            continue;
        }
        let closes = |open: &mut Open<'_>| fence.colons >= open.fence.colons;
        let Some(Open { line: from, fence: begun }) = open.pop_if(closes) else { continue };
        found.edit(line.start + fence.column..line.span().end, "");
        match begun.kind {
            FenceKind::Open(Some(header)) => {
                header.check(lines[from], found);
                let callout = header.callout(lines[from]);
                boxes.push(Boxed { from, to: at, column: begun.column, callout })
            }
            _ => found.edit(lines[from].start + begun.column..lines[from].span().end, ""),
        }
    }
    for Open { line, fence } in open {
        if let FenceKind::Open(Some(header)) = fence.kind
            && header.is_ours
        {
            let message = format!("the block `{}` is never closed", header.name);
            let colons = ":".repeat(fence.colons);
            let note = Diagnostic::warning(Code::Block, message)
                .hint(format!("type `{colons}` on a line of its own where it ends"));
            let start = lines[line].start + fence.column;
            found.note(start..lines[line].span().end, note);
        }
    }
    boxes
}

fn fence(line: &str) -> Option<Fence<'_>> {
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
        FenceKind::Open(header(words.trim_start())?)
    };
    Some(Fence { colons, column, kind })
}

/// What follows the colons that begin a box. `Some(None)`: it only arranges.
fn header(words: &str) -> Option<Option<Header<'_>>> {
    if words.starts_with('{') {
        let arguments = Arguments::read(words).or_else(|| {
            let (inside, rest) = words[1..].split_once('}')?;
            Some(Arguments { words: inside.split_whitespace().collect(), rest, given: Vec::new() })
        })?;
        return Some(classed(arguments));
    }
    let end = words.find([' ', '[', '{', '\t']).unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    if !is_kind(name) {
        return None;
    }
    let mut header = titled(rest.trim());
    header.name = name;
    header.is_ours = blocks::find(name).is_some();
    Some((!WRAPPERS.contains(&name.to_lowercase().as_str())).then_some(header))
}

/// Pandoc's and MyST's form: `{.note title="Title"}`, `{note} Title`.
fn classed(arguments: Arguments<'_>) -> Option<Header<'_>> {
    let name = arguments
        .words
        .iter()
        .map(|word| word.trim_start_matches('.'))
        .map(|word| word.strip_prefix("callout-").unwrap_or(word))
        .find(|word| KINDS.contains(word))?;
    let after = arguments.rest.trim();
    let title = arguments.get("title").or((!after.is_empty()).then_some(after));
    Some(Header { name, title, arguments, is_ours: false, is_garbled: false })
}

/// What follows a name: `[Title]`, `{title="Title"}`, both, or a title as it is, arguments behind it.
fn titled(rest: &str) -> Header<'_> {
    let (title, braces) = match bracketed(rest) {
        Some((title, after)) => (Some(title), after),
        None if rest.starts_with('{') => (None, rest),
        None => match rest.rfind(" {").map(|at| rest.split_at(at)) {
            Some((title, braces))
                if Arguments::read(braces.trim_start())
                    .is_some_and(|read| read.rest.is_empty() && !read.given.is_empty()) =>
            {
                (Some(title), braces.trim_start())
            }
            _ => (Some(rest).filter(|rest| !rest.is_empty()), ""),
        },
    };
    let read = Arguments::read(braces);
    let is_garbled = read.is_none() && braces.starts_with('{');
    let arguments = read.unwrap_or_default();
    let title = title
        .or_else(|| arguments.get("title"))
        .or_else(|| Some(arguments.rest.trim()).filter(|after| !after.is_empty()));
    Header { name: "", title, arguments, is_ours: true, is_garbled }
}

/// The title in brackets that `rest` begins with, and what follows. The text of a link is none.
fn bracketed(rest: &str) -> Option<(&str, &str)> {
    if !rest.starts_with('[') {
        return None;
    }
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let after = rest[at + 1..].trim_start();
            return (!after.starts_with('(')).then(|| (&rest[1..at], after));
        }
    }
    None
}

impl Header<'_> {
    /// As a callout. `line` is the line that it stands on.
    fn callout(&self, line: Line<'_>) -> Callout {
        let folds = self.name.eq_ignore_ascii_case("details");
        let fold = match self.arguments.words.contains(&"open") {
            _ if !folds => Fold::No,
            true => Fold::Open,
            false => Fold::Closed,
        };
        let given = self.arguments.given.iter().filter(|(name, _)| *name != "title");
        let arguments = given.map(|(name, value)| ((*name).to_owned(), span(line, value)));
        let callout = Callout::new(self.name, self.title).folding(fold);
        Callout { arguments: arguments.collect(), ..callout }
    }

    /// Tells what is wrong with its arguments.
    fn check(&self, line: Line<'_>, found: &mut Found) {
        let Some(block) = blocks::find(self.name).filter(|_| self.is_ours) else { return };
        let whole = span(line, line.text.trim());
        if self.is_garbled {
            let message = format!("the arguments of the block `{}` cannot be read", self.name);
            let note = Diagnostic::warning(Code::Block, message);
            found.note(whole, note.hint("type them as `{name=\"value\" other=\"value\"}`"));
            return;
        }
        let given: Vec<&str> = self.arguments.given.iter().map(|(name, _)| *name).collect();
        for (about, note) in blocks::check(block, &given, self.title.is_some()) {
            let at = about.map_or(whole.clone(), |at| span(line, given[at]));
            found.note(at, note);
        }
    }
}

/// The bytes of `part` of the text of `line`.
fn span(line: Line<'_>, part: &str) -> Range<usize> {
    let start = line.start + (part.as_ptr().addr() - line.text.as_ptr().addr());
    start..start + part.len()
}
