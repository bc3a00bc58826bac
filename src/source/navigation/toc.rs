//! `toc.yml` of DocFX (`name`, `href`, `items`) and `_toc.yml` of Jupyter Book (`file`, `chapters`,
//! `sections`, `parts` with captions).

use serde_json::Value;

use super::{Item, Navigation, page, text};
use crate::source::{Project, yaml};

pub(super) fn read(project: &Project) -> Option<Navigation> {
    let (text, _) = text(project, &["toc.yml", "_toc.yml", "toc.yaml"])?;
    Some(Navigation { source: None, items: parse(&text)? })
}

pub(super) fn parse(text: &str) -> Option<Vec<Item>> {
    let value: Value = yaml::read(text).ok()?;
    match &value {
        Value::Array(values) => Some(values.iter().filter_map(item).collect()),
        Value::Object(_) => Some(below(&value)),
        _ => None,
    }
}

/// What stands below an entry, under whichever of the words.
fn below(value: &Value) -> Vec<Item> {
    let lists = ["parts", "chapters", "sections", "items"];
    let lists = lists.iter().filter_map(|key| value.get(key)?.as_array());
    lists.flatten().filter_map(item).collect()
}

fn item(value: &Value) -> Option<Item> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| value.get(key)?.as_str());
    let title = text(&["name", "title", "caption"]).map(str::to_owned);
    let page = text(&["href", "file", "topicHref"]).and_then(page);
    let items = below(value);
    (page.is_some() || !items.is_empty()).then_some(Item { title, page, items, place: None })
}
