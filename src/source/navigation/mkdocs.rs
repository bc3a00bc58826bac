//! `nav:` in `mkdocs.yml`: a list of paths, of names with paths, and of names with lists.

use serde_json::Value;

use super::{Item, Navigation, page, text};
use crate::source::{Project, yaml};

pub(super) fn read(project: &Project) -> Option<Navigation> {
    let (text, _) = text(project, &["mkdocs.yml", "mkdocs.yaml", ".config/mkdocs.yml"])?;
    Some(Navigation { source: None, items: parse(&text)? })
}

pub(super) fn parse(text: &str) -> Option<Vec<Item>> {
    let value: Value = yaml::read(&block(text)?).ok()?;
    Some(items(value.get("nav")?))
}

/// The lines of the key `nav` alone: the rest of the file may hold what means something to Python only.
fn block(text: &str) -> Option<String> {
    let from = text.lines().position(|line| line.starts_with("nav:"))?;
    let belongs = |line: &&str| line.starts_with([' ', '-', '#', '\t']) || line.trim().is_empty();
    let mut lines = text.lines().skip(from);
    let first = lines.next()?;
    let rest: Vec<&str> = lines.take_while(belongs).collect();
    Some(format!("{first}\n{}\n", rest.join("\n")))
}

fn items(value: &Value) -> Vec<Item> {
    let Value::Array(values) = value else { return Vec::new() };
    values.iter().flat_map(item).collect()
}

fn item(value: &Value) -> Vec<Item> {
    match value {
        Value::String(path) => vec![Item { page: page(path), ..Item::default() }],
        Value::Object(map) => map
            .iter()
            .map(|(title, value)| {
                let title = Some(title.clone());
                match value {
                    Value::String(path) => Item { title, page: page(path), ..Item::default() },
                    list => Item { title, items: items(list), ..Item::default() },
                }
            })
            .collect(),
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|item| item.page.is_some() || !item.items.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_itself_is_read() {
        let text = "x: !!python/name:y.z\nnav:\n  - index.md\n  - Guide:\n      - One: a b.md\n      - https://a.org\n\n# note\nplugins: [y]\n";
        let value: Value = serde_norway::from_str(&block(text).unwrap()).unwrap();
        let items = items(&value["nav"]);
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].items.len(), 1);
        assert_eq!(items[1].items[0].page.as_deref(), Some("a b.md"));
    }
}
