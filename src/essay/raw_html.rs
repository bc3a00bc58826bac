//! What raw HTML in Markdown holds that concerns us: comments, which are the author's and not for
//! readers, and links. Both passes over an essay read each piece in the same way, so that a link
//! has the same number in both.

use std::borrow::Cow;
use std::ops::Range;

use crate::essay::outline::LinkKind;

/// Takes comments out of pieces of HTML that come one after the other, as a Markdown parser gives
/// them, line by line.
#[derive(Debug, Default)]
pub struct Comments {
    inside: bool,
}

impl Comments {
    /// The piece without its comments.
    pub fn strip<'h>(&mut self, html: &'h str) -> Cow<'h, str> {
        if !self.inside && !html.contains("<!--") {
            return Cow::Borrowed(html);
        }
        let mut kept = String::new();
        let mut rest = html;
        while !rest.is_empty() {
            let mark = if self.inside { "-->" } else { "<!--" };
            let (before, after) = match rest.split_once(mark) {
                Some((before, after)) => (before, Some(after)),
                None => (rest, None),
            };
            if !self.inside {
                kept.push_str(before);
            }
            let Some(after) = after else { break };
            self.inside = !self.inside;
            rest = after;
        }
        Cow::Owned(kept)
    }
}

/// Takes tags out of pieces of HTML that come one after the other, and what scripts and styles hold. What is left
/// is what a reader reads, escaped as it was.
#[derive(Debug, Default)]
pub struct Tags {
    /// The name of the tag that is open, as far as it has come.
    tag: Option<String>,
    /// Whether the name of that tag is over.
    named: bool,
    /// The quote that ends the value of an attribute.
    quote: Option<char>,
    /// The element whose inside nobody reads.
    silent: Option<&'static str>,
}

/// Elements whose inside nobody reads.
const SILENT: &[&str] = &["script", "style"];

/// Elements that stand inside a word or a sentence. At any other a word ends.
const INSIDE_WORDS: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];

impl Tags {
    /// Whether what comes next stands in a script or a style.
    pub fn is_silent(&self) -> bool {
        self.silent.is_some()
    }

    /// Adds to `text` what is read of the piece.
    pub fn strip(&mut self, html: &str, text: &mut String) {
        let mut letters = html.chars().peekable();
        while let Some(c) = letters.next() {
            let Some(tag) = &mut self.tag else {
                let opens =
                    |next: &char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?');
                match c {
                    '<' if letters.peek().is_some_and(opens) => {
                        (self.tag, self.named) = (Some(String::new()), false);
                    }
                    _ if self.is_silent() => {}
                    '<' => text.push_str("&lt;"),
                    _ => text.push(c),
                }
                continue;
            };
            match (self.quote, c) {
                (Some(quote), _) => self.quote = self.quote.filter(|_| quote != c),
                (None, '>') => self.end(text),
                (None, '"' | '\'') if self.named => self.quote = Some(c),
                (None, _) if c.is_ascii_alphanumeric() && !self.named => {
                    tag.push(c.to_ascii_lowercase());
                }
                (None, '/') if tag.is_empty() => tag.push('/'),
                (None, _) => self.named = true,
            }
        }
    }

    fn end(&mut self, text: &mut String) {
        let tag = self.tag.take().unwrap_or_default();
        let name = tag.strip_prefix('/');
        if !INSIDE_WORDS.contains(&name.unwrap_or(&tag)) {
            text.push(' ');
        }
        match name {
            Some(name) if self.silent == Some(name) => self.silent = None,
            None if !self.is_silent() => {
                self.silent = SILENT.iter().find(|silent| **silent == tag).copied();
            }
            _ => {}
        }
    }
}

/// A link in a piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlLink {
    /// What it is.
    pub kind: LinkKind,
    /// The bytes of its target in the piece, without quotes.
    pub at: Range<usize>,
    /// Whether it stands in quotes.
    pub quoted: bool,
}

/// The attributes that hold one address, and what it is for.
const ATTRIBUTES: &[(&str, LinkKind)] =
    &[("href", LinkKind::Link), ("src", LinkKind::Image), ("poster", LinkKind::Image)];

/// The links of a piece of HTML in order. A piece may be one line of a tag that runs over several,
/// so attributes are looked for, not tags; `srcset` holds several addresses with sizes.
pub fn links(html: &str) -> Vec<HtmlLink> {
    let mut found = Vec::new();
    if !html.contains('=') {
        return found;
    }
    for (name, kind) in ATTRIBUTES {
        found.extend(values(html, name).map(|Attribute { at, quoted }| HtmlLink {
            kind: *kind,
            at,
            quoted,
        }));
    }
    for Attribute { at: value, quoted } in values(html, "srcset") {
        let mut from = value.start;
        for candidate in html[value.clone()].split(',') {
            let address = candidate.trim_start();
            let start = from + (candidate.len() - address.len());
            let length = address.find(char::is_whitespace).unwrap_or(address.len());
            if length > 0 {
                found.push(HtmlLink { kind: LinkKind::Image, at: start..start + length, quoted });
            }
            from += candidate.len() + 1;
        }
    }
    found.sort_by_key(|link| link.at.start);
    found
}

/// The piece with the targets of its links as `to` gives them, in order; `None` leaves one as it is.
pub fn with_links(html: &str, mut to: impl FnMut() -> Option<String>) -> String {
    let mut written = String::with_capacity(html.len());
    let mut done = 0;
    for link in links(html) {
        if let Some(target) = to() {
            written.push_str(&html[done..link.at.start]);
            // What an address holds may end a value without quotes.
            let quote = if link.quoted { "" } else { "\"" };
            written.extend([quote, &*target, quote]);
            done = link.at.end;
        }
    }
    written.push_str(&html[done..]);
    written
}

/// Whether the element that holds `link` needs no words for those who do not see it: it is no picture, or has
/// the attribute `alt`, be it empty. Of a tag that runs over several pieces that is not known.
pub fn has_alt(html: &str, link: &HtmlLink) -> bool {
    let Some(start) = html[..link.at.start].rfind('<') else { return true };
    let Some(end) = html[link.at.end..].find('>') else { return true };
    let tag = &html[start..link.at.end + end];
    let is_picture = tag.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("<img"));
    let hidden = attributes(tag, "aria-hidden").next().is_some();
    !is_picture || hidden || attributes(tag, "alt").next().is_some() || tag.contains(" alt ")
}

/// The ids that a piece of HTML sets: the values of `id`, and of `name`, which older pages use.
pub fn ids(html: &str) -> impl Iterator<Item = &str> {
    let named = |name| attributes(html, name).map(|attribute| &html[attribute.at]);
    named("id").chain(named("name")).filter(|id| !id.is_empty())
}

/// The values of the attribute `name` that can be addresses: what stands in braces without quotes is JSX.
fn values<'h>(html: &'h str, name: &'h str) -> impl Iterator<Item = Attribute> + 'h {
    let is_text = |attribute: &Attribute| {
        let value = &html[attribute.at.clone()];
        attribute.quoted || !value.is_empty() && !value.starts_with('{')
    };
    attributes(html, name).filter(is_text)
}

/// The value of an attribute.
struct Attribute {
    /// Where it stands, without quotes.
    at: Range<usize>,
    quoted: bool,
}

/// The values of the attribute `name`: quoted, or else up to white space or the end of the tag
/// (HTML, section 13.1.2.3).
fn attributes<'h>(html: &'h str, name: &'h str) -> impl Iterator<Item = Attribute> + 'h {
    let is_it = move |at: &usize| {
        html.as_bytes()[*at..]
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    let first = name.as_bytes()[0];
    let starts = memchr::memchr2_iter(first, first.to_ascii_uppercase(), html.as_bytes());
    // Without quotes only what stands in a tag is a value; between tags these are words.
    let (mut looked, mut in_tag) = (0, false);
    starts.filter(is_it).filter_map(move |at| {
        for byte in &html.as_bytes()[looked..at] {
            match byte {
                b'<' => in_tag = true,
                b'>' => in_tag = false,
                _ => {}
            }
        }
        looked = at;
        let begins = at == 0 || html.as_bytes()[at - 1].is_ascii_whitespace();
        let rest = html[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        if !begins {
            return None;
        }
        let start = html.len() - rest.len();
        match rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => {
                // Quotes in an expression of a template end nothing: `href="{{ "/team/" | url }}"`.
                let expression = rest[1..].starts_with("{{").then(|| rest.find("}}")).flatten();
                let from = expression.map_or(1, |end| end + 2);
                let end = start + from + rest[from..].find(quote)?;
                Some(Attribute { at: start + 1..end, quoted: true })
            }
            None if !in_tag => None,
            None => {
                let ends = |c: char| c.is_whitespace() || c == '>';
                let end = start + rest.find(ends).unwrap_or(rest.len());
                Some(Attribute { at: start..end, quoted: false })
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_order_and_by_line() {
        let html = "<a class=\"x\" href='a.md'><img src = \"b.png\" srcset=\"c.png 1x, d.png 2x\" data-src=\"no\">";
        let found: Vec<_> = links(html).into_iter().map(|link| &html[link.at]).collect();
        assert_eq!(found, ["a.md", "b.png", "c.png", "d.png"]);
        assert_eq!(links("  href=\"a.md\"\n").len(), 1);
        assert_eq!(links("<a href=\"{{ \"/x/\" | url }}#y\">").len(), 1);
        assert_eq!(links("no = href").len(), 0);
        assert_eq!(links("<img src={require('x')}>").len(), 0);
        assert_eq!(links("<p>\nset href=foo in it").len(), 0);
        let html = "<a HREF=a/b.md><img Src=p.png alt=x>";
        let found: Vec<_> = links(html).into_iter().map(|link| &html[link.at]).collect();
        assert_eq!(found, ["a/b.md", "p.png"]);
        assert_eq!(
            with_links(html, || Some("../x/".to_owned())),
            "<a HREF=\"../x/\"><img Src=\"../x/\" alt=x>"
        );
    }

    #[test]
    fn ids_are_found_with_quotes_and_without() {
        let html =
            "<a name=\"one\"></a><p id='two' class=\"x\"><p id=three><b\n id=\"\" data-id=\"no\">";
        assert_eq!(ids(html).collect::<Vec<_>>(), ["two", "three", "one"]);
    }

    #[test]
    fn what_is_read_of_html() {
        let read = |pieces: &[&str]| {
            let (mut tags, mut text) = (Tags::default(), String::new());
            pieces.iter().for_each(|piece| tags.strip(piece, &mut text));
            text
        };
        assert_eq!(read(&["<b>b</b>old<br>x"]), "bold x");
        assert_eq!(read(&["<p class=\"a > b\"\n", "title='>'>in</p>"]), " in ");
        assert_eq!(read(&["a < b &amp; c <3"]), "a &lt; b &amp; c &lt;3");
        assert_eq!(read(&["<script>if (a < b) {", "x", "}</script>on"]), "  on");
        assert_eq!(read(&["it's <i>don't</i>"]), "it's don't");
    }

    #[test]
    fn comments_may_run_over_pieces() {
        let mut comments = Comments::default();
        let kept: Vec<_> = ["<b>", "a<!-- x", "y -->b<!-- z -->c", "</b>"]
            .map(|piece| comments.strip(piece).into_owned())
            .into();
        assert_eq!(kept, ["<b>", "a", "bc", "</b>"]);
    }
}
