//! Formulas, diagrams and emoji are shown without anything from elsewhere.

use crate::folder::Folder;

fn content(markdown: &str) -> String {
    Folder::new(&[("a.md", &format!("# A\n\n{markdown}\n"))]).site().content("a/index.html")
}

#[test]
fn formulas_are_mathml() {
    for (markdown, expected) in [
        ("So $x^2$ it is.", "<p>So <math"),
        ("$$\nx^2\n$$", "<span class=\"formula\" tabindex=\"0\"><math"),
        ("```math\n\\frac{1}{2}\n```", "<p><span class=\"formula\" tabindex=\"0\"><math"),
        ("Take $`a_b`$ here.", "<msub><mi>a</mi><mi>b</mi></msub>"),
    ] {
        let content = content(markdown);
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert!(content.contains("<annotation encoding=\"application/x-tex\">"), "{content}");
    }
}

#[test]
fn dollars_that_are_money_or_names_are_text() {
    for text in [
        "It is $5 and $10.",
        "US$5 or $6",
        "from $HOME/$USER on",
        "a $ b $ c",
        "only $5",
        "$5-$10 off",
    ] {
        let content = content(text);
        assert!(
            content.contains(&format!("<p>{text}</p>")) && !content.contains("<math"),
            "{content}"
        );
    }
    assert!(content("`$x$`").contains("<code>$x$</code>"));
}

#[test]
fn a_formula_that_cannot_be_read_is_shown_as_written_and_told() {
    let built = Folder::new(&[("a.md", "# A\n\nSo $\\nonsense{1}$ it is.\n")]).site();
    assert!(built.content("a/index.html").contains("<p>So <code>\\nonsense{1}</code> it is.</p>"));
    assert!(
        built.err.contains("warning[math]: this formula cannot be read")
            && built.err.contains("a.md:3:4"),
        "{}",
        built.err
    );
}

#[test]
fn emoji_are_characters_and_ids_are_github_s() {
    let built = Folder::new(&[(
        "a.md",
        "# A :tada:\n\n## :rocket: Launch\n\n:+1: at 10:30:00, :octocat:, a:tada:b `:tada:` [:bug:](b.md#bug-bugs) <b title=\":tada:\">x</b>\n",
    ), ("b.md", "# B\n\n## :bug: Bugs\n")])
    .site();
    let page = built.read("a/index.html");
    assert!(
        page.contains("<title>A 🎉 ·") && page.contains("<h2 id=\"rocket-launch\">🚀 Launch</h2>"),
        "{page}"
    );
    assert!(page.contains("👍 at 10:30:00, :octocat:, a:tada:b <code>:tada:</code> <a href=\"../b/#bug-bugs\">🐛</a> <b title=\":tada:\">"), "{page}");
    assert_eq!(built.warnings(), [""; 0]);
}

#[test]
fn diagrams_are_code_unless_the_site_has_a_copy_of_mermaid() {
    let pages = [("a.md", "# A\n\n```mermaid\ngraph TD; A-->B\n```\n"), ("b.md", "# B")];
    let plain = Folder::new(&pages).site();
    assert!(
        plain
            .content("a/index.html")
            .contains("<code class=\"language-mermaid\">graph TD; A--&gt;B")
    );
    // Each page has the theme's own script.
    let scripts = |page: &str| page.matches("<script src=").count();
    assert_eq!(scripts(&plain.read("a/index.html")), 1);
    assert!(!plain.files().keys().any(|file| file.starts_with("assets/diagrams")));
    let folder = Folder::new(&pages);
    folder.write("book.toml", "[handbook]\nmermaid = \"own/mermaid.js\"\n");
    folder.write("own/mermaid.js", "globalThis.mermaid = {};");
    let built = folder.site();
    assert_eq!(scripts(&built.read("a/index.html")), 3);
    assert_eq!(scripts(&built.read("b/index.html")), 1);
    assert_eq!(scripts(&built.read("print/index.html")), 3);
    assert_eq!(built.dead_links(), [""; 0]);
}

#[test]
fn braces_in_formulas_are_no_lists_of_attributes() {
    let text = "# A\n\n$$\n\\sum_{i=1}^{n} i\n$$\n\nSo $\\sum_{k=0}$.\n\n## Goals {: #own }\n\n`{{ title }}`\n";
    let built = Folder::new(&[("a.md", text)]).site();
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
    let content = built.content("a/index.html");
    for tex in ["\\sum_{i=1}^{n} i", "\\sum_{k=0}"] {
        assert!(content.contains(tex), "{tex}: {content}");
    }
    assert!(content.contains("id=\"own\""));
}
