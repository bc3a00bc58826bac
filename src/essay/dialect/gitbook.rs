//! `{% hint style="info" %}` and the other blocks of GitBook.

use super::callout::{Callout, Fold};
use super::liquid::address;
use super::tags::{self, Meaning, Tag};
use super::{Found, Text};
use crate::system::System;

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let all = text.systems.has(System::GitBook);
    let tags = tags::between(text, "{%", "%}", read);
    tags::write(
        text,
        tags,
        |tag| if all || tag.name == "hint" { meaning(tag) } else { Meaning::Text },
        found,
    );
}

fn read(inside: &str) -> Option<Tag<'_>> {
    let tag = tags::read(inside)?;
    match tag.name.strip_prefix("end") {
        Some(name) => Some(Tag { name, ends: true, ..tag }),
        None => Some(tag),
    }
}

fn meaning(tag: &Tag<'_>) -> Meaning {
    let title = tag.get(&["title", "name", "summary"]);
    match tag.name {
        "hint" => {
            let style = tag.get(&["style", "type"]).unwrap_or("info");
            Meaning::Box(Callout::new(style, title))
        }
        "tab" => Meaning::Box(Callout::new("tab", title)),
        "expand" | "accordion" => {
            Meaning::Box(Callout::new("details", title).folding(Fold::Closed))
        }
        "code" => Meaning::Instead(title.map(|t| format!("**{t}**\n\n")).unwrap_or_default()),
        "embed" | "file" | "content-ref" | "swagger" | "openapi" => reference(tag),
        "tabs" | "stepper" | "step" | "columns" | "column" | "api-method" | "carousel" => {
            Meaning::Inside
        }
        "include" => Meaning::Unknown,
        _ if tag.name.starts_with("api-method-") || tag.name.starts_with("swagger-") => {
            Meaning::Inside
        }
        _ => Meaning::Unknown,
    }
}

/// A reference to something elsewhere, which is linked to; GitBook's `content-ref` holds the link itself.
fn reference(tag: &Tag<'_>) -> Meaning {
    match tag.get(&["url", "src"]).filter(|_| tag.name != "content-ref") {
        Some(url) => {
            let name = url.trim_end_matches('/').rsplit('/').next().filter(|_| tag.name == "file");
            Meaning::Instead(format!("[{}](<{}>)\n", name.unwrap_or(url), address_of(url)))
        }
        None => Meaning::Inside,
    }
}

fn address_of(url: &str) -> String {
    if url.contains("://") { url.to_owned() } else { address(url) }
}
