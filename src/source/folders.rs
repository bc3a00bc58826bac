//! What a folder's own file says of it: `_category_.json` or `.yml` of Docusaurus, `.pages` of MkDocs with
//! awesome-pages.

use foldhash::HashMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::source::{Project, text, yaml};

/// What is known of a folder beside its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// What it is called.
    pub title: Option<String>,
    /// Where it stands among its neighbours.
    pub weight: Option<i64>,
    /// The names of the files and folders in it that come first, in order.
    pub order: Vec<String>,
}

/// Reads what is said of each of `folders`, paths in the content folder.
pub fn read<'f>(
    project: &Project,
    folders: impl Iterator<Item = &'f str>,
) -> HashMap<String, Folder> {
    let known = folders.filter_map(|folder| Some((folder.to_owned(), of(project, folder)?)));
    known.collect()
}

fn of(project: &Project, folder: &str) -> Option<Folder> {
    let dir = project.content.join(folder);
    let named = ["_category_.json", "_category_.yml", "_category_.yaml", ".pages"];
    let text = named.iter().find_map(|name| text::read_inside(&project.root, &dir.join(name)))?;
    // JSON is YAML too.
    let value: Value = yaml::read(&text).ok()?;
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    let position = value.get("position").or_else(|| value.get("weight"));
    let weight = position.and_then(|p| p.as_i64().or_else(|| Some(p.as_f64()?.round() as i64)));
    let list = ["nav", "arrange"].iter().find_map(|key| value.get(key)?.as_array());
    let order = list.into_iter().flatten().filter_map(name).take_while(|name| name != "...");
    Some(Folder { title: text("label").or_else(|| text("title")), weight, order: order.collect() })
}

/// A name in a list, which may have a title before it.
fn name(value: &Value) -> Option<String> {
    let path = value.as_str().or_else(|| value.as_object()?.values().next()?.as_str())?;
    Some(path.trim_end_matches('/').to_owned())
}
