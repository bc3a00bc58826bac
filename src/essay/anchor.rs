//! Ids of headings, by GitHub's rule.
//!
//! Of the links to headings in real handbooks, nearly all are written for GitHub: the text without
//! markup in lower case, spaces as hyphens (one each, never folded), and of everything else only
//! letters, marks, numbers, `_` and `-`. Repeated headings get `-1`, `-2` and so on.

use foldhash::HashMap;

/// What a heading without a single letter or number is called.
const NAMELESS: &str = "section";

/// The id of a heading with the text `text`, before repetitions are told apart.
///
/// ```
/// use sternpost::essay::anchor::github;
/// assert_eq!(github("Trust & Open talk!"), "trust--open-talk");
/// assert_eq!(github("Über_uns: 1:1s"), "über_uns-11s");
/// assert_eq!(github("🎉"), "section");
/// ```
pub fn github(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' ' => id.push('-'),
            '-' | '_' => id.push(c),
            c if c.is_alphanumeric() || is_mark(c) => id.extend(c.to_lowercase()),
            _ => {}
        }
    }
    if id.chars().all(|c| c == '-') { NAMELESS.to_owned() } else { id }
}

/// Combining marks (Unicode general category M), which `char::is_alphanumeric` knows only in part;
/// without them words in Devanagari or vocalised Arabic would lose their vowels.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Hands out ids so that each is given once on a page.
#[derive(Debug, Default)]
pub struct Anchors {
    given: HashMap<String, usize>,
}

impl Anchors {
    /// Keeps `id` for the heading or element that names it itself. Gives whether it was free.
    pub fn reserve(&mut self, id: &str) -> bool {
        self.given.insert(id.to_owned(), 0).is_none()
    }

    /// `wanted`, or with the next free number.
    pub fn give(&mut self, wanted: &str) -> String {
        if !self.given.contains_key(wanted) {
            self.reserve(wanted);
            return wanted.to_owned();
        }
        let mut number = self.given.get(wanted).copied().unwrap_or(0);
        loop {
            number += 1;
            let id = format!("{wanted}-{number}");
            if !self.given.contains_key(&id) {
                self.given.insert(wanted.to_owned(), number);
                self.reserve(&id);
                return id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_headings_are_numbered_and_meet_no_other() {
        let mut anchors = Anchors::default();
        let given: Vec<_> = ["a", "a", "a-1", "a"].iter().map(|w| anchors.give(w)).collect();
        assert_eq!(given, ["a", "a-1", "a-1-1", "a-2"]);
    }

    #[test]
    fn other_scripts_keep_their_letters_and_marks() {
        assert_eq!(github("القيادة من الخلف"), "القيادة-من-الخلف");
        assert_eq!(github("हिन्दी"), "हिन्दी");
        assert_eq!(github("日本語 の 見出し"), "日本語-の-見出し");
    }
}
