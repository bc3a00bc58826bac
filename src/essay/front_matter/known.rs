//! The keys of front matter that are read, with the names that other programs have for each.

use serde_json::{Map, Value, json};

/// A key that is read.
#[derive(Debug)]
pub struct Key {
    /// Our own name, and those of other programs: the first that has a value counts.
    pub names: &'static [&'static str],
    /// What its value is.
    pub kind: Kind,
    /// What it is for.
    pub about: &'static str,
}

/// What the value of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A day, with or without a time.
    Date,
    /// A list of texts, or text with commas in it.
    List,
    /// True or false.
    Switch,
    /// A whole number.
    Number,
    /// A table.
    Table,
}

const fn key(names: &'static [&'static str], kind: Kind, about: &'static str) -> Key {
    Key { names, kind, about }
}

pub(super) const TITLE: Key = key(
    &["title", "linkTitle", "sidebar_label", "nav_title"],
    Kind::Text,
    "The title. Without it the first heading is the title, or the file's name.",
);
pub(super) const DESCRIPTION: Key = key(
    &["description"],
    Kind::Text,
    "One or two sentences on what the essay says, for lists, feeds and whoever shares it.",
);
pub(super) const DATE: Key = key(
    &["date", "pubdate", "published", "publishDate"],
    Kind::Date,
    "The day on which it was written. What is published in feeds needs one.",
);
pub(super) const UPDATED: Key = key(
    &["updated", "lastmod", "modified", "last_updated", "lastUpdated"],
    Kind::Date,
    "The day on which it was last changed.",
);
/// Who wrote it.
pub const AUTHORS: Key =
    key(&["authors", "author"], Kind::List, "Who wrote it. Each author has a page.");
/// Its tags.
pub const TAGS: Key = key(
    &["tags", "keywords", "categories"],
    Kind::List,
    "What it is about, in a few words that other essays use too. Each tag has a page and a feed.",
);
/// Whether it is left out until it is done.
pub const DRAFT: Key =
    key(&["draft"], Kind::Switch, "Whether it is left out of the site until it is done.");
pub(super) const WEIGHT: Key = key(
    &["weight", "order", "nav_order", "sidebar_position", "position", "related_order"],
    Kind::Number,
    "Its place in its section: lighter essays come first.",
);
pub(super) const SLUG: Key =
    key(&["slug"], Kind::Text, "The last part of its address, in place of the file's name.");
pub(super) const PATH: Key = key(
    &["path"],
    Kind::Text,
    "Its whole address, in place of that which follows from its folder.",
);
/// Old addresses.
pub const ALIASES: Key = key(
    &["aliases", "redirect_from", "redirects"],
    Kind::List,
    "Addresses that it had before, and that lead to it now.",
);
pub(super) const TEMPLATE: Key =
    key(&["template"], Kind::Text, "The template that makes its page, in place of page.html.");
pub(super) const TOC: Key = key(
    &["toc", "tableOfContents"],
    Kind::Switch,
    "Whether its page shows the headings of the text.",
);
pub(super) const FEED: Key = key(
    &["generate_feeds", "generate_feed", "feed"],
    Kind::Switch,
    "For the text of a section: whether the section has a feed of its own.",
);
pub(super) const SEARCHED: Key =
    key(&["in_search_index", "pagefind"], Kind::Switch, "Whether a search finds it.");
pub(super) const EXTRA: Key =
    key(&["extra"], Kind::Table, "Free values for the site's own templates.");

/// All of them.
pub const ALL: &[&Key] = &[
    &TITLE,
    &DESCRIPTION,
    &DATE,
    &UPDATED,
    &AUTHORS,
    &TAGS,
    &DRAFT,
    &WEIGHT,
    &SLUG,
    &PATH,
    &ALIASES,
    &TEMPLATE,
    &TOC,
    &FEED,
    &SEARCHED,
    &EXTRA,
];

impl Kind {
    /// The values that it may have, in JSON Schema. Front matter of other programs has keys of the same names with
    /// values of their own, so it is never narrower than what is read.
    fn schema(self) -> Value {
        match self {
            Kind::Text => json!({ "type": ["string", "number", "null"] }),
            Kind::Date => json!({
                "type": ["string", "boolean", "null"],
                "examples": ["2026-03-01", "2026-03-01T09:30:00Z"],
                "pattern": "^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?$"
            }),
            Kind::List => json!({
                "type": ["array", "string", "object", "null"],
                "items": { "type": ["string", "number", "object"] }
            }),
            Kind::Switch => json!({ "type": ["boolean", "null"] }),
            Kind::Number => json!({ "type": ["number", "null"] }),
            Kind::Table => json!({ "type": ["object", "null"] }),
        }
    }
}

/// What front matter may hold, as a JSON Schema (draft 2020-12). Keys that are not named here are kept for templates.
pub fn schema() -> Value {
    let mut properties = Map::new();
    for Key { names, kind, about } in ALL {
        let [own, others @ ..] = names else { continue };
        let mut schema = kind.schema();
        schema["description"] = json!(about);
        properties.insert((*own).to_owned(), schema);
        for other in others {
            let mut schema = if *other == "pagefind" { json!({}) } else { kind.schema() };
            schema["description"] = json!(format!("Another program's name for `{own}`."));
            properties.insert((*other).to_owned(), schema);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of an essay",
        "description": "What stands between +++ or --- at the top of an essay. Every key is optional.",
        "type": "object",
        "properties": properties
    })
}
