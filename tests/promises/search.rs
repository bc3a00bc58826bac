//! Each essay is found by its words, at the heading below which they stand, and by nothing that a reader does not
//! see. The index is files of the site like any others.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::time::SystemTime;

use serde_json::Value;

use crate::folder::{Built, Folder, PICTURE};

const ESSAY: &str = "\
+++
title = \"Trust & <b>\"
date = 2026-03-01
tags = [\"people\", \"c++\"]
+++

Opening.

## Why it ma*tt*ers

Trust is <!-- not this --> slow :tada: to <kbd>come</kbd>[^1].

> [!NOTE]
> A boxed word.

<div class=\"wide\"><p>Never closed
</div>

### Deep {#own-id}

```rust
let anchor = \"weighed\";
```

$a^2$ and ![a rudder](rudder.png)

[^1]: The footnote.
";

fn handbook(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new(&[
        ("content/team/trust.md", ESSAY),
        ("content/plans.md", "# Plans\n"),
        ("content/team/rudder.png", PICTURE),
    ]);
    files.iter().for_each(|(path, text)| folder.write(path, text));
    folder
}

/// The files of the index, without their folder.
fn index(built: &Built) -> Vec<&str> {
    built.files().keys().filter_map(|file| file.strip_prefix("pagefind/")).collect()
}

/// The pages of the index, by their addresses.
fn pages(built: &Built) -> BTreeMap<String, Value> {
    let fragments = built.files().iter().filter(|(file, _)| file.ends_with(".pf_fragment"));
    let pages = fragments.map(|(_, bytes)| {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        let page: Value = serde_json::from_str(text.strip_prefix("pagefind_dcd").unwrap()).unwrap();
        (page["url"].as_str().unwrap().to_owned(), page)
    });
    pages.collect()
}

/// The addresses that the index leads to.
fn found(built: &Built) -> Vec<String> {
    pages(built).into_keys().collect()
}

#[test]
fn the_index_is_there_and_nothing_beside_it() {
    let built = handbook(&[]).site();
    let kinds: Vec<String> = index(&built)
        .into_iter()
        .map(|file| {
            let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
            match (folder, name.rsplit_once('.')) {
                ("", Some((_, "js" | "json" | "pagefind"))) => file.to_owned(),
                (folder, Some((_, end))) => format!("{folder} {end}"),
                _ => file.to_owned(),
            }
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "filter pf_filter",
            "filter pf_filter",
            "fragment pf_fragment",
            "fragment pf_fragment",
            "index pf_index",
            "pagefind-entry.json",
            "pagefind-worker.js",
            " pf_meta",
            "pagefind.js",
            "wasm.en.pagefind",
        ],
    );
}

#[test]
fn a_page_is_found_by_what_is_read_of_it() {
    let built = handbook(&[("content/team/_index.md", "# The team\n")]).site();
    let page = &pages(&built)["/team/trust/"];
    assert_eq!(
        page["content"],
        "Trust & <b> Opening. Why it matters. Trust is slow 🎉 to come. A boxed word. Never closed \
         Deep. let anchor = \"weighed\"; a^2 and a rudder The footnote."
    );
    let anchors: Vec<_> = page["anchors"].as_array().unwrap().iter().collect();
    let anchors: Vec<_> =
        anchors.iter().map(|a| (a["id"].as_str().unwrap(), a["text"].as_str().unwrap())).collect();
    assert_eq!(anchors, [("why-it-matters", "Why it matters"), ("own-id", "Deep")]);
    assert_eq!(page["meta"]["title"], "Trust & <b>");
    assert_eq!(page["meta"]["description"], "Opening.");
    assert_eq!(page["filters"]["tag"], serde_json::json!(["people", "c++"]));
    assert_eq!(page["filters"]["part"], serde_json::json!(["The team"]));
}

#[test]
fn the_next_build_takes_over_what_has_not_changed() {
    let folder = handbook(&[]);
    let first = folder.site();
    let times = |built: &Built| -> BTreeMap<String, SystemTime> {
        let time = |file: &str| {
            let path = folder.root().join("book/pagefind").join(file);
            fs::metadata(path).unwrap().modified().unwrap()
        };
        index(built).into_iter().map(|file| (file.to_owned(), time(file))).collect()
    };
    let before = times(&first);
    // What a reader cannot search has changed.
    folder.write("content/plans.md", "# Plans\n\n<!-- soon -->\n");
    folder.write("templates/page.html", "{% extends \"builtin/page.html\" %}");
    assert_eq!(times(&folder.site()), before);
    folder.write("content/plans.md", "# Plans\n\nMake them.\n");
    let changed = folder.site();
    let now = times(&changed);
    let is_kept = |file: &&String| before.get(*file) == now.get(*file);
    assert_eq!(now.keys().filter(|f| f.starts_with("fragment/")).filter(is_kept).count(), 1);
    assert_eq!(pages(&changed)["/plans/"]["content"], "Plans. Make them.");
    fs::remove_file(folder.root().join("content/plans.md")).unwrap();
    assert_eq!(found(&folder.site()), ["/team/trust/"]);
}

#[test]
fn what_is_not_to_be_found_is_not() {
    let hidden = [
        ("content/zola.md", "+++\nin_search_index = false\n+++\n# One\n"),
        ("content/starlight.md", "---\npagefind: false\n---\n# Two\n"),
        ("content/material.md", "---\nsearch:\n  exclude: true\n---\n# Three\n"),
        ("content/draft.md", "+++\ndraft = true\n+++\n# Four\n"),
        ("content/weighed.md", "---\npagefind:\n  weight: 2\nsearch:\n  boost: 2\n---\n# Five\n"),
    ];
    let folder = handbook(&hidden);
    let built = folder.site();
    assert_eq!(built.warnings(), [""; 0]);
    assert_eq!(found(&built), ["/plans/", "/team/trust/", "/weighed/"]);
    assert!(built.has("zola/index.html"));
    let drafts = folder.build(&["--drafts"]);
    assert_eq!(found(&drafts), ["/draft/", "/plans/", "/team/trust/", "/weighed/"]);
}

#[test]
fn there_is_a_page_for_it_that_search_engines_pass_over() {
    let site = "[output.html]\nsite-url = \"https://example.org/deep/\"\n";
    let shows = "{{ root }}{{ book.search_url }} {{ root }}{{ book.search_bundle }}";
    let folder = handbook(&[("book.toml", site), ("templates/page.html", shows)]);
    let built = folder.site();
    let page = built.read("search/index.html");
    assert!(page.contains("action=\"../search/\" method=\"get\""), "{page}");
    assert!(
        page.contains("<meta name=\"robots\" content=\"noindex\">") && page.contains("<noscript>")
    );
    assert!(!built.read("sitemap.xml").contains("search/"));
    assert_eq!(built.read("team/trust/index.html"), "../../search/ ../../pagefind/");
    // Addresses in the index are from the root of the site, wherever that is.
    assert!(pages(&built).contains_key("/team/trust/"));
    folder.write("book.toml", "[handbook]\nurl-style = \"file\"\n");
    let built = folder.site();
    assert_eq!(built.read("team/trust.html"), "../search.html ../pagefind/");
    assert!(built.has("search.html") && pages(&built).contains_key("/team/trust.html"));
}

#[test]
fn it_can_be_left_out() {
    for off in ["[handbook]\nsearch = false\n", "[output.html.search]\nenable = false\n"] {
        let shows = "{{ book.search_url }}{{ book.search_bundle }}.";
        let folder = handbook(&[("templates/page.html", shows)]);
        assert!(folder.site().has("pagefind/pagefind.js"));
        folder.write("book.toml", off);
        let built = folder.site();
        assert_eq!(index(&built), [""; 0]);
        assert!(!folder.root().join("book/pagefind").exists());
        assert!(!built.has("search/index.html"));
        assert_eq!(built.read("plans/index.html"), ".");
    }
}

#[test]
fn it_gives_way_to_what_an_author_wrote() {
    let shows = ("templates/page.html", "{{ book.search_url }} {{ book.search_bundle }}");
    let built = handbook(&[shows, ("content/Search.md", "# Seeking\n")]).site();
    assert_eq!(built.read("plans/index.html"), " pagefind/");
    assert!(built.has("pagefind/pagefind.js"));
    assert_eq!(built.warnings(), [""; 0]);
    let built = handbook(&[shows, ("content/pagefind.md", "# How to find pages\n")]).site();
    assert!(built.has("pagefind/index.html") && built.has("pagefind/pagefind.js"));
    assert_eq!(built.warnings(), [""; 0]);
    let built = handbook(&[shows, ("content/pagefind/pagefind.md", "# Inside\n")]).site();
    assert_eq!(built.read("plans/index.html"), " ");
    assert!(!built.has("pagefind/pagefind.js") && !built.has("search/index.html"));
    assert_eq!(built.warnings().len(), 1, "{}", built.err);
}

#[test]
fn words_are_found_in_the_language_of_the_book() {
    for (language, wasm) in [("de-CH", "wasm.de-ch.pagefind"), ("tlh", "wasm.unknown.pagefind")] {
        let config = format!("[book]\nlanguage = \"{language}\"\n");
        let built = handbook(&[("book.toml", &config)]).site();
        let stems = index(&built).into_iter().filter(|file| file.starts_with("wasm."));
        assert_eq!(stems.collect::<Vec<_>>(), [wasm]);
    }
    // It is a part of names.
    let built = handbook(&[("book.toml", "[book]\nlanguage = \"../up\"\n")]).site();
    assert!(index(&built).contains(&"wasm.unknown.pagefind"));
}

/// A large book is searched in shards, and a change of one essay makes one of them anew.
#[test]
fn a_large_book_is_indexed_in_shards() {
    let folder = handbook(&[]);
    for number in 0..2_001 {
        folder.write(&format!("content/many/n{number}.md"), format!("# Number {number}\n"));
    }
    let first = folder.site();
    let entries = |built: &Built| -> Vec<String> {
        ["1", "2"].map(|shard| built.read(&format!("pagefind/{shard}/pagefind-entry.json"))).into()
    };
    assert!(first.read("pagefind/pagefind.js").contains("const SHARDS = 2;"));
    assert_eq!(found(&first).len(), 2_003);
    folder.write("content/many/n7.md", "# Seven\n");
    let second = folder.site();
    let same = entries(&first).iter().zip(&entries(&second)).filter(|(a, b)| a == b).count();
    assert_eq!(same, 1);
    assert_eq!(found(&second).len(), 2_003);
}
