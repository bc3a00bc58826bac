//! The search index, made by Pagefind from [`record`](super::record)s.
//!
//! One record holds a whole page. Pagefind's results name the headings below which words were found in it, so
//! they open there all the same; with one record for each section a site would have several times as many files.
//!
//! The same records in the same order give the same bytes: Pagefind numbers pages in the order in which it gets
//! them, sorts what it writes, and names files by what they hold.

use pagefind::api::{PagefindIndex, SyntheticFile};
use pagefind::options::PagefindServiceConfig;

/// A file of the index: its path below the index's folder, and what it holds.
pub type File = (String, Vec<u8>);

/// An index that is being made.
pub struct Index {
    pagefind: PagefindIndex,
    runtime: tokio::runtime::Runtime,
}

impl Index {
    /// An empty index of pages in `language`, a BCP 47 tag. `begin` is called on each thread that is started
    /// for it.
    ///
    /// # Errors
    /// When the system does not give what it needs.
    pub fn new(language: &str, begin: fn()) -> Result<Index, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().on_thread_start(begin).build();
        let runtime = runtime.map_err(|error| crate::diagnostic::reason(&error))?;
        let options = PagefindServiceConfig::builder()
            .keep_index_url(true)
            .force_language(known(language))
            .build();
        let pagefind = PagefindIndex::new(Some(options)).map_err(|error| error.to_string())?;
        Ok(Index { pagefind, runtime })
    }

    /// Adds the page at `address` with its record.
    ///
    /// # Errors
    /// When Pagefind fails.
    pub fn add(&mut self, address: String, record: String) -> Result<(), String> {
        let added = self.pagefind.add_html_file(None, Some(address), record);
        self.runtime.block_on(added).map(drop).map_err(|error| error.to_string())
    }

    /// The files of the index, by their paths.
    ///
    /// # Errors
    /// When Pagefind fails.
    pub fn files(mut self) -> Result<Vec<File>, String> {
        let files = self.runtime.block_on(self.pagefind.get_files());
        let files = files.map_err(|error| error.to_string())?.into_iter();
        let slashed =
            |file: SyntheticFile| (crate::source::project::slashed(&file.filename), file.contents);
        let mut files: Vec<File> = files.map(slashed).collect();
        let stems = files.iter().any(|(path, _)| is_stemmer(path) && path != ANY_LANGUAGE);
        files.retain(|(path, _)| is_needed(path) && (path != ANY_LANGUAGE || !stems));
        files.sort();
        Ok(files)
    }
}

/// Searches text in a language whose endings Pagefind does not know.
const ANY_LANGUAGE: &str = "wasm.unknown.pagefind";

fn is_stemmer(path: &str) -> bool {
    path.starts_with("wasm.")
}

/// Whether the theme's own search needs the file. Pagefind has several interfaces of its own.
fn is_needed(path: &str) -> bool {
    let own = ["pagefind.js", "pagefind-worker.js", "pagefind-entry.json"];
    let parts = ["fragment/", "index/", "filter/"];
    own.contains(&path)
        || is_stemmer(path)
        || path.ends_with(".pf_meta")
        || parts.iter().any(|part| path.starts_with(part))
}

/// The language as Pagefind and the names of its files have it.
fn known(language: &str) -> String {
    let language = language.to_ascii_lowercase();
    let is_tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match language.chars().all(is_tag) && !language.is_empty() {
        true => language,
        false => "unknown".to_owned(),
    }
}
