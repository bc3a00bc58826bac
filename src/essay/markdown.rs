//! Markdown as a stream of events: the one front end that both passes over an essay share.
//!
//! CommonMark 0.31 and GFM come from pulldown-cmark. Two things are added: runs of text are
//! merged, and bare addresses become links (GFM 0.29, section 6.9), which pulldown-cmark leaves out. Where HTML is
//! not to be read as such, it is text here already.

use std::collections::VecDeque;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use memchr::memchr3_iter;
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeWithOffset,
};

use serde::{Deserialize, Serialize};

use crate::config::{HtmlTable, RawHtml};
use crate::essay::blocks;
use crate::essay::dialect::contents::CONTENTS;
use crate::essay::fence::Fence;
use crate::essay::raw_html::Comments;
use crate::system::Systems;

/// What a book's configuration says of its Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    #[serde(with = "bits")]
    options: Options,
    /// `> [!NOTE]` is a callout.
    pub callouts: bool,
    /// What becomes of HTML.
    pub raw_html: RawHtml,
    /// The programs that the essay was written for.
    pub systems: Systems,
}

impl Dialect {
    /// From mdBook's keys in `[output.html]`.
    pub fn new(html: &HtmlTable) -> Dialect {
        // Subscript would take `~one~` from strikethrough, and ENABLE_GFM knows only five of the
        // callouts that handbooks use (see `render::callout`).
        let mut options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_MATH;
        options.set(Options::ENABLE_SMART_PUNCTUATION, html.smart_punctuation);
        options.set(Options::ENABLE_DEFINITION_LIST, html.definition_lists);
        Dialect {
            options,
            callouts: html.admonitions,
            raw_html: RawHtml::default(),
            systems: Systems::default(),
        }
    }

    /// The same for essays whose HTML becomes this.
    #[must_use]
    pub fn with_html(mut self, raw_html: RawHtml) -> Dialect {
        self.raw_html = raw_html;
        self
    }

    /// The same for an essay that was written for `systems`.
    #[must_use]
    pub fn written_for(mut self, systems: Systems) -> Dialect {
        self.systems = systems;
        self
    }

    /// What tells it from others.
    pub fn number(self) -> u64 {
        let systems = u64::from(self.systems.number()) << 32;
        let html = (self.raw_html as u64) << 49;
        systems | html | u64::from(self.callouts) << 48 | u64::from(self.options.bits())
    }

    /// What Markdown's parser is told.
    pub fn options(self) -> Options {
        self.options
    }
}

/// The options of Markdown's parser as a number.
mod bits {
    use pulldown_cmark::Options;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(options: &Options, to: S) -> Result<S::Ok, S::Error> {
        options.bits().serialize(to)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Options, D::Error> {
        u32::deserialize(from).map(Options::from_bits_truncate)
    }
}

/// An event with the bytes of the text that it comes from.
pub type Spanned<'a> = (Event<'a>, Range<usize>);

/// The events of `text`, balanced, in order.
pub fn events(text: &str, dialect: Dialect) -> impl Iterator<Item = Spanned<'_>> {
    let is_off = dialect.raw_html == RawHtml::Off;
    let mut as_words = HtmlAsWords::default();
    let parser = Parser::new_ext(text, dialect.options).into_offset_iter();
    let parser = parser.map(move |(event, span)| match event {
        Event::InlineMath(tex) if is_money(text, &span) => {
            (Event::Text(format!("${tex}$").into()), span)
        }
        Event::Start(Tag::Heading { .. }) => (once(event), span),
        Event::Html(_) | Event::InlineHtml(_) if is_off => (as_words.event(event), span),
        _ => (event, span),
    });
    Autolinks::new(TextMergeWithOffset::new(parser))
}

/// Makes text of HTML that an author wrote. Comments stay comments, and what stands for something of the program's
/// own, or was written for the author in place of another program's syntax, stays HTML.
#[derive(Default)]
struct HtmlAsWords {
    comments: Comments,
    /// Whether the piece before was the beginning of a place that links lead to.
    in_place: bool,
}

impl HtmlAsWords {
    fn event<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        let (Event::Html(html) | Event::InlineHtml(html)) = &event else { return event };
        let shown = self.comments.strip(html);
        let shown = shown.trim();
        let ends_place = std::mem::replace(&mut self.in_place, is_place(shown)) && shown == "</a>";
        let stays = shown.is_empty() || shown == CONTENTS || is_own(shown) || ends_place;
        if stays { event } else { Event::Text(html.clone()) }
    }
}

/// Whether a piece of HTML is one of those that stand for the syntax of other programs, which no harm comes from.
fn is_own(html: &str) -> bool {
    const WHOLE: [&str; 7] = ["<br>", "<ins>", "</ins>", "<kbd>", "</kbd>", "<mark>", "</mark>"];
    html.starts_with(blocks::TAG)
        || html.starts_with("<img src=\"@wiki/")
        || WHOLE.contains(&html)
        || is_place(html)
}

/// Whether a piece of HTML is a place that links lead to, or the beginning of one.
fn is_place(html: &str) -> bool {
    let id = html.strip_prefix("<a id=\"").and_then(|rest| rest.split_once("\">"));
    id.is_some_and(|(_, rest)| matches!(rest, "" | "</a>"))
}

/// Whether the dollars around a formula in a line are none of its signs. As on GitHub, neither stands beside a letter
/// or number outside it: `US$5 to $7` and `$HOME/$USER` are words.
pub(super) fn is_money(text: &str, span: &Range<usize>) -> bool {
    let beside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    beside(text[..span.start].chars().next_back()) || beside(text[span.end..].chars().next())
}

/// Attributes of a heading, each once: an `id` or `class` among them is its id or one of its classes.
fn once(event: Event<'_>) -> Event<'_> {
    let Event::Start(Tag::Heading { level, mut id, mut classes, attrs }) = event else {
        return event;
    };
    let mut kept: Vec<(CowStr<'_>, Option<CowStr<'_>>)> = Vec::with_capacity(attrs.len());
    for (name, value) in attrs {
        let bare = value.as_deref().map_or("", |value| value.trim_matches('"'));
        match name.to_ascii_lowercase().as_str() {
            "id" => id = id.or((!bare.is_empty()).then(|| bare.to_owned().into())),
            "class" => classes.extend((!bare.is_empty()).then(|| bare.to_owned().into())),
            lower if kept.iter().any(|(known, _)| known.eq_ignore_ascii_case(lower)) => {}
            _ => kept.push((name, value)),
        }
    }
    Event::Start(Tag::Heading { level, id, classes, attrs: kept })
}

/// The language of a block of code, in lower case; empty where none is given.
pub fn language(kind: &CodeBlockKind<'_>) -> String {
    Fence::of(kind).language.to_lowercase()
}

/// Turns bare addresses in text into links. Text in code, links and images stays as it is, and so does an address
/// between `<` and `>` in a link: HTML has no links in links.
struct Autolinks<'a, I> {
    events: I,
    finder: LinkFinder,
    ready: VecDeque<Spanned<'a>>,
    /// How many open elements keep text as it is.
    within: usize,
    /// How many links are open.
    links: usize,
    /// Whether the innermost of them is an address in another link, of which only the text is given.
    is_bare: bool,
}

impl<'a, I: Iterator<Item = Spanned<'a>>> Autolinks<'a, I> {
    fn new(events: I) -> Self {
        let mut finder = LinkFinder::new();
        finder.kinds(&[LinkKind::Url, LinkKind::Email]).url_must_have_scheme(false);
        Autolinks { events, finder, ready: VecDeque::new(), within: 0, links: 0, is_bare: false }
    }

    fn split(&mut self, text: CowStr<'a>, span: Range<usize>) {
        let mut done = 0;
        let links: Vec<_> = self
            .finder
            .links(&text)
            .filter_map(|l| Some((target(&l)?, l.start(), l.end())))
            .collect();
        if links.is_empty() {
            self.ready.push_back((Event::Text(text), span));
            return;
        }
        for ((link_type, dest), start, end) in links {
            if start > done {
                self.ready
                    .push_back((Event::Text(text[done..start].to_owned().into()), span.clone()));
            }
            let link =
                Tag::Link { link_type, dest_url: dest.into(), title: "".into(), id: "".into() };
            self.ready.push_back((Event::Start(link), span.clone()));
            self.ready.push_back((Event::Text(text[start..end].to_owned().into()), span.clone()));
            self.ready.push_back((Event::End(TagEnd::Link), span.clone()));
            done = end;
        }
        if done < text.len() {
            self.ready.push_back((Event::Text(text[done..].to_owned().into()), span));
        }
    }
}

/// Where a bare address leads, for those that GFM knows: `http://`, `https://`, `www.`, and mail.
fn target(link: &linkify::Link<'_>) -> Option<(LinkType, String)> {
    let text = link.as_str();
    let starts =
        |start: &str| text.get(..start.len()).is_some_and(|t| t.eq_ignore_ascii_case(start));
    match link.kind() {
        LinkKind::Email => Some((LinkType::Email, text.to_owned())),
        LinkKind::Url if starts("http://") || starts("https://") => {
            Some((LinkType::Autolink, text.to_owned()))
        }
        LinkKind::Url if starts("www.") && text.len() > 4 => {
            Some((LinkType::Autolink, format!("http://{text}")))
        }
        _ => None,
    }
}

/// A cheap look before the finder is asked: most text holds no address.
fn may_hold_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr3_iter(b'@', b':', b'.', bytes).any(|at| match bytes[at] {
        b':' => bytes[at + 1..].starts_with(b"//"),
        b'.' => matches!(bytes[..at].last_chunk(), Some(b"www" | b"WWW")),
        _ => true,
    })
}

impl<'a, I: Iterator<Item = Spanned<'a>>> Iterator for Autolinks<'a, I> {
    type Item = Spanned<'a>;

    fn next(&mut self) -> Option<Spanned<'a>> {
        if let Some(event) = self.ready.pop_front() {
            return Some(event);
        }
        loop {
            let (event, span) = self.events.next()?;
            match event {
                Event::Start(Tag::Link {
                    link_type: LinkType::Autolink | LinkType::Email, ..
                }) if self.links > 0 => {
                    self.is_bare = true;
                    continue;
                }
                Event::End(TagEnd::Link) if self.is_bare => {
                    self.is_bare = false;
                    continue;
                }
                Event::Start(Tag::Link { .. }) => {
                    self.within += 1;
                    self.links += 1;
                }
                Event::End(TagEnd::Link) => {
                    self.within -= 1;
                    self.links -= 1;
                }
                Event::Start(Tag::Image { .. } | Tag::CodeBlock(_)) => self.within += 1,
                Event::End(TagEnd::Image | TagEnd::CodeBlock) => self.within -= 1,
                Event::Text(text) if self.within == 0 && may_hold_address(&text) => {
                    self.split(text, span);
                    return self.ready.pop_front();
                }
                _ => {}
            }
            return Some((event, span));
        }
    }
}
