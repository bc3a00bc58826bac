//! Whatever bytes an essay, a template or a configuration holds: nothing crashes, nothing is lost in silence, and
//! what an author sees does not depend on the editor that wrote the file.

use crate::folder::{Built, Folder};

/// A project with an essay in each language of front matter, a template and contents, all of its files written by `write`.
fn written(write: impl Fn(&str) -> Vec<u8>) -> Built {
    let folder = Folder::new(&[]);
    for (path, text) in [
        (
            "book.toml",
            "[book]\ntitle = \"\"\"A\nbook\"\"\"\n[handbook.extra]\nlines = \"\"\"\none\ntwo\"\"\"\n",
        ),
        ("src/SUMMARY.md", "# Contents\n\n- [First](first.md)\n- [Second](second.md)\n"),
        (
            "src/first.md",
            "---\ntitle: First\ndescription: |\n  Two\n  lines.\ntags:\n  - one\n---\n\nWords  \nwords\\\nwords.\n\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n\n> [!NOTE]\n> Told.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<div>\nraw\n</div>\n\n:::tip\nA block.\n:::\n",
        ),
        (
            "src/second.md",
            "+++\ntitle = \"Second\"\ndescription = \"\"\"\nTwo\nlines.\"\"\"\n+++\n\n- one\n- two\n\n$$\nx^2\n$$\n",
        ),
        (
            "templates/toc.html",
            "<nav class=\"toc\">\n{% for h in page.toc %}\n{{ h.title }}\n{% endfor %}\n</nav>\n",
        ),
    ] {
        folder.write(path, write(text));
    }
    folder.site()
}

#[test]
fn line_ends_and_byte_order_marks_make_no_difference() {
    let plain = written(|text| text.as_bytes().to_vec());
    assert!(plain.read("second.html").contains("<math"));
    for (name, built) in [
        ("CRLF", written(|text| text.replace('\n', "\r\n").into_bytes())),
        ("a byte order mark", written(|text| format!("\u{feff}{text}").into_bytes())),
        ("both", written(|text| format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes())),
    ] {
        assert_eq!(built.warnings(), plain.warnings(), "{name}");
        let differing: Vec<_> = plain
            .files()
            .iter()
            .filter(|(path, bytes)| built.files().get(*path) != Some(bytes))
            .map(|(path, _)| path)
            .collect();
        assert!(differing.is_empty(), "{name}: {differing:?}");
        assert_eq!(built.files().len(), plain.files().len(), "{name}");
    }
}

#[test]
fn files_of_every_encoding_are_read_and_told() {
    let folder = Folder::new(&[
        ("book.toml", ""),
        ("content/empty.md", ""),
        ("content/white.md", " \n\t\n  \n"),
        ("content/nul.md", "# Nul\n\nBefore\0after \u{1b}[31m and \u{85}.\n"),
        ("content/page.md", "# A page\u{c}\n\nfrom\u{b}a word processor\n"),
    ]);
    let wide: Vec<u8> =
        "# Caf\u{e9}\r\n\r\nWide words.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("content/wide.md", &wide);
    folder.write("content/marked.md", [&b"\xFF\xFE"[..], &wide].concat());
    folder.write("content/latin.md", b"# Latin\n\ncaf\xE9 au lait\n");
    folder.write("templates/toc.html", b"<p>caf\xE9</p>");
    let built = folder.site();
    assert!(built.read("empty/index.html").contains("<h1>Empty</h1>"));
    assert!(built.read("white/index.html").contains("<h1>White</h1>"));
    assert!(
        built.content("nul/index.html").contains("Before\u{fffd}after \u{fffd}[31m and \u{fffd}.")
    );
    assert!(built.content("page/index.html").contains("from a word processor"));
    for page in ["wide", "marked"] {
        assert!(built.content(&format!("{page}/index.html")).contains("Wide words."), "{page}");
    }
    assert!(built.content("latin/index.html").contains("caf\u{fffd} au lait"));
    let told: Vec<_> = built.err.split("\n\n").filter(|told| told.starts_with("warning")).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn an_essay_too_long_to_be_one_is_told_and_left_out() {
    let folder = Folder::new(&[("a.md", "# A\n"), ("long.md", "")]);
    // A hole on the disk, as long as a file of words would be.
    let file = std::fs::File::options().write(true).open(folder.root().join("long.md")).unwrap();
    file.set_len(100_000_000).unwrap();
    let built = folder.site();
    assert!(built.has("a/index.html") && !built.has("long/index.html"));
    assert_eq!(
        built.warnings(),
        ["warning[unreadable]: long.md is too long to be an essay: 96 MB"]
    );
}

#[test]
fn a_line_may_have_any_length() {
    let built = Folder::new(&[("a.md", &format!("# A\n\n{}\n", "word ".repeat(40_000)))]).site();
    assert_eq!(built.content("a/index.html").matches("word").count(), 40_000);
}

/// Each pattern so deep that what reads it by recursion would not come back.
#[test]
fn nesting_has_no_depth_at_which_the_program_falls() {
    const DEEP: usize = 4_000;
    let around = |open: &str, close: &str| format!("{}x{}", open.repeat(DEEP), close.repeat(DEEP));
    let stairs = |line: &dyn Fn(usize) -> String| (0..300).map(line).collect::<String>();
    let essays: Vec<(&str, String)> = vec![
        ("quotes", around("> ", "")),
        ("lists", around("- ", "")),
        ("numbers", around("1. ", "")),
        ("both", around("> - ", "")),
        ("emphasis", around("*a ", " b*")),
        ("stars", around("*", "*")),
        ("brackets", around("[", "]")),
        ("links", around("[", "](b)")),
        ("pictures", around("![", "](b)")),
        ("quoted pictures", format!("> {}", around("![", "](b)"))),
        ("a figure", format!("![{}](b \"t\")", around("![", "](b)"))),
        ("elements", around("<div>", "</div>")),
        ("elements on lines", around("<div>\n\n", "\n\n</div>")),
        ("elements in a line", format!("a {}", around("<b>", "</b>"))),
        ("open elements", around("<table><tr><td>", "")),
        ("drawings", around("<svg>", "")),
        ("blocks", around(":::note\n", "\n:::")),
        ("headings in lists", format!("{}# x", "- ".repeat(DEEP))),
        ("callouts", stairs(&|depth| format!("{}[!NOTE]\n", "> ".repeat(depth + 1)))),
        ("admonitions", stairs(&|depth| format!("{}!!! note\n", "    ".repeat(depth)))),
        ("indented lists", stairs(&|depth| format!("{}- a\n", "  ".repeat(depth)))),
        ("tabs", around("<Tabs><TabItem>", "</TabItem></Tabs>")),
        ("braces", around("{", "}")),
        ("shortcodes", around("{{< a >}}", "{{< /a >}}")),
        ("hints", around("{% hint style=\"info\" %}\n", "\n{% endhint %}")),
        ("a formula", format!("${}$", around("{", "}"))),
        ("fractions", format!("${}$", around("\\frac{", "}{y}"))),
        ("powers", format!("$x{}$", around("^{x", "}"))),
        ("roots", format!("$${}$$", around("\\sqrt{", "}"))),
        ("fences", format!("${}$", around("\\left(", "\\right)"))),
        ("powers of powers", format!("$x{}$", "^x".repeat(1_500))),
        ("parts of a formula", format!("${}$", "\\sqrt".repeat(700))),
        ("wiki links", around("[[", "]]")),
        ("footnotes", around("[^a]: ", "")),
        ("terms", format!("a\n: {}", around(": ", ""))),
        ("code", format!("```rust\n{}\n```", around("{(", ")}"))),
        ("code of code", format!("```js\n{}\n```", around("`${", "}`"))),
        ("JSON", format!("```json\n{}\n```", around("[", "]"))),
        ("comments", around("<!-- ", "")),
    ];
    let folder = Folder::new(&[("mkdocs.yml", "site_name: x\n")]);
    for (name, text) in &essays {
        folder.write(&format!("docs/{}.md", name.replace(' ', "-")), format!("# T\n\n{text}\n"));
    }
    let built = folder.build(&[]);
    assert_eq!(built.code, 0, "{}", built.err);
    for (name, text) in &essays {
        let page = built.read(&format!("{}/index.html", name.replace(' ', "-")));
        // A page may hold a few times what its essay does, and what every page has.
        assert!(page.len() < text.len() * 60 + 100_000, "{name}: {} of {}", page.len(), text.len());
    }
}

/// Front matter, configuration and contents that name themselves without end, or lie deeper than anything reads.
#[test]
fn front_matter_and_configuration_that_grow_without_end_are_told() {
    let laughs: String = (0..30)
        .map(|n| match n {
            0 => "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned(),
            n => format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", ")),
        })
        .collect();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    for front in [
        format!("---\n{laughs}---\n"),
        format!("---\na: {}\n---\n", deep("[", "]")),
        format!("---\na: {}\n---\n", deep("{a: ", "}")),
        format!("---\na: {}\n---\n", "- ".repeat(20_000)),
        format!("+++\na = {}\n+++\n", deep("[", "]")),
        format!("+++\na = {}1{}\n+++\n", "{a=".repeat(20_000), "}".repeat(20_000)),
        format!("+++\n{} = 1\n+++\n", vec!["a"; 20_000].join(".")),
        format!("+++\n[{}]\n+++\n", vec!["a"; 20_000].join(".")),
    ] {
        let shown: String = front.chars().take(40).collect();
        let built = Folder::new(&[("a.md", &format!("{front}The text.\n"))]).site();
        assert!(built.content("a/index.html").contains("The text."), "{shown}");
        assert_eq!(built.warnings().len(), 1, "{shown}: {}", built.err);
    }
    for config in [
        format!("a = {}\n", deep("[", "]")),
        format!("{} = 1\n", vec!["a"; 20_000].join(".")),
        format!("[handbook.extra]\na = {}\n", deep("[", "]")),
    ] {
        let shown: String = config.chars().take(40).collect();
        let built = Folder::new(&[("book.toml", &config), ("a.md", "# A")]).build(&[]);
        assert_eq!(built.code, 2, "{shown}: {}", built.err);
        assert!(built.err.contains("error[config]"), "{shown}: {}", built.err);
    }
    for (path, text) in [
        ("sidebars.json", deep("[", "]")),
        ("sidebars.js", format!("module.exports = {{ a: {} }};", deep("[", "]"))),
        ("mkdocs.yml", format!("nav: {}\n", deep("[", "]"))),
        ("_toc.yml", format!("root: a\nchapters: {}\n", deep("[", "]"))),
        ("SUMMARY.md", (0..2_000).map(|n| format!("{}- [A](a.md)\n", "  ".repeat(n))).collect()),
        ("docusaurus.config.js", deep("{a: ", "}")),
        (".gitbook.yaml", format!("root: {}\n", deep("[", "]"))),
    ] {
        let built = Folder::new(&[(path, &text), ("a.md", "# A"), ("docs/b.md", "# B")]).build(&[]);
        assert_eq!(built.code, 0, "{path}: {}", built.err);
    }
}

#[test]
fn numbers_and_dates_of_any_size_are_no_panic() {
    for value in [
        "99999999999999999999999999999999",
        "-9223372036854775808",
        "1e999",
        ".inf",
        "-.inf",
        ".nan",
        "0x7fffffffffffffff",
        "9999-12-31",
        "9999-12-31T23:59:59-23:59",
        "-9999-01-01",
        "0000-01-01",
        "0000-00-00",
        "10000-01-01",
        "2024-02-30",
        "2024-12-31T23:59:60Z",
        "2024-12-31T25:00:00Z",
        "2024-01-01T00:00:00+99:99",
    ] {
        let text =
            format!("---\ndate: {value}\nweight: {value}\nupdated: {value}\n---\nThe text.\n");
        let built = Folder::new(&[
            ("book.toml", "[output.html]\nsite-url = \"https://example.org/\"\n"),
            ("content/a.md", &text),
            ("content/b.md", "# B"),
        ])
        .build(&[]);
        assert_eq!(built.code, 0, "{value}: {}", built.err);
        assert!(built.content("a/index.html").contains("The text."), "{value}");
    }
}
