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
    pub(super) page: tera::Map,
}

impl Seen {
    /// Shows `value` under `name`, in place of what stood there.
    pub fn insert(&mut self, name: &'static str, value: Value) {
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.values.push((name, value)),
        }
    }

    /// Shows what follows from the page's essay alone.
    pub fn insert_own<const N: usize>(&mut self, values: [(&'static str, Value); N]) {
        self.page.extend(values.map(|(name, value)| (name.into(), value)));
    }

    /// Shows the text of the page's essay, and its heading where that is more than the title.
    pub fn insert_text(&mut self, content: &str, heading: Option<&str>) {
        self.page.insert("content".into(), Value::safe_string(content));
        if let Some(heading) = heading {
            self.page.insert("heading".into(), Value::safe_string(heading));
        }
    }

    /// Shows the picture for those who share the page.
    pub fn insert_card(&mut self, card: Value) {
        self.page.insert("card".into(), card);
    }

    /// Shows what the page says of itself to machines, which follows from what else is seen.
    pub fn insert_json_ld(&mut self) {
        let book = self.values.iter().find(|(name, _)| *name == "book");
        let json = book.and_then(|(_, book)| json_ld::of(&self.page, book));
        if let Some(json) = json {
            self.page.insert("json_ld".into(), Value::safe_string(&json));
        }
    }

    /// How many bytes of essays it holds.
    pub(super) fn text(&self) -> usize {
        let chapters = self.values.iter().find(|(name, _)| *name == "chapters");
        let chapters = chapters.and_then(|(_, chapters)| chapters.as_array()).unwrap_or_default();
        let contents = chapters.iter().map(|chapter| length_of(chapter.as_map()));
        contents.sum::<usize>() + length_of(Some(&self.page))
    }

    /// Adds to `printer` all that is seen.
    pub fn print(&self, printer: &mut Printer<'_>) {
        for (name, value) in &self.values {
            printer.text(name);
            printer.value(value);
        }
        printer.map(&self.page);
    }

    /// What a template is given.
    pub fn into_context(self) -> tera::Context {
        let mut context = tera::Context::new();
        for (name, value) in self.values {
            context.insert_value(name, value);
        }
        context.insert_value("page", Value::from(self.page));
        context
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
