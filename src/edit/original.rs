//! A file of the author's, byte for byte, beside the text that is read of it.
//!
//! Text is read without byte order mark and with plain ends of lines ([`crate::source::text`]). An edit is made in
//! the bytes themselves, so that all else stays as the author's editor wrote it.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Place, reason};
use crate::essay::dialect::Edit;
use crate::source::{opening, text};

/// A file that can be edited.
#[derive(Debug, Clone)]
pub struct Original {
    /// Where it is.
    pub file: PathBuf,
    /// Its path from the project's root.
    pub shown: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The text that is read of it.
    pub text: String,
    /// From which byte of the text on which byte of the file follows.
    steps: Vec<(usize, usize)>,
}

impl Original {
    /// Opens the file of the project in `root`.
    ///
    /// # Errors
    /// When it cannot be read, is a link to another, or is no plain UTF-8.
    pub fn open(root: &Path, file: &Path, shown: &str) -> Result<Original, Diagnostic> {
        if file.is_symlink() {
            let message = format!("{shown} is a link on disk, and stays as it is");
            return Err(Diagnostic::warning(Code::Unreadable, message)
                .at(Place::file(shown))
                .hint("change the file that it leads to, if it still needs it"));
        }
        let bytes = opening::read(root, file).map_err(|error| {
            Diagnostic::warning(
                Code::Unreadable,
                format!("cannot read {shown}: {}", reason(&error)),
            )
            .at(Place::file(shown))
        })?;
        Original::new(file, shown, bytes).ok_or_else(|| {
            Diagnostic::warning(
                Code::Encoding,
                format!("{shown} is not in UTF-8, and stays as it is"),
            )
            .at(Place::file(shown))
            .hint("save it as UTF-8 in your editor, then try again")
        })
    }

    /// The file with these bytes; `None` where it cannot be said which of them a part of the text comes from.
    pub fn new(file: &Path, shown: &str, bytes: Vec<u8>) -> Option<Original> {
        let (own, steps) = traced(std::str::from_utf8(&bytes).ok()?);
        let read = text::decode(shown, bytes.clone()).value;
        (own == read).then(|| Original {
            file: file.to_owned(),
            shown: shown.to_owned(),
            bytes,
            text: read,
            steps,
        })
    }

    /// The text with `edits` made. Of two that overlap the first is made.
    pub fn text_with(&self, edits: &[Edit]) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut done = 0;
        for edit in in_order(edits) {
            out.push_str(&self.text[done..edit.at.start]);
            out.push_str(&edit.with);
            done = edit.at.end;
        }
        out.push_str(&self.text[done..]);
        out
    }

    /// The bytes with `edits` made, whose places are those of the text.
    pub fn bytes_with(&self, edits: &[Edit]) -> Vec<u8> {
        let crlf = self.bytes.windows(2).any(|pair| pair == b"\r\n");
        let mut out = Vec::with_capacity(self.bytes.len());
        let mut done = 0;
        for edit in in_order(edits) {
            let (start, end) = (self.byte(edit.at.start), self.byte(edit.at.end));
            out.extend_from_slice(&self.bytes[done..start]);
            let with = if crlf { edit.with.replace('\n', "\r\n") } else { edit.with.clone() };
            out.extend_from_slice(with.as_bytes());
            done = end;
        }
        out.extend_from_slice(&self.bytes[done..]);
        out
    }

    /// The byte of the file at which byte `at` of the text begins.
    fn byte(&self, at: usize) -> usize {
        let after = self.steps.partition_point(|(text, _)| *text <= at);
        let (text, byte) = self.steps[after.saturating_sub(1)];
        byte + (at - text)
    }
}

/// `edits` from the first to the last, without those that overlap an earlier one.
fn in_order(edits: &[Edit]) -> Vec<&Edit> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let mut done = 0;
    sorted.retain(|edit| {
        let is_free = edit.at.start >= done && edit.at.start <= edit.at.end;
        if is_free {
            done = edit.at.end;
        }
        is_free
    });
    sorted.dedup_by(|a, b| a == b);
    sorted
}

/// What is read of `raw`, and where its parts come from.
fn traced(raw: &str) -> (String, Vec<(usize, usize)>) {
    let bare = raw.strip_prefix('\u{feff}').unwrap_or(raw);
    let mut at = raw.len() - bare.len();
    let mut text = String::with_capacity(bare.len());
    let mut steps = vec![(0, at)];
    let mut letters = bare.chars().peekable();
    while let Some(c) = letters.next() {
        let length = c.len_utf8();
        let (read, taken) = match c {
            '\r' if letters.next_if_eq(&'\n').is_some() => ('\n', 2),
            '\r' => ('\n', 1),
            '\u{b}' | '\u{c}' => (' ', 1),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {
                (char::REPLACEMENT_CHARACTER, length)
            }
            c => (c, length),
        };
        text.push(read);
        at += taken;
        if read.len_utf8() != taken {
            steps.push((text.len(), at));
        }
    }
    (text, steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn original(bytes: &[u8]) -> Option<Original> {
        Original::new(Path::new("a.md"), "a.md", bytes.to_vec())
    }

    #[test]
    fn edits_leave_all_other_bytes() {
        let file = original(b"\xEF\xBB\xBFone\r\ntwo\rth\x07ree\r\n\x0Cfour").unwrap();
        assert_eq!(file.text, "one\ntwo\nth\u{fffd}ree\n four");
        let at = |word: &str| {
            let start = file.text.find(word).unwrap();
            start..start + word.len()
        };
        let edits = [
            Edit { at: at("four"), with: "4\n".to_owned() },
            Edit { at: at("two"), with: "2".to_owned() },
            Edit { at: at("two"), with: "2".to_owned() },
            Edit { at: 3..3, with: "!".to_owned() },
        ];
        assert_eq!(file.bytes_with(&edits), b"\xEF\xBB\xBFone!\r\n2\rth\x07ree\r\n\x0C4\r\n");
        assert_eq!(file.text_with(&edits), "one!\n2\nth\u{fffd}ree\n 4\n");
        assert_eq!(file.bytes_with(&[]), file.bytes);
    }

    #[test]
    fn what_is_not_utf_8_cannot_be_edited() {
        assert!(original(b"caf\xE9").is_none());
        assert!(original(b"\xFF\xFEa\0b\0").is_none());
        assert!(original(b"").is_some());
    }
}
