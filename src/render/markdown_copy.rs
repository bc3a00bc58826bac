//! An essay as Markdown for programs that read pages as text: without front matter, other programs'
//! syntax written in ours, and links led to where they lead on this site.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};
use pulldown_cmark_to_cmark::{Options, cmark_with_options};

use crate::essay::Essay;
use crate::essay::blocks::{self, Given};
use crate::essay::raw_html::{self, Comments};
use crate::render::body::escape;
use crate::render::callout::Marker;

/// The text of `essay`, below a heading with `title`. `href` is as for [`body`](super::body::body).
pub fn markdown_copy(essay: &Essay, title: &str, href: &dyn Fn(usize) -> Option<String>) -> String {
    let script = essay.script();
    let mut copy = Copy { href, link: 0, comments: Comments::default() };
    let mut shown = heading(title, HeadingLevel::H1);
    if let Some(description) = &essay.meta.description {
        shown.push(Event::Start(Tag::Paragraph));
        shown.push(Event::Text(description.as_str().into()));
        shown.push(Event::End(TagEnd::Paragraph));
    }
    // The heading that the title takes the place of, and whether it is being read.
    let (mut number, mut hoisted) = (0, false);
    for (event, _) in script.events() {
        if let Event::Start(Tag::Heading { .. }) = event {
            hoisted = essay.hoisted == Some(number);
            number += 1;
        }
        let ends = hoisted && matches!(event, Event::End(TagEnd::Heading(_)));
        let event = as_marker(copy.led(event), shown.last());
        if !hoisted {
            shown.push(event);
        }
        hoisted &= !ends;
    }
    let mut written = String::new();
    // What the crate has no spelling for stays as the author has it.
    let options =
        Options { increment_ordered_list_bullets: true, list_token: '-', ..Options::default() };
    match cmark_with_options(shown.iter(), &mut written, essay.dialect.options(), options) {
        Ok(_) => written + "\n",
        Err(_) => format!("# {title}\n\n{}", script.markdown()),
    }
}

/// The marker of a callout as it is, which as text would be escaped.
fn as_marker<'a>(event: Event<'a>, before: Option<&Event<'_>>) -> Event<'a> {
    match event {
        Event::Text(text)
            if matches!(before, Some(Event::Start(Tag::Paragraph)))
                && Marker::read(&text).is_some() =>
        {
            Event::InlineHtml(text)
        }
        other => other,
    }
}

fn heading<'a>(title: &'a str, level: HeadingLevel) -> Vec<Event<'a>> {
    let start = Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() };
    vec![Event::Start(start), Event::Text(title.into()), Event::End(TagEnd::Heading(level))]
}

struct Copy<'h> {
    href: &'h dyn Fn(usize) -> Option<String>,
    /// Links seen so far, numbered as in the outline.
    link: usize,
    comments: Comments,
}

impl Copy<'_> {
    /// The event with its links led to where they lead, and without comments.
    fn led<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, .. })
                if link_type != LinkType::Email =>
            {
                let (dest_url, id) = (self.target(dest_url), CowStr::from(""));
                Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id })
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                let (dest_url, id) = (self.target(dest_url), CowStr::from(""));
                Event::Start(Tag::Image { link_type: LinkType::Inline, dest_url, title, id })
            }
            Event::Html(html) => Event::Html(self.raw(&html)),
            Event::InlineHtml(html) => Event::InlineHtml(self.raw(&html)),
            other => other,
        }
    }

    fn target<'a>(&mut self, written: CowStr<'a>) -> CowStr<'a> {
        self.next().map_or(written, CowStr::from)
    }

    /// Where the next link leads.
    fn next(&mut self) -> Option<String> {
        let number = self.link;
        self.link += 1;
        (self.href)(number)
    }

    fn raw<'a>(&mut self, html: &str) -> CowStr<'a> {
        if let Some(given) = blocks::arguments(html) {
            return self.arguments(html, &given).into();
        }
        let shown = self.comments.strip(html).into_owned();
        raw_html::with_links(&shown, || self.next().map(|href| escape(&href))).into()
    }
    /// The arguments of a block with their addresses led to where they lead.
    fn arguments(&mut self, html: &str, given: &[Given<'_>]) -> String {
        let mut written = String::with_capacity(html.len());
        let mut done = 0;
        for argument in given.iter().filter(|argument| argument.link.is_some()) {
            if let Some(href) = self.next() {
                written.push_str(&html[done..argument.at.start]);
                written.push_str(&escape(&href));
                done = argument.at.end;
            }
        }
        written + &html[done..]
    }
}
