//! Obsidian: `[[Note|label]]`, `![[picture.png|300]]`, `%%comment%%`, blocks with a name (`^name`), and tags in
//! the text. Only in a vault: elsewhere double brackets are words.

use std::ops::Range;

use super::tags::near;
use super::{Edit, Found, Text, edited, lines};
use crate::essay::anchor::github;

/// What stands before the name of a file, for the rule that looks it up (`book::rules::wiki`).
pub const WIKI: &str = "@wiki/";

/// Takes comments away.
pub(super) fn comments(text: &Text<'_>, found: &mut Found) {
    let mut open = None;
    for at in text.matches("%%") {
        match open.take() {
            None => open = Some(at),
            // A third sign in a row belongs to the first two.
            Some(start) if at < start + 2 => open = Some(start),
            Some(start) => found.edit(start..at + 2, ""),
        }
    }
}

/// Writes wikilinks and embeds as links and pictures.
pub(super) fn links(text: &Text<'_>, found: &mut Found) {
    for at in text.matches("[[") {
        let Some(link) = Link::read(&text.text[at..]) else { continue };
        let embeds = text.text[..at].ends_with('!');
        let start = if embeds { at - 1 } else { at };
        let with = if embeds { link.embedded() } else { link.written() };
        found.edit(start..at + link.length, with);
    }
}

/// A link between double brackets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link<'t> {
    /// The name of a file; empty for the note itself.
    pub(super) name: &'t str,
    /// A heading or a block in it.
    pub(super) place: Option<&'t str>,
    label: Option<&'t str>,
    /// In bytes, with its brackets.
    pub(super) length: usize,
}

impl<'t> Link<'t> {
    /// The link that `text` begins with.
    pub(super) fn read(text: &'t str) -> Option<Link<'t>> {
        let inside = near(text.strip_prefix("[[")?);
        let end = inside.find("]]").filter(|end| *end > 0)?;
        let whole = Some(&inside[..end]).filter(|whole| !whole.contains(['\n', '[']))?;
        // In a table the bar between target and label is escaped.
        let (target, label) = match whole.split_once('|') {
            Some((target, label)) => (target.trim_end_matches('\\'), Some(label.trim())),
            None => (whole, None),
        };
        let (name, places) = target.split_once('#').unwrap_or((target, ""));
        let place = places.rsplit('#').next().map(str::trim).filter(|place| !place.is_empty());
        let label = label.filter(|label| !label.is_empty());
        Some(Link { name: name.trim(), place, label, length: end + 4 })
    }

    /// Where it leads, for a link in Markdown.
    fn target(&self) -> String {
        let place = match self.place {
            None => String::new(),
            Some(block) if block.starts_with('^') => format!("#{block}"),
            Some(heading) => format!("#{}", github(heading)),
        };
        let name = self.name.replace('<', "%3C").replace('>', "%3E").replace('?', "%3F");
        if name.is_empty() { place } else { format!("{WIKI}{name}{place}") }
    }

    fn written(&self) -> String {
        let label = self.label.map_or_else(|| self.shown(), str::to_owned);
        format!("[{label}](<{}>)", self.target())
    }

    /// What Obsidian shows for a link without a label.
    fn shown(&self) -> String {
        let name = self.name.strip_suffix(".md").unwrap_or(self.name);
        let place = self.place.map(|place| place.trim_start_matches('^'));
        let shown = match place {
            Some(place) if name.is_empty() => place.to_owned(),
            Some(place) => format!("{name} > {place}"),
            None => name.to_owned(),
        };
        escaped(&shown)
    }

    /// A picture with its size; of anything else a link.
    fn embedded(&self) -> String {
        if !is_picture(self.name) {
            return self.written();
        }
        let size = self.label.and_then(|label| {
            let (width, height) = label.split_once('x').unwrap_or((label, ""));
            let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
            (!width.is_empty() && is_number(width) && is_number(height)).then_some((width, height))
        });
        let alt = self.label.filter(|_| size.is_none()).unwrap_or(self.name).replace('"', "&quot;");
        match size {
            Some((width, height)) => {
                let height =
                    if height.is_empty() { String::new() } else { format!(" height=\"{height}\"") };
                format!("<img src=\"{}\" alt=\"{alt}\" width=\"{width}\"{height}>", self.target())
            }
            None => format!("![{}](<{}>)", escaped(&alt), self.target()),
        }
    }
}

/// Endings of files that are shown as pictures.
fn is_picture(name: &str) -> bool {
    let name = name.to_lowercase();
    let ends = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp"];
    ends.iter().any(|end| name.ends_with(end))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '`' | '|' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A name at the end of a block, `^name`, becomes a place that links lead to.
pub(super) fn blocks(text: &Text<'_>, found: &mut Found) {
    for line in text.lines() {
        let bare = line.text.trim_end();
        let Some(at) = bare.rfind('^') else { continue };
        let name = &bare[at + 1..];
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let apart = bare[..at].is_empty() || bare[..at].ends_with(' ');
        if is_name && apart && !text.is_code(line.start + at) {
            found.edit(line.start + at..line.span().end, format!("<a id=\"^{name}\"></a>"));
        }
    }
}

/// Tags in the text count as the essay's; they stay where they are.
pub(super) fn tags(text: &Text<'_>, found: &mut Found) {
    tag_places(text).for_each(|at| found.tag(&text.text[at]));
}

/// Where tags stand, without their signs.
pub(super) fn tag_places<'t>(text: &'t Text<'_>) -> impl Iterator<Item = Range<usize>> + 't {
    text.matches("#").filter_map(|at| {
        let apart = text.text[..at].chars().next_back().is_none_or(char::is_whitespace);
        let rest = &text.text[at + 1..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let tag = rest[..end].trim_end_matches('/');
        let is_tag = apart && tag.contains(|c: char| !c.is_ascii_digit()) && !tag.is_empty();
        is_tag.then(|| at + 1..at + 1 + tag.len())
    })
}

/// How deep notes are brought into each other.
const DEPTH: usize = 4;

/// A note that stands for itself on a line, `![[Note]]`, is brought in, in a box with a link to it.
pub(super) fn embeds(text: &Text<'_>, found: &mut Found) {
    for line in text.lines() {
        let Some(link) = embedded_note(line.text) else { continue };
        let at = line.start + line.text.len() - line.text.trim_start().len();
        if text.is_code(at) {
            continue;
        }
        let mut above = vec![text.file.as_str().to_owned()];
        if let Some(brought) = brought_in(text, &link, &mut above, found) {
            let indent = &text.text[line.start..at];
            let boxed = boxed(&link, &brought, indent);
            found.edit(line.start..line.span().end, boxed);
        }
    }
}

/// The note that a line brings in, if it does nothing else.
fn embedded_note(line: &str) -> Option<Link<'_>> {
    let bare = line.trim();
    let link = Link::read(bare.strip_prefix('!')?)?;
    let is_whole = link.length + 1 == bare.len();
    let name = link.name.rsplit('/').next().unwrap_or("");
    let is_note = name.ends_with(".md") || !name.contains('.') || !known_ending(name);
    (is_whole && is_note && !link.name.is_empty() && !is_picture(link.name)).then_some(link)
}

/// Whether what follows the last dot is the ending of a file that is no note.
fn known_ending(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or("").to_lowercase();
    ["pdf", "mp3", "wav", "m4a", "ogg", "mp4", "webm", "mov", "canvas", "base", "excalidraw"]
        .contains(&end.as_str())
}

/// What a note says, or the part of it that is asked for, with what it brings in itself. `None` when there is
/// no such note, or it is on its way in already.
fn brought_in(
    text: &Text<'_>,
    link: &Link<'_>,
    above: &mut Vec<String>,
    found: &mut Found,
) -> Option<String> {
    let volume = text.bring_in_note(link.name).ok()?;
    if above.contains(&volume.source.as_str().to_owned()) || above.len() > DEPTH {
        return None;
    }
    found.made_from(&volume.path);
    let (_, body, _) = crate::essay::front_matter::read(&volume.path, &volume.text);
    let part = part(&volume.text[body..], link.place)?;
    above.push(volume.source.as_str().to_owned());
    let mut edits = Vec::new();
    for line in lines(&part) {
        let Some(inner) = embedded_note(line.text) else { continue };
        if let Some(brought) = brought_in(text, &inner, above, found) {
            edits.push(Edit { at: line.span(), with: boxed(&inner, &brought, "") });
        }
    }
    above.pop();
    Some(edited(&part, edits).0)
}

fn boxed(link: &Link<'_>, text: &str, indent: &str) -> String {
    let held: Vec<String> =
        text.trim_matches('\n').lines().map(|line| format!("{indent}> {line}")).collect();
    format!("{indent}> [!embed] {}\n{indent}>\n{}\n", link.written(), held.join("\n"))
}

/// The whole, the section under a heading, or a block with a name.
fn part(text: &str, place: Option<&str>) -> Option<String> {
    let Some(place) = place else { return Some(text.to_owned()) };
    if let Some(name) = place.strip_prefix('^') {
        let mark = format!("^{name}");
        let block = text.split("\n\n").find(|block| block.trim_end().ends_with(&mark))?;
        return Some(block.trim_end().trim_end_matches(&mark).trim_end().to_owned());
    }
    let level = |line: &str| {
        let level = line.len() - line.trim_start_matches('#').len();
        (1..=6).contains(&level).then_some(level).filter(|level| line[*level..].starts_with(' '))
    };
    let wanted = github(place);
    let all: Vec<&str> = text.lines().collect();
    let is_it = |line: &&str| level(line).is_some_and(|level| github(&line[level..]) == wanted);
    let from = all.iter().position(is_it)?;
    let own = level(all[from])?;
    let ends = |line: &&&str| level(line).is_some_and(|level| level <= own);
    let to = all[from + 1..].iter().position(|line| ends(&line)).map(|at| from + 1 + at);
    Some(all[from..to.unwrap_or(all.len())].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_every_form() {
        let written = |text| Link::read(text).map(|link| link.written());
        for (text, markdown) in [
            ("[[Note]]", Some("[Note](<@wiki/Note>)")),
            ("[[a/Note.md|Label]]", Some("[Label](<@wiki/a/Note.md>)")),
            ("[[a\\|b]] | x", Some("[b](<@wiki/a>)")),
            ("[[Note#One#Two it is]]", Some("[Note > Two it is](<@wiki/Note#two-it-is>)")),
            ("[[#Here]]", Some("[Here](<#here>)")),
            ("[[Note#^b-1]]", Some("[Note > b-1](<@wiki/Note#^b-1>)")),
            ("[[a_b*]]", Some("[a\\_b\\*](<@wiki/a_b*>)")),
            ("[[]]", None),
            ("[[open", None),
            ("[[a\nb]]", None),
        ] {
            assert_eq!(written(text).as_deref(), markdown, "{text}");
        }
        let embedded = |text| Link::read(text).map(|link| link.embedded());
        assert_eq!(embedded("[[p.png]]").unwrap(), "![p.png](<@wiki/p.png>)");
        assert_eq!(
            embedded("[[p.png|300x200]]").unwrap(),
            "<img src=\"@wiki/p.png\" alt=\"p.png\" width=\"300\" height=\"200\">"
        );
        assert_eq!(embedded("[[x.pdf]]").unwrap(), "[x.pdf](<@wiki/x.pdf>)");
    }

    #[test]
    fn parts_of_a_note() {
        let text = "Intro\n\n# One\n\na\n\n## Sub\n\nb ^blk\n\n# Two\n\nc\n";
        assert_eq!(part(text, Some("one")).unwrap(), "# One\n\na\n\n## Sub\n\nb ^blk\n");
        assert_eq!(part(text, Some("^blk")).unwrap(), "b");
        assert_eq!(part(text, Some("None")), None);
    }
}
