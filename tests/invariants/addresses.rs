//! One address has one thing, and no essay is without one, whatever files are called and ask for.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

use proptest::prelude::*;
use proptest::sample::select;
use sternpost::book::EssayId;
use sternpost::site::{Memory, PageKind, Site, load};
use sternpost::source::{Project, Survey};
use unicode_normalization::UnicodeNormalization;

use crate::properties::try_all;

const SERIES: u32 = 60;

/// A file: its path in the content folder, and the lines of its front matter.
type Written = (String, Vec<String>);

fn file() -> impl Strategy<Value = Written> {
    let folder = select(vec![
        "",
        "team/",
        "Team/",
        "tags/",
        "trust/",
        "cafe\u{301}/",
        "café/",
        "a/b/",
        "index/",
        "404/",
    ]);
    let name = select(vec![
        "trust.md",
        "Trust.md",
        "TRUST.md",
        "index.md",
        "README.md",
        "_index.md",
        "404.md",
        "tags.md",
        "team.md",
        "print.md",
        "search.md",
        "café.md",
        "cafe\u{301}.md",
        "con.md",
        "a.b.md",
        "b.md",
        "old.md",
        "feed.xml.md",
        "1-trust.md",
        "01-trust.md",
        "trust-2.md",
        "x.png",
        "X.PNG",
        "trust.html",
        "style.css",
        "sitemap.xml",
        "what?.md",
        "a\\b.md",
        "ﬁ.md",
        "ß.md",
        "SS.md",
        "İ.md",
        "i\u{307}.md",
    ]);
    let keys = select(vec![
        "slug = \"trust\"",
        "slug = \"Trust\"",
        "slug = \"../up\"",
        "slug = \"\"",
        "path = \"trust\"",
        "path = \"/\"",
        "path = \"team/trust.html\"",
        "path = \"../../etc/passwd\"",
        "path = \"trust/x\"",
        "path = \"404.html\"",
        "path = \"index.html\"",
        "path = \"pagefind/x\"",
        "aliases = [\"/trust/\", \"/old\", \"old/\"]",
        "aliases = [\"/team\", \"/../x\", \"/\"]",
        "aliases = [\"a/index.html\", \"/tags/x/\"]",
        "tags = [\"Trust\", \"trust\"]",
        "tags = [\"c++\", \"c\", \"C\"]",
        "tags = [\"a/b\", \"..\", \"index\", \"café\", \"cafe\u{301}\"]",
        "authors = [\"Ada\", \"ada\"]",
        "generate_feeds = true",
        "draft = true",
        "title = \"T\"",
    ]);
    (folder, name, proptest::collection::vec(keys, 0..3)).prop_map(|(folder, name, keys)| {
        let keys: BTreeMap<String, String> = keys
            .iter()
            .map(|key| (key.split(' ').next().unwrap().to_owned(), (*key).to_owned()))
            .collect();
        (format!("{folder}{name}"), keys.into_values().collect())
    })
}

#[test]
fn every_address_is_given_once_and_every_essay_has_one() {
    let config = select(vec![
        "",
        "[handbook]\nurl-style = \"file\"\n",
        "[handbook]\npaginate = 1\n",
        "[output.html]\nsite-url = \"https://lead.example/x/\"\n",
        "[output.html.redirect]\n\"trust/index.html\" = \"x\"\n\"/old.html\" = \"/trust/\"\n\"a/../../b\" = \"/\"\n",
    ]);
    let handbook = (config, proptest::collection::vec(file(), 1..16));
    try_all(SERIES, &handbook, |(config, files)| has_all_once(config, &files));
}

fn has_all_once(config: &str, files: &[Written]) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::write(root.join("book.toml"), config).unwrap();
    for (path, keys) in files {
        let file = root.join("content").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = match path.ends_with(".md") {
            true => format!("+++\n{}\n+++\n\n# Of {path}\n", keys.join("\n")),
            false => path.clone(),
        };
        fs::write(file, text).unwrap();
    }
    fs::create_dir_all(root.join("content")).unwrap();
    let project = Project::open(root.clone(), None).unwrap().value;
    let survey = Survey::take(&root, Some(&project), &[]);
    let loaded = load(&project, &survey, false, Memory::NONE).unwrap().value;
    let site = Site::new(&loaded, None);

    let mut outputs = HashSet::new();
    let mut folders = BTreeSet::new();
    for page in site.pages() {
        let output = page.url.output();
        let is_safe = |part: &str| !part.is_empty() && part != "." && part != "..";
        assert!(output.split('/').all(is_safe), "{output:?}");
        assert!(!output.contains(|c: char| c.is_control() || c == '\\'), "{output:?}");
        let folded: String = output.nfc().flat_map(char::to_lowercase).nfc().collect();
        folders.extend(folded.match_indices('/').map(|(at, _)| folded[..at].to_owned()));
        assert!(outputs.insert(folded), "{output:?} is there twice");
    }
    let both = folders.iter().find(|folder| outputs.contains(*folder));
    assert_eq!(both, None, "a file and a folder");

    let book = site.book();
    let mut shown: HashSet<EssayId> = HashSet::new();
    for page in site.pages() {
        let id = match page.kind {
            PageKind::Essay(id) => Some(id),
            PageKind::Section(id) => book.tree.section(id).essay,
            _ => None,
        };
        assert!(id.is_none_or(|id| shown.insert(id)), "two pages of one essay: {}", page.url);
    }
    let lost = (0..book.essays.len()).map(EssayId).find(|id| !shown.contains(id));
    assert_eq!(lost.map(|id| &book.essay(id).shown), None, "has no page");
    // And none was lost before it became a part of the book.
    let is_draft = |keys: &[String]| keys.iter().any(|key| key.starts_with("draft"));
    let written: BTreeMap<&String, &Vec<String>> =
        files.iter().map(|(path, keys)| (path, keys)).collect();
    let in_book =
        |path: &str| book.essays.iter().any(|essay| essay.shown == format!("content/{path}"));
    for (path, keys) in written {
        let above_is_draft = files.iter().any(|(other, keys)| {
            let stem = other.rsplit('/').next().unwrap_or(other);
            is_draft(keys)
                && matches!(stem, "index.md" | "README.md" | "_index.md")
                && other.contains('/')
        });
        let wanted = path.ends_with(".md") && !is_draft(keys) && !above_is_draft;
        assert!(!wanted || in_book(path), "{path} is no part of the book");
    }
}
