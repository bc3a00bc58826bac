//! HTML in essays: what shows words stays, what could run a program does not, and the author is told.

use crate::folder::{Built, Folder};

fn built(config: &str, markdown: &str) -> Built {
    Folder::new(&[
        ("book.toml", &format!("[handbook]\n{config}\n")),
        ("content/a.md", &format!("# A\n\n{markdown}\n")),
        ("content/p.png", crate::folder::PICTURE),
    ])
    .site()
}

fn content(config: &str, markdown: &str) -> String {
    built(config, markdown).content("a/index.html")
}

#[test]
fn what_shows_words_stays() {
    for (markdown, expected) in [
        (
            "<div class=\"x\" id=\"y\">\n\n*in*\n\n</div>",
            "<div class=\"x\" id=\"y\">\n<p><em>in</em></p>\n</div>",
        ),
        ("a<br>b <kbd>Ctrl</kbd> H<sub>2</sub>O", "a<br>b <kbd>Ctrl</kbd> H<sub>2</sub>O"),
        (
            "<details>\n<summary>S</summary>\n\n- [ ] t\n\n</details>",
            "<input type=\"checkbox\" disabled aria-label=\"Not done\">",
        ),
        ("<b>x</b> $a<b$", "<mo>&lt;</mo>"),
        (
            "<b>x</b>\n\n```rust\nlet a;\n```",
            "<pre tabindex=\"0\"><code class=\"language-rust\"><span",
        ),
        ("<b>x</b>\n\n:::note[<i>T</i>]\n<u>in</u> $x$\n:::\n\nAfter", "</math>"),
        ("<b>x</b> ![P](p.png)", "<img src=\"../p.png\" alt=\"P\" width=\"1\" height=\"1\" />"),
        ("| a |\n|--:|\n| <b>x</b> |", "<td class=\"align-end\"><b>x</b></td>"),
        (
            "<b>x</b>[^1]\n\n[^1]: <i>note</i>",
            "<section class=\"footnotes\" aria-label=\"Footnotes\">",
        ),
        ("<p style=\"text-align: center\">x</p>", "<p class=\"align-center\">x</p>"),
        ("## H <b>x</b> {#own .wide}\n\n[[toc]]", "<h2 id=\"own\" class=\"wide\">H <b>x</b></h2>"),
    ] {
        let content = content("", markdown);
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert!(!content.contains("seal"), "{content}");
    }
}

/// Whatever way a program is written, it is not in the page, in the feed or on the page with the whole book, and
/// the author is told where it stands.
#[test]
fn what_could_run_a_program_does_not() {
    for (markdown, told) in [
        ("<script>alert(1)</script>", "`<script>` is left out"),
        ("<SCRIPT\nsrc=x.js></SCRIPT>", "`<script>` is left out"),
        ("x <img src=p.png onerror=alert(1)> y", "`onerror` of `<img>` is left out"),
        ("<svg onload=alert(1)></svg>", "`<svg>` is left out"),
        ("<form action=\"javascript:alert(1)\"><button>x</button></form>", "`<form>` is left out"),
        ("<a href=\"javascript:alert(1)\">x</a>", "an address that begins with `javascript:`"),
        ("[x](javascript:alert(1))", "an address that begins with `javascript:`"),
        ("[x](JAVA&#83;CRIPT:alert(1))", "an address that begins with `JAVASCRIPT:`"),
        ("[x][y]\n\n[y]: <javascript:alert(1)>", "an address that begins with `javascript:`"),
        ("<javascript:alert(1)>", "an address that begins with `javascript:`"),
        ("![x](javascript:alert(1))", "an address that begins with `javascript:`"),
        (
            "![x](data:image/svg+xml,%3Csvg%20onload=alert(1)%3E)",
            "an address that begins with `data:`",
        ),
        ("[x](data:text/html,<script>alert(1)</script>)", "an address that begins with `data:`"),
        (
            ":::person[N]{link=\"javascript:alert(1)\"}\nx\n:::",
            "an address that begins with `javascript:`",
        ),
        ("## H {onclick=alert(1) style=x}", ""),
        ("<div title=\"\n\n$\\text{onmouseover=alert(1) x}$\n\n\" onclick=\"alert(1)\">", ""),
        ("<b title='<script>alert(1)</script>'>x</b>", ""),
        ("$\\text{<script>alert(1)</script>}$ `<script>alert(1)</script>`", ""),
        (
            "<iframe src=\"https://e.example/alert(1)\" onload=\"alert(1)\"></iframe>",
            "`<iframe>` is shown as a link",
        ),
        ("<style>@import 'https://e.example/alert(1)';</style>", "`<style>` is left out"),
        ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "`onerror` of `<img>`"),
        (
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "`<math>` is left out",
        ),
    ] {
        let folder = Folder::new(&[
            ("book.toml", "[output.html]\nsite-url = \"https://b.example/\"\n"),
            ("content/a.md", &format!("+++\ndate = 2026-01-01\n+++\n# A\n\nwords\n\n{markdown}\n")),
        ]);
        let built = folder.site();
        for page in ["a/index.html", "print/index.html", "atom.xml", "feed.json"] {
            let text = match page {
                "atom.xml" => built.read(page).replace("&lt;", "<").replace("&gt;", ">"),
                "feed.json" => {
                    let feed: serde_json::Value = serde_json::from_str(&built.read(page)).unwrap();
                    feed["items"][0]["content_html"].as_str().unwrap().to_owned()
                }
                page => built.read(page),
            };
            // What the page says of itself in its head is the theme's.
            for (tag, held) in tags(&text).into_iter().filter(|(tag, _)| tag != "link") {
                let named = held.split_ascii_whitespace().any(|part| {
                    part.starts_with("on") && part.contains('=') && part.contains("alert")
                });
                assert!(!named, "{page} of {markdown}: <{tag} {held}>");
                let lower = held.to_lowercase();
                assert!(
                    !lower.contains("javascript:") && !lower.contains("data:text"),
                    "{page}: {held}"
                );
                assert!(!lower.contains("svg+xml"), "{page}: {held}");
                let is_program =
                    tag == "script" && !held.contains("src=\"") && !held.contains("ld+json");
                assert!(
                    !is_program && tag != "iframe" && tag != "style",
                    "{page} of {markdown}: <{tag} {held}>"
                );
            }
        }
        assert!(built.err.contains(told), "{markdown}\n{}", built.err);
        assert_eq!(told.is_empty(), built.warnings().is_empty(), "{markdown}\n{}", built.err);
        if !told.is_empty() {
            assert!(built.err.contains("a.md:"), "{}", built.err);
        }
    }
}

/// The tags of a page, read as a browser reads them: each name, and its attributes.
fn tags(html: &str) -> Vec<(String, String)> {
    let found = std::cell::RefCell::new(Vec::new());
    let look = lol_html::element!("*", |element| {
        let attributes = element.attributes().iter();
        let held: Vec<String> =
            attributes.map(|held| format!("{}=\"{}\"", held.name(), held.value())).collect();
        found.borrow_mut().push((element.tag_name(), held.join(" ")));
        Ok(())
    });
    let settings =
        lol_html::RewriteStrSettings::new().with_strict(false).append_element_content_handler(look);
    lol_html::rewrite_str(html, settings).unwrap();
    found.into_inner()
}

#[test]
fn what_is_left_out_is_told_once_with_its_place() {
    let built = built(
        "",
        "Hello <username>, and <username>.\n\n<iframe src=\"https://v.example/e/1\" title=\"How we plan\"></iframe>\n\n\
         <p style=\"color: red\">x</p>\n<p style=\"color: blue\" onclick=\"go()\">y</p>\n\n<script src=\"x.js\"></script>\n\n[f](file:///c/plan.pdf)",
    );
    insta::assert_snapshot!(built.err.split("\nBuilt").next().unwrap());
    let content = built.content("a/index.html");
    assert!(
        content.contains("<a class=\"frame\" href=\"https://v.example/e/1\">How we plan</a>"),
        "{content}"
    );
    assert!(content.contains("<a>f</a>"), "{content}");
}

#[test]
fn whoever_trusts_all_authors_gets_what_they_wrote() {
    let written = "<script>alert(1)</script>\n\n<p onclick=\"go()\" style=\"color: red\">x</p>\n\n<iframe src=\"https://v.example/\"></iframe>\n\n[x](vscode://file/x)";
    let built = built("raw-html = \"trusted\"", written);
    let content = built.content("a/index.html");
    for part in written.split("\n\n").take(3) {
        assert!(content.contains(part), "{part}\n{content}");
    }
    assert!(content.contains("href=\"vscode://file/x\""), "{content}");
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
}

#[test]
fn html_may_be_shown_as_the_words_that_it_is() {
    let written = "a <b>b</b><!-- c -->\n\n<div class=\"x\">\n<!--\nd\n-->\ne\n</div>\n\n:::note{#own}\nin\n:::\n\n[[toc]]\n\n## H\n\n<a href=\"gone.md\">f</a>";
    let built = built("raw-html = \"off\"", written);
    let content = built.content("a/index.html");
    for part in [
        "<p>a &lt;b&gt;b&lt;/b&gt;</p>",
        "<p>&lt;div class=\"x\"&gt;\n",
        "e\n&lt;/div&gt;\n</p>",
        "id=\"own\"",
        "&lt;a href=\"gone.md\"&gt;f&lt;/a&gt;",
    ] {
        assert!(
            content.replace("&quot;", "\"").replace(['“', '”'], "\"").contains(part),
            "{part}\n{content}"
        );
    }
    assert!(!content.contains("&lt;!--") && !content.contains("block-arguments"), "{content}");
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
}

#[test]
fn a_change_of_the_setting_changes_pages_that_are_there() {
    let folder =
        Folder::new(&[("book.toml", ""), ("content/a.md", "# A\n\n<u onclick=\"x\">a</u>")]);
    let shown = ["<u>a</u>", "&lt;u onclick", "<u onclick"];
    for (setting, expected) in
        ["safe", "off", "trusted", "safe"].iter().zip(shown.iter().chain(&shown[..1]))
    {
        folder.write("book.toml", format!("[handbook]\nraw-html = \"{setting}\"\n"));
        let content = folder.site().content("a/index.html");
        assert!(content.contains(expected), "{setting}: {content}");
    }
}

#[test]
fn a_drawing_is_published_without_the_programs_in_it() {
    let clean = "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>.a{fill:red}</style></svg>";
    let unsafe_one = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(2)</script><g/></svg>";
    let folder = Folder::new(&[
        ("content/a.md", "# A\n\n![A](shown.svg)\n"),
        ("content/shown.svg", unsafe_one),
        ("content/alone.SVG", unsafe_one),
        ("content/clean.svg", clean),
    ]);
    // The second time all is known from the first.
    for _ in 0..2 {
        let built = folder.site();
        for file in ["shown.svg", "alone.SVG"] {
            assert_eq!(built.read(file), "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>");
            let told = format!("{file} holds a program, which is left out of it");
            assert!(built.err.contains(&told), "{}", built.err);
        }
        assert_eq!(built.read("clean.svg"), clean);
        assert_eq!(built.warnings().len(), 2, "{}", built.err);
    }
    folder.write("book.toml", "[handbook]\nraw-html = \"trusted\"\n");
    let built = folder.site();
    assert_eq!((built.read("shown.svg"), built.warnings().len()), (unsafe_one.to_owned(), 0));
}

#[test]
fn a_file_that_is_a_page_of_its_own_is_not_published() {
    let folder = Folder::new(&[
        ("content/a.md", "# A\n\n[demo](demo.HTML) [data](data.csv)\n"),
        ("content/demo.HTML", "<script>alert(1)</script>"),
        ("content/data.csv", "1"),
    ]);
    let built = folder.site();
    assert!(!built.has("demo.HTML") && built.has("data.csv"));
    assert!(
        built.err.contains("demo.HTML is left out, though an essay links to it"),
        "{}",
        built.err
    );
    folder.write("book.toml", "[handbook]\nraw-html = \"trusted\"\n");
    assert!(folder.site().has("demo.HTML"));
}

/// Netlify's and Cloudflare's file: what the site may load, unless essays may hold programs.
#[test]
fn hosts_are_told_what_pages_may_load() {
    let folder = Folder::new(&[("content/a.md", "# A\n\n![x](https://pics.example/x.png)\n")]);
    let headers = folder.site().read("_headers");
    insta::assert_snapshot!(headers);
    let many: String =
        (0..200).map(|n| format!("![x](https://host-{n}.example/x.png)\n")).collect();
    folder.write("content/b.md", format!("# B\n\n{many}"));
    let headers = folder.site().read("_headers");
    assert!(headers.contains("img-src 'self' data: https: http:;"), "{headers}");
    assert!(headers.lines().all(|line| line.len() < 2000));
    folder.write("book.toml", "[handbook]\nraw-html = \"trusted\"\n");
    assert!(!folder.site().read("_headers").contains("Content-Security"));
}
