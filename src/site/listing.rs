//! Which pages a site has, each with its address.

use std::sync::Arc;

use crate::book::{AssetId, Kind, Term, Url, Urls};
use crate::diagnostic::{Code, Diagnostic};
use crate::site::{FeedForm, FeedOf, Page, PageKind, Site, sitemap};

impl Site {
    /// Lists all pages. What an author wrote has its address already; what the program adds gives
    /// way to it, with a word.
    pub(super) fn list_pages(&mut self) {
        let book = Arc::clone(&self.book);
        for id in book.tree.ids() {
            if book.tree.section(id).essay.is_some() || book.lists[id.0] {
                self.pages.push(Page {
                    url: book.section_urls[id.0].clone(),
                    kind: PageKind::Section(id),
                });
            }
        }
        for id in book.tree.order.iter().filter(|id| !book.tree.is_section_page(**id)) {
            self.pages.push(Page { url: book.url(*id).clone(), kind: PageKind::Essay(*id) });
        }
        for (at, asset) in book.assets.iter().enumerate() {
            if let Some(url) = &asset.url {
                self.pages.push(Page { url: url.clone(), kind: PageKind::Asset(AssetId(at)) });
            }
        }
        for (at, redirect) in book.redirects.pages.iter().enumerate() {
            self.pages.push(Page { url: redirect.from.clone(), kind: PageKind::Redirect(at) });
        }
        let mut urls = book.urls.clone();
        for kind in [Kind::Tags, Kind::Authors] {
            self.list_terms(kind, &mut urls);
        }
        for (name, file) in &Arc::clone(&self.theme).files {
            self.add(&mut urls, file.url.clone(), PageKind::ThemeFile(name.clone()));
        }
        for (url, id, width) in Arc::clone(&self.pictures).versions(&book) {
            self.add(&mut urls, url, PageKind::Smaller(id, width));
        }
        for (url, kind) in self.cards() {
            self.add(&mut urls, url, kind);
        }
        if let Some((url, _)) = self.marks.touch_icon.clone() {
            self.add(&mut urls, url, PageKind::TouchIcon);
        }
        self.list_feeds(&mut urls);
        if book.config.handbook.markdown {
            for id in &book.tree.order {
                self.add(&mut urls, book.copy_url(*id), PageKind::Copy(*id));
            }
            self.add(&mut urls, Url::file("llms.txt"), PageKind::Llms);
        }
        // Only whoever asked for it is told that an essay has its address.
        if book.whole().is_some() || book.config.handbook.print == Some(true) {
            self.add(&mut urls, book.whole_url(), PageKind::Whole);
        }
        self.list_search(&mut urls);
        self.add(&mut urls, Url::file("404.html"), PageKind::NotFound);
        self.add(&mut urls, Url::file("robots.txt"), PageKind::Robots);
        let files: Vec<_> = self.host_files().collect();
        for file in files {
            self.add(&mut urls, file.url(), PageKind::Host(file));
        }
        self.claim_packed(&mut urls);
    }

    fn list_terms(&mut self, kind: Kind, urls: &mut Urls) {
        let book = Arc::clone(&self.book);
        let taxonomy = book.taxonomy(kind);
        let style = book.config.url_style();
        if taxonomy.terms.is_empty() {
            return;
        }
        self.add(urls, taxonomy.url(style), PageKind::Terms(kind));
        for (at, term) in taxonomy.terms.iter().enumerate() {
            for number in 1..=self.number_of_pages(term) {
                self.add(
                    urls,
                    taxonomy.term_url(term, number, style),
                    PageKind::Term(kind, at, number),
                );
            }
        }
    }

    fn number_of_pages(&self, term: &Term) -> usize {
        term.essays.len().div_ceil(self.book.config.handbook.paginate)
    }

    fn list_feeds(&mut self, urls: &mut Urls) {
        let book = Arc::clone(&self.book);
        if book.config.site_url().is_none() {
            let what = "feeds and sitemap.xml are left out: they need the site's full address";
            self.notes.push(Diagnostic::note(Code::LeftOut, what).hint(
                "once you know it, write in book.toml: [output.html] site-url = \"https://...\"",
            ));
            return;
        }
        if let Some(url) = book.site_feed() {
            self.add(urls, url, PageKind::Feed(FeedOf::Book, FeedForm::Atom));
        }
        if let Some(url) = book.json_feed() {
            self.add(urls, url, PageKind::Feed(FeedOf::Book, FeedForm::Json));
        }
        for id in book.tree.ids() {
            if let Some(url) = book.section_feed(id) {
                self.add(urls, url, PageKind::Feed(FeedOf::Section(id), FeedForm::Atom));
            }
        }
        for kind in [Kind::Tags, Kind::Authors] {
            let taxonomy = book.taxonomy(kind);
            for (at, term) in taxonomy.terms.iter().enumerate() {
                if let Some(url) = book.term_feed(taxonomy, term) {
                    self.add(urls, url, PageKind::Feed(FeedOf::Term(kind, at), FeedForm::Atom));
                }
            }
        }
        for (url, lot) in sitemap::files(self) {
            self.add(urls, url, PageKind::Sitemap(lot));
        }
    }

    /// The page for searching, unless an essay has its address: nobody asked for it. The files of the index have
    /// names that are known only once it is made; its folder is free of others.
    fn list_search(&mut self, urls: &mut Urls) {
        if let Some(other) = self.book.search_hindrance() {
            let message = format!("search is left out, since {other} is in its folder /pagefind/");
            self.notes.push(
                Diagnostic::warning(Code::UrlCollision, message).hint(
                    "give that another name, or write in book.toml: [handbook] search = false",
                ),
            );
        } else if let Some(url) = self.book.search_url() {
            self.add(urls, url, PageKind::Search);
        }
    }

    fn add(&mut self, urls: &mut Urls, url: Url, kind: PageKind) {
        match urls.claim(&url, url.as_str()) {
            Ok(()) => self.pages.push(Page { url, kind }),
            // One of the author's own says what its host is to know.
            Err(_) if matches!(kind, PageKind::Host(_)) => {}
            Err(other) => {
                let message = format!(
                    "the page /{url} that the program makes is left out: {other} has its address"
                );
                self.notes.push(Diagnostic::warning(Code::UrlCollision, message));
            }
        }
    }
}
