//! A block with a name becomes what its template makes of it, with its arguments; a site may change each and
//! add its own.

use crate::folder::{Built, Folder, PICTURE};

fn built(markdown: &str) -> Built {
    Folder::new(&[
        ("a.md", &format!("# A\n\n{markdown}\n")),
        ("b.md", "# B"),
        ("ada.png", PICTURE),
        ("talk.mp4", "x"),
    ])
    .site()
}

fn content(markdown: &str) -> String {
    built(markdown).content("a/index.html")
}

#[test]
fn each_block_is_written_like_this() {
    let mut shown = String::new();
    for markdown in [
        ":::note\nPlain.\n:::",
        ":::tip[With a *title*]{#mine}\nText.\n:::",
        ":::question\nWhat would you do?\n:::",
        ":::details More\nText.\n:::",
        ":::details[More]{open}\nText.\n:::",
        ":::quote{source=\"Lao Tzu\" cite=\"https://example.org/?a=1&b=2\"}\nA leader is best.\n:::",
        ":::quote[Lao Tzu, *Tao Te Ching*]\nA leader is best.\n:::",
        ":::exercise[Say thanks]{time=\"5 minutes\"}\n- [ ] To someone\n:::",
        ":::checklist\n- [ ] Read **the** notes\n- [x] Ask\n\n  More.\n:::",
        ":::decision[We write [things](b.md) down]{date=\"2026-01-02\" status=\"accepted\" owner=\"Ada\"}\nWhy.\n:::",
        ":::definition[Trust]{id=\"trust\"}\nWhat remains.\n:::",
        ":::person{name=\"Ada\" role=\"Captain & more\" image=\"ada.png\" link=\"b.md\"}\nLeads.\n:::",
        "::::columns\n:::column\nLeft\n:::\n:::column[Right]\nRight\n:::\n::::",
        ":::figure{src=\"ada.png\" alt=\"Ada\" caption=\"At work\"}\n:::",
        ":::video{src=\"https://www.example.org/watch?v=1\" title=\"The talk\"}\nAbout it.\n:::",
        ":::video[Ours]{src='talk.mp4'}\n:::",
    ] {
        let built = built(markdown);
        assert_eq!(built.warnings(), [""; 0], "{markdown}\n{}", built.err);
        assert_eq!(built.dead_links(), [""; 0], "{markdown}");
        shown.push_str(&format!("=== {markdown}\n{}\n\n", built.content("a/index.html")));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn slips_in_arguments_are_told_with_what_to_type() {
    let slips = built(
        ":::person{nmae=\"Ada\" link=\"nowhere.md\"}\n:::\n\n\
         :::video\n:::\n\n\
         :::definition\nx\n:::\n\n\
         - item\n\n  :::figure{src=\"gone.png\" alt=\"x\"}\n  :::\n\n\
         :::quote{source=\"never ends}\nx\n:::\n\n\
         :::note{colour=red}\nx\n:::\n\n\
         :::tip\nnever closed",
    );
    assert!(slips.has("b/index.html"));
    insta::assert_snapshot!(slips.err.replace("ABOVE", ""));
}

#[test]
fn names_that_are_not_known_stay_callouts() {
    let built =
        built(":::seafaring[Knots]{colour=\"red\"}\nText.\n:::\n\n> [!mood|x] Good\n> Text.");
    assert_eq!(built.warnings(), [""; 0]);
    let content = built.content("a/index.html");
    assert!(content.contains("<aside class=\"callout callout-seafaring\" role=\"note\" aria-label=\"Seafaring\">\n<p class=\"callout-title\">Knots</p>\n<p>Text.</p>"), "{content}");
    assert!(content.contains("callout-mood"));
}

#[test]
fn one_kind_has_one_template_however_it_is_written() {
    for markdown in [
        ":::quote[Ada]\nText.\n:::",
        "::: quote Ada\nText.\n:::",
        "> [!QUOTE] Ada\n> Text.",
        "!!! quote \"Ada\"\n    Text.",
        "::: {.quote title=\"Ada\"}\nText.\n:::",
    ] {
        let expected = "<figure class=\"block block-quote\">\n<blockquote>\n<p>Text.</p>\n</blockquote>\n<figcaption>Ada</figcaption>\n</figure>";
        assert_eq!(content(markdown), expected, "{markdown}");
    }
    // What folds needs a disclosure, which is a callout's.
    let folded = content("> [!quote]- Ada\n> Text.");
    assert!(folded.starts_with("<details class=\"callout callout-quote\">"), "{folded}");
}

#[test]
fn a_site_changes_a_block_and_adds_its_own() {
    let text = ":::quote{source=\"Ada\"}\nText.\n:::\n\n:::crew[The *crew*]{ship=\"<Argo>\" link=\"b.md\"}\nAll.\n:::\n\n> [!quote]-\n> Folded.";
    let built = Folder::new(&[
        ("content/a.md", &format!("# A\n\n{text}\n")),
        ("content/b.md", "# B"),
        ("templates/blocks/quote.html", "<q>{{ block.content }}</q>{{ block.args.source }} {{ block.folds }}"),
        (
            "templates/blocks/crew.html",
            "<p id=\"crew\">{{ block.title }}|{{ block.name }}|{{ block.label }}|{{ block.args.ship }}|{{ block.args.link }}</p>{{ block.content }}",
        ),
    ])
    .site();
    let content = built.content("a/index.html");
    assert!(content.contains("<q><p>Text.</p>\n</q>Ada false\n"), "{content}");
    assert!(
        content.contains(
            "<p id=\"crew\">The <em>crew</em>|crew|Crew|&lt;Argo&gt;|../b/</p><p>All.</p>"
        ),
        "{content}"
    );
    assert!(content.ends_with("</q> true"), "{content}");
}

#[test]
fn a_slip_in_the_template_of_a_block_names_template_and_page() {
    let folder = Folder::new(&[
        ("content/a.md", "# A\n\nText.\n\n:::note\nx\n:::"),
        ("templates/blocks/note.html", "<p>{{ block.contents }}</p>"),
    ]);
    let built = folder.build(&[]);
    assert_eq!(built.code, 2);
    for told in
        ["templates/blocks/note.html:1:", "did you mean `content`?", "met at content/a.md:5"]
    {
        assert!(built.err.contains(told), "{told}\n{}", built.err);
    }
}

#[test]
fn a_template_that_changes_changes_pages_and_feeds() {
    let folder = Folder::new(&[
        ("book.toml", "[output.html]\nsite-url = \"https://example.org/\"\n"),
        ("content/a.md", "---\ndate: 2026-01-01\n---\n# A\n\n:::note\nx\n:::"),
        ("templates/blocks/note.html", "<p>first</p>"),
    ]);
    assert!(folder.site().read("a/index.html").contains("<p>first</p>"));
    folder.write("templates/blocks/note.html", "<p>second</p>");
    let built = folder.site();
    assert!(built.read("a/index.html").contains("<p>second</p>"));
    let feeds: Vec<_> = built.files().keys().filter(|path| path.ends_with(".xml")).collect();
    let told = feeds.iter().any(|path| built.read(path).contains("second"));
    assert!(told && !feeds.iter().any(|path| built.read(path).contains("first")));
}

#[test]
fn tasks_are_ticked_in_blocks_and_their_ids_stay() {
    let ids = |html: &str| -> Vec<String> {
        html.split("data-tick=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let before = content(":::checklist\n- [ ] One\n- [ ] Two\n- [ ] One\n:::\n\n- [ ] Not here");
    let after =
        content("New text.\n\n:::checklist\n- [ ] Zero\n- [ ] One\n- [ ] Two\n- [ ] One\n:::");
    assert_eq!(ids(&before), ids(&after)[1..]);
    let mut unique = ids(&after);
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 4);
    assert_eq!(before.matches(" disabled").count(), 1);
    for id in ids(&before) {
        assert!(before.contains(&format!("<label for=\"tick-{id}\">")));
    }
}

#[test]
fn links_headings_and_notes_in_blocks_keep_their_numbers() {
    let text = "[one](b.md)\n\n:::person{name=\"Ada\" image=\"ada.png\" link=\"b.md#b\"}\n## In the block\n\n[two](a.md)[^1]\n:::\n\n[three](b.md) [in](#in-the-block)\n\n[^1]: Note.\n";
    let built = built(text);
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
    let page = built.read("a/index.html");
    for expected in [
        "<a href=\"../b/\">one</a>",
        "<img src=\"../ada.png\"",
        "<a href=\"../b/#b\">Ada</a>",
        "<h2 id=\"in-the-block\">",
        ">two</a>",
        "<a href=\"../b/\">three</a>",
        "href=\"#footnote-1\"",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
}

/// Whatever lies in whatever, each element is closed where it should be.
#[test]
fn blocks_in_blocks_are_well_formed() {
    let mut random = fastrand::Rng::with_seed(7);
    let essays: Vec<(String, String)> = (0..60)
        .map(|at| (format!("e{at}.md"), format!("# E\n\n{}", nested(&mut random, 5))))
        .collect();
    let files: Vec<(&str, &str)> =
        essays.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let built = Folder::new(&files).site();
    for (path, text) in &essays {
        let page = path.replace(".md", "/index.html");
        let content = built.content(&page);
        if let Err(wrong) = balanced(&content) {
            panic!("{wrong}\n{text}\n{content}");
        }
        assert!(!content.contains("block-arguments"), "{text}\n{content}");
    }
}

/// Blocks of all kinds, with `depth` levels of others in them.
fn nested(random: &mut fastrand::Rng, depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.usize(1..4) {
        let kinds = [
            "note",
            "details",
            "quote",
            "checklist",
            "exercise",
            "decision",
            "definition",
            "person",
            "columns",
            "column",
            "figure",
            "video",
            "other",
        ];
        let arguments = [
            "",
            "[T *x*]",
            "{name=\"A\"}",
            "[T]{src=\"https://a.org/x\" id=\"i\"}",
            " Title",
            "{#x}",
        ];
        let inside = match depth {
            0 => [
                "Text.\n",
                "- [ ] task\n- [x] two\n\n  loose\n",
                "```rust {1}\nlet x = \"a\";\n```\n",
                "> quote\n",
                "| a |\n|---|\n| b |\n",
                "",
            ][random.usize(0..6)]
            .to_owned(),
            _ => {
                let less = random.usize(1..=depth.min(3));
                nested(random, depth - less)
            }
        };
        let colons = ":".repeat(3 + depth);
        let (kind, arguments) =
            (kinds[random.usize(0..kinds.len())], arguments[random.usize(0..6)]);
        let block = format!("{colons}{kind}{arguments}\n{inside}{colons}\n");
        if random.u8(0..4) == 0 {
            let indented: Vec<String> = block.lines().map(|line| format!("  {line}")).collect();
            text.push_str(&format!("- item\n\n{}\n\n", indented.join("\n")));
        } else {
            text.push_str(&format!("{block}\n"));
        }
    }
    text
}

/// Whether each element ends where it should.
fn balanced(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or("");
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or("");
        if tag.starts_with('/') {
            let last = open.pop();
            if last != Some(name) {
                return Err(format!("</{name}> ends {last:?}"));
            }
        } else if !matches!(name, "img" | "input" | "br" | "hr") {
            let is_block =
                matches!(name, "div" | "figure" | "aside" | "p" | "details" | "dl" | "ul" | "pre");
            if is_block && open.last() == Some(&"p") {
                return Err(format!("<{name}> in a paragraph"));
            }
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("never closed: {open:?}")) }
}

#[test]
fn only_a_film_of_this_site_is_played() {
    for src in ["//e.example/x.mp4", "HTTPS://e.example/x.mp4", "https://e.example/x.mp4"] {
        let text = format!("# A\n\n:::video{{src=\"{src}\" title=\"T\"}}\n:::\n");
        let page = Folder::new(&[("content/a.md", &text)]).site().content("a/index.html");
        assert!(!page.contains("<video") && page.contains("<a href="), "{src}: {page}");
    }
    let text = "# A\n\n:::video{src=\"data:video/mp4,x\" title=\"T\"}\n:::\n";
    let page = Folder::new(&[("content/a.md", text)]).site().content("a/index.html");
    assert!(!page.contains("data:") && page.contains('T'), "{page}");
}

#[test]
fn no_two_things_have_one_id_and_no_link_stands_in_a_link() {
    let text = "# A\n\n:::note{#intro}\nx\n:::\n\n:::tip{#own}\nx\n:::\n\n:::tip{#own}\nx\n:::\n\n## Intro\n\n\
        :::person[[Ada](b.md)]{link=\"b.md\"}\nx\n:::\n\n:::video[[x](b.md)]{src=\"https://e.example/v\"}\n:::\n";
    let page = Folder::new(&[("content/a.md", text), ("content/b.md", "# B")])
        .site()
        .content("a/index.html");
    for id in ["intro", "own"] {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}: {page}");
    }
    assert!(page.contains("<h2 id=\"intro\""), "{page}");
    for piece in page.split("<a ").skip(1) {
        assert!(piece.contains("</a>"), "a link in a link: {page}");
    }
}
