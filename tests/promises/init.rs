//! `sternpost init`: a handbook to begin with, in an empty folder or beside what is there, of which nothing changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::crawl::files_below;
use crate::folder::{Built, Folder, is_missing};
use crate::terminal::Terminal;

const NOTHING: &[(&str, &str)] = &[];

/// `sternpost init handbook --yes` with more arguments, as somebody called Ana whose system speaks German.
fn init(folder: &Folder, more: &[&str]) -> Built {
    let mut command = folder.command(&["init", "handbook", "--yes"]);
    let config = folder.root().parent().unwrap().join("gitconfig");
    fs::write(&config, "[user]\nname = Ana Silva\n").unwrap();
    command.env("GIT_CONFIG_GLOBAL", config).env("LANG", "de_CH.UTF-8").env_remove("LC_ALL");
    folder.run(command.env_remove("LC_MESSAGES").args(more))
}

fn read(folder: &Folder, path: &str) -> String {
    fs::read_to_string(folder.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The text of a `book.toml` with every setting switched on.
fn switched_on(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.is_empty() && !setting.starts_with(' ') => setting.to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_empty_folder_becomes_a_handbook_that_builds_without_a_word() {
    let folder = Folder::new(NOTHING);
    let begun = init(&folder, &[]);
    assert_eq!(begun.code, 0, "{}", begun.err);
    insta::assert_snapshot!(begun.out);
    let config = read(&folder, "book.toml");
    assert!(config.contains("\ntitle = \"Handbook\"\n"), "{config}");
    assert!(config.contains("\nauthors = [\"Ana Silva\"]\n"), "{config}");
    assert!(config.contains("\nlanguage = \"de-CH\"\n"), "{config}");
    for command in ["build", "check"] {
        let arguments: &[&str] = if command == "build" { &["--strict"] } else { &[] };
        let run = folder.run(folder.command(&[command, "handbook"]).args(arguments));
        assert_eq!(run.code, 0, "{command}: {}", run.err);
        assert_eq!(run.err.matches("warning").count(), 0, "{}", run.err);
    }
    let site = folder.site();
    assert!(site.has("first-essay/index.html") && site.dead_links().is_empty());
    let first = site.content("first-essay/index.html");
    assert!(first.contains("Change this sentence") && first.contains("Try it"), "{first}");
    let ignored = read(&folder, ".gitignore");
    assert!(ignored.contains("\n/book\n") && ignored.contains("\n/.book.sternpost\n"));
}

#[test]
fn every_setting_is_explained_and_can_be_switched_on() {
    let folder = Folder::new(NOTHING);
    init(&folder, &[]);
    let text = read(&folder, "book.toml");
    assert!(text.lines().all(|line| line.len() <= 200 && line.is_ascii()), "{text}");
    insta::assert_snapshot!(text);
    let plain: toml::Table = toml::from_str(&text).unwrap();
    assert_eq!(plain["book"].as_table().unwrap().len(), 3);
    let all = switched_on(&text);
    let parsed: toml::Table = toml::from_str(&all).unwrap();
    let handbook = parsed["handbook"].as_table().unwrap();
    assert_eq!(handbook["url-style"].as_str(), Some("directory"));
    assert!(handbook["check"].as_table().unwrap().contains_key("exclude"));
    // With all of them the book is still built, as far as what they name is there.
    for file in ["logo.svg", "icon.svg", "cover.jpg"] {
        folder.write(
            &format!("content/{file}"),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>",
        );
    }
    for file in ["own.css", "own.js", "mermaid.min.js", "our-theme/own.css", "content/welcome.md"] {
        folder.write(file, "");
    }
    folder.write("book.toml", all);
    let built = folder.build(&[]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(!built.err.contains("book.toml:"), "{}", built.err);
}

#[test]
fn what_is_given_is_not_asked_for() {
    let folder = Folder::new(NOTHING);
    let title = "Say \"no\" & \\ more";
    let more = ["--title", title, "--author", "Bo", "--author", "Cy", "--language", "pt-BR"];
    assert_eq!(init(&folder, &more).code, 0);
    let config: toml::Table = toml::from_str(&read(&folder, "book.toml")).unwrap();
    let book = &config["book"];
    assert_eq!(book["title"].as_str(), Some(title));
    assert_eq!(book["authors"].as_array().unwrap().len(), 2);
    assert_eq!(book["language"].as_str(), Some("pt-BR"));
    assert!(folder.site().read("index.html").contains("lang=\"pt-BR\""));
    let wrong = init(&folder, &["--language", "Portuguese of Brazil"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("type its short form"), "{}", wrong.err);
}

#[test]
fn nothing_is_written_over() {
    let folder = Folder::new(&[(".gitignore", "mine\n"), ("README.md", "# About")]);
    folder.write("content/_index.md", "# Mine");
    let begun = init(&folder, &[]);
    assert!(begun.out.contains("There already, and stays as it is: .gitignore"), "{}", begun.out);
    assert!(begun.out.contains("add these lines") && begun.out.contains("\n  /book\n"));
    assert!(begun.out.contains("There are essays in this folder"), "{}", begun.out);
    assert_eq!(read(&folder, ".gitignore"), "mine\n");
    assert!(!folder.root().join("content/first-essay.md").exists());
    let before = files_below(&folder.root());
    let again = init(&folder, &["--title", "Other"]);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("There was nothing to write"), "{}", again.out);
    assert!(again.out.contains("stay as they are: book.toml, .gitignore"), "{}", again.out);
    assert_eq!(files_below(&folder.root()), before);
    let folder = Folder::new(&[]);
    init(&folder, &[]);
    assert!(!init(&folder, &[]).out.contains("add these lines"), "they are there already");
}

#[test]
fn a_repository_that_only_says_what_it_is_gets_a_first_essay() {
    let folder = Folder::new(&[("README.md", "# About"), ("LICENSE.md", "Free.")]);
    init(&folder, &[]);
    assert!(folder.root().join("content/first-essay.md").is_file());
    // One that says more is the book itself.
    let folder = Folder::new(&[("README.md", &"# Leading\n\nMany words.\n\n".repeat(100))]);
    init(&folder, &[]);
    assert!(!folder.root().join("content").exists());
}

/// Sites of other programs: the name that is told, and their files.
const SITES: &[(&str, &[(&str, &str)])] = &[
    (
        "MkDocs (mkdocs.yml)",
        &[
            ("mkdocs.yml", "site_name: Our way\nnav:\n  - Home: index.md\n  - A: a.md\n"),
            ("docs/index.md", "# Home\n\n[a](a.md)"),
            ("docs/a.md", "# A\n\n!!! note\n    Text"),
        ],
    ),
    (
        "mdBook (book.toml)",
        &[
            ("book.toml", "[book]\ntitle = \"M\"\n"),
            ("src/SUMMARY.md", "# Summary\n\n- [A](a.md)\n"),
            ("src/a.md", "# A"),
        ],
    ),
    (
        "Hugo (hugo.toml)",
        &[
            ("hugo.toml", "title = \"H\"\nbaseURL = \"https://h.example/\"\n"),
            ("content/_index.md", "---\ntitle: Home\n---\n"),
            ("content/a/index.md", "---\ntitle: A\n---\n[home]({{< ref \"/\" >}})"),
        ],
    ),
    (
        "Zola (config.toml)",
        &[
            ("config.toml", "title = \"Z\"\nbase_url = \"https://z.example\"\n"),
            ("content/a.md", "+++\ntitle = \"A\"\n+++\n[home](@/b.md)"),
            ("content/b.md", "+++\ntitle = \"B\"\n+++\n"),
        ],
    ),
    (
        "Jekyll (_config.yml)",
        &[
            ("_config.yml", "title: J\n"),
            ("index.md", "---\ntitle: Home\n---\n"),
            ("a.md", "---\npermalink: /x/\n---\n# A\n{: .lead}"),
        ],
    ),
    (
        "Docusaurus, Starlight or Nextra (docusaurus.config.js)",
        &[
            ("docusaurus.config.js", "module.exports = {};"),
            ("docs/a.md", "# A\n\n:::tip\nText\n:::"),
        ],
    ),
    (
        "GitBook (SUMMARY.md)",
        &[
            ("SUMMARY.md", "# Contents\n\n* [Home](README.md)\n* [A](a.md)\n"),
            ("README.md", "# Home"),
            ("a.md", "# A\n\n{% hint style=\"info\" %}\nText\n{% endhint %}"),
        ],
    ),
    (
        "Obsidian (.obsidian)",
        &[(".obsidian/app.json", "{}"), ("a.md", "# A\n\n[[b]]"), ("b.md", "# B")],
    ),
];

#[test]
fn a_site_of_another_program_stays_what_it_is() {
    for (name, files) in SITES {
        let folder = Folder::new(files);
        let before = folder.site();
        fs::remove_dir_all(folder.root().join("book")).unwrap();
        fs::remove_dir_all(folder.root().join(".book.sternpost")).unwrap();
        let begun = init(&folder, &[]);
        assert_eq!(begun.code, 0, "{}", begun.err);
        let said = format!("This folder holds a site for {name}.");
        assert!(begun.out.contains(&said), "{name}: {}", begun.out);
        for (path, text) in *files {
            assert_eq!(&read(&folder, path), text, "{name}: {path}");
        }
        let new: Vec<String> = files_below(&folder.root()).into_keys().collect();
        assert!(new.iter().all(|path| {
            let is_new = ["book.toml", ".gitignore"].contains(&path.as_str());
            is_new || files.iter().any(|(file, _)| file == path)
        }));
        let after = folder.site();
        assert_eq!(names(&after), names(&before), "{name}");
        for page in before.files().keys().filter(|path| path.ends_with(".html")) {
            assert_eq!(after.content(page), before.content(page), "{name}: {page}");
        }
    }
}

/// The names of a site's files, but for those that bear a hash.
fn names(site: &Built) -> Vec<&String> {
    site.files()
        .keys()
        .filter(|path| !path.starts_with("assets/") && !path.starts_with("pagefind/"))
        .collect()
}

#[test]
fn the_name_that_a_site_has_is_taken_over() {
    let folder = Folder::new(SITES[0].1);
    init(&folder, &[]);
    let config = read(&folder, "book.toml");
    assert!(config.contains("\ntitle = \"Our way\"\n") && config.contains("\n#authors = "));
}

#[test]
fn a_folder_that_is_called_like_the_site_is_left_to_its_owner() {
    let folder = Folder::new(&[("book/chapter.txt", "mine")]);
    init(&folder, &["--ci", "github"]);
    assert!(read(&folder, "book.toml").contains("\nbuild-dir = \"handbook-site\"\n"));
    assert!(read(&folder, ".gitignore").contains("\n/.handbook-site.sternpost\n"));
    let workflow = read(&folder, ".github/workflows/handbook.yml");
    assert!(workflow.contains("path: handbook-site\n"), "{workflow}");
    assert_eq!(folder.build(&["--strict"]).code, 0);
}

#[test]
fn a_folder_that_cannot_be_written_keeps_nothing_of_it() {
    let folder = Folder::new(NOTHING);
    // Where a folder is needed is a file.
    folder.write(".vscode", "mine");
    let begun = init(&folder, &["--editor", "vscode"]);
    assert_eq!(begun.code, 2);
    assert!(begun.err.contains("nothing was written"), "{}", begun.err);
    assert_eq!(files_below(&folder.root()).into_keys().collect::<Vec<_>>(), [".vscode"]);
    assert!(!folder.root().join("content").exists());
    let file = folder.run(&mut folder.command(&["init", "handbook/.vscode", "--yes"]));
    assert_eq!(file.code, 2);
    assert!(file.err.contains("is a file, and no folder"), "{}", file.err);
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let folder = Folder::new(NOTHING);
    let begun = folder.run(&mut folder.command(&["init", "handbook/new/our book", "--yes"]));
    assert_eq!(begun.code, 0, "{}", begun.err);
    assert!(
        begun.out.contains("sternpost serve \"handbook/new/our book\" --open"),
        "{}",
        begun.out
    );
    let config = read(&folder, "new/our book/book.toml");
    assert!(config.contains("title = \"Our book\""), "{config}");
}

/// Every workflow, written into one folder.
fn workflows() -> (Folder, BTreeMap<&'static str, serde_json::Value>) {
    let folder = Folder::new(NOTHING);
    let all = "github,gitlab,forgejo,netlify,cloudflare";
    let begun = init(&folder, &["--ci", all, "--title", "Führen: so geht's"]);
    assert_eq!(begun.code, 0, "{}", begun.err);
    let paths = [
        ".github/workflows/handbook.yml",
        ".github/workflows/cloudflare.yml",
        ".forgejo/workflows/handbook.yml",
        ".gitlab-ci.yml",
    ];
    let read = |path| (path, serde_norway::from_str(&read(&folder, path)).unwrap());
    let parsed = paths.into_iter().map(read).collect();
    (folder, parsed)
}

#[test]
fn jobs_with_content_of_strangers_have_no_secrets_and_publish_nothing() {
    let (folder, workflows) = workflows();
    for (path, workflow) in &workflows {
        let text = read(&folder, path);
        assert!(!text.contains("pull_request_target"), "{path}");
        assert!(!text.contains('{') || !text.contains("{version}"), "{path}");
        for said in ["check", "build", env!("CARGO_PKG_VERSION"), ".sternpost"] {
            assert!(text.contains(said), "{path}: {said}");
        }
        if path.ends_with("gitlab-ci.yml") {
            let rules = workflow["pages"]["rules"].to_string();
            assert!(rules.contains("CI_DEFAULT_BRANCH") && !rules.contains("merge_request"));
            continue;
        }
        let build = &workflow["jobs"]["build"];
        if path.starts_with(".github") {
            assert_eq!(
                workflow["permissions"],
                serde_json::json!({ "contents": "read" }),
                "{path}"
            );
            assert!(build.get("permissions").is_none() && !build.to_string().contains("secrets."));
            let publish = &workflow["jobs"]["publish"];
            let when = publish["if"].as_str().unwrap();
            assert!(
                when.contains("!= 'pull_request'") && when.contains("default_branch"),
                "{path}"
            );
        }
        for step in build["steps"].as_array().unwrap() {
            let uses = step["uses"].as_str().unwrap_or("@v1");
            let (_, version) = uses.rsplit_once('@').unwrap();
            assert!(version.starts_with('v') && version[1..].parse::<u8>().is_ok(), "{uses}");
            if uses.contains("checkout") {
                assert_eq!(step["with"]["persist-credentials"], false, "{path}");
            }
            if step.to_string().contains("token") {
                let when = step["if"].as_str().unwrap();
                assert!(when.contains("!= 'pull_request'"), "{path}: {when}");
            }
        }
    }
    let cloudflare = read(&folder, ".github/workflows/cloudflare.yml");
    assert!(cloudflare.contains("--project-name=fuhren-so-geht-s "), "{cloudflare}");
    let netlify: toml::Table = toml::from_str(&read(&folder, "netlify.toml")).unwrap();
    assert_eq!(netlify["build"]["publish"].as_str(), Some("book"));
    let paths = netlify["plugins"][0]["inputs"]["paths"].as_array().unwrap();
    assert_eq!(paths[1].as_str(), Some(".book.sternpost"));
}

#[test]
fn tasks_and_snippets_are_what_the_editor_reads() {
    let folder = Folder::new(NOTHING);
    init(&folder, &["--editor", "vscode"]);
    let json = |path: &str| serde_json::from_str::<Value>(&read(&folder, path)).unwrap();
    let tasks = json(".vscode/tasks.json");
    for task in tasks["tasks"].as_array().unwrap() {
        let command = task["args"][0].as_str().unwrap();
        let help = folder.run(&mut folder.command(&[command, "--help"]));
        assert_eq!(help.code, 0, "{command}");
    }
    assert!(json(".vscode/extensions.json")["recommendations"].is_array());
    let config = read(&folder, "book.toml");
    let schema = config.lines().next().unwrap().strip_prefix("#:schema ./").unwrap();
    let printed = folder.run(&mut folder.command(&["schema", "book"]));
    assert_eq!(serde_json::from_str::<Value>(&printed.out).unwrap(), json(schema));
    // Each snippet, filled in as it stands, is an essay without a fault.
    let snippets = json(".vscode/handbook.code-snippets");
    let snippets = snippets.as_object().unwrap();
    assert!(snippets.len() > 5);
    for (name, snippet) in snippets {
        let lines = snippet["body"].as_array().unwrap().iter();
        let body: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
        let (text, places) = filled(&body.join("\n"));
        assert!(places > 0, "{name}");
        let is_whole = text.starts_with("+++");
        let text =
            if is_whole { format!("{text}Text.\n") } else { format!("# Essay\n\nText.\n\n{text}") };
        folder.write(&format!("content/{}.md", snippet["prefix"].as_str().unwrap()), text);
    }
    let built = folder.build(&["--strict"]);
    assert_eq!((built.code, built.err.contains("warning")), (0, false), "{}", built.err);
}

/// The text of a snippet with what stands at its places, and how many there are.
fn filled(body: &str) -> (String, usize) {
    let mut text = String::new();
    let mut parts =
        body.replace("$0", "").split("${").map(str::to_owned).collect::<Vec<_>>().into_iter();
    text.push_str(&parts.next().unwrap());
    let mut places = 0;
    for part in parts {
        let (place, rest) = part.split_once('}').unwrap();
        text.push_str(place.split_once(':').unwrap().1);
        text.push_str(rest);
        places += 1;
    }
    (text, places)
}

#[test]
fn problems_are_found_by_the_pattern_of_the_task() {
    let folder = Folder::new(NOTHING);
    init(&folder, &["--editor", "vscode"]);
    folder.write("content/wrong.md", "# Wrong\n\n[x](nothing.md)\n");
    let checked = folder.run(&mut folder.command(&["check", "handbook"]));
    let lines: Vec<&str> = checked.err.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("warning[broken-link]: ")).unwrap();
    assert_eq!(lines[at + 1].trim_start(), "--> content/wrong.md:3:1", "{}", checked.err);
    assert!(Path::new(&folder.root()).join(".vscode/tasks.json").is_file());
}

/// Types `keys` into `sternpost init handbook` at a terminal, each when its question is there. Gives what the terminal
/// showed; `None` where there is none.
fn at_a_terminal(folder: &Folder, keys: &[(&str, &str)]) -> Option<String> {
    let line = format!("'{}' init handbook", env!("CARGO_BIN_EXE_sternpost"));
    let mut terminal = Terminal::run(&line, |command| {
        command.current_dir(folder.root().parent().unwrap());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("USER", "ana").env("LANG", "C");
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES");
    })?;
    let mut shown = String::new();
    for (question, keys) in keys {
        shown.push_str(&terminal.wait_for(question));
        terminal.type_in(keys);
    }
    Some(shown + &terminal.end())
}

#[test]
fn whoever_sits_at_a_terminal_is_asked() {
    let folder = Folder::new(NOTHING);
    let answers = [
        ("called?", "Our way\r"),
        ("Who writes it?", "\r"),
        ("In which language?", "German\r"),
        ("type its short form", "\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}de\r"),
    ];
    let Some(shown) = at_a_terminal(&folder, &answers) else { return };
    assert!(shown.contains("Next, type:"), "{shown}");
    let config = read(&folder, "book.toml");
    assert!(config.contains("\ntitle = \"Our way\"\n"), "{config}");
    assert!(config.contains("\nauthors = [\"ana\"]\n"), "{config}");
    assert!(config.contains("\nlanguage = \"de\"\n"), "{config}");
}

#[test]
fn whoever_stops_in_the_middle_has_nothing() {
    let folder = Folder::new(NOTHING);
    let answers = [("called?", "Our way\r"), ("Who writes it?", "\u{3}")];
    let Some(shown) = at_a_terminal(&folder, &answers) else { return };
    assert!(!shown.contains("Written"), "{shown}");
    assert!(files_below(&folder.root()).is_empty());
}

#[test]
fn the_branch_of_the_site_keeps_its_history() {
    if Command::new("git").arg("--version").output().is_err() {
        is_missing("git", "git");
        return;
    }
    let (folder, workflows) = workflows();
    let steps = workflows[".forgejo/workflows/handbook.yml"]["jobs"]["build"]["steps"].clone();
    let is_publish = |step: &&Value| step["name"] == "Publish";
    let script = steps.as_array().unwrap().iter().find(is_publish).unwrap()["run"].clone();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(folder.root()).env("GIT_CONFIG_GLOBAL", "/dev/null");
        let output = git.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "--quiet", "--bare", "../bare.git"]);
    git(&["init", "--quiet", "."]);
    let publish = || {
        let mut shell = Command::new("bash");
        shell.args(["-e", "-c", script.as_str().unwrap()]).current_dir(folder.root());
        shell.env("TOKEN", "t0ken").env("GITHUB_SHA", "abc").env("GIT_CONFIG_GLOBAL", "/dev/null");
        let bare = folder.root().parent().unwrap().join("bare.git");
        let output = shell.env("REPOSITORY", bare).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert!(!said.contains("t0ken"), "{said}");
    };
    let published = || git(&["-C", "../bare.git", "ls-tree", "-r", "--name-only", "pages"]);
    folder.site();
    publish();
    let first = published();
    assert!(first.lines().any(|path| path == "first-essay/index.html"), "{first}");
    assert!(first.lines().any(|path| path == ".nojekyll") && !first.contains("content/"));
    fs::remove_file(folder.root().join("content/first-essay.md")).unwrap();
    folder.write("content/_index.md", "# Home");
    folder.site();
    publish();
    assert!(!published().contains("first-essay"));
    let log = git(&["-C", "../bare.git", "log", "--format=%s", "pages"]);
    assert_eq!(log, "The site of abc\nThe site of abc\n");
}
