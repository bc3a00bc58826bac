//! Where a book is searched: the page for it, and the folder of what the page asks. Both give way to what
//! authors wrote.

use crate::book::{Book, EssayId, Url};

/// The folder of the search index. Pagefind's own script finds the site's root by this name.
pub const FOLDER: &str = "pagefind";

impl Book {
    /// The page that shows what a search finds.
    pub fn search_url(&self) -> Option<Url> {
        let url = Url::page("search", self.config.url_style());
        self.search_bundle().filter(|_| self.urls.holder_of(&url).is_none()).map(|_| url)
    }

    /// The folder of the search index, if there is to be one.
    pub fn search_bundle(&self) -> Option<Url> {
        let is_free = || self.urls.holder_in(FOLDER).is_none();
        (self.can_be_searched() && is_free()).then(|| Url::folder(FOLDER))
    }

    /// Who has the folder of the search index, if there is to be one.
    pub fn search_hindrance(&self) -> Option<String> {
        self.urls.holder_in(FOLDER).filter(|_| self.can_be_searched())
    }

    fn can_be_searched(&self) -> bool {
        self.config.search() && self.essays.iter().any(|essay| !essay.meta.unsearched)
    }

    /// The essays that a search finds, in reading order.
    pub fn searched(&self) -> impl Iterator<Item = EssayId> {
        self.tree.order.iter().copied().filter(|id| !self.essay(*id).meta.unsearched)
    }
}
