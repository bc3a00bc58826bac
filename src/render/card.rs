//! The picture that is shown where someone shares a page: what its template, `card.svg`, sees.
//!
//! SVG does not break lines, so the title comes in lines that fit, each with its place.

use tera::Value;

use crate::render::context::object;
use crate::render::drawing::{can_write, width};
use crate::render::seen::Seen;

/// The template.
pub const TEMPLATE: &str = "card.svg";

/// The size in pixels that the networks ask for.
pub const WIDTH: u32 = 1200;
/// And the height.
pub const HEIGHT: u32 = 630;

/// The width that text may take up.
const MEASURE: f32 = 1024.0;

/// The most lines that a title may have, and the size of its font by how many it has.
const SIZES: [f32; 4] = [84.0, 76.0, 68.0, 58.0];

/// Where the last line of a title stands, from the top.
const BASE: f32 = 440.0;

/// What stands on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The title of the page.
    pub title: String,
    /// That of the book; empty on its own card.
    pub book: String,
    /// The people who wrote the page, or the book.
    pub authors: String,
    /// The accent on a light ground, as `#rrggbb`.
    pub accent: String,
}

impl Card {
    /// Whether the font has all its letters.
    pub fn can_be_drawn(&self) -> bool {
        [&self.title, &self.book, &self.authors].into_iter().all(|text| can_write(text))
    }

    /// What the template sees.
    pub fn seen(&self) -> Seen {
        let (size, lines) = set(&self.title);
        // Both are small whole numbers.
        let number = |value: f32| Value::from(value.round() as u64);
        let leading = size * 1.16;
        let top = BASE - leading * (lines.len() as f32 - 1.0);
        let line = |(at, text): (usize, &String)| {
            object([("text", Value::normal_string(text)), ("y", number(top + leading * at as f32))])
        };
        let text = |text: &str| Value::normal_string(text);
        let mut seen = Seen::default();
        seen.insert(
            "card",
            object([
                ("width", Value::from(u64::from(WIDTH))),
                ("height", Value::from(u64::from(HEIGHT))),
                ("title", text(&self.title)),
                ("lines", lines.iter().enumerate().map(line).collect::<Vec<_>>().into()),
                ("size", number(size)),
                ("book", text(&fitting(&self.book, 30.0))),
                ("authors", text(&fitting(&self.authors, 30.0))),
                ("accent", text(&self.accent)),
            ]),
        );
        seen
    }
}

/// The largest size in which a title fits, and its lines.
fn set(title: &str) -> (f32, Vec<String>) {
    for (most, size) in SIZES.iter().enumerate() {
        let lines = broken(title, *size);
        if lines.len() <= most + 1 {
            return (*size, lines);
        }
    }
    let size = SIZES[SIZES.len() - 1];
    let mut lines = broken(title, size);
    lines.truncate(SIZES.len());
    if let Some(last) = lines.last_mut() {
        *last = cut(last, size);
    }
    (size, lines)
}

/// `text` in lines that fit; a word that does not fit by itself is broken too.
fn broken(text: &str, size: f32) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let longer = format!("{} {word}", lines[last]);
        if lines[last].is_empty() && fits(word, size) {
            lines[last].push_str(word);
        } else if fits(&longer, size) {
            lines[last] = longer;
        } else {
            let mut line = String::new();
            for c in word.chars() {
                if !fits(&format!("{line}{c}"), size) && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
            lines.push(line);
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn fits(text: &str, size: f32) -> bool {
    width(text) * size <= MEASURE
}

fn fitting(text: &str, size: f32) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if fits(&text, size) { text } else { cut(&text, size) }
}

/// The beginning of `text` and an ellipsis.
fn cut(text: &str, size: f32) -> String {
    let mut kept = text.to_owned();
    while !fits(&format!("{kept}…"), size) && kept.pop().is_some() {}
    format!("{}…", kept.trim_end_matches([' ', ',', '.', ';', ':']))
}

#[cfg(all(test, feature = "cards"))]
mod tests {
    use super::*;

    #[test]
    fn titles_fit() {
        for words in [1, 3, 8, 20, 60] {
            for word in ["a", "leadership", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"]
            {
                let title = vec![word; words].join(" ");
                let (size, lines) = set(&title);
                assert!(lines.len() <= SIZES.len() && !lines.is_empty());
                assert!(lines.iter().all(|line| fits(line, size)), "{lines:?}");
                let is_whole = lines.concat().replace(' ', "") == title.replace(' ', "");
                assert_eq!(lines.last().unwrap().ends_with('…'), !is_whole, "{lines:?}");
            }
        }
    }

    #[test]
    fn only_letters_of_the_font_are_written() {
        assert!(can_write("Größe, Ελλάδα, Привет — “quoted”…"));
        assert!(!can_write("مرحبا") && !can_write("日本") && !can_write("🚢"));
    }
}
