//! The third step, **assemble**: all essays together become a [`Book`].
//!
//! 1. Drafts are set aside.
//! 2. [`tree`] arranges the essays in sections and in reading order, by folders or as the author's
//!    [`contents`](mod@contents) list them.
//! 3. [`urls`] gives each page its address; one address is never given twice.
//! 4. [`taxonomy`] gathers tags and authors.
//! 5. [`resolve`] finds where each link leads, by the [`rules`], which gives the backlinks too.
//! 6. [`redirects`](mod@redirects) leads old addresses on.
//!
//! All of it is cheap enough to be done anew after every change, so nothing here is ever updated.

pub mod contents;
mod feeds;
pub mod redirects;
pub mod related;
pub mod resolve;
pub mod rules;
pub mod taxonomy;
pub mod tree;
pub mod urls;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{Config, Links, UrlStyle};
use crate::diagnostic::{Code, Diagnostic, Noted, Place};
use crate::essay::Essay;
use crate::essay::title::is_index;
use crate::source::folders::Folder as FolderFacts;
use crate::source::navigation::Navigation;
use crate::source::{Beyond, FileKind, Repository, SourceFile};

pub use redirects::{Destination, Moved, Redirect, Redirects};
pub use resolve::{Resolved, Target};
pub use taxonomy::{Kind, Taxonomy, Term};
pub use tree::{Entry, Folders, Section, SectionId, Tree};
pub use urls::{Url, Urls};

/// An essay's number in [`Book::essays`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The configuration.
    pub config: Config,
    /// What the book is called.
    pub title: String,
    /// For each essay, what it is called in lists.
    pub titles: Vec<String>,
    /// All essays that are built, ordered by path.
    pub essays: Vec<Arc<Essay>>,
    /// Sections and reading order.
    pub tree: Tree,
    /// For each essay, its address.
    pub essay_urls: Vec<Url>,
    /// For each section, the address of its page.
    pub section_urls: Vec<Url>,
    /// For each section, whether its page is a list that stands in for an essay.
    pub lists: Vec<bool>,
    /// For each essay, its place in the reading order.
    pub position: Vec<usize>,
    /// The tags.
    pub tags: Taxonomy,
    /// The authors.
    pub authors: Taxonomy,
    /// Files that are no essays.
    pub assets: Vec<Asset>,
    /// For each essay, its links resolved, in the order of [`Essay::links`].
    pub links: Vec<Vec<Resolved>>,
    /// For each essay, the essays that link to it, in reading order.
    pub backlinks: Vec<Vec<EssayId>>,
    /// Old addresses.
    pub redirects: Redirects,
    /// All addresses given so far; the site's own files claim theirs after.
    pub urls: Urls,
}

/// What links are relative to.
#[derive(Debug, Clone, Default)]
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

/// What a book is made from.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// The name of the root folder, for a book that names itself nowhere.
    pub name: String,
    /// How links are meant.
    pub ground: Ground,
    /// All essays, drafts included, ordered by path.
    pub essays: Vec<Arc<Essay>>,
    /// All files that are no essays.
    pub files: Vec<SourceFile>,
    /// What links lead to besides.
    pub beyond: Vec<Beyond>,
    /// The contents that the author wrote for another program.
    pub navigation: Option<Navigation>,
    /// What folders say of themselves, by path.
    pub folders: HashMap<String, FolderFacts>,
    /// Whether drafts are part of the book.
    pub drafts: bool,
}

impl Book {
    /// Puts the parts together.
    pub fn assemble(parts: Parts) -> Noted<Book> {
        let Parts { config, name, ground, essays, files, beyond, navigation, folders, drafts } =
            parts;
        let style = config.url_style();
        let mut notes: Vec<Diagnostic> =
            essays.iter().flat_map(|essay| essay.notes.clone()).collect();
        let (essays, left_out) = if drafts { (essays, Vec::new()) } else { without_drafts(essays) };
        let Noted { value: contents, notes: missing } =
            contents::contents(navigation.as_ref(), &essays);
        notes.extend(missing);
        let titles = titles(&essays, &contents.titles);
        let facts = folders;
        let folders = Folders::new(&essays);
        let root_title = config.book.title.as_deref().unwrap_or(&name);
        let ground_of_tree = tree::Ground {
            essays: &essays,
            titles: &titles,
            folders: &folders,
            facts: &facts,
            root_title,
        };
        let tree = Tree::new(&ground_of_tree, contents.lines.as_deref());
        let title =
            config.book.title.clone().unwrap_or_else(|| tree.section(SectionId(0)).title.clone());

        let mut urls = Urls::default();
        let essay_urls = claim_essays(&essays, &folders, style, &mut urls, &mut notes);
        let section_urls: Vec<Url> =
            tree.ids().map(|id| section_url(&tree, id, &essay_urls, style)).collect();
        let lists = claim_lists(&tree, &section_urls, &mut urls);

        let (tags, tag_notes) = Taxonomy::gather(Kind::Tags, &essays, &tree.order);
        let (authors, author_notes) = Taxonomy::gather(Kind::Authors, &essays, &tree.order);
        notes.extend(tag_notes.into_iter().chain(author_notes));

        let mut assets: Vec<Asset> =
            files.into_iter().map(|source| Asset { source, url: None }).collect();
        let mut names = names(ground, &essays, &essay_urls, &tree, &assets, &left_out);
        if let Some(source) = navigation.and_then(|navigation| navigation.source) {
            let root = tree.section(SectionId(0));
            names.add_file(
                source.as_str(),
                root.essay.map_or(Target::Section(SectionId(0)), Target::Essay),
            );
        }
        for Beyond { path, file, is_folder } in beyond {
            let copied = file.map(|source| {
                assets.push(Asset { source, url: None });
                AssetId(assets.len() - 1)
            });
            names.add_beyond(&path, is_folder, copied);
        }
        let (links, link_notes) = resolve_all(&essays, &essay_urls, &tree, &names);
        notes.extend(link_notes);
        claim_assets(&mut assets, &links, &mut urls, &mut notes);
        let redirects =
            redirects::redirects(&config, &essays, &essay_urls, &names, &mut urls, &mut notes);

        let mut position = vec![0; essays.len()];
        for (at, id) in tree.order.iter().enumerate() {
            position[id.0] = at;
        }
        let backlinks = backlinks(&links, &tree);
        let book = Book {
            config,
            title,
            titles,
            essays,
            tree,
            essay_urls,
            section_urls,
            lists,
            position,
            tags,
            authors,
            assets,
            links,
            backlinks,
            redirects,
            urls,
        };
        Noted { value: book, notes: folded(notes) }
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

    /// An essay's title; that of a home page that names itself nowhere is the book's.
    pub fn title_of(&self, id: EssayId) -> &str {
        let title = &self.titles[id.0];
        if title.is_empty() { &self.title } else { title }
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

/// What essays are called in lists: what their front matter says, else the author's contents, else their
/// headings or names.
fn titles(essays: &[Arc<Essay>], given: &HashMap<EssayId, String>) -> Vec<String> {
    let title = |(i, essay): (usize, &Arc<Essay>)| {
        let given = given.get(&EssayId(i)).filter(|_| essay.meta.title.is_none());
        given.unwrap_or(&essay.title).clone()
    };
    essays.iter().enumerate().map(title).collect()
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

/// Sets drafts aside, with all that lies in a folder whose own page is one. Gives the paths of what
/// was set aside too.
fn without_drafts(essays: Vec<Arc<Essay>>) -> (Vec<Arc<Essay>>, Vec<String>) {
    let folders: BTreeSet<String> = essays
        .iter()
        .filter(|essay| essay.meta.draft && is_index(&essay.source))
        .map(|essay| format!("{}/", essay.source.folder()))
        .filter(|folder| folder != "/")
        .collect();
    let in_draft = |path: &str| path.match_indices('/').any(|(i, _)| folders.contains(&path[..=i]));
    let (out, kept): (Vec<_>, Vec<_>) =
        essays.into_iter().partition(|essay| essay.meta.draft || in_draft(essay.source.as_str()));
    (kept, out.iter().map(|essay| essay.source.as_str().to_owned()).collect())
}

/// Gives every essay an address, folder's own pages first. One that is taken gets a number, so that
/// no essay is lost, and both files are named.
fn claim_essays(
    essays: &[Arc<Essay>],
    folders: &Folders,
    style: UrlStyle,
    urls: &mut Urls,
    notes: &mut Vec<Diagnostic>,
) -> Vec<Url> {
    let mut given = vec![Url::default(); essays.len()];
    let own_page = |id: &EssayId| folders.is_own_page(*id, &essays[id.0]);
    let mut ids: Vec<EssayId> = (0..essays.len()).map(EssayId).collect();
    ids.sort_by_key(|id| !(own_page(id) || essays[id.0].meta.path.is_some()));
    for id in ids {
        let essay = &essays[id.0];
        let is_folder = own_page(&id);
        let wanted = wanted_url(essay, is_folder, style);
        let mut url = wanted.clone();
        let mut number = 1;
        while let Err(other) = urls.claim(&url, &essay.shown) {
            if number == 1 {
                notes.push(collision(&wanted, &essay.shown, &other));
            }
            number += 1;
            url = numbered(&wanted, number, style);
        }
        given[id.0] = url;
    }
    given
}

/// The address that an essay's front matter, or else its name, asks for. `is_folder`: a file such as
/// `index.md` stands for its whole folder, and is not the second of two.
fn wanted_url(essay: &Essay, is_folder: bool, style: UrlStyle) -> Url {
    if let Some(path) = &essay.meta.path {
        return Url::chosen(path, style);
    }
    let (folder, stem) = (essay.source.folder(), essay.source.stem());
    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
    match &essay.meta.slug {
        Some(slug) if is_folder && is_index(&essay.source) && !folder.is_empty() => {
            Url::index(&format!("{above}/{slug}"), style)
        }
        Some(slug) if !is_index(&essay.source) => Url::page(&format!("{folder}/{slug}"), style),
        _ if is_folder && is_index(&essay.source) => Url::index(folder, style),
        _ => Url::page(&format!("{folder}/{stem}"), style),
    }
}

fn numbered(url: &Url, number: usize, style: UrlStyle) -> Url {
    let bare = url.as_str().trim_end_matches('/').trim_end_matches(".html");
    let bare = if bare.is_empty() { "index" } else { bare };
    Url::page(&format!("{bare}-{number}"), style)
}

fn collision(url: &Url, loser: &str, winner: &str) -> Diagnostic {
    let message = format!("{loser} and {winner} both want the address /{url}");
    Diagnostic::warning(Code::UrlCollision, message)
        .at(Place::file(loser))
        .hint("it got an address with a number; rename the file, or set `slug` in its front matter")
}

fn section_url(tree: &Tree, id: SectionId, essay_urls: &[Url], style: UrlStyle) -> Url {
    let section = tree.section(id);
    section
        .essay
        .map_or_else(|| Url::index(&section.folder, style), |essay| essay_urls[essay.0].clone())
}

/// Gives sections without a page of their own one that lists what they hold. Where an essay chose
/// that very address, as some handbooks do for a folder's introduction, the essay is the page.
fn claim_lists(tree: &Tree, section_urls: &[Url], urls: &mut Urls) -> Vec<bool> {
    let mut claim = |id: SectionId| {
        let section = tree.section(id);
        section.essay.is_none()
            && urls.claim(&section_urls[id.0], &format!("{}/", section.folder)).is_ok()
    };
    tree.ids().map(&mut claim).collect()
}

/// Claims an address for something that is left out if another has it.
fn claim(urls: &mut Urls, url: &Url, holder: &str, notes: &mut Vec<Diagnostic>) -> bool {
    match urls.claim(url, holder) {
        Ok(()) => true,
        Err(other) => {
            let message = format!("{holder} is left out, since {other} has its address /{url}");
            notes.push(Diagnostic::warning(Code::UrlCollision, message));
            false
        }
    }
}

/// Everything that a link can name.
fn names(
    ground: Ground,
    essays: &[Arc<Essay>],
    essay_urls: &[Url],
    tree: &Tree,
    assets: &[Asset],
    drafts: &[String],
) -> resolve::Names {
    let mut names = resolve::Names::new(ground);
    for (i, essay) in essays.iter().enumerate() {
        let target = Target::Essay(EssayId(i));
        names.add_file(essay.source.as_str(), target);
        let path = essay.source.as_str();
        names.add_page(path.rsplit_once('.').map_or(path, |(bare, _)| bare), target);
        names.add_address(essay_urls[i].as_str(), target);
        for alias in &essay.meta.aliases {
            names.add_address(alias, target);
        }
    }
    for (i, asset) in assets.iter().enumerate() {
        let (path, target) = (asset.source.path.as_str(), Target::Asset(AssetId(i)));
        names.add_file(path, target);
        let shown = asset.source.shown.as_str();
        if shown.strip_prefix(&names.ground().content_prefix) != Some(path) {
            names.add_elsewhere(shown, target);
        }
    }
    for draft in drafts {
        names.add_file(draft, Target::Draft);
    }
    for (i, essay) in essays.iter().enumerate().filter(|(_, essay)| is_index(&essay.source)) {
        names.add_folder(essay.source.folder(), Target::Essay(EssayId(i)));
    }
    for id in tree.ids() {
        let section = tree.section(id);
        names.add_folder(&section.folder, section.essay.map_or(Target::Section(id), Target::Essay));
    }
    names
}

fn resolve_all(
    essays: &[Arc<Essay>],
    essay_urls: &[Url],
    tree: &Tree,
    names: &resolve::Names,
) -> (Vec<Vec<Resolved>>, Vec<Diagnostic>) {
    let essay_of = |target| match target {
        Target::Essay(id) => Some(&*essays[id.0]),
        Target::Section(id) => tree.section(id).essay.map(|id| &*essays[id.0]),
        Target::Asset(_) | Target::Draft | Target::Repository(_) => None,
    };
    let resolved: Vec<(Vec<Resolved>, Vec<Diagnostic>)> = essays
        .par_iter()
        .zip(essay_urls)
        .map(|(essay, url)| {
            let mut notes = Vec::new();
            let links = essay.links.iter().map(|link| {
                let (resolved, note) = resolve::resolve(essay, url, link, names, essay_of);
                notes.extend(note);
                resolved
            });
            (links.collect(), notes)
        })
        .collect();
    let (links, notes): (Vec<_>, Vec<_>) = resolved.into_iter().unzip();
    (links, notes.into_iter().flatten().collect())
}

/// Gives addresses to pictures and documents, and to any other file that a page links to.
fn claim_assets(
    assets: &mut [Asset],
    links: &[Vec<Resolved>],
    urls: &mut Urls,
    notes: &mut Vec<Diagnostic>,
) {
    let linked: BTreeSet<AssetId> = links
        .iter()
        .flatten()
        .filter_map(|link| match link {
            Resolved::Inside { target: Target::Asset(id), .. } => Some(*id),
            _ => None,
        })
        .collect();
    for (i, asset) in assets.iter_mut().enumerate() {
        if asset.source.kind == FileKind::Asset || linked.contains(&AssetId(i)) {
            let url = Url::file(asset.source.path.as_str());
            if claim(urls, &url, &asset.source.shown, notes) {
                asset.url = Some(url);
            }
        }
    }
}

fn backlinks(links: &[Vec<Resolved>], tree: &Tree) -> Vec<Vec<EssayId>> {
    let mut backlinks: HashMap<EssayId, Vec<EssayId>> = HashMap::new();
    for from in &tree.order {
        for link in &links[from.0] {
            let Resolved::Inside { target: Target::Essay(to), .. } = link else { continue };
            let known = backlinks.entry(*to).or_default();
            if to != from && known.last() != Some(from) {
                known.push(*from);
            }
        }
    }
    (0..links.len()).map(|i| backlinks.remove(&EssayId(i)).unwrap_or_default()).collect()
}
