//! The frame of a book: sections, order, addresses, tags, and what links can name. All of it follows
//! from where the essays lie and from what their front matter says, and none from their text. So it is
//! the same while an author writes, and need not be made again.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::HashMap;

use crate::book::contents::{self, Contents};
use crate::book::names;
use crate::book::related::Related;
use crate::book::targets::Names;
use crate::book::taxonomy::{Kind, Taxonomy};
use crate::book::tree::{self, Folders, SectionId, Tree};
use crate::book::{Asset, AssetId, Book, EssayId, Ground, Section, Target, Url, Urls};
use crate::config::{Config, UrlStyle};
use crate::diagnostic::{Code, Diagnostic, Noted, Place};
use crate::essay::Essay;
use crate::essay::title::is_index;
use crate::source::folders::Folder as FolderFacts;
use crate::source::navigation::Navigation;
use crate::source::walk::folder_of;
use crate::source::{Beyond, FileKind, SourceFile};

/// What a book has before its links are followed.
#[derive(Debug)]
pub struct Frame {
    /// The configuration.
    pub config: Config,
    /// What the book is called.
    pub title: String,
    /// For each essay, what it is called in lists.
    pub titles: Vec<String>,
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
    /// For each essay, those most like it.
    pub related: Arc<Related>,
    /// What a link can name.
    pub names: Arc<Names>,
    /// Files that are no essays, without their addresses.
    pub(super) assets: Vec<Asset>,
    /// The addresses of essays and lists.
    pub(super) urls: Arc<Urls>,
    /// What was noticed.
    pub(super) notes: Vec<Diagnostic>,
    /// What it was made from, beside the essays.
    pub setting: Setting,
}

/// What a frame is made from beside the essays.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The configuration.
    pub config: Config,
    /// The name of the root folder, for a book that names itself nowhere.
    pub name: String,
    /// How links are meant.
    pub ground: Ground,
    /// All files that are no essays.
    pub files: Vec<SourceFile>,
    /// What links lead to besides.
    pub beyond: Vec<Beyond>,
    /// The contents that the author wrote for another program.
    pub navigation: Option<Navigation>,
    /// What folders say of themselves, by path.
    pub folders: HashMap<String, FolderFacts>,
    /// The paths of essays that are set aside because they are drafts.
    pub drafts: Vec<String>,
}

/// What a book is made from.
pub struct Parts {
    /// All essays, drafts included, ordered by path.
    pub essays: Vec<Arc<Essay>>,
    /// Whether drafts are part of the book.
    pub with_drafts: bool,
    /// Which essays were found before to be most like each.
    pub related: Option<Arc<Related>>,
    /// All else.
    pub setting: Setting,
}

impl Parts {
    /// The essays that are built, and the setting with the others named in it.
    pub(super) fn without_drafts(self) -> (Vec<Arc<Essay>>, Setting) {
        let Parts { essays, with_drafts, mut setting, .. } = self;
        if with_drafts {
            return (essays, setting);
        }
        let (kept, aside) = set_aside(essays);
        setting.drafts = aside;
        (kept, setting)
    }
}

/// Whether two states of an essay have the same place in a frame. `may_order`: its links may give the order
/// of its neighbours.
pub(super) fn look_alike(old: &Essay, new: &Essay, may_order: bool) -> bool {
    let targets = |essay: &Essay| -> Vec<String> {
        essay.links.iter().map(|link| link.target.clone()).collect()
    };
    old.source == new.source
        && old.shown == new.shown
        && old.meta == new.meta
        && old.title == new.title
        && old.date == new.date
        && old.dialect == new.dialect
        && (!may_order || targets(old) == targets(new))
}

impl Frame {
    /// Arranges `essays`, gives each its address, and gathers tags, authors and names. `before` is the last
    /// book, whose names are taken over if they would be the same; so is `related`, which was found before.
    pub(super) fn new(
        setting: Setting,
        essays: &[Arc<Essay>],
        before: Option<&Book>,
        related: Option<&Arc<Related>>,
    ) -> Frame {
        let style = setting.config.url_style();
        let mut notes = Vec::new();
        let Noted { value: contents, notes: missing } =
            contents::contents(setting.navigation.as_ref(), essays);
        notes.extend(missing);
        let titles = titles(essays, &contents.titles);
        let folders = Folders::new(essays);
        let hint = "rename it, or the folder, to choose the address yourself";
        notes.extend(names::strange(named(essays, &setting.files), hint));
        let mut urls = Urls::default();
        let claim = || claim_essays(essays, &folders, style, &mut urls, &mut notes);
        let arrange = || arrange(&setting, essays, &titles, &folders, &contents);
        let (essay_urls, tree) = rayon::join(claim, arrange);
        let root_title = || tree.section(SectionId(0)).title.clone();
        let title = setting.config.book.title.clone().unwrap_or_else(root_title);
        let section_urls: Vec<Url> =
            tree.ids().map(|id| section_url(&tree, id, &essay_urls, style)).collect();
        let lists = claim_lists(&tree, &section_urls, &mut urls);

        let mut position = vec![0; essays.len()];
        for (at, id) in tree.order.iter().enumerate() {
            position[id.0] = at;
        }
        let gather = || {
            let (tags, tag_notes) = Taxonomy::gather(Kind::Tags, essays, &tree.order);
            let (authors, author_notes) = Taxonomy::gather(Kind::Authors, essays, &tree.order);
            let related = Related::new(&tags, &position, related);
            (tags, authors, related, [tag_notes, author_notes].concat())
        };
        let files = setting.files.iter();
        let mut assets: Vec<Asset> =
            files.map(|source| Asset { source: source.clone(), url: None }).collect();
        let known = before.filter(|book| book.names_hold(&setting, essays, &essay_urls, &tree));
        let name = || match known {
            Some(book) => {
                assets.clone_from(&book.frame.assets);
                Arc::clone(&book.names)
            }
            None => {
                let mut names = names(&setting, essays, &essay_urls, &tree, &assets);
                add_beyond(&setting, &tree, &mut names, &mut assets);
                Arc::new(names)
            }
        };
        let (names, (tags, authors, related, found)) = rayon::join(name, gather);
        notes.extend(found);
        Frame {
            config: setting.config.clone(),
            title,
            titles,
            tree,
            essay_urls,
            section_urls,
            lists,
            position,
            tags,
            authors,
            related,
            names,
            assets,
            urls: Arc::new(urls),
            notes,
            setting,
        }
    }
}

impl Book {
    /// Whether links can name the same things in a book of these parts as in this one.
    fn names_hold(
        &self,
        setting: &Setting,
        essays: &[Arc<Essay>],
        essay_urls: &[Url],
        tree: &Tree,
    ) -> bool {
        let alike = |(old, new): (&Arc<Essay>, &Arc<Essay>)| {
            Arc::ptr_eq(old, new)
                || (old.source == new.source && old.meta.aliases == new.meta.aliases)
        };
        let same_page =
            |(old, new): (&Section, &Section)| old.folder == new.folder && old.essay == new.essay;
        let sections = &self.tree.sections;
        self.essays.len() == essays.len()
            && sections.len() == tree.sections.len()
            && self.frame.setting == *setting
            && self.essay_urls == essay_urls
            && sections.iter().zip(&tree.sections).all(same_page)
            && self.essays.iter().zip(essays).all(alike)
    }
}

fn arrange(
    setting: &Setting,
    essays: &[Arc<Essay>],
    titles: &[String],
    folders: &Folders,
    contents: &Contents,
) -> Tree {
    let root_title = setting.config.book.title.as_deref().unwrap_or(&setting.name);
    let ground = tree::Ground { essays, titles, folders, facts: &setting.folders, root_title };
    Tree::new(&ground, contents.lines.as_deref())
}

/// Adds what links lead to besides essays and the files of the content folder.
fn add_beyond(setting: &Setting, tree: &Tree, names: &mut Names, assets: &mut Vec<Asset>) {
    if let Some(source) = setting.navigation.as_ref().and_then(|n| n.source.as_ref()) {
        let root = tree.section(SectionId(0));
        let page = root.essay.map_or(Target::Section(SectionId(0)), Target::Essay);
        names.add_file(source.as_str(), page);
    }
    for Beyond { path, file, is_folder } in &setting.beyond {
        let copied = file.as_ref().map(|source| {
            assets.push(Asset { source: source.clone(), url: None });
            AssetId(assets.len() - 1)
        });
        names.add_beyond(path, *is_folder, copied);
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

/// Sets drafts aside, with all that lies in a folder whose own page is one. Gives the paths of what
/// was set aside too.
fn set_aside(essays: Vec<Arc<Essay>>) -> (Vec<Arc<Essay>>, Vec<String>) {
    if !essays.iter().any(|essay| essay.meta.draft) {
        return (essays, Vec::new());
    }
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
    let ids = (0..essays.len()).map(EssayId).map(|id| (id, own_page(&id)));
    let (first, others): (Vec<_>, Vec<_>) =
        ids.partition(|(id, is_folder)| *is_folder || essays[id.0].meta.path.is_some());
    for (id, is_folder) in first.into_iter().chain(others) {
        let essay = &essays[id.0];
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
    let above = folder_of(folder);
    match &essay.meta.slug {
        Some(slug) if is_folder && is_index(&essay.source) && !folder.is_empty() => {
            Url::index(&format!("{above}/{slug}"), style)
        }
        Some(slug) if !is_index(&essay.source) => Url::page(&format!("{folder}/{slug}"), style),
        _ if is_folder && is_index(&essay.source) => Url::index(folder, style),
        _ => Url::page(&format!("{folder}/{stem}"), style),
    }
}

/// The paths that addresses are made of, each with the file that it is of.
fn named<'e>(
    essays: &'e [Arc<Essay>],
    files: &'e [SourceFile],
) -> impl Iterator<Item = (Cow<'e, str>, &'e str)> {
    let essay = |essay: &'e Arc<Essay>| {
        let source = &essay.source;
        let path: Cow<'e, str> = match (&essay.meta.path, &essay.meta.slug) {
            (Some(path), _) => path.into(),
            (None, Some(slug)) => format!("{}/{slug}", source.folder()).into(),
            (None, None) => source.bare().into(),
        };
        (path, essay.shown.as_str())
    };
    let files = files.iter().filter(|file| file.kind == FileKind::Asset);
    let files = files.map(|file| (Cow::from(file.path.as_str()), file.shown.as_str()));
    essays.iter().map(essay).chain(files)
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

/// Everything that a link can name.
fn names(
    setting: &Setting,
    essays: &[Arc<Essay>],
    essay_urls: &[Url],
    tree: &Tree,
    assets: &[Asset],
) -> Names {
    let mut names = Names::new(setting.ground.clone());
    for (i, essay) in essays.iter().enumerate() {
        let target = Target::Essay(EssayId(i));
        names.add_essay(essay.source.as_str(), target);
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
    for draft in &setting.drafts {
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
