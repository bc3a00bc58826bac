//! The guide is a handbook like any other, and what it tells readers to type works.

use std::fs;
use std::path::{Path, PathBuf};

use crate::folder::{Folder, PICTURE};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// The pages of the guide by their names.
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = fs::read_dir(docs().join("guide"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    pages.sort();
    assert!(pages.len() > 10);
    pages
}

/// The blocks of code in `language`, with what follows each.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<(&'t str, &'t str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("```") {
        let fence_ends = rest[at..].find(|c| c != '`').map_or(rest.len(), |end| at + end);
        let fence = &rest[at..fence_ends];
        let Some((info, inside)) = rest[fence_ends..].split_once('\n') else { break };
        let Some(end) = inside.find(&format!("\n{fence}\n")) else { break };
        let (code, after) = (&inside[..=end], &inside[end + fence.len() + 2..]);
        if info.split_whitespace().next() == Some(language) {
            found.push((code, after));
        }
        rest = after;
    }
    found
}

#[test]
fn it_is_a_handbook_of_which_nothing_is_to_be_told() {
    let folder = Folder::new(&[]);
    let output = folder.root().join("site");
    let mut command = folder.command(&["build", "--strict", "--output"]);
    let built = folder.run(command.arg(output).arg(docs()));
    assert_eq!(built.code, 0, "{}", built.err);
    let checked = folder.run(folder.command(&["check"]).arg(docs()));
    assert_eq!(checked.code, 0, "{}", checked.out + &checked.err);
}

#[test]
fn what_is_shown_as_written_is_shown_as_read_too() {
    for page in ["writing.md", "blocks.md"] {
        let text = fs::read_to_string(docs().join("guide").join(page)).unwrap();
        let examples = blocks(&text, "markdown");
        assert!(examples.len() > 8, "{page}");
        for (written, after) in examples {
            assert!(after.trim_start_matches('\n').starts_with(written), "{page}:\n{written}");
        }
    }
}

/// A handbook in which the guide's commands have something to do.
fn handbook() -> Folder {
    let folder = Folder::new(&[
        (
            "book.toml",
            "[book]\ntitle = \"Ours\"\n[output.html]\nsite-url = \"https://example.org/\"\n",
        ),
        ("content/_index.md", "# Ours\n\n[a](trust/credit.md) [b](first-essay.md)\n"),
        ("content/first-essay.md", "---\ntags: [feedback]\n---\n# First\n"),
        ("content/trust/_index.md", "# Trust\n"),
        ("content/trust/credit.md", "---\ntags: [trsut, giving feedback]\n---\n# Credit\n"),
        ("content/trust/hard-conversations.md", "---\ntags: [praise]\n---\n# Hard\n"),
        ("content/feedback/_index.md", "# Feedback\n"),
        ("content/leading/_index.md", "# Leading\n"),
        ("content/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>"),
        ("content/cover.png", PICTURE),
    ]);
    let copied = folder.root().join("handbook");
    fs::create_dir_all(copied.join("content")).unwrap();
    fs::write(copied.join("book.toml"), "[book]\ntitle = \"Ours\"\n").unwrap();
    fs::write(copied.join("content/first-essay.md"), "# First\n").unwrap();
    folder
}

/// Commands that run until they are ended, need a service, or change the handbook so that the next one would find
/// nothing: of these only the words are looked at.
const ONLY_READ: &[&str] = &["serve", "publish", "init", "completions"];

#[test]
fn every_command_runs() {
    let mut count = 0;
    for (page, text) in pages() {
        for (code, _) in blocks(&text, "sh") {
            for line in code.lines().filter(|line| line.trim_start().starts_with("sternpost ")) {
                let mut words = words(line.trim());
                words.remove(0);
                count += 1;
                if words.is_empty() || words[0].starts_with('-') {
                    continue;
                }
                if ONLY_READ.contains(&words[0].as_str()) {
                    words.push("--help".to_owned());
                }
                let folder = handbook();
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let ran = folder.run(folder.command(&words).current_dir(folder.root()));
                assert!(ran.code < 2, "{page}: {line}\n{}", ran.out + &ran.err);
            }
        }
    }
    assert!(count > 20, "{count}");
}

/// The words of a command as a shell reads them: quotation marks keep spaces, and `#` begins a comment.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted && words.last().is_some_and(String::is_empty) => break,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_setting_is_read() {
    let mut count = 0;
    for (page, text) in pages() {
        for (code, _) in blocks(&text, "toml") {
            // Words of the theme, and what a host reads.
            let first = code.lines().next().unwrap_or_default();
            if first.starts_with("# ") && first.contains('/') {
                continue;
            }
            count += 1;
            let is_configuration = code.lines().any(|line| line.starts_with('['));
            let folder = match is_configuration {
                true => Folder::new(&[("book.toml", code), ("content/a.md", "# A\n")]),
                false => Folder::new(&[("content/a.md", &format!("+++\n{code}+++\n\n# A\n"))]),
            };
            let ran = folder.run(&mut folder.command(&["check"]));
            let told: Vec<&str> = ran
                .err
                .lines()
                .filter(|line| line.contains("[config") || line.contains("[front-matter]"))
                .collect();
            assert!(told.is_empty(), "{page}:\n{code}\n{told:?}");
        }
    }
    assert!(count > 10, "{count}");
}
