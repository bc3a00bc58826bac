//! The text of an essay's file: at hand, or, where all else that is known of it was kept from an earlier run,
//! still on disk. Most pages of a site that is built again are made without it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::source::{opening, text};

/// What tells one text from another: 128 bits of XXH3, which is made for this and not for secrets.
pub type Print = [u8; 16];

/// The print of `parts`, each told apart from the next.
pub fn print_of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Print {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.digest128().to_le_bytes()
}

/// A text that may have to be fetched.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manuscript {
    print: Print,
    /// The text, if it is at hand.
    #[serde(skip)]
    text: Option<String>,
    /// Set once the file was found to hold another text.
    #[serde(skip)]
    lost: OnceLock<()>,
    /// Where it can be read.
    #[serde(skip)]
    file: OnceLock<PathBuf>,
}

impl Manuscript {
    /// A text that is at hand.
    pub fn new(text: String) -> Manuscript {
        let print = print_of([text.as_bytes()]);
        Manuscript { print, text: Some(text), lost: OnceLock::new(), file: OnceLock::new() }
    }

    /// Says where the text is to be read when it is needed. Only the first word on this counts.
    pub fn lies_in(&self, file: &Path) {
        self.file.get_or_init(|| file.to_owned());
    }

    /// Lets go of the text. Whenever it is needed it is fetched from its file.
    pub fn put_away(&mut self) {
        self.text = None;
    }

    /// How many bytes of text are in memory.
    pub fn held(&self) -> usize {
        self.text.as_ref().map_or(0, String::len)
    }

    /// The text, cleaned (see [`crate::source::text`]). Empty if it is lost.
    pub fn text(&self) -> Cow<'_, str> {
        if let Some(text) = &self.text {
            return Cow::Borrowed(text);
        }
        let fetched = self.fetched();
        if fetched.is_none() {
            self.lost.get_or_init(|| ());
        }
        Cow::Owned(fetched.unwrap_or_default())
    }

    /// Whether the text was looked for and its file no longer holds it.
    pub fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    /// What tells the text from others.
    pub fn print(&self) -> Print {
        self.print
    }

    /// Whether this is `text`.
    pub fn is(&self, text: &str) -> bool {
        match &self.text {
            Some(own) => own == text,
            None => self.print == print_of([text.as_bytes()]),
        }
    }

    fn fetched(&self) -> Option<String> {
        // Nothing is taken from there but the text that is known.
        let bytes = opening::read_plain(self.file.get()?).ok()?;
        let text = text::decode("", bytes).value;
        (print_of([text.as_bytes()]) == self.print).then_some(text)
    }
}

/// Two texts are the same if their prints are.
impl PartialEq for Manuscript {
    fn eq(&self, other: &Manuscript) -> bool {
        self.print == other.print
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_fetched_if_it_is_still_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.md");
        let known = Manuscript::new("Lead.".to_owned());
        let kept = || {
            let bytes = postcard::to_stdvec(&known).unwrap();
            let kept: Manuscript = postcard::from_bytes(&bytes).unwrap();
            kept.lies_in(&file);
            kept
        };
        assert!(kept() == known && kept().is("Lead.") && !kept().is("Follow."));
        let early = kept();
        assert_eq!((&*early.text(), early.is_lost()), ("", true));
        std::fs::write(&file, "Lead.\r\n").unwrap();
        assert!({
            let kept = kept();
            kept.text().is_empty() && kept.is_lost()
        });
        std::fs::write(&file, "\u{feff}Lead.").unwrap();
        let kept = kept();
        assert_eq!((&*kept.text(), kept.is_lost()), ("Lead.", false));
    }
}
