//! `sidebars.js`, where it is plain data: categories and the ids of pages. A sidebar that is computed, or
//! made from the folders, says nothing that the folders do not say.

use serde_json::Value;

use super::{DEEPEST, Item, Navigation, page, text};
use crate::source::Project;

pub(super) fn read(project: &Project) -> Option<Navigation> {
    let names = ["sidebars.js", "sidebars.ts", "sidebars.cjs", "sidebars.mjs", "sidebars.json"];
    let (text, _) = text(project, &names)?;
    Some(Navigation { source: None, items: parse(&text)? })
}

pub(super) fn parse(text: &str) -> Option<Vec<Item>> {
    let object = object(text).filter(|object| is_shallow(object))?;
    let value: Value = json5::from_str(object).ok()?;
    let Value::Object(bars) = value else { return None };
    Some(bars.values().flat_map(items).collect())
}

/// The first object in the text that is assigned or exported.
fn object(text: &str) -> Option<&str> {
    let at = text
        .find("module.exports = {")
        .or_else(|| text.find("export default {"))
        .or_else(|| text.find("sidebars = {"))
        .or_else(|| text.find("sidebars: SidebarsConfig = {"))
        .or_else(|| text.starts_with('{').then_some(0))?;
    let start = at + text[at..].find('{')?;
    let mut depth = 0_usize;
    for (i, c) in text[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[start..=start + i]);
        }
    }
    None
}

/// Whether lists and objects lie in each other no deeper than any contents do. The reader of JSON5 goes into each by
/// recursion, and would run out of stack.
fn is_shallow(text: &str) -> bool {
    let mut depth = 0_usize;
    text.bytes().all(|byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth < 4 * DEEPEST
    })
}

fn items(value: &Value) -> Vec<Item> {
    match value {
        Value::Array(values) => values.iter().filter_map(item).collect(),
        // The short form: names with lists.
        Value::Object(map) => map.iter().map(|(title, value)| category(title, value)).collect(),
        _ => Vec::new(),
    }
}

fn category(title: &str, value: &Value) -> Item {
    Item { title: Some(title.to_owned()), items: items(value), ..Item::default() }
}

fn item(value: &Value) -> Option<Item> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match value {
        Value::String(id) => Some(Item { page: page(id), ..Item::default() }),
        Value::Object(map) => match text("type") {
            Some("doc" | "ref") => {
                let title = text("label").map(str::to_owned);
                Some(Item { title, page: page(text("id")?), ..Item::default() })
            }
            Some("category") => {
                let own = value.get("link").and_then(|link| link.get("id")).and_then(Value::as_str);
                let page = own.and_then(page);
                Some(Item { page, ..category(text("label")?, value.get("items")?) })
            }
            Some(_) => None,
            None => map.iter().next().map(|(title, value)| category(title, value)),
        },
        _ => None,
    }
}
