//! Follows every link of a built site, as a browser would at a given place of it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

/// A link that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// The page that holds it.
    pub page: String,
    /// Where it should lead, as written.
    pub target: String,
    /// What is wrong.
    pub why: &'static str,
}

/// Everything below `dir`, by its path from there.
pub fn files_below(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// The links, pictures, styles and scripts of all pages that lead to nothing on a site that is put at
/// `base`, such as `/` or `/x/handbook/`.
pub fn dead_links(files: &BTreeMap<String, Vec<u8>>, base: &str) -> Vec<Dead> {
    let pages: HashMap<&str, String> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| (path.as_str(), String::from_utf8(bytes.clone()).unwrap()))
        .collect();
    let ids: HashMap<&str, HashSet<String>> = pages
        .iter()
        .map(|(path, html)| (*path, attributes(html, &["id", "name"]).collect()))
        .collect();
    let mut dead = Vec::new();
    for (page, html) in &pages {
        for target in attributes(html, &["href", "src"]) {
            if let Some(why) = dead_link(files, &ids, base, page, &target) {
                dead.push(Dead { page: (*page).to_owned(), target, why });
            }
        }
    }
    dead.sort_by(|a, b| (&a.page, &a.target).cmp(&(&b.page, &b.target)));
    dead
}

/// The values of the attributes with these names in all tags.
fn attributes<'h>(html: &'h str, names: &'h [&str]) -> impl Iterator<Item = String> + use<'h> {
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(""));
    tags.flat_map(move |tag| names.iter().filter_map(move |name| value(tag, name)))
}

/// The value of an attribute of a tag.
fn value(tag: &str, name: &str) -> Option<String> {
    let quoted = |quote: char| {
        let sign = format!("{name}={quote}");
        let at = tag
            .match_indices(&sign)
            .map(|(at, _)| at)
            .find(|at| tag[..*at].ends_with([' ', '\n', '\t', '"', '\'']))?;
        tag[at + sign.len()..].split(quote).next()
    };
    let value = quoted('"').or_else(|| quoted('\''))?;
    Some(value.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\""))
}

fn dead_link(
    files: &BTreeMap<String, Vec<u8>>,
    ids: &HashMap<&str, HashSet<String>>,
    base: &str,
    page: &str,
    target: &str,
) -> Option<&'static str> {
    let Place { file, fragment } = place_of(files, base, page, target)?;
    let file = match file {
        Ok(file) => file,
        Err(why) => return Some(why),
    };
    let there = ids.get(file.as_str()).is_none_or(|ids| ids.contains(&fragment));
    (!fragment.is_empty() && fragment != "top" && !there).then_some("no such id")
}

/// Where a link leads.
struct Place {
    /// The file, or why there is none.
    file: Result<String, &'static str>,
    fragment: String,
}

/// Where `target` leads from `page`; `None` if that is out of the site on purpose.
fn place_of(
    files: &BTreeMap<String, Vec<u8>>,
    base: &str,
    page: &str,
    target: &str,
) -> Option<Place> {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or("");
    if scheme.contains(':') || target.starts_with("//") {
        return None;
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = path.split('?').next().unwrap_or("");
    let path = decoded(path);
    let place = format!("{base}{page}");
    let mut parts: Vec<&str> =
        if path.starts_with('/') { vec![""] } else { place.split('/').collect() };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let at = if path.is_empty() { place.clone() } else { parts.join("/") };
    let at = if at.starts_with('/') { at } else { format!("/{at}") };
    let fragment = decoded(fragment);
    let Some(inside) =
        format!("{at}/").strip_prefix(base).map(|rest| rest.trim_matches('/').to_owned())
    else {
        return Some(Place { file: Err("out of the site"), fragment });
    };
    let index = format!("{inside}/index.html");
    let file = [inside.as_str(), index.trim_start_matches('/')]
        .into_iter()
        .find(|file| files.contains_key(*file));
    Some(Place { file: file.map(str::to_owned).ok_or("missing"), fragment })
}

/// The pages that a reader comes to by links who begins at those of `from` that are there.
#[allow(dead_code, reason = "not every test that follows links asks for them")]
pub fn reached(
    files: &BTreeMap<String, Vec<u8>>,
    base: &str,
    from: impl IntoIterator<Item = String>,
) -> HashSet<String> {
    let mut reached = HashSet::new();
    let mut next: Vec<String> = from.into_iter().collect();
    while let Some(page) = next.pop() {
        let Some(bytes) = files.get(&page).filter(|_| page.ends_with(".html")) else { continue };
        if !reached.insert(page.clone()) {
            continue;
        }
        let html = String::from_utf8_lossy(bytes);
        for target in attributes(&html, &["href"]) {
            let place = place_of(files, base, &page, &target);
            next.extend(place.and_then(|place| place.file.ok()));
        }
    }
    reached
}

/// The places that links can lead to in a piece of HTML.
#[allow(dead_code, reason = "not every test that follows links asks for them")]
pub fn ids(html: &str) -> impl Iterator<Item = String> + use<'_> {
    attributes(html, &["id", "name"])
}

/// A part of an address without its escapes.
pub fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
