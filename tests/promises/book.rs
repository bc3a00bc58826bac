//! Essays become a book: sections, an order, tags, and ways between them.

use crate::folder::Folder;

/// The titles in the contents of the home page, in order.
fn contents(files: &[(&str, &str)]) -> Vec<String> {
    let home = Folder::new(files).site().read("index.html");
    let list = home.split("<section class=\"contents\">").nth(1).unwrap_or("");
    let list = list.split("</section>").next().unwrap_or("");
    list.split("<a ")
        .skip(1)
        .filter_map(|a| Some(a.split_once('>')?.1.split_once("</a>")?.0.to_owned()))
        .collect()
}

#[test]
fn order_is_weight_then_number_then_newest_then_title() {
    assert_eq!(
        contents(&[
            ("a.md", "---\nweight: 2\n---\n# A"),
            ("b.md", "---\nweight: -1\n---\n# B"),
            ("c.md", "# C")
        ]),
        ["B", "A", "C"]
    );
    assert_eq!(
        contents(&[("10_x.md", "# Ten"), ("2_y.md", "# Two"), ("a.md", "# A")]),
        ["Two", "Ten", "A"]
    );
    assert_eq!(
        contents(&[("2024-01-01-x.md", "# Old"), ("2025-01-01-y.md", "# New"), ("z.md", "# Z")]),
        ["New", "Old", "Z"]
    );
    assert_eq!(
        contents(&[("b.md", "# alpha"), ("a.md", "# Beta"), ("s/x.md", "# In"), ("0.md", "")]),
        ["0", "alpha", "Beta", "S", "In"]
    );
}

#[test]
fn sections_have_a_page_of_their_own_or_a_list() {
    let built = Folder::new(&[
        ("README.md", "# Home\n"),
        ("zola/_index.md", "# Zola's\n"),
        ("zola/a.md", "# A"),
        ("plain/index.md", "# Plain"),
        ("plain/b.md", "# B"),
        ("none/c.md", "# C"),
        ("beside.md", "# Beside\n\nIts own words.\n"),
        ("beside/d.md", "# D"),
        ("leaf/index.md", "# Leaf"),
    ])
    .site();
    for (page, shown) in [
        ("index.html", ">Home</h1>"),
        ("zola/index.html", "Zola\u{2019}s</h1>"),
        ("plain/index.html", ">Plain</h1>"),
        ("none/index.html", "<h1>None</h1>"),
        ("beside/index.html", "Its own words."),
        ("leaf/index.html", "class=\"page-essay\""),
    ] {
        assert!(built.read(page).contains(shown), "{page} lacks {shown}: {}", built.read(page));
    }
    assert!(built.read("none/index.html").contains("href=\"../none/c/\">C</a>"));
    assert!(built.read("beside/index.html").contains(">D</a>"));
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn previous_and_next_lead_through_the_whole_book() {
    let built = Folder::new(&[
        ("README.md", "# Home"),
        ("1-one/README.md", "# One"),
        ("1-one/a.md", "# A"),
        ("2-two/b.md", "# B"),
    ])
    .site();
    let mut page = "index.html".to_owned();
    let mut seen = vec![page.clone()];
    while let Some((before, _)) =
        built.read(&page).split_once("\"><span class=\"label\">Next</span>")
    {
        let url = before
            .rsplit("href=\"")
            .next()
            .unwrap()
            .trim_start_matches("../")
            .trim_start_matches("./");
        page = format!("{}index.html", url.replace("../", ""));
        seen.push(page.clone());
    }
    // The home page leads on by its contents.
    assert_eq!(seen, ["index.html"]);
    let next = |page: &str| built.read(page).contains("rel=\"next\"");
    assert!(next("1-one/index.html") && next("1-one/a/index.html") && !next("2-two/b/index.html"));
    assert!(built.read("2-two/b/index.html").contains("rel=\"prev\" href=\"../../1-one/a/\""));
    let crumbs = built.read("1-one/a/index.html");
    assert!(
        crumbs.contains("<li><a href=\"../../\">Home</a></li>")
            && crumbs.contains("<li><a href=\"../../1-one/\">One</a></li>")
    );
}

#[test]
fn spellings_of_a_tag_are_one_tag_and_are_told() {
    let built = Folder::new(&[
        ("a.md", "---\ntags: [Hard Talks, C++]\n---\n# A"),
        ("b.md", "---\ntags: [hard-talks, C]\n---\n# B"),
        ("c.md", "---\ntags: [信頼, '!!!']\n---\n# C"),
    ])
    .site();
    assert!(
        built.err.contains("the tag `Hard Talks` is also written `hard-talks` (in b.md)"),
        "{}",
        built.err
    );
    assert_eq!(built.warnings().len(), 1, "{}", built.err);
    for page in ["hard-talks", "c-plus-plus", "c", "信頼", "tag"] {
        assert!(
            built.has(&format!("tags/{page}/index.html")),
            "{page}: {:?}",
            built.files().keys()
        );
    }
    assert!(
        built.read("tags/index.html").contains("Hard Talks</a> <span class=\"count\">2</span>")
    );
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn tag_pages_are_paginated() {
    let essays: Vec<(String, String)> =
        (0..5).map(|n| (format!("{n}.md"), format!("---\ntags: [t]\n---\n# Essay {n}"))).collect();
    let mut files: Vec<(&str, &str)> =
        essays.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    files.push(("book.toml", "[handbook]\npaginate = 2\n"));
    let built = Folder::new(&files).site();
    assert!(built.has("tags/t/page/3/index.html") && !built.has("tags/t/page/4/index.html"));
    let second = built.read("tags/t/page/2/index.html");
    assert!(
        second.contains("rel=\"prev\" href=\"../../../../tags/t/\"")
            && second.contains("rel=\"next\" href=\"../../../../tags/t/page/3/\"")
    );
    assert!(
        second.contains("Essay 2") && second.contains("Essay 3") && !second.contains("Essay 4")
    );
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn related_essays_share_rare_tags_and_backlinks_are_named() {
    let built = Folder::new(&[
        ("a.md", "---\ntags: [common, rare]\n---\n# A"),
        ("b.md", "---\ntags: [common]\n---\n# B\n\n[a](a.md) and again [a](a.md)"),
        ("c.md", "---\ntags: [rare]\n---\n# C"),
        ("d.md", "---\ntags: [common]\n---\n# D"),
    ])
    .site();
    let page = built.read("a/index.html");
    let related = page.split("<section class=\"related\">").nth(1).unwrap();
    let place = |title: &str| related.find(&format!(">{title}</a>")).unwrap();
    assert!(place("C") < place("B") && place("B") < place("D"));
    let backlinks = page.split("<section class=\"backlinks\">").nth(1).unwrap();
    assert_eq!(backlinks.matches(">B</a>").count(), 1);
}

#[test]
fn old_addresses_lead_on() {
    let built = Folder::new(&[
        ("book.toml", "[output.html]\nsite-url = \"https://example.org/h/\"\n"),
        ("a.md", "---\naliases: [/old/place, gone.html]\n---\n# A"),
    ])
    .site();
    for page in ["old/place/index.html", "gone.html"] {
        let redirect = built.read(page);
        assert!(
            redirect.contains("http-equiv=\"refresh\"")
                && redirect.contains("canonical\" href=\"https://example.org/h/a/\"")
        );
    }
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn an_mdbook_s_table_of_redirects_is_kept() {
    let built = Folder::new(&[
        (
            "book.toml",
            "[output.html.redirect]\n\"older.html\" = \"/old.html\"\n\"old.html\" = \"/part/new.html\"\n\"/away.html\" = \"https://example.org/x\"\n\
             \"gone.html\" = \"/nowhere.html\"\n\"a.html#b\" = \"part/new.html\"\n",
        ),
        ("content/part/new.md", "# New"),
        ("content/a.md", "# A"),
    ])
    .site();
    assert!(built.read("old.html").contains("url=./part/new/\""));
    assert!(built.read("older.html").contains("url=./part/new/\""), "a chain leads to its end");
    assert!(built.read("away.html").contains("url=https://example.org/x\""));
    assert!(!built.has("gone.html"));
    assert_eq!(
        built.warnings(),
        ["warning[broken-link]: the redirect from `gone.html` leads nowhere: `/nowhere.html`"]
    );
    assert!(
        built.read("a/index.html").contains("<p class=\"moved\" id=\"b\">"),
        "a place on a page"
    );
}

#[test]
fn drafts_are_left_out_unless_asked_for() {
    let folder = Folder::new(&[
        ("a.md", "---\ndraft: true\n---\n# A"),
        ("b.md", "# B"),
        ("s/_index.md", "---\ndraft: true\n---\n# S"),
        ("s/c.md", "# C"),
    ]);
    let built = folder.site();
    assert!(
        built.has("b/index.html") && !built.has("a/index.html") && !built.has("s/c/index.html")
    );
    let with = folder.build(&["--drafts"]);
    assert!(with.has("s/c/index.html") && with.read("a/index.html").contains(">Draft<"));
}

#[test]
fn two_files_for_one_address_are_both_built_and_both_named() {
    let built = Folder::new(&[
        ("a/README.md", "# Section"),
        ("a/x.md", "# X"),
        ("a.md", "# File"),
        ("b.md", "# Lower"),
        ("B.md", "# Upper"),
    ])
    .site();
    for (page, title) in [
        ("a/index.html", "Section"),
        ("a-2/index.html", "File"),
        ("B/index.html", "Upper"),
        ("b-2/index.html", "Lower"),
    ] {
        assert!(built.read(page).contains(&format!(">{title}</h1>")), "{page}");
    }
    assert!(built.err.contains("a.md and a/README.md both want the address /a/"), "{}", built.err);
    assert!(built.err.contains("b.md and B.md both want the address /b/"), "{}", built.err);
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn an_author_s_page_wins_over_one_that_the_program_makes() {
    let built = Folder::new(&[
        ("tags/index.md", "# My own tags"),
        ("tags/x.md", "# X"),
        ("a.md", "---\ntags: [t]\n---\n# A"),
    ])
    .site();
    assert!(built.read("tags/index.html").contains("My own tags"));
    assert!(
        built.err.contains("the page /tags/ that the program makes is left out"),
        "{}",
        built.err
    );
}
