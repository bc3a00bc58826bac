//! An essay's Markdown as HTML: the second pass over the events.
//!
//! Most events are written by pulldown-cmark's own writer. In between, headings get their ids,
//! links their addresses on this site, quotes with a marker become blocks ([`block`]), code its colours
//! ([`code`]), footnotes move to the end, wide things get a frame that scrolls, and comments are dropped. If the
//! author wrote HTML, the whole is cleaned at the end; until then what the program wrote that would not pass is
//! under a seal ([`clean`](crate::render::clean)).

mod block;
mod code;
mod table;

use std::borrow::Cow;

use foldhash::{HashMap, HashSet};
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd, html};

use crate::config::RawHtml;
use crate::diagnostic::Diagnostic;
use crate::essay::dialect::contents::CONTENTS;
use crate::essay::emoji::with_emoji;
use crate::essay::markdown::{self, Dialect, Spanned};
use crate::essay::raw_html::{self, Comments};
use crate::essay::{Essay, LinkKind, blocks, math, permitted};
use crate::render::clean::Seals;
use crate::render::footnotes::Footnotes;
use crate::render::picture::{self, Shown};
use crate::render::{Theme, contents};
use block::OpenBlock;
use table::Table;

/// The HTML of an essay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The text, without the heading that the title takes the place of.
    pub html: String,
    /// The inside of that heading.
    pub heading: Option<String>,
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// Whose templates blocks have.
    pub theme: &'a Theme,
    /// Whether code has colours.
    pub highlight: bool,
    /// Whether a comment stands before each block, with the number of the line in which it begins in the
    /// essay's file.
    pub lines: bool,
}

/// Renders the text of `essay`. `href` gives the address to write for the link with the number
/// that it is called with (its place in [`Essay::links`]); `None` leaves the link as written, and an
/// empty address means that it may not lead there.
/// `picture` gives what is known of the picture that the link with a number leads to.
/// `former_ids` gives the ids that the heading with an id had before.
///
/// # Errors
/// When the template of a block cannot be rendered.
pub fn body(
    essay: &Essay,
    manner: Manner<'_>,
    href: &dyn Fn(usize) -> Option<String>,
    picture: &dyn Fn(usize) -> Option<Shown>,
    former_ids: &dyn Fn(&str) -> Vec<String>,
) -> Result<Body, Diagnostic> {
    let dialect = essay.dialect;
    let script = essay.script();
    let events = script.events();
    // A little more than the Markdown, as a rule.
    let length = events.last().map_or(0, |(_, span)| span.end * 3 / 2);
    let is_cleaned = dialect.raw_html == RawHtml::Safe && holds_html(&events);
    let written = Vec::with_capacity(events.len());
    let mut writer = Writer {
        essay,
        dialect,
        href,
        picture,
        former_ids,
        manner,
        events,
        seals: is_cleaned.then(|| Seals::new(script.markdown(), manner.lines)),
        at: 0,
        out: written,
        link: 0,
        pictures: 0,
        in_alt: false,
        pictures_in_alt: 0,
        heading: 0,
        term: 0,
        table: Table::default(),
        quotes: Vec::new(),
        footnotes: Footnotes::default(),
        aside: Vec::new(),
        hoisted: None,
        comments: Comments::default(),
        ticking: 0,
        ticks: HashMap::default(),
        ids: essay.own_ids().cloned().collect(),
        in_label: false,
        has_contents: false,
        html_as_words: false,
        wrong: None,
    };
    while writer.at < writer.events.len() {
        writer.step();
    }
    if let Some(wrong) = writer.wrong {
        return Err(wrong);
    }
    let mut body = Body { html: String::with_capacity(length), heading: None };
    html::push_html(&mut body.html, writer.out.into_iter());
    writer.footnotes.write(manner.theme.words(), &mut body.html);
    body.heading = writer.hoisted.map(|events| {
        let mut heading = String::new();
        html::push_html(&mut heading, events.into_iter());
        heading
    });
    if let Some(seals) = writer.seals {
        for html in std::iter::once(&mut body.html).chain(&mut body.heading) {
            *html = seals.open(&seals.clean(html));
        }
    }
    Ok(body)
}

/// Whether there is HTML among `events` that an author wrote.
fn holds_html(events: &[Spanned<'_>]) -> bool {
    let mut comments = Comments::default();
    events.iter().any(|(event, _)| match event {
        Event::Html(html) | Event::InlineHtml(html) => {
            let shown = comments.strip(html);
            let shown = shown.trim();
            !shown.is_empty() && shown != CONTENTS && blocks::arguments(shown).is_none()
        }
        _ => false,
    })
}

struct Writer<'a> {
    essay: &'a Essay,
    dialect: Dialect,
    href: &'a dyn Fn(usize) -> Option<String>,
    picture: &'a dyn Fn(usize) -> Option<Shown>,
    former_ids: &'a dyn Fn(&str) -> Vec<String>,
    manner: Manner<'a>,
    /// What is kept aside until the text is cleaned, if it is.
    seals: Option<Seals>,
    events: Vec<Spanned<'a>>,
    at: usize,
    out: Vec<Event<'a>>,
    /// Links, headings and terms seen so far; they have the same numbers as in the outline.
    link: usize,
    heading: usize,
    term: usize,
    table: Table,
    /// How many pictures were written.
    pictures: usize,
    /// Whether what is written now are the words that stand for a picture.
    in_alt: bool,
    /// How many pictures are open among those words.
    pictures_in_alt: usize,
    /// For each open quote, the block that it is, if it is one.
    quotes: Vec<Option<Box<OpenBlock<'a>>>>,
    footnotes: Footnotes<'a>,
    /// What has been written before the footnotes that are open now.
    aside: Vec<(CowStr<'a>, Vec<Event<'a>>)>,
    hoisted: Option<Vec<Event<'a>>>,
    comments: Comments,
    /// How many open blocks hold tasks that can be ticked.
    ticking: usize,
    /// How often a task with these words has been met.
    ticks: HashMap<String, u32>,
    /// The ids that the page has, those in raw HTML aside.
    ids: HashSet<String>,
    /// Whether the words of such a task are being written.
    in_label: bool,
    /// Whether the page's contents were written.
    has_contents: bool,
    /// Whether an author's block of HTML is being written as words.
    html_as_words: bool,
    /// What was wrong with the first template that was.
    wrong: Option<Diagnostic>,
}

impl<'a> Writer<'a> {
    fn step(&mut self) {
        // What has been written is not looked at again, but for where it stood.
        let event = std::mem::replace(&mut self.events[self.at].0, Event::SoftBreak);
        let start = self.events[self.at].1.start;
        self.at += 1;
        if self.in_label && ends_words(&event) {
            self.end_label();
        }
        // The title stands elsewhere.
        let is_title = matches!(event, Event::Start(Tag::Heading { .. }))
            && self.essay.hoisted == Some(self.heading);
        if self.manner.lines && is_block(&event) && !is_title {
            let line = self.essay.line_of(start);
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
                let mark = self.footnotes.reference(label, &mut self.ids);
                self.out.push(Event::InlineHtml(mark.into()));
            }
            Event::TaskListMarker(done) if self.ticking > 0 => self.tick(done),
            Event::TaskListMarker(done) => {
                let (checked, label) = if done { (" checked", "done") } else { ("", "not_done") };
                let label = escape(self.word(label));
                self.own(format!(
                    "<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\">"
                ));
                self.html(" ");
            }
            Event::Text(text) => {
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
        if self.in_alt {
            self.out.push(Event::Text(tex.trim().to_owned().into()));
            return;
        }
        let html = match math::mathml(tex, on_its_own) {
            Ok(math) if on_its_own => {
                format!("<span class=\"formula\" tabindex=\"0\">{math}</span>")
            }
            Ok(math) => math,
            Err(_) => format!("<code>{}</code>", escape(tex.trim())),
        };
        self.own(html);
    }

    /// A whole piece of HTML of the program's own, which may hold more than an author's may.
    fn own(&mut self, html: String) {
        let html = self.sealed(html);
        self.html(html);
    }

    fn sealed(&mut self, html: String) -> String {
        match &mut self.seals {
            Some(seals) => seals.seal(html),
            None => html,
        }
    }

    /// What `events` are as HTML, for a template to show.
    fn finished(&self, events: impl Iterator<Item = Event<'a>>) -> String {
        let mut written = String::new();
        html::push_html(&mut written, events);
        match &self.seals {
            Some(seals) => seals.clean(&written),
            None => written,
        }
    }

    fn html(&mut self, html: impl Into<CowStr<'a>>) {
        self.out.push(Event::InlineHtml(html.into()));
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Heading { level, classes, attrs, .. } => self.start_heading(level, classes, attrs),
            Tag::HtmlBlock
                if self.dialect.raw_html == RawHtml::Off
                    && matches!(self.events[self.at].0, Event::Text(_)) =>
            {
                self.html_as_words = true;
                self.out.push(Event::Start(Tag::Paragraph));
            }
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::Paragraph if self.is_figure() => self.figure(),
            Tag::Link { link_type, dest_url, title, id } => {
                let was_empty = dest_url.is_empty();
                let dest_url = if link_type == LinkType::Email {
                    dest_url
                } else {
                    self.target(LinkKind::Link, dest_url)
                };
                // Of a link that may not lead where it should, the words are left.
                self.out.push(match dest_url.is_empty() && !was_empty {
                    true => Event::InlineHtml("<a>".into()),
                    false => Event::Start(Tag::Link { link_type, dest_url, title, id }),
                });
            }
            Tag::Image { dest_url, title, .. } => self.picture(dest_url, &title),
            Tag::CodeBlock(kind) if markdown::language(&kind) == "math" => self.block_of_math(),
            Tag::CodeBlock(kind) => self.code(&kind),
            Tag::Table(columns) => self.start_table(columns),
            Tag::TableHead => self.start_row(true),
            Tag::TableRow => self.start_row(false),
            Tag::TableCell => self.start_cell(),
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
            TagEnd::BlockQuote(_) => self.end_quote(tag),
            TagEnd::HtmlBlock if std::mem::take(&mut self.html_as_words) => {
                self.out.push(Event::End(TagEnd::Paragraph));
            }
            TagEnd::Image if self.in_alt => self.pictures_in_alt -= 1,
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => self.end_row(true),
            TagEnd::TableRow => self.end_row(false),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::FootnoteDefinition => {
                if let Some((label, before)) = self.aside.pop() {
                    let note = std::mem::replace(&mut self.out, before);
                    self.footnotes.define(label, note);
                }
            }
            other => self.out.push(Event::End(other)),
        }
    }

    /// Something that the theme says.
    fn word(&self, name: &str) -> &'a str {
        self.manner.theme.words().say(name, None)
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
        let attrs = match self.dialect.raw_html {
            RawHtml::Trusted => attrs,
            RawHtml::Safe | RawHtml::Off => {
                attrs.into_iter().filter(|(name, _)| permitted::is_general(name)).collect()
            }
        };
        if let Some(heading) = heading {
            let mut former = (self.former_ids)(&heading.id);
            former.extend(heading.former_id.clone());
            for id in former {
                self.out.push(Event::Html(format!("<a id=\"{}\"></a>\n", escape(&id)).into()));
            }
        }
        self.out.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
    }

    /// The address of the next link.
    fn target(&mut self, kind: LinkKind, written: CowStr<'a>) -> CowStr<'a> {
        let number = self.link;
        self.link += 1;
        debug_assert!(self.essay.links.get(number).is_some_and(|link| link.kind == kind));
        (self.href)(number).map_or(written, CowStr::from)
    }

    /// A picture, with the words between its brackets as plain text.
    fn picture(&mut self, written: CowStr<'a>, title: &str) {
        let number = self.link;
        let was_empty = written.is_empty();
        let src = self.target(LinkKind::Image, written);
        if self.in_alt {
            // Of a picture in the words of another only its own words count. Any number may stand in each
            // other, so that they are counted, and not gone into.
            self.pictures_in_alt += 1;
            return;
        }
        self.in_alt = true;
        let before = std::mem::take(&mut self.out);
        while self.pictures_in_alt > 0
            || !matches!(self.events[self.at].0, Event::End(TagEnd::Image))
        {
            self.step();
        }
        self.at += 1;
        let alt = picture::plain(&std::mem::replace(&mut self.out, before));
        self.in_alt = false;
        if src.is_empty() && !was_empty {
            self.out.push(Event::Text(alt.into()));
            return;
        }
        let html = self.picture_html(number, &src, &alt, title);
        self.own(html);
    }

    /// The element of the picture that the link with a number leads to.
    fn picture_html(&mut self, number: usize, src: &str, alt: &str, title: &str) -> String {
        let is_first = self.pictures == 0;
        self.pictures += 1;
        let written = picture::Written { src, alt, title, is_first };
        picture::html(&written, &(self.picture)(number).unwrap_or_default())
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
        if let Some(given) = blocks::arguments(&html) {
            // Of no block: its links keep their numbers all the same.
            self.link += given.iter().filter(|given| given.link.is_some()).count();
            return;
        }
        let shown = self.comments.strip(&html);
        if shown.trim().is_empty() {
            return;
        }
        if shown.trim() == CONTENTS {
            // Only once: as often as they are asked for, of as many headings, would be more than any memory.
            if !std::mem::replace(&mut self.has_contents, true) {
                let contents = self.sealed(contents::list(self.essay, self.word("on_this_page")));
                self.out.push(event(contents.into()));
            }
            return;
        }
        let written = raw_html::with_links(&shown, || {
            let number = self.link;
            self.link += 1;
            // What may not be led to is left to be cleaned.
            (self.href)(number).filter(|href| !href.is_empty()).map(|href| escape(&href))
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

/// Whether the words of a task end before an event.
fn ends_words(event: &Event<'_>) -> bool {
    matches!(event, Event::End(TagEnd::Item | TagEnd::Paragraph)) || is_block(event)
}

/// The words that `events` begin with.
fn text_of(events: &[Spanned<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in events.iter().take_while(|(event, _)| !ends_words(event)) {
        if let Event::Text(words) | Event::Code(words) = event {
            text.push_str(words);
        }
    }
    text.trim().to_owned()
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
