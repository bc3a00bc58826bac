//! The third step, **assemble**: all essays together become a [`Book`].
//!
//! Steps 1 to 4 make the [`frame`]: it follows from where essays lie and from their front matter, and
//! stays while only their text changes.
//!
//! 1. Drafts are set aside.
//! 2. [`tree`] arranges the essays in sections and in reading order, by folders or as the author's
//!    [`contents`](mod@contents) list them.
//! 3. [`urls`] gives each page its address; one address is never given twice.
//! 4. [`taxonomy`] gathers tags and authors.
//! 5. [`linked`] holds where each link leads, which [`resolve`] finds by the [`rules`], and the backlinks.
//! 6. [`redirects`](mod@redirects) leads old addresses on.
//!
//! Nothing here is ever updated. A book is made anew after every change, and takes from the one before what
//! would come out the same.

pub mod contents;
mod feeds;
pub mod frame;
pub mod linked;
mod names;
pub mod redirects;
pub mod related;
pub mod resolve;
pub mod rules;
pub mod search;
pub mod targets;
pub mod taxonomy;
pub mod tree;
pub mod urls;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::config::{Links, RawHtml};
use crate::diagnostic::{Code, Diagnostic, Noted, Place};
use crate::essay::Essay;
use crate::essay::permitted::TRUST;
use crate::essay::title::is_index;
use crate::source::walk::has_ending;
use crate::source::{FileKind, Repository, SourceFile};

pub use frame::{Frame, Parts, Setting};
pub use linked::Linked;
pub use redirects::{Destination, Moved, Redirect, Redirects};
pub use related::Related;
pub use resolve::Resolved;
pub use targets::Target;
pub use taxonomy::{Kind, Taxonomy, Term};
pub use tree::{Entry, Folders, Section, SectionId, Tree};
pub use urls::{Url, Urls};

/// An essay's number in [`Book::essays`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EssayId(pub usize);

/// An asset's number in [`Book::assets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(pub usize);

/// A file that is copied to the site.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The file.
    pub source: SourceFile,
    /// Its address; `None` for a file that no page needs.
    pub url: Option<Url>,
}

/// A whole handbook, before any page of it is rendered.
#[derive(Debug)]
pub struct Book {
    /// What follows from where the essays lie and from their front matter. Its fields are the book's.
    pub frame: Arc<Frame>,
    /// All essays that are built, ordered by path.
    pub essays: Vec<Arc<Essay>>,
    /// Files that are no essays.
    pub assets: Vec<Asset>,
    /// For each essay, its links resolved, in the order of [`Essay::links`].
    pub links: Vec<Arc<Linked>>,
    /// For each essay, the essays that link to it, in reading order.
    pub backlinks: Arc<Vec<Vec<EssayId>>>,
    /// Old addresses.
    pub redirects: Redirects,
    /// All addresses given so far; the site's own files claim theirs after.
    pub urls: Urls,
}

impl Deref for Book {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

/// What links are relative to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ground {
    /// The content folder's path from the project's root, with a closing slash; empty for the root.
    pub content_prefix: String,
    /// What links without an ending are relative to.
    pub links: Links,
    /// The repository that the project lies in.
    pub repository: Option<Repository>,
    /// Where the site is published, each with a closing slash.
    pub site_urls: Vec<String>,
}

impl Book {
    /// Puts the parts together. What `before` was made of too is taken from there: each step is a function
    /// of its inputs, so equal inputs need not be worked on again.
    pub fn assemble(parts: Parts, before: Option<&Book>) -> Noted<Book> {
        let mut notes: Vec<Diagnostic> =
            parts.essays.iter().flat_map(|essay| essay.notes.iter().cloned()).collect();
        let related = parts.related.clone();
        let (essays, setting) = parts.without_drafts();
        let frame = match before.filter(|book| book.is_framed_by(&setting, &essays)) {
            Some(book) => Arc::clone(&book.frame),
            None => Arc::new(Frame::new(setting, &essays, before, related.as_ref())),
        };
        notes.extend(frame.notes.iter().cloned());
        let before = before.filter(|book| Arc::ptr_eq(&book.names, &frame.names));
        let links = linked::link(&frame, &essays, before);
        notes.extend(links.iter().flat_map(|links| links.notes.iter().cloned()));
        let mut urls = Urls::over(&frame.urls);
        let mut assets = frame.assets.clone();
        let is_trusted = frame.setting.config.handbook.raw_html == RawHtml::Trusted;
        claim_assets(&mut assets, &links, is_trusted, &mut urls, &mut notes);
        let redirects = redirects::redirects(&frame, &essays, &mut urls, &mut notes);
        let backlinks = linked::backlinks(&links, &frame.tree, before);
        let book = Book { frame, essays, assets, links, backlinks, redirects, urls };
        Noted { value: book, notes: folded(notes) }
    }

    /// Whether the frame that `setting` and `essays` would give is this book's.
    fn is_framed_by(&self, setting: &Setting, essays: &[Arc<Essay>]) -> bool {
        let alike = |(at, (old, new)): (usize, (&Arc<Essay>, &Arc<Essay>))| {
            // Where the author wrote contents, more essays than pages of sections give an order.
            let may_order =
                self.frame.setting.navigation.is_some() || self.tree.is_section_page(EssayId(at));
            Arc::ptr_eq(old, new) || frame::look_alike(old, new, may_order)
        };
        self.essays.len() == essays.len()
            && self.frame.setting == *setting
            && self.essays.iter().zip(essays).enumerate().all(alike)
    }

    /// The essay with the number `id`.
    pub fn essay(&self, id: EssayId) -> &Essay {
        &self.essays[id.0]
    }

    /// The taxonomy of a kind.
    pub fn taxonomy(&self, kind: Kind) -> &Taxonomy {
        match kind {
            Kind::Tags => &self.tags,
            Kind::Authors => &self.authors,
        }
    }

    /// The address of an essay's page.
    pub fn url(&self, id: EssayId) -> &Url {
        &self.essay_urls[id.0]
    }

    /// The essay before `id` in the whole book, and the one after.
    pub fn neighbours(&self, id: EssayId) -> (Option<EssayId>, Option<EssayId>) {
        let at = self.position[id.0];
        let order = &self.tree.order;
        (at.checked_sub(1).map(|before| order[before]), order.get(at + 1).copied())
    }

    /// Whether an essay is a draft, or lies in a folder whose own page is one.
    pub fn is_draft(&self, id: EssayId) -> bool {
        let essay = self.essay(id);
        let above = |page: &Essay| {
            let folder = format!("{}/", page.source.folder());
            folder != "/" && is_index(&page.source) && essay.source.as_str().starts_with(&folder)
        };
        essay.meta.draft || self.essays.iter().any(|page| page.meta.draft && above(page))
    }

    /// An essay's title; that of a home page that names itself nowhere is the book's.
    pub fn title_of(&self, id: EssayId) -> &str {
        let title = &self.titles[id.0];
        if title.is_empty() { &self.title } else { title }
    }

    /// The address of the page with the whole book, if there is to be one and no essay has its address.
    pub fn whole(&self) -> Option<Url> {
        let url = self.whole_url();
        let is_free = self.urls.holder_of(&url).is_none();
        (self.config.print(self.essays.len()) && is_free).then_some(url)
    }

    /// Where the copy of an essay in Markdown stands: beside its page, `trust/hard-conversations.md`.
    pub fn copy_url(&self, id: EssayId) -> Url {
        let page = self.url(id).as_str();
        let bare = page.strip_suffix(".html").unwrap_or(page).trim_end_matches('/');
        Url::file(&format!("{}.md", if bare.is_empty() { "index" } else { bare }))
    }

    /// Where the page with the whole book stands.
    pub fn whole_url(&self) -> Url {
        Url::page("print", self.config.url_style())
    }

    /// The essay that stands behind a target, for its headings.
    pub fn essay_behind(&self, target: Target) -> Option<&Essay> {
        linked::essay_behind(target, &self.frame).map(|id| self.essay(id))
    }

    /// The address that a target has on the site.
    pub fn target_url(&self, target: Target) -> Option<&Url> {
        match target {
            Target::Essay(id) => Some(self.url(id)),
            Target::Section(id) => Some(&self.section_urls[id.0]),
            Target::Asset(id) => self.assets[id.0].url.as_ref(),
            Target::Draft | Target::Repository(_) => None,
        }
    }
}

/// One note for all places with the same unknown tag, at the first of them.
fn folded(notes: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let (tags, mut kept): (Vec<_>, Vec<_>) =
        notes.into_iter().partition(|note| note.code == Code::UnknownTag);
    let mut counts: BTreeMap<String, (Diagnostic, usize)> = BTreeMap::new();
    for tag in tags {
        counts.entry(tag.message.clone()).or_insert((tag, 0)).1 += 1;
    }
    kept.extend(counts.into_values().map(|(note, count)| match count {
        1 => note,
        count => note.hint(format!("it stands in {count} places, of which this is the first")),
    }));
    kept
}

/// Claims an address for something that is left out if another has it.
fn claim(urls: &mut Urls, url: &Url, holder: &str, notes: &mut Vec<Diagnostic>) -> bool {
    match urls.claim(url, holder) {
        Ok(()) => true,
        Err(other) => {
            let message = format!("{holder} is left out, since {other} has its address /{url}");
            notes.push(
                Diagnostic::warning(Code::UrlCollision, message).hint("rename one of the two"),
            );
            false
        }
    }
}

/// The endings of files that browsers show as pages of the site, with the programs in them.
const DOCUMENTS: &[&str] =
    &["htm", "html", "mht", "mhtml", "shtml", "svgz", "xht", "xhtml", "xml", "xsl", "xslt"];

fn document_left_out(shown: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::RawHtml,
        format!("{shown} is left out, though an essay links to it: it could run programs"),
    )
    .at(Place::file(shown))
    .hint("write its words into an essay, or publish it as a PDF")
    .hint(TRUST)
}

/// Gives addresses to pictures and documents, and to any other file that a page links to.
fn claim_assets(
    assets: &mut [Asset],
    links: &[Arc<Linked>],
    is_trusted: bool,
    urls: &mut Urls,
    notes: &mut Vec<Diagnostic>,
) {
    let linked: BTreeSet<AssetId> = links
        .iter()
        .flat_map(|links| links.iter())
        .filter_map(|link| match link {
            Resolved::Inside { target: Target::Asset(id), .. } => Some(*id),
            _ => None,
        })
        .collect();
    for (i, asset) in assets.iter_mut().enumerate() {
        if asset.source.kind == FileKind::Asset || linked.contains(&AssetId(i)) {
            if !is_trusted && has_ending(asset.source.path.name(), DOCUMENTS) {
                notes.push(document_left_out(&asset.source.shown));
                continue;
            }
            let url = Url::file(asset.source.path.as_str());
            if claim(urls, &url, &asset.source.shown, notes) {
                asset.url = Some(url);
            }
        }
    }
}
