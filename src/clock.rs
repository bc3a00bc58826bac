//! How long each step of a build takes.

use std::time::{Duration, Instant};

/// Measures step after step.
#[derive(Debug)]
pub struct Clock {
    last: Instant,
    /// The steps so far.
    pub laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    /// Begins to measure.
    pub fn start() -> Clock {
        Clock { last: Instant::now(), laps: Vec::new() }
    }

    /// Ends `step`, and begins the next.
    pub fn lap(&mut self, step: &'static str) {
        self.laps.push((step, self.last.elapsed()));
        self.last = Instant::now();
    }

    /// Notes a step that was done beside the last one, if it was.
    pub fn beside(&mut self, step: &'static str, took: Option<Duration>) {
        self.laps.extend(took.map(|took| (step, took)));
    }

    /// Ends a step whose parts were measured by another clock.
    pub fn parts(&mut self, parts: &[(&'static str, Duration)]) {
        self.laps.extend_from_slice(parts);
        self.last = Instant::now();
    }
}
