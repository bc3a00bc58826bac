//! Callouts: quotes that begin with `[!NOTE]` or another word in this form.
//!
//! GitHub knows five kinds, with the marker alone on its line; Obsidian any word, a title after it,
//! and `-` or `+` for one that folds, closed or open. Handbooks use all of these, and a third
//! form, where the whole text stands on the marker's line; there the text is no title.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use crate::essay::markdown::Spanned;

/// What the first line of a callout says.
#[derive(Debug, PartialEq, Eq)]
pub struct Marker<'a> {
    /// The word, in lower case.
    pub kind: String,
    /// `Some(true)` when it folds and is open at first, `Some(false)` when closed.
    pub folds: Option<bool>,
    /// Whether it is to be shown without a title.
    pub untitled: bool,
    /// Text after the marker, in the same run.
    pub rest: &'a str,
}

impl<'a> Marker<'a> {
    /// Reads the marker at the start of a quote's first text.
    pub fn read(text: &'a str) -> Option<Marker<'a>> {
        let (word, rest) = text.strip_prefix("[!")?.split_once(']')?;
        // Obsidian's word for how it looks, which its style sheets know.
        let (word, manner) = word.split_once('|').unwrap_or((word, ""));
        let is_word = !word.is_empty()
            && word.len() <= 40
            && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
        if !is_word {
            return None;
        }
        let (folds, rest) = match rest.as_bytes().first() {
            Some(b'-') => (Some(false), &rest[1..]),
            Some(b'+') => (Some(true), &rest[1..]),
            _ => (None, rest),
        };
        let untitled = manner == "untitled";
        Some(Marker { kind: word.to_lowercase(), folds, untitled, rest: rest.trim_start() })
    }

    /// Its word with a capital, which is the title of a callout that gives none.
    pub fn word(&self) -> String {
        let word = self.kind.replace(['-', '_'], " ");
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
    }

    /// Its word as a class, and as the name of its template.
    pub fn class(&self) -> String {
        self.kind.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
    }
}

/// How a callout begins.
#[derive(Debug)]
pub struct Opening<'a> {
    /// What its first line says.
    pub kind: String,
    /// As in [`Marker`].
    pub folds: Option<bool>,
    /// Its word as a class.
    pub class: String,
    /// Its word as people write it.
    pub label: String,
    /// Whether it is to be shown without a title.
    pub untitled: bool,
    /// Its own title; empty where it has none.
    pub title: Vec<Event<'a>>,
    /// What it holds first, from the marker's own paragraph.
    pub first: Vec<Event<'a>>,
    /// How many of the events this stands for.
    pub length: usize,
}

/// The callout that a quote is, if it is one. `events` are those after its beginning.
pub fn open<'a>(events: &[Spanned<'a>]) -> Option<Opening<'a>> {
    let [(Event::Start(Tag::Paragraph), _), (Event::Text(text), _), ..] = events else {
        return None;
    };
    let marker = Marker::read(text)?;
    // What else stands on the marker's line, up to the break or the end of the paragraph. A break in the middle of a
    // link ends nothing.
    let inline = 2;
    let mut depth = 0_usize;
    let line = inline
        + events[inline..].iter().position(|(event, _)| match event {
            Event::End(TagEnd::Paragraph) => true,
            Event::SoftBreak | Event::HardBreak => depth == 0,
            Event::Start(_) => {
                depth += 1;
                false
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => false,
        })?;
    let paragraph_ends = matches!(events[line].0, Event::End(TagEnd::Paragraph));
    let quote_ends = paragraph_ends
        && matches!(events.get(line + 1), Some((Event::End(TagEnd::BlockQuote(_)), _)));
    let rest: Vec<Event<'a>> = Some(Event::Text(CowStr::from(marker.rest.to_owned())))
        .into_iter()
        .filter(|_| !marker.rest.is_empty())
        .chain(events[inline..line].iter().map(|(event, _)| event.clone()))
        .collect();
    // A line that is all there is, is no title but the text.
    let (title, first) = match (quote_ends, paragraph_ends) {
        (true, _) if rest.is_empty() => (Vec::new(), Vec::new()),
        (true, _) => {
            let start = Event::Start(Tag::Paragraph);
            let end = Event::End(TagEnd::Paragraph);
            (Vec::new(), [vec![start], rest, vec![end]].concat())
        }
        (false, true) => (rest, Vec::new()),
        (false, false) => (rest, vec![Event::Start(Tag::Paragraph)]),
    };
    Some(Opening {
        folds: marker.folds,
        class: marker.class(),
        label: marker.word(),
        untitled: marker.untitled,
        kind: marker.kind,
        title,
        first,
        length: line + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_all_forms() {
        let read = |text| Marker::read(text).map(|m| (m.kind, m.folds, m.rest));
        assert_eq!(read("[!NOTE]"), Some(("note".into(), None, "")));
        assert_eq!(read("[!tip]- A title"), Some(("tip".into(), Some(false), "A title")));
        assert_eq!(read("[!DECISION]+ x"), Some(("decision".into(), Some(true), "x")));
        assert_eq!(read("[!]"), None);
        assert_eq!(read("[!\"><x>]"), None);
        assert_eq!(read("[note]"), None);
    }
}
