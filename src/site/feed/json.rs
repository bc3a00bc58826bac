//! JSON Feed (jsonfeed.org, version 1.1).

use serde_json::{Value, json};

use crate::book::{EssayId, Url};
use crate::diagnostic::Diagnostic;
use crate::essay::Date;
use crate::site::Site;
use crate::site::feed::Matter;

/// The feed as JSON.
pub(super) fn write(site: &Site, matter: &Matter, url: &Url) -> Result<String, Diagnostic> {
    let config = &site.book.config;
    let root = config.site_url().unwrap_or_default();
    let items: Result<Vec<Value>, _> =
        matter.essays.iter().map(|id| item(site, *id, &root)).collect();
    let mut feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": matter.title,
        "home_page_url": format!("{root}{}", matter.page.encoded()),
        "feed_url": format!("{root}{}", url.encoded()),
        "language": config.language(),
        "items": items?,
    });
    if let Some(description) = &config.book.description {
        feed["description"] = description.as_str().into();
    }
    if !config.book.authors.is_empty() {
        feed["authors"] = people(&config.book.authors);
    }
    Ok(format!("{feed:#}\n"))
}

fn item(site: &Site, id: EssayId, root: &str) -> Result<Value, Diagnostic> {
    let book = &*site.book;
    let essay = book.essay(id);
    let url = format!("{root}{}", book.url(id).encoded());
    let mut item = json!({
        "id": url,
        "url": url,
        "title": book.title_of(id),
        "content_html": site.body(id, root, site.manner_of_feeds())?.html,
    });
    if let Some(summary) = &essay.excerpt {
        item["summary"] = summary.as_str().into();
    }
    if let Some(date) = essay.written() {
        item["date_published"] = date.rfc3339().into();
    }
    if let Some(date) = essay.changed().map(Date::rfc3339) {
        item["date_modified"] = date.into();
    }
    if !essay.meta.authors.is_empty() {
        item["authors"] = people(&essay.meta.authors);
    }
    if !essay.meta.tags.is_empty() {
        item["tags"] = essay.meta.tags.as_slice().into();
    }
    Ok(item)
}

fn people(names: &[String]) -> Value {
    names.iter().map(|name| json!({ "name": name })).collect()
}
