//! A vault of Obsidian is published as it reads there; elsewhere double brackets are words.

use crate::folder::{Built, Folder, PICTURE};

const VAULT: &[(&str, &str)] = &[
    (".obsidian/app.json", "{}"),
    (
        "people/Jane Doe.md",
        "---\naliases: [JD, The Boss]\ntags: [person]\n---\n# Jane Doe\n\nIntro.\n\n## Her Way\n\nShe *listens*. ^listens\n\n## Other\n\nx\n",
    ),
    ("old/deep/Jane Doe.md", "# Another Jane\n"),
    ("people/Team.md", "# Team\n\n![[Jane Doe#Her Way]]\n"),
    ("files/p.png", PICTURE),
    ("files/Plan.pdf", "p"),
    ("Round.md", "# Round\n\n![[Round]]\n"),
];

fn vault(markdown: &str) -> Built {
    let folder = Folder::new(VAULT);
    folder.write("notes/a.md", format!("# A\n\n{markdown}\n"));
    folder.site()
}

#[test]
fn links_and_embeds_lead_where_obsidian_leads() {
    for (markdown, expected) in [
        ("[[Jane Doe]]", "<a href=\"../../people/Jane%20Doe/\">Jane Doe</a>"),
        ("[[jane doe|Jane]]", "<a href=\"../../people/Jane%20Doe/\">Jane</a>"),
        ("[[deep/Jane Doe]]", "<a href=\"../../old/deep/Jane%20Doe/\">deep/Jane Doe</a>"),
        (
            "[[Jane Doe#Her Way]]",
            "<a href=\"../../people/Jane%20Doe/#her-way\">Jane Doe &gt; Her Way</a>",
        ),
        ("[[Jane Doe#^listens]]", "/#^listens\">Jane Doe &gt; listens</a>"),
        ("[[The Boss]]", "<a href=\"../../people/Jane%20Doe/\">The Boss</a>"),
        ("[[#A]]", "<a href=\"#a\">A</a>"),
        (
            "| x |\n|---|\n| [[Jane Doe\\|J]] |",
            "<td><a href=\"../../people/Jane%20Doe/\">J</a></td>",
        ),
        ("![[p.png]]", "<img src=\"../../files/p.png\" alt=\"p.png\" width=\"1\" height=\"1\" />"),
        ("![[p.png|300]]", "<img src=\"../../files/p.png\" alt=\"p.png\" width=\"300\">"),
        (
            "![by name](p.png)",
            "<img src=\"../../files/p.png\" alt=\"by name\" width=\"1\" height=\"1\" />",
        ),
        ("![[Plan.pdf]]", "<a href=\"../../files/Plan.pdf\">Plan.pdf</a>"),
        ("![[Team]]", "<a href=\"../../people/Team/\">Team</a></p>"),
        ("![[Team]]", "<p>She <em>listens</em>. <a id=\"^listens\"></a></p>"),
        ("![[Jane Doe#^listens]]", "<p>She <em>listens</em>.</p>\n</aside>"),
        ("a %%secret%% b\n\n%%\nmore\n%%", "<p>a  b</p>"),
        ("==seen==", "<mark>seen</mark>"),
        ("`[[Jane Doe]]`", "<code>[[Jane Doe]]</code>"),
    ] {
        let built = vault(markdown);
        let content = built.content("notes/a/index.html");
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}: {}", built.err);
        assert_eq!(built.dead_links(), [""; 0], "{markdown}");
        assert!(!content.contains("secret") && !content.contains("more"), "{content}");
    }
}

#[test]
fn a_link_to_no_note_is_told() {
    let built = vault("[[Nobody]] and ![[Nothing]]");
    assert_eq!(
        built.warnings(),
        [
            "warning[broken-link]: this link leads nowhere: `Nobody`",
            "warning[broken-link]: this link leads nowhere: `Nothing`"
        ]
    );
    assert!(built.err.contains("notes/a.md:3:1"), "{}", built.err);
}

#[test]
fn tags_in_the_text_count() {
    let built = vault("About #trust and #team/lead, not #1, a#b or `#code`.\n");
    assert!(built.has("tags/trust/index.html") && built.has("tags/person/index.html"));
    assert!(built.content("notes/a/index.html").contains("About #trust and #team/lead"));
    let tags = built.read("tags/index.html");
    assert!(
        tags.contains("team/lead") && !tags.contains("tags/code/") && !tags.contains("tags/1/"),
        "{tags}"
    );
}

#[test]
fn elsewhere_double_brackets_are_words() {
    let text = "[[1]] [[Jane Doe]] #trust ==x== %%y%% ^z";
    let built = Folder::new(&[("a.md", text), ("Jane Doe.md", "# J")]).site();
    let content = built.content("a/index.html");
    assert!(content.contains(&format!("<p>{text}</p>")), "{content}");
    assert!(!built.has("tags/index.html"));
    let asked = Folder::new(&[
        ("book.toml", "[handbook]\ndialects = [\"obsidian\"]\n"),
        ("a.md", text),
        ("Jane Doe.md", "# J"),
    ]);
    assert!(
        asked.site().content("a/index.html").contains("<a href=\"../Jane%20Doe/\">Jane Doe</a>")
    );
}

#[test]
fn notes_that_bring_in_each_other_and_hostile_text_end() {
    for text in [
        "[[".repeat(50_000),
        "![[Round]]\n".repeat(2_000),
        "%%".repeat(50_001),
        "^a ".repeat(50_000),
        "#a ".repeat(30_000),
    ] {
        let folder = Folder::new(VAULT);
        folder.write("a.md", text);
        assert!(folder.site().has("a/index.html"));
    }
}
