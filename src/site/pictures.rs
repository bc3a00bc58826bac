//! The pictures that essays show: how large they are, which smaller versions they have, and which take their
//! place in the dark.
//!
//! All this follows from the bytes of the files without their pixels being looked at, so pages can be written
//! before any version is made. A file is read only if an essay shows it, and again only if its stamp changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::book::resolve::resolve;
use crate::book::{AssetId, Book, EssayId, Resolved, Target, Url};
use crate::config::RawHtml;
use crate::diagnostic::{Code, Diagnostic, Noted, Place, reason};
use crate::essay::permitted::TRUST;
use crate::essay::{Essay, Link, LinkKind};
use crate::render::fingerprint::Printer;
use crate::render::picture::Shown;
use crate::source::opening;
use crate::source::picture::{Fault, Kind, Picture, dark_names, is_drawing, is_picture};
use crate::source::{Stamp, Survey, svg};

/// The widths of smaller versions in pixels: from a phone to a column of text on a screen with three
/// pixels to one.
const WIDTHS: [u32; 4] = [480, 800, 1200, 1600];

/// A file with fewer bytes is left alone: there is nothing to gain.
const WORTH_IT: u64 = 24 * 1024;

/// The largest letter in rems, as `style.css` has it.
const LETTER: f64 = 1.25;

/// The keys of front matter by which programs name the picture of a page.
const NAMES: [&str; 3] = ["image", "og_image", "cover"];

/// All pictures that essays show.
#[derive(Debug, Default)]
pub struct Pictures {
    shown: HashMap<AssetId, Known>,
    /// The pictures that essays name for those who share them.
    of_essays: HashMap<EssayId, Named>,
    /// The project's folder.
    root: PathBuf,
    /// The drawings that hold programs, which are left out.
    with_programs: BTreeSet<AssetId>,
    /// How wide the text is at most, in rems.
    rems: f64,
    /// What was read, for the next load, ordered by path.
    pub(super) read: Vec<Read>,
    /// Whether a file was another when it was read than when it was listed.
    pub torn: bool,
}

/// A picture that an essay names in its front matter.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    /// A file of the book.
    Asset(AssetId),
    /// A full address.
    Outside(String),
}

impl Named {
    fn asset(&self) -> Option<AssetId> {
        match self {
            Named::Asset(id) => Some(*id),
            Named::Outside(_) => None,
        }
    }
}

/// What is known of one picture.
#[derive(Debug)]
struct Known {
    picture: Option<Picture>,
    widths: Arc<[u32]>,
    dark: Option<AssetId>,
}

/// What was read of one file, with the state of the file that it is true of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Read {
    path: String,
    stamp: Stamp,
    /// Whether the file may have been written again without a trace.
    doubtful: bool,
    picture: Result<Picture, Fault>,
    /// Whether it is a drawing that holds a program.
    has_program: bool,
}

impl Read {
    /// Whether it may be kept for another run.
    pub(super) fn lasts(&self) -> bool {
        !self.doubtful
    }
}

/// One smaller version of a picture.
#[derive(Debug, Clone)]
pub struct Version {
    /// The file that it is made from.
    pub file: PathBuf,
    /// What is known of that.
    pub picture: Picture,
    /// Its width in pixels.
    pub width: u32,
    /// The widths of all versions of that file.
    pub widths: Arc<[u32]>,
}

impl Pictures {
    /// Looks at the pictures of `book`, whose project lies in `root`. What `before` holds and is still true is taken from there.
    pub fn new(root: &Path, book: &Book, survey: &Survey, before: &[Read]) -> Noted<Pictures> {
        let mut notes = Vec::new();
        let shown = shown_by_essays(book);
        let mut wanted = shown.clone();
        let darks = darks(book, &shown);
        let of_essays = named_by_essays(book, &mut notes);
        // Of a drawing that no page shows, only this is asked.
        let drawings = match book.config.handbook.raw_html {
            RawHtml::Trusted => Vec::new(),
            RawHtml::Safe | RawHtml::Off => drawings(book),
        };
        wanted.extend(drawings.iter().filter(|id| !wanted.contains(id)).collect::<Vec<_>>());
        wanted.extend(darks.values().copied().chain(of_essays.values().filter_map(Named::asset)));
        let read = read(root, book, survey, before, &wanted);
        notes.extend(read.iter().filter_map(|(id, _, read)| {
            let fault = read.picture.as_ref().err()?;
            Some(told(&book.assets[id.0].source.shown, fault))
        }));
        let torn = read.iter().any(|(_, torn, _)| *torn);
        let with_programs =
            read.iter().filter(|(id, _, read)| read.has_program && drawings.contains(id));
        let with_programs: BTreeSet<AssetId> = with_programs.map(|(id, ..)| *id).collect();
        notes.extend(
            with_programs.iter().map(|id| program_left_out(&book.assets[id.0].source.shown)),
        );
        // What is named only for those who share a page needs no other sizes.
        let has_versions: BTreeSet<AssetId> = match book.config.handbook.images {
            true => shown.iter().chain(darks.values()).copied().collect(),
            false => BTreeSet::new(),
        };
        let mut shown = HashMap::default();
        for (id, _, read) in &read {
            let picture = read.picture.as_ref().ok().cloned();
            let wanted = picture.as_ref().filter(|_| has_versions.contains(id));
            let widths = wanted.map_or_else(Arc::default, widths);
            shown.insert(*id, Known { picture, widths, dark: darks.get(id).copied() });
        }
        let mut read: Vec<Read> = read.into_iter().map(|(_, _, read)| read).collect();
        read.sort_by(|a, b| a.path.cmp(&b.path));
        let rems = book.config.palette.ems() * LETTER;
        Noted {
            value: Pictures {
                shown,
                of_essays,
                root: root.to_owned(),
                with_programs,
                rems,
                read,
                torn,
            },
            notes,
        }
    }

    /// What the page of a picture's essay says of it. `root` leads from there to the root of the site.
    pub fn shown(&self, id: AssetId, root: &str, book: &Book) -> Option<Shown> {
        let known = self.shown.get(&id)?;
        let dark = known.dark.and_then(|id| {
            let address = format!("{root}{}", book.assets[id.0].url.as_ref()?.encoded());
            Some((address, Box::new(self.alone(id, root, book)?)))
        });
        Some(Shown { dark, ..self.alone(id, root, book)? })
    }

    fn alone(&self, id: AssetId, root: &str, book: &Book) -> Option<Shown> {
        let known = self.shown.get(&id)?;
        let Some(picture) = &known.picture else { return Some(Shown::default()) };
        let at = |url: &Url| format!("{root}{}", url.encoded());
        let mut versions: Vec<(u32, String)> = known
            .widths
            .iter()
            .map(|width| (*width, at(&address(book, id, picture, *width))))
            .collect();
        let own = picture.size.map(|(width, _)| width);
        // Of a picture that is little wider than its versions, itself.
        if let (Some(own), Some((widest, _))) = (own, versions.last())
            && *widest < own
            && own <= WIDTHS[WIDTHS.len() - 1]
        {
            let url = book.assets[id.0].url.as_ref()?;
            versions.push((own, at(url)));
        }
        let sizes = match own.filter(|_| !versions.is_empty()) {
            Some(own) if f64::from(own) < self.rems * 16.0 => {
                format!("(max-width: {own}px) 100vw, {own}px")
            }
            Some(_) => format!("(max-width: {0}rem) 100vw, {0}rem", self.rems),
            None => String::new(),
        };
        Some(Shown { size: picture.size, versions, sizes, dark: None })
    }

    /// Adds to `printer` all that [`Pictures::shown`] is made from, but for the address of the picture.
    pub fn print(&self, id: AssetId, book: &Book, printer: &mut Printer<'_>) {
        let Some(shown) = self.shown(id, "", book) else { return };
        printer.bytes(b'v', format!("{shown:?}").as_bytes());
    }

    /// All smaller versions, each with its address; of files with one name and the same bytes those of one.
    pub fn versions(&self, book: &Book) -> Vec<(Url, AssetId, u32)> {
        let mut ids: Vec<&AssetId> = self.shown.keys().collect();
        ids.sort();
        let mut known = BTreeSet::new();
        let mut versions = Vec::new();
        for id in ids {
            let Some((picture, widths)) = self.of(*id) else { continue };
            for width in widths.iter() {
                let url = address(book, *id, picture, *width);
                if known.insert(url.clone()) {
                    versions.push((url, *id, *width));
                }
            }
        }
        versions
    }

    fn of(&self, id: AssetId) -> Option<(&Picture, &Arc<[u32]>)> {
        let known = self.shown.get(&id)?;
        Some((known.picture.as_ref()?, &known.widths))
    }

    /// What a version is made from.
    pub fn version(&self, book: &Book, id: AssetId, width: u32) -> Option<Version> {
        let (picture, widths) = self.of(id)?;
        let file = book.assets[id.0].source.file.clone();
        Some(Version { file, picture: picture.clone(), width, widths: Arc::clone(widths) })
    }

    /// What is published of a drawing that holds programs. `None` of any other file, and of one that can no longer
    /// be read, which is told where it is copied.
    pub fn without_programs(&self, id: AssetId, book: &Book) -> Option<Vec<u8>> {
        if !self.with_programs.contains(&id) {
            return None;
        }
        let bytes = opening::read(&self.root, &book.assets[id.0].source.file).ok()?;
        Some(svg::without_programs(&bytes).unwrap_or(bytes))
    }

    /// The picture that an essay names for those who share it.
    pub fn named_by(&self, id: EssayId) -> Option<&Named> {
        self.of_essays.get(&id)
    }

    /// The files that essays name for those who share them.
    pub fn named(&self) -> impl Iterator<Item = AssetId> {
        self.of_essays.values().filter_map(Named::asset)
    }

    /// The width and height of a picture.
    pub fn size(&self, id: AssetId) -> Option<(u32, u32)> {
        self.shown.get(&id)?.picture.as_ref()?.size
    }
}

/// The files that essays show as pictures by Markdown.
fn shown_by_essays(book: &Book) -> BTreeSet<AssetId> {
    let pairs = book.essays.iter().zip(&book.links);
    let links = pairs.flat_map(|(essay, resolved)| essay.links.iter().zip(resolved.iter()));
    let pictures = links.filter(|(link, _)| link.kind == LinkKind::Image && !link.in_html);
    let files = pictures.filter_map(|(_, resolved)| match resolved {
        Resolved::Inside { target: Target::Asset(id), .. } => Some(*id),
        _ => None,
    });
    files.filter(|id| is_picture(book.assets[id.0].source.path.as_str())).collect()
}

/// For each of the pictures the one that takes its place in the dark.
fn darks(book: &Book, pictures: &BTreeSet<AssetId>) -> HashMap<AssetId, AssetId> {
    if pictures.is_empty() {
        return HashMap::default();
    }
    let published = book.assets.iter().enumerate().filter(|(_, asset)| asset.url.is_some());
    let by_path: HashMap<&str, AssetId> =
        published.map(|(at, asset)| (asset.source.path.as_str(), AssetId(at))).collect();
    let dark = |id: &AssetId| {
        let names = dark_names(book.assets[id.0].source.path.as_str());
        let dark = names.iter().find_map(|name| by_path.get(name.as_str()))?;
        Some((*id, *dark))
    };
    pictures.iter().filter_map(dark).collect()
}

/// The pictures that essays name in their front matter. They are for those who share a page, and so of use only
/// where the site's full address is known.
fn named_by_essays(book: &Book, notes: &mut Vec<Diagnostic>) -> HashMap<EssayId, Named> {
    let mut found = HashMap::default();
    if book.config.site_url().is_none() {
        return found;
    }
    for (at, essay) in book.essays.iter().enumerate() {
        let Some(written) = name_of(essay) else { continue };
        let link = Link {
            kind: LinkKind::Image,
            target: written.to_owned(),
            has_text: true,
            in_html: false,
            span: 0..0,
        };
        let url = book.url(EssayId(at));
        let named = match resolve(&essay.read(), url, &link, &book.names, |_| None).0 {
            Resolved::Inside { target: Target::Asset(id), .. } => {
                Some(Named::Asset(id)).filter(|_| book.assets[id.0].url.is_some())
            }
            Resolved::Outside(address) => Some(Named::Outside(address)),
            _ if written.starts_with("https://") || written.starts_with("http://") => {
                Some(Named::Outside(written.to_owned()))
            }
            _ => None,
        };
        match named {
            Some(named) => drop(found.insert(EssayId(at), named)),
            None => notes.push(
                Diagnostic::warning(
                    Code::Picture,
                    format!("the picture for those who share this page is missing: `{written}`"),
                )
                .at(Place::file(&essay.shown))
                .hint("name a file beside the essay: image = \"picture.png\""),
            ),
        }
    }
    found
}

/// The picture that the front matter names.
fn name_of(essay: &Essay) -> Option<&str> {
    let named = |name: &&str| essay.meta.extra.get(*name)?.as_str().map(str::trim);
    NAMES.iter().filter_map(named).find(|name| !name.is_empty())
}

/// Reads what of the `wanted` files is not known yet; also whether each was another than when it was listed.
fn read(
    root: &Path,
    book: &Book,
    survey: &Survey,
    before: &[Read],
    wanted: &BTreeSet<AssetId>,
) -> Vec<(AssetId, bool, Read)> {
    let read = |id: &AssetId| {
        let source = &book.assets[id.0].source;
        let path = &source.shown;
        let known = before.binary_search_by(|read| read.path.cmp(path)).ok();
        let known = known.map(|at| &before[at]);
        let doubtful = survey.may_deceive(source.stamp);
        if let Some(known) = known.filter(|read| read.stamp == source.stamp && read.lasts()) {
            return (*id, false, Read { doubtful, ..known.clone() });
        }
        let bytes = opening::read(root, &source.file);
        let stamp = fs::metadata(&source.file).map(|metadata| Stamp::of(&metadata));
        let has_program = is_drawing(path)
            && bytes.as_ref().is_ok_and(|bytes| svg::without_programs(bytes).is_some());
        let picture = match bytes {
            Ok(bytes) => Picture::read(source.path.as_str(), &bytes),
            Err(error) => Err(Fault::Unread(reason(&error))),
        };
        let doubtful = doubtful || matches!(picture, Err(Fault::Unread(_)));
        let torn = stamp.ok() != Some(source.stamp);
        let (path, stamp) = (path.clone(), source.stamp);
        (*id, torn, Read { path, stamp, doubtful, picture, has_program })
    };
    let wanted: Vec<&AssetId> = wanted.iter().collect();
    wanted.into_par_iter().map(read).collect()
}

/// The drawings of the site.
fn drawings(book: &Book) -> Vec<AssetId> {
    let published = book.assets.iter().enumerate().filter(|(_, asset)| asset.url.is_some());
    let drawings = published.filter(|(_, asset)| is_drawing(asset.source.path.as_str()));
    drawings.map(|(at, _)| AssetId(at)).collect()
}

fn program_left_out(shown: &str) -> Diagnostic {
    Diagnostic::warning(Code::RawHtml, format!("{shown} holds a program, which is left out of it"))
        .at(Place::file(shown))
        .hint("a drawing that a reader opens by itself could run it; in a page it never runs")
        .hint(TRUST)
}

fn told(shown: &str, fault: &Fault) -> Diagnostic {
    let (message, hint) = match fault {
        Fault::Damaged => (
            format!("{shown} is no picture, or a part of it is missing"),
            "open it in another program and save it anew; it is published as it is, without its size",
        ),
        Fault::TooLarge(width, height) => (
            format!("{shown} is too large to be worked on: {width} by {height} pixels"),
            "make it smaller, 3000 pixels wide is plenty; it is published as it is, without its size",
        ),
        Fault::Unread(reason) => (
            format!("cannot read {shown}: {reason}"),
            "see that it is there and that you may read it",
        ),
    };
    let code = if matches!(fault, Fault::Unread(_)) { Code::Unreadable } else { Code::Picture };
    Diagnostic::warning(code, message).at(Place::file(shown)).hint(hint)
}

/// The widths of the smaller versions of a picture, none wider than itself. A PNG also gets a version of its own
/// width, since WebP stores the same in less; a JPEG of that width would hardly gain.
fn widths(picture: &Picture) -> Arc<[u32]> {
    let Some((width, _)) = picture.size.filter(|_| picture.length >= WORTH_IT) else {
        return Arc::default();
    };
    let own = (picture.kind == Kind::Png && width <= WIDTHS[WIDTHS.len() - 1]).then_some(width);
    match picture.kind {
        Kind::AsItIs => Arc::default(),
        _ => WIDTHS.into_iter().filter(|smaller| *smaller < width).chain(own).collect(),
    }
}

/// The address of a version. The file's bytes are a part of it, so that browsers may keep it for good.
fn address(book: &Book, id: AssetId, picture: &Picture, width: u32) -> Url {
    let stem = book.assets[id.0].source.path.stem();
    // Names of files may have 255 bytes on most disks, and this one gets an ending.
    let end = (0..=stem.len().min(120)).rev().find(|at| stem.is_char_boundary(*at));
    let name = &stem[..end.unwrap_or(0)];
    Url::file(&format!("assets/{name}-{width}-{}.webp", picture.short_hash()))
}
