//! What pages say to other programs is what readers see, and can be read by those programs.

use serde_json::Value;

use crate::folder::{Built, Folder, PICTURE};

/// Names that try to get out of where they are put.
const EVIL: &str = "A & </script><script>alert(1)</script> \\\" \u{2028} <!--";

fn handbook() -> Folder {
    // Raw, YAML takes that character for the end of a line.
    let title = serde_json::to_string(EVIL).unwrap().replace('\u{2028}', "\\u2028");
    Folder::new(&[
        (
            "book.toml",
            "[book]\ntitle = \"The <Book>\"\nauthors = [\"Ana & Co\"]\nlanguage = \"de\"\n\
             [output.html]\nsite-url = \"https://example.org/h\"\n[handbook]\nmarkdown = true\n",
        ),
        ("content/_index.md", "Welcome to [one](s/one.md)."),
        ("content/s/_index.md", "# The part"),
        (
            "content/s/one.md",
            &format!(
                "---\ntitle: {title}\ndate: 2026-01-02\nupdated: 2026-03-04\nauthors: [Bo]\n\
                 tags: [t]\ndescription: Why < how\n---\n\
                 See [two](two.md#x) and <a href=\"two.md\">two</a>.\n\n> [!TIP]\n> Do it.\n\n\
                 1. a\n2. b\n\n<!-- mine -->\n"
            ),
        ),
        ("content/s/two.md", "---\ndate: last summer\n---\n# Two\n\n## X\n\nText.\n"),
    ])
}

/// The JSON-LD of a page.
fn said(built: &Built, path: &str) -> Value {
    let page = built.read(path);
    let scripts = page.split("<script type=\"application/ld+json\">").skip(1);
    let [json] =
        scripts.map(|rest| rest.split("</script>").next().unwrap()).collect::<Vec<_>>()[..]
    else {
        panic!("not one piece of JSON-LD in {page}")
    };
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// The thing of a type in what a page says.
fn thing<'v>(said: &'v Value, kind: &str) -> &'v Value {
    let graph = said["@graph"].as_array().unwrap();
    graph.iter().find(|thing| thing["@type"] == kind).unwrap_or_else(|| panic!("{kind}: {said}"))
}

#[test]
fn an_essay_is_an_article_of_a_book_by_a_person() {
    let built = handbook().site();
    let said = said(&built, "s/one/index.html");
    let article = thing(&said, "Article");
    assert_eq!(article["headline"], EVIL);
    assert_eq!(article["url"], "https://example.org/h/s/one/");
    assert_eq!(article["description"], "Why < how");
    assert_eq!(article["datePublished"], "2026-01-02");
    assert_eq!(article["dateModified"], "2026-03-04");
    assert_eq!(article["inLanguage"], "de");
    assert_eq!(article["author"][0]["name"], "Bo");
    assert_eq!(article["author"][0]["url"], "https://example.org/h/authors/bo/");
    assert_eq!(article["isPartOf"]["name"], "The <Book>");
    let crumbs = &thing(&said, "BreadcrumbList")["itemListElement"];
    let names: Vec<_> = crumbs.as_array().unwrap().iter().map(|crumb| &crumb["name"]).collect();
    assert_eq!(names, ["The <Book>", "The part", EVIL]);
    assert_eq!(crumbs[1]["item"], "https://example.org/h/s/");
}

#[test]
fn the_home_page_is_the_book_and_what_is_no_date_is_none() {
    let built = handbook().site();
    let home = said(&built, "index.html");
    assert_eq!(thing(&home, "Book")["name"], "The <Book>");
    assert_eq!(thing(&home, "Book")["author"][0]["name"], "Ana & Co");
    let two = said(&built, "s/two/index.html");
    assert_eq!(thing(&two, "Article").get("datePublished"), None);
    let person = said(&built, "authors/bo/index.html");
    assert_eq!(thing(&person, "ProfilePage")["mainEntity"]["name"], "Bo");
}

#[test]
fn without_the_site_s_address_nothing_is_said() {
    let built = Folder::new(&[("content/a.md", "# A")]).site();
    assert!(!built.read("a/index.html").contains("ld+json"));
}

#[test]
fn feeds_are_read_as_what_they_are() {
    let built = handbook().site();
    for path in ["atom.xml", "feed.json", "tags/t/atom.xml"] {
        let text = built.read(path);
        let feed = feed_rs::parser::parse(text.as_bytes())
            .unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        let [entry] = &feed.entries[..] else { panic!("{path}: {:?}", feed.entries) };
        assert_eq!(entry.title.as_ref().unwrap().content, EVIL, "{path}");
        assert_eq!(entry.published.unwrap().to_rfc3339(), "2026-01-02T00:00:00+00:00", "{path}");
        assert_eq!(entry.authors[0].name.as_deref(), Some("Bo"), "{path}");
        assert_eq!(entry.links[0].href, "https://example.org/h/s/one/", "{path}");
    }
    let page = built.read("s/one/index.html");
    assert!(page.contains("type=\"application/feed+json\""), "{page}");
}

#[test]
fn each_essay_has_a_copy_in_markdown_whose_links_lead_to_copies() {
    let built = handbook().site();
    let one = built.read("s/one.md");
    let (heading, text) = one.split_once("\n\n").unwrap();
    assert!(heading.starts_with("# A &"), "{one}");
    assert!(text.contains("[two](../s/two.md#x)"), "{one}");
    assert!(text.contains("<a href=\"../s/two.md\">"), "{one}");
    assert!(text.contains("> [!TIP]\n"), "{one}");
    assert!(text.contains("1. a\n2. b"), "{one}");
    assert!(!text.contains("mine") && !text.contains("authors:"), "{one}");
    assert_eq!(built.read("s/two.md"), "# Two\n\n## X\n\nText.\n");
    let list = built.read("llms.txt");
    assert!(list.starts_with("# The <Book>\n"), "{list}");
    assert!(list.contains("## The part\n"), "{list}");
    assert!(list.contains("](https://example.org/h/s/one.md): Why < how\n"), "{list}");
    for line in list.lines().filter(|line| line.starts_with("- [")) {
        let address = line.split("](https://example.org/h/").nth(1).unwrap();
        assert!(built.has(address.split(')').next().unwrap()), "{line}");
    }
    let page = built.read("s/one/index.html");
    assert!(page.contains("type=\"text/markdown\" href=\"../../s/one.md\""), "{page}");
}

#[test]
fn copies_are_made_only_when_they_are_asked_for() {
    let built = Folder::new(&[("content/a.md", "# A")]).site();
    assert!(!built.has("a.md") && !built.has("llms.txt"));
}

#[test]
fn links_behind_a_block_keep_their_targets_in_copies() {
    let text = "# A\n\n:::person{name=\"Ada\" image=\"p.gif\" link=\"b.md\"}\n[one](s/one.md)\n:::\n\n[b](b.md) ![p](p.gif)\n";
    let folder = Folder::new(&[
        ("book.toml", "[handbook]\nmarkdown = true\n"),
        ("content/a.md", text),
        ("content/b.md", "# B"),
        ("content/s/one.md", "# One"),
        ("content/p.gif", PICTURE),
    ]);
    let copy = folder.site().read("a.md");
    for part in [
        "image=\"./p.gif\"",
        "link=\"./b.md\"",
        "[one](./s/one.md)",
        "[b](./b.md)",
        "![p](./p.gif)",
    ] {
        assert!(copy.contains(part), "{part}: {copy}");
    }
}
