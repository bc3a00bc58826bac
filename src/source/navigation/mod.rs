//! The contents that an author wrote for another program: which pages in which order, under which names,
//! one below the other. Each format has its file here; all give one [`Navigation`].
//!
//! A navigation is never required. One that cannot be read as data is passed over.

mod docusaurus;
mod mkdocs;
mod summary;
mod toc;

use crate::diagnostic::Place;
use crate::source::Project;
use crate::source::walk::SourcePath;

/// The contents of a book as its author wrote them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Navigation {
    /// The Markdown file that holds them, which is no essay then.
    pub source: Option<SourcePath>,
    /// What they list, in order.
    pub items: Vec<Item>,
}

/// One line of the contents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    /// What it is called, if it says so.
    pub title: Option<String>,
    /// The path of its page in the content folder, without escapes; `None` for a mere name above others.
    /// Formats that leave the ending away do so here.
    pub page: Option<String>,
    /// What stands below it.
    pub items: Vec<Item>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// How deep contents are read; what lies deeper stands at that depth.
const DEEPEST: usize = 32;

/// Reads the contents of `project`, by the first format that it has.
pub fn read(project: &Project) -> Option<Navigation> {
    let formats = [summary::read, mkdocs::read, docusaurus::read, toc::read];
    let mut navigation = formats.iter().find_map(|read| read(project))?;
    flatten(&mut navigation.items, 0);
    (count(&navigation.items) > 0).then_some(navigation)
}

/// What a file lists, in the format that files of this name have; nothing where that cannot be read.
pub fn parse(file: &str, text: &str) -> Vec<Item> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let mut items = match name {
        name if name.ends_with(".md") => Some(summary::parse(file, text)),
        name if name.starts_with("mkdocs.") => mkdocs::parse(text),
        name if name.starts_with("sidebars.") => docusaurus::parse(text),
        _ => toc::parse(text),
    }
    .unwrap_or_default();
    flatten(&mut items, 0);
    items
}

fn count(items: &[Item]) -> usize {
    items.iter().map(|item| usize::from(item.page.is_some()) + count(&item.items)).sum()
}

/// Takes what lies too deep up to the deepest level.
fn flatten(items: &mut Vec<Item>, depth: usize) {
    if depth < DEEPEST {
        items.iter_mut().for_each(|item| flatten(&mut item.items, depth + 1));
        return;
    }
    let mut waiting: Vec<Item> = std::mem::take(items);
    waiting.reverse();
    while let Some(mut item) = waiting.pop() {
        let below = std::mem::take(&mut item.items);
        waiting.extend(below.into_iter().rev());
        items.push(item);
    }
}

/// The path of a page from a link in the contents: without fragment and escapes, `.` and `..` worked out.
/// `None` for what leads elsewhere.
fn page(target: &str) -> Option<String> {
    let path = target.trim().split(['#', '?']).next().unwrap_or("");
    if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
        return None;
    }
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The text of the first of these files of the content folder or the root that is there, with the name to
/// show.
fn text(project: &Project, names: &[&str]) -> Option<(String, String)> {
    names.iter().find_map(|name| {
        let dirs = [&project.content, &project.root];
        let file = dirs.into_iter().map(|dir| dir.join(name)).find(|file| file.is_file())?;
        let text = crate::source::text::read_inside(&project.root, &file)?;
        Some((text, project.shown(&file)))
    })
}
