//! Front matter refines and is never required, whatever language or program it was written for; a
//! slip in it gets a message that says what to type, and costs nothing but the key it is in.

use crate::folder::Folder;

/// Builds one essay with this text and gives its page.
fn page(text: &str) -> String {
    Folder::new(&[("essay.md", text), ("other.md", "# Other\n")]).site().read("essay/index.html")
}

#[test]
fn all_keys_in_toml_and_in_yaml_say_the_same() {
    let toml = "+++\ntitle = \"A title\"\ndescription = \"What it says.\"\ndate = 2026-03-01\nupdated = 2026-04-02\n\
                authors = [\"Ana\", \"Bo\"]\ntags = [\"trust\", \"credit\"]\nweight = 3\n[extra]\ncolour = \"red\"\n+++\nText.\n";
    let yaml = "---\ntitle: A title\ndescription: What it says.\ndate: 2026-03-01\nupdated: 2026-04-02\n\
                author: Ana, Bo\ntags: trust, credit\nweight: 3\ncolour: red\n...\nText.\n";
    let page_of_toml = page(toml);
    assert_eq!(page_of_toml, page(yaml));
    for shown in [
        "A title",
        "What it says.",
        "2026-03-01",
        "2026-04-02",
        ">Ana<",
        ">Bo<",
        ">trust<",
        ">credit<",
    ] {
        assert!(page_of_toml.contains(shown), "{shown} is missing");
    }
}

#[test]
fn keys_of_other_programs_are_understood() {
    for (text, shown) in [
        ("---\nsidebar_label: From Docusaurus\n---\nx", "<h1>From Docusaurus</h1>"),
        ("---\nlinkTitle: From Hugo\n---\nx", "<h1>From Hugo</h1>"),
        ("---\nlastmod: 2024-05-06\n---\nx", "2024-05-06"),
        ("---\npubdate: 2024-05-06 10:00:00 +0200\n---\nx", "2024-05-06T10:00:00+02:00"),
        ("---\nkeywords: one, two\n---\nx", ">two<"),
        ("+++\n[taxonomies]\ntags = [\"from zola\"]\n+++\nx", ">from zola<"),
        ("---\nauthors:\n  - name: Cleo\n    role: x\n---\nx", ">Cleo<"),
        ("---\ntitle: 2023\n---\nx", "<h1>2023</h1>"),
        ("---\ntags: null\naliases:\n---\nSound", "<p>Sound</p>"),
    ] {
        let page = page(text);
        assert!(page.contains(shown), "{text:?} does not show {shown:?}");
    }
    let moved = Folder::new(&[(
        "a.md",
        "---\npermalink: /new/place/\nredirect_from: /old/place/\n---\n# A",
    )])
    .site();
    assert!(moved.read("old/place/index.html").contains("url=../../new/place/"));
    assert!(moved.has("new/place/index.html"));
    let hidden =
        Folder::new(&[("a.md", "---\npublished: false\n---\n# A"), ("b.md", "# B")]).site();
    assert!(!hidden.has("a/index.html"));
}

#[test]
fn a_rule_at_the_top_stays_a_rule() {
    for text in [
        "---\n\nA line of prose, and no end.\n",
        "-----\ntitle: x\n-----\n",
        "---\n\nOne paragraph of prose between two rules.\n\n---\n\nMore.\n",
        "--- \n\n---\n",
    ] {
        let page = page(text);
        assert!(page.contains("<hr />") || page.contains("<h2"), "{text:?} lost its rule: {page}");
    }
}

/// Each slip with the message that an author reads, or none where what was typed means what was meant. The essay is
/// built, with its text, every time.
#[test]
fn every_slip_is_told_with_what_to_type() {
    let slips = [
        "---\ntitle: Trust: a guide\n---\nThe text.",
        "---\ntitle: \"Trust\n---\nThe text.",
        "---\ntitle: 'It's ours'\n---\nThe text.",
        "---\ntitle: \"He said \"no\" to it\"\n---\nThe text.",
        "---\ntitle: \u{201c}Trust\u{201d}\n---\nThe text.",
        "---\ntitle:\tTrust\n\tdate: x\n---\nThe text.",
        "---\ntitle: Trust\n tags: [a]\n---\nThe text.",
        "---\ntitle Trust\n---\nThe text.",
        "---\ntitle:Trust\n---\nThe text.",
        "---\ntitle = \"Trust\"\n---\nThe text.",
        "---\ntitle\u{ff1a} Trust\n---\nThe text.",
        "---\ntitle:\u{a0}Trust\n---\nThe text.",
        "---\n\u{a0}title: Trust\n---\nThe text.",
        "---\nTitle: Trust\n---\nThe text.",
        "---\ntitel: Trust\n---\nThe text.",
        "---\nTITLE: Trust\nTags: a\n---\nThe text.",
        "---\ntitle: Fine\ntags: [a, b\n---\nThe text.",
        "---\ntitle: Fine\ntags: a, b]\n---\nThe text.",
        "---\ntags: [a b]\ntags: c\n---\nThe text.",
        "---\ntags:\n- a\n -b\n---\nThe text.",
        "---\ntags:\n-a\n-b\n---\nThe text.",
        "---\ntags:\n  - a\n - b\n---\nThe text.",
        "---\ntitle: [a, b]\n---\nThe text.",
        "---\ntitle:\n  - a\n---\nThe text.",
        "---\ntags: {a: b}\n---\nThe text.",
        "---\ndate: 2025-06-31\n---\nThe text.",
        "---\ndate: last spring\n---\nThe text.",
        "---\ndate: 31.12.2025\n---\nThe text.",
        "---\ndate: 12/31/2025\n---\nThe text.",
        "---\ndate: 2025/12/31\n---\nThe text.",
        "---\ndate: 2025-1-5\n---\nThe text.",
        "---\ndate: 20251231\n---\nThe text.",
        "---\ndate: \"March 1, 2026\"\n---\nThe text.",
        "---\ndate: 2026-03-01 9:30\n---\nThe text.",
        "---\nweight: first\n---\nThe text.",
        "---\nweight: 1,5\n---\nThe text.",
        "---\nweight: -3\n---\nThe text.",
        "---\nweight: \"3\"\n---\nThe text.",
        "---\ndraft: maybe\n---\nThe text.",
        "---\ndraft: ture\n---\nThe text.",
        "---\ndraft: no // for now\n---\nThe text.",
        "---\ndraft: 1\n---\nThe text.",
        "---\nextra: 3\n---\nThe text.",
        "---\ntitle: @home\n---\nThe text.",
        "---\ntitle: `code`\n---\nThe text.",
        "---\ntitle: 50% more\n---\nThe text.",
        "---\ntitle: %share\n---\nThe text.",
        "---\ntitle: *bold*\n---\nThe text.",
        "---\ntitle: #1 rule\n---\nThe text.",
        "---\ntitle: Trust # it\n---\nThe text.",
        "---\ntitle: - dash\n---\nThe text.",
        "---\ntitle: !important\n---\nThe text.",
        "---\ntitle: Yes: {no}\n---\nThe text.",
        "---\ntitle: {{ name }}\n---\nThe text.",
        "---\n// title: Trust\n---\nThe text.",
        "---\ntitle: \"Trust\",\ndate: 2026-01-01\n---\nThe text.",
        "---\n- a\n- b: c\n---\nThe text.",
        "---\ndescription: >\nNot indented\ndate: 2026-01-01\n---\nThe text.",
        "---\npath: \"C:\\Users\\ana\"\n---\nThe text.",
        "---\naliases: old/page\n---\nThe text.",
        "---\ntemplate: page\n---\nThe text.",
        "---\ntoc: none\n---\nThe text.",
        "+++\ntitle: \"x\"\n+++\nThe text.",
        "+++\ntitle = x\n+++\nThe text.",
        "+++\ntitle = 'it's'\n+++\nThe text.",
        "+++\ndate = 2025-02-30\n+++\nThe text.",
        "+++\ndate = 2025-2-3\n+++\nThe text.",
        "+++\ndate = 31.12.2025\n+++\nThe text.",
        "+++\ntags = [\"a\" \"b\"]\n+++\nThe text.",
        "+++\ntags = [a, b]\n+++\nThe text.",
        "+++\ntags = \"a\", \"b\"\n+++\nThe text.",
        "+++\ntags = [\"a\",, \"b\"]\n+++\nThe text.",
        "+++\nauthors = [1, 2]\ndraft = \"nope\"\n+++\nThe text.",
        "+++\nweight = 1.5.2\n+++\nThe text.",
        "+++\nweight = 1,5\n+++\nThe text.",
        "+++\nweight = 007\n+++\nThe text.",
        "+++\ndraft = True\n+++\nThe text.",
        "+++\ndraft = yes\n+++\nThe text.",
        "+++\ntitle = \"a \"quoted\" b\"\n+++\nThe text.",
        "+++\ntitle = \u{201c}Trust\u{201d}\n+++\nThe text.",
        "+++\npath = \"C:\\Users\\ana\"\n+++\nThe text.",
        "+++\ntitle = \"a\"\ntitle = \"b\"\n+++\nThe text.",
        "+++\n[extra]\na = 1\n[extra]\nb = 2\n+++\nThe text.",
        "+++\n[extra\na = 1\n+++\nThe text.",
        "+++\n[extra]\ntitle = \"x\"\n+++\nThe text.",
        "+++\nmy title = \"x\"\n+++\nThe text.",
        "+++\ntitle = \"x\",\n+++\nThe text.",
        "+++\n// title = \"x\"\ntitle = \"y\"\n+++\nThe text.",
        "+++\ntitle = \"x\" // comment\n+++\nThe text.",
        "+++\ntitle = \"\"\"x\n+++\nThe text.",
        "+++\ntitle =\"x\" date = 2026-01-01\n+++\nThe text.",
        "+++\ntitel = \"x\"\n+++\nThe text.",
        "+++\n\u{e9}t\u{e9} = \"x\"\n+++\nThe text.",
        "+++\ntitle\u{a0}= \"x\"\n+++\nThe text.",
        "+++\ntitle =\n+++\nThe text.",
        "+++\n= \"x\"\n+++\nThe text.",
        "+++\ntitle\n+++\nThe text.",
        "+++\ntitle == \"x\"\n+++\nThe text.",
        "+++\ntitle = \"tab\there\"\n+++\nThe text.",
        "+++\ntitle = \"one\ntwo\"\n+++\nThe text.",
        "---\ntitle: A\n+++\nThe text.",
        "+++\ntitle = \"A\"\n---\nThe text.",
        "---\ntitle: A\n\nThe text.",
        "+++\ntitle = \"A\"\n\nThe text.",
        "----\ntitle: A\n----\nThe text.",
        "--- \ntitle: A\n --- \nThe text.",
        " ---\ntitle: A\n---\nThe text.",
        "\n---\ntitle: A\n---\nThe text.",
        "# H\n\n---\ntitle: A\n---\nThe text.",
        "\u{feff}---\ntitle: A\n---\nThe text.",
        "\u{2014}\ntitle: A\n\u{2014}\nThe text.",
        "```yaml\ntitle: A\n```\nThe text.",
        "---\ntitle: A\n---The text.",
        "--- title: A ---\nThe text.",
        "---yaml\ntitle: A\n---\nThe text.",
        "++++\ntitle = \"A\"\n++++\nThe text.",
        "---\ntitle: A\n...\nThe text.",
        "---toml\ntitle = \"A\"\n---\nThe text.",
        "{\n\"title\": \"A\"\n}\nThe text.",
        "---\ntitle: A\n---\n---\ndate: x\n---\nThe text.",
        "\u{200b}---\ntitle: A\n---\nThe text.",
        "title: A\ndate: 2026-01-01\n\nThe text.",
        "\u{2013}--\ntitle: A\n---\nThe text.",
        "-- -\ntitle: A\n-- -\nThe text.",
    ];
    let folder = Folder::new(&[]);
    for (at, slip) in slips.iter().enumerate() {
        folder.write(&format!("slip-{at:03}.md"), slip);
    }
    let built = folder.site();
    let mut told = String::new();
    for (at, slip) in slips.iter().enumerate() {
        let page = built.read(&format!("slip-{at:03}/index.html"));
        assert!(page.contains("The text."), "{slip:?} lost its text");
        let place = format!("slip-{at:03}.md");
        let of_it = |message: &&str| message.starts_with("warning") && message.contains(&place);
        let messages: Vec<_> = built.err.split("\n\n").filter(of_it).collect();
        told.push_str(&format!(
            "=== {slip:?}\n{}\n",
            messages.join("\n").replace(&place, "essay.md")
        ));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_can_be_read_beside_a_slip_is_kept() {
    let page =
        page("---\ntitle: Trust: a guide\ndate: 2026-05-01\ntags:\n  - one\n  - two\n---\nText.");
    for shown in ["Trust: a guide", "2026-05-01", ">two<"] {
        assert!(page.contains(shown), "{shown} is missing");
    }
}
