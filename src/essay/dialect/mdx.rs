//! MDX, as Docusaurus, Starlight and Nextra read it: statements at the top, comments in braces, components.
//!
//! 1. Statements and comments go, and what stands indented inside components is moved to the margin: in MDX
//!    indentation makes no code.
//! 2. Components become what they stand for, where that is known; of the others what they hold stays.
//!    Attributes of plain elements are written as HTML has them.

use std::ops::Range;

use super::callout::{Callout, Fold};
use super::tags::{self, Argument, Meaning, Tag};
use super::{Found, Line, Text};

/// Longest tag in bytes.
const LONGEST: usize = 2_000;

/// A line `import x from 'y'` says nothing to readers in any tree.
pub(super) fn imports(text: &Text<'_>, found: &mut Found) {
    for line in text.lines().filter(|line| is_import(line.text) && !text.is_code(line.start)) {
        found.edit(line.span(), "");
    }
}

fn is_import(line: &str) -> bool {
    let bare = line.trim_end().trim_end_matches(';');
    let Some(rest) = bare.strip_prefix("import ") else { return false };
    let source = rest.rsplit_once(" from ").map_or(rest, |(_, source)| source).trim();
    let quoted = |quote: char| {
        let inside = source.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        inside.is_some_and(|inside| !inside.is_empty() && !inside.contains([quote, ' ']))
    };
    quoted('\'') || quoted('"')
}

/// The first step.
pub(super) fn margin(text: &Text<'_>, found: &mut Found) {
    let lines: Vec<Line<'_>> = text.lines().collect();
    let code = fenced(&lines);
    let is_code = |at: usize| within(&code, at);
    statements(&lines, &is_code, found);
    let mut from = 0;
    while let Some(start) = text.text[from..].find("{/*").map(|at| from + at) {
        let Some(length) = text.text[start..].find("*/}") else { break };
        from = start + length + 3;
        if !is_code(start) {
            found.edit(start..from, "");
        }
    }
    outdent(text, &lines, &is_code, found);
}

/// The second step.
pub(super) fn components(text: &Text<'_>, found: &mut Found) {
    let is_code = |at: usize| text.is_code(at);
    tags::write(text, elements(text.text, &is_code, true), meaning, found);
    for tag in elements(text.text, &is_code, false).iter().filter(|tag| !tag.ends) {
        if tag.arguments.iter().any(|a| a.is_code || a.key == Some("className")) {
            found.edit(tag.span.clone(), as_html(tag));
        }
    }
}

/// Takes away what is imported and exported: up to an empty line, or to where its brackets close.
fn statements(lines: &[Line<'_>], is_code: &dyn Fn(usize) -> bool, found: &mut Found) {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let begins = ["import ", "export "].iter().any(|word| line.text.starts_with(word));
        let is_statement = line.text.contains([';', '{', '=', '\'', '"', '(']);
        if !begins || !is_statement || is_code(line.start) {
            at += 1;
            continue;
        }
        let mut depth = 0_i64;
        while let Some(line) = lines.get(at) {
            let opens = line.text.matches(['{', '(', '[']).count() as i64;
            let closes = line.text.matches(['}', ')', ']']).count() as i64;
            depth += opens - closes;
            found.edit(line.span(), "");
            at += 1;
            let next_is_empty = lines.get(at).is_none_or(|next| next.text.trim().is_empty());
            if depth <= 0
                && (next_is_empty || line.text.trim_end().ends_with([';', '}', '\'', '"']))
            {
                break;
            }
        }
    }
}

/// Moves what stands inside components to the margin, by as much as its least indented line.
fn outdent(
    text: &Text<'_>,
    lines: &[Line<'_>],
    is_code: &dyn Fn(usize) -> bool,
    found: &mut Found,
) {
    let elements = elements(text.text, is_code, true);
    let line_of = |at: usize| lines.partition_point(|line| line.start <= at).saturating_sub(1);
    // For each line, the number of the innermost component around it; tags have none.
    let mut inside: Vec<Option<usize>> = vec![None; lines.len()];
    let mut is_tag = vec![false; lines.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut least: Vec<usize> = Vec::new();
    let mut done = 0;
    for tag in &elements {
        let (from, to) = (line_of(tag.span.start), line_of(tag.span.end.saturating_sub(1)));
        if done < from {
            inside[done..from].fill(open.last().copied());
        }
        let alone = lines[from].text[..tag.span.start - lines[from].start].trim().is_empty();
        if alone {
            is_tag[from..=to].fill(true);
        } else {
            inside[from] = open.last().copied();
        }
        done = to + 1;
        if tag.ends {
            open.pop();
        } else if !tag.is_empty {
            open.push(least.len());
            least.push(usize::MAX);
        }
    }
    let indent =
        |line: &Line<'_>| line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
    for (line, inside) in lines.iter().zip(&inside) {
        if let Some(at) = inside.filter(|_| !line.text.trim().is_empty()) {
            least[at] = least[at].min(indent(line));
        }
    }
    for ((line, inside), is_tag) in lines.iter().zip(&inside).zip(&is_tag) {
        let move_by = match inside {
            _ if *is_tag => indent(line),
            Some(at) => least[*at].min(indent(line)),
            None => 0,
        };
        if move_by > 0 {
            found.edit(line.start..line.start + move_by, "");
        }
    }
}

/// Fenced blocks and spans of code. Indentation makes none.
fn fenced(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut code = Vec::new();
    let mut fence: Option<(usize, &str)> = None;
    for line in lines {
        let bare = line.text.trim_start();
        let run = bare.len() - bare.trim_start_matches(['`', '~']).len();
        match fence {
            Some((start, mark)) if bare.starts_with(mark) && bare[run..].trim().is_empty() => {
                code.push(start..line.span().end);
                fence = None;
            }
            Some(_) => {}
            None if run >= 3 => fence = Some((line.start, &bare[..run])),
            None => spans(line, &mut code),
        }
    }
    code.extend(fence.map(|(start, _)| start..usize::MAX));
    code
}

/// The spans of code in a line.
fn spans(line: &Line<'_>, code: &mut Vec<Range<usize>>) {
    let mut open = None;
    for (at, _) in line.text.match_indices('`') {
        match open.take() {
            None => open = Some(at),
            Some(start) => code.push(line.start + start..line.start + at + 1),
        }
    }
}

fn within(code: &[Range<usize>], at: usize) -> bool {
    let after = code.partition_point(|code| code.start <= at);
    after > 0 && at < code[after - 1].end
}

/// The tags of components, which have a capital, or those of plain elements.
fn elements<'t>(text: &'t str, is_code: &dyn Fn(usize) -> bool, components: bool) -> Vec<Tag<'t>> {
    let mut tags = Vec::new();
    let mut from = 0;
    // Beyond the last end there are no tags.
    let text = &text[..text.rfind('>').map_or(0, |last| last + 1)];
    while let Some(start) = text[from..].find('<').map(|at| from + at) {
        from = start + 1;
        let ends = text[from..].starts_with('/');
        let inside = &text[from + usize::from(ends)..];
        let length = inside.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-')));
        let name = &inside[..length.unwrap_or(inside.len())];
        let is_component = name.starts_with(|c: char| c.is_ascii_uppercase());
        let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase());
        if !(if components { is_component } else { is_plain }) || is_code(start) {
            continue;
        }
        let Some(end) = end_of(&inside[name.len()..]) else { continue };
        let rest = &inside[name.len()..name.len() + end];
        let is_empty = rest.ends_with('/');
        let rest = rest.trim_end_matches('/').trim();
        from += usize::from(ends) + name.len() + end + 1;
        let arguments = tags::arguments(rest);
        tags.push(Tag { span: start..from, name, arguments, rest, ends, is_empty });
    }
    tags
}

/// Where a tag's `>` stands, outside quotes and braces.
fn end_of(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in rest.char_indices().take(LONGEST) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.saturating_sub(1),
            (None, '>') if depth == 0 => return Some(at),
            (None, '<') if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn meaning(tag: &Tag<'_>) -> Meaning {
    let get = |keys: &[&str]| {
        let wanted = |a: &&Argument<'_>| a.key.is_some_and(|key| keys.contains(&key));
        tag.arguments.iter().find(wanted).and_then(Argument::plain)
    };
    let title = get(&["title", "label", "summary", "name", "header", "heading"]);
    match tag.name {
        "TabItem" | "Tab" | "Tabs.Tab" => {
            Meaning::Box(Callout::new("tab", title.or(get(&["value"]))))
        }
        "Admonition" | "Aside" | "Callout" => {
            Meaning::Box(Callout::new(get(&["type", "variant"]).unwrap_or("note"), title))
        }
        "Note" | "Tip" | "Warning" | "Info" | "Danger" | "Caution" | "Important" | "Check" => {
            Meaning::Box(Callout::new(tag.name, title))
        }
        "Details" | "Accordion" | "AccordionItem" | "Collapsible" | "Expandable" => {
            Meaning::Box(Callout::new("details", title).folding(Fold::Closed))
        }
        "Card" | "LinkCard" | "Cards.Card" => {
            Meaning::Instead(card(title, get(&["href", "to", "link"]), get(&["description"])))
        }
        "Image" | "Img" | "ThemedImage" | "Zoom" | "Frame" | "Picture" => match get(&["src"]) {
            Some(source) => {
                Meaning::Instead(format!("![{}](<{source}>)", get(&["alt"]).unwrap_or("")))
            }
            None => Meaning::Inside,
        },
        "Link" | "NavLink" | "A" | "Anchor" | "LinkButton" | "Button" => {
            match get(&["to", "href", "link"]) {
                Some(target) => Meaning::Around("[".to_owned(), format!("](<{target}>)")),
                None => Meaning::Inside,
            }
        }
        "YouTube" | "Youtube" | "YoutubeEmbed" => match get(&["id", "videoId", "videoID"]) {
            Some(id) => Meaning::Instead(format!("<https://www.youtube.com/watch?v={id}>")),
            None => Meaning::Unknown,
        },
        "Tabs" | "CardGrid" | "CardGroup" | "Cards" | "Steps" | "Step" | "Columns" | "Column"
        | "Grid" | "Row" | "Col" | "Box" | "Stack" | "Fragment" | "Translate" | "Trans"
        | "Tooltip" | "Highlight" | "Center" | "Head" | "AccordionGroup" | "CodeGroup"
        | "FileTree" => Meaning::Inside,
        _ => Meaning::Unknown,
    }
}

fn card(title: Option<&str>, target: Option<&str>, description: Option<&str>) -> String {
    let title = title.unwrap_or("");
    let head = match target {
        Some(target) if title.is_empty() => format!("<{target}>"),
        Some(target) => format!("**[{title}](<{target}>)**"),
        None if title.is_empty() => return String::new(),
        None => format!("**{title}**"),
    };
    match description {
        Some(description) => format!("{head}\n\n{description}\n"),
        None => format!("{head}\n\n"),
    }
}

/// A plain element's tag with the attributes that HTML has. What only a program could work out goes.
fn as_html(tag: &Tag<'_>) -> String {
    let mut html = format!("<{}", tag.name);
    for argument in &tag.arguments {
        let (Some(key), Some(value)) = (argument.key, argument.plain()) else {
            if argument.key.is_none() && !argument.is_code {
                html.push_str(&format!(" {}", argument.value));
            }
            continue;
        };
        let key = match key {
            "className" => "class",
            "htmlFor" => "for",
            "srcSet" => "srcset",
            key => key,
        };
        html.push_str(&format!(" {key}=\"{}\"", value.replace('"', "&quot;")));
    }
    html.push_str(if tag.is_empty { " />" } else { ">" });
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_told_from_words() {
        for line in
            ["import Tabs from '@theme/Tabs';", "import './x.css'", "import {A, B} from \"../c\""]
        {
            assert!(is_import(line), "{line}");
        }
        for line in [
            "import goods from China",
            "import 'quoted words' here",
            "important 'x'",
            "import x from",
        ] {
            assert!(!is_import(line), "{line}");
        }
    }
}
