//! Pictures and documents that are published and to which no essay links.

use std::fs;

use foldhash::HashSet;

use crate::book::{AssetId, Book, Resolved, Target};
use crate::diagnostic::{Code, Diagnostic, Place};

pub(super) fn check(book: &Book) -> Vec<Diagnostic> {
    let linked: HashSet<AssetId> = book
        .links
        .iter()
        .flat_map(|links| links.iter())
        .filter_map(|link| match link {
            Resolved::Inside { target: Target::Asset(id), .. } => Some(*id),
            _ => None,
        })
        .collect();
    let assets = book.assets.iter().enumerate();
    let unused = assets.filter(|(i, asset)| asset.url.is_some() && !linked.contains(&AssetId(*i)));
    unused
        .map(|(_, asset)| {
            let shown = &asset.source.shown;
            let kilobytes = fs::metadata(&asset.source.file).map_or(0, |m| m.len().div_ceil(1000));
            let message = format!("no essay uses {shown} ({kilobytes} kB)");
            Diagnostic::note(Code::UnusedFile, message)
                .at(Place::file(shown))
                .hint("it is published all the same; take it away, or link to it")
        })
        .collect()
}
