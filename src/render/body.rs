//! An essay's Markdown as HTML: the second pass over the events.
//!
//! Most events are written by pulldown-cmark's own writer. In between, headings get their ids,
//! links their addresses on this site, quotes with a marker become callouts, footnotes move to the
//! end, wide things get a frame that scrolls, and comments are dropped.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd, html};

use crate::essay::dialect::contents::CONTENTS;
use crate::essay::emoji::with_emoji;
use crate::essay::markdown::{self, Dialect, Spanned, events};
use crate::essay::raw_html::{self, Comments};
use crate::essay::{Essay, LinkKind, math};
use crate::render::footnotes::Footnotes;
use crate::render::{callout, contents};

/// The HTML of an essay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The text, without the heading that the title takes the place of.
    pub html: String,
    /// The inside of that heading.
    pub heading: Option<String>,
}

/// Renders the text of `essay`. `href` gives the address to write for the link with the number
/// that it is called with (its place in [`Essay::links`]); `None` leaves the link as written.
/// `former_ids` gives the ids that the heading with an id had before. With `lines` a comment stands
/// before each block, with the number of the line in which it begins in the essay's file.
pub fn body(
    essay: &Essay,
    href: &dyn Fn(usize) -> Option<String>,
    former_ids: &dyn Fn(&str) -> Vec<String>,
    lines: bool,
) -> Body {
    let dialect = essay.dialect;
    let markdown = essay.markdown();
    let mut writer = Writer {
        essay,
        dialect,
        href,
        former_ids,
        lines,
        events: events(&markdown, dialect).collect(),
        at: 0,
        out: Vec::new(),
        link: 0,
        heading: 0,
        term: 0,
        quotes: Vec::new(),
        footnotes: Footnotes::default(),
        aside: Vec::new(),
        hoisted: None,
        comments: Comments::default(),
        in_code: false,
    };
    while writer.at < writer.events.len() {
        writer.step();
    }
    // A little more than the Markdown, as a rule.
    let mut body = Body { html: String::with_capacity(markdown.len() * 3 / 2), heading: None };
    html::push_html(&mut body.html, writer.out.into_iter());
    writer.footnotes.write(&mut body.html);
    body.heading = writer.hoisted.map(|events| {
        let mut heading = String::new();
        html::push_html(&mut heading, events.into_iter());
        heading
    });
    body
}

struct Writer<'a> {
    essay: &'a Essay,
    dialect: Dialect,
    href: &'a dyn Fn(usize) -> Option<String>,
    former_ids: &'a dyn Fn(&str) -> Vec<String>,
    /// Whether lines are noted.
    lines: bool,
    events: Vec<Spanned<'a>>,
    at: usize,
    out: Vec<Event<'a>>,
    /// Links, headings and terms seen so far; they have the same numbers as in the outline.
    link: usize,
    heading: usize,
    term: usize,
    /// For each open quote, what ends it if it is a callout.
    quotes: Vec<Option<&'static str>>,
    footnotes: Footnotes<'a>,
    /// What has been written before the footnotes that are open now.
    aside: Vec<(CowStr<'a>, Vec<Event<'a>>)>,
    hoisted: Option<Vec<Event<'a>>>,
    comments: Comments,
    in_code: bool,
}

impl<'a> Writer<'a> {
    fn step(&mut self) {
        let (event, span) = self.events[self.at].clone();
        self.at += 1;
        if self.lines && is_block(&event) {
            let line = self.essay.line_of(span.start);
            self.out.push(Event::Html(format!("<!--{line}-->").into()));
        }
        self.write(event);
    }

    fn write(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(html) => self.raw(html, Event::Html),
            Event::InlineHtml(html) => self.raw(html, Event::InlineHtml),
            Event::FootnoteReference(label) => {
                let mark = self.footnotes.reference(label);
                self.out.push(Event::InlineHtml(mark.into()));
            }
            Event::TaskListMarker(done) => {
                let (checked, label) = if done { (" checked", "Done") } else { ("", "Not done") };
                let html =
                    format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\"> ");
                self.html(html);
            }
            Event::Text(text) if !self.in_code => {
                let shown = match with_emoji(&text) {
                    Cow::Owned(shown) => CowStr::from(shown),
                    Cow::Borrowed(_) => text,
                };
                self.out.push(Event::Text(shown));
            }
            Event::InlineMath(tex) => self.formula(math::bare(&tex), false),
            Event::DisplayMath(tex) => self.formula(&tex, true),
            other => self.out.push(other),
        }
    }

    /// A formula; one that cannot be read as it is written.
    fn formula(&mut self, tex: &str, on_its_own: bool) {
        let html = match math::mathml(tex, on_its_own) {
            Ok(math) if on_its_own => {
                format!("<span class=\"formula\" tabindex=\"0\">{math}</span>")
            }
            Ok(math) => math,
            Err(_) => format!("<code>{}</code>", escape(tex.trim())),
        };
        self.html(html);
    }

    fn html(&mut self, html: impl Into<CowStr<'a>>) {
        self.out.push(Event::InlineHtml(html.into()));
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Heading { level, classes, attrs, .. } => self.start_heading(level, classes, attrs),
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::Paragraph if self.is_figure() => self.figure(),
            Tag::Link { link_type, dest_url, title, id } => {
                let dest_url = if link_type == LinkType::Email {
                    dest_url
                } else {
                    self.target(LinkKind::Link, dest_url)
                };
                self.out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Tag::Image { link_type, dest_url, title, id } => {
                let dest_url = self.target(LinkKind::Image, dest_url);
                self.out.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Tag::CodeBlock(kind) if markdown::language(&kind) == "math" => self.block_of_math(),
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::Table(alignments) => {
                self.out.push(Event::Html(
                    "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">\n".into(),
                ));
                self.out.push(Event::Start(Tag::Table(alignments)));
            }
            Tag::List(None) if self.is_task(self.at + 1) => {
                self.out.push(Event::Html("<ul class=\"task-list\">\n".into()))
            }
            Tag::Item if self.is_task(self.at) => {
                self.out.push(Event::Html("<li class=\"task\">".into()))
            }
            Tag::DefinitionListTitle => {
                let id = self.essay.term_ids.get(self.term).filter(|id| !id.is_empty());
                self.term += 1;
                match id {
                    Some(id) => {
                        self.out.push(Event::Html(format!("<dt id=\"{}\">", escape(id)).into()))
                    }
                    None => self.out.push(Event::Start(Tag::DefinitionListTitle)),
                }
            }
            Tag::FootnoteDefinition(label) => {
                let before = std::mem::take(&mut self.out);
                self.aside.push((label, before));
            }
            other => self.out.push(Event::Start(other)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => match self.quotes.pop().flatten() {
                Some(closing) => self.out.push(Event::Html(closing.into())),
                None => self.out.push(Event::End(tag)),
            },
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.html("</code></pre>\n");
            }
            TagEnd::Table => {
                self.out.push(Event::End(tag));
                self.out.push(Event::Html("</div>\n".into()));
            }
            TagEnd::FootnoteDefinition => {
                if let Some((label, before)) = self.aside.pop() {
                    let note = std::mem::replace(&mut self.out, before);
                    self.footnotes.define(label, note);
                }
            }
            other => self.out.push(Event::End(other)),
        }
    }

    /// A heading with the id that the outline gave it. The one that the title takes the place of
    /// is set aside with all that it holds.
    fn start_heading(
        &mut self,
        level: pulldown_cmark::HeadingLevel,
        classes: Vec<CowStr<'a>>,
        attrs: Vec<(CowStr<'a>, Option<CowStr<'a>>)>,
    ) {
        let number = self.heading;
        self.heading += 1;
        if self.essay.hoisted == Some(number) {
            let before = std::mem::take(&mut self.out);
            while !matches!(self.events[self.at].0, Event::End(TagEnd::Heading(_))) {
                self.step();
            }
            self.at += 1;
            self.hoisted = Some(std::mem::replace(&mut self.out, before));
            return;
        }
        let heading = self.essay.outline.get(number);
        let id = heading.map(|heading| CowStr::from(heading.id.clone()));
        if let Some(heading) = heading {
            let mut former = (self.former_ids)(&heading.id);
            former.extend(heading.former_id.clone());
            for id in former {
                self.out.push(Event::Html(format!("<a id=\"{}\"></a>\n", escape(&id)).into()));
            }
        }
        self.out.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
    }

    fn start_quote(&mut self, kind: Option<pulldown_cmark::BlockQuoteKind>) {
        let opened =
            if self.dialect.callouts { callout::open(&self.events, self.at - 1) } else { None };
        let Some((opening, length, closing)) = opened else {
            self.quotes.push(None);
            self.out.push(Event::Start(Tag::BlockQuote(kind)));
            return;
        };
        self.quotes.push(Some(closing));
        self.at += length - 1;
        // The title's events go through the same steps as any others, so that its links are resolved.
        for event in opening {
            self.write(event);
        }
    }

    /// The address of the next link.
    fn target(&mut self, kind: LinkKind, written: CowStr<'a>) -> CowStr<'a> {
        let number = self.link;
        self.link += 1;
        debug_assert!(self.essay.links.get(number).is_some_and(|link| link.kind == kind));
        (self.href)(number).map_or(written, CowStr::from)
    }

    /// Whether the paragraph that has just begun is one picture with a title and nothing else.
    fn is_figure(&self) -> bool {
        let mut rest = self.events[self.at..].iter().map(|(event, _)| event);
        let Some(Event::Start(Tag::Image { title, .. })) = rest.next() else { return false };
        if title.is_empty() {
            return false;
        }
        let mut after = rest.skip_while(|event| !matches!(event, Event::End(TagEnd::Image)));
        after.next();
        matches!(after.next(), Some(Event::End(TagEnd::Paragraph)))
    }

    fn figure(&mut self) {
        self.out.push(Event::Html("<figure>".into()));
        let mut caption = CowStr::from("");
        if let (Event::Start(Tag::Image { title, .. }), _) = &mut self.events[self.at] {
            caption = std::mem::replace(title, CowStr::from(""));
        }
        while !matches!(self.events[self.at].0, Event::End(TagEnd::Paragraph)) {
            self.step();
        }
        self.at += 1;
        self.html("<figcaption>");
        self.out.push(Event::Text(caption));
        self.out.push(Event::Html("</figcaption></figure>\n".into()));
    }

    fn block_of_math(&mut self) {
        let mut tex = String::new();
        while let Some((Event::Text(text), _)) = self.events.get(self.at) {
            tex.push_str(text);
            self.at += 1;
        }
        self.at += 1;
        self.html("<p>");
        self.formula(&tex, true);
        self.html("</p>\n");
    }

    /// Code scrolls by itself, so the keyboard must reach it.
    fn start_code(&mut self, kind: &CodeBlockKind<'a>) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', ',', '\t']).next().unwrap_or(""),
            CodeBlockKind::Indented => "",
        };
        self.in_code = true;
        let open = if language.is_empty() {
            "<pre tabindex=\"0\"><code>".to_owned()
        } else {
            format!("<pre tabindex=\"0\"><code class=\"language-{}\">", escape(language))
        };
        self.out.push(Event::Html(open.into()));
    }

    /// Whether the event at `at` begins what a task holds: the marker, in a paragraph or not.
    fn is_task(&self, at: usize) -> bool {
        match self.events.get(at).map(|(event, _)| event) {
            Some(Event::TaskListMarker(_)) => true,
            Some(Event::Start(Tag::Paragraph)) => {
                matches!(self.events.get(at + 1), Some((Event::TaskListMarker(_), _)))
            }
            _ => false,
        }
    }

    /// Raw HTML without its comments, its links led to where they lead on this site.
    fn raw(&mut self, html: CowStr<'a>, event: fn(CowStr<'a>) -> Event<'a>) {
        let shown = self.comments.strip(&html);
        if shown.trim().is_empty() {
            return;
        }
        if shown.trim() == CONTENTS {
            let contents = contents::list(self.essay);
            self.out.push(event(contents.into()));
            return;
        }
        let written = raw_html::with_links(&shown, || {
            let number = self.link;
            self.link += 1;
            (self.href)(number).map(|href| escape(&href))
        });
        self.out.push(event(written.into()));
    }
}

/// Whether an event begins something that stands on lines of its own.
fn is_block(event: &Event<'_>) -> bool {
    let Event::Start(tag) = event else { return matches!(event, Event::Rule) };
    let within = matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::TableHead
            | Tag::TableCell
            | Tag::FootnoteDefinition(_)
    );
    !within
}

/// Text as the value of an attribute or the inside of an element.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
