//! A site at one moment, with every address that it has.

use std::collections::HashMap;
use std::sync::Arc;

use crate::book::{Book, EssayId, SectionId};
use crate::diagnostic::{Diagnostic, sorted};
use crate::essay::Essay;
use crate::site::load::no_essays;
use crate::site::{Loaded, Page, PageKind, Site, policy};
use crate::source::Project;

/// All that the sources were good for, when they last made a site.
pub struct Edition {
    /// The number of the state that it came with.
    pub number: u64,
    /// The project that it was made from.
    pub project: Project,
    /// The site.
    pub site: Site,
    /// What was noticed while it was made.
    pub found: Vec<Diagnostic>,
    /// The number of each page in [`Site::pages`], by the file that a server looks for.
    routes: Arc<HashMap<String, usize>>,
    /// Files outside the content folder that pages are made from.
    pub beyond: Vec<std::path::PathBuf>,
    /// What the site was made from, for the next edition.
    pub loaded: Loaded,
}

/// What a page is about, which stays when its address changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The essay with this path in the content folder.
    Essay(String),
    /// The folder with this path.
    Folder(String),
}

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<'e> {
    /// This page.
    Page(&'e Page),
    /// A page whose address has a slash at the end.
    WithSlash,
    /// Nothing.
    Nothing,
}

impl Edition {
    /// Gives every page of `loaded` its place. What the edition `before` has too is taken from there.
    pub fn new(
        number: u64,
        project: Project,
        loaded: Loaded,
        mut found: Vec<Diagnostic>,
        before: Option<&Edition>,
    ) -> Edition {
        let site = Site::new(&loaded, before.map(|before| &before.site));
        found.extend_from_slice(site.notes());
        if site.book().essays.is_empty() {
            found.push(no_essays(&project));
        }
        let routes = match before.filter(|before| before.site.pages() == site.pages()) {
            Some(before) => Arc::clone(&before.routes),
            None => {
                let pages = site.pages().iter().enumerate();
                Arc::new(pages.map(|(at, page)| (page.url.output(), at)).collect())
            }
        };
        let beyond = loaded.beyond.iter().map(|path| project.root.join(path)).collect();
        Edition { number, project, site, found: sorted(found), routes, beyond, loaded }
    }

    /// The book.
    pub fn book(&self) -> &Book {
        self.site.book()
    }

    /// Whether it has the pages of `other`, at the same addresses.
    pub fn has_the_pages_of(&self, other: &Edition) -> bool {
        Arc::ptr_eq(&self.routes, &other.routes)
    }

    /// What is at `path`, which is decoded and has no slash before it.
    pub fn at(&self, path: &str) -> Place<'_> {
        let page = |file: &str| self.routes.get(file).map(|at| &self.site.pages()[*at]);
        if path.is_empty() || path.ends_with('/') {
            return page(&format!("{path}index.html")).map_or(Place::Nothing, Place::Page);
        }
        match page(path) {
            Some(found) => Place::Page(found),
            None if page(&format!("{path}/index.html")).is_some() => Place::WithSlash,
            None => Place::Nothing,
        }
    }

    /// The page at `path`, if there is one.
    pub fn page(&self, path: &str) -> Option<&Page> {
        match self.at(path) {
            Place::Page(page) => Some(page),
            Place::WithSlash | Place::Nothing => None,
        }
    }

    /// The essay whose text a page shows.
    pub fn essay_of(&self, page: &Page) -> Option<EssayId> {
        match page.kind {
            PageKind::Essay(id) => Some(id),
            PageKind::Section(id) => self.book().tree.section(id).essay,
            _ => None,
        }
    }

    /// What a page may load and run.
    pub fn policy_of(&self, page: &Page) -> Option<String> {
        let essays: Vec<&Essay> = match page.kind {
            PageKind::Whole => self.book().essays.iter().map(|essay| &**essay).collect(),
            _ => self.essay_of(page).map(|id| self.book().essay(id)).into_iter().collect(),
        };
        policy::of(self.book(), essays.into_iter())
    }

    /// What a page is about.
    pub fn subject_of(&self, page: &Page) -> Option<Subject> {
        match (self.essay_of(page), &page.kind) {
            (Some(id), _) => Some(Subject::Essay(self.book().essay(id).source.as_str().to_owned())),
            (None, PageKind::Section(id)) => {
                Some(Subject::Folder(self.book().tree.section(*id).folder.clone()))
            }
            (None, _) => None,
        }
    }

    fn id_of(&self, path: &str) -> Option<EssayId> {
        let by_path = |essay: &Arc<Essay>| essay.source.as_str().cmp(path);
        self.book().essays.binary_search_by(by_path).ok().map(EssayId)
    }

    /// The essay that `subject` is.
    pub fn essay_about(&self, subject: &Subject) -> Option<&Essay> {
        match subject {
            Subject::Essay(path) => Some(self.book().essay(self.id_of(path)?)),
            Subject::Folder(_) => None,
        }
    }

    /// The address of the page about `subject`, encoded, with a slash before it.
    pub fn address_of(&self, subject: &Subject) -> Option<String> {
        let book = self.book();
        let url = match subject {
            Subject::Essay(path) => book.url(self.id_of(path)?),
            Subject::Folder(folder) => {
                let id = book.tree.ids().find(|id| book.tree.section(*id).folder == *folder)?;
                &book.section_urls[id.0]
            }
        };
        self.page(url.as_str()).map(|_| format!("/{}", url.encoded()))
    }

    /// The nearest section above the file or folder `path` of the content folder that there is still: its
    /// title and its address.
    pub fn section_above(&self, path: &str) -> (String, String) {
        let tree = &self.book().tree;
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            let subject = Subject::Folder(above.to_owned());
            let section = tree.ids().find(|id| tree.section(*id).folder == above);
            if let (Some(id), Some(address)) = (section, self.address_of(&subject)) {
                return (tree.section(id).title.clone(), address);
            }
            folder = above;
        }
        (tree.section(SectionId(0)).title.clone(), "/".to_owned())
    }
}
