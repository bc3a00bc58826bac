//! Places in files.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Longest excerpt of a source line that a message shows, in characters.
const EXCERPT: usize = 160;

/// A place in a file, with the line of text it points into, so that it can be shown without
/// reading the file again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the author would type it from the project's root.
    pub file: String,
    /// Line, from 1. 0 when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1. 0 when the whole file is meant.
    pub column: usize,
    /// The text around the place, at most one line.
    pub excerpt: String,
    /// The marked part of `excerpt`, in bytes.
    pub marked: (usize, usize),
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 0, column: 0, excerpt: String::new(), marked: (0, 0) }
    }

    /// The bytes `span` of `text`. A span that runs over several lines is cut at the first; a line
    /// of more than 160 characters is shown from shortly before the span.
    pub fn in_text(file: impl Into<String>, text: &str, span: Range<usize>) -> Place {
        Place::in_lines(file, text, &Lines::of(text), span)
    }

    /// [`Place::in_text`] for a text whose lines are known, so that many places cost little.
    pub fn in_lines(
        file: impl Into<String>,
        text: &str,
        lines: &Lines,
        span: Range<usize>,
    ) -> Place {
        let start = floor_char(text, span.start);
        let (line, line_start) = lines.around(start);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let end = floor_char(text, span.end).clamp(start, line_end);
        let from = floor_char(text, line_start.max(start.saturating_sub(EXCERPT / 2)));
        let to =
            text[from..line_end].char_indices().nth(EXCERPT).map_or(line_end, |(i, _)| from + i);
        let excerpt = text[from..to].trim_end().to_owned();
        // What is marked may be the white space that was trimmed.
        let marked = ((start - from).min(excerpt.len()), (end.min(to) - from).min(excerpt.len()));
        Place {
            file: file.into(),
            line,
            column: text[line_start..start].chars().count() + 1,
            excerpt,
            marked,
        }
    }
}

/// Where the lines of a text begin.
#[derive(Debug, Clone, Default)]
pub struct Lines(Vec<usize>);

impl Lines {
    /// Finds the lines of `text`.
    pub fn of(text: &str) -> Lines {
        Lines(std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect())
    }

    /// The number, from 1, of the line that holds byte `at`.
    pub fn number_of(&self, at: usize) -> usize {
        self.around(at).0
    }

    /// The number, from 1, and the first byte of the line that holds byte `at`.
    fn around(&self, at: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= at);
        (line, self.0[line.saturating_sub(1)])
    }
}

/// The nearest character boundary at or below `at`.
pub fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
