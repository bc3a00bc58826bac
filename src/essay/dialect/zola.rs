//! `{{ youtube(id="x") }}` and `{% quote(author="A") %}...{% end %}`: Zola's shortcodes. Those that Zola has
//! of its own are read; of the others what they hold stays.

use super::tags::{self, Meaning, Tag};
use super::{Found, Text};

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let mut all = tags::between(text, "{%", "%}", read);
    all.extend(tags::between(text, "{{", "}}", call));
    all.sort_by_key(|tag| tag.span.start);
    tags::write(text, all, |tag| meaning(text, tag), found);
}

fn read(inside: &str) -> Option<Tag<'_>> {
    let inside = inside.trim().trim_matches('-').trim();
    if inside == "end" {
        return Some(Tag { name: "", ends: true, ..tags::read("end")? });
    }
    call(inside)
}

/// A call: a name and brackets. Anything else in braces is text.
fn call(inside: &str) -> Option<Tag<'_>> {
    let bare = inside.trim();
    if bare.starts_with("/*") {
        return Some(Tag { name: "/*", is_empty: true, ..tags::read("x")? });
    }
    let (name, rest) = bare.split_once('(')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let is_call = !name.is_empty() && name.chars().all(is_name) && rest.ends_with(')');
    is_call.then(|| tags::read(bare)).flatten()
}

fn meaning(text: &Text<'_>, tag: &Tag<'_>) -> Meaning {
    match tag.name {
        "/*" => {
            let written = &text.text[tag.span.clone()];
            Meaning::Instead(written.replacen("/*", "", 1).replacen("*/", "", 1))
        }
        "youtube" | "vimeo" => {
            let site = if tag.name == "vimeo" { "vimeo.com/" } else { "www.youtube.com/watch?v=" };
            match tag.get(&["id"]) {
                Some(id) => Meaning::Instead(format!("<https://{site}{id}>")),
                None => Meaning::Unknown,
            }
        }
        _ => Meaning::Unknown,
    }
}
