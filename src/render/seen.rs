//! What the template of one page sees, and what decides it.

use tera::Value;

use crate::book::{EssayId, SectionId, Url};
use crate::render::fingerprint::Printer;
use crate::render::json_ld;
use crate::render::theme::length_of;

/// All that the template of one page sees, by name.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    values: Vec<(&'static str, Value)>,
    page: Vec<(&'static str, Value)>,
    /// What decides the rest of what is seen, which is shown only where the page is made.
    decides: Vec<Value>,
}

impl Seen {
    /// What shows these values.
    pub fn of(values: Vec<(&'static str, Value)>) -> Seen {
        Seen { values, ..Seen::default() }
    }

    /// Shows `value` under `name`, in place of what stood there.
    pub fn insert(&mut self, name: &'static str, value: Value) {
        insert(&mut self.values, name, value);
    }

    /// Shows more of the page itself, none of which is shown yet.
    pub fn extend_page(&mut self, values: impl IntoIterator<Item = (&'static str, Value)>) {
        self.page.extend(values);
    }

    /// Leaves for later what follows from `value`, which stands for it until then.
    pub fn defer(&mut self, value: Value) {
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
        let chapters = self.values.iter().find(|(name, _)| *name == "chapters");
        let chapters = chapters.and_then(|(_, chapters)| chapters.as_array()).unwrap_or_default();
        let contents = chapters.iter().map(|chapter| length_of(chapter.as_map()));
        let content = self.page.iter().find(|(name, _)| *name == "content");
        let content = content.and_then(|(_, content)| content.as_str());
        contents.sum::<usize>() + content.map_or(0, str::len)
    }

    /// Adds to `printer` all that is seen.
    pub fn print(&self, printer: &mut Printer<'_>) {
        for values in [&self.values, &self.page] {
            printer.bytes(b'/', &values.len().to_le_bytes());
            for (name, value) in values {
                printer.text(name);
                printer.value(value);
            }
        }
        self.decides.iter().for_each(|value| printer.value(value));
    }

    /// What a template is given. What the page says of itself to machines follows from what else is seen.
    pub fn into_context(self) -> tera::Context {
        let mut page: json_ld::Page = self.page.into_iter().collect();
        let book = self.values.iter().find(|(name, _)| *name == "book");
        if let Some(json) = book.and_then(|(_, book)| json_ld::of(&page, book)) {
            page.insert("json_ld", Value::safe_string(&json));
        }
        let mut context = tera::Context::new();
        for (name, value) in self.values {
            context.insert_value(name, value);
        }
        context.insert_value("page", Value::from(page));
        context
    }
}

/// Puts `value` under `name`, in place of what stood there.
fn insert(values: &mut Vec<(&'static str, Value)>, name: &'static str, value: Value) {
    match values.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known = value,
        None => values.push((name, value)),
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
