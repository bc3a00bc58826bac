//! Blocks: what a callout holds goes to the template of its kind.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Tag, TagEnd};
use tera::{Map, Value};

use super::{Writer, text_of};
use crate::essay::LinkKind;
use crate::essay::blocks::{self, Given};
use crate::essay::manuscript::print_of;
use crate::render::callout::{self, Opening};
use crate::render::words::BLOCK;

/// A block that has begun.
pub(super) struct OpenBlock<'a> {
    opening: Opening<'a>,
    /// Its title as HTML.
    title: String,
    /// Its arguments, addresses as they are on this page.
    arguments: BTreeMap<String, String>,
    /// The picture among them as HTML.
    picture: Option<String>,
    /// The other site that an address among them leads to.
    host: Option<String>,
    /// What has been written before it.
    before: Vec<Event<'a>>,
    /// Where it begins in the Markdown.
    start: usize,
}

/// The blocks in which tasks can be ticked.
fn can_be_ticked(kind: &str) -> bool {
    matches!(kind, "checklist" | "exercise")
}

impl<'a> Writer<'a> {
    /// The quote that has just begun; one with a marker is a block.
    pub(super) fn start_quote(&mut self, kind: Option<pulldown_cmark::BlockQuoteKind>) {
        let start = self.events[self.at - 1].1.start;
        let opened =
            if self.dialect.callouts { callout::open(&self.events[self.at..]) } else { None };
        let Some(mut opening) = opened else {
            self.quotes.push(None);
            self.out.push(Event::Start(Tag::BlockQuote(kind)));
            return;
        };
        self.at += opening.length;
        let before = std::mem::take(&mut self.out);
        // The title's events go through the same steps as any others, so that its links are resolved.
        let title = std::mem::take(&mut opening.title);
        let title = self.as_html(title);
        let first = std::mem::take(&mut opening.first);
        let mut block = OpenBlock {
            title,
            before,
            start,
            opening,
            arguments: BTreeMap::new(),
            picture: None,
            host: None,
        };
        self.read_arguments(&mut block);
        self.ticking += usize::from(can_be_ticked(&block.opening.kind));
        self.quotes.push(Some(Box::new(block)));
        match <[Event<'a>; 1]>::try_from(first) {
            // What its paragraph holds comes next.
            Ok([paragraph]) => self.write(paragraph),
            Err(first) => self.write_apart(first),
        }
    }

    /// Writes events that were taken out of their place. Some look at those that follow, which are these.
    fn write_apart(&mut self, events: Vec<Event<'a>>) {
        let apart = events.into_iter().map(|event| (event, 0..0)).collect();
        let rest = std::mem::replace(&mut self.events, apart);
        let at = std::mem::take(&mut self.at);
        while let Some((event, _)) = self.events.get(self.at).cloned() {
            self.at += 1;
            self.write(event);
        }
        (self.events, self.at) = (rest, at);
    }

    /// What `events` are as HTML.
    fn as_html(&mut self, events: Vec<Event<'a>>) -> String {
        let before = std::mem::take(&mut self.out);
        self.write_apart(events);
        let written = std::mem::replace(&mut self.out, before);
        self.finished(written.into_iter())
    }

    /// Reads the tag that stands behind the first line of a block with arguments.
    fn read_arguments(&mut self, block: &mut OpenBlock<'a>) {
        let [(Event::Start(Tag::HtmlBlock), _), (Event::Html(tag), _), ..] =
            &self.events[self.at..]
        else {
            return;
        };
        let tag = tag.clone();
        let Some(given) = blocks::arguments(&tag) else { return };
        self.at += 3;
        let alt = given.iter().find(|given| given.name == "alt").map(|given| given.value.clone());
        for Given { name, value, link, .. } in given {
            let value = match link {
                None => value,
                Some(LinkKind::Image) if block.picture.is_none() && name != "poster" => {
                    let number = self.link;
                    let address = self.target(LinkKind::Image, value.into()).into_string();
                    let alt = alt.as_deref().unwrap_or_default();
                    if !address.is_empty() {
                        block.picture = Some(self.picture_html(number, &address, alt, ""));
                    }
                    address
                }
                Some(kind) => self.target(kind, value.into()).into_string(),
            };
            if link == Some(LinkKind::Link) {
                block.host = host(&value);
            }
            block.arguments.entry(name.to_owned()).or_insert(value);
        }
    }

    /// Whether a block may have this id: a heading's stays the heading's, and of two blocks the first has it.
    fn takes_id(&mut self, id: &str) -> bool {
        self.ids.insert(id.to_owned())
    }

    /// The end of the quote that was begun last.
    pub(super) fn end_quote(&mut self, tag: TagEnd) {
        let Some(block) = self.quotes.pop().flatten() else {
            self.out.push(Event::End(tag));
            return;
        };
        self.ticking -= usize::from(can_be_ticked(&block.opening.kind));
        let content = std::mem::take(&mut self.out);
        let content = self.finished(content.into_iter());
        let OpenBlock { opening, title, mut arguments, picture, host, before, start } = *block;
        self.out = before;
        let id = arguments.remove("id").filter(|id| self.takes_id(id));
        let text =
            |text: Option<String>| text.map_or(Value::none(), |text| Value::normal_string(&text));
        let safe = |html: Option<&str>| html.map_or(Value::none(), Value::safe_string);
        let mut shown = Map::new();
        shown.insert("args".into(), all_arguments(&opening.kind, &arguments));
        shown.insert("class".into(), Value::normal_string(&opening.class));
        shown.insert("content".into(), Value::safe_string(&content));
        shown.insert("folds".into(), Value::from(opening.folds.is_some()));
        shown.insert("host".into(), text(host));
        shown.insert("id".into(), text(id));
        let label = self.word(&format!("{BLOCK}{}", opening.class));
        let label = if label.is_empty() { &opening.label } else { label };
        shown.insert("label".into(), Value::normal_string(label));
        shown.insert("name".into(), Value::normal_string(&opening.kind));
        shown.insert("open".into(), Value::from(opening.folds == Some(true)));
        shown.insert("picture".into(), safe(picture.as_deref()));
        shown.insert("title".into(), safe(Some(title.trim()).filter(|title| !title.is_empty())));
        shown.insert("untitled".into(), Value::from(opening.untitled));
        match self.manner.theme.block(&opening.class, opening.folds.is_some(), shown) {
            Ok(html) => {
                let html = self.sealed(html);
                self.out.push(Event::Html(html.into()));
            }
            Err(wrong) => {
                let (file, line) = (&self.essay.shown, self.essay.line_of(start));
                self.wrong.get_or_insert(wrong.hint(format!("met at {file}:{line}")));
            }
        }
    }

    /// A task in a block in which it can be ticked: its words are the label, and it has an id that stays
    /// while they do, so that a script can keep what is ticked.
    pub(super) fn tick(&mut self, done: bool) {
        let text = text_of(&self.events[self.at..]);
        let source = self.essay.source.as_str();
        let count = self.ticks.entry(text.clone()).or_insert(0_u32);
        *count += 1;
        let print = print_of([source.as_bytes(), text.as_bytes(), &count.to_le_bytes()]);
        let id: String = print[..5].iter().map(|byte| format!("{byte:02x}")).collect();
        let checked = if done { " checked" } else { "" };
        self.own(format!("<input type=\"checkbox\" id=\"tick-{id}\" data-tick=\"{id}\"{checked}>"));
        self.html(format!(" <label for=\"tick-{id}\">"));
        self.in_label = true;
    }

    /// Ends a task's label where its words end.
    pub(super) fn end_label(&mut self) {
        if std::mem::take(&mut self.in_label) {
            self.html("</label>");
        }
    }
}

/// The values of arguments by name; of a block that we know, all names.
fn all_arguments(kind: &str, given: &BTreeMap<String, String>) -> Value {
    let known = blocks::find(kind).map_or(&[][..], |block| block.arguments);
    let mut all = Map::new();
    for argument in known.iter().filter(|argument| argument.name != "title") {
        all.insert(argument.name.into(), Value::none());
    }
    for (name, value) in given {
        all.insert(name.clone().into(), Value::normal_string(value));
    }
    all.into()
}

/// The host of an address that leads elsewhere, or its scheme where it has no host (RFC 3986, section 3).
fn host(address: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    let scheme = scheme.filter(|scheme| !scheme.is_empty() && scheme.chars().all(is_part));
    let rest = match scheme {
        Some(scheme) => &address[scheme.len() + 1..],
        None => address,
    };
    let Some(rest) = rest.strip_prefix("//") else { return scheme.map(str::to_owned) };
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then(|| host.to_owned())
}
