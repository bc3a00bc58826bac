//! Where the parts of an edited text stand in the original.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The edits of one recogniser: from where each stretch of the new text comes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Step {
    stretches: Vec<Stretch>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Stretch {
    /// Its first byte in the new text.
    start: usize,
    /// The byte of the old text that its first comes from.
    from: usize,
    /// Whether it was copied byte for byte; else all of it stands for that one place.
    copied: bool,
}

impl Step {
    /// From `start` on the new text is the old from `from` on.
    pub(super) fn copied(&mut self, start: usize, from: usize) {
        self.stretches.push(Stretch { start, from, copied: true });
    }

    /// From `start` on the new text was written in place of what begins at `from`.
    pub(super) fn written(&mut self, start: usize, from: usize) {
        self.stretches.push(Stretch { start, from, copied: false });
    }

    fn origin(&self, at: usize) -> usize {
        let after = self.stretches.partition_point(|stretch| stretch.start <= at);
        match self.stretches[..after].last() {
            Some(Stretch { start, from, copied: true }) => from + (at - start),
            Some(Stretch { from, .. }) => *from,
            None => at,
        }
    }
}

/// The way back from an edited text to the original, through all edits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Places {
    steps: Vec<Step>,
}

impl Places {
    /// Adds edits made to what the earlier ones gave.
    pub(super) fn then(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The byte of the original that byte `at` comes from.
    pub fn origin(&self, at: usize) -> usize {
        self.steps.iter().rev().fold(at, |at, step| step.origin(at))
    }

    /// The bytes of the original that `span` comes from. What was written anew stands for the place
    /// where it was put.
    pub fn span(&self, span: Range<usize>) -> Range<usize> {
        let start = self.origin(span.start);
        start..self.origin(span.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_through_all_edits() {
        // "one two three" -> "one 2 three" -> "one 2 (3) three"
        let mut places = Places::default();
        let mut first = Step::default();
        first.copied(0, 0);
        first.written(4, 4);
        first.copied(5, 7);
        places.then(first);
        let mut second = Step::default();
        second.copied(0, 0);
        second.written(6, 6);
        second.copied(10, 6);
        places.then(second);
        assert_eq!([0, 3, 4, 5, 10].map(|at| places.origin(at)), [0, 3, 4, 7, 8]);
        assert_eq!(places.span(10..15), 8..13);
        assert_eq!(Places::default().span(3..9), 3..9);
    }
}
