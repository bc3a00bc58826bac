//! MDX is read as Markdown: components become what they stand for, and of the others what they hold stays.

use crate::folder::{Built, Folder, PICTURE, without_colours};

fn page(markdown: &str) -> Built {
    let folder = Folder::new(&[
        ("docusaurus.config.js", ""),
        ("docs/b.md", "# B\n"),
        ("docs/c.mdx", "# C\n"),
        ("docs/img/p.png", PICTURE),
        ("static/img/s.png", PICTURE),
    ]);
    folder.write("docs/a.mdx", format!("# A\n\n{markdown}\n"));
    folder.site()
}

#[test]
fn components_become_what_they_stand_for() {
    for (markdown, expected) in [
        (
            "import Tabs from '@theme/Tabs';\nimport {\n  X,\n} from 'y';\n\nexport const a = {\n  b: 1,\n};\n\nText {/* not\nshown */}.",
            "<p>Text .</p>",
        ),
        (
            "<Tabs>\n  <TabItem value=\"a\" label=\"One\">\n\n    *first*\n\n    - x\n      - y\n\n  </TabItem>\n  <TabItem value=\"b\">\n    ```js\n    1 < 2;\n    ```\n  </TabItem>\n</Tabs>\n\nAfter",
            "<p class=\"callout-title\">One</p>\n<p><em>first</em></p>\n<ul>\n<li>x\n<ul>\n<li>y</li>\n</ul>\n</li>\n</ul>\n</aside>",
        ),
        (
            "<Tabs>\n  <TabItem value=\"b\">\n    ```js\n    1 < 2;\n    ```\n  </TabItem>\n</Tabs>\n\nAfter",
            "<p class=\"callout-title\">b</p>\n<pre tabindex=\"0\"><code class=\"language-js\">1 &lt; 2;\n</code></pre>\n</aside>\n<p>After</p>",
        ),
        (
            "<Admonition type=\"tip\" title=\"T\">\n  In.\n</Admonition>",
            "callout-tip\" role=\"note\" aria-label=\"Tip\">\n<p class=\"callout-title\">T</p>\n<p>In.</p>",
        ),
        (
            "<Aside>In.</Aside>",
            "callout-note\" role=\"note\" aria-label=\"Note\">\n<p class=\"callout-title\">Note</p>\n<p>In.</p>",
        ),
        ("<Link to=\"./b.md\">there</Link>", "<a href=\"../b/\">there</a>"),
        ("<Card title=\"C\" href=\"./c\" />", "<strong><a href=\"../c/\">C</a></strong>"),
        (
            "<Image src={require('./img/p.png').default} alt=\"P\" />",
            "<img src=\"../img/p.png\" alt=\"P\" width=\"1\" height=\"1\" />",
        ),
        (
            "<img src={useBaseUrl('/img/s.png')} width={300} style={{color: 'red'}} alt=\"S\" />",
            "<img src=\"../img/s.png\" width=\"300\" alt=\"S\">",
        ),
        (
            "<div className=\"x\" onClick={() => y}>\n\n*in*\n\n</div>",
            "<div class=\"x\">\n<p><em>in</em></p>\n</div>",
        ),
        (
            "A {1 + 1} and `<Tabs>` and `import x from 'y'`.",
            "<p>A {1 + 1} and <code>&lt;Tabs&gt;</code> and <code>import x from 'y'</code>.</p>",
        ),
        (
            "```jsx\nimport X from 'y';\n<Tabs>\n```",
            "<code class=\"language-jsx\">import X from 'y';\n&lt;Tabs&gt;\n</code>",
        ),
        ("1 < 2 and a <b", "1 &lt; 2 and a &lt;b"),
    ] {
        let built = page(markdown);
        let content = without_colours(&built.content("a/index.html")).replace(['‘', '’'], "'");
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}: {}", built.err);
        assert!(!content.contains("not\nshown") && !content.contains("@theme"), "{content}");
    }
    let built = page("<Foo bar={1}>\n  *in*\n</Foo>\n\n<Foo/>");
    assert!(built.content("a/index.html").contains("<p><em>in</em></p>"));
    assert!(
        built.err.contains("note[unknown-tag]: `Foo`") && built.err.contains("2 places"),
        "{}",
        built.err
    );
}

#[test]
fn an_import_is_no_text_in_any_tree_and_words_are() {
    let built = Folder::new(&[("a.md", "# A\n\nimport Tabs from '@theme/Tabs';\n\nimport goods from China, he said.\n\n<Foo>x</Foo>\n")]).site();
    let content = built.content("a/index.html");
    assert!(
        content.contains("<p>import goods from China, he said.</p>") && !content.contains("@theme"),
        "{content}"
    );
    assert!(
        built.err.contains("`<Foo>` is read as HTML"),
        "elsewhere a tag is HTML: {}",
        built.err
    );
}

#[test]
fn both_kinds_of_files_are_essays() {
    let built = Folder::new(&[
        ("x.md", "# One"),
        ("x.mdx", "# Two"),
        ("y.mdx", "# Y\n\n[one](x.md) [two](x.mdx) [bare](./z)\n"),
        ("z.mdx", "# Z"),
    ])
    .site();
    let content = built.content("y/index.html");
    for link in ["href=\"../x/\">one", "href=\"../x-2/\">two", "href=\"../z/\">bare"] {
        assert!(content.contains(link), "{link}: {content}");
    }
}

#[test]
fn hostile_components_are_read_in_linear_time() {
    for text in [
        "<Tabs>\n".repeat(10_000),
        "<Tabs>\n".repeat(5_000) + &"</Tabs>\n".repeat(5_000),
        "<A b={".repeat(50_000),
        "import {\n".repeat(10_000),
        "{/*".repeat(50_000),
        "<".repeat(200_000),
    ] {
        let built = Folder::new(&[("a.mdx", &text), ("b.md", "# B")]).site();
        assert!(built.has("a/index.html"));
    }
}
