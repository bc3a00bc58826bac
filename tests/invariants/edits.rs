//! What is changed in an author's file lies in that file, and its places are where they say.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use sternpost::config::HtmlTable;
use sternpost::edit::front_matter::{renamed, with_items};
use sternpost::edit::original::Original;
use sternpost::edit::place::{definitions, places};
use sternpost::essay::dialect::Empty;
use sternpost::essay::front_matter::{self, Language};
use sternpost::essay::{Dialect, Essay};
use sternpost::source::SourcePath;
use sternpost::system::{System, Systems};

use crate::properties::{essay, try_all};

/// Lines that front matter is made of, and some that it is not.
const LINES: &[&str] = &[
    "title: A",
    "tags: [a, 'b', \"c\"] # a",
    "tags:",
    "  - a",
    "- b # b",
    "  - \"a\"",
    "tags: a, b",
    "tags: []",
    "tags: [a,",
    "  b]",
    "keywords: b",
    "aliases: /x/",
    "aliases:",
    "redirect_from: ['/ü/']",
    "tags: &t [a]",
    "categories: *t",
    "text: |",
    "  tags: [a]",
    "{tags: [a]}",
    "\ttab: a",
    "tags = [\"a\", 'b']",
    "tags = [",
    "  'a',",
    "]",
    "[taxonomies]",
    "[[a]]",
    "aliases = []",
    "ключ: 信頼",
    "",
    "# tags: a",
    "? a : b",
    "--- a",
];

#[test]
fn front_matter_is_changed_only_where_it_says_what_it_should() {
    let fence = select(vec!["---", "+++"]);
    let end = select(vec!["\n", "\r\n"]);
    let lines = proptest::collection::vec(select(LINES), 0..7);
    let text = (fence, end, lines).prop_map(|(fence, end, lines)| {
        let lines: String = lines.iter().map(|line| format!("{line}{end}")).collect();
        format!("\u{feff}{fence}{end}{lines}{fence}{end}Größe a{end}").into_bytes()
    });
    try_all(600, &text, |bytes| {
        let file = Original::new(Path::new("a.md"), "a.md", bytes).unwrap();
        let body = |text: &str| text[front_matter::read("a.md", text).1..].trim_start().to_owned();
        let keys = ["aliases", "redirect_from"];
        for language in [Language::Yaml, Language::Toml] {
            let edits = with_items(&file.text, &keys, &["/new/".to_owned()], language);
            let text = file.text_with(&edits.unwrap_or_default());
            assert_eq!(body(&text), body(&file.text));
        }
        let change = |tag: &str| (tag == "a").then(|| "b".to_owned());
        let tags = [vec!["tags"], vec!["keywords"], vec!["taxonomies", "tags"]];
        let edits = renamed(&file.text, &tags, &change).unwrap_or_default();
        assert_eq!(body(&file.text_with(&edits)), body(&file.text));
        let bytes = file.bytes_with(&edits);
        assert!(
            bytes.ends_with("Größe a\n".as_bytes()) || bytes.ends_with("Größe a\r\n".as_bytes())
        );
    });
}

#[test]
fn places_of_links_hold_what_was_read() {
    try_all(150, &essay(), |bytes| {
        let Ok(text) = std::str::from_utf8(&bytes[1..]) else { return };
        let systems = Systems::of(&[System::Obsidian, System::MdBook, System::Hugo]);
        let dialect = Dialect::new(&HtmlTable::default()).written_for(systems);
        let path = SourcePath::new("a.md");
        let read = Essay::parse(path, "a.md".into(), text.into(), dialect, &Empty);
        let definitions = definitions(&read, text);
        for spot in read.links.iter().flat_map(|link| places(text, link, &definitions)) {
            assert!(text.get(spot.at.clone()).is_some_and(|path| !path.is_empty()), "{spot:?}");
        }
    });
}
