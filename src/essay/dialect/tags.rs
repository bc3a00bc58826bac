//! Tags that other programs run: `{% hint style="info" %}`, `{{< figure src="x.png" >}}`, `<Tabs>`. Here
//! nothing is run. A recogniser says what each tag means in Markdown ([`Meaning`]); which tag ends which,
//! and what stands between them, is the same for all and is worked out here.

use std::ops::Range;

use super::callout::{self, Boxed, Callout};
use super::{Found, Line, Text};
use crate::diagnostic::{Code, Diagnostic};

/// A tag.
#[derive(Debug, Clone)]
pub(super) struct Tag<'t> {
    /// Its bytes.
    pub(super) span: Range<usize>,
    /// Its name; of an end tag, that of the tag which it ends.
    pub(super) name: &'t str,
    /// What follows the name.
    pub(super) arguments: Vec<Argument<'t>>,
    /// The same as it is written.
    pub(super) rest: &'t str,
    /// Whether it ends another.
    pub(super) ends: bool,
    /// Whether it says itself that nothing will end it.
    pub(super) is_empty: bool,
}

/// A word after a tag's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Argument<'t> {
    /// What stands before `=`.
    pub(super) key: Option<&'t str>,
    /// The value without quotes or braces.
    pub(super) value: &'t str,
    /// Whether it stands in braces, which is for a program to work out.
    pub(super) is_code: bool,
}

impl<'t> Argument<'t> {
    /// The value where it is plain: not in braces, or there but a text, a number, or the path in
    /// `require('./x.png').default`.
    pub(super) fn plain(&self) -> Option<&'t str> {
        if !self.is_code {
            return Some(self.value);
        }
        let is_number = !self.value.is_empty() && self.value.bytes().all(|b| b.is_ascii_digit());
        if is_number {
            return Some(self.value);
        }
        let call = ["require(", "useBaseUrl(", "withBase("];
        let inside = call.iter().find_map(|call| self.value.strip_prefix(call));
        let quoted = inside.unwrap_or(self.value);
        let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let (text, rest) = quoted[1..].split_once(quote)?;
        let whole = inside.is_some() || rest.is_empty();
        (whole && !text.contains("${")).then_some(text)
    }
}

impl<'t> Tag<'t> {
    /// The value with one of these keys.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&'t str> {
        let wanted = |key: &str| keys.iter().any(|wanted| wanted.eq_ignore_ascii_case(key));
        self.arguments.iter().find(|a| a.key.is_some_and(wanted)).map(|a| a.value)
    }

    /// The first value without a key.
    pub(super) fn first(&self) -> Option<&'t str> {
        self.arguments.iter().find(|a| a.key.is_none()).map(|a| a.value)
    }
}

/// What a tag means in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A box around what it holds.
    Box(Callout),
    /// Nothing of its own: what it holds stays.
    Inside,
    /// This instead; what it holds stays behind it.
    Instead(String),
    /// These before and behind what it holds.
    Around(String, String),
    /// What it holds is code in this language.
    Code(String),
    /// What it holds stands as it is; tags in it are text.
    Verbatim,
    /// It goes with all that it holds.
    Nothing,
    /// It stays as it is.
    Text,
    /// Nobody knows: it goes, what it holds stays, and the author is told.
    Unknown,
}

/// A tag, what it means, and the number of the tag that ends it.
struct Known<'t> {
    tag: Tag<'t>,
    meaning: Meaning,
    end: Option<usize>,
}

/// How many open tags an end tag is looked for among.
const DEPTH: usize = 64;

/// Writes what `tags` mean.
pub(super) fn write<'t>(
    text: &Text<'t>,
    tags: Vec<Tag<'t>>,
    meaning: impl Fn(&Tag<'t>) -> Meaning,
    found: &mut Found,
) {
    let known = paired(tags, meaning);
    let lines: Vec<Line<'t>> = text.lines().collect();
    let mut boxes = Vec::new();
    let mut at = 0;
    while let Some(Known { tag, meaning, end }) = known.get(at) {
        at += 1;
        if tag.ends {
            continue;
        }
        let close = end.map(|end| known[end].tag.span.clone());
        match meaning {
            Meaning::Text => {}
            Meaning::Nothing => {
                let last = close.map_or(tag.span.end, |close| close.end);
                found.edit(tag.span.start..last, "");
                at = end.map_or(at, |end| end + 1);
            }
            Meaning::Verbatim => {
                found.edit(tag.span.clone(), "");
                close.into_iter().for_each(|close| found.edit(close, ""));
                at = end.map_or(at, |end| end + 1);
            }
            Meaning::Code(language) => {
                if let Some(close) = close {
                    fenced(text, tag, close, language, found);
                    at = end.map_or(at, |end| end + 1);
                }
            }
            Meaning::Box(callout) => match close {
                Some(close) => boxes.extend(boxed(text, &lines, tag, close, callout, found)),
                None if tag.is_empty => found.edit(tag.span.clone(), ""),
                None => {}
            },
            Meaning::Inside | Meaning::Unknown => {
                if *meaning == Meaning::Unknown {
                    found.note(tag.span.clone(), unknown(tag.name));
                }
                found.edit(tag.span.clone(), "");
                close.into_iter().for_each(|close| found.edit(close, ""));
            }
            Meaning::Around(before, behind) => {
                found.edit(tag.span.clone(), if close.is_some() { before } else { "" });
                close.into_iter().for_each(|close| found.edit(close, behind.as_str()));
            }
            Meaning::Instead(with) => {
                found.edit(tag.span.clone(), with.as_str());
                close.into_iter().for_each(|close| found.edit(close, ""));
            }
        }
    }
    callout::write(&lines, boxes, found);
}

fn unknown(name: &str) -> Diagnostic {
    let message =
        format!("`{name}` is a tag of another program; what it holds is shown without it");
    Diagnostic::note(Code::UnknownTag, message)
        .hint("nothing in an essay is run; write in its place what readers should see")
}

/// Says what each tag means and finds the tag that ends it. An end tag that ends nothing is text.
fn paired<'t>(tags: Vec<Tag<'t>>, meaning: impl Fn(&Tag<'t>) -> Meaning) -> Vec<Known<'t>> {
    let mut known: Vec<Known<'t>> = Vec::with_capacity(tags.len());
    let mut open: Vec<usize> = Vec::new();
    for tag in tags {
        let at = known.len();
        // Tags inside what stands as it is end nothing but that.
        let verbatim = open.last().copied().filter(|at| {
            matches!(known[*at].meaning, Meaning::Verbatim | Meaning::Code(_) | Meaning::Nothing)
        });
        if tag.ends {
            let recent = &open[open.len().saturating_sub(DEPTH)..];
            // An end without a name ends what was begun last.
            let ends = |b: &usize| tag.name.is_empty() || known[*b].tag.name == tag.name;
            let begun = match verbatim {
                Some(begun) => Some(begun).filter(ends),
                None => recent.iter().rev().copied().find(ends),
            };
            if let Some(begun) = begun {
                known[begun].end = Some(at);
                open.truncate(open.iter().rposition(|open| *open == begun).unwrap_or(0));
            }
        } else if verbatim.is_none() && !tag.is_empty {
            open.push(at);
        }
        let meaning = if tag.ends { Meaning::Text } else { meaning(&tag) };
        known.push(Known { tag, meaning, end: None });
    }
    known
}

/// A box whose tags stand on lines of their own; tags within a line go, and what they hold stays.
fn boxed(
    text: &Text<'_>,
    lines: &[Line<'_>],
    tag: &Tag<'_>,
    close: Range<usize>,
    callout: &Callout,
    found: &mut Found,
) -> Option<Boxed> {
    let line = |at: usize| lines.partition_point(|line| line.start <= at) - 1;
    let (from, to) = (line(tag.span.start), line(close.start));
    let starts = |at: usize, line: &Line<'_>| text.text[line.start..at].trim().is_empty();
    let ends = |at: usize| text.text[at..].lines().next().is_none_or(|rest| rest.trim().is_empty());
    let column = tag.span.start - lines[from].start;
    if from < to && starts(tag.span.start, &lines[from]) && starts(close.start, &lines[to]) {
        let inner = tag.span.end..lines[from].span().end.max(tag.span.end);
        // What follows the tag on its line belongs inside.
        let spans_lines = line(tag.span.end.saturating_sub(1)) > from;
        if !spans_lines && text.text[inner].trim().is_empty() && ends(close.end) {
            found.edit(close, "");
            return Some(Boxed { from, to, column, callout: callout.clone() });
        }
    }
    if starts(tag.span.start, &lines[from]) && ends(close.end) && from == to {
        let indent = &text.text[lines[from].start..tag.span.start];
        found.edit(tag.span.clone(), format!("{}\n{indent}> ", callout.opening(indent)));
        found.edit(close, "\n");
        return None;
    }
    found.edit(tag.span.clone(), "");
    found.edit(close, "");
    None
}

/// What a tag holds as a fenced code block, or as a span of code where it stands within a line.
fn fenced(text: &Text<'_>, tag: &Tag<'_>, close: Range<usize>, language: &str, found: &mut Found) {
    let inside = &text.text[tag.span.end..close.start];
    if !inside.contains('\n') {
        found.edit(tag.span.clone(), "`");
        found.edit(close, "`");
        return;
    }
    let fence = "`".repeat(inside.split('\n').map(ticks).max().unwrap_or(0).max(2) + 1);
    let begins = if inside.starts_with('\n') { "" } else { "\n" };
    let ends = if inside.trim_end_matches([' ', '\t']).ends_with('\n') { "" } else { "\n" };
    found.edit(tag.span.clone(), format!("{fence}{language}{begins}"));
    found.edit(close, format!("{ends}{fence}"));
}

/// How many backticks a line begins with.
fn ticks(line: &str) -> usize {
    let bare = line.trim_start();
    bare.len() - bare.trim_start_matches('`').len()
}

/// The tags between `open` and `close`, such as `{%` and `%}`, outside code. `read` makes one of what
/// stands between them.
pub(super) fn between<'t>(
    text: &Text<'t>,
    open: &str,
    close: &str,
    read: impl Fn(&'t str) -> Option<Tag<'t>>,
) -> Vec<Tag<'t>> {
    let mut tags = Vec::new();
    let mut from = 0;
    let mut closes = 0;
    while let Some(start) = text.text[from..].find(open).map(|at| from + at) {
        from = start + open.len();
        if closes < from {
            let Some(next) = text.text[from..].find(close) else { break };
            closes = from + next;
        }
        if closes - from > LONGEST || text.is_code(start) {
            continue;
        }
        let Some(end) = end_of(&text.text[from..], closes - from, open, close) else { continue };
        if let Some(tag) = read(&text.text[from..from + end]) {
            from += end + close.len();
            tags.push(Tag { span: start..from, ..tag });
        }
    }
    tags
}

/// Longest tag in bytes.
const LONGEST: usize = 2_000;

/// Where `close`, which stands at `first`, stands outside quotes; quotes that do not close are no quotes.
/// A tag holds no other.
fn end_of(text: &str, first: usize, open: &str, close: &str) -> Option<usize> {
    if text[..first].contains(open) {
        return None;
    }
    if !text[..first].contains('"') {
        return Some(first);
    }
    let mut quoted = false;
    for (at, c) in near(text).char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if !quoted && text[at..].starts_with(close) => return Some(at),
            _ => {}
        }
    }
    Some(first)
}

/// As much of `text` as a tag may have.
pub(super) fn near(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A name and arguments: `name key="value" key=value "value" value`. `None` without a name.
pub(super) fn read(inside: &str) -> Option<Tag<'_>> {
    let inside = inside.trim();
    let end = inside.find(|c: char| !is_name(c)).unwrap_or(inside.len());
    let (name, rest) = inside.split_at(end);
    if name.is_empty() {
        return None;
    }
    let arguments = arguments(rest);
    Some(Tag { span: 0..0, name, arguments, rest: rest.trim(), ends: false, is_empty: false })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

/// The arguments in `text`, parted by white space or commas.
pub(super) fn arguments(text: &str) -> Vec<Argument<'_>> {
    let mut arguments = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
        if rest.is_empty() {
            return arguments;
        }
        let end = rest.find(|c: char| !(is_name(c) || c == '@' || c == ':')).unwrap_or(rest.len());
        let after = rest[end..].trim_start();
        let key = after.starts_with(['=']).then(|| &rest[..end]).filter(|key| !key.is_empty());
        if key.is_some() {
            rest = after[1..].trim_start();
        }
        let (value, length) = value(rest);
        let is_code = rest.starts_with('{');
        arguments.push(Argument { key, value, is_code });
        rest = &rest[length.max(1).min(rest.len())..];
        if length == 0 && !rest.is_char_boundary(0) {
            return arguments;
        }
    }
}

/// The value that `text` begins with, without quotes or braces, and how many bytes it takes.
fn value(text: &str) -> (&str, usize) {
    let first = text.chars().next().unwrap_or(' ');
    let close = match first {
        '"' | '\'' | '`' | '“' => Some(if first == '“' { '”' } else { first }),
        _ => None,
    };
    if let Some(close) = close {
        let inside = &text[first.len_utf8()..];
        let end = inside.find(close).unwrap_or(inside.len());
        let length = first.len_utf8() + end + close.len_utf8();
        return (&inside[..end], length.min(text.len()));
    }
    if first == '{' {
        let end = braces(text).unwrap_or(text.len());
        let inside = text[1..end].strip_suffix('}').unwrap_or(&text[1..end]);
        return (inside.trim(), end);
    }
    let end =
        text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ')')).unwrap_or(text.len());
    (&text[..end], end.max(first.len_utf8().min(text.len())))
}

/// Where the braces that `text` begins with close.
fn braces(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().take(LONGEST) {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_every_form() {
        let read = |text| arguments(text).into_iter().map(|a| (a.key, a.value)).collect::<Vec<_>>();
        assert_eq!(
            read(" style=\"info\" id=x 'a b' bare, n = 2"),
            [
                (Some("style"), "info"),
                (Some("id"), "x"),
                (None, "a b"),
                (None, "bare"),
                (Some("n"), "2")
            ]
        );
        assert_eq!(
            read("(id=\"x\", autoplay=true)"),
            [(Some("id"), "x"), (Some("autoplay"), "true")]
        );
        assert_eq!(read("a={{b: 'c'}} d={1}"), [(Some("a"), "{b: 'c'}"), (Some("d"), "1")]);
        let plain = |text| arguments(text)[0].plain();
        assert_eq!(plain("src={require('./x.png').default}"), Some("./x.png"));
        assert_eq!(plain("x={`a${b}`}"), None);
        assert_eq!(read("\"open"), [(None, "open")]);
        assert_eq!(read("ü= é"), [(Some("ü"), "é")]);
    }
}
