//! Tags that other programs run are read where their program is known, and never run: what they stand for
//! is shown, or what they hold.

use crate::folder::{Built, Folder, without_colours};

/// The page that `markdown` becomes in a tree with the file `config`.
fn built(config: &str, markdown: &str) -> Built {
    Folder::new(&[
        (config, ""),
        ("b c.md", "# B"),
        ("part/d.md", "# D\n\n## X\n"),
        ("a.md", &format!("# A\n\n{markdown}\n")),
    ])
    .site()
}

#[test]
fn liquid_is_read_and_not_run() {
    for (markdown, expected) in [
        ("[x]({% link part/d.md %}#x)", "<a href=\"../part/d/#x\">x</a>"),
        ("[x]({% link b c.md %})", "<a href=\"../b%20c/\">x</a>"),
        ("[x]({{ site.baseurl }}/part/d/)", "<a href=\"../part/d/\">x</a>"),
        ("[x]({{ '/part/d/' | relative_url }})", "<a href=\"../part/d/\">x</a>"),
        ("[x]({{ site.baseurl }})", "<a href=\"../\">x</a>"),
        ("[x]({{ site.url }}{{ site.baseurl }}/part/d/)", "<a href=\"../part/d/\">x</a>"),
        ("[x]({{ site.url }}{{ site.baseurl }})", "<a href=\"../\">x</a>"),
        ("[x]({{ site.url }}?from=a)", "<a href=\"../?from=a\">x</a>"),
        ("<a href=\"{{ site.baseurl }}#top\">x</a>", "<a href=\"../#top\">x</a>"),
        ("[x]({{ '' | relative_url }})", "<a href=\"../\">x</a>"),
        ("{% raw %}{{ x }} {% y %}{% endraw %}", "<p>{{ x }} {% y %}</p>"),
        ("a {% comment %} b {% endcomment %} c", "<p>a  c</p>"),
        (
            "{% highlight ruby %}\nputs *1*\n{% endhighlight %}",
            "<code class=\"language-ruby\">puts *1*\n</code>",
        ),
        ("{%- if page.x -%}*yes*{%- else -%}no{%- endif -%}", "<p><em>yes</em>no</p>"),
        ("{% capture x %}gone{% endcapture %}{% assign y = 1 %}kept", "<p>kept</p>"),
        ("{{ page.owner }} is text", "<p>{{ page.owner }} is text</p>"),
        ("`{% link part/d.md %}`", "<code>{% link part/d.md %}</code>"),
        ("{% endif %} {% if", "<p>{% endif %} {% if</p>"),
    ] {
        let built = built("_config.yml", markdown);
        let content = without_colours(&built.content("a/index.html"));
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}");
    }
    let built = built(
        "_config.yml",
        "{% include a.html %} {% figure x %}\n*in*\n{% endfigure %} {% include b.html %}",
    );
    assert!(built.content("a/index.html").contains("<em>in</em>"));
    assert!(built.err.contains("note[unknown-tag]: `include`") && built.err.contains("`figure`"));
    assert!(built.err.contains("it stands in 2 places"), "{}", built.err);
}

#[test]
fn an_address_in_template_syntax_is_a_link_in_any_tree() {
    for (markdown, expected) in [
        (
            "[x]({{ \"/part/d/#x\" | url }}) {% link part/d.md %} {{ x }}",
            "<a href=\"../part/d/#x\">x</a> {% link part/d.md %} {{ x }}",
        ),
        ("[x](<{{ site.baseurl }}?from=a>)", "<a href=\"../?from=a\">x</a>"),
        ("[x]({{site.baseurl}}#top)", "<a href=\"../#top\">x</a>"),
    ] {
        let built = built("notes.txt", markdown);
        let content = built.content("a/index.html");
        assert!(content.contains(expected), "{content}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}");
    }
}

#[test]
fn hugo_shortcodes_are_read() {
    for (markdown, expected) in [
        ("[x]({{< ref \"d.md#x\" >}})", "<a href=\"../part/d/#x\">x</a>"),
        ("[x]({{% relref \"part/d\" %}})", "<a href=\"../part/d/\">x</a>"),
        ("[x]({{< ref \"/part/d.md\" >}})", "<a href=\"../part/d/\">x</a>"),
        (
            "{{< figure src=\"https://a.org/p.png\" alt=\"P\" caption=\"C\" >}}",
            "<figure><img src=\"https://a.org/p.png\" alt=\"P\" /><figcaption>C</figcaption>",
        ),
        (
            "{{< details \"More\" >}}\n*in*\n{{< /details >}}",
            "<summary class=\"callout-title\">More</summary>\n<p><em>in</em></p>",
        ),
        (
            "{{% alert color=\"warning\" title=\"T\" %}}\nText.\n{{% /alert %}}\nAfter",
            "callout-warning\" role=\"note\" aria-label=\"Warning\">\n<p class=\"callout-title\">T</p>\n<p>Text.</p>\n</aside>\n<p>After</p>",
        ),
        (
            "{{% alert %}}Text.{{% /alert %}}",
            "callout-note\" role=\"note\" aria-label=\"Note\">\n<p class=\"callout-title\">Note</p>\n<p>Text.</p>\n</aside>",
        ),
        (
            "{{< highlight go \"x=1\" >}}\na *b*\n{{< /highlight >}}",
            "<code class=\"language-go\">a *b*\n</code>",
        ),
        (
            "{{< tabpane >}}\n{{< tab header=\"One\" >}}\n1\n{{< /tab >}}\n{{< /tabpane >}}",
            "<p class=\"callout-title\">One</p>\n<p>1</p>",
        ),
        ("{{< youtube abc >}}", "<a href=\"https://www.youtube.com/watch?v=abc\">"),
        ("{{</* ref \"x\" */>}}", "{{&lt; ref &quot;x&quot; &gt;}}"),
    ] {
        let built = built("hugo.toml", markdown);
        let content = built.content("a/index.html").replace(['“', '”'], "&quot;");
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}: {}", built.err);
    }
    let gone = built("hugo.toml", "[x]({{< ref \"gone.md\" >}})");
    assert!(gone.err.contains("this link leads nowhere: `gone.md`"), "{}", gone.err);
    let odd = built("hugo.toml", "{{< odd >}}\n*in*\n{{< /odd >}}");
    assert!(
        odd.content("a/index.html").contains("<p><em>in</em></p>")
            && odd.err.contains("unknown-tag")
    );
    let content =
        Folder::new(&[("_index.md", "---\ntitle: x\n---\n"), ("a.md", "{{< odd >}}x")]).site();
    assert!(content.err.contains("unknown-tag"), "a tree with `_index.md` is Hugo's");
    assert!(built("notes.txt", "{{< ref \"d.md\" >}}").content("a/index.html").contains("ref"));
}

#[test]
fn zola_shortcodes_are_read() {
    let built = built(
        "zola.toml",
        "{{ youtube(id=\"abc\") }} {{ page.title }} {{/* x() */}}\n\n{% quote(by=\"x\") %}\n*in*\n{% end %}\n",
    );
    let content = built.content("a/index.html");
    for shown in ["watch?v=abc", "{{ page.title }} {{ x() }}", "<p><em>in</em></p>"] {
        assert!(content.contains(shown), "{shown}\n{content}");
    }
    assert!(!content.contains("{%"), "{content}");
}

#[test]
fn gitbook_blocks_are_read() {
    for (config, markdown, expected) in [
        (
            "notes.txt",
            "{% hint style=\"warning\" %}\nText.\n{% endhint %}\nAfter",
            "callout-warning\" role=\"note\" aria-label=\"Warning\">\n<p class=\"callout-title\">Warning</p>\n<p>Text.</p>\n</aside>\n<p>After</p>",
        ),
        ("notes.txt", "{% tabs %}", "{% tabs %}"),
        (
            ".gitbook.yaml",
            "{% tabs %}\n{% tab title=\"One\" %}\n1\n{% endtab %}\n{% endtabs %}",
            "<p class=\"callout-title\">One</p>\n<p>1</p>",
        ),
        (".gitbook.yaml", "{% embed url=\"https://a.org/x\" %}", "<a href=\"https://a.org/x\">"),
        (
            ".gitbook.yaml",
            "{% content-ref url=\"part/d.md\" %}\n[d.md](part/d.md)\n{% endcontent-ref %}",
            "<a href=\"../part/d/\">d.md</a>",
        ),
        (
            ".gitbook.yaml",
            "{% code title=\"x.js\" %}\n```js\n1\n```\n{% endcode %}",
            "<p><strong>x.js</strong></p>\n<pre",
        ),
        (".gitbook.yaml", "{% file src=\"notes.txt\" %}", "<a href=\"../notes.txt\">notes.txt</a>"),
    ] {
        let folder = Folder::new(&[("notes.txt", "n"), ("part/d.md", "# D"), (config, "")]);
        folder.write("a.md", format!("# A\n\n{markdown}\n"));
        let built = folder.site();
        let content = built.content("a/index.html");
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}: {}", built.err);
    }
}

/// An mdBook whose one chapter is `markdown`, with files to bring in.
fn mdbook(markdown: &str) -> Built {
    Folder::new(&[
        ("book.toml", ""),
        ("src/SUMMARY.md", "- [A](a.md)\n"),
        ("src/x.rs", "// ANCHOR: all\nfn one() {}\n// ANCHOR: two\nfn two() {}\n// ANCHOR_END: two\n// ANCHOR_END: all\nfn three() {}\n"),
        ("src/part/text.md", "*in* {{#include more.md}}\n"),
        ("src/part/more.md", "[a](a.md)\n"),
        ("src/round.md", "{{#include round.md}}\n"),
        ("src/a.md", &format!("# A\n\n{markdown}\n")),
    ])
    .site()
}

#[test]
fn mdbook_brings_in_files() {
    for (markdown, expected) in [
        (
            "```rust\n{{#include x.rs:two}}\n```",
            "<code class=\"language-rust\">fn two() {}\n</code>",
        ),
        (
            "```rust,ignore\n{{#rustdoc_include x.rs:2:4}}\n```",
            "<code class=\"language-rust\">fn one() {}\nfn two() {}\n</code>",
        ),
        ("```\n{{#include x.rs}}\n```", "<code>fn one() {}\nfn two() {}\nfn three() {}\n</code>"),
        ("{{#playground x.rs editable}}", "<code class=\"language-rust\">fn one() {}"),
        ("{{#include part/text.md}}", "<em>in</em> <a href=\"../a/\">a</a>"),
        ("\\{{#include gone.rs}}", "<p>{{#include gone.rs}}</p>"),
        ("{{#title Other}}Text", "<p>Text</p>"),
        (
            "```rust\n# fn main() {\nlet a;\n## b\n# }\n```",
            "<code class=\"language-rust\">let a;\n# b\n</code>",
        ),
        ("```sh\n# shown\n```", "# shown"),
    ] {
        let built = mdbook(markdown);
        let page = if built.has("a/index.html") { "a/index.html" } else { "a.html" };
        let content = built.content(page).replace("href=\"a.html\"", "href=\"../a/\"");
        let content = without_colours(&content).replace("./a.html", "../a/");
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert!(!built.err.contains("src/a.md"), "{markdown}: {}", built.err);
    }
}

#[test]
fn what_cannot_be_brought_in_is_told_and_stays_as_text() {
    for (markdown, told) in [
        ("{{#include gone.rs}}", "there is no file `gone.rs` in this project"),
        ("{{#include x.rs:nine}}", "there is no `ANCHOR: nine` in src/x.rs"),
        (
            "{{#include ../../../etc/passwd}}",
            "there is no file `../../../etc/passwd` in this project",
        ),
        ("{{#include /etc/passwd}}", "there is no file `/etc/passwd` in this project"),
        ("{{#include round.md}}", "src/round.md is brought in again by what it brings in"),
    ] {
        let built = mdbook(markdown);
        assert!(
            built.err.contains(&format!("warning[include]: {told}")),
            "{markdown}: {}",
            built.err
        );
        assert!(built.err.contains("src/a.md:3:1"), "{}", built.err);
        let page = if built.has("a/index.html") { "a/index.html" } else { "a.html" };
        assert!(built.content(page).contains("{{#include"), "{markdown}");
    }
    // Elsewhere it is text, and nothing is read.
    let built = built("notes.txt", "{{#include b c.md}}");
    assert!(built.content("a/index.html").contains("{{#include b c.md}}"));
}

#[cfg(unix)]
#[test]
fn a_link_on_disk_leads_no_include_out_of_the_project() {
    let folder = Folder::new(&[
        ("book.toml", ""),
        ("src/SUMMARY.md", "- [A](a.md)\n"),
        ("src/a.md", "# A\n\n{{#include out.txt}}\n"),
    ]);
    std::os::unix::fs::symlink("/etc/hostname", folder.root().join("src/out.txt")).unwrap();
    assert!(
        folder.site().err.contains("warning[include]: there is no file `out.txt` in this project")
    );
}

#[test]
fn mkdocs_brings_in_snippets() {
    let files = [
        ("mkdocs.yml", "site_name: x\n"),
        ("docs/s.md", "<!-- --8<-- [start:one] -->\n*one*\n<!-- --8<-- [end:one] -->\n*two*\n"),
        ("docs/n.md", "--8<-- \"s.md:one\"\n"),
    ];
    for (markdown, expected) in [
        ("--8<-- \"s.md:one\"", "<p><em>one</em></p>"),
        ("--8<-- \"s.md:4:4\"", "<p><em>two</em></p>"),
        ("--8<-- \"n.md\"", "<p><em>one</em></p>"),
        ("```\n--8<-- \"s.md:one\"\n```", "<code>*one*\n</code>"),
        ("--8<--\ns.md:one\n--8<--", "<p><em>one</em></p>"),
        (";--8<-- \"s.md\"", "--8&lt;--"),
    ] {
        let folder = Folder::new(&files);
        folder.write("docs/a.md", format!("# A\n\n{markdown}\n"));
        let built = folder.site();
        let content = built.content("a/index.html").replace("–8", "--8").replace("&lt;–", "&lt;--");
        assert!(content.contains(expected), "{markdown}\n{content}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}: {}", built.err);
    }
}

#[test]
fn hostile_tags_are_read_in_linear_time() {
    for (config, text) in [
        ("_config.yml", "{% if x %}".repeat(20_000)),
        ("_config.yml", "{% raw %}".repeat(20_000) + &"{% endif %}".repeat(20_000)),
        ("_config.yml", "{{".repeat(300_000)),
        ("_config.yml", "{% \"".repeat(100_000)),
        ("hugo.toml", "{{< alert >}}\n".repeat(10_000) + &"{{< /alert >}}\n".repeat(10_000)),
        ("hugo.toml", "{{< x ".repeat(100_000)),
        ("zola.toml", "{% a() %}".repeat(20_000) + &"{% end %}".repeat(20_000)),
        (".gitbook.yaml", "{% hint %}\n".repeat(20_000)),
        ("mkdocs.yml", "--8<-- \"a.md\"\n".repeat(3_000)),
    ] {
        let built = Folder::new(&[(config, "docs_dir: .\n"), ("a.md", &text)]).site();
        assert!(built.has("a/index.html"), "{config}");
    }
}
