//! What the template of one page sees, and what decides it.

use std::ops::Range;

use tera::Value;

use crate::book::{EssayId, Kind, SectionId, Url};
use crate::render::context::Shared;
use crate::render::fingerprint::Printer;
use crate::render::json_ld;
use crate::render::theme::length_of;

/// What stands under a name: a value, or what one is made of where the page is made. Whoever only asks what the page
/// is made from has no use for it.
#[derive(Debug, Clone)]
pub enum Held {
    /// A value.
    Value(Value),
    /// An essay as lists show it.
    Essay(EssayId),
    /// Essays as lists show them.
    Essays(Vec<EssayId>),
    /// A section with what it holds.
    Section(SectionId),
    /// The navigation of pages in a section, with these of its entries; or of those in none.
    Nav(Option<(SectionId, Range<usize>)>),
    /// One page, counted from 1, of the essays of the tag or author with this index.
    Pager(Kind, usize, usize),
}

impl Held {
    /// Nothing to say.
    pub fn none() -> Held {
        Held::Value(Value::none())
    }
}

impl From<Value> for Held {
    fn from(value: Value) -> Held {
        Held::Value(value)
    }
}

/// All that the template of one page sees, by name.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    values: Vec<(&'static str, Held)>,
    page: Vec<(&'static str, Held)>,
    /// What decides the rest of what is seen, which is shown only where the page is made.
    decides: Vec<Held>,
}

impl Seen {
    /// What shows these values.
    pub fn of(values: Vec<(&'static str, Held)>) -> Seen {
        Seen { values, ..Seen::default() }
    }

    /// Shows `value` under `name`, in place of what stood there.
    pub fn insert(&mut self, name: &'static str, value: Value) {
        insert(&mut self.values, name, value);
    }

    /// Shows more of the page itself, none of which is shown yet.
    pub fn extend_page<H: Into<Held>>(
        &mut self,
        values: impl IntoIterator<Item = (&'static str, H)>,
    ) {
        self.page.extend(values.into_iter().map(|(name, value)| (name, value.into())));
    }

    /// Leaves for later what follows from `value`, which stands for it until then.
    pub fn defer(&mut self, value: Held) {
        self.decides.push(value);
    }

    /// Shows the text of the page's essay, and its heading where that is more than the title.
    pub fn insert_text(&mut self, content: &str, heading: Option<&str>) {
        insert(&mut self.page, "content", Value::safe_string(content));
        if let Some(heading) = heading {
            insert(&mut self.page, "heading", Value::safe_string(heading));
        }
    }

    /// Shows the picture for those who share the page.
    pub fn insert_card(&mut self, card: Value) {
        insert(&mut self.page, "card", card);
    }

    /// How many bytes of essays it holds.
    pub(super) fn text(&self) -> usize {
        let chapters = value(&self.values, "chapters").and_then(Value::as_array);
        let contents =
            chapters.unwrap_or_default().iter().map(|chapter| length_of(chapter.as_map()));
        let content = value(&self.page, "content").and_then(Value::as_str);
        contents.sum::<usize>() + content.map_or(0, str::len)
    }

    /// Adds to `printer` all that is seen.
    pub fn print(&self, printer: &mut Printer<'_>, shared: &Shared) {
        for values in [&self.values, &self.page] {
            printer.bytes(b'/', &values.len().to_le_bytes());
            for (name, held) in values {
                printer.text(name);
                shared.print(held, printer);
            }
        }
        self.decides.iter().for_each(|held| shared.print(held, printer));
    }

    /// What a template is given. What the page says of itself to machines follows from what else is seen.
    pub fn into_context(self, shared: &Shared) -> tera::Context {
        let revealed = |(name, held)| (name, shared.reveal(held));
        let mut page: json_ld::Page = self.page.into_iter().map(revealed).collect();
        let book = value(&self.values, "book");
        if let Some(json) = book.and_then(|book| json_ld::of(&page, book)) {
            page.insert("json_ld", Value::safe_string(&json));
        }
        let mut context = tera::Context::new();
        for (name, value) in self.values.into_iter().map(revealed) {
            context.insert_value(name, value);
        }
        context.insert_value("page", Value::from(page));
        context
    }
}

/// The value under `name`.
fn value<'v>(values: &'v [(&'static str, Held)], name: &str) -> Option<&'v Value> {
    match values.iter().find(|(known, _)| *known == name)? {
        (_, Held::Value(value)) => Some(value),
        _ => None,
    }
}

/// Puts `value` under `name`, in place of what stood there.
fn insert(values: &mut Vec<(&'static str, Held)>, name: &'static str, value: Value) {
    match values.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known = value.into(),
        None => values.push((name, value.into())),
    }
}

/// Everything about a page that its kind decides.
pub struct Facts {
    /// `home`, `essay`, `section`, `tags`, `tag`, `authors`, `author`, `print`, `404`, `search` or `redirect`.
    pub kind: &'static str,
    /// The title as plain text.
    pub title: String,
    /// The page's address.
    pub url: Url,
    /// The essay whose page it is.
    pub essay: Option<EssayId>,
    /// The section that it belongs to, or whose page it is.
    pub section: Option<SectionId>,
    /// The pages above it, the home page first, each as [`crumb`](crate::render::context::crumb) makes it.
    pub breadcrumbs: Value,
    /// Its feed.
    pub feed: Option<Url>,
}
