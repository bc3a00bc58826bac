//! Contents that were written for another program: the first line is the file's name, which says for which, the rest
//! is the file.
//!
//! - Never a panic, however deep they nest.
//! - No page that they list is outside of the content folder.
//! - They list no more than they say, and not deeper than contents are read.
//! - Arranged by them, a book has every essay once in its order, and every address once.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use sternpost::book::{Book, EssayId, Ground, Parts, Setting};
use sternpost::config::{Config, HtmlTable};
use sternpost::essay::dialect::Empty;
use sternpost::essay::{Dialect, Essay};
use sternpost::source::SourcePath;
use sternpost::source::navigation::{Item, Navigation, parse};

use super::{decoded, told};

const ESSAYS: &[&str] =
    &["README.md", "a.md", "part/b.md", "part/index.md", "part/c d.md", "x/y/z.md"];

static BOOK: LazyLock<Vec<Arc<Essay>>> = LazyLock::new(|| {
    let dialect = Dialect::new(&HtmlTable::default());
    let essay = |path: &&str| {
        let text = format!("# What {path} says\n\nWords.\n");
        Arc::new(Essay::parse(SourcePath::new(path), (*path).into(), text, dialect, &Empty))
    };
    ESSAYS.iter().map(essay).collect()
});

pub fn holds(data: &[u8]) {
    let text = decoded(data);
    let (name, text) = text.split_once('\n').unwrap_or(("SUMMARY.md", &text));
    let items = parse(name, text);
    assert!(checked(&items, 1) <= text.len(), "{items:?}");

    let navigation = Navigation { source: Some(SourcePath::new("SUMMARY.md")), items };
    let setting = Setting {
        config: Config::default(),
        name: "Any".to_owned(),
        ground: Ground::default(),
        files: Vec::new(),
        beyond: Vec::new(),
        navigation: Some(navigation),
        folders: Default::default(),
        drafts: Vec::new(),
    };
    let made = Book::assemble(
        Parts { essays: BOOK.clone(), with_drafts: false, related: None, setting },
        None,
    );
    told(&made.notes);
    let book = made.value;
    let order: HashSet<EssayId> = book.tree.order.iter().copied().collect();
    assert_eq!((order.len(), book.tree.order.len()), (ESSAYS.len(), ESSAYS.len()), "{text:?}");
    let files: HashSet<String> = book.essay_urls.iter().map(|url| url.output()).collect();
    assert_eq!(files.len(), ESSAYS.len(), "{files:?}");
    let lists = book.section_urls.iter().zip(&book.lists).filter(|(_, is_list)| **is_list);
    for (url, _) in lists {
        assert!(!files.contains(&url.output()), "{url} in {text:?}");
        assert!(!url.as_str().split('/').any(|part| matches!(part, "." | "..")), "{url}");
    }
}

/// How many items there are.
fn checked(items: &[Item], depth: usize) -> usize {
    assert!(items.is_empty() || depth <= 33, "{depth} deep");
    let one = |item: &Item| {
        if let Some(page) = &item.page {
            let is_inside =
                !page.starts_with('/') && !page.split('/').any(|p| matches!(p, "." | ".."));
            assert!(is_inside, "{page:?}");
        }
        1 + checked(&item.items, depth + 1)
    };
    items.iter().map(one).sum()
}
