//! Feeds and the sitemap are valid XML with full addresses, or are left out with a word.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::folder::{Built, Folder};

const SITE: (&str, &str) = (
    "book.toml",
    "[book]\ntitle = \"B & <b>\"\n[output.html]\nsite-url = \"https://example.org/h\"\n",
);

/// The text of each element called `name`, which also shows that the whole is well-formed.
fn texts(built: &Built, path: &str, name: &str) -> Vec<String> {
    let xml = built.read(path);
    let mut reader = Reader::from_str(&xml);
    let mut texts = Vec::new();
    let mut inside = false;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}\n{xml}")) {
            Event::Start(tag) if tag.name().as_ref() == name => {
                inside = true;
                texts.push(String::new());
            }
            Event::End(_) => inside = false,
            Event::Text(text) if inside => texts.last_mut().unwrap().push_str(&text),
            Event::GeneralRef(reference) if inside => {
                let character = match &*reference {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("{path}: &{other};"),
                };
                texts.last_mut().unwrap().push_str(character);
            }
            Event::Eof => return texts,
            _ => {}
        }
    }
}

fn dated() -> Built {
    Folder::new(&[
        SITE,
        ("content/a.md", "---\ntitle: A & <i>b</i>\ndate: 2026-01-01\nauthor: Ana\ntags: [t]\n---\nText with a [link](s/b.md) and ]]>.\n"),
        ("content/s/_index.md", "---\ngenerate_feeds: true\n---\n# S"),
        ("content/s/b.md", "---\ndate: 2026-02-01\nupdated: 2026-03-01\n---\n# B"),
        ("content/s/undated.md", "---\ntags: [u]\n---\n# U"),
    ])
    .site()
}

#[test]
fn the_newest_essays_come_first_with_full_addresses() {
    let built = dated();
    assert_eq!(texts(&built, "atom.xml", "title"), ["B & <b>", "B", "A & <i>b</i>"]);
    assert_eq!(
        texts(&built, "atom.xml", "updated"),
        ["2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    );
    assert_eq!(texts(&built, "atom.xml", "id")[1], "https://example.org/h/s/b/");
    assert!(
        texts(&built, "atom.xml", "content")[1].contains("href=\"https://example.org/h/s/b/\"")
    );
}

#[test]
fn tags_authors_and_sections_that_ask_have_feeds() {
    let built = dated();
    for (feed, entries) in [("tags/t/atom.xml", 1), ("authors/ana/atom.xml", 1), ("s/atom.xml", 1)]
    {
        assert_eq!(texts(&built, feed, "entry").len(), entries, "{feed}");
    }
    assert!(!built.has("tags/u/atom.xml"), "a feed without a date in it");
    let page = built.read("tags/t/index.html");
    assert!(
        page.contains("type=\"application/atom+xml\"")
            && page.contains("href=\"../../tags/t/atom.xml\"")
    );
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn the_sitemap_names_every_page_once() {
    let built = dated();
    let mut addresses = texts(&built, "sitemap.xml", "loc");
    assert!(
        addresses.contains(&"https://example.org/h/".to_owned())
            && addresses.contains(&"https://example.org/h/s/undated/".to_owned())
    );
    let count = addresses.len();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), count);
    assert!(built.read("robots.txt").contains("Sitemap: https://example.org/h/sitemap.xml"));
}

#[test]
fn without_the_site_s_address_they_are_left_out_and_it_is_said_once() {
    let built = Folder::new(&[("a.md", "---\ndate: 2026-01-01\n---\n# A")]).site();
    assert!(!built.has("atom.xml") && !built.has("sitemap.xml") && built.has("robots.txt"));
    assert_eq!(built.err.matches("they need the site's full address").count(), 1, "{}", built.err);
    for path in ["404.html", "robots.txt", ".nojekyll"] {
        assert!(built.has(path), "{path}");
    }
}
