//! The whole book stands on one page too, and is a book of its own there.

use crate::folder::Folder;

/// What the whole book says between two marks.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let rest = page.split_once(from).unwrap_or_else(|| panic!("no {from} in {page}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0
}

fn handbook() -> Folder {
    Folder::new(&[
        ("content/_index.md", "# Home\n\nWelcome."),
        ("content/b/_index.md", "---\ntitle: Trust\n---\n"),
        (
            "content/b/one.md",
            "# One\n\n## Same\n\nSee [two](two.md#same), [here](#same), [two itself](two.md), \
             [the part](_index.md) and [out](https://example.org/).[^n]\n\n![p](p.png)\n\n[^n]: A note.\n",
        ),
        (
            "content/b/two.md",
            "# Two\n\n## Same\n\n<b id=\"raw\">x</b> <a href=\"#raw\">y</a>[^n]\n\n[^n]: Another.\n",
        ),
        ("content/b/p.png", "png"),
    ])
}

#[test]
fn every_chapter_is_there_in_order_and_links_lead_to_chapters() {
    let page = handbook().site().read("print/index.html");
    let order: Vec<_> = ["\":home\"", "\"b\"", "\"b/one\"", "\"b/two\""]
        .iter()
        .map(|id| page.find(&format!("id={id}")).unwrap_or_else(|| panic!("{id}: {page}")))
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    let one = between(&page, "id=\"b/one\"", "id=\"b/two\"");
    for link in
        ["\"#b/two:same\"", "\"#b/one:same\"", "\"#b/two\"", "\"#b\"", "\"https://example.org/\""]
    {
        assert!(one.contains(&format!("href={link}")), "{link}: {one}");
    }
    assert!(one.contains("src=\"../b/p.png\""), "{one}");
    assert!(one.contains("<h3 id=\"b/one:same\""), "{one}");
    assert!(!one.contains("loading="), "{one}");
}

#[test]
fn no_two_things_have_one_id_and_every_inner_link_has_its_end() {
    let page = handbook().site().read("print/index.html");
    let values = |name: &str| -> Vec<String> {
        let mark = format!(" {name}=\"");
        page.split(&mark).skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    let ids = values("id");
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
    let links: Vec<_> = values("href").into_iter().filter(|href| href.starts_with('#')).collect();
    assert!(links.len() > 8, "{links:?}");
    for link in links {
        assert!(ids.contains(&link[1..].to_owned()), "{link} leads nowhere: {ids:?}");
    }
}

#[test]
fn it_is_left_out_when_it_is_not_wanted_or_an_essay_has_its_address() {
    for config in ["[handbook]\nprint = false\n", "[output.html.print]\nenable = false\n"] {
        let folder = handbook();
        folder.write("book.toml", config);
        let built = folder.site();
        assert!(!built.has("print/index.html"), "{config}");
        assert!(!built.read("index.html").contains("print/"), "{config}");
    }
    let folder = handbook();
    folder.write("content/print.md", "# How we print");
    let built = folder.site();
    assert!(built.read("print/index.html").contains("How we print"));
    assert!(!built.read("print/index.html").contains("chapter"));
    folder.write("book.toml", "[handbook]\nprint = true\n");
    let built = folder.build(&[]);
    assert!(built.err.contains("/print/ that the program makes is left out"), "{}", built.err);
}

#[test]
fn odd_html_names_alike_and_quotes_do_not_break_it() {
    let folder = handbook();
    folder.write(
        "content/a b.md",
        "# Spaced\n\n[one](b/one.md)\n\n<select><option>x</option><title>t</title></select>\n",
    );
    folder.write(
        "content/a-b.md",
        "# Hyphened\n\n[spaced](<a b.md>)\n\n:::quote{cite=\"b/two.md\" source=\"O\"}\nQ\n:::\n",
    );
    let page = folder.site().read("print/index.html");
    assert!(!page.contains("chapter:"), "{page}");
    assert!(page.contains("id=\"a%20b\"") && page.contains("id=\"a-b\""), "{page}");
    assert!(page.contains("href=\"#a%2520b\""), "{page}");
    assert!(page.contains("cite=\"#b/two\""), "{page}");
}
