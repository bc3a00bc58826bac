//! What the search index is given of a page: HTML that is made for it.
//!
//! It holds what a reader reads, in order, and the headings with their ids, so that a result opens at its heading;
//! nothing of templates, no tags that an author wrote (one that is never closed would take the rest of the text
//! with it), no comments. Code is as it is written, formulas are their TeX.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::essay::Essay;
use crate::essay::emoji::with_emoji;
use crate::essay::math;
use crate::essay::raw_html::{Comments, Tags};
use crate::render::body::escape;

/// What is known of a page beside its text.
#[derive(Debug, Clone, Default)]
pub struct Facts<'f> {
    /// Its title.
    pub title: &'f str,
    /// What it is about.
    pub description: Option<&'f str>,
    /// The names of its tags.
    pub tags: Vec<&'f str>,
    /// The title of the part of the book that it stands in.
    pub part: Option<&'f str>,
    /// The day on which it was written, as `2026-03-01`.
    pub date: Option<String>,
}

/// The page of `essay` for the index, as Pagefind reads HTML (its documentation, "Indexing your site").
pub fn record(essay: &Essay, facts: &Facts<'_>) -> String {
    let script = essay.script();
    let mut out = String::new();
    // Where one page says what its body is, Pagefind passes over all that do not; an author may.
    out.push_str("<html><body data-pagefind-body><div data-pagefind-ignore>");
    for tag in &facts.tags {
        element(&mut out, "p data-pagefind-filter=\"tag\"", tag);
    }
    if let Some(part) = facts.part {
        element(&mut out, "p data-pagefind-filter=\"part\"", part);
    }
    if let Some(date) = &facts.date {
        element(&mut out, "p data-pagefind-sort=\"date\"", date);
    }
    out.push_str("</div>");
    element(&mut out, "h1 data-pagefind-meta=\"title\"", facts.title);
    if let Some(description) = facts.description {
        // One that stands in the text anyway is not to be found twice.
        let own = essay.meta.description.is_none();
        let ignore = if own { " data-pagefind-ignore" } else { "" };
        let tag = format!("p data-pagefind-meta=\"description\"{ignore}");
        element(&mut out, &tag, description);
    }
    let mut text = Text {
        essay,
        out,
        heading: 0,
        hoisted: false,
        comments: Comments::default(),
        tags: Tags::default(),
    };
    for (event, _) in script.events() {
        text.event(event);
    }
    text.out.push_str("</body></html>");
    text.out
}

/// Writes `<tag>text</...>`, where `tag` may have attributes.
fn element(out: &mut String, tag: &str, text: &str) {
    let name = tag.split(' ').next().unwrap_or(tag);
    out.push_str(&format!("<{tag}>{}</{name}>\n", escape(text)));
}

/// The text of an essay while it is written down.
struct Text<'e> {
    essay: &'e Essay,
    out: String,
    /// How many headings have begun; they have the same numbers as in the outline.
    heading: usize,
    /// Whether this is the heading that the title takes the place of.
    hoisted: bool,
    comments: Comments,
    tags: Tags,
}

impl Text<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.hoisted = self.essay.hoisted == Some(self.heading);
                let id = self.essay.outline.get(self.heading).map_or("", |heading| &heading.id);
                self.heading += 1;
                if !self.hoisted {
                    self.out.push_str(&format!("<{level} id=\"{}\">", escape(id)));
                }
            }
            Event::End(TagEnd::Heading(level)) => {
                if !std::mem::take(&mut self.hoisted) {
                    self.out.push_str(&format!("</{level}>\n"));
                }
            }
            Event::Start(tag) => self.out.push_str(opening(&tag)),
            Event::End(tag) => self.end(tag),
            _ if self.hoisted || self.tags.is_silent() && !is_html(&event) => {}
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.out.push_str(&escape(&code)),
            Event::InlineMath(tex) => self.out.push_str(&escape(math::bare(&tex))),
            Event::DisplayMath(tex) => self.out.push_str(&escape(&tex)),
            Event::Html(html) | Event::InlineHtml(html) => {
                let shown = self.comments.strip(&html);
                self.tags.strip(&shown, &mut self.out);
            }
            Event::SoftBreak | Event::HardBreak => self.out.push(' '),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::Rule => {}
        }
    }

    fn text(&mut self, text: &str) {
        // The word with which a callout begins is no part of what it says.
        let begins = self.out.ends_with(QUOTE);
        let said = text.strip_prefix("[!").filter(|_| begins).and_then(|rest| rest.split_once(']'));
        let text = said.map_or(text, |(_, said)| said.trim_start_matches(['+', '-']));
        self.out.push_str(&escape(&with_emoji(text)));
    }

    fn end(&mut self, tag: TagEnd) {
        self.out.push_str(closing(tag));
        if matches!(tag, TagEnd::HtmlBlock | TagEnd::Paragraph) {
            // An element that is not closed here is closed by nobody.
            self.tags = Tags::default();
        }
    }
}

fn is_html(event: &Event<'_>) -> bool {
    matches!(event, Event::Html(_) | Event::InlineHtml(_))
}

/// How the text of a quote begins.
const QUOTE: &str = "<blockquote><p>";

/// Elements at whose ends Pagefind knows that a sentence is over. The others only part words.
fn opening(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Paragraph => "<p>",
        Tag::BlockQuote(_) => "<blockquote>",
        Tag::Item => "<li>",
        Tag::TableCell => "<td>",
        Tag::CodeBlock(_) => "<pre>",
        Tag::DefinitionListTitle | Tag::DefinitionListDefinition => "<p>",
        Tag::Image { .. } => " ",
        _ => "",
    }
}

fn closing(tag: TagEnd) -> &'static str {
    match tag {
        TagEnd::Paragraph | TagEnd::DefinitionListTitle | TagEnd::DefinitionListDefinition => {
            "</p>\n"
        }
        TagEnd::BlockQuote(_) => "</blockquote>\n",
        TagEnd::Item => "</li>\n",
        TagEnd::TableCell => "</td>\n",
        TagEnd::CodeBlock => "</pre>\n",
        TagEnd::Image => " ",
        _ => "",
    }
}
