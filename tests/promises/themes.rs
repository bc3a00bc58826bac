//! A site can set the look by a few values, take parts of the theme and change them, or name another.

use crate::folder::Folder;

#[test]
fn every_part_of_the_theme_says_what_it_is_for() {
    let folder = Folder::new(&[("a.md", "# A")]);
    let listed = folder.run(&mut folder.command(&["theme", "list"]));
    assert_eq!(listed.code, 0);
    let lines: Vec<_> = listed.out.lines().collect();
    assert!(lines.len() > 15, "{}", listed.out);
    for line in &lines {
        let (name, about) = line.split_once("  ").unwrap_or_else(|| panic!("{line}"));
        assert!(about.trim().len() > 5, "{name} says nothing of itself");
    }
    let bare = folder.run(&mut folder.command(&["theme", "eject"]));
    assert!(bare.out.starts_with(&listed.out) && bare.out.contains("theme eject page.html"));
}

#[test]
fn a_copy_of_the_theme_makes_the_same_site() {
    let folder = Folder::new(&[
        ("book.toml", "[output.html]\nsite-url = \"https://example.org/\"\n"),
        ("content/s/a.md", "---\ntags: [t]\ndate: 2026-01-01\n---\n# A\n\n> [!NOTE]\n> x\n"),
    ]);
    let before = folder.site();
    let ejected =
        folder.run(&mut folder.command(&["theme", "eject", "--all", "--dir", "handbook"]));
    assert_eq!(ejected.code, 0, "{}", ejected.err);
    assert!(folder.root().join("templates/page.html").is_file());
    let after = folder.site();
    assert_eq!(before.files(), after.files());
}

#[test]
fn what_is_there_is_never_written_over() {
    let folder = Folder::new(&[("content/a.md", "# A"), ("templates/page.html", "mine")]);
    let mut eject =
        folder.command(&["theme", "eject", "page.html", "toc.html", "pge.html", "--dir"]);
    let built = folder.run(eject.arg("handbook"));
    assert_eq!(built.code, 2);
    assert!(built.err.contains("templates/page.html is there already"), "{}", built.err);
    assert!(built.err.contains("no file `pge.html`"), "{}", built.err);
    assert!(built.err.contains("did you mean `page.html`?"), "{}", built.err);
    assert!(built.out.contains("Copied 1 file into templates: toc.html."), "{}", built.out);
    let page = std::fs::read_to_string(folder.root().join("templates/page.html")).unwrap();
    assert_eq!(page, "mine");
    assert!(folder.root().join("templates/toc.html").is_file());
}

#[test]
fn a_theme_stands_between_the_built_in_one_and_the_site_s_own() {
    let folder = Folder::new(&[
        ("book.toml", "[handbook]\ntheme = \"looks\"\n"),
        ("content/a.md", "# A"),
        (
            "looks/page.html",
            "{% extends \"builtin/page.html\" %}{% block head %}theme-head{% endblock head %}{% block footer %}theme-foot{% endblock footer %}",
        ),
        ("looks/style.css", "body { color: teal }"),
    ]);
    let built = folder.site();
    let page = built.read("a/index.html");
    assert!(page.contains("theme-head") && page.contains("theme-foot"), "{page}");
    let styles: Vec<_> = built.files().keys().filter(|name| name.ends_with(".css")).collect();
    assert_eq!(styles.len(), 1, "{styles:?}");
    assert!(built.read(styles[0]).starts_with("body { color: teal }"));
    folder.write(
        "templates/page.html",
        "{% extends \"theme/page.html\" %}{% block footer %}own-foot{% endblock footer %}",
    );
    let page = folder.site().read("a/index.html");
    assert!(page.contains("theme-head") && page.contains("own-foot"), "{page}");
    assert!(!page.contains("theme-foot"), "{page}");
    // A theme that is changed changes the next build.
    folder.write(
        "looks/page.html",
        "{% extends \"builtin/page.html\" %}{% block footer %}new{% endblock footer %}",
    );
    let page = folder.site().read("a/index.html");
    assert!(!page.contains("theme-head"), "{page}");
}

#[test]
fn a_theme_that_is_not_there_is_told() {
    let folder =
        Folder::new(&[("book.toml", "[handbook.theme]\nfolder = \"nowhere\"\n"), ("a.md", "# A")]);
    let built = folder.build(&[]);
    assert_eq!(built.code, 2);
    assert!(
        built.err.contains("`theme` names the folder nowhere, which is not there"),
        "{}",
        built.err
    );
}

#[test]
fn values_of_the_look_reach_the_style_sheet_and_an_accent_can_always_be_read() {
    let folder = Folder::new(&[
        (
            "book.toml",
            "[handbook.theme]\naccent = \"gold\"\nfont = \"sans\"\nheadings = \"Charter, serif\"\nwidth = \"wide\"\n",
        ),
        ("content/a.md", "# A"),
    ]);
    let built = folder.site();
    let style = built.files().keys().find(|name| name.ends_with(".css")).unwrap();
    let style = built.read(style);
    for set in [
        "--accent: light-dark(#8e6700, #ffd700);",
        "--reading: var(--sans);",
        "--headings: Charter, serif;",
        "--measure: 36em;",
    ] {
        assert!(style.contains(set), "{set}");
    }
    let [told] = built.warnings()[..] else { panic!("{}", built.err) };
    assert!(
        told.contains("`accent` is hard to read on the light pages: its contrast is 1.2"),
        "{told}"
    );
    for (wrong, said) in [
        ("accent = \"bleu\"", "`accent` is \"bleu\", which is not a colour"),
        ("font = \"x; y\"", "`font` is \"x; y\", which is not a list of fonts"),
        ("width = \"huge\"", "`width` is not a width that text can have"),
    ] {
        folder.write("book.toml", format!("[handbook.theme]\n{wrong}\n"));
        let built = folder.site();
        let [told] = built.warnings()[..] else { panic!("{}", built.err) };
        assert!(told.contains(said), "{told}");
        assert!(built.err.contains("book.toml:2:1"), "{}", built.err);
    }
}
