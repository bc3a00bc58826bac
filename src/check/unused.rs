//! Pictures and documents that are published and to which no essay links.

use std::fs;

use foldhash::HashSet;

use crate::book::{Asset, AssetId, Book, Resolved, Target};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::site::marks;
use crate::site::pictures::Pictures;
use crate::source::picture::light_name;
use crate::source::walk::FOR_HOSTS;

/// Whether `book.toml` names it as logo, cover or icon, or the one that it replaces in the dark.
fn is_mark(book: &Book, asset: &Asset) -> bool {
    let names = |path: &str| marks::names(&book.config, path);
    [asset.source.path.as_str(), &asset.source.shown]
        .into_iter()
        .any(|path| names(path) || light_name(path).is_some_and(|light| names(&light)))
}

pub(super) fn check(book: &Book, pictures: &Pictures) -> Vec<Diagnostic> {
    let linked: HashSet<AssetId> = book
        .links
        .iter()
        .flat_map(|links| links.iter())
        .filter_map(|link| match link {
            Resolved::Inside { target: Target::Asset(id), .. } => Some(*id),
            _ => None,
        })
        .chain(pictures.named())
        .collect();
    let paths: HashSet<&str> =
        linked.iter().map(|id| book.assets[id.0].source.path.as_str()).collect();
    // One that takes the place of another in the dark is used with that.
    let is_dark = |path: &str| light_name(path).is_some_and(|light| paths.contains(light.as_str()));
    let assets = book.assets.iter().enumerate();
    let unused = assets.filter(|(i, asset)| {
        let is_used = linked.contains(&AssetId(*i))
            || is_dark(asset.source.path.as_str())
            || is_mark(book, asset)
            || FOR_HOSTS.contains(&asset.source.path.as_str());
        asset.url.is_some() && !is_used
    });
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
