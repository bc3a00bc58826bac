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

#[test]
fn what_cannot_be_built_is_told() {
    let folder = Folder::new(&[("a.md", "# A")]);
    let mut told = String::new();
    for config in [
        "[handbook]\nurl-stile = \"file\"\n",
        "[handbook]\nurl-style = \"flat\"\n",
        "[handbook]\npaginate = 0\n",
        "[handbook]\nqqqq = 1\n",
        "[book]\ntitle = Mine\n",
        "[book]\nsrc = \"nowhere\"\n",
        "[book]\nsrc = \"../..\"\n",
        "[book]\ntitle = 3\n",
    ] {
        folder.write("book.toml", config);
        let built = folder.build(&[]);
        assert_eq!(built.code, 2, "{config}: {}", built.err);
        told.push_str(&format!("=== {config}{}\n", built.err));
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
