//! Code is coloured by classes when the site is built, with lines marked and a caption where its author asks.

use crate::folder::{Built, Folder, without_colours};

fn built(config: &str, markdown: &str) -> Built {
    Folder::new(&[("book.toml", config), ("content/a.md", &format!("# A\n\n{markdown}\n"))]).site()
}

fn content(markdown: &str) -> String {
    built("", markdown).content("a/index.html")
}

#[test]
fn languages_are_coloured_like_this() {
    let mut shown = String::new();
    for (language, code) in [
        (
            "rust",
            "/// Doc\n#[derive(Debug)]\npub fn main() -> Option<u8> {\n    let x = \"a\\n{x}\"; // c\n    Some(1)\n}",
        ),
        (
            "py",
            "@cached\ndef f(x: int) -> str:\n    \"\"\"Doc.\"\"\"\n    return f\"{x} is {None}\" + str(1.5)",
        ),
        ("javascript", "const a = `x${b + 1}`;\nclass A extends B { f() { return null; } }"),
        ("tsx", "const a: string = <p className=\"x\">{b}</p>;"),
        ("sh", "for f in *.md; do\n  echo \"$f\" | wc -l  # count\ndone"),
        ("yaml", "title: A book\ntags: [a, 2]  # why\n"),
        ("toml", "[book]\ntitle = \"A\"\nn = 1"),
        ("json", "{ \"a\": [1, true, \"x\"] }"),
        ("html", "<p class=\"x\">a &amp; b</p><!-- c -->"),
        ("css", ".a { color: #fff; margin: 1px }"),
        ("sql", "SELECT count(*) FROM crew WHERE name = 'Ada';"),
        ("diff", "-old\n+new\n same"),
    ] {
        let content = content(&format!("```{language}\n{code}\n```"));
        let plain = without_colours(&content);
        let text = code.trim_end().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(plain.contains(&text), "{language}\n{content}");
        shown.push_str(&format!("=== {language}\n{content}\n\n"));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_has_no_colours_is_plain() {
    for markdown in [
        "```\nlet x = 1;\n```",
        "```text\nlet x = 1;\n```",
        "```seafaring\nlet x = 1;\n```",
        "    let x = 1;",
        "```mermaid\ngraph TD\n```",
    ] {
        let built = built("", markdown);
        assert!(!built.content("a/index.html").contains("hl-"), "{markdown}");
        assert_eq!(built.warnings(), [""; 0], "{markdown}");
    }
    let long = format!("```js\nlet x = \"{}\";\n```", "a".repeat(3_000));
    assert!(!content(&long).contains("hl-"));
    let large = format!("```js\n{}```", "let x = 1;\n".repeat(20_000));
    assert!(!content(&large).contains("hl-"));
    let off = built("[handbook]\nhighlight = false\n", "```rust {1}\nlet x = 1;\n```");
    assert!(
        off.content("a/index.html")
            .contains("<code class=\"language-rust\"><mark>let x = 1;\n</mark></code>")
    );
}

#[test]
fn lines_are_marked_and_code_has_a_caption() {
    for info in [
        "text {2,4-5}",
        "text{2,4-5}",
        "text hl_lines=\"2 4-5\"",
        "text,hl_lines=2 4-5",
        "text {hl_lines=[2,\"4-5\"]}",
    ] {
        let content = content(&format!("```{info}\na\nb\nc\nd\ne\n```"));
        assert!(
            content.contains("a\n<mark>b\n</mark>c\n<mark>d\n</mark><mark>e\n</mark></code>"),
            "{info}\n{content}"
        );
    }
    let content = content("```rust title=\"src/<main>.rs\"\nlet x;\n```");
    assert!(content.starts_with("<figure class=\"code\"><figcaption>src/&lt;main&gt;.rs</figcaption>\n<pre tabindex=\"0\">"), "{content}");
    assert!(content.ends_with("</code></pre>\n</figure>"));
}

#[test]
fn turning_colours_off_changes_the_pages_that_are_there() {
    let folder = Folder::new(&[("content/a.md", "# A\n\n```rust\nlet x;\n```"), ("book.toml", "")]);
    assert!(folder.site().read("a/index.html").contains("hl-k"));
    folder.write("book.toml", "[handbook]\nhighlight = false\n");
    assert!(!folder.site().read("a/index.html").contains("hl-k"));
}

#[test]
fn feeds_have_plain_code() {
    let config = "[output.html]\nsite-url = \"https://example.org/\"\n";
    let text = "---\ndate: 2026-01-01\n---\n# A\n\n```rust\nlet x;\n```";
    let built = Folder::new(&[("book.toml", config), ("content/a.md", text)]).site();
    for (path, bytes) in built.files().iter().filter(|(path, _)| path.ends_with(".xml")) {
        assert!(!String::from_utf8_lossy(bytes).contains("hl-k"), "{path}");
    }
    assert!(built.read("a/index.html").contains("hl-k"));
}

/// The colours of code on the shade behind it and on that of a marked line, by WCAG 2.2, 1.4.3.
#[test]
fn colours_of_code_can_be_read() {
    let css = include_str!("../../templates/code.css");
    let style = include_str!("../../templates/style.css");
    let pair = |css: &str, name: &str| -> [String; 2] {
        let (_, rest) = css.split_once(&format!("--{name}: light-dark(")).unwrap();
        let (light, dark) = rest.split_once(')').unwrap().0.split_once(", ").unwrap();
        [light.to_owned(), dark.to_owned()]
    };
    let [shade, mark] = [pair(style, "shade"), pair(css, "code-mark")];
    for name in ["comment", "keyword", "string", "number", "function", "type", "removed"] {
        let colours = pair(css, &format!("code-{name}"));
        for scheme in 0..2 {
            for behind in [&shade[scheme], &mark[scheme]] {
                let contrast = contrast(&colours[scheme], behind);
                assert!(contrast >= 4.5, "{name} on {behind}: {contrast:.2}");
            }
        }
    }
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}
