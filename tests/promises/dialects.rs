//! What other programs add to Markdown is shown as its author meant it; code stays as it is, and a
//! message names the line of the author's file.

use crate::folder::Folder;

/// The text of the page that `markdown` becomes, in a folder with the file `config`.
fn shown(config: &str, markdown: &str) -> String {
    let built = Folder::new(&[(config, ""), ("a.md", &format!("# A\n\n{markdown}\n"))]).site();
    built.content("a/index.html")
}

#[test]
fn boxes_of_every_kind_become_callouts() {
    for (markdown, expected) in [
        (
            "!!! warning \"Mind *this*\"\n    One.\n\n    Two.\nAfter.",
            "<aside class=\"callout callout-warning\" role=\"note\" aria-label=\"Warning\">\n\
             <p class=\"callout-title\">Mind <em>this</em></p>\n<p>One.</p>\n<p>Two.</p>\n</aside>\n<p>After.</p>",
        ),
        ("!!! note\n    Text.", "<p class=\"callout-title\">Note</p>\n<p>Text.</p>\n</aside>"),
        ("!!! note \"\"\n    Text.", "aria-label=\"Note\">\n<p>Text.</p>\n</aside>"),
        (
            "??? tip \"More\"\n    Text.",
            "<details class=\"callout callout-tip\">\n<summary class=\"callout-title\">More</summary>\n<p>Text.</p>",
        ),
        ("???+ tip\n\tText.", "<details class=\"callout callout-tip\" open>"),
        ("=== \"One\"\n    1\n=== \"Two\"\n    2", "<p class=\"callout-title\">Two</p>\n<p>2</p>"),
        (
            "- item\n\n    !!! note\n        In.\n\n        Still in.\n\n    Out.",
            "<p>In.</p>\n<p>Still in.</p>\n</aside>\n<p>Out.</p>\n</li>",
        ),
        (
            "!!! note\n    Out.\n\n    !!! tip\n        In.\n\n    Out again.",
            "<p>In.</p>\n</aside>\n<p>Out again.</p>\n</aside>",
        ),
        (
            "Text\n:::tip[Before you begin]\nRead.\n:::\nAfter.",
            "<p>Text</p>\n<aside class=\"callout callout-tip\" role=\"note\" aria-label=\"Tip\">\n\
             <p class=\"callout-title\">Before you begin</p>\n<p>Read.</p>\n</aside>\n<p>After.</p>",
        ),
        ("::: warning A title\nText.\n:::", "<p class=\"callout-title\">A title</p>\n<p>Text.</p>"),
        ("::: details\nText.\n:::", "<details class=\"callout callout-details\">"),
        (
            "::: {.callout-note title=\"T\"}\nText.\n:::",
            "callout-note\" role=\"note\" aria-label=\"Note\">\n<p class=\"callout-title\">T</p>",
        ),
        ("::::note\n:::tip\nIn.\n:::\nOut.\n::::", "<p>In.</p>\n</aside>\n<p>Out.</p>\n</aside>"),
        (
            "- item\n  :::note\n  In.\n\n  Still.\n  :::\n- next",
            "<p>In.</p>\n<p>Still.</p>\n</aside>\n</li>\n<li>",
        ),
        ("::: {.grid}\nText.\n:::", "<p>Text.</p>\n\n"),
        ("::: {.columns}\nText.\n:::", "block-columns\">\n<p>Text.</p>\n</div>"),
    ] {
        let content = shown("notes.txt", markdown) + "\n\n";
        assert!(content.contains(expected), "{markdown}\n{content}");
    }
}

#[test]
fn what_only_looks_like_a_box_is_text() {
    for markdown in ["!!! wow", "!!! note\nnot indented", "??? why", "::: never closed", "a ::: b"]
    {
        let content = shown("notes.txt", markdown);
        assert!(!content.contains("callout"), "{markdown}\n{content}");
    }
}

#[test]
fn code_is_left_alone() {
    let code = "!!! note\n    x\n:::tip\ny\n:::\n[TOC]\n==z== {: .c}\n<p markdown=\"1\">w</p>\n";
    for (open, close) in
        [("```\n", "```"), ("!!! note\n    ```\n", "    ```"), (":::note\n```\n", "```\n:::")]
    {
        let indent = if open.starts_with('!') { "    " } else { "" };
        let code_inside: String = code.lines().map(|line| format!("{indent}{line}\n")).collect();
        let content = shown("mkdocs.yml", &format!("{open}{code_inside}{close}"));
        let shown = code.replace('<', "&lt;").replace('>', "&gt;");
        assert!(content.contains(&format!("<code>{shown}</code>")), "{open}{content}");
    }
    let content = shown("mkdocs.yml", "`==x==` and `{: .x}` and `[TOC]`");
    assert!(content.contains("<code>==x==</code> and <code>{: .x}</code> and <code>[TOC]</code>"));
}

#[test]
fn attribute_lists_go_and_their_ids_stay() {
    for (markdown, expected) in [
        ("## Goals {: #ours .x}", "<h2 id=\"ours\">Goals</h2>"),
        ("## Goals{#ours}", "<h2 id=\"ours\">Goals</h2>"),
        ("## Goals\n{: #ours}", "<h2 id=\"ours\">Goals</h2>"),
        ("{: #ours}\n## Goals", "<h2 id=\"ours\">Goals</h2>"),
        ("[x](https://a.org){ .button target=\"_blank\" } y", "<a href=\"https://a.org\">x</a> y"),
        (
            "[x](https://a.org){.a .b}/[y](https://b.org){:target=\"_blank\"}",
            ">x</a>/<a href=\"https://b.org\">y</a>",
        ),
        ("**x**{: #here}", "<strong>x</strong><a id=\"here\"></a>"),
        ("Text.\n{: .wide}", "<p>Text.</p>"),
        (
            "| a |\n|---|\n| b |\n{: .table}\n\nAfter",
            "<td>b</td></tr>\n</tbody></table>\n</div>\n<p>After</p>",
        ),
        ("f(x){return} and (a){ b } {.c}", "<p>f(x){return} and (a){ b } {.c}</p>"),
    ] {
        let content = shown("notes.txt", markdown);
        assert!(content.contains(expected), "{markdown}\n{content}");
    }
    let built = Folder::new(&[(
        "a.md",
        "# A\n\n[x](#ours) [y](#there)\n\nText.\n{: #there}\n\n## Goals {:#ours}\n",
    )])
    .site();
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
}

#[test]
fn contents_are_shown_where_they_are_asked_for() {
    let headings = "\n\n## One\n\n### Two\n\n# Three\n";
    for request in ["[TOC]", "[[_TOC_]]", "* TOC\n{:toc}", "1. Anything\n{: toc}"] {
        let content = shown("notes.txt", &format!("{request}{headings}"));
        assert!(
            content.contains(
                "<ul>\n<li><a href=\"#one\">One</a><ul>\n<li><a href=\"#two\">Two</a></li></ul>\n</li>\n\
                 <li><a href=\"#three\">Three</a></li></ul>\n</nav>"
            ),
            "{request}\n{content}"
        );
        assert!(!content.contains("toc}") && !content.contains("TOC"), "{request}\n{content}");
    }
    for text in ["[TOC]\n\n[TOC]: https://a.org", "See [TOC] here", "Text\n[TOC]"] {
        assert!(!shown("notes.txt", text).contains("<nav"), "{text}");
    }
}

#[test]
fn marked_words_are_marked_where_that_is_known() {
    let text = "Some ==marked *words*==, a == b, x==y==z.\n\nTitle\n=====";
    let content = shown("mkdocs.yml", text);
    assert!(
        content.contains("Some <mark>marked <em>words</em></mark>, a == b, x==y==z."),
        "{content}"
    );
    assert!(!shown("notes.txt", text).contains("<mark>"));
    let built =
        Folder::new(&[("book.toml", "[handbook]\ndialects = [\"mkdocs\"]\n"), ("a.md", text)])
            .site();
    assert!(built.content("a/index.html").contains("<mark>"));
}

#[test]
fn markdown_is_read_in_elements_that_ask_for_it() {
    for (markdown, expected) in [
        (
            "<aside markdown=\"1\" class=\"q\">\n  <img src=\"https://a.org/x.png\" alt=\"\">\n  It *is*.\n    <p markdown=\"1\" class=\"c\">\n— [b](b.md)\n    </p>\n</aside>\nAfter.",
            "<aside class=\"q\">\n<p><img src=\"https://a.org/x.png\" alt=\"\">   It <em>is</em>.</p>\n<div class=\"c\">\n\
             <p>— <a href=\"../b/\">b</a></p>\n</div>\n</aside>",
        ),
        ("<div markdown>\n\n- *one*\n</div>", "<div>\n<ul>\n<li><em>one</em></li>\n</ul>\n</div>"),
        ("<div markdown='1'>\n    *code?*\n</div>", "<div>\n<p><em>code?</em></p>\n</div>"),
        (
            "<span dir='ltr' markdown=\"1\">\n*in*\n</span>",
            "<p><span dir=\"ltr\"> <em>in</em>\n</span></p>",
        ),
        ("<div markdown=\"0\">\n*raw*\n</div>", "<div>\n*raw*\n</div>"),
        ("<div>\n*raw*\n</div>", "<div>\n*raw*\n</div>"),
        ("<div markdown=\"1\">\nnever *closed*", "never"),
    ] {
        let built =
            Folder::new(&[("b.md", "# B"), ("a.md", &format!("# A\n\n{markdown}\n"))]).site();
        let content = built.content("a/index.html");
        assert!(content.contains(expected), "{markdown}\n{content}");
    }
}

#[test]
fn messages_name_the_line_that_the_author_wrote() {
    let built = Folder::new(&[(
        "a.md",
        "---\ntitle: A\n---\n\n<div markdown=\"1\">\n[x](gone-1.md)\n</div>\n\n!!! note \"T\"\n    [x](gone-2.md)\n\n:::tip\n- [x](y){: .c} [x](gone-3.md)\n:::\n\n[x](gone-4.md)\n",
    )])
    .site();
    for place in ["a.md:6:1", "a.md:10:5", "a.md:13:3", "a.md:13:16", "a.md:16:1"] {
        assert!(built.err.contains(place), "{place}: {}", built.err);
    }
}

/// None of it costs more than a moment, however it is piled up.
#[test]
fn hostile_text_is_read_in_linear_time() {
    for text in [
        "!!! note\n".repeat(20_000),
        (0..2_000).map(|depth| format!("{}!!! note\n", " ".repeat(depth * 4 % 400))).collect(),
        ":::note\n".repeat(20_000),
        ":::note\n".repeat(200) + &":::\n".repeat(200),
        "<div markdown=\"1\">\n".repeat(20_000),
        "<div markdown=\"1\">\n".repeat(200) + &"</p>\n".repeat(20_000),
        "{:".repeat(100_000),
        "[x](y){".repeat(20_000),
        "==x ".repeat(50_000),
    ] {
        let built = Folder::new(&[("mkdocs.yml", ""), ("a.md", &text)]).site();
        assert!(built.has("a/index.html"));
    }
}

#[test]
fn what_mkdocs_adds_in_a_line_is_read_there() {
    let text =
        "Press ++ctrl+alt+del++, ^^new^^ :material-home: C++ and a++b.\n\n*[C]: See\n\n`++x++`";
    let content = shown("mkdocs.yml", text);
    assert!(
        content.contains(
            "Press <kbd>ctrl</kbd>+<kbd>alt</kbd>+<kbd>del</kbd>, <ins>new</ins>  C++ and a++b."
        ),
        "{content}"
    );
    assert!(!content.contains("See") && content.contains("<code>++x++</code>"), "{content}");
    assert!(shown("notes.txt", text).contains("++ctrl+alt+del++"));
}
