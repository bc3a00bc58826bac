//! An essay is shown as its author meant it, with a title, once.

use crate::folder::{Folder, PICTURE};

fn content(markdown: &str) -> String {
    Folder::new(&[("essay.md", &format!("# T\n\n{markdown}\n"))]).site().content("essay/index.html")
}

#[test]
fn the_title_is_found_and_printed_once() {
    for (name, text, heading) in [
        (
            "a.md",
            "---\ntitle: From front matter\n---\n# from front matter\n\nx",
            "<h1 id=\"from-front-matter\">from front matter</h1>",
        ),
        (
            "a.md",
            "---\ntitle: Short\n---\n# The *long* form\n\nx",
            "<h1 id=\"the-long-form\">The <em>long</em> form</h1>",
        ),
        (
            "a.md",
            "<!-- c -->\n# First *heading*\n\nx",
            "<h1 id=\"first-heading\">First <em>heading</em></h1>",
        ),
        (
            "a.md",
            "Words first.\n\n# Then the title",
            "<h1 id=\"then-the-title\">Then the title</h1>",
        ),
        (
            "a.md",
            "## Only a second level\n\nx",
            "<h1 id=\"only-a-second-level\">Only a second level</h1>",
        ),
        ("02_giving-credit.md", "Just text.", "<h1>Giving credit</h1>"),
        ("2023-06-15.md", "Just text.", "<h1>2023-06-15</h1>"),
    ] {
        let built = Folder::new(&[(name, text), ("z.md", "# Z")]).site();
        let stem = name.trim_end_matches(".md");
        let page = built.read(&format!("{stem}/index.html"));
        assert!(page.contains(heading), "{text:?} does not give {heading:?}");
        assert_eq!(page.matches("<h1").count(), 1, "{text:?} is titled more than once");
    }
}

#[test]
fn a_folder_s_page_is_never_called_readme() {
    for (text, title) in [
        ("no heading", "Team values"),
        ("# README\n\nx", "Team values"),
        ("# Index", "Team values"),
        ("# Own", "Own"),
    ] {
        let built = Folder::new(&[
            ("team-values/README.md", text),
            ("team-values/a.md", "# A"),
            ("b.md", "# B"),
        ])
        .site();
        let page = built.read("team-values/index.html");
        assert!(page.contains(&format!("<title>{title} · ")), "{text:?}");
        assert!(!page.contains(">README<") && !page.contains(">Index<"), "{text:?}");
    }
}

#[test]
fn an_essay_without_headings_shows_all_that_its_front_matter_says() {
    let tags: Vec<String> = (1..=10).map(|n| format!("tag {n}")).collect();
    let text = format!(
        "+++\ntitle = \"T\"\ndescription = \"About it.\"\ndate = 2026-03-01\nauthors = [\"Ana\"]\ntags = {tags:?}\n+++\n{}",
        "word ".repeat(500)
    );
    let built = Folder::new(&[("essay.md", &text), ("other.md", "# Other")]).site();
    let page = built.read("essay/index.html");
    for shown in ["<h1>T</h1>", "About it.", "1 March 2026", ">Ana</a>", "3 min read"] {
        assert!(page.contains(shown), "{shown} is missing");
    }
    for tag in &tags {
        assert!(page.contains(&format!(">{tag}</a>")), "{tag} is missing");
        let listing = built.read(&format!("tags/{}/index.html", tag.replace(' ', "-")));
        assert!(listing.contains("href=\"../../essay/\">T</a>"), "{tag} does not list the essay");
    }
    assert!(built.read("authors/ana/index.html").contains("href=\"../../essay/\">T</a>"));
}

/// Every block in one page, so that a change in any of them is seen.
#[test]
fn blocks_are_written_like_this() {
    let markdown = "\
A [link](other.md), https://example.org/a_b, www.example.org, me@example.org and `https://code.org`.

> [!NOTE]
> Plain.

> [!TIP] All on one line with *stress*.

> [!question]- Folded with a title
> Inside.

> [!DECISION]+
> Open.

> An ordinary quote.

- [ ] to do
- [x] done

| left | right |
|:-----|------:|
| a | b |

Text[^a] and again[^a], then[^b].

[^b]: Second.
[^a]: First, with `code`.

![A picture](p.png \"Its caption\")

![Inline](p.png) picture.

Term
: Meaning

~~gone~~ -- \"quoted\" ...

<!-- never shown --> seen

<!--
not
this
-->

```rust,ignore
let x = \"<b>\";
```

    indented

## Sub & heading

## Sub & heading {#own .wide}
";
    let built = Folder::new(&[
        ("essay.md", &format!("# T\n\n{markdown}")),
        ("other.md", "# O"),
        ("p.png", PICTURE),
    ])
    .site();
    assert_eq!(built.warnings(), [""; 0]);
    let content = built.content("essay/index.html");
    assert!(!content.contains("never shown") && !content.contains("not\nthis"));
    insta::assert_snapshot!(content);
}

#[test]
fn template_syntax_and_code_are_words() {
    let text = content("{{ page.title }} and {% if x %} stay.\n\n```\n{{ config }}\n```");
    assert!(text.contains("{{ page.title }} and {% if x %} stay."));
    assert!(text.contains("<code>{{ config }}\n</code>"));
}

#[test]
fn the_table_of_contents_follows_the_headings() {
    let built = Folder::new(&[("a.md", "# T\n\n## One\n\n### Deep\n\n## Two\n")]).site();
    let page = built.read("a/index.html");
    let toc = page
        .split("<nav class=\"toc\"")
        .nth(1)
        .and_then(|rest| rest.split("</nav>").next())
        .unwrap();
    let ids: Vec<_> =
        toc.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids, ["one", "deep", "two"]);
    let hidden = Folder::new(&[("a.md", "---\ntoc: false\n---\n# T\n\n## One\n\n## Two\n")]).site();
    assert!(!hidden.read("a/index.html").contains("class=\"toc\""));
}

#[test]
fn strange_bytes_are_read_as_well_as_they_can_be() {
    let folder =
        Folder::new(&[("a.md", "\u{feff}# Title\r\n\r\nOne\r\ntwo\r\n"), ("empty.md", "")]);
    folder.write("latin.md", b"# Caf\xE9\n");
    let built = folder.site();
    assert!(built.read("a/index.html").contains("<h1 id=\"title\">Title</h1>"));
    assert!(built.content("a/index.html").contains("One\ntwo"));
    assert!(built.read("empty/index.html").contains("<h1>Empty</h1>"));
    assert!(built.err.contains("latin.md:1:6") && built.err.contains("not UTF-8"), "{}", built.err);
}
