//! The first pass over an essay's Markdown: its headings, links, words and opening.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use serde::{Deserialize, Serialize};

use crate::config::RawHtml;
use crate::diagnostic::Diagnostic;
use crate::essay::anchor::{Anchors, github};
use crate::essay::blocks::{self, Given};
use crate::essay::dialect::contents::CONTENTS;
use crate::essay::emoji::with_emoji;
use crate::essay::markdown::{self, Dialect, Spanned};
use crate::essay::prose::{EXCERPT, count_words, cut_at_sentence};
use crate::essay::raw_html::{self, Comments};
use crate::essay::{ids, math, permitted};
use crate::system::System;

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id on the page.
    pub id: String,
    /// Another id, by which the page was linked to when another program made it.
    pub former_id: Option<String>,
    /// Its text without markup.
    pub title: String,
    /// Where it stands in the file, in bytes.
    pub span: Range<usize>,
    /// Whether anything but comments stands before it.
    pub opens: bool,
}

/// What a link makes of its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A link to follow.
    Link,
    /// A picture to show.
    Image,
}

/// A link or image as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it is.
    pub kind: LinkKind,
    /// The target as written, escapes and entities decoded.
    pub target: String,
    /// Whether it has a text, or a picture words that stand for it.
    pub has_text: bool,
    /// Whether it stands in raw HTML, which is left as it is but for the target.
    pub in_html: bool,
    /// Where it stands in the file, in bytes.
    pub span: Range<usize>,
}

/// What the pass finds.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// All headings in order.
    pub headings: Vec<Heading>,
    /// All links and images in order, mail addresses aside.
    pub links: Vec<Link>,
    /// Ids on elements in raw HTML.
    pub html_ids: Vec<String>,
    /// In an mdBook, the ids that it gives to the terms of definition lists, in order.
    pub term_ids: Vec<String>,
    /// Formulas that cannot be read, with the reason.
    pub wrong_formulas: Vec<(Range<usize>, String)>,
    /// What of its HTML is left out, and where it stands.
    pub refused: Vec<(Range<usize>, Diagnostic)>,
    /// Whether there is a diagram in Mermaid.
    pub has_diagram: bool,
    /// Number of words.
    pub words: usize,
    /// The text before `<!-- more -->`, if that mark is there.
    before_more: Option<String>,
    /// The first paragraph.
    first_paragraph: String,
}

impl Outline {
    /// A short plain text that says how the essay begins.
    pub fn excerpt(&self) -> Option<String> {
        let text = match &self.before_more {
            Some(text) => text.clone(),
            None => cut_at_sentence(&self.first_paragraph),
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The same with all places moved by `to`.
    #[must_use]
    pub fn moved(mut self, to: impl Fn(Range<usize>) -> Range<usize>) -> Outline {
        let headings = self.headings.iter_mut().map(|heading| &mut heading.span);
        let formulas = self.wrong_formulas.iter_mut().map(|(span, _)| span);
        let links = self.links.iter_mut().map(|link| &mut link.span);
        let refused = self.refused.iter_mut().map(|(span, _)| span);
        for span in headings.chain(links).chain(formulas).chain(refused) {
            *span = to(span.clone());
        }
        self
    }
}

/// Reads the events of `text`. Spans are its bytes.
pub fn read<'a>(text: &'a str, events: Vec<Spanned<'a>>, dialect: Dialect) -> Outline {
    let mut pass = Pass { text, ..Pass::default() };
    for (event, span) in events {
        pass.event(event, span);
    }
    if dialect.raw_html == RawHtml::Safe {
        pass.found.refused = pass.html.refused();
    }
    pass.finish(dialect.systems.has(System::MdBook))
}

/// All HTML of an essay in one piece.
#[derive(Debug, Default)]
struct Collected {
    html: String,
    /// Where each part begins in it, and where that stands in the text.
    parts: Vec<(usize, Range<usize>)>,
}

impl Collected {
    fn add(&mut self, html: &str, span: Range<usize>) {
        self.parts.push((self.html.len(), span));
        self.html.push_str(html);
    }

    fn refused(&self) -> Vec<(Range<usize>, Diagnostic)> {
        if self.html.is_empty() {
            return Vec::new();
        }
        let place = |at: usize| {
            let part = self.parts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
            self.parts.get(part).map_or(0..0, |(_, span)| span.clone())
        };
        permitted::refusals(&self.html).into_iter().map(|(at, note)| (place(at), note)).collect()
    }
}

/// A heading or a term, by what it says.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) is_term: bool,
    /// Whether its author gave it an id.
    pub(super) has_id: bool,
    pub(super) text: String,
}

#[derive(Default)]
struct Pass<'a> {
    text: &'a str,
    found: Outline,
    /// Explicit ids and the text that ids are made from, one for each heading.
    wanted: Vec<(Option<String>, String)>,
    /// What headings and the terms of definition lists say, in order.
    named: Vec<Named>,
    in_term: bool,
    /// The labels of footnotes in the order of their first reference.
    footnotes: Vec<String>,
    /// All text so far, for the excerpt before `<!-- more -->`; dropped once it is long.
    so_far: String,
    in_heading: bool,
    in_first_paragraph: bool,
    /// Links and pictures that are open and have no text yet, by their numbers.
    open_links: Vec<Option<usize>>,
    in_code: bool,
    in_formula: bool,
    /// Depth of images and footnotes, whose text is no part of the prose.
    aside: usize,
    /// Whether anything but comments has been seen.
    begun: bool,
    comments: Comments,
    html: Collected,
}

impl<'a> Pass<'a> {
    fn event(&mut self, event: Event<'a>, span: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if !self.in_code => self.words(&text, span),
            Event::Code(text) => self.words(&text, span),
            Event::SoftBreak | Event::HardBreak => self.words(" ", span),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, span),
            Event::InlineMath(tex) => self.formula(math::bare(&tex), false, span),
            Event::DisplayMath(tex) => self.formula(&tex, true, span),
            Event::Text(tex) if self.in_formula => self.formula(&tex, true, span),
            Event::FootnoteReference(label) => self.footnote(&label),
            Event::Rule => self.begun = true,
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>, span: Range<usize>) {
        match tag {
            Tag::DefinitionListTitle => {
                self.in_term = true;
                self.named.push(Named { is_term: true, ..Named::default() });
            }
            Tag::Heading { level, id, .. } => {
                self.in_heading = true;
                self.named.push(Named { has_id: id.is_some(), ..Named::default() });
                self.wanted.push((id.map(|id| id.into_string()), String::new()));
                let opens = !self.begun;
                self.found.headings.push(Heading {
                    level: level as u8,
                    id: String::new(),
                    former_id: None,
                    title: String::new(),
                    span,
                    opens,
                });
            }
            Tag::Paragraph => {
                self.in_first_paragraph = self.found.first_paragraph.is_empty() && self.aside == 0;
            }
            Tag::Link { link_type: LinkType::Email, .. } => self.open_links.push(None),
            Tag::Link { dest_url, .. } => {
                self.open_links.push(Some(self.found.links.len()));
                self.link(LinkKind::Link, &dest_url, false, span);
            }
            Tag::Image { dest_url, .. } => {
                self.open_links.push(Some(self.found.links.len()));
                self.link(LinkKind::Image, &dest_url, false, span);
                self.aside += 1;
            }
            Tag::FootnoteDefinition(_) => self.aside += 1,
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                let language = markdown::language(&kind);
                self.in_formula = language == "math";
                self.found.has_diagram |= language == "mermaid";
            }
            Tag::HtmlBlock => return,
            _ => {}
        }
        self.begun = true;
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.in_heading = false,
            TagEnd::DefinitionListTitle => self.in_term = false,
            TagEnd::Paragraph => self.in_first_paragraph = false,
            TagEnd::Link => drop(self.open_links.pop()),
            TagEnd::Image => {
                self.open_links.pop();
                self.aside -= 1;
            }
            TagEnd::FootnoteDefinition => self.aside -= 1,
            TagEnd::CodeBlock => (self.in_code, self.in_formula) = (false, false),
            _ => {}
        }
        let block = matches!(
            tag,
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell
        );
        if block && self.so_far.len() < 8 * EXCERPT {
            self.so_far.push(' ');
        }
    }

    /// mdBook's ids hold the numbers of footnotes.
    fn footnote(&mut self, label: &str) {
        let known = self.footnotes.iter().position(|known| known == label);
        let at = known.unwrap_or_else(|| {
            self.footnotes.push(label.to_owned());
            self.footnotes.len() - 1
        });
        if let Some(named) = self.named.last_mut().filter(|_| self.in_heading || self.in_term) {
            named.text.push_str(&(at + 1).to_string());
        }
    }

    /// A formula counts as a word, and is checked, so that what is wrong in it can be told.
    fn formula(&mut self, tex: &str, on_its_own: bool, span: Range<usize>) {
        self.begun = true;
        self.words(tex, span.clone());
        if let Err(why) = math::mathml(tex, on_its_own) {
            self.found.wrong_formulas.push((span, why));
        }
    }

    fn link(&mut self, kind: LinkKind, target: &str, has_text: bool, span: Range<usize>) {
        let target = target.to_owned();
        self.found.links.push(Link { kind, target, has_text, in_html: false, span });
    }

    fn words(&mut self, text: &str, span: Range<usize>) {
        if !text.trim().is_empty() {
            for link in self.open_links.drain(..).flatten().collect::<Vec<_>>() {
                self.found.links[link].has_text = true;
            }
        }
        if (self.in_heading || self.in_term)
            && self.aside == 0
            && let Some(named) = self.named.last_mut()
        {
            named.text.push_str(text);
        }
        if self.in_heading
            && self.aside == 0
            && let (Some(heading), Some((_, for_id))) =
                (self.found.headings.last_mut(), self.wanted.last_mut())
        {
            heading.title.push_str(&with_emoji(text));
            for_id.push_str(before_smart_punctuation(text, self.text.get(span).unwrap_or(text)));
        }
        if self.aside == 0 {
            self.found.words += count_words(text);
            if !self.in_heading && self.so_far.len() < 8 * EXCERPT {
                self.so_far.push_str(&with_emoji(text));
            }
        }
        if self.in_first_paragraph && self.aside == 0 {
            self.found.first_paragraph.push_str(&with_emoji(text));
        }
    }

    /// The arguments of a block: its id, and what leads somewhere.
    fn arguments(&mut self, given: Vec<Given<'_>>, span: &Range<usize>) {
        for Given { name, value, at, link } in given {
            if name == "id" {
                self.found.html_ids.push(value);
            } else if let Some(kind) = link {
                // Whether a picture has words is told with the block's arguments.
                self.link(kind, &value, true, span.start + at.start..span.start + at.end);
            }
        }
    }

    fn html(&mut self, html: &str, span: Range<usize>) {
        if let Some(given) = blocks::arguments(html) {
            return self.arguments(given, &span);
        }
        let trimmed = html.trim();
        if let Some(inside) = trimmed.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"))
            && inside.trim() == "more"
            && self.found.before_more.is_none()
        {
            self.found.before_more = Some(std::mem::take(&mut self.so_far));
        }
        let shown = self.comments.strip(html);
        if shown.trim().is_empty() {
            return;
        }
        self.begun = true;
        if shown.trim() != CONTENTS {
            self.html.add(&shown, span.clone());
        }
        self.found.html_ids.extend(raw_html::ids(&shown).map(str::to_owned));
        for link in raw_html::links(&shown) {
            let written = &shown[link.at.clone()];
            // The place of the target itself, where it can be found again in the source.
            let source = self.text.get(span.clone()).unwrap_or("");
            let found = if source == shown { Some(link.at.start) } else { source.find(written) };
            let at =
                found.map_or(span.clone(), |at| span.start + at..span.start + at + written.len());
            let target = html_escape::decode_html_entities(written).into_owned();
            let has_text = raw_html::has_alt(&shown, &link);
            self.link(link.kind, &target, has_text, at);
            self.found.links.last_mut().into_iter().for_each(|link| link.in_html = true);
        }
    }

    /// Ids that the author gave come first, so that no generated one takes their name. One that was given twice is
    /// the first heading's; the second gets a number.
    fn finish(mut self, is_mdbook: bool) -> Outline {
        let mut anchors = Anchors::default();
        let mut reserve = |(explicit, text): (Option<String>, String)| match explicit {
            Some(id) if anchors.reserve(&id) => (Some(id), text),
            again => (None, again.unwrap_or_else(|| github(&text))),
        };
        let wanted: Vec<_> = self.wanted.into_iter().map(&mut reserve).collect();
        for (heading, (own, wanted)) in self.found.headings.iter_mut().zip(wanted) {
            heading.title = heading.title.split_whitespace().collect::<Vec<_>>().join(" ");
            heading.id = own.unwrap_or_else(|| anchors.give(&wanted));
        }
        if is_mdbook {
            ids::add_mdbook_ids(&mut self.found, &self.named);
        }
        self.found
    }
}

/// Ids are made from what the author typed: `--` gives two hyphens, not the dash that it is shown
/// as. Where text holds escapes or entities, the source says less than the text and is not used.
fn before_smart_punctuation<'t>(text: &'t str, source: &'t str) -> &'t str {
    let smart = text.contains(['–', '—', '…']) && !source.contains(['\\', '&']);
    if smart { source } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HtmlTable;

    fn outline(text: &str) -> Outline {
        let dialect = Dialect::new(&HtmlTable::default());
        read(text, markdown::events(text, dialect).collect(), dialect)
    }

    #[test]
    fn ids_come_from_what_was_typed() {
        let ids: Vec<_> =
            outline("# It's -- *so* `x`\n\n## A & B\n\n## A & B\n\n## Own {#own}\n\n## own\n\n## Two {#own}\n")
                .headings
                .into_iter()
                .map(|h| h.id)
                .collect();
        assert_eq!(ids, ["its----so-x", "a--b", "a--b-1", "own", "own-1", "own-2"]);
    }

    #[test]
    fn words_count_prose_only() {
        assert_eq!(
            outline("One two, three - four.\n\n```\nnot these\n```\n\n![nor these](x.png) five")
                .words,
            5
        );
        assert_eq!(outline("日本語日本語").words, 3);
    }

    #[test]
    fn the_excerpt_ends_at_a_sentence_or_at_the_mark() {
        assert_eq!(outline("# T\n\nFirst.\n\nSecond.").excerpt().as_deref(), Some("First."));
        assert_eq!(
            outline("One.\n\nTwo.\n\n<!-- more -->\n\nThree.").excerpt().as_deref(),
            Some("One. Two.")
        );
        let long = format!("A short one. {}", "word ".repeat(100));
        assert_eq!(outline(&long).excerpt().as_deref(), Some("A short one."));
        assert!(outline(&"word ".repeat(100)).excerpt().unwrap().ends_with("word…"));
    }

    #[test]
    fn bare_addresses_are_links_but_not_in_code() {
        let targets: Vec<_> = outline(
            "See https://a.org/x_y_z, www.b.org. `https://c.org` me@d.org [https://e.org](f)",
        )
        .links
        .into_iter()
        .map(|l| l.target)
        .collect();
        assert_eq!(targets, ["https://a.org/x_y_z", "http://www.b.org", "f"]);
    }
}
