//! The lines at the top of a file that say what the essay is: TOML between `+++`, YAML between
//! `---` and `---` or `...`, or nothing.
//!
//! 1. [`split`] finds the block, if there is one. A rule (`---`, `-----`) that opens a page stays a
//!    rule: only a block that is closed and looks like keys is front matter.
//! 2. The block is read into one kind of value, JSON's, whatever its language.
//! 3. [`Keys`] takes the known keys out, under their own name or that of another program
//!    (Zola, Hugo, Jekyll, Docusaurus and others); the rest is kept for templates.
//!
//! Nothing here fails: what cannot be read is reported, and the essay is built without it.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::essay::date::Date;

/// What the front matter says, with defaults for all that it leaves out.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// The essay's title.
    pub title: Option<String>,
    /// One or two sentences on what it is about.
    pub description: Option<String>,
    /// When it was written, as given.
    pub date: Option<Stamp>,
    /// When it last changed in substance.
    pub updated: Option<Stamp>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Its tags, as written.
    pub tags: Vec<String>,
    /// Whether it is left out unless drafts are asked for.
    pub draft: bool,
    /// Its place among its siblings; lower is earlier.
    pub weight: Option<i64>,
    /// The last part of its address, in place of the file's name.
    pub slug: Option<String>,
    /// Its whole address, in place of the one that folder and name give.
    pub path: Option<String>,
    /// Old addresses that lead here.
    pub aliases: Vec<String>,
    /// The template to render it with.
    pub template: Option<String>,
    /// Whether the page shows its table of contents (default: yes).
    pub toc: Option<bool>,
    /// Whether a section gets a feed of its own.
    pub feed: bool,
    /// `[extra]` and every key that is not known, for templates.
    pub extra: Map<String, Value>,
}

/// A date from front matter: one that exists, or whatever text stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stamp {
    /// A day or moment on the calendar.
    Date(Date),
    /// Anything else, shown as written and never used to order.
    Text(String),
}

impl Stamp {
    /// The text to show.
    pub fn text(&self) -> &str {
        match self {
            Stamp::Date(date) => date.text(),
            Stamp::Text(text) => text,
        }
    }

    /// The date, if it is one.
    pub fn date(&self) -> Option<&Date> {
        match self {
            Stamp::Date(date) => Some(date),
            Stamp::Text(_) => None,
        }
    }
}

/// The language that a block is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Between `+++`.
    Toml,
    /// Between `---`.
    Yaml,
}

/// A block of front matter: the bytes between its fences, and where the body begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The language its fences name.
    pub language: Language,
    /// The bytes between the fences.
    pub inside: Range<usize>,
    /// The first byte after the closing fence's line.
    pub body: usize,
}

/// Finds the front matter of `text`, which must begin in the first line.
///
/// ```
/// use sternpost::essay::front_matter::split;
/// assert_eq!(split("---\ntitle: A\n---\nB").unwrap().body, 17);
/// assert!(split("---\n\nA rule, and no fence after it.\n").is_none());
/// assert!(split("-----\ntitle: A\n-----\n").is_none());
/// ```
pub fn split(text: &str) -> Option<Block> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let (language, closing): (_, &[&str]) = match first.trim_end() {
        "+++" => (Language::Toml, &["+++"]),
        "---" => (Language::Yaml, &["---", "..."]),
        _ => return None,
    };
    let mut at = first.len();
    for line in lines {
        if closing.contains(&line.trim_end()) {
            let block = Block { language, inside: first.len()..at, body: at + line.len() };
            return looks_like_keys(language, &text[block.inside.clone()]).then_some(block);
        }
        at += line.len();
    }
    None
}

/// Whether the first line that says something could be a key, so that two rules around a paragraph
/// are not taken for fences. A block that says nothing is front matter without keys.
fn looks_like_keys(language: Language, inside: &str) -> bool {
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let Some(line) = inside.lines().find(says) else {
        return !inside.trim().is_empty() || inside.is_empty();
    };
    let line = line.trim_start();
    match language {
        Language::Toml => true,
        Language::Yaml => {
            let key = line.split(':').next().unwrap_or("");
            line.contains(':') && key.len() <= 40 && key.split_whitespace().count() <= 3
                || line.starts_with(['{', '%', '"', '\''])
        }
    }
}

/// Reads the block at the top of `text`. `file` is the file's name in messages. Gives what it
/// says, the first byte of the body, and what was wrong.
pub fn read(file: &str, text: &str) -> (Meta, usize, Vec<Diagnostic>) {
    let Some(block) = split(text) else {
        return (Meta::default(), 0, Vec::new());
    };
    let inside = &text[block.inside.clone()];
    let (map, problem) = match block.language {
        Language::Toml => from_toml(inside),
        Language::Yaml => from_yaml(inside),
    };
    let mut keys = Keys { file, text, inside: block.inside.clone(), map, notes: Vec::new() };
    if let Some(problem) = problem {
        keys.notes.push(problem.told(file, text, &block));
        keys.map = salvage(block.language, inside);
    }
    let meta = keys.take_all();
    (meta, block.body, keys.notes)
}

/// A block that cannot be read: the parser's words and the bytes of the block that they mean.
struct Problem {
    message: String,
    at: Range<usize>,
}

impl Problem {
    fn told(self, file: &str, text: &str, block: &Block) -> Diagnostic {
        let start = (block.inside.start + self.at.start).min(block.inside.end);
        let end = (block.inside.start + self.at.end).min(block.inside.end);
        let place = Place::in_text(file, text, start..end.max(start));
        let hint = hint_for(block.language, &self.message, line_at(text, start));
        let language = match block.language {
            Language::Toml => "TOML",
            Language::Yaml => "YAML",
        };
        Diagnostic::warning(
            Code::FrontMatter,
            format!("this front matter is not {language}: {}", self.message),
        )
        .at(place)
        .hint(hint)
    }
}

fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    text[start..].lines().next().unwrap_or("")
}

/// What to type, for the slips that people make most.
fn hint_for(language: Language, message: &str, line: &str) -> String {
    let value = line.split_once([':', '=']).map_or("", |(_, value)| value.trim());
    let unclosed = ["end of stream", "expected ',' or", "basic string", "literal string", "array"];
    match language {
        _ if message.contains("duplicate") => "each key may stand only once".into(),
        _ if message.contains("invalid date") => {
            "a date is written year-month-day, and must exist: 2026-03-01".into()
        }
        Language::Yaml if line.contains('\t') => {
            "YAML lines are indented with spaces, not with tabs".into()
        }
        Language::Yaml if value.contains(": ") => {
            let key = line.split(':').next().unwrap_or("title").trim();
            format!(
                "a value that holds a colon needs quotes: {key}: \"{}\"",
                value.replace('"', "\\\"")
            )
        }
        _ if unclosed.iter().any(|words| message.contains(words)) => {
            "a quotation mark or bracket is opened and not closed, or a comma is missing".into()
        }
        Language::Yaml if value.starts_with(['@', '`', '%', '*', '&', '!', '|', '>', '[', '{']) => {
            format!(
                "a value that begins with `{}` needs quotes",
                value.chars().next().unwrap_or('"')
            )
        }
        Language::Toml if line.contains(": ") && !line.contains('=') => {
            "between +++ a key is followed by =, as in: title = \"My essay\"".into()
        }
        Language::Toml if !value.is_empty() && !value.starts_with(['"', '\'', '[', '{']) => {
            let key = line.split('=').next().unwrap_or("title").trim();
            format!("text needs quotes: {key} = \"{}\"", value.trim_matches(['"', '\'']))
        }
        _ => "the essay was built without what could not be read".into(),
    }
}

fn from_toml(inside: &str) -> (Map<String, Value>, Option<Problem>) {
    match toml::from_str::<toml::Table>(inside) {
        Ok(table) => (table.into_iter().map(|(k, v)| (k, json_of_toml(v))).collect(), None),
        Err(error) => {
            let message = error.message().lines().next().unwrap_or("it cannot be read").to_owned();
            (Map::new(), Some(Problem { message, at: error.span().unwrap_or(0..0) }))
        }
    }
}

/// A TOML value as JSON; dates become their text.
pub fn json_of_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(n) => n.into(),
        toml::Value::Float(n) => n.into(),
        toml::Value::Boolean(b) => b.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json_of_toml).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(k, v)| (k, json_of_toml(v))).collect())
        }
    }
}

fn from_yaml(inside: &str) -> (Map<String, Value>, Option<Problem>) {
    match serde_norway::from_str::<serde_norway::Value>(inside) {
        Ok(value) => match json_of_yaml(value) {
            Value::Object(map) => (map, None),
            Value::Null => (Map::new(), None),
            _ => {
                let message = "expected keys and values, such as `title: My essay`".to_owned();
                (
                    Map::new(),
                    Some(Problem { message, at: 0..inside.lines().next().map_or(0, str::len) }),
                )
            }
        },
        Err(error) => {
            let text = error.to_string();
            let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
            // Where something was opened says more than the end of the block, where it was missed.
            let at = match error.location().map_or(0, |location| location.index()) {
                at if at < inside.trim_end().len() => at,
                at => opened_at(&text, inside).unwrap_or(at),
            };
            (Map::new(), Some(Problem { message, at: at..at + 1 }))
        }
    }
}

/// The last place that a message of the YAML parser names ("while scanning a quoted scalar at line
/// 1 column 8"), as an offset.
fn opened_at(message: &str, inside: &str) -> Option<usize> {
    let (_, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.trim().parse().ok()?);
    let before: usize = inside.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    Some(before + column.checked_sub(1)?).filter(|at| *at < inside.len())
}

fn json_of_yaml(value: serde_norway::Value) -> Value {
    use serde_norway::Value as Yaml;
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(b) => b.into(),
        Yaml::Number(n) => n
            .as_i64()
            .map(Value::from)
            .or_else(|| n.as_u64().map(Value::from))
            .or_else(|| n.as_f64().map(Value::from))
            .unwrap_or(Value::Null),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => items.into_iter().map(json_of_yaml).collect(),
        Yaml::Mapping(map) => Value::Object(
            map.into_iter()
                .filter_map(|(key, value)| Some((scalar(&json_of_yaml(key))?, json_of_yaml(value))))
                .collect(),
        ),
        Yaml::Tagged(tagged) => json_of_yaml(tagged.value),
    }
}

/// From a block that cannot be read as a whole, the keys that can be read by themselves: an essay
/// should not lose its date over a slip in its title. Of a title or description that cannot, the
/// words after the colon are taken as they stand.
fn salvage(language: Language, inside: &str) -> Map<String, Value> {
    let mut map = Map::new();
    for lines in entries(inside) {
        let (read, problem) = match language {
            Language::Toml => from_toml(lines),
            Language::Yaml => from_yaml(lines),
        };
        if problem.is_none() {
            map.extend(read);
            continue;
        }
        let Some((key, value)) = lines.trim_end().split_once([':', '=']) else { continue };
        let value = value.trim().trim_matches(['"', '\'']).trim();
        let one_line = !value.is_empty() && !value.contains('\n');
        if matches!(key.trim_end(), "title" | "description") && one_line {
            map.insert(key.trim_end().to_owned(), Value::String(value.to_owned()));
        }
    }
    map
}

/// The entries of a block, each a key's line with the lines below it that belong to it: those that
/// are indented, and list items. A table of TOML's ends them, since its keys are not the essay's.
fn entries(inside: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut at = 0;
    let mut end = inside.len();
    for line in inside.split_inclusive('\n') {
        if line.starts_with('[') {
            end = at;
            break;
        }
        if line.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '-' | '#' | ']' | '}')) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([end]);
    starts.iter().zip(ends).map(|(start, end)| &inside[*start..end]).collect()
}

/// The text of a scalar; `None` for null, lists and maps.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

/// The keys of a block, out of which the known ones are taken.
struct Keys<'a> {
    file: &'a str,
    text: &'a str,
    inside: Range<usize>,
    map: Map<String, Value>,
    notes: Vec<Diagnostic>,
}

impl Keys<'_> {
    fn take_all(&mut self) -> Meta {
        let mut taxonomies = self.table("taxonomies");
        let mut from_taxonomies = |name: &str| taxonomies.remove(name);
        let (zola_tags, zola_authors) = (from_taxonomies("tags"), from_taxonomies("authors"));
        let unpublished = self.map.get("published") == Some(&Value::Bool(false));
        let mut meta = Meta {
            title: self.string(&["title", "linkTitle", "sidebar_label", "nav_title"]),
            description: self.string(&["description"]),
            date: self.stamp(&["date", "pubdate", "published", "publishDate"]),
            updated: self.stamp(&["updated", "lastmod", "modified", "last_updated", "lastUpdated"]),
            authors: self.list(&["authors", "author"]),
            tags: self.list(&["tags", "keywords", "categories"]),
            draft: self.boolean(&["draft"]).unwrap_or(unpublished),
            weight: self.weight(),
            slug: self.string(&["slug"]),
            path: self.address(),
            aliases: self.list(&["aliases", "redirect_from", "redirects"]),
            template: self.string(&["template"]),
            toc: self.boolean(&["toc", "tableOfContents"]),
            feed: self.boolean(&["generate_feeds", "generate_feed", "feed"]).unwrap_or(false),
            extra: Map::new(),
        };
        if let Some(tags) = zola_tags.filter(|_| meta.tags.is_empty()) {
            meta.tags = self.items("taxonomies", &tags);
        }
        if let Some(authors) = zola_authors.filter(|_| meta.authors.is_empty()) {
            meta.authors = self.items("taxonomies", &authors);
        }
        let extra = self.table("extra");
        meta.extra = std::mem::take(&mut self.map);
        if !taxonomies.is_empty() {
            meta.extra.insert("taxonomies".into(), Value::Object(taxonomies));
        }
        meta.extra.extend(extra);
        meta
    }

    /// The first of `names` that has a value, taken out of the map.
    fn take(&mut self, names: &[&'static str]) -> Option<(&'static str, Value)> {
        let name = names.iter().find(|name| self.map.get(**name).is_some_and(|v| !v.is_null()))?;
        Some((name, self.map.shift_remove(*name)?))
    }

    fn string(&mut self, names: &[&'static str]) -> Option<String> {
        let (name, value) = self.take(names)?;
        match scalar(&value) {
            Some(text) => Some(text).filter(|text| !text.is_empty()),
            None => {
                self.wrong_kind(name, "text", &value);
                None
            }
        }
    }

    fn boolean(&mut self, names: &[&'static str]) -> Option<bool> {
        let (name, value) = self.take(names)?;
        let answer = match &value {
            Value::Bool(b) => Some(*b),
            Value::String(text) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if answer.is_none() && !value.is_object() {
            self.wrong_kind(name, "true or false", &value);
        }
        answer
    }

    fn weight(&mut self) -> Option<i64> {
        if let Some(order) =
            self.map.get("sidebar").and_then(|s| s.get("order")).and_then(Value::as_i64)
        {
            self.map.entry("sidebar_position").or_insert(order.into());
        }
        let names =
            &["weight", "order", "nav_order", "sidebar_position", "position", "related_order"];
        let (name, value) = self.take(names)?;
        let weight = match &value {
            Value::Number(n) => n.as_i64().or_else(|| n.as_f64().map(|n| n.round() as i64)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if weight.is_none() {
            self.wrong_kind(name, "a whole number", &value);
        }
        weight
    }

    /// `path`, or Jekyll's and Hugo's word for it where that is a plain address.
    fn address(&mut self) -> Option<String> {
        if let Some(path) = self.string(&["path"]) {
            return Some(path);
        }
        let plain = |value: &Value| {
            value.as_str().is_some_and(|t| t.starts_with('/') && !t.contains(['{', ':']))
        };
        let name =
            ["permalink", "url"].into_iter().find(|name| self.map.get(*name).is_some_and(plain))?;
        scalar(&self.map.shift_remove(name)?)
    }

    fn stamp(&mut self, names: &[&'static str]) -> Option<Stamp> {
        // Jekyll's `published: false` is no date.
        let names: Vec<_> = names
            .iter()
            .copied()
            .filter(|n| !matches!(self.map.get(*n), Some(Value::Bool(_))))
            .collect();
        let (name, value) = self.take(&names)?;
        let Some(text) = scalar(&value) else {
            self.wrong_kind(name, "a date such as 2026-03-01", &value);
            return None;
        };
        if text.is_empty() {
            return None;
        }
        if let Some(date) = Date::parse(&text) {
            return Some(Stamp::Date(date));
        }
        self.notes.push(
            Diagnostic::warning(Code::Date, format!("`{name}` is no date on the calendar: {text}"))
                .at(self.place(name))
                .hint("write it as year-month-day, such as 2026-03-01; until then it is shown as it stands"),
        );
        Some(Stamp::Text(text))
    }

    fn list(&mut self, names: &[&'static str]) -> Vec<String> {
        self.take(names).map(|(name, value)| self.items(name, &value)).unwrap_or_default()
    }

    /// The items of a list, or of text with commas between them; each once. Of a map (an author with
    /// details, say) its `name` is taken.
    fn items(&mut self, name: &str, value: &Value) -> Vec<String> {
        let given: Vec<String> = match value {
            Value::Array(items) => items
                .iter()
                .filter_map(|item| {
                    scalar(item).or_else(|| scalar(item.get("name").unwrap_or(&Value::Null)))
                })
                .collect(),
            Value::Object(_) => value.get("name").and_then(scalar).into_iter().collect(),
            other => scalar(other)
                .map(|text| text.split(',').map(str::to_owned).collect())
                .unwrap_or_default(),
        };
        if given.is_empty() && value.is_object() {
            self.wrong_kind(name, "a list", value);
        }
        let mut items: Vec<String> = Vec::new();
        for item in given.iter().map(|item| item.trim()).filter(|item| !item.is_empty()) {
            if !items.iter().any(|known| known == item) {
                items.push(item.to_owned());
            }
        }
        items
    }

    fn table(&mut self, name: &'static str) -> Map<String, Value> {
        match self.take(&[name]) {
            Some((_, Value::Object(map))) => map,
            Some((_, other)) => {
                self.wrong_kind(name, "a table", &other);
                Map::new()
            }
            None => Map::new(),
        }
    }

    fn wrong_kind(&mut self, name: &str, expected: &str, found: &Value) {
        let found = match found {
            Value::Array(_) => "a list",
            Value::Object(_) => "a table",
            Value::String(_) => "text",
            Value::Number(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::Null => "nothing",
        };
        let message = format!("`{name}` should be {expected}, but is {found}");
        let note = Diagnostic::warning(Code::FrontMatter, message).at(self.place(name));
        self.notes.push(note.hint("it was passed over"));
    }

    /// The line on which the key `name` stands.
    fn place(&self, name: &str) -> Place {
        let mut at = self.inside.start;
        for line in self.text[self.inside.clone()].split_inclusive('\n') {
            let bare = line.trim_start().trim_start_matches(['"', '\'', '[']);
            let after = bare
                .strip_prefix(name)
                .map(|rest| rest.trim_start_matches(['"', '\'', ']']).trim_start());
            if after.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '='])) {
                let indent = line.len() - line.trim_start().len();
                return Place::in_text(
                    self.file,
                    self.text,
                    at + indent..at + line.trim_end().len(),
                );
            }
            at += line.len();
        }
        Place::file(self.file)
    }
}
