//! The command line answers in plain words, and in JSON for programs.

use crate::folder::Folder;

#[test]
fn a_folder_of_essays_is_enough() {
    let built = Folder::new(&[("a.md", "Only a few words.")]).site();
    assert!(built.out.starts_with("Built 1 essay into "), "{}", built.out);
    assert!(built.out.contains("handbook/book"), "{}", built.out);
    assert!(built.read("a/index.html").contains("Only a few words."));
}

#[test]
fn the_project_is_found_from_a_folder_inside_it() {
    let folder =
        Folder::new(&[("book.toml", "[book]\nsrc = \"texts\"\n"), ("texts/part/a.md", "# A")]);
    let built = folder.run(&mut folder.command(&["build", "handbook/texts/part"]));
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(built.has("part/a/index.html"));
}

/// Slips in the configuration, each with the message that an author reads. Where the site cannot be what was meant it
/// is not built.
#[test]
fn what_cannot_be_built_is_told() {
    let folder = Folder::new(&[("content/a.md", "# A")]);
    let mut told = String::new();
    for config in [
        "[book]\ntitle = Mine",
        "[book]\ntitle = \"Mine",
        "[book]\ntitle = \u{201c}Mine\u{201d}",
        "[book]\ntitle: \"Mine\"",
        "[book]\ntitel = \"Mine\"",
        "[Book]\ntitle = \"x\"",
        "[boook]\ntitle = \"x\"",
        "title = \"Mine\"",
        "[book]\nauthor = \"Ana\"",
        "[book]\nauthors = \"Ana\"",
        "[book]\nauthors = [Ana]",
        "[book]\nauthors = [\"Ana\", \"Bo\"",
        "[book]\ntitle = 3",
        "[book]\nsrc = \"C:\\texts\"",
        "[book]\nsrc = \"nowhere\"",
        "[book]\nsrc = \"../..\"",
        "[book]\nlanguage = \"english\"",
        "[book]\nlanguage = \"xx-\"",
        "[book]\nlanguage = \"en_GB\"",
        "[book]\ntext-direction = \"right\"",
        "[book]\ntitle = \"a\"\n[book]\nsrc = \"x\"",
        "[book]\ntitle = \"a\"\ntitle = \"b\"",
        "[output.html]\nsite-url = \"example.org\"",
        "[output.html]\nsite-url = \"htps://example.org\"",
        "[output.html]\nsite-url = \"https:/example.org\"",
        "[output.html]\nsite-url = \"https://exa mple.org\"",
        "[output.html]\nsite-url = https://example.org",
        "[output.html]\nsite_url = \"https://example.org\"",
        "[output.html]\nsmart-punctuation = \"yes\"",
        "[output.html]\nsmart-punctuation = True",
        "[output.html]\nadditional-css = \"a.css\"",
        "[output.html]\ngit-repository-url = \"github.com/a/b\"",
        "[output.html]\nedit-url-template = \"https://x.org/edit\"",
        "[html]\nsite-url = \"https://e.org\"",
        "[output]\nhtml = true",
        "[output.html]\nurl-style = \"file\"",
        "[book]\nurl-style = \"file\"",
        "[handbook]\nurl-stile = \"file\"",
        "[handbook]\nurl-style = \"flat\"",
        "[handbook]\nurl_style = \"file\"",
        "[handbook]\nURL-style = \"file\"",
        "[handbook]\npaginate = 0",
        "[handbook]\npaginate = -5",
        "[handbook]\npaginate = \"10\"",
        "[handbook]\npaginate = 1.5",
        "[handbook]\npaginate = 99999999999999999999",
        "[handbook]\nqqqq = 1",
        "[handbook]\ntitle = \"x\"",
        "[handbook]\nsearch = yes",
        "[handbook]\nsearch = \"true\"",
        "[handbook]\ntheme = { accent = \"#12\" }",
        "[handbook]\ntheme = { accent = \"blurple\" }",
        "[handbook]\ntheme = nowhere",
        "[handbook]\nlogo = \"nowhere.png\"",
        "[handbook]\ndialects = \"mkdocs\"",
        "[handbook]\ndialects = [\"mkdoks\"]",
        "[handbook]\nlinks = \"page\"",
        "[handbook.check]\nallow = [\"nonsense\"]",
        "[preview]\neditor = \"emacs\"",
        "[build]\nbuild-dir = \"\"",
        "[build]\nbuild-dir = \"content\"",
        "[build]\nbuild-dir = \"C:\\site\"",
        "[book]\n// a comment\ntitle = \"x\"",
        "[book]\ntitle = \"x\",",
        "book:\n  title: x",
        "{ \"book\": { \"title\": \"x\" } }",
        "[[book]]\ntitle = \"x\"",
        "[book\ntitle = \"x\"",
        "[book]]\ntitle = \"x\"",
        "[ book ]\ntitle = \"x\"",
        "(book)\ntitle=\"x\"",
        "[book]\n\"title = \"x\"",
        "[book]\ntitle = \"a\" b",
        "[book]\nbuild-dir = \"x\"",
        "[handbook.extra]\nx = 2026-13-45",
        "\u{a0}[book]\ntitle = \"x\"",
        "[book]\n\u{1f600} = 1",
        "[output.html.redirect]\n\"a.html\" = \"b.html\"\n\"a.html\" = \"c.html\"",
    ] {
        folder.write("book.toml", config);
        let built = folder.build(&[]);
        let of_it =
            |message: &&str| !message.starts_with("note[left-out]") && message.contains('[');
        let messages: Vec<_> = built.err.split("\n\n").filter(of_it).collect();
        assert_eq!(built.code == 2, built.err.contains("error["), "{config}: {}", built.err);
        told.push_str(&format!(
            "=== {config:?} ends with {}\n{}\n",
            built.code,
            messages.join("\n")
        ));
    }
    let missing = folder.run(&mut folder.command(&["build", "nowhere"]));
    assert_eq!(missing.code, 2);
    told.push_str(&format!("=== build nowhere\n{}\n", missing.err));
    insta::assert_snapshot!(told);
}

#[test]
fn an_mdbook_s_configuration_is_read_and_what_does_nothing_is_named_once() {
    let built = Folder::new(&[
        (
            "book.toml",
            "[book]\ntitle = \"B\"\nauthors = [\"x\"]\nmultilingual = false\n[build]\ncreate-missing = true\n[rust]\nedition = \"2021\"\n\
             [preprocessor.katex]\n[output.html]\nmathjax-support = true\nadditional-css = [\"none.css\"]\n[output.html.fold]\nenable = true\n",
        ),
        ("src/SUMMARY.md", "# Summary\n\n- [A](a.md)\n"),
        ("src/a.md", "# A"),
    ])
    .site();
    assert!(built.has("a.html"));
    for key in ["build.create-missing", "rust", "preprocessor", "output.html.mathjax-support"] {
        assert_eq!(
            built.err.matches(&format!("`{key}` has no effect here")).count(),
            1,
            "{key}: {}",
            built.err
        );
    }
    assert_eq!(built.warnings().len(), 1, "{}", built.err);
}

#[test]
fn json_says_the_same_for_programs() {
    let folder = Folder::new(&[("a.md", "# A\n\n[b](b.md)")]);
    let built = folder.build(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&built.out).unwrap();
    assert_eq!(report["summary"]["built"], true);
    assert_eq!(report["summary"]["warnings"], 1);
    let found = &report["diagnostics"][0];
    assert_eq!((&found["code"], &found["severity"]), (&"broken-link".into(), &"warning".into()));
    assert_eq!(
        (&found["place"]["file"], &found["place"]["line"], &found["place"]["column"]),
        (&"a.md".into(), &3.into(), &1.into())
    );
    folder.write("book.toml", "[handbook]\nx = 1\n");
    let failed = folder.build(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&failed.out).unwrap();
    assert_eq!((failed.code, &report["summary"]["built"]), (2, &false.into()));
}

#[test]
fn quiet_verbose_and_colours() {
    let folder = Folder::new(&[("a.md", "# A")]);
    let quiet = folder.build(&["--quiet"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    assert!(folder.build(&["--verbose"]).out.contains("  a/index.html\n"));
    assert!(!folder.build(&[]).err.contains('\u{1b}'));
    assert_eq!(folder.build(&["--verbose", "--quiet"]).code, 2);
}

#[test]
fn an_empty_folder_builds_and_says_what_to_do() {
    let built = Folder::new(&[]).site();
    assert!(built.err.contains("there is no essay in"), "{}", built.err);
    assert!(built.has("index.html"));
}

#[test]
fn version_help_and_completions() {
    let folder = Folder::new(&[]);
    let run = |arguments: &[&str]| folder.run(&mut folder.command(arguments));
    assert_eq!(run(&["--version"]).out, format!("sternpost {}\n", env!("CARGO_PKG_VERSION")));
    assert!(run(&["build", "--help"]).out.contains("--strict"));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(run(&["completions", shell]).out.contains("sternpost"), "{shell}");
    }
}

#[cfg(unix)]
#[test]
fn whoever_stops_reading_is_no_panic() {
    use std::process::Stdio;
    let folder = Folder::new(&[("a.md", "# A\n\n[b](b.md)")]);
    let mut child = folder
        .command(&["build", "handbook", "--verbose"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
