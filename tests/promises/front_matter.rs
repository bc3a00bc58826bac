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

/// Each slip with the message that an author reads. The essay is built, with its text, every time.
#[test]
fn every_slip_is_told_with_what_to_type() {
    let slips = [
        "---\ntitle: Trust: a guide\n---\nThe text.",
        "---\ntitle: \"Trust\n---\nThe text.",
        "---\ntitle:\tTrust\n\tdate: x\n---\nThe text.",
        "---\ntitle: One\ntitle: Two\n---\nThe text.",
        "---\ntitle: @home\n---\nThe text.",
        "---\ntitle: Fine\ntags: [a, b\n---\nThe text.",
        "---\ntitle: [a, b]\n---\nThe text.",
        "---\ndate: 2025-06-31\n---\nThe text.",
        "---\ndate: last spring\n---\nThe text.",
        "---\nweight: first\n---\nThe text.",
        "---\ndraft: maybe\n---\nThe text.",
        "---\nextra: 3\n---\nThe text.",
        "---\ntags:\n  a: b\n---\nThe text.",
        "+++\ntitle = Trust\n+++\nThe text.",
        "+++\ntitle: \"Trust\"\n+++\nThe text.",
        "+++\ntitle = \"Trust\n+++\nThe text.",
        "+++\ntitle = \"a\"\ntitle = \"b\"\n+++\nThe text.",
        "+++\ndate = 2025-02-30\n+++\nThe text.",
        "+++\ntags = [\"a\" \"b\"]\n+++\nThe text.",
        "+++\nauthors = [1, 2]\ndraft = \"nope\"\n+++\nThe text.",
        "+++\nweight = 1.5.2\n+++\nThe text.",
        "---\n- a\n- b: c\n---\nThe text.",
    ];
    let mut told = String::new();
    for slip in slips {
        let built = Folder::new(&[("essay.md", slip)]).site();
        assert!(built.read("essay/index.html").contains("The text."), "{slip:?} lost its text");
        let messages = built.err.split("\n\n").filter(|message| message.starts_with("warning"));
        told.push_str(&format!("=== {slip:?}\n{}\n", messages.collect::<Vec<_>>().join("\n")));
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
