//! What a page says of itself to machines, as JSON-LD in the words of schema.org: an `Article` in a
//! `Book`, by a `Person`, and its `BreadcrumbList`.
//!
//! It is made from what the page's template sees, so it adds nothing to what the page is made from.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use tera::Value;
use tera::value::Key;

use crate::essay::Date;

/// What a template sees of a page, by name.
pub type Page = BTreeMap<&'static str, Value>;

/// The JSON-LD of a page, safe to stand inside a `<script>`. `None` without the site's full address,
/// as everything in it is named by a full one, and for pages that are no one's reading.
pub fn of(page: &Page, book: &Value) -> Option<String> {
    let site = text(book.as_map()?, "site_url")?;
    let url = text(page, "permalink")?;
    let named = Named { site, page, book: book.as_map()? };
    let mut graph = match text(page, "kind")? {
        "home" => vec![named.book()],
        "essay" => vec![named.article(url)],
        "section" => vec![named.collection(url)],
        "author" => vec![json!({
            "@type": "ProfilePage",
            "url": url,
            "mainEntity": { "@type": "Person", "name": text(page, "title"), "url": url },
        })],
        "tag" | "tags" | "authors" => vec![named.collection(url)],
        _ => return None,
    };
    graph.extend(named.breadcrumbs(url));
    let whole = json!({ "@context": "https://schema.org", "@graph": graph });
    Some(escaped(&whole.to_string()))
}

/// JSON in which nothing can end or begin an element, or break a line of a script (ECMA-262 before 2019
/// ended lines at U+2028 and U+2029).
pub(super) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

struct Named<'s> {
    site: &'s str,
    page: &'s Page,
    book: &'s tera::Map,
}

impl Named<'_> {
    fn book(&self) -> Json {
        let authors = list(self.book, "authors").iter().filter_map(Value::as_str);
        let authors: Vec<Json> =
            authors.map(|name| json!({ "@type": "Person", "name": name })).collect();
        object([
            ("@type", Some("Book".into())),
            ("@id", Some(self.book_id().into())),
            ("name", text(self.book, "title").map(Json::from)),
            ("url", Some(self.site.into())),
            ("description", text(self.book, "description").map(Json::from)),
            ("inLanguage", text(self.book, "language").map(Json::from)),
            ("author", (!authors.is_empty()).then_some(authors.into())),
        ])
    }

    fn article(&self, url: &str) -> Json {
        let page = self.page;
        let tags: Vec<&str> = names(list(page, "tags")).collect();
        // What is no date is shown as it was written, and means nothing to a machine.
        let day =
            |key| text(page, key).filter(|written| Date::parse(written).is_some()).map(Json::from);
        object([
            ("@type", Some("Article".into())),
            ("@id", Some(url.into())),
            ("headline", text(page, "title").map(Json::from)),
            ("url", Some(url.into())),
            ("description", self.description()),
            ("inLanguage", text(page, "language").map(Json::from)),
            ("author", self.authors()),
            ("datePublished", day("date")),
            ("dateModified", day("updated").or_else(|| day("date"))),
            ("keywords", (!tags.is_empty()).then(|| tags.into())),
            ("wordCount", page.at("word_count").and_then(Value::as_u64).map(Json::from)),
            (
                "image",
                page.at("card")
                    .and_then(Value::as_map)
                    .and_then(|card| Some(text(card, "url")?.into())),
            ),
            ("isPartOf", Some(self.part_of())),
        ])
    }

    fn collection(&self, url: &str) -> Json {
        object([
            ("@type", Some("CollectionPage".into())),
            ("@id", Some(url.into())),
            ("name", text(self.page, "title").map(Json::from)),
            ("url", Some(url.into())),
            ("description", self.description()),
            ("isPartOf", Some(self.part_of())),
        ])
    }

    fn book_id(&self) -> String {
        format!("{}#book", self.site)
    }

    fn part_of(&self) -> Json {
        json!({ "@type": "Book", "@id": self.book_id(), "name": text(self.book, "title") })
    }

    fn description(&self) -> Option<Json> {
        text(self.page, "description").or(text(self.page, "summary")).map(Json::from)
    }

    fn authors(&self) -> Option<Json> {
        let people: Vec<Json> = list(self.page, "authors")
            .iter()
            .filter_map(Value::as_map)
            .map(|author| {
                object([
                    ("@type", Some("Person".into())),
                    ("name", text(author, "name").map(Json::from)),
                    ("url", text(author, "url").map(|url| format!("{}{url}", self.site).into())),
                ])
            })
            .collect();
        (!people.is_empty()).then_some(people.into())
    }

    /// The way from the home page to this one.
    fn breadcrumbs(&self, url: &str) -> Option<Json> {
        let above = list(self.page, "breadcrumbs").iter().filter_map(Value::as_map);
        let mut items: Vec<Json> = above
            .filter_map(|crumb| {
                let address = format!("{}{}", self.site, text(crumb, "url")?);
                Some((text(crumb, "title")?, address))
            })
            .chain(text(self.page, "title").map(|title| (title, url.to_owned())))
            .enumerate()
            .map(|(at, (name, item))| {
                json!({ "@type": "ListItem", "position": at + 1, "name": name, "item": item })
            })
            .collect();
        (items.len() > 1).then(
            || json!({ "@type": "BreadcrumbList", "itemListElement": std::mem::take(&mut items) }),
        )
    }
}

/// An object with those of the pairs that have a value.
fn object<const N: usize>(pairs: [(&str, Option<Json>); N]) -> Json {
    let given = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Json::Object(given.collect::<Map<_, _>>())
}

/// Values by name.
trait Values {
    fn at(&self, name: &'static str) -> Option<&Value>;
}

impl Values for tera::Map {
    fn at(&self, name: &'static str) -> Option<&Value> {
        self.get(&Key::Str(name))
    }
}

impl Values for Page {
    fn at(&self, name: &'static str) -> Option<&Value> {
        self.get(name)
    }
}

fn text<'s>(values: &'s impl Values, name: &'static str) -> Option<&'s str> {
    values.at(name)?.as_str()
}

fn list<'s>(values: &'s impl Values, name: &'static str) -> &'s [Value] {
    values.at(name).and_then(Value::as_array).unwrap_or_default()
}

fn names(items: &[Value]) -> impl Iterator<Item = &str> {
    items.iter().filter_map(|item| text(item.as_map()?, "name"))
}
