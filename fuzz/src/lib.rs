//! What must hold whatever is read: of every target a function that takes any bytes and panics if something does
//! not hold.
//!
//! libFuzzer looks for such bytes (`fuzz/run`, with the entries in `targets/`), and `tests/invariants` goes through
//! those that are kept in `corpus/` on every run of the tests, so that what was found once stays found.

pub mod config;
pub mod front_matter;
pub mod html;
pub mod links;
pub mod manifest;
pub mod markdown;
pub mod outline;
pub mod requests;
pub mod summary;

use sternpost::config::HtmlTable;
use sternpost::diagnostic::Diagnostic;
use sternpost::essay::Dialect;
use sternpost::source::text;
use sternpost::system::{System, Systems};

/// A target: its name, which is that of its corpus, and what must hold.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("config", config::holds),
    ("front_matter", front_matter::holds),
    ("links", links::holds),
    ("manifest", manifest::holds),
    ("markdown", markdown::holds),
    ("outline", outline::holds),
    ("requests", requests::holds),
    ("summary", summary::holds),
];

/// The programs that an essay can be written for, each by the byte that stands for it at the head of an input.
const SYSTEMS: [(u8, System); 9] = [
    (b'm', System::MdBook),
    (b'k', System::MkDocs),
    (b'j', System::Jekyll),
    (b'h', System::Hugo),
    (b'z', System::Zola),
    (b'e', System::Eleventy),
    (b'd', System::Docusaurus),
    (b'g', System::GitBook),
    (b'o', System::Obsidian),
];

/// The first byte says how the rest is read: as written for one program, for all (`a`), or else for none.
fn dialect(data: &[u8]) -> (Dialect, &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&b'-', &[]));
    let all = SYSTEMS.iter().filter(|(byte, _)| *first == b'a' || byte == first);
    let systems: Vec<System> = all.map(|(_, system)| *system).collect();
    (Dialect::new(&HtmlTable::default()).written_for(Systems::of(&systems)), rest)
}

/// The text of a file that holds these bytes, by the first step of reading. It must be clean: no carriage return, no
/// control character, no byte order mark at its head that was there once.
fn decoded(data: &[u8]) -> String {
    let read = text::decode("any.md", data.to_vec());
    let text = read.value;
    assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{text:?}");
    // What is replaced is told.
    assert!(std::str::from_utf8(data).is_ok() || !read.notes.is_empty());
    told(&read.notes);
    text
}

/// Each of `notes` can be shown: plainly, and with its excerpt and caret. It says something, its place is in the
/// file, and what it shows has no end of its own.
fn told(notes: &[Diagnostic]) {
    for note in notes {
        assert!(!note.message.trim().is_empty(), "{note:?}");
        if let Some(place) = &note.place {
            assert!(place.marked.0 <= place.marked.1, "{note:?}");
            assert!(place.excerpt.get(place.marked.0..place.marked.1).is_some(), "{note:?}");
            assert_eq!(place.line == 0, place.column == 0, "{note:?}");
            assert!(place.excerpt.len() < 4 * 200, "{note:?}");
        }
        let shown = note.render(false);
        assert!(shown.contains(note.code.name()), "{shown}");
    }
}
