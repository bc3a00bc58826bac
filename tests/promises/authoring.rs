//! Tags are changed in all files at once, a book says what it holds, a new essay looks like its neighbours, and every
//! kind of message can be explained.

use std::collections::BTreeMap;

use crate::crawl::files_below;
use crate::folder::{Built, Folder};
use crate::terminal::Terminal;

/// Runs a command in the project's folder, on a day that stays.
fn run(folder: &Folder, arguments: &[&str]) -> Built {
    let mut command = folder.command(arguments);
    folder.run(command.current_dir(folder.root()).env("SOURCE_DATE_EPOCH", "1772323200"))
}

fn texts(folder: &Folder) -> BTreeMap<String, String> {
    let files = files_below(&folder.root()).into_iter();
    files.map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

fn tagged() -> Folder {
    Folder::new(&[
        ("book.toml", "[book]\ntitle = \"Lead\"\n"),
        (
            "content/flow.md",
            "---\ntitle: Flow\ntags: [trust, 'Feedback', \"hiring\"] # trust\nx: trust\n---\ntrust #trust\n",
        ),
        (
            "content/block.md",
            "---\r\ntags:\r\n  - \"Trust\"\r\n  - feedback # as told\r\n---\r\n\r\n# Block\r\n",
        ),
        ("content/text.md", "---\ntags: hiring, trust\ndate: 2026-02-01\n---\n# Text\n"),
        (
            "content/toml.md",
            "+++\ntitle = \"Toml\"\ndraft = true\nauthors = [\"Ada\"]\n[taxonomies]\ntags = [\n  'trust',\n  \"hiring\",\n]\n+++\n[f](flow.md)\n",
        ),
        ("content/none.md", "# None\n\ntags: trust\n"),
    ])
}

#[test]
fn a_tag_is_renamed_in_every_form_and_nothing_else_is() {
    let folder = tagged();
    let before = texts(&folder);
    let shown = run(&folder, &["tags", "rename", "trust", "Earned trust", "--dry-run"]);
    assert_eq!((shown.code, texts(&folder)), (0, before.clone()), "{}", shown.err);
    let renamed = run(&folder, &["tags", "rename", "trust", "Earned trust"]);
    assert_eq!(renamed.code, 0, "{}", renamed.err);
    let now = texts(&folder);
    let changed = |path: &str, pairs: &[(&str, &str)]| {
        let text =
            pairs.iter().fold(before[path].clone(), |text, (old, new)| text.replacen(old, new, 1));
        assert_eq!(now[path], text, "{path}");
    };
    changed("content/flow.md", &[("[trust,", "[Earned trust,")]);
    changed("content/block.md", &[("\"Trust\"", "\"Earned trust\"")]);
    changed("content/text.md", &[("tags: hiring, trust", "tags: hiring, Earned trust")]);
    changed("content/toml.md", &[("'trust'", "'Earned trust'")]);
    changed("content/none.md", &[]);
    insta::assert_snapshot!(format!("{}\n=== then\n{}", shown.out, renamed.out));
}

#[test]
fn tags_are_merged_and_said_once() {
    let folder = tagged();
    let merged = run(&folder, &["tags", "merge", "trust", "Feedback", "--into", "people"]);
    assert_eq!(merged.code, 0, "{}", merged.err);
    let now = texts(&folder);
    assert!(now["content/flow.md"].contains("tags: [people, \"hiring\"] # trust"));
    assert!(now["content/block.md"].contains("tags:\r\n  - \"people\"\r\n---\r\n"));
    assert_eq!(run(&folder, &["tags", "--format", "csv"]).out.lines().count(), 3);
    let mut told = String::new();
    for arguments in [
        &["rename", "poeple", "x"][..],
        &["rename", "people", "hiring"],
        &["merge", "nothing", "--into", "x"],
    ] {
        let refused = run(&folder, &[&["tags"], arguments].concat());
        assert_eq!(refused.code, 2);
        told.push_str(&refused.err);
    }
    assert_eq!(texts(&folder), now);
    insta::assert_snapshot!(told);
}

#[test]
fn tags_in_the_text_of_a_vault_are_changed_too() {
    let folder = Folder::new(&[
        (".obsidian/app.json", "{}"),
        ("a.md", "---\ntags: [x]\n---\n#trust and #trust/deep, `#trust` a#trust\n\n# trust\n"),
    ]);
    assert_eq!(run(&folder, &["tags", "rename", "trust", "faith"]).code, 0);
    assert_eq!(
        texts(&folder)["a.md"],
        "---\ntags: [x]\n---\n#faith and #trust/deep, `#trust` a#trust\n\n# trust\n"
    );
    let refused = run(&folder, &["tags", "rename", "faith", "good faith"]);
    assert_eq!(refused.code, 1, "a tag in the text has no spaces");
    assert!(refused.err.contains("have to be changed by hand"), "{}", refused.err);
    assert_eq!(refused.out.trim(), "Nothing was changed.");
}

#[test]
fn a_book_says_what_it_holds() {
    let folder = tagged();
    let mut told = String::new();
    for arguments in [
        &["list"][..],
        &["list", "drafts"],
        &["list", "tags"],
        &["list", "authors", "--format", "json"],
        &["list", "orphans", "--format", "csv"],
        &["tags"],
    ] {
        let listed = run(&folder, arguments);
        assert_eq!((listed.code, listed.err.as_str()), (0, ""), "{arguments:?}");
        assert!(!listed.out.contains('\u{1b}'), "no colours where nobody sees them");
        told.push_str(&format!("=== {}\n{}", arguments.join(" "), listed.out));
    }
    let rows: serde_json::Value =
        serde_json::from_str(&run(&folder, &["list", "--format", "json"]).out).unwrap();
    assert_eq!(rows.as_array().map(Vec::len), Some(5));
    insta::assert_snapshot!(told);
}

#[test]
fn a_new_essay_looks_like_its_neighbours() {
    for (files, arguments, path, text) in [
        (
            &[(
                "content/trust/first-steps.md",
                "+++\ntitle = \"First\"\ndate = 2026-01-01\nweight = 3\ntags = [\"Trust\"]\n+++\n",
            )][..],
            &[
                "Giving credit: in public",
                "--section",
                "trust",
                "--tags",
                "trust,praise",
                "--draft",
            ][..],
            "content/trust/giving-credit-in-public.md",
            "+++\ntitle = \"Giving credit: in public\"\ndate = 2026-03-01\ndraft = true\nweight = 4\ntags = [\"Trust\", \"praise\"]\n+++\n\n",
        ),
        (
            &[("Our Values.md", "# V\n"), ("Who We Are.md", "# W\n")],
            &["How we / decide", "--from", "decision"],
            "How we - decide.md",
            "# How we / decide\n\n**Decided on 2026-03-01.**",
        ),
        (
            &[("01_a.md", "---\ntitle: A\n---\n"), ("09_b.md", "---\ntitle: B\n---\n")],
            &["Third", "--author", "Ada"],
            "10_third.md",
            "---\ntitle: Third\ndate: 2026-03-01\nauthors: [Ada]\n---\n\n",
        ),
        (
            &[
                ("a/index.md", "---\ntitle: \"A: b\"\n---\n"),
                ("b/index.md", "---\ntitle: B\n---\n"),
            ],
            &["yes"],
            "yes/index.md",
            "---\ntitle: \"yes\"\ndate: 2026-03-01\n---\n\n",
        ),
        (
            &[
                ("posts/2026-01-02-one.md", "---\ntitle: A\n---\n"),
                (
                    "templates/new/mine.md",
                    "{{ title | upper }} {{ date }} {{ section }} {{ tags | join(sep=\", \") }}",
                ),
            ],
            &["Two", "--section", "Posts", "--from", "mine", "--tags", "x"],
            "posts/2026-03-01-two.md",
            "---\ntitle: Two\ndate: 2026-03-01\ntags: [x]\n---\n\nTWO 2026-03-01 Posts x\n",
        ),
    ] {
        let folder = Folder::new(files);
        let new = run(&folder, &[&["new"], arguments].concat());
        assert_eq!(new.code, 0, "{arguments:?}: {}", new.err);
        assert_eq!(new.out.trim(), path);
        let now = texts(&folder);
        assert!(now[path].starts_with(text), "{path}: {}", now[path]);
        assert_eq!(folder.site().warnings(), Vec::<&str>::new());
        let again = run(&folder, &[&["new"], arguments].concat());
        if path != "10_third.md" {
            assert_eq!(again.code, 2, "nothing is written over");
            assert_eq!(texts(&folder)[path], now[path]);
        }
    }
}

#[test]
fn what_a_new_essay_lacks_is_told() {
    let folder = Folder::new(&[
        ("book.toml", "[book]\ntitle = \"B\"\n"),
        ("src/SUMMARY.md", "- [A](trust/a.md)\n"),
        ("src/trust/a.md", "---\ntags: [hiring]\n---\n# A\n"),
        ("templates/new/wrong.md", "{{ titel }}"),
    ]);
    let mut told = String::new();
    for arguments in [
        &["new"][..],
        &["new", "  "],
        &["new", "T", "--section", "trsut"],
        &["new", "T", "--from", "decison"],
        &["new", "T", "--from", "wrong"],
        &["new", "T", "--tags", "hirring", "--section", "Growing people"],
    ] {
        let new = run(&folder, arguments);
        told.push_str(&format!(
            "=== {} ends with {}\n{}{}\n",
            arguments.join(" "),
            new.code,
            new.out,
            new.err
        ));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn run_bare_in_a_terminal_it_asks() {
    let folder = Folder::new(&[("trust/a.md", "---\ntags: [hiring]\n---\n# A\n")]);
    let line = format!("'{}' new", env!("CARGO_BIN_EXE_sternpost"));
    let terminal = Terminal::run(&line, |command| {
        command.current_dir(folder.root()).env("SOURCE_DATE_EPOCH", "1772323200");
    });
    let Some(mut terminal) = terminal else { return };
    // The title; one line down, the first section; the first pattern; two tags.
    let mut said = terminal.wait_for("Title");
    terminal.type_in("Giving credit\r\x1b[B\r\rhiring, praise\r");
    said.push_str(&terminal.end());
    assert!(said.contains("there are hiring"), "{said}");
    let text = &texts(&folder)["trust/giving-credit.md"];
    assert!(
        text.starts_with(
            "---\ntitle: Giving credit\ndate: 2026-03-01\ntags: [hiring, praise]\n---\n"
        ),
        "{text}"
    );
}

#[test]
fn every_kind_of_message_can_be_explained() {
    let folder = Folder::new(&[]);
    let shown = run(&folder, &["explain", "broken-link"]);
    assert_eq!(run(&folder, &["explain", "warning[broken-link]:"]).out, shown.out);
    let unknown = run(&folder, &["explain", "broken-lnk"]);
    assert_eq!(unknown.code, 2);
    let all = run(&folder, &["explain"]);
    insta::assert_snapshot!(format!(
        "{}\n=== broken-lnk\n{}\n=== all\n{}",
        shown.out, unknown.err, all.out
    ));
}

#[test]
fn the_guide_s_page_on_messages_is_the_program_s() {
    let folder = Folder::new(&[]);
    let page = run(&folder, &["explain", "--page"]).out;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/messages.md");
    let written = std::fs::read_to_string(file).unwrap();
    assert!(written == page, "write it anew: sternpost explain --page > docs/guide/messages.md");
    for line in run(&folder, &["explain"]).out.lines().take_while(|line| !line.is_empty()) {
        let code = line.split(' ').next().unwrap();
        assert!(page.contains(&format!("\n## {code}\n")), "{code}");
        assert_eq!(run(&folder, &["explain", code]).code, 0);
    }
}

#[test]
fn tags_that_follow_the_one_they_become_go() {
    let folder = Folder::new(&[("a.md", "---\ntags: [lead, leadership, leading, x]\n---\n")]);
    let merge = ["tags", "merge", "leadership", "leading", "--into", "lead"];
    assert_eq!(run(&folder, &merge).code, 0);
    assert_eq!(texts(&folder)["a.md"], "---\ntags: [lead, x]\n---\n");
}

#[test]
fn nothing_is_begun_where_essays_are_not_read() {
    let folder = Folder::new(&[("index.md", "# Home\n")]);
    folder.site();
    for section in ["book", "book/deep"] {
        let new = run(&folder, &["new", "Notes", "--section", section]);
        assert_eq!(new.code, 2, "{section}: {}", new.out);
        assert!(new.err.contains("is not read as part of the handbook"), "{}", new.err);
    }
}

#[test]
fn a_pattern_with_front_matter_of_its_own_swallows_nothing() {
    let asked = ["--draft", "--tags", "feedback,trust", "--author", "Ana"];
    let begin = |pattern: &str, title: &str| {
        let folder = Folder::new(&[("a.md", "# A\n"), ("templates/new/essay.md", pattern)]);
        let new = run(&folder, &[&["new", title], &asked[..]].concat());
        let text = texts(&folder).remove(new.out.trim()).unwrap_or_default();
        (new, text)
    };
    for (pattern, text) in [
        (
            "---\ntitle: \"{{ title }}\"\n---\n\nText",
            "---\ntitle: \"Wip\"\nauthors:\n  - Ana\ntags:\n  - feedback\n  - trust\ndraft: true\n---\n\nText\n",
        ),
        (
            "+++\ntitle = {{ title | json_encode }}\ntags = ['trust']\n[extra]\nx = 1\n+++\n\nText",
            "+++\ntitle = \"Wip\"\ntags = ['trust', 'feedback']\nauthors = [\"Ana\"]\ndraft = true\n[extra]\nx = 1\n+++\n\nText\n",
        ),
        (
            "---\ntitle: x\ntags:\ndraft: {{ draft }}\nauthor: {{ author }}\n---\n",
            "---\ntitle: x\ntags: [feedback, trust]\ndraft: true\nauthor: Ana\n---\n",
        ),
    ] {
        assert_eq!(begin(pattern, "Wip").1, text);
    }
    let (_, quoted) = begin("---\ntitle: {{ title | json_encode }}\n---\n", "The \"good\": one");
    assert!(quoted.starts_with("---\ntitle: \"The \\\"good\\\": one\"\n"), "{quoted}");
    let mut told = String::new();
    for pattern in ["---\ntitle: \"{{ title }}\"\n---\n", "---\ntitle: x\ndraft: false\n---\n"] {
        let (new, text) = begin(pattern, "The \"good\": one");
        assert_eq!((new.code, text.as_str()), (2, ""), "{}", new.out);
        told.push_str(&new.err);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_long_title_makes_a_name_of_whole_words() {
    let folder = Folder::new(&[("a.md", "# A\n")]);
    let title = ["trust"; 60].join(" ");
    let path = run(&folder, &["new", &title]).out;
    assert_eq!(path.trim(), format!("{}.md", ["trust"; 13].join("-")));
    assert!(texts(&folder)[path.trim()].contains(&title), "the title stays whole");
    let one = run(&folder, &["new", &"\u{fc}".repeat(300)]).out;
    assert_eq!(one.trim(), format!("{}.md", "\u{fc}".repeat(80)));
}
