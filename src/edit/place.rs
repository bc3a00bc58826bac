//! Where in the author's text the path of a link stands.
//!
//! A link is read with its escapes decoded, and often by way of another program's syntax; what is known of its place
//! is a span. [`places`] gives where in it the path may stand, the likeliest first. Whether one is right is shown by
//! reading the edited text again (`links`), never assumed.

use std::ops::Range;

use html_escape::decode_html_entities;
use pulldown_cmark::{Event, Parser, Tag};

use crate::essay::dialect::{REF, WIKI, without_liquid};
use crate::essay::{Essay, Link};

/// What surrounds a path, which decides what it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// Round brackets, or white space: no spaces.
    Brackets,
    /// `<` and `>`.
    Angles,
    /// The quotes of an attribute.
    Html,
    /// Double square brackets: nothing is escaped.
    Wiki,
    /// Anything else.
    Words,
}

/// A place at which a path may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Its bytes in the text of the file.
    pub at: Range<usize>,
    /// What is around it.
    pub around: Around,
}

/// A definition to which links refer: `[label]: target`.
#[derive(Debug)]
pub struct Definition {
    target: String,
    spot: Spot,
}

/// The definitions of an essay that stand in its file as they were read.
pub fn definitions(essay: &Essay, text: &str) -> Vec<Definition> {
    let markdown = essay.markdown();
    let parser = Parser::new_ext(&markdown, essay.dialect.options());
    let known = parser.reference_definitions();
    let found = known.iter().filter_map(|(_, definition)| {
        let whole = markdown.get(definition.span.clone())?;
        let (raw, around) = destination(whole, whole.find("]:")? + 2)?;
        let target = definition.dest.to_string();
        let path = path_in(&whole[raw.clone()], around, &target)?;
        let from = definition.span.start + raw.start;
        let inside = from + path.start..from + path.end;
        let at = essay.origin(inside.clone());
        (text.get(at.clone()) == markdown.get(inside))
            .then_some(Definition { target, spot: Spot { at, around } })
    });
    found.collect()
}

/// Where in `text` the path of `link` may stand.
pub fn places(text: &str, link: &Link, definitions: &[Definition]) -> Vec<Spot> {
    let path = path_of(&link.target);
    let Some(piece) = text.get(link.span.clone()).filter(|_| !path.is_empty()) else {
        return Vec::new();
    };
    let start = link.span.start;
    let moved = |at: Range<usize>, around| Spot { at: start + at.start..start + at.end, around };
    let mut spots = Vec::new();
    if link.in_html && decode_html_entities(piece) == link.target {
        spots.extend(path_in(piece, Around::Html, &link.target).map(|at| moved(at, Around::Html)));
    }
    for (at, _) in piece.rmatch_indices("](") {
        let Some((raw, around)) = destination(piece, at + 2) else { continue };
        let path = path_in(&piece[raw.clone()], around, &link.target);
        spots.extend(path.map(|path| moved(raw.start + path.start..raw.start + path.end, around)));
    }
    spots.extend(definitions.iter().filter(|d| d.target == link.target).map(|d| d.spot.clone()));
    spots.extend(among_words(text, link, &path));
    let mut known: Vec<Range<usize>> = Vec::new();
    spots.retain(|spot| {
        let is_new = !known.contains(&spot.at);
        known.push(spot.at.clone());
        is_new
    });
    spots
}

/// In the syntax of other programs, the path stands as it is read somewhere in the span, or in its line where the
/// program itself wrote the link.
fn among_words(text: &str, link: &Link, path: &str) -> Vec<Spot> {
    let span =
        if link.span.is_empty() { line_around(text, link.span.start) } else { link.span.clone() };
    let Some(piece) = text.get(span.clone()) else { return Vec::new() };
    let path = [WIKI, REF].iter().find_map(|before| path.strip_prefix(before)).unwrap_or(path);
    let plain = path.replace("%20", " ");
    let ways = if plain == path { vec![path] } else { vec![path, &plain] };
    let found = ways.into_iter().filter(|way| !way.is_empty()).flat_map(|way| {
        piece.match_indices(way).map(|(at, way)| {
            let before = &piece[..at];
            let around = match before.rfind("[[") {
                Some(open) if !before[open..].contains("]]") => Around::Wiki,
                _ => Around::Words,
            };
            Spot { at: span.start + at..span.start + at + way.len(), around }
        })
    });
    found.collect()
}

fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let end = text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |end| at + end);
    start..end
}

/// The path of a target as it is written, without query and fragment.
pub fn path_of(target: &str) -> String {
    let target = without_liquid(target.trim());
    target.split(['?', '#']).next().unwrap_or("").to_owned()
}

/// The destination of a link that begins at `at` (CommonMark 0.31, section 6.3), without angle brackets.
pub(super) fn destination(text: &str, at: usize) -> Option<(Range<usize>, Around)> {
    let rest = text.get(at..)?;
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = &text[start..];
    let mut escaped = false;
    if let Some(inside) = rest.strip_prefix('<') {
        for (i, c) in inside.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '>' => return Some((start + 1..start + 1 + i, Around::Angles)),
                '\n' | '<' => return None,
                _ => {}
            }
        }
        return None;
    }
    let mut depth = 0_usize;
    for (i, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return Some((start..start + i, Around::Brackets)),
            ')' => depth -= 1,
            c if c.is_whitespace() => return Some((start..start + i, Around::Brackets)),
            _ => {}
        }
    }
    Some((start..text.len(), Around::Brackets))
}

/// Where in a raw destination the path of `target` stands, if the destination is read as that target.
fn path_in(raw: &str, around: Around, target: &str) -> Option<Range<usize>> {
    if read(raw, around)? != target {
        return None;
    }
    let path = path_of(target);
    if let Some(at) = raw.find(&path) {
        return Some(at..at + path.len());
    }
    let end = raw.find(['?', '#']).unwrap_or(raw.len());
    (read(&raw[..end], around)? == path).then_some(0..end)
}

/// What a raw destination says, its escapes decoded.
fn read(raw: &str, around: Around) -> Option<String> {
    let link = match around {
        Around::Html => return Some(decode_html_entities(raw).into_owned()),
        Around::Angles => format!("[x](<{raw}>)"),
        _ => format!("[x]({raw})"),
    };
    Parser::new(&link).find_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HtmlTable;
    use crate::essay::{Dialect, dialect};
    use crate::source::SourcePath;
    use crate::system::{System, Systems};

    /// The first place of the path of each link, as it stands there.
    fn first(text: &str, systems: &[System]) -> Vec<String> {
        let dialect = Dialect::new(&HtmlTable::default()).written_for(Systems::of(systems));
        let path = SourcePath::new("a.md");
        let essay = Essay::parse(path, "a.md".into(), text.into(), dialect, &dialect::Empty);
        let definitions = definitions(&essay, text);
        let spots = essay.links.iter().map(|link| places(text, link, &definitions));
        spots
            .map(|spots| spots.first().map_or("-".into(), |spot| text[spot.at.clone()].to_owned()))
            .collect()
    }

    #[test]
    fn paths_are_found_in_every_form() {
        for (text, paths) in [
            ("[a](a.md) [b](<b c.md> \"t\")", vec!["a.md", "b c.md"]),
            ("[a]( a.md#x 'see ](a.md)' )", vec!["a.md"]),
            ("[![i](i.png)](a.md?q#f)", vec!["a.md", "i.png"]),
            ("[i.png](i.png) [x(y)](a(b).md)", vec!["i.png", "a(b).md"]),
            ("[a\\_b](a\\_b.md#x) [c](c&amp;d.md)", vec!["a\\_b.md", "c&amp;d.md"]),
            ("[a][r] and [r] ![r][]\n\n[r]:\n  <x y.md> 'title'\n", vec!["x y.md"; 3]),
            (
                "<a class=x href=\"a.md#b\">a.md</a><img alt=\"p.png\" src='p.png'>",
                vec!["a.md", "p.png"],
            ),
            ("---\ntitle: T\n---\n[a](a.md)", vec!["a.md"]),
        ] {
            assert_eq!(first(text, &[]), paths, "{text}");
        }
        assert_eq!(
            first("[[Note#Head|Note]] ![[p.png|300]]", &[System::Obsidian]),
            ["Note", "p.png"]
        );
        assert_eq!(first("[x]({{< ref \"a/b.md\" >}})", &[System::Hugo]), ["a/b.md"]);
        assert_eq!(first("[x]({{ '/a/b/' | url }}#c)", &[System::Jekyll]), ["/a/b/"]);
    }
}
