//! The paths of files that an essay brings in: `{{#include ../a.md}}` of mdBook and `--8<-- "a.md"` of MkDocs.
//! (Notes that Obsidian embeds are named as links are.)

use std::ops::Range;

use crate::book::targets::relative;
use crate::edit::library::Moved;
use crate::edit::moves::Moves;
use crate::essay::dialect::Edit;
use crate::essay::{Essay, Library};
use crate::source::SourcePath;
use crate::system::System;

/// The edits of `text` after which `essay`, now at `path`, brings in what it brought in before, and the places of
/// paths for which there is none.
pub fn edits(
    essay: &Essay,
    text: &str,
    path: &SourcePath,
    moves: &Moves,
    (before, after): (&dyn Library, &Moved<'_>),
) -> (Vec<Edit>, Vec<Range<usize>>) {
    let (mut edits, mut left) = (Vec::new(), Vec::new());
    for at in paths(essay, text) {
        let written = &text[at.clone()];
        let Ok(volume) = before.read(&essay.source, written) else { continue };
        let want = moves.shown(&volume.path).unwrap_or(volume.path);
        let leads = |way: &str| after.read(path, way).is_ok_and(|volume| volume.path == want);
        if leads(written) {
            continue;
        }
        let folder = format!("{}{}", moves.prefix(), path.folder());
        let ways = [relative(folder.trim_end_matches('/'), &want), want.clone()];
        match ways.into_iter().find(|way| leads(way)) {
            Some(with) => edits.push(Edit { at, with }),
            None => left.push(at),
        }
    }
    (edits, left)
}

/// Where paths of files that are brought in stand in `text`.
fn paths(essay: &Essay, text: &str) -> Vec<Range<usize>> {
    let systems = essay.dialect.systems;
    let mut found = Vec::new();
    if systems.has(System::MdBook) {
        found.extend(in_helpers(text));
    }
    if systems.has(System::MkDocs) {
        found.extend(in_snippets(text));
    }
    found
}

fn in_helpers(text: &str) -> Vec<Range<usize>> {
    let helper = |(at, _): (usize, &str)| {
        let inside = &text[at + 3..];
        let inside = &inside[..inside.find("}}")?];
        let name = ["include", "rustdoc_include", "playground"].into_iter().find(|name| {
            inside.strip_prefix(name).is_some_and(|rest| rest.starts_with(char::is_whitespace))
        })?;
        let arguments = &inside[name.len()..];
        let start = at + 3 + name.len() + (arguments.len() - arguments.trim_start().len());
        let path = arguments.trim_start();
        let is_end = |c: char| c == ':' || (name == "playground" && c.is_whitespace());
        let end = path.find(is_end).unwrap_or(path.len());
        Some(start..start + path[..end].trim_end().len())
    };
    text.match_indices("{{#").filter_map(helper).collect()
}

fn in_snippets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, mut in_block) = (0, false);
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let named = if bare == "--8<--" {
            in_block = !in_block;
            None
        } else if in_block {
            Some(bare.trim_matches('"'))
        } else {
            bare.strip_prefix("--8<-- ").map(|path| path.trim().trim_matches(['"', '\'']))
        };
        if let Some(path) = named.map(|named| named.split(':').next().unwrap_or(named))
            && !path.is_empty()
            && let Some(start) = line.find(path)
        {
            found.push(at + start..at + start + path.len());
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_what_is_brought_in() {
        let text = "{{#include ../a.md:2:4}} {{#playground b.rs editable}} {{#title x}}\n--8<-- \"c.md:part\"\n--8<--\nd.md\n--8<--\n";
        let helpers: Vec<_> = in_helpers(text).into_iter().map(|at| &text[at]).collect();
        let snippets: Vec<_> = in_snippets(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!((helpers, snippets), (vec!["../a.md", "b.rs"], vec!["c.md", "d.md"]));
    }
}
