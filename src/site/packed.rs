//! Which files are also there compressed.

use std::sync::Arc;

use crate::book::{Url, Urls};
use crate::config::Coding;
use crate::site::Site;

/// The endings of files that get smaller. Pictures, fonts and the search index are compressed in themselves.
const TEXT: &[&str] = &[
    "html",
    "htm",
    "css",
    "js",
    "mjs",
    "json",
    "xml",
    "svg",
    "txt",
    "md",
    "csv",
    "ics",
    "webmanifest",
    "bmp",
    "ttf",
    "otf",
    "wasm",
];

impl Site {
    /// Whether any file is.
    pub fn is_packed(&self) -> bool {
        !self.book.config.publish.hosting.precompress.is_empty()
    }

    /// The forms in which the file at `path` may be there too, if it is large enough.
    pub fn codings(&self, path: &str) -> &[Coding] {
        let codings = &self.book.config.publish.hosting.precompress;
        let is_free = || {
            self.unpacked.is_empty()
                || !codings.iter().any(|coding| self.unpacked.contains(&(path.to_owned(), *coding)))
        };
        match codings.is_empty() || !is_text(path) || !is_free() {
            true => &[],
            false => codings,
        }
    }

    /// Takes the addresses of all forms. One that an author's file has stays the author's.
    pub(super) fn claim_packed(&mut self, urls: &mut Urls) {
        let book = Arc::clone(&self.book);
        for coding in &book.config.publish.hosting.precompress {
            for page in self.pages.iter().map(|page| page.url.output()).filter(|page| is_text(page))
            {
                let packed = format!("{page}{}", coding.ending());
                if urls.claim(&Url::file(&packed), &packed).is_err() {
                    self.unpacked.insert((page, *coding));
                }
            }
        }
    }
}

fn is_text(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| TEXT.contains(&ending))
}
