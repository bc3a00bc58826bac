//! Contents that an author wrote for another program decide what stands where; what they do not list stands
//! behind.

use crate::folder::{Built, Folder};

/// The titles of the pages in reading order, from the first by the links to the next.
fn reading_order(built: &Built, first: &str) -> Vec<String> {
    let mut order = Vec::new();
    let mut page = first.to_owned();
    loop {
        let html = built.read(&page);
        let title = html.split("<title>").nth(1).unwrap().split([' ', '<']).next().unwrap();
        order.push(title.to_owned());
        let Some(next) = html.split("rel=\"next\" href=\"").nth(1) else { return order };
        let target = next.split('"').next().unwrap();
        let mut parts: Vec<&str> = page.split('/').collect();
        parts.pop();
        for part in target.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        page = parts.join("/");
        if page.is_empty() || page.ends_with('/') {
            page.push_str("index.html");
        }
        assert!(order.len() < 50, "{order:?}");
    }
}

const PAGES: &[(&str, &str)] = &[
    ("README.md", "# Home"),
    ("a.md", "# A"),
    ("b.md", "# B"),
    ("part/c.md", "# C"),
    ("part/d.md", "# D"),
    ("part/README.md", "# Part"),
    ("lost.md", "# Lost"),
    ("other/e.md", "# E"),
];

/// A book with these pages below `dir`, and one more file.
fn book(dir: &str, file: &str, text: &str) -> Folder {
    let folder = Folder::new(&[]);
    for (path, text) in PAGES {
        folder.write(&format!("{dir}{path}"), text);
    }
    folder.write(file, text);
    folder
}

#[test]
fn contents_of_each_format_give_the_order() {
    for (dir, file, text) in [
        (
            "",
            "SUMMARY.md",
            "# Summary\n\n* [Home](README.md)\n* [B](b.md)\n  * [D](part/d.md)\n* [A](a.md)\n* [Part](part/README.md)\n  * [C](part/c.md#x)\n",
        ),
        (
            "docs/",
            "mkdocs.yml",
            "x: !!python/name:y\nnav:\n- README.md\n- Bee:\n  - b.md\n  - part/d.md\n- A: a.md\n- Part:\n  - part/README.md\n  - part/c.md\n",
        ),
        (
            "docs/",
            "sidebars.js",
            "// x\nconst sidebars = {\n  main: ['b', 'part/d', {type: 'doc', id: 'a'}, {type: 'category', label: 'Part', link: {type: 'doc', id: 'part/README'}, items: ['part/c',],},],\n};\nmodule.exports = sidebars;\n",
        ),
        (
            "",
            "toc.yml",
            "- name: B\n  href: b.md\n- href: part/d.md\n- href: a.md\n- name: Part\n  href: part/README.md\n  items:\n  - href: part/c.md\n",
        ),
        (
            "",
            "_toc.yml",
            "root: README\nparts:\n- caption: X\n  chapters:\n  - file: b\n  - file: part/d\n- chapters:\n  - file: a\n  - file: part/README\n    sections:\n    - file: part/c\n",
        ),
    ] {
        let folder = book(dir, file, text);
        if file == "sidebars.js" {
            folder.write("docusaurus.config.js", "");
        }
        let built = folder.site();
        assert_eq!(built.warnings(), [""; 0], "{file}: {}", built.err);
        let order = reading_order(&built, "b/index.html").join(" ");
        assert_eq!(order, "B D A Part C Lost E", "{file}");
        assert_eq!(built.dead_links(), [""; 0], "{file}");
        assert!(!built.has("SUMMARY/index.html"));
    }
}

#[test]
fn a_summary_has_parts_groups_drafts_and_pages_around_them() {
    let folder = book(
        "src/",
        "src/SUMMARY.md",
        "# Summary\n\n[Preface](a.md)\n\n# The *first* part\n\n- [Bee](b.md)\n\t- [Dee](part/d.md)\n- [To come]()\n- Group\n    - [Cee](./part/c.md)\n\n---\n\n[Gone](gone.md)\n[Twice](b.md)\n",
    );
    folder.write("book.toml", "[book]\ntitle = \"Book\"\n");
    folder.write("src/x.md", "# X\n\n[contents](SUMMARY.md) [folder](other/)\n");
    let built = folder.site();
    assert_eq!(
        built.warnings(),
        ["warning[broken-link]: the contents list `gone.md`, which is not there"]
    );
    assert!(built.err.contains("src/SUMMARY.md:15:1"), "{}", built.err);
    // Addresses are mdBook's; the part and the group have pages of their own, and so has the folder.
    for page in [
        "a.html",
        "b.html",
        "part/d.html",
        "the-first-part/index.html",
        "other/index.html",
        "part/index.html",
    ] {
        assert!(built.has(page), "{page}: {:?}", built.files().keys());
    }
    assert!(built.content("x.html").contains("<a href=\"./index.html\">contents</a>"));
    let part = built.read("the-first-part/index.html");
    assert!(part.contains("Bee") && part.contains("Group") && !part.contains("To come"), "{part}");
    // A page is called in lists what the contents call it, and shows its own heading.
    let bee = built.read("b.html");
    assert!(
        bee.contains("<h1 id=\"b\">B</h1>") && bee.contains("<title>Bee · Book</title>"),
        "{bee}"
    );
    assert!(bee.contains("../") || bee.contains("The first part"));
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn an_essay_of_that_name_stays_an_essay() {
    let built = book("", "SUMMARY.md", "# Summary\n\nIn short: [a](a.md).\n").site();
    assert!(built.has("SUMMARY/index.html"));
}

#[test]
fn contents_that_are_no_data_are_passed_over() {
    for (dir, file, text) in [
        ("docs/", "mkdocs.yml", "nav: !!python/object:x\n  - [\n"),
        ("", "toc.yml", "- [unclosed\n"),
        ("docs/", "sidebars.js", "module.exports = { main: fs.readdirSync('x') };\n"),
    ] {
        let folder = book(dir, file, text);
        if file == "sidebars.js" {
            folder.write("docusaurus.config.js", "");
        }
        assert_eq!(folder.site().warnings(), [""; 0], "{file}");
    }
}

#[test]
fn folders_may_say_what_they_are_called_and_where_they_stand() {
    let folder = book("", "part/_category_.json", "{\"label\": \"Called\", \"position\": -1}");
    folder.write("other/.pages", "title: Others\narrange:\n  - f.md\n  - e.md\n");
    folder.write("other/f.md", "# F");
    folder.write("other/d.md", "# Dd");
    let built = folder.site();
    let order = reading_order(&built, "part/index.html").join(" ");
    // The part's own page says what it is called.
    assert_eq!(order, "Part C D A B Lost F E Dd");
    assert!(built.read("other/index.html").contains("<h1>Others</h1>"));
}

#[test]
fn a_page_that_links_to_its_neighbours_gives_their_order() {
    let links = "# Home\n\n- [B](b.md)\n- [E](other/e.md)\n- [A](a.md#x)\n- [Part](part/)\n";
    let built = book("", "README.md", links).site();
    assert_eq!(reading_order(&built, "b/index.html").join(" "), "B E A Part C D Lost");
    // Numbers and weights say more; one link is no list.
    let folder = book("", "README.md", links);
    folder.write("b.md", "---\nweight: 9\n---\n# B");
    folder.write("a.md", "---\nweight: 8\n---\n# A");
    assert_eq!(reading_order(&folder.site(), "a/index.html").join(" "), "A B E Part C D Lost");
    let built = book("", "README.md", "# Home\n\n[E](other/e.md)\n").site();
    assert_eq!(reading_order(&built, "a/index.html").join(" "), "A B Lost E Part C D");
}

#[test]
fn gitbook_may_keep_its_files_elsewhere() {
    let folder = book("guide/", "guide/TOC.md", "# Contents\n\n* [B](b.md)\n* [A](a.md)\n");
    folder.write(".gitbook.yaml", "root: ./guide/\nstructure:\n  readme: README.md\n  summary: TOC.md\nredirects:\n  old/page: part/c.md\n");
    let built = folder.site();
    assert!(reading_order(&built, "b/index.html").join(" ").starts_with("B A"));
    assert!(built.read("old/page/index.html").contains("../../part/c/"));
}

#[test]
fn an_mdbook_keeps_its_ids_and_old_places() {
    let built = Folder::new(&[
        (
            "book.toml",
            "[output.html.redirect]\n\"/old.html\" = \"sub/b.html#x-y\"\n\"/a.html#gone\" = \"sub/b.html#x-y\"\n\
             \"/a.html#before\" = \"#one\"\n\"/none.html#x\" = \"a.html\"\n",
        ),
        ("src/SUMMARY.md", "- [A](a.md)\n  - [B](sub/b.md)\n  - [R](sub/README.md)\n"),
        ("src/a.md", "# ÄPFEL\n\n## One\n\n## One\n\n## A -- B\n\n## Tab\ttab  two\n\nTerm & b\n: def\n\nOne\n: x\n\nText[^n].\n\n[^n]: note\n"),
        ("src/sub/b.md", "# B\n\n## X Y\n"),
        ("src/sub/README.md", "# R"),
    ])
    .site();
    let page = built.read("a.html");
    for id in [
        "one",
        "one-1",
        "a--b",
        "a----b",
        "tab-tab--two",
        "term--b",
        "one-2",
        "footnote-n",
        "fr-n-1",
        "before",
    ] {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}: {page}");
    }
    assert!(page.contains(
        "<p class=\"moved\" id=\"gone\">This has moved to <a href=\"./sub/b.html#x-y\">B</a>.</p>"
    ));
    assert!(built.read("old.html").contains("./sub/b.html#x-y"));
    assert!(built.has("sub/index.html") && built.has("index.html"));
    assert!(
        built.err.contains("note[left-out]: the redirect from `/none.html#x` is left out"),
        "{}",
        built.err
    );
    assert_eq!(built.dead_links(), [""; 0]);
    // Elsewhere pages carry one set of ids.
    let plain = Folder::new(&[("a.md", "# A\n\n## A -- B\n\nTerm\n: def\n")]).site();
    assert!(
        !plain.content("a/index.html").contains("id=\"term\"")
            && !plain.content("a/index.html").contains("a--b\"></a>")
    );
}

#[test]
fn hostile_contents_are_read() {
    let many: String = (0..10_000).map(|i| format!("- [x](n{i}.md)\n")).collect();
    let deep: String = (0..200).map(|i| format!("{}- [x](a.md)\n", "  ".repeat(i))).collect();
    for (text, page) in [
        (many, "a.html"),
        (deep, "a.html"),
        ("- [x](../../../etc/passwd)\n- [a](a.md)\n".to_owned(), "a.html"),
    ] {
        let folder =
            Folder::new(&[("book.toml", ""), ("src/SUMMARY.md", &text), ("src/a.md", "# A")]);
        assert!(folder.site().has(page));
    }
}
