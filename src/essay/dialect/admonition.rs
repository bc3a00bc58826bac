//! `!!! note "Title"` with indented lines below, the boxes of Python-Markdown and MkDocs, become
//! callouts:
//!
//! ```text
//! !!! warning "Mind this"         > [!warning] Mind this
//!     It cannot be undone.        > It cannot be undone.
//! ```
//!
//! `???` folds, `???+` is open at first, and `=== "Tab"` is the part of a group of tabs, of which each is
//! shown with its name. Boxes nest by indentation. Without a title or an indented line it is text.

use super::callout::{Callout, DEEPEST, Fold, MARK, is_kind};
use super::{Found, Line, Text};

/// How far a box's lines are indented, in columns.
const INDENT: usize = 4;

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let lines: Vec<Line<'_>> = text.lines().collect();
    // The columns in which the boxes around the line begin, the outermost first.
    let mut open: Vec<usize> = Vec::new();
    let mut blank: Vec<Line<'_>> = Vec::new();
    let mut fenced = false;
    for (at, line) in lines.iter().enumerate() {
        let begins = line.text.trim_start();
        if begins.is_empty() {
            blank.push(*line);
            continue;
        }
        let column = column(line.text);
        let mut left = false;
        while open.pop_if(|box_column| column < *box_column + INDENT).is_some() {
            fenced = false;
            left = blank.is_empty();
        }
        for line in blank.drain(..).filter(|_| !open.is_empty()) {
            found.edit(line.span(), marks(&open));
        }
        if left {
            // Otherwise the line would go on with what the box says, or two boxes be one.
            found.edit(line.start..line.start, marks(&open) + "\n");
        }
        for box_column in &open {
            let inside = byte(line.text, *box_column)..byte(line.text, box_column + INDENT);
            found.edit(line.start + inside.start..line.start + inside.end, MARK);
        }
        // Inside a box, what is indented looks like code to Markdown; only fences are.
        let at_text = line.start + line.text.len() - begins.len();
        let is_code = if open.is_empty() { text.is_code(at_text) } else { fenced };
        if begins.starts_with("```") || begins.starts_with("~~~") {
            fenced = !fenced && !open.is_empty();
        } else if !is_code
            && open.len() < DEEPEST
            && let Some(callout) = header(begins)
            && (callout.title.is_some() || has_body(&lines[at + 1..], column + INDENT))
        {
            let start = open.last().map_or(0, |above| above + INDENT);
            let before = marks(&open) + &" ".repeat(column - start);
            found.edit(at_text..line.span().end, callout.opening(&before));
            open.push(column);
        }
    }
}

/// What stands before a line in the boxes that begin in these columns.
fn marks(columns: &[usize]) -> String {
    let mut marks = String::new();
    let mut done = 0;
    for column in columns {
        marks.push_str(&" ".repeat(column - done));
        marks.push_str(MARK);
        done = column + INDENT;
    }
    marks
}

/// The column of the first character that is no white space; tabs go to multiples of four
/// (CommonMark 0.31.2, section 2.2).
fn column(line: &str) -> usize {
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).fold(0, next_column)
}

fn next_column(column: usize, c: char) -> usize {
    if c == '\t' { (column / 4 + 1) * 4 } else { column + 1 }
}

/// The byte at which column `wanted` of the white space before a line's text begins.
fn byte(line: &str, wanted: usize) -> usize {
    let mut column = 0;
    for (at, c) in line.char_indices() {
        if column >= wanted || !matches!(c, ' ' | '\t') {
            return at;
        }
        column = next_column(column, c);
    }
    line.len()
}

/// Whether the next line that says something is indented as far as a box's are.
fn has_body(lines: &[Line<'_>], inside: usize) -> bool {
    lines.iter().find(|l| !l.text.trim().is_empty()).is_some_and(|l| column(l.text) >= inside)
}

/// The box that a line begins: a sign, classes of which the first is the kind, a title in quotes.
fn header(line: &str) -> Option<Callout> {
    let (sign, rest) = line.split_once(' ').unwrap_or((line, ""));
    let fold = match sign {
        "!!!" | "===" | "===!" | "===+" => Fold::No,
        "???" => Fold::Closed,
        "???+" => Fold::Open,
        _ => return None,
    };
    let (classes, title) = match rest.split_once('"') {
        Some((classes, title)) => (classes, Some(title.trim_end().strip_suffix('"')?)),
        None => (rest, None),
    };
    let mut classes = classes.split_whitespace();
    let is_tab = sign.starts_with('=');
    let kind = classes.next().or(is_tab.then_some("tab")).filter(|kind| is_kind(kind))?;
    (classes.all(is_kind) && (!is_tab || title.is_some()))
        .then(|| Callout::new(kind, title).folding(fold))
}
