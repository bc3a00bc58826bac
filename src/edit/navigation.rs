//! The contents that an author wrote for another program, with the new paths of what has moved.
//!
//! Each format is edited where its own reader finds the paths, and read again: it must list what it listed. Where it
//! does not, the lines are told.

use std::path::PathBuf;

use crate::book::rules::join;
use crate::config::HtmlTable;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::edit::front_matter::{self, Node, written};
use crate::edit::links::{self, Change};
use crate::edit::moves::Moves;
use crate::edit::original::Original;
use crate::edit::place::path_of;
use crate::edit::rehearsal::listed;
use crate::essay::dialect::{self, Edit};
use crate::essay::front_matter::Language;
use crate::essay::{Dialect, Essay};
use crate::source::navigation::{self, Item};
use crate::source::{Project, SourcePath};

/// The files that contents are read from, in the content folder or in the root.
const FILES: &[&str] = &[
    "SUMMARY.md",
    "summary.md",
    "Summary.md",
    "mkdocs.yml",
    "mkdocs.yaml",
    ".config/mkdocs.yml",
    "sidebars.js",
    "sidebars.ts",
    "sidebars.cjs",
    "sidebars.mjs",
    "sidebars.json",
    "toc.yml",
    "_toc.yml",
    "toc.yaml",
];

/// The contents of `project` with their edits, and what cannot be edited. `source` is the file of Markdown that
/// holds them, if that has another name.
pub fn edits(
    project: &Project,
    moves: &Moves,
    source: Option<&SourcePath>,
) -> (Vec<(Original, Vec<Edit>)>, Vec<Diagnostic>) {
    let (mut edited, mut told) = (Vec::new(), Vec::new());
    for file in files(project, source) {
        let shown = project.shown(&file);
        let Ok(original) = Original::open(&project.root, &file, &shown) else { continue };
        let before = navigation::parse(&shown, &original.text);
        let after = listed(before.clone(), moves);
        if after == before {
            continue;
        }
        let found = match shown.rsplit('.').next() {
            Some("md") => in_markdown(&original, moves),
            Some("yml" | "yaml") => in_yaml(&original.text, moves),
            _ => in_script(&original.text, &before, moves),
        };
        let now = navigation::parse(&shown, &original.text_with(&found));
        if without_places(now) == without_places(after) {
            edited.push((original, found));
        } else {
            told.extend(lines(&original, &before, moves));
        }
    }
    if let Some(found) = order_of_folder(project, moves) {
        edited.push(found);
    }
    (edited, told)
}

fn files(project: &Project, source: Option<&SourcePath>) -> Vec<PathBuf> {
    let named = source.map(|source| project.content.join(source.as_str()));
    let dirs = [&project.content, &project.root];
    let all = FILES.iter().flat_map(|name| dirs.map(|dir| dir.join(name)));
    let mut files: Vec<PathBuf> = Vec::new();
    for file in named.into_iter().chain(all).filter(|file| file.is_file()) {
        let is_known = |known: &PathBuf| {
            std::fs::canonicalize(known).ok() == std::fs::canonicalize(&file).ok()
        };
        if !files.iter().any(is_known) {
            files.push(file);
        }
    }
    files
}

fn without_places(items: Vec<Item>) -> Vec<Item> {
    let plain = |item: Item| Item { place: None, items: without_places(item.items), ..item };
    items.into_iter().map(plain).collect()
}

/// A path in contents, spelled anew; `None` where nothing has moved.
fn respelled(path: &str, moves: &Moves) -> Option<String> {
    let bare = path.split(['#', '?']).next().unwrap_or("").trim();
    let suffix = &path[path.find(bare)? + bare.len()..];
    let dots = if bare.starts_with("./") { "./" } else { "" };
    let to = moves.listed(&join("", bare)?)?;
    let slash = if bare.ends_with('/') { "/" } else { "" };
    Some(format!("{dots}{to}{slash}{suffix}"))
}

fn in_markdown(original: &Original, moves: &Moves) -> Vec<Edit> {
    let dialect = Dialect::new(&HtmlTable::default());
    let read = |text: String| {
        let path = SourcePath::new(&original.shown);
        Essay::parse(path, original.shown.clone(), text, dialect, &dialect::Empty)
    };
    let essay = read(original.text.clone());
    let changes = essay.links.iter().enumerate().filter_map(|(link, found)| {
        let path = path_of(&found.target);
        let path = percent_encoding::percent_decode_str(&path).decode_utf8_lossy();
        Some(Change { link, path: Some(respelled(&path, moves)?) })
    });
    let changes: Vec<Change> = changes.collect();
    let read = |edits: &[Edit]| read(original.text_with(edits));
    links::write(&essay, &original.text, &changes, &[], &read).0
}

fn in_yaml(text: &str, moves: &Moves) -> Vec<Edit> {
    fn walk(node: &Node, text: &str, moves: &Moves, edits: &mut Vec<Edit>) {
        match node {
            Node::Text { at, value } => {
                let with = respelled(value, moves);
                edits.extend(with.map(|with| Edit {
                    at: at.clone(),
                    with: written(&with, &text[at.clone()], Language::Yaml),
                }));
            }
            Node::List { items, .. } => {
                items.iter().for_each(|item| walk(item, text, moves, edits))
            }
            Node::Table(entries) => {
                entries.iter().for_each(|(_, node)| walk(node, text, moves, edits));
            }
            Node::Other => {}
        }
    }
    let mut edits = Vec::new();
    if let Some(node) = front_matter::yaml(text, 0) {
        walk(node.get("nav").unwrap_or(&node), text, moves, &mut edits);
    }
    edits
}

/// Paths between quotes.
fn in_script(text: &str, items: &[Item], moves: &Moves) -> Vec<Edit> {
    let mut edits = Vec::new();
    for page in pages(items) {
        let Some(to) = moves.listed(page) else { continue };
        for quote in ['\'', '"'] {
            let written = format!("{quote}{page}{quote}");
            edits.extend(
                text.match_indices(&written)
                    .map(|(at, _)| Edit { at: at + 1..at + 1 + page.len(), with: to.clone() }),
            );
        }
    }
    edits
}

fn pages(items: &[Item]) -> Vec<&str> {
    let own = items.iter().filter_map(|item| item.page.as_deref());
    own.chain(items.iter().flat_map(|item| pages(&item.items))).collect()
}

/// What is to be changed by hand.
fn lines(original: &Original, items: &[Item], moves: &Moves) -> Vec<Diagnostic> {
    let told = pages(items).into_iter().filter_map(|page| {
        let to = moves.listed(page)?;
        let at = original.text.find(page).unwrap_or(0);
        let place = Place::in_text(&original.shown, &original.text, at..at + page.len());
        let message = format!("the contents list `{page}`, which has moved");
        Some(Diagnostic::warning(Code::BrokenLink, message).at(place).hint(format!("write `{to}`")))
    });
    told.collect()
}

/// `.pages` of MkDocs gives the order of a folder by names. One that changes within its folder keeps its place.
fn order_of_folder(project: &Project, moves: &Moves) -> Option<(Original, Vec<Edit>)> {
    let parts = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        (folder.to_owned(), name.to_owned())
    };
    let ((folder, old), (folder_after, new)) = (parts(&moves.from), parts(&moves.to));
    let file = project.content.join(&folder).join(".pages");
    if folder != folder_after || !file.is_file() {
        return None;
    }
    let original = Original::open(&project.root, &file, &project.shown(&file)).ok()?;
    let node = front_matter::yaml(&original.text, 0)?;
    let list = ["nav", "arrange"].iter().find_map(|key| node.get(key))?;
    let Node::List { items, .. } = list else { return None };
    let names = items.iter().filter_map(|item| match item {
        Node::Table(entries) => entries.first().map(|(_, node)| node),
        other => Some(other),
    });
    let edits = names.filter_map(|name| match name {
        Node::Text { at, value } if *value == old => {
            let with = written(&new, &original.text[at.clone()], Language::Yaml);
            Some(Edit { at: at.clone(), with })
        }
        _ => None,
    });
    let edits: Vec<Edit> = edits.collect();
    (!edits.is_empty()).then_some((original, edits))
}
