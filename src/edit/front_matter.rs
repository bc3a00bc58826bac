//! Values of front matter with their places, so that one can be changed and all others stay as they are typed.
//!
//! Both languages are read by their own parsers; only the bytes of the values concerned are written.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};
use toml::de::{DeTable, DeValue};

use crate::essay::dialect::Edit;
use crate::essay::front_matter::{Block, Language, split};

/// A value and its bytes in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A word, number or the like, with its quotes.
    Text {
        /// Its bytes, quotes among them.
        at: Range<usize>,
        /// What it says.
        value: String,
    },
    /// A list.
    List {
        /// Its bytes, from the first bracket or hyphen on.
        at: Range<usize>,
        /// What it lists.
        items: Vec<Node>,
    },
    /// Keys with values.
    Table(Vec<(String, Node)>),
    /// What is not for us to change.
    Other,
}

impl Node {
    /// The value of a key of a table.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Node::Table(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    fn is_nothing(&self) -> bool {
        matches!(self, Node::Text { value, .. } if matches!(value.as_str(), "" | "~" | "null"))
    }

    /// The last byte of the value.
    fn end(&self) -> Option<usize> {
        match self {
            Node::Text { at, .. } | Node::List { at, .. } => Some(at.end),
            Node::Table(_) | Node::Other => None,
        }
    }
}

/// The front matter of `text` as a table, places counted in `text`.
pub fn read(text: &str) -> Option<(Block, Node)> {
    let block = split(text)?;
    let inside = &text[block.inside.clone()];
    let says = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    if !inside.lines().any(says) {
        return Some((block, Node::Table(Vec::new())));
    }
    let node = match block.language {
        Language::Toml => toml(inside, block.inside.start)?,
        Language::Yaml => yaml(inside, block.inside.start)?,
    };
    matches!(node, Node::Table(_)).then_some((block, node))
}

fn toml(text: &str, start: usize) -> Option<Node> {
    fn node(value: &DeValue<'_>, at: Range<usize>, start: usize) -> Node {
        let at = at.start + start..at.end + start;
        match value {
            DeValue::String(text) => Node::Text { at, value: text.to_string() },
            DeValue::Array(items) => {
                let items = items.iter().map(|item| node(item.get_ref(), item.span(), start));
                Node::List { at, items: items.collect() }
            }
            DeValue::Table(table) => Node::Table(entries(table, start)),
            _ => Node::Other,
        }
    }
    fn entries(table: &DeTable<'_>, start: usize) -> Vec<(String, Node)> {
        let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
            let name: &toml::de::DeString<'_> = key.get_ref();
            (name.to_string(), node(value.get_ref(), value.span(), start))
        };
        table.iter().map(entry).collect()
    }
    Some(Node::Table(entries(DeTable::parse(text).ok()?.get_ref(), start)))
}

/// Something that is being read: the list or the table that is open.
enum Open {
    List(usize, Vec<Node>),
    Table(Vec<(String, Node)>, Option<String>),
}

/// A text in YAML, places counted from `start`.
pub fn yaml(text: &str, start: usize) -> Option<Node> {
    let mut bytes: Vec<usize> = text.char_indices().map(|(at, _)| start + at).collect();
    bytes.push(start + text.len());
    let place = |index: usize| bytes.get(index).copied();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let at = place(span.start.index())?..place(span.end.index())?;
        let done = match event {
            Event::Scalar(value, style, ..) => match style {
                ScalarStyle::Literal | ScalarStyle::Folded => {
                    Some(keyed(&mut open, &value, Node::Other))
                }
                _ => {
                    let node = Node::Text { at, value: value.clone().into_owned() };
                    Some(keyed(&mut open, &value, node))
                }
            },
            Event::Alias(_) => Some(keyed(&mut open, "", Node::Other)),
            Event::SequenceStart(..) => {
                open.push(Open::List(at.start, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Table(Vec::new(), None));
                None
            }
            Event::SequenceEnd => match open.pop()? {
                Open::List(from, items) => {
                    Some(Some(Node::List { at: from..at.end.max(from), items }))
                }
                Open::Table(..) => return None,
            },
            Event::MappingEnd => match open.pop()? {
                Open::Table(entries, _) => Some(Some(Node::Table(entries))),
                Open::List(..) => return None,
            },
            _ => None,
        };
        let Some(Some(node)) = done else { continue };
        match open.last_mut() {
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Table(entries, key)) => {
                entries.push((key.take().unwrap_or_default(), node));
            }
            None => return Some(node),
        }
    }
    None
}

/// Takes a scalar for the next key, where one is due; gives it back where it is a value.
fn keyed(open: &mut [Open], value: &str, node: Node) -> Option<Node> {
    match open.last_mut() {
        Some(Open::Table(_, key)) if key.is_none() => {
            *key = Some(value.to_owned());
            None
        }
        _ => Some(node),
    }
}

/// `value` in the language, in the quotes that `like` has.
pub fn written(value: &str, like: &str, language: Language) -> String {
    let single = match language {
        Language::Toml => !value.contains('\''),
        Language::Yaml => true,
    };
    match like.chars().next() {
        Some('\'') if single && !like.starts_with("'''") => {
            let inner = if language == Language::Yaml {
                value.replace('\'', "''")
            } else {
                value.to_owned()
            };
            format!("'{inner}'")
        }
        Some('"') | Some('\'') => quoted(value),
        _ if language == Language::Yaml && is_plain(value) => value.to_owned(),
        _ => quoted(value),
    }
}

/// Names with commas between them as one text, in the quotes that `like` has.
fn joined(names: &[String], between: &str, like: &str, language: Language) -> String {
    let is_bare = language == Language::Yaml && !like.starts_with(['"', '\'']);
    let all = names.join(between);
    match is_bare && names.iter().all(|name| is_plain(name)) {
        true => all,
        false => written(&all, like, language),
    }
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether YAML takes `value` for text without quotes, in a list in brackets too.
fn is_plain(value: &str) -> bool {
    let safe =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | '.' | '+' | '(' | ')');
    let begins = value.starts_with(|c: char| c.is_alphabetic() || c == '/');
    let is_word = matches!(
        value.to_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n"
    );
    begins && !is_word && value.chars().all(safe) && !value.ends_with(' ')
}

/// The edits that add `values` to the list under the first of `keys` that is there, or under the first of all. An
/// essay without front matter gets one in `language`.
pub fn with_items(
    text: &str,
    keys: &[&str],
    values: &[String],
    language: Language,
) -> Option<Vec<Edit>> {
    let key = keys.first()?;
    let Some((block, table)) = read(text) else {
        if split(text).is_some() {
            return None;
        }
        let fence = if language == Language::Toml { "+++" } else { "---" };
        let with = format!("{fence}\n{}{fence}\n\n", entry(key, values, language));
        return Some(vec![Edit { at: 0..0, with }]);
    };
    let language = block.language;
    let there = keys.iter().find_map(|key| table.get(key).filter(|node| !node.is_nothing()));
    match there {
        Some(Node::List { at, items }) => Some(vec![appended(text, at, items, values, language)]),
        Some(Node::Text { at, value }) => {
            let names = value.split(',').map(|name| name.trim().to_owned());
            let names: Vec<String> = names.chain(values.iter().cloned()).collect();
            let with = joined(&names, ", ", &text[at.clone()], language);
            Some(vec![Edit { at: at.clone(), with }])
        }
        Some(_) => None,
        None if let Some(empty) = keys.iter().find_map(|key| table.get(key)) => {
            filled(text, empty, values, language)
        }
        None => {
            let at = end_of_keys(text, &block);
            Some(vec![Edit { at: at..at, with: entry(key, values, language) }])
        }
    }
}

/// The edit that writes `values` in the place of a value that says nothing.
fn filled(text: &str, empty: &Node, values: &[String], language: Language) -> Option<Vec<Edit>> {
    let Node::Text { at, .. } = empty else { return None };
    let values: Vec<String> = values.iter().map(|value| written(value, "", language)).collect();
    let with = format!("[{}]", values.join(", "));
    if !at.is_empty() {
        return Some(vec![Edit { at: at.clone(), with }]);
    }
    // The reader puts nothing on the colon or at what follows.
    let end = match text[at.start..].starts_with(':') {
        true => at.start + 1,
        false => text[..at.start].trim_end().len(),
    };
    text[..end].ends_with(':').then(|| vec![Edit { at: end..end, with: format!(" {with}") }])
}

/// The edit that adds `key`, a switch, turned on, where it is not there yet.
pub fn with_switch(text: &str, key: &str) -> Option<Edit> {
    let (block, table) = read(text)?;
    if table.get(key).is_some() {
        return None;
    }
    let sign = if block.language == Language::Toml { " =" } else { ":" };
    let at = end_of_keys(text, &block);
    Some(Edit { at: at..at, with: format!("{key}{sign} true\n") })
}

/// A key with a list, as lines of a block.
fn entry(key: &str, values: &[String], language: Language) -> String {
    match language {
        Language::Toml => {
            let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
            format!("{key} = [{}]\n", values.join(", "))
        }
        Language::Yaml => {
            let lines =
                values.iter().map(|value| format!("  - {}\n", written(value, "", language)));
            format!("{key}:\n{}", lines.collect::<String>())
        }
    }
}

/// Where a key may be added: at the end of the block, in TOML before its first table.
fn end_of_keys(text: &str, block: &Block) -> usize {
    let inside = &text[block.inside.clone()];
    let mut at = block.inside.start;
    if block.language == Language::Toml {
        let mut depth = 0_isize;
        let mut end = at;
        for line in inside.split_inclusive('\n') {
            if depth == 0 && line.trim_start().starts_with('[') {
                return end;
            }
            depth += line.matches('[').count() as isize - line.matches(']').count() as isize;
            at += line.len();
            if !line.trim().is_empty() {
                end = at;
            }
        }
    }
    block.inside.end
}

/// The edit that puts `values` at the end of a list.
fn appended(
    text: &str,
    at: &Range<usize>,
    items: &[Node],
    values: &[String],
    language: Language,
) -> Edit {
    let last = items.iter().rev().find_map(Node::end);
    let like = items.iter().rev().find_map(|item| match item {
        Node::Text { at, .. } => Some(&text[at.clone()]),
        _ => None,
    });
    let written = |value: &String| match (like, language) {
        (Some(like), _) => written(value, like, language),
        (None, _) => written(value, "", language),
    };
    let put = |at: usize, with: String| Edit { at: at..at, with };
    if !text[at.start..].starts_with('[') {
        // A list of lines: more of them, after that of the last.
        let last = last.unwrap_or(at.start);
        let line = text[..last].rfind('\n').map_or(0, |end| end + 1);
        let dash = text[line..].find('-').unwrap_or(0);
        let indent = &text[line..line + dash];
        let end = text[last..].find('\n').map_or(text.len(), |end| last + end);
        let lines = values.iter().map(|value| format!("\n{indent}- {}", written(value)));
        return put(end, lines.collect());
    }
    let Some(last) = last else {
        let all: Vec<_> = values.iter().map(written).collect();
        return put(at.start + 1, all.join(", "));
    };
    // One item to a line stays so.
    let first = items.iter().rev().find_map(|item| match item {
        Node::Text { at, .. } | Node::List { at, .. } => Some(at.start),
        _ => None,
    });
    let before = &text[..first.unwrap_or(last)];
    let indent = before
        .rfind('\n')
        .map(|end| &before[end + 1..])
        .filter(|indent| text[at.start..last].contains('\n') && indent.trim().is_empty());
    let between = indent.map_or_else(|| ", ".to_owned(), |indent| format!(",\n{indent}"));
    put(last, values.iter().map(|value| format!("{between}{}", written(value))).collect())
}

/// The edits that call the items under the keys that are read (`keys`, of which the first that is there counts, each
/// a path of names) as `change` says. An item that another item is called already goes.
pub fn renamed(
    text: &str,
    keys: &[Vec<&str>],
    change: &dyn Fn(&str) -> Option<String>,
) -> Option<Vec<Edit>> {
    let (block, table) = read(text)?;
    let language = block.language;
    let node = keys.iter().find_map(|path| {
        let found = path.iter().try_fold(&table, |node, key| node.get(key))?;
        Some(found).filter(|node| !node.is_nothing())
    })?;
    match node {
        Node::Text { at, value } => {
            let mut names: Vec<String> = Vec::new();
            for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                let name = change(name).unwrap_or_else(|| name.to_owned());
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let between = if value.contains(", ") || !value.contains(',') { ", " } else { "," };
            let with = joined(&names, between, &text[at.clone()], language);
            Some(vec![Edit { at: at.clone(), with }])
        }
        Node::List { at, items } => renamed_items(text, at, items, change, language),
        _ => None,
    }
}

fn renamed_items(
    text: &str,
    list: &Range<usize>,
    items: &[Node],
    change: &dyn Fn(&str) -> Option<String>,
    language: Language,
) -> Option<Vec<Edit>> {
    let is_flow = text[list.start..].starts_with('[');
    let mut edits = Vec::new();
    let mut known: Vec<String> = Vec::new();
    // What keeps its name counts before what is called so now.
    for item in items {
        if let Node::Text { value, .. } = item
            && change(value.trim()).is_none()
        {
            known.push(value.trim().to_owned());
        }
    }
    let mut before: Option<usize> = None;
    for (number, item) in items.iter().enumerate() {
        let Node::Text { at, value } = item else {
            before = item.end();
            continue;
        };
        match change(value.trim()) {
            None => before = Some(at.end),
            Some(name) if !known.contains(&name) => {
                edits.push(Edit {
                    at: at.clone(),
                    with: written(&name, &text[at.clone()], language),
                });
                known.push(name);
                before = Some(at.end);
            }
            Some(_) if is_flow => {
                let next = items.get(number + 1).and_then(start);
                let at = match (before, next) {
                    (Some(before), _) => before..at.end,
                    (None, Some(next)) => at.start..next,
                    (None, None) => return None,
                };
                // The next one is taken away from the end of this on.
                before = before.map(|_| at.end);
                edits.push(Edit { at, with: String::new() });
            }
            Some(_) => {
                let from = text[..at.start].rfind('\n').map_or(0, |end| end + 1);
                let to = text[at.end..].find('\n').map_or(text.len(), |end| at.end + end + 1);
                edits.push(Edit { at: from..to, with: String::new() });
            }
        }
    }
    Some(edits)
}

fn start(node: &Node) -> Option<usize> {
    match node {
        Node::Text { at, .. } | Node::List { at, .. } => Some(at.start),
        Node::Table(_) | Node::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edits: Option<Vec<Edit>>) -> String {
        let mut text = text.to_owned();
        let mut edits = edits.expect("edits");
        edits.sort_by_key(|edit| edit.at.start);
        for edit in edits.iter().rev() {
            text.replace_range(edit.at.clone(), &edit.with);
        }
        text
    }

    #[test]
    fn items_are_added_in_the_form_of_the_list() {
        let keys = ["aliases", "redirect_from"];
        for (text, with) in [
            ("# A\n", "---\naliases:\n  - /o/\n---\n\n# A\n"),
            ("---\ntitle: A\n---\nx", "---\ntitle: A\naliases:\n  - /o/\n---\nx"),
            (
                "+++\ntitle = \"A\"\n\n[extra]\na = [1]\n+++\n",
                "+++\ntitle = \"A\"\naliases = [\"/o/\"]\n\n[extra]\na = [1]\n+++\n",
            ),
            ("+++\na = [\n  1,\n]\n+++\n", "+++\na = [\n  1,\n]\naliases = [\"/o/\"]\n+++\n"),
            ("---\naliases: [a, 'b'] # c\n---\n", "---\naliases: [a, 'b', '/o/'] # c\n---\n"),
            ("---\naliases: []\n---\n", "---\naliases: [/o/]\n---\n"),
            ("---\naliases:\n---\n", "---\naliases: [/o/]\n---\n"),
            ("---\naliases:\nx: 1\n---\n", "---\naliases: [/o/]\nx: 1\n---\n"),
            ("---\naliases: ~ # c\n---\n", "---\naliases: [/o/] # c\n---\n"),
            ("+++\naliases = ''\n+++\n", "+++\naliases = [\"/o/\"]\n+++\n"),
            ("---\n---\nx", "---\naliases:\n  - /o/\n---\nx"),
            (
                "---\nredirect_from:\n- /a/ # c\nx: 1\n---\n",
                "---\nredirect_from:\n- /a/ # c\n- /o/\nx: 1\n---\n",
            ),
            ("---\nredirect_from: /\u{fc}/\n---\n", "---\nredirect_from: /\u{fc}/, /o/\n---\n"),
            (
                "+++\naliases = [\n    'a',\n]\n+++\n",
                "+++\naliases = [\n    'a',\n    '/o/',\n]\n+++\n",
            ),
        ] {
            let edits = with_items(text, &keys, &["/o/".to_owned()], Language::Yaml);
            assert_eq!(edited(text, edits), with, "{text}");
        }
    }

    #[test]
    fn items_are_renamed_and_said_once() {
        let keys = [vec!["tags"], vec!["keywords"], vec!["taxonomies", "tags"]];
        let change = |name: &str| matches!(name, "a" | "b").then(|| "x y".to_owned());
        for (text, with) in [
            ("---\ntags: [a, 'b', \"c\"] # a\n---\na", "---\ntags: [x y, \"c\"] # a\n---\na"),
            ("---\ntags: [x y, a]\n---\n", "---\ntags: [x y]\n---\n"),
            ("---\ntags: [a, x y]\n---\n", "---\ntags: [x y]\n---\n"),
            ("---\ntags: [x y, a, b, c]\n---\n", "---\ntags: [x y, c]\n---\n"),
            ("---\ntags: [a, b, x y, c]\n---\n", "---\ntags: [x y, c]\n---\n"),
            (
                "---\ntags:\n  - \"a\"\n  - b # old\n  - c\n---\n",
                "---\ntags:\n  - \"x y\"\n  - c\n---\n",
            ),
            ("---\nkeywords: a,c,b\n---\n", "---\nkeywords: x y,c\n---\n"),
            ("---\ntags: a\n---\n", "---\ntags: x y\n---\n"),
            (
                "+++\n[taxonomies]\ntags = ['a', \"c\"]\n+++\n",
                "+++\n[taxonomies]\ntags = ['x y', \"c\"]\n+++\n",
            ),
        ] {
            assert_eq!(edited(text, renamed(text, &keys, &change)), with, "{text}");
        }
    }
}
