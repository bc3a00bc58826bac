//! The lines at the top of a file that say what the essay is: TOML between `+++`, YAML between
//! `---` and `---` or `...`, or nothing.
//!
//! 1. [`split`] (in `fence`) finds the block, if there is one. A rule (`---`, `-----`) that opens a page stays a
//!    rule: only a block that is closed and looks like keys is front matter.
//! 2. `value` reads the block into one kind of value, JSON's, whatever its language; where it cannot,
//!    `slip` says what to type, and keeps what can be kept.
//! 3. `keys` takes the known keys out, under their own name or that of another program
//!    (Zola, Hugo, Jekyll, Docusaurus and others); the rest is kept for templates.
//!
//! Nothing here fails: what cannot be read is reported, and the essay is built without it.

mod fence;
mod keys;
pub mod known;
mod slip;
mod value;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::essay::date::Date;

pub use fence::{Block, Language, split};

/// What the front matter says, with defaults for all that it leaves out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// Whether readers who search the site do not find it.
    pub unsearched: bool,
    /// `[extra]` and every key that is not known, for templates.
    #[serde(with = "as_json")]
    pub extra: Map<String, Value>,
}

/// A map of any values, for forms that must know beforehand what comes: as a line of JSON.
mod as_json {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::{Map, Value};

    pub fn serialize<S: Serializer>(map: &Map<String, Value>, to: S) -> Result<S::Ok, S::Error> {
        let text = (!map.is_empty()).then(|| serde_json::to_string(map));
        text.transpose().map_err(serde::ser::Error::custom)?.serialize(to)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Map<String, Value>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map_or_else(
            || Ok(Map::new()),
            |text| serde_json::from_str(&text).map_err(D::Error::custom),
        )
    }
}

/// A date from front matter: one that exists, or whatever text stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// Reads the block at the top of `text`. `file` is the file's name in messages. Gives what it
/// says, the first byte of the body, and what was wrong.
pub fn read(file: &str, text: &str) -> (Meta, usize, Vec<Diagnostic>) {
    let Some(block) = split(text) else {
        return (Meta::default(), 0, fence::missed(file, text).into_iter().collect());
    };
    let inside = &text[block.inside.clone()];
    let (map, problem) = match block.language {
        Language::Toml => value::from_toml(inside),
        Language::Yaml => value::from_yaml(inside),
    };
    let lost: Vec<_> = match block.language {
        Language::Yaml => slip::lost_values(inside, &map).collect(),
        Language::Toml => Vec::new(),
    };
    let mut keys = keys::Keys { file, text, inside: block.inside.clone(), map, notes: Vec::new() };
    if let Some(problem) = problem {
        keys.notes.push(problem.told(file, text, &block));
        keys.map = slip::salvage(block.language, inside);
    }
    keys.notes.extend(lost.into_iter().map(|(span, (what, hint))| {
        let span = block.inside.start + span.start..block.inside.start + span.end;
        Diagnostic::warning(Code::FrontMatter, what).at(Place::in_text(file, text, span)).hint(hint)
    }));
    let meta = keys.take_all();
    (meta, block.body, keys.notes)
}
