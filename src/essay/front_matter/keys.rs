//! The known keys, under their own names and under those of other programs.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::config::slip::calendar;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::essay::date::Date;
use crate::essay::front_matter::known;
use crate::essay::front_matter::value::scalar;
use crate::essay::front_matter::{Meta, Stamp};

/// The keys that most essays have, under our own names.
const COMMON: &[&str] = &[
    "title",
    "description",
    "date",
    "updated",
    "authors",
    "author",
    "tags",
    "draft",
    "weight",
    "slug",
    "path",
    "aliases",
    "template",
];

/// Keys a letter away from one of those that mean something of their own.
const READ_TOO: &[&str] = &["authored", "paths", "titles"];

/// The keys of a block, out of which the known ones are taken.
pub struct Keys<'a> {
    /// The file's name in messages.
    pub file: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// Where the block stands in it.
    pub inside: Range<usize>,
    /// The keys not yet taken.
    pub map: Map<String, Value>,
    /// What was wrong.
    pub notes: Vec<Diagnostic>,
}

impl Keys<'_> {
    /// Takes all known keys; the rest goes to `extra`.
    pub fn take_all(&mut self) -> Meta {
        self.tell_misspelt();
        let mut taxonomies = self.table("taxonomies");
        let mut from_taxonomies = |name: &str| taxonomies.remove(name);
        let (zola_tags, zola_authors) = (from_taxonomies("tags"), from_taxonomies("authors"));
        let unpublished = self.map.get("published") == Some(&Value::Bool(false));
        let mut meta = Meta {
            title: self.string(known::TITLE.names),
            description: self.string(known::DESCRIPTION.names),
            date: self.stamp(known::DATE.names),
            updated: self.stamp(known::UPDATED.names),
            authors: self.list(known::AUTHORS.names),
            tags: self.list(known::TAGS.names),
            draft: self.boolean(known::DRAFT.names).unwrap_or(unpublished),
            weight: self.weight(),
            slug: self.string(known::SLUG.names),
            path: self.address(),
            aliases: self.list(known::ALIASES.names),
            template: self.string(known::TEMPLATE.names),
            toc: self.boolean(known::TOC.names),
            feed: self.boolean(known::FEED.names).unwrap_or(false),
            unsearched: self.unsearched(),
            extra: Map::new(),
        };
        if let Some(tags) = zola_tags.filter(|_| meta.tags.is_empty()) {
            meta.tags = self.items("taxonomies", &tags);
        }
        if let Some(authors) = zola_authors.filter(|_| meta.authors.is_empty()) {
            meta.authors = self.items("taxonomies", &authors);
        }
        let extra = self.table(known::EXTRA.names[0]);
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

    /// Zola's `in_search_index`, Starlight's `pagefind`, and `exclude` in the table `search` of Material for
    /// MkDocs, of which the rest is kept for templates.
    fn unsearched(&mut self) -> bool {
        // Starlight's word may also be a table, of how much the page counts.
        let is_table = self.map.get("pagefind").is_some_and(Value::is_object);
        let names = known::SEARCHED.names;
        let found = self.boolean(if is_table { &names[..1] } else { names });
        let excluded = self.map.get("search").and_then(|search| search.get("exclude"));
        found == Some(false) || excluded == Some(&Value::Bool(true))
    }

    fn weight(&mut self) -> Option<i64> {
        if let Some(order) =
            self.map.get("sidebar").and_then(|s| s.get("order")).and_then(Value::as_i64)
        {
            self.map.entry("sidebar_position").or_insert(order.into());
        }
        let (name, value) = self.take(known::WEIGHT.names)?;
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
        if let Some(path) = self.string(known::PATH.names) {
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
        let meant = calendar(&text).filter(|date| Date::parse(date).is_some());
        let meant = meant.unwrap_or_else(|| "2026-03-01".to_owned());
        self.notes.push(
            Diagnostic::warning(Code::Date, format!("`{name}` is no date on the calendar: {text}"))
                .at(self.place(name))
                .hint(format!("write year, month and day: {name}{}{meant}", self.sign()))
                .hint("until then it is shown as it stands"),
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
        let sign = self.sign();
        let hint = match expected {
            "text" => format!("type: {name}{sign}\"some text\""),
            "true or false" => format!("type: {name}{sign}true, or {name}{sign}false"),
            "a whole number" => format!("type: {name}{sign}3"),
            "a list" if sign == " = " => format!("type: {name} = [\"one\", \"two\"]"),
            "a list" => format!("type: {name}: [one, two]"),
            "a table" if sign == " = " => {
                format!("type [{name}] on a line, and below it: key = \"value\"")
            }
            "a table" => format!("type {name}: on a line, and below it, two spaces in: key: value"),
            _ => format!("type: {name}{sign}2026-03-01"),
        };
        self.notes.push(note.hint(hint).hint("until then it is passed over"));
    }

    /// What stands between key and value in this block.
    fn sign(&self) -> &'static str {
        if self.text[..self.inside.start].trim_end().ends_with("+++") { " = " } else { ": " }
    }

    /// Reads a known key by whatever letters are large in it, and tells of keys that are no more than a letter away
    /// from a known one: of those only templates see anything.
    fn tell_misspelt(&mut self) {
        let names: Vec<String> = self.map.keys().cloned().collect();
        for name in names.iter().filter(|name| !COMMON.contains(&name.as_str())) {
            let lower = name.to_lowercase();
            if let Some(known) = COMMON.iter().find(|known| **known == lower) {
                if !self.map.contains_key(*known)
                    && let Some(value) = self.map.shift_remove(name)
                {
                    self.map.insert((*known).to_owned(), value);
                }
                continue;
            }
            let near = |known: &&&str| known.len() > 4 && strsim::osa_distance(known, &lower) == 1;
            let Some(known) = COMMON.iter().find(near) else { continue };
            if self.map.contains_key(*known) || READ_TOO.contains(&name.as_str()) {
                continue;
            }
            let note =
                Diagnostic::warning(Code::FrontMatter, format!("nobody reads the key `{name}`"));
            self.notes.push(note.at(self.place(name)).hint(format!("did you mean `{known}`?")));
        }
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
