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

/// A link in a piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlLink {
    /// What it is.
    pub kind: LinkKind,
    /// The bytes of its target in the piece, without quotes.
    pub at: Range<usize>,
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
        found.extend(values(html, name).map(|at| HtmlLink { kind: *kind, at }));
    }
    for value in values(html, "srcset") {
        let mut from = value.start;
        for candidate in html[value.clone()].split(',') {
            let address = candidate.trim_start();
            let start = from + (candidate.len() - address.len());
            let length = address.find(char::is_whitespace).unwrap_or(address.len());
            if length > 0 {
                found.push(HtmlLink { kind: LinkKind::Image, at: start..start + length });
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
            written.push_str(&target);
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

/// Where the quoted values of the attribute `name` stand. Addresses without quotes are JSX.
fn values<'h>(html: &'h str, name: &'h str) -> impl Iterator<Item = Range<usize>> + 'h {
    attributes(html, name).filter(|attribute| attribute.quoted).map(|attribute| attribute.at)
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
    html.match_indices(name).filter_map(move |(at, _)| {
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
            None => {
                let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
                let end = start + rest.find(ends).unwrap_or(rest.len());
                Some(Attribute { at: start..end, quoted: false })
            }
        }
    })
}

/// The text of an attribute's value: the few entities that addresses hold.
pub fn unescaped(value: &str) -> String {
    value.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\"")
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
    }

    #[test]
    fn ids_are_found_with_quotes_and_without() {
        let html =
            "<a name=\"one\"></a><p id='two' class=\"x\"><p id=three><b\n id=\"\" data-id=\"no\">";
        assert_eq!(ids(html).collect::<Vec<_>>(), ["two", "three", "one"]);
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
