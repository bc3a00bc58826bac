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

    /// The title of a callout that gives none: its word, with a capital.
    fn word(&self) -> String {
        let word = self.kind.replace(['-', '_'], " ");
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
    }

    fn class(&self) -> String {
        self.kind.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
    }
}

/// If the quote that opens at `events[at]` is a callout: the events that begin it, how many of the
/// given ones they stand for, and what ends it.
pub fn open<'a>(
    events: &[Spanned<'a>],
    at: usize,
) -> Option<(Vec<Event<'a>>, usize, &'static str)> {
    let [
        (Event::Start(Tag::BlockQuote(_)), _),
        (Event::Start(Tag::Paragraph), _),
        (Event::Text(text), _),
        ..,
    ] = &events[at..]
    else {
        return None;
    };
    let marker = Marker::read(text)?;
    // What else stands on the marker's line, up to the break or the end of the paragraph.
    let inline = at + 3;
    let line = inline
        + events[inline..].iter().position(|(event, _)| {
            matches!(event, Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph))
        })?;
    let paragraph_ends = matches!(events[line].0, Event::End(TagEnd::Paragraph));
    let quote_ends = paragraph_ends
        && matches!(events.get(line + 1), Some((Event::End(TagEnd::BlockQuote(_)), _)));
    let rest: Vec<Event<'a>> = Some(Event::Text(CowStr::from(marker.rest.to_owned())))
        .into_iter()
        .filter(|_| !marker.rest.is_empty())
        .chain(events[inline..line].iter().map(|(event, _)| event.clone()))
        .collect();
    let has_title = !rest.is_empty() && !quote_ends;
    let mut opening = vec![Event::Html(opening_tag(&marker).into())];
    if marker.folds.is_some() || !marker.untitled {
        opening.push(Event::Html(title_tag(&marker).into()));
        if has_title {
            opening.extend(rest.iter().cloned());
        } else {
            opening.push(Event::Text(marker.word().into()));
        }
        opening.push(Event::Html(title_end(&marker).into()));
    }
    if quote_ends && !rest.is_empty() {
        opening.push(Event::Start(Tag::Paragraph));
        opening.extend(rest);
        opening.push(Event::End(TagEnd::Paragraph));
    } else if !paragraph_ends {
        opening.push(Event::Start(Tag::Paragraph));
    }
    let closing = if marker.folds.is_some() { "</details>\n" } else { "</aside>\n" };
    Some((opening, line + 1 - at, closing))
}

fn opening_tag(marker: &Marker<'_>) -> String {
    let class = marker.class();
    match marker.folds {
        Some(open) => {
            let open = if open { " open" } else { "" };
            format!("<details class=\"callout callout-{class}\"{open}>\n")
        }
        None => {
            let word = marker.word();
            format!(
                "<aside class=\"callout callout-{class}\" role=\"note\" aria-label=\"{word}\">\n"
            )
        }
    }
}

fn title_tag(marker: &Marker<'_>) -> &'static str {
    if marker.folds.is_some() {
        "<summary class=\"callout-title\">"
    } else {
        "<p class=\"callout-title\">"
    }
}

fn title_end(marker: &Marker<'_>) -> &'static str {
    if marker.folds.is_some() { "</summary>\n" } else { "</p>\n" }
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
