//! Sections as the author's contents are.
//!
//! - A line with others below it is a section, and its page the section's; a mere name above others is a
//!   section whose page lists them.
//! - The root's page is that of the content folder, wherever it is listed.
//! - Essays that are not listed stand behind: in the section of their folder if there is one, else in one of
//!   their own.
//! - A folder that has no page and whose essays stand elsewhere keeps a page that lists them, for links to
//!   the folder; nothing else leads there.

use foldhash::{HashMap, HashSet};

use super::{Entry, Ground, Section, SectionId, Tree, by_folder};
use crate::book::EssayId;
use crate::source::walk::folder_of;

/// A line of the author's contents, with its essay found.
#[derive(Debug, Clone)]
pub struct Placed {
    /// What it is called.
    pub title: String,
    /// Its page.
    pub essay: Option<EssayId>,
    /// What stands below it.
    pub items: Vec<Placed>,
}

/// Arranges all essays. `by_folder` says where those go that are not listed.
pub(super) fn arrange(ground: &Ground<'_>, by_folder: Tree, contents: &[Placed]) -> Tree {
    let root = Section { entries: Vec::new(), count: 0, ..by_folder.section(SectionId(0)).clone() };
    let taken = ground.folders.paths().map(str::to_owned).collect();
    let mut builder = Builder {
        ground,
        tree: Tree::empty(ground.essays.len()),
        placed: vec![false; ground.essays.len()],
        of_folder: std::iter::once((String::new(), SectionId(0))).collect(),
        taken,
    };
    let page = root.essay;
    builder.tree.sections.push(root);
    if let Some(page) = page {
        builder.place(page, SectionId(0));
    }
    builder.items(contents, SectionId(0));
    for essay in by_folder.order {
        builder.unlisted(essay);
    }
    builder.set_aside();
    let mut tree = builder.tree;
    set_order(&mut tree, SectionId(0));
    count(&mut tree);
    tree
}

struct Builder<'a> {
    ground: &'a Ground<'a>,
    tree: Tree,
    placed: Vec<bool>,
    /// The section that stands for a folder.
    of_folder: HashMap<String, SectionId>,
    /// Paths that belong to folders and sections.
    taken: HashSet<String>,
}

impl Builder<'_> {
    fn place(&mut self, essay: EssayId, section: SectionId) {
        self.placed[essay.0] = true;
        self.tree.home[essay.0] = section;
    }

    /// Enters the lines of one level. A page that is listed twice stands where it is listed first.
    fn items(&mut self, items: &[Placed], section: SectionId) {
        for item in items {
            let essay = item.essay.filter(|id| !self.placed[id.0]);
            match essay {
                _ if item.essay == self.tree.section(SectionId(0)).essay && essay.is_none() => {
                    // What stands below the root's own page stands in the root.
                    self.items(&item.items, section);
                }
                Some(essay) if item.items.is_empty() => {
                    self.place(essay, section);
                    self.tree.sections[section.0].entries.push(Entry::Essay(essay));
                }
                None if item.items.is_empty() => {}
                essay => {
                    let below = self.section(item, essay, section);
                    self.items(&item.items, below);
                }
            }
        }
    }

    fn section(&mut self, item: &Placed, essay: Option<EssayId>, parent: SectionId) -> SectionId {
        let folder = match essay {
            Some(essay) => self.folder_of_page(essay),
            None => self.common_folder(item).unwrap_or_else(|| self.free_path(&item.title, parent)),
        };
        let title = match essay {
            Some(essay) => self.ground.titles[essay.0].clone(),
            None => item.title.clone(),
        };
        let id = self.new_section(folder, title, essay, parent);
        if let Some(essay) = essay {
            self.place(essay, id);
        }
        id
    }

    fn new_section(
        &mut self,
        folder: String,
        title: String,
        essay: Option<EssayId>,
        parent: SectionId,
    ) -> SectionId {
        let id = SectionId(self.tree.sections.len());
        self.taken.insert(folder.clone());
        self.of_folder.entry(folder.clone()).or_insert(id);
        self.tree.sections.push(Section {
            folder,
            aside: false,
            essay,
            title,
            parent: Some(parent),
            entries: Vec::new(),
            count: 0,
        });
        self.tree.sections[parent.0].entries.push(Entry::Section(id));
        id
    }

    /// The folder that an essay is the page of, or else a path of its own.
    fn folder_of_page(&self, essay: EssayId) -> String {
        let source = &self.ground.essays[essay.0].source;
        if self.ground.folders.is_own_page(essay, &self.ground.essays[essay.0]) {
            return source.folder().to_owned();
        }
        let path = source.as_str();
        path.rsplit_once('.').map_or(path, |(bare, _)| bare).to_owned()
    }

    /// The folder without a page in which all pages below a mere name lie: the name is the folder's.
    fn common_folder(&self, item: &Placed) -> Option<String> {
        let mut pages = Vec::new();
        let mut waiting: Vec<&Placed> = item.items.iter().collect();
        while let Some(item) = waiting.pop() {
            pages.extend(item.essay);
            waiting.extend(&item.items);
        }
        let folder = self.ground.essays[pages.first()?.0].source.folder();
        let same = pages.iter().all(|id| self.ground.essays[id.0].source.folder() == folder);
        let free = !folder.is_empty()
            && !self.of_folder.contains_key(folder)
            && self.ground.folders.get(folder).is_some_and(|folder| folder.index.is_none());
        (same && free).then(|| folder.to_owned())
    }

    /// A path that no folder and no section has, from a name.
    fn free_path(&self, title: &str, parent: SectionId) -> String {
        let above = &self.tree.section(parent).folder;
        let slug = crate::book::targets::slug(&title.replace('/', " "));
        let slug = if slug.is_empty() { "part".to_owned() } else { slug };
        let path = |name: &str| {
            if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") }
        };
        let names = (2..).map(|number| format!("{slug}-{number}"));
        let mut names = std::iter::once(slug.clone()).chain(names);
        names.find_map(|name| Some(path(&name)).filter(|p| !self.taken.contains(p))).unwrap_or(slug)
    }

    /// Enters an essay that is not listed, behind what is.
    fn unlisted(&mut self, essay: EssayId) {
        if self.placed[essay.0] {
            return;
        }
        self.tree.unlisted.push(essay);
        let own = self.ground.folders.is_own_page(essay, &self.ground.essays[essay.0]);
        let folder = self.ground.essays[essay.0].source.folder().to_owned();
        if own && !self.of_folder.contains_key(&folder) && self.has_others(&folder) {
            let parent = self.section_of(folder_of(&folder));
            let title = self.ground.titles[essay.0].clone();
            let id = self.new_section(folder, title, Some(essay), parent);
            self.place(essay, id);
            return;
        }
        let section = self.section_of(if own { folder_of(&folder) } else { &folder });
        self.place(essay, section);
        self.tree.sections[section.0].entries.push(Entry::Essay(essay));
    }

    /// Whether a folder holds more than its page.
    fn has_others(&self, folder: &str) -> bool {
        let folder = self.ground.folders.get(folder);
        folder.is_some_and(|folder| !folder.essays.is_empty() || !folder.folders.is_empty())
    }

    /// The section that stands for a folder, or else a new one behind those that are there.
    fn section_of(&mut self, folder: &str) -> SectionId {
        if let Some(id) = self.of_folder.get(folder) {
            return *id;
        }
        let parent = self.section_of(folder_of(folder));
        let page = self.ground.folders.get(folder).and_then(|folder| folder.index);
        // Its page may be listed, as an entry somewhere.
        let page = page.filter(|page| !self.placed[page.0]);
        let title = by_folder::title(self.ground, folder);
        let id = self.new_section(folder.to_owned(), title, page, parent);
        if let Some(page) = page {
            self.place(page, id);
        }
        id
    }

    /// Gives folders without a page and without a section one that only links lead to.
    fn set_aside(&mut self) {
        let folders = self.ground.folders;
        let lost = folders.paths().filter(|path| {
            let has_page = folders.get(path).is_some_and(|folder| folder.index.is_some());
            !has_page && !self.of_folder.contains_key(*path)
        });
        for path in lost.collect::<Vec<_>>() {
            let below = folders.get(path);
            let essays = below.into_iter().flat_map(|folder| &folder.essays);
            let pages = below.into_iter().flat_map(|folder| &folder.folders);
            let pages = pages.filter_map(|path| folders.get(path)?.index);
            let entries: Vec<Entry> = essays.copied().chain(pages).map(Entry::Essay).collect();
            self.tree.sections.push(Section {
                folder: path.to_owned(),
                aside: true,
                essay: None,
                title: by_folder::title(self.ground, path),
                parent: Some(SectionId(0)),
                count: entries.len(),
                entries,
            });
        }
    }
}

/// The reading order: each section's page, then what it holds.
fn set_order(tree: &mut Tree, section: SectionId) {
    let page = tree.section(section).essay;
    tree.order.extend(page);
    for entry in tree.section(section).entries.clone() {
        match entry {
            Entry::Essay(essay) => tree.order.push(essay),
            Entry::Section(below) => set_order(tree, below),
        }
    }
}

/// Counts essays; each section comes after the one that it lies in.
fn count(tree: &mut Tree) {
    for at in (0..tree.sections.len()).rev() {
        if tree.sections[at].aside {
            continue;
        }
        let counts = tree.sections[at].entries.iter().map(|entry| match entry {
            Entry::Essay(_) => 1,
            Entry::Section(id) => {
                let below = tree.section(*id);
                below.count + usize::from(below.essay.is_some())
            }
        });
        tree.sections[at].count = counts.sum();
    }
}
