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
        ("content/zero.md", "# Nul\n\nBefore\0after \u{1b}[31m and \u{85}.\n"),
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
        built.content("zero/index.html").contains("Before\u{fffd}after \u{fffd}[31m and \u{fffd}.")
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

/// A picture of one colour; `number` tells it from others.
fn picture(number: u8) -> Vec<u8> {
    [crate::folder::PICTURE.as_bytes(), &[number]].concat()
}

#[test]
fn a_tree_with_names_in_parts_gives_the_same_site_as_one_with_whole_letters() {
    use unicode_normalization::UnicodeNormalization;
    let build = |form: fn(&str) -> String| {
        let folder = Folder::new(&[]);
        for (path, text) in [
            ("Caf\u{e9}/_index.md", "# Caf\u{e9}"),
            (
                "Caf\u{e9}/\u{dc}ber uns.md",
                "---\ntags: [\u{dc}ber, Z]\n---\n# \u{dc}ber\n\n![B](b\u{fc}.gif)",
            ),
            (
                "start.md",
                "# Start\n\n[whole](Caf\u{e9}/\u{dc}ber%20uns.md) [parts](Cafe\u{301}/U\u{308}ber%20uns.md)\n\n![B](Caf\u{e9}/b\u{fc}.gif)",
            ),
        ] {
            folder.write(&form(path), text);
        }
        folder.write(&form("Caf\u{e9}/b\u{fc}.gif"), picture(1));
        folder.site()
    };
    let whole = build(|path| path.nfc().collect());
    let parts = build(|path| path.nfd().collect());
    assert_eq!(whole.files(), parts.files());
    assert_eq!(whole.dead_links(), [""; 0]);
}

#[test]
fn addresses_hold_only_names_that_every_disk_takes() {
    let long = "long ".repeat(45);
    let slug = "\u{e9}".repeat(300);
    let folder = Folder::new(&[
        ("CON.md", "# Con\n\n[to](nul.md) ![p](prn.gif) [folder](aux/why%3F.md)"),
        ("nul.md", "# Nul\n\n[to](CON.md)"),
        ("aux/why?.md", "# Why\n\n[up](../nul.md)"),
        ("aux/a: b.md", "# Colon\n\n[next](<why%3F.md>)"),
        ("com1.txt.md", "# Port"),
        ("dot..md", "# Dot"),
        ("slug.md", "---\nslug: \"What? *Now*. \"\n---\n# Slug"),
        ("path.md", "---\npath: lpt1/C:\\Users\\ana.\n---\n# Path"),
        (
            "old.md",
            "---\naliases: [com3, 'x?y', 'com5.html', '/prn/old. ', \"a/..//../b\"]\n---\n# Old",
        ),
        ("tag.md", "---\ntags: [con, AUX, 'why?', 'a/b', 'end.']\n---\n# Tags"),
        (
            "many.md",
            &format!(
                "---\nslug: {slug}\ntags: ['{slug}']\naliases: ['{slug}x', '{slug}y']\n---\n# Many"
            ),
        ),
        ("deep.md", &format!("---\npath: {}\n---\n# Deep", "folder/".repeat(300))),
        (&format!("{}.md", long.trim()), "# Long"),
    ]);
    folder.write("prn.gif", picture(1));
    folder.write("a*b.gif", picture(2));
    folder.write(&format!("{}.gif", "p".repeat(240)), picture(3));
    for style in ["directory", "file"] {
        folder.write("book.toml", format!("[handbook]\nurl-style = \"{style}\"\n"));
        let built = folder.site();
        for path in built.files().keys() {
            assert!(path.len() < 900, "{path}");
            for name in path.split('/') {
                let base = name.split('.').next().unwrap_or("").to_lowercase();
                let is_device = ["con", "prn", "aux", "nul", "com1", "com3", "com5", "lpt1"]
                    .contains(&base.as_str());
                let is_right = !is_device
                    && name.len() <= 250
                    && !name.contains(['<', '>', ':', '"', '|', '?', '*', '\\'])
                    && !name.contains(char::is_control)
                    && !name.ends_with(['.', ' ']);
                assert!(is_right, "{path} holds the name {name}");
            }
        }
        assert_eq!(built.dead_links(), [""; 0]);
        assert_eq!(built.warnings(), [""; 0], "{}", built.err);
        if style == "file" {
            let told: Vec<_> = built
                .err
                .split("\n\n")
                .filter(|note| note.starts_with("note[bad-address]"))
                .collect();
            insta::assert_snapshot!(told.join("\n"));
        }
    }
}

/// Two sources for one address, of whatever kinds: what is built is whole, and both are named.
#[test]
fn two_sources_for_one_address_are_both_named() {
    let essay = |front: &str, title: &str| format!("---\n{front}\n---\n# {title}\n");
    type Files = Vec<(&'static str, String)>;
    let cases: Vec<(&str, Files, [&str; 2])> = vec![
        ("essay and essay", vec![("b.md", "# B".into()), ("B.md", "# B".into())], ["b.md", "B.md"]),
        (
            "by slug",
            vec![("a.md", essay("slug: b", "A")), ("b.md", "# B".into())],
            ["a.md", "b.md"],
        ),
        (
            "by one capital",
            vec![("\u{3c3}.md", "# One".into()), ("\u{3c2}.md", "# Two".into())],
            ["\u{3c3}.md", "\u{3c2}.md"],
        ),
        (
            "by a sign",
            vec![("a?b.md", "# A".into()), ("a-b.md", "# A".into())],
            ["a?b.md", "a-b.md"],
        ),
        (
            "essay and alias",
            vec![("a.md", essay("aliases: [b]", "A")), ("b.md", "# B".into())],
            ["a.md", "b.md"],
        ),
        (
            "alias and alias",
            vec![("a.md", essay("aliases: [x]", "A")), ("b.md", essay("aliases: [X]", "B"))],
            ["a.md", "b.md"],
        ),
        (
            "asset and essay",
            vec![("a.gif", String::new()), ("x.md", essay("path: a.gif/b", "X"))],
            ["a.gif", "x.md"],
        ),
        ("asset and asset", vec![("a.pdf", "1".into()), ("A.pdf", "2".into())], ["a.pdf", "A.pdf"]),
        (
            "essay and made page",
            vec![("a.md", essay("path: 404.html", "A"))],
            ["a.md", "/404.html"],
        ),
        (
            "alias and made file",
            vec![("a.md", essay("aliases: [/robots.txt]", "A"))],
            ["robots.txt", "/robots.txt"],
        ),
        (
            "asset and index",
            vec![("pagefind/a.pdf", "1".into()), ("a.md", "# A".into())],
            ["pagefind/a.pdf", "/pagefind/"],
        ),
        (
            "essay and tag",
            vec![("tags/t.md", "# T".into()), ("a.md", essay("tags: [t]", "A"))],
            ["tags/t.md", "/tags/t/"],
        ),
    ];
    for (name, files, named) in cases {
        let folder = Folder::new(&[("z.md", "# Z")]);
        for (path, text) in &files {
            folder.write(path, text);
        }
        let built = folder.site();
        let told = built.warnings().join("\n");
        assert!(told.contains("warning[url-collision]"), "{name}: {}", built.err);
        assert!(named.iter().all(|named| told.contains(named)), "{name}: {told}");
        assert_eq!(built.dead_links(), [""; 0], "{name}");
    }
}

#[test]
fn tags_that_differ_by_form_only_are_one_and_all_others_have_pages_of_their_own() {
    let built = Folder::new(&[
        ("a.md", "---\ntags: [\u{dc}ber, 't', 'T!', 't 2', 't?']\n---\n# A"),
        ("b.md", "---\ntags: [U\u{308}ber]\n---\n# B"),
    ])
    .site();
    let page = built.read("tags/\u{fc}ber/index.html");
    assert!(page.contains(">A</a>") && page.contains(">B</a>"), "{:?}", built.files().keys());
    let pages: Vec<_> = built
        .files()
        .keys()
        .filter(|path| path.starts_with("tags/t") && path.ends_with("/index.html"))
        .collect();
    assert_eq!(pages.len(), 4, "{pages:?}");
    assert!(!built.err.contains("url-collision"), "{}", built.err);
}

/// Names of bytes that are no text in UTF-8, as archives from elsewhere leave them.
#[cfg(target_os = "linux")]
#[test]
fn files_with_names_in_another_encoding_are_built_and_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new(&[("z.md", "# Z")]);
    let name = |bytes: &'static [u8]| folder.root().join(OsStr::from_bytes(bytes));
    std::fs::write(name(b"caf\xe9.md"), "# One").unwrap();
    std::fs::write(name(b"caf\xe8.md"), "# Two").unwrap();
    std::fs::write(name(b"bild\xe9.gif"), picture(1)).unwrap();
    let built = folder.site();
    for title in ["One", "Two"] {
        let heading = format!("{title}</h1>");
        let is_there = |page: &Vec<u8>| String::from_utf8_lossy(page).contains(&heading);
        assert!(built.files().values().any(is_there), "{title} is lost");
    }
    assert_eq!(built.err.matches("it is not in UTF-8").count(), 2, "{}", built.err);
    assert_eq!(built.warnings().len(), 1, "{}", built.err);
}
