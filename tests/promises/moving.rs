//! An essay or a folder is moved with every link to it and from it, and all other bytes stay as they are.

use std::collections::BTreeMap;
use std::fs;

use crate::crawl::files_below;
use crate::folder::{Built, Folder, PICTURE};

fn relocate(folder: &Folder, arguments: &[&str]) -> Built {
    let mut command = folder.command(&["move"]);
    folder.run(command.args(arguments).current_dir(folder.root()))
}

/// The texts of all files, without the site.
fn texts(folder: &Folder) -> BTreeMap<String, String> {
    let files = files_below(&folder.root()).into_iter();
    let files = files.filter(|(path, _)| !path.starts_with("book/") && !path.starts_with(".book."));
    files.map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// Every form of link to the essay that moves, each with what it becomes.
const FORMS: &[(&str, &str)] = &[
    ("[a](trust/hard.md)", "[a](lead/talk/difficult.md)"),
    ("[a](./trust/hard.md#why \"A title\")", "[a](./lead/talk/difficult.md#why \"A title\")"),
    ("[a](/trust/hard.md)", "[a](/lead/talk/difficult.md)"),
    ("[a](/content/trust/hard.md?x=1#why)", "[a](/content/lead/talk/difficult.md?x=1#why)"),
    ("[a](trust/hard)", "[a](lead/talk/difficult)"),
    ("[a](/trust/hard/)", "[a](/lead/talk/difficult/)"),
    ("[a](trust/hard.html)", "[a](lead/talk/difficult.html)"),
    ("[a](<trust/hard.md>)", "[a](<lead/talk/difficult.md>)"),
    (
        "[a]( trust/hard.md 'see ](trust/hard.md)' )",
        "[a]( lead/talk/difficult.md 'see ](trust/hard.md)' )",
    ),
    ("[a](@/trust/hard.md)", "[a](@/lead/talk/difficult.md)"),
    ("[trust/hard.md](trust/hard.md)", "[trust/hard.md](lead/talk/difficult.md)"),
    ("[![p](trust/p.png)](trust/hard.md)", "[![p](trust/p.png)](lead/talk/difficult.md)"),
    (
        "[a][ref], [ref][] and [ref]\n\n[ref]: trust/hard.md 'Title'",
        "[a][ref], [ref][] and [ref]\n\n[ref]: lead/talk/difficult.md 'Title'",
    ),
    (
        "<a title=\"trust/hard.md\" href='trust/hard.md#why'>a</a>",
        "<a title=\"trust/hard.md\" href='lead/talk/difficult.md#why'>a</a>",
    ),
    (
        "<p>\n<a\n  href=\"trust/hard.md\">a</a></p>",
        "<p>\n<a\n  href=\"lead/talk/difficult.md\">a</a></p>",
    ),
    (
        "[a](https://lead.example/trust/hard/#why)",
        "[a](https://lead.example/lead/talk/difficult/#why)",
    ),
    ("<https://lead.example/trust/hard/>", "<https://lead.example/lead/talk/difficult/>"),
    ("`[a](trust/hard.md)`", "`[a](trust/hard.md)`"),
    ("<!-- [a](trust/hard.md) -->", "<!-- [a](trust/hard.md) -->"),
    (
        "> [!note] See [a](trust/hard.md)\n> more",
        "> [!note] See [a](lead/talk/difficult.md)\n> more",
    ),
    (
        "| [a](trust/hard.md) |\n|---|\n| ![p](trust/p.png) |",
        "| [a](lead/talk/difficult.md) |\n|---|\n| ![p](trust/p.png) |",
    ),
    (
        ":::person{name=\"Ada\" link=\"trust/hard.md\"}\nLeads.\n:::",
        ":::person{name=\"Ada\" link=\"lead/talk/difficult.md\"}\nLeads.\n:::",
    ),
];

fn with_forms(pick: fn(&(&'static str, &'static str)) -> &'static str) -> String {
    let forms: Vec<&str> = FORMS.iter().map(pick).collect();
    // References have one name each.
    format!("\u{feff}# Links\r\n\r\n{}\r\n", forms.join("\n\n").replace('\n', "\r\n"))
}

fn handbook() -> Folder {
    let from = with_forms(|(from, _)| from);
    let folder = Folder::new(&[
        ("book.toml", "[output.html]\nsite-url = \"https://lead.example/\"\n"),
        ("content/links.md", &from),
        (
            "content/trust/hard.md",
            "+++\ntitle = \"Hard\"\n+++\n# Hard\n\n## Why\n\n![p](p.png) [b](../links.md#links) [c](#why) [d](soft.md) [lost](gone.md)\n",
        ),
        ("content/trust/soft.md", "---\ntitle: Soft\n---\n[hard](hard.md) [self](soft.md)\n"),
        ("content/trust/p.png", PICTURE),
    ]);
    folder.site();
    folder
}

#[test]
fn links_keep_the_form_that_their_author_gave_them() {
    let folder = handbook();
    let moved = relocate(&folder, &["content/trust/hard.md", "content/lead/talk/difficult.md"]);
    assert_eq!(moved.code, 0, "{}{}", moved.out, moved.err);
    let texts = texts(&folder);
    assert_eq!(texts["content/links.md"], with_forms(|(_, to)| to));
    assert_eq!(
        texts["content/lead/talk/difficult.md"],
        "+++\ntitle = \"Hard\"\naliases = [\"/trust/hard/\"]\n+++\n# Hard\n\n## Why\n\n![p](../../trust/p.png) [b](../../links.md#links) [c](#why) [d](../../trust/soft.md) [lost](gone.md)\n"
    );
    assert_eq!(
        texts["content/trust/soft.md"],
        "---\ntitle: Soft\n---\n[hard](../lead/talk/difficult.md) [self](soft.md)\n"
    );
    assert!(!texts.contains_key("content/trust/hard.md"));
    let built = folder.site();
    assert_eq!(built.warnings(), ["warning[broken-link]: this link leads nowhere: `gone.md`"]);
    assert!(built.read("trust/hard/index.html").contains("../../lead/talk/difficult/"));
    insta::assert_snapshot!(moved.out);
}

#[test]
fn a_folder_takes_its_pictures_along() {
    let folder = handbook();
    let moved = relocate(&folder, &["trust", "content/lead/"]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    let texts = texts(&folder);
    assert_eq!(texts["content/lead/trust/p.png"], PICTURE);
    assert!(texts["content/lead/trust/hard.md"].contains("![p](p.png) [b](../../links.md#links)"));
    assert!(texts["content/links.md"].contains("![p](lead/trust/p.png)"));
    let built = folder.site();
    assert_eq!(built.warnings(), ["warning[broken-link]: this link leads nowhere: `gone.md`"]);
    assert!(built.dead_links().iter().all(|dead| dead.contains(": gone.md: ")));
}

#[test]
fn a_dry_run_shows_what_would_change_and_changes_nothing() {
    let folder = handbook();
    let before = texts(&folder);
    let shown = relocate(&folder, &["trust/soft", "gentle", "--dry-run"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert_eq!(texts(&folder), before);
    insta::assert_snapshot!(shown.out);
}

#[test]
fn what_cannot_be_moved_is_told() {
    let folder = handbook();
    folder.write("content/other.md", "# Other\n");
    let before = texts(&folder);
    let mut told = String::new();
    for arguments in [
        ["content/trust/hrad.md", "x.md"],
        ["hard.md", "x.md"],
        ["content/trust/hard.md", "content/other.md"],
        ["content/trust/hard.md", "content/trust/hard.md"],
        ["content/trust", "content/trust/deep"],
        ["content/trust/hard.md", "../x.md"],
        ["content", "texts"],
        ["book.toml", "content/book.toml"],
        ["content/trust", "content/other.md/trust"],
        ["content/trust/hard.md", "content/.hidden.md"],
    ] {
        let moved = relocate(&folder, &arguments);
        assert_eq!(moved.code, 2, "{arguments:?}: {}", moved.out);
        told.push_str(&format!("=== {}\n{}\n", arguments.join(" "), moved.err));
    }
    assert_eq!(texts(&folder), before);
    insta::assert_snapshot!(told);
}

#[test]
fn contents_of_other_programs_list_the_new_path() {
    for (files, arguments, changed) in [
        (
            vec![
                ("book.toml", "[book]\ntitle = \"B\"\n"),
                (
                    "src/SUMMARY.md",
                    "# Summary\n\n- [a.md](./a.md)\n    - [B b](in%20it/b.md) <!-- a.md -->\n",
                ),
                ("src/a.md", "# A\n\n{{#include in it/b.md:1}}\n"),
                ("src/in it/b.md", "# B\n\n[a](../a.md)\n"),
            ],
            ["src/in it", "src/of it"],
            vec![
                (
                    "src/SUMMARY.md",
                    "# Summary\n\n- [a.md](./a.md)\n    - [B b](of%20it/b.md) <!-- a.md -->\n",
                ),
                ("src/a.md", "# A\n\n{{#include of it/b.md:1}}\n"),
                ("src/of it/b.md", "# B\n\n[a](../a.md)\n"),
                (
                    "book.toml",
                    "[book]\ntitle = \"B\"\n\n[output.html.redirect]\n\"/in it/b.html\" = \"/of it/b.html\"\n\"/in it/index.html\" = \"/of it/index.html\"\n",
                ),
            ],
        ),
        (
            vec![
                (
                    "mkdocs.yml",
                    "site_name: x # a.md\nnav:\n  - 'One': a.md\n  - Two:\n    - in/b.md # b\nplugins: [!!python/name:x.y ]\n",
                ),
                ("docs/a.md", "# A\n\n--8<-- \"docs/in/b.md\"\n"),
                ("docs/in/b.md", "# B\n"),
            ],
            ["docs/in/b.md", "docs/c.md"],
            vec![
                (
                    "mkdocs.yml",
                    "site_name: x # a.md\nnav:\n  - 'One': a.md\n  - Two:\n    - c.md # b\nplugins: [!!python/name:x.y ]\n",
                ),
                ("docs/a.md", "# A\n\n--8<-- \"c.md\"\n"),
                ("docs/c.md", "---\naliases:\n  - /in/b/\n---\n\n# B\n"),
            ],
        ),
        (
            vec![
                ("docusaurus.config.js", ""),
                ("sidebars.js", "// 'in/b'\nmodule.exports = {docs: ['a', {Two: ['in/b']}]};\n"),
                ("docs/a.md", "# A\n"),
                ("docs/in/b.md", "# B\n"),
            ],
            ["docs/in/b.md", "docs/c.md"],
            vec![("docs/c.md", "---\naliases:\n  - /in/b/\n---\n\n# B\n")],
        ),
        (
            vec![
                (".obsidian/app.json", "{}"),
                ("a.md", "[[b|B]] ![[in/b]] and [[in/b#Part]]\n\n![[b]]\n"),
                ("in/b.md", "---\naliases: [Bee]\n---\n## Part\n\n[[a]]\n"),
            ],
            ["in/b.md", "out/c.md"],
            vec![
                ("a.md", "[[c|B]] ![[out/c]] and [[out/c#Part]]\n\n![[c]]\n"),
                ("out/c.md", "---\naliases: [Bee]\n---\n## Part\n\n[[a]]\n"),
                ("book.toml", "[output.html.redirect]\n\"/in/b/\" = \"/out/c/\"\n"),
            ],
        ),
    ] {
        let folder = Folder::new(&files);
        let before = folder.site();
        let moved = relocate(&folder, &arguments);
        assert_eq!(moved.code, 0, "{arguments:?} {}{}", moved.out, moved.err);
        let texts = texts(&folder);
        for (path, text) in changed {
            assert_eq!(texts.get(path).map(String::as_str), Some(text), "{path}");
        }
        let after = folder.site();
        assert_eq!(after.dead_links(), before.dead_links());
        assert_eq!(after.warnings(), before.warnings(), "{}", after.err);
    }
}

#[test]
fn a_list_of_a_folder_leads_on_too_and_back_again() {
    let folder = Folder::new(&[
        ("book.toml", "# mine\n[book]\ntitle = \"B\" # so\n"),
        ("content/a.md", "[t](trust/) [t](trust)\n"),
        ("content/trust/b.md", "# B\n"),
    ]);
    folder.site();
    let moved = relocate(&folder, &["content/trust", "content/lead"]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    let config =
        "# mine\n[book]\ntitle = \"B\" # so\n\n[output.html.redirect]\n\"/trust/\" = \"/lead/\"\n";
    assert_eq!(texts(&folder)["book.toml"], config);
    assert_eq!(texts(&folder)["content/a.md"], "[t](lead/) [t](lead)\n");
    assert!(folder.site().read("trust/index.html").contains("url=../lead/"));
    let back = relocate(&folder, &["content/lead", "content/trust"]);
    assert_eq!(back.code, 0, "{}", back.err);
    assert_eq!(texts(&folder)["content/a.md"], "[t](trust/) [t](trust)\n");
    let after = "\"/lead/b/\" = \"/trust/b/\"\n\"/lead/\" = \"/trust/\"";
    assert_eq!(
        texts(&folder)["book.toml"],
        config.replace("\"/trust/\" = \"/lead/\"", after),
        "the list has its address again"
    );
    let built = folder.site();
    assert_eq!(back.err, "");
    assert!(!built.err.contains("url-collision"), "{}", built.err);
    assert!(built.read("lead/b/index.html").contains("url=../../trust/b/"));
}

#[test]
fn what_cannot_be_written_is_told_with_its_line() {
    let folder = Folder::new(&[("a.md", "# A\n\n[b](b.md)\n"), ("b.md", "# B\n")]);
    folder.write("latin.md", b"# Caf\xE9\n\n[b](b.md)\n");
    let moved = relocate(&folder, &["b.md", "c.md"]);
    assert_eq!(moved.code, 1, "{}", moved.out);
    assert!(moved.err.contains("latin.md is not in UTF-8, and stays as it is"), "{}", moved.err);
    assert_eq!(fs::read(folder.root().join("latin.md")).unwrap(), b"# Caf\xE9\n\n[b](b.md)\n");
    assert_eq!(texts(&folder)["a.md"], "# A\n\n[b](c.md)\n");
}

#[cfg(unix)]
#[test]
fn links_on_disk_stay_links() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[("in/a.md", "# A\n\n[b](../b.md)\n"), ("b.md", "# B\n")]);
    symlink(folder.root().join("in"), folder.root().join("also")).unwrap();
    symlink(folder.root().join("in/a.md"), folder.root().join("in/z.md")).unwrap();
    let moved = relocate(&folder, &["b.md", "c.md"]);
    assert!(moved.err.contains("in/z.md is a link on disk, and stays as it is"), "{}", moved.err);
    assert!(folder.root().join("in/z.md").is_symlink() && folder.root().join("also").is_symlink());
    assert_eq!(texts(&folder)["in/a.md"], "# A\n\n[b](../c.md)\n");
    assert_eq!(relocate(&folder, &["also", "elsewhere"]).code, 2);
}

#[test]
fn a_picture_moves_with_every_way_to_show_it() {
    let folder = Folder::new(&[
        ("book.toml", "[handbook]\nlogo = \"img/p.png\"\n"),
        (
            "a.md",
            "![p](img/p.png \"P\") <img src=\"img/p.png\" srcset=\"img/p.png 1x, /img/p.png 2x\" alt=\"img/p.png\">\n",
        ),
        ("img/p.png", PICTURE),
    ]);
    let before = folder.site();
    let moved = relocate(&folder, &["img/p.png", "in/pictures/new.png"]);
    assert_eq!(moved.code, 1, "{}", moved.err);
    assert!(moved.err.contains("book.toml names `img/p.png`, which has moved"), "{}", moved.err);
    assert_eq!(
        texts(&folder)["a.md"],
        "![p](in/pictures/new.png \"P\") <img src=\"in/pictures/new.png\" srcset=\"in/pictures/new.png 1x, /in/pictures/new.png 2x\" alt=\"img/p.png\">\n"
    );
    folder.write("book.toml", "[handbook]\nlogo = \"in/pictures/new.png\"\n");
    assert_eq!(folder.site().dead_links(), before.dead_links());
}

#[test]
fn what_a_check_passes_over_stays_passed_over() {
    let folder = handbook();
    let check = |more: &[&str]| folder.run(folder.command(&["check", "handbook"]).args(more));
    assert_eq!(check(&["--update-baseline"]).code, 0);
    assert_eq!(check(&[]).code, 0);
    let moved = relocate(&folder, &["content/trust", "content/lead"]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    let after = check(&[]);
    assert_eq!(after.code, 0, "{}", after.err);
}

#[test]
fn nothing_is_moved_to_where_essays_are_not_read() {
    let folder = Folder::new(&[
        ("index.md", "# Home [a](a.md)\n"),
        ("a.md", "# A\n"),
        ("trust/b.md", "# B\n"),
        ("templates/page.html", "{% extends \"builtin/page.html\" %}"),
    ]);
    let refused = |to: &str, what: &str| {
        let moved = relocate(&folder, &[what, to]);
        assert_eq!(moved.code, 2, "{to}: {}", moved.out);
        assert!(moved.err.contains("is not read as part of the handbook"), "{to}: {}", moved.err);
    };
    refused("book/", "a.md");
    folder.site();
    for to in ["book/", "book/deep/", "node_modules/", ".hidden/", "templates/"] {
        refused(to, "a.md");
    }
    refused("book/trust", "trust");
    refused("node_modules", "trust");
    assert_eq!(relocate(&folder, &["a.md", "books/"]).code, 0);
}

#[test]
fn other_files_keep_or_get_their_ending() {
    let folder = Folder::new(&[
        ("content/_index.md", "# H\n\n[a](a.docx) [l](LICENSE) [p](p.gif)\n"),
        ("content/a.docx", "x"),
        ("content/LICENSE", "x"),
        ("content/p.gif", PICTURE),
    ]);
    for (from, to) in [("a.docx", "b/na.docx"), ("LICENSE", "Licence"), ("p.gif", "q")] {
        assert_eq!(relocate(&folder, &[from, to]).code, 0);
    }
    assert_eq!(
        texts(&folder)["content/_index.md"],
        "# H\n\n[a](b/na.docx) [l](Licence) [p](q.gif)\n"
    );
}

#[test]
fn letters_with_marks_are_the_same_however_the_disk_writes_them() {
    let apart = "a\u{308}";
    for typed in
        [format!("content/{apart}.md"), "content/\u{e4}.md".to_owned(), "\u{e4}".to_owned()]
    {
        let folder = Folder::new(&[("content/_index.md", "# H [a](\u{e4}.md)\n")]);
        folder.write(&format!("content/{apart}.md"), "# \u{c4}\n");
        let moved = relocate(&folder, &[&typed, "content/b.md"]);
        assert_eq!(moved.code, 0, "{}", moved.err);
        let texts = texts(&folder);
        assert_eq!(texts["content/_index.md"], "# H [a](b.md)\n");
        assert!(texts["content/b.md"].contains("aliases:\n  - "), "{}", texts["content/b.md"]);
        assert!(folder.site().has("\u{e4}/index.html"));
    }
    let folder = Folder::new(&[("content/_index.md", "# H [c](\u{e4}/\u{e4}.md)\n")]);
    folder.write(&format!("content/{apart}/{apart}.md"), "# \u{c4}\n");
    let moved = relocate(&folder, &["content/\u{e4}", "content/b"]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    assert_eq!(texts(&folder)["content/_index.md"], "# H [c](b/\u{e4}.md)\n");
}

#[test]
fn a_part_of_a_handbook_is_not_taken_for_all_of_it() {
    let folder = Folder::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("index.md", "# H [a](trust/a.md)\n"),
        ("trust/a.md", "# A\n"),
    ]);
    let before = texts(&folder);
    let inside = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        folder.run(command.current_dir(folder.root().join("trust")))
    };
    let refused = inside(&["move", "a.md", "b.md"]);
    assert_eq!((refused.code, texts(&folder)), (2, before.clone()));
    for command in [&["new", "T"][..], &["tags", "rename", "x", "y"]] {
        assert_eq!(inside(command).code, 2);
    }
    assert_eq!(inside(&["tags"]).code, 0);
    assert_eq!(inside(&["list"]).code, 0);
    let moved = inside(&["move", "a.md", "b.md", "--dir", ".."]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    assert_eq!(texts(&folder)["index.md"], "# H [a](trust/b.md)\n");
    assert!(moved.out.starts_with("Moved a.md to b.md"), "paths as they are typed here");
    let new = inside(&["new", "Other", "--dir", ".."]);
    assert_eq!(new.out.trim(), "../other.md");
    assert_eq!(inside(&["new", "T", "--dir", "."]).out.trim(), "t.md");
    insta::assert_snapshot!(refused.err);
}

#[test]
fn an_essay_that_changes_only_its_capitals_keeps_its_address() {
    let folder =
        Folder::new(&[("_index.md", "# H [a](in/credit.md)\n"), ("in/credit.md", "# A\n")]);
    let moved = relocate(&folder, &["in/credit.md", "in/Credit.md"]);
    assert_eq!((moved.code, moved.err.as_str()), (0, ""));
    assert_eq!(texts(&folder)["_index.md"], "# H [a](in/Credit.md)\n");
}

#[test]
fn front_matter_that_says_nothing_takes_an_old_address() {
    for front in ["---\n---\n", "---\naliases:\n---\n", "+++\n+++\n"] {
        let folder = Folder::new(&[("a.md", &format!("{front}# A\n"))]);
        let moved = relocate(&folder, &["a.md", "b.md"]);
        assert_eq!((moved.code, moved.err.as_str()), (0, ""), "{front}");
        assert!(folder.site().read("a/index.html").contains("url=../b/"), "{front}");
    }
}

#[test]
fn whoever_moves_back_leaves_no_address_that_leads_to_itself() {
    let folder = Folder::new(&[("a.md", "# A\n"), ("index.md", "# H [a](a.md)\n")]);
    for (from, to) in [("a.md", "b.md"), ("b.md", "a.md")] {
        let moved = relocate(&folder, &[from, to]);
        assert_eq!((moved.code, moved.err.as_str()), (0, ""));
    }
    assert_eq!(texts(&folder)["a.md"], "---\naliases:\n  - /b/\n---\n\n# A\n");
    let built = folder.site();
    assert!(!built.err.contains("url-collision"), "{}", built.err);
}

#[test]
fn whoever_swaps_two_essays_is_told_which_old_addresses_are_lost() {
    let begun = "\u{feff}# mine\r\n[output.html.redirect]\n\"/x/\" = \"/a/#why\" # so\r\n";
    for config in [None, Some(begun)] {
        let folder =
            Folder::new(&[("a.md", "# A\n\n## Why\n"), ("b.md", "# B\n"), ("index.md", "# H\n")]);
        if let Some(config) = config {
            folder.write("book.toml", config);
        }
        let mut told = String::new();
        for (from, to) in [("a.md", "c.md"), ("b.md", "a.md"), ("c.md", "b.md")] {
            let moved = relocate(&folder, &[from, to]);
            assert_eq!(moved.code, 0, "{}", moved.err);
            told.push_str(&moved.err);
        }
        assert!(told.contains("the old address /a/ leads no longer to"), "{told}");
        assert!(told.contains("the old address /b/ leads no longer to"), "{told}");
        if config.is_some() {
            let now = "\u{feff}# mine\r\n[output.html.redirect]\n\"/x/\" = \"/b/#why\" # so\r\n\"/c/\" = \"/b/\"\r\n";
            assert_eq!(texts(&folder)["book.toml"], now);
            let built = folder.site();
            assert!(!built.err.contains("url-collision"), "{}", built.err);
        }
    }
}

#[test]
fn signs_that_mean_something_in_addresses_are_escaped_in_the_table() {
    let config = "[output.html.redirect]\n\"/x/\" = \"/a/#why\"\n";
    let folder =
        Folder::new(&[("book.toml", config), ("a.md", "# A\n\n## Why\n"), ("index.md", "# H\n")]);
    for (from, to) in [("a.md", "c# 100%.md"), ("c# 100%.md", "d#1.md")] {
        assert_eq!(relocate(&folder, &[from, to]).code, 0);
        assert_eq!(folder.site().warnings(), Vec::<&str>::new());
    }
    assert!(texts(&folder)["book.toml"].contains("\"/x/\" = \"/d%231/#why\"\n"));
}
