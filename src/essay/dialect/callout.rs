//! How a box of another program is written as a callout: `> [!note] Title`, and `> ` before each line
//! that it holds. So one way of rendering does for all of them.

use std::ops::Range;

use super::{Found, Line};
use crate::essay::blocks::TAG;

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Callout {
    /// `note`, `tip` or any other word.
    pub(super) kind: String,
    /// `None` for the kind's own name, empty for none at all.
    pub(super) title: Option<String>,
    /// Whether it folds.
    pub(super) fold: Fold,
    /// Its arguments by name, each with the bytes of its value in the text, in the order of these.
    pub(super) arguments: Vec<(String, Range<usize>)>,
}

/// Whether a box folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Fold {
    /// It does not.
    #[default]
    No,
    /// It is closed at first.
    Closed,
    /// It is open at first.
    Open,
}

/// The mark before each line that a box holds.
pub(super) const MARK: &str = "> ";

impl Callout {
    /// A box of the kind `kind`, with its own title if it has one.
    pub(super) fn new(kind: &str, title: Option<&str>) -> Callout {
        let title = title.map(|title| title.trim().to_owned());
        Callout { kind: kind.to_lowercase(), title, fold: Fold::No, arguments: Vec::new() }
    }

    /// The same, folding.
    pub(super) fn folding(self, fold: Fold) -> Callout {
        Callout { fold, ..self }
    }

    /// The lines that begin it, the second behind `before`. That one is empty, so that what follows is
    /// not taken for more of the title.
    pub(super) fn opening(&self, before: &str) -> String {
        let fold = match self.fold {
            Fold::No => "",
            Fold::Closed => "-",
            Fold::Open => "+",
        };
        let (flag, title) = match self.title.as_deref() {
            Some("") => ("|untitled", ""),
            title => ("", title.unwrap_or("")),
        };
        format!("> [!{}{flag}]{fold} {title}\n{before}>", self.kind)
    }

    /// Writes it in place of `line` from its byte `from` on. The values of arguments stay where they are, so
    /// that what is told of a link in them names its place.
    fn write(&self, line: Line<'_>, from: usize, before: &str, found: &mut Found) {
        let mut with = self.opening(before);
        let mut done = line.start + from;
        if !self.arguments.is_empty() {
            with.push_str(&format!("\n{before}> {TAG}{}\"", self.kind));
        }
        for (name, at) in &self.arguments {
            with.push_str(&format!(" {name}=\""));
            found.edit(done..at.start, std::mem::take(&mut with));
            let value = &line.text[at.start - line.start..at.end - line.start];
            if value.contains(['"', '&']) {
                found.edit(at.clone(), value.replace('&', "&amp;").replace('"', "&quot;"));
            }
            with.push('"');
            done = at.end;
        }
        if !self.arguments.is_empty() {
            with.push_str(&format!(">\n{before}>"));
        }
        found.edit(done..line.span().end, with);
    }
}

/// A box's kind from its name or one of its classes: letters, numbers, hyphens.
pub(super) fn is_kind(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// A box around whole lines.
#[derive(Debug)]
pub(super) struct Boxed {
    /// The number of the line that begins it; all of it gives way to the callout's own.
    pub(super) from: usize,
    /// The number of the line after the last that it holds.
    pub(super) to: usize,
    /// Where in its first line it begins, in bytes: white space before belongs to what is around it.
    pub(super) column: usize,
    /// The box.
    pub(super) callout: Callout,
}

/// How many boxes lie in each other at most; of more, what the inner ones hold stays without them.
pub(super) const DEEPEST: usize = 16;

/// Writes boxes, of which some may lie in others. Their last lines are for the caller to take away.
pub(super) fn write(lines: &[Line<'_>], mut boxes: Vec<Boxed>, found: &mut Found) {
    boxes.sort_by_key(|boxed| boxed.from);
    // For each line, the columns of the boxes around it, the outermost first.
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
    boxes.retain(|boxed| {
        let is_readable = around[boxed.from].len() < DEEPEST;
        if is_readable {
            for columns in &mut around[boxed.from + 1..boxed.to] {
                columns.push(boxed.column);
            }
        } else {
            found.edit(lines[boxed.from].span(), "");
        }
        is_readable
    });
    for (line, columns) in lines.iter().zip(&around) {
        let mut done = 0;
        for column in columns {
            let at = indent(line.text).min(*column);
            // An empty line has to reach the box too, or it would end what is around the box.
            let is_empty = at == line.text.len();
            let missing = if is_empty { column.saturating_sub(at.max(done)) } else { 0 };
            found.edit(line.start + at..line.start + at, " ".repeat(missing) + MARK);
            done = *column;
        }
    }
    for Boxed { from, column, callout, .. } in boxes {
        let line = lines[from];
        let mut before = line.text[..column].to_owned();
        for column in around[from].iter().rev() {
            before.insert_str(*column.min(&before.len()), MARK);
        }
        callout.write(line, column, &before, found);
    }
}

/// White space at the beginning of a line, in bytes.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
