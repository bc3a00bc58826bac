//! Publishing to a branch of a git repository, which lies on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::handbook::{Handbook, Run, count};
use crate::refused::Site;
use crate::there::expect_site;

/// Git with no configuration of whoever runs the test.
fn alone(command: &mut Command) -> &mut Command {
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env_remove("GIT_CONFIG_COUNT")
}

/// What git says in `folder`.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let me = ["-c", "user.name=Ben", "-c", "user.email=ben@h.example"];
    let mut command = Command::new("git");
    let output = alone(command.current_dir(folder).args(me).args(arguments)).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// A repository on this machine, and a handbook that is published to its branch `pages`.
struct Published {
    dir: TempDir,
    handbook: Handbook,
}

impl Published {
    fn new() -> Published {
        let published =
            Published { dir: tempfile::tempdir().unwrap(), handbook: Handbook::small() };
        git(published.dir.path(), &["init", "-q", "--bare", "-b", "main", "x.git"]);
        let book =
            format!("[publish.site]\nto = \"git+file://{}#pages\"\n", published.bare().display());
        published.handbook.write("book.toml", book);
        published
    }

    /// The repository.
    fn bare(&self) -> PathBuf {
        self.dir.path().join("x.git")
    }

    fn publish(&self, arguments: &[&str]) -> Run {
        Run::of(alone(&mut self.handbook.publish(arguments)))
    }

    fn summary(&self) -> serde_json::Value {
        self.publish(&["--format", "json"]).done().summary()
    }

    fn commits(&self) -> usize {
        git(&self.bare(), &["rev-list", "--count", "pages"]).parse().unwrap()
    }

    /// What is on the branch, by paths.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let listed = git(&self.bare(), &["ls-tree", "-r", "-z", "--name-only", "pages"]);
        let read = |path: &str| {
            let mut command = Command::new("git");
            let name = format!("pages:{path}");
            let show = command.current_dir(self.bare()).args(["cat-file", "blob", &name]);
            (path.to_owned(), show.output().unwrap().stdout)
        };
        listed.split_terminator('\0').map(read).collect()
    }

    /// Expects just the site on the branch, the manifest, and what is in `others`.
    fn expect_site(&self, others: &[&str]) {
        expect_site(self.files(), &self.handbook, others);
    }

    /// Somebody else's clone of the branch.
    fn clone(&self) -> PathBuf {
        let address = self.bare().display().to_string();
        git(self.dir.path(), &["clone", "-q", "-b", "pages", &address, "clone"]);
        self.dir.path().join("clone")
    }

    fn hook(&self, name: &str, script: &str) {
        let file = self.bare().join("hooks").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        executable(&file, script);
    }
}

fn executable(file: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn one_commit_a_publish_and_none_without_changes() {
    let published = Published::new();
    let dry = published.publish(&["--dry-run"]).done();
    assert!(dry.out.contains("Nothing was published"), "{}", dry.out);
    assert_eq!(git(&published.bare(), &["for-each-ref"]), "");

    published.publish(&["-v"]).done();
    published.expect_site(&[]);
    assert_eq!(published.commits(), 1);

    let again = published.publish(&[]).done();
    assert!(again.out.contains("as they should be"), "{}", again.out);
    assert_eq!(published.commits(), 1);

    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    published.handbook.write("b/é ü.md", "# B\n");
    fs::remove_file(published.handbook.root().join("p.svg")).unwrap();
    published.handbook.write("index.md", "# Home\n\n[A](a.md)\n");
    let summary = published.summary();
    assert!(count(&summary, "changed") > 0 && count(&summary, "new") > 0);
    assert_eq!(summary["removed"][0], "p.svg");
    published.expect_site(&[]);
    assert_eq!(published.commits(), 2);
}

#[test]
fn many_files_go_in_one_commit() {
    let published = Published::new();
    for number in 0..300 {
        published.handbook.write(&format!("many/e{number}.md"), format!("# E {number}\n"));
    }
    published.publish(&[]).done();
    published.expect_site(&[]);
    fs::remove_dir_all(published.handbook.root().join("many")).unwrap();
    let refused = published.publish(&[]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("would be removed"), "{}", refused.err);
    assert_eq!(published.commits(), 1);
    published.publish(&["--yes"]).done();
    published.expect_site(&[]);
    assert_eq!(published.commits(), 2);
}

#[test]
fn what_others_have_on_the_branch_stays() {
    let published = Published::new();
    published.publish(&[]).done();
    let clone = published.clone();
    fs::write(clone.join("CNAME"), "h.example\n").unwrap();
    fs::create_dir(clone.join("old")).unwrap();
    fs::write(clone.join("old/page.html"), "old").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", clone.join("link")).unwrap();
    git(&clone, &["add", "-A"]);
    let commit = git(&clone, &["rev-parse", "HEAD"]);
    let module = format!("160000,{commit},module");
    git(&clone, &["update-index", "--add", "--cacheinfo", &module]);
    git(&clone, &["commit", "-qm", "Mine"]);
    git(&clone, &["push", "-q"]);

    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    let run = published.publish(&["-v"]).done();
    assert!(run.out.contains("? CNAME"), "{}", run.out);
    published.expect_site(&["CNAME", "old/page.html", "link", "module"]);
    let tree = git(&published.bare(), &["ls-tree", "pages"]);
    assert!(tree.contains("120000 blob") && tree.contains(&format!("160000 commit {commit}")));

    // One that is where a file of the site has to be is not written over.
    published.handbook.write("link/index.md", "# Link\n");
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("holds link, so link/index.html cannot"), "{}", run.err);
    assert_eq!(published.commits(), 3);
}

#[test]
fn what_is_there_already_is_ours_from_then_on() {
    let published = Published::new();
    published.publish(&[]).done();
    let clone = published.clone();
    git(&clone, &["rm", "-q", ".sternpost.json"]);
    git(&clone, &["commit", "-qm", "What is this?"]);
    git(&clone, &["push", "-q"]);
    let summary = published.summary();
    assert_eq!(count(&summary, "foreign"), summary["files"].as_u64().unwrap() as usize);
    published.expect_site(&[]);
    assert_eq!(count(&published.summary(), "foreign"), 0);
    assert_eq!(published.commits(), 3);
}

#[test]
fn a_file_that_somebody_changed_is_as_it_was_built_again() {
    let published = Published::new();
    published.publish(&[]).done();
    let clone = published.clone();
    fs::write(clone.join("index.html"), "hello").unwrap();
    git(&clone, &["commit", "-qam", "By hand"]);
    git(&clone, &["push", "-q"]);
    assert_eq!(published.summary()["changed"][0], "index.html");
    published.expect_site(&[]);
}

#[test]
fn a_hook_that_refuses_is_heard() {
    let published = Published::new();
    published.publish(&[]).done();
    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    published.hook("pre-receive", "printf 'Only on \\033[31mTuesdays\\033[0m.\\n' >&2; exit 1");
    let refused = published.publish(&[]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("Only on"), "{}", refused.err);
    assert!(refused.err.contains("did not take the site"), "{}", refused.err);
    assert!(!refused.err.contains('\u{1b}'), "{}", refused.err);
    assert_eq!(published.commits(), 1);
    fs::remove_file(published.bare().join("hooks/pre-receive")).unwrap();
    published.publish(&[]).done();
    published.expect_site(&[]);
}

/// Expects of a run in which Ben pushed to be told so, and of the next to go on from there.
fn expect_overtaken(published: &Published, run: &Run) {
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("somebody else has pushed there (Ben, at "), "{}", run.err);
    assert!(published.files().contains_key("ben.txt"), "what Ben pushed is lost");
    published.publish(&[]).done();
    published.expect_site(&["ben.txt"]);
}

/// Ben's commit, which is not on the branch yet.
fn of_ben(published: &Published) -> String {
    let clone = published.clone();
    fs::write(clone.join("ben.txt"), "mine").unwrap();
    git(&clone, &["add", "ben.txt"]);
    git(&clone, &["commit", "-qm", "By Ben"]);
    git(&clone, &["push", "-q", "origin", "HEAD:refs/heads/of-ben"]);
    git(&clone, &["rev-parse", "HEAD"])
}

#[test]
fn a_push_that_comes_before_ours_is_not_overwritten() {
    let published = Published::new();
    published.publish(&[]).done();
    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    let ben = of_ben(&published);
    // A git that lets Ben push just before it does.
    let bin = published.dir.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let real = Command::new("sh").args(["-c", "command -v git"]).output().unwrap().stdout;
    let real = String::from_utf8(real).unwrap().trim().to_owned();
    let bare = published.bare().display().to_string();
    let script = format!(
        "case \" $* \" in *' push '*) {real} --git-dir={bare} update-ref refs/heads/pages {ben};; esac\nexec {real} \"$@\""
    );
    executable(&bin.join("git"), &script);
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = Run::of(alone(&mut published.handbook.publish(&[])).env("PATH", path));
    expect_overtaken(&published, &run);
}

#[test]
fn a_push_that_comes_while_ours_is_looked_at_is_not_overwritten() {
    let published = Published::new();
    published.publish(&[]).done();
    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    let ben = of_ben(&published);
    published.hook(
        "pre-receive",
        &format!(
            "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
             test -e of-ben || {{ touch of-ben; git update-ref refs/heads/pages {ben}; }}"
        ),
    );
    let run = published.publish(&[]);
    expect_overtaken(&published, &run);
}

#[test]
fn the_repository_of_the_essays_stays_as_it_is() {
    let published = Published::new();
    let root = published.handbook.root();
    git(&root, &["init", "-q", "-b", "main"]);
    fs::write(root.join(".gitignore"), "/book\n/.book.sternpost\n").unwrap();
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-qm", "Essays"]);
    git(&root, &["remote", "add", "origin", &published.bare().display().to_string()]);
    git(&root, &["config", "user.name", "Ana"]);
    git(&root, &["config", "user.email", "ana@h.example"]);
    published.handbook.write("a.md", "# A\n\nNot committed.\n");
    published.handbook.write("book.toml", "[publish.site]\nto = \"github-pages\"\n");
    published.handbook.write("staged.md", "# Staged\n");
    git(&root, &["add", "staged.md"]);
    let state = || {
        let index = fs::read(root.join(".git/index")).unwrap();
        let refs = git(&root, &["for-each-ref"]);
        let config = fs::read(root.join(".git/config")).unwrap();
        let objects = git(&root, &["count-objects", "-v"]);
        (index, refs, config, objects, git(&root, &["rev-parse", "HEAD"]))
    };
    let before = state();
    published.publish(&[]).done();
    assert!(state() == before, "publishing changed the repository of the essays");
    let commit = git(&published.bare(), &["log", "-1", "--format=%an <%ae>%n%B", "gh-pages"]);
    let lines: Vec<&str> = commit.lines().collect();
    assert_eq!(lines[0], "Ana <ana@h.example>");
    assert!(lines[1].starts_with("Publish the handbook: "), "{commit}");
    let head = git(&root, &["rev-parse", "HEAD"]);
    assert_eq!(lines[3], format!("From commit {head}, with changes that were not committed."));
}

#[test]
fn repositories_that_leave_out_what_files_hold() {
    let published = Published::new();
    git(&published.bare(), &["config", "uploadpack.allowFilter", "true"]);
    published.publish(&[]).done();
    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    published.publish(&[]).done();
    published.expect_site(&[]);
    // A file that takes what another one held, which was not fetched.
    published
        .handbook
        .write("q.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>p</title></svg>");
    published.publish(&[]).done();
    published.expect_site(&[]);
    git(&published.bare(), &["fsck", "--strict"]);
}

#[test]
fn repositories_with_long_names() {
    let published = Published::new();
    fs::remove_dir_all(published.bare()).unwrap();
    let init = ["init", "-q", "--bare", "--object-format=sha256", "x.git"];
    git(published.dir.path(), &init);
    let clone = published.dir.path().join("first");
    git(published.dir.path(), &["init", "-q", "-b", "pages", "--object-format=sha256", "first"]);
    git(&clone, &["commit", "-q", "--allow-empty", "-m", "First"]);
    git(&clone, &["push", "-q", &published.bare().display().to_string(), "pages"]);
    published.publish(&[]).done();
    published.expect_site(&[]);
}

#[test]
fn how_to_log_in_is_taken_from_the_repository_and_never_told() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&heads);
    let site = Site::answering(move |_, head| {
        seen.lock().unwrap().push(head.to_owned());
        (403, b"no".to_vec())
    });
    let published = Published::new();
    let root = published.handbook.root();
    git(&root, &["init", "-q"]);
    let address = site.address().replace("http://", "http://me:hunter2@");
    git(&root, &["remote", "add", "origin", &format!("{address}x.git")]);
    git(&root, &["config", "http.extraHeader", "X-Token: hunter3"]);
    published.handbook.write("book.toml", "[publish.site]\nto = \"git:origin#pages\"\n");
    for arguments in [&["-v"][..], &["--format", "json"]] {
        let run = published.publish(arguments);
        assert_eq!(run.code, 2);
        let said = format!("{}{}", run.out, run.err);
        assert!(said.contains("x.git#pages"), "{said}");
        assert!(said.contains("403"), "{said}");
        assert!(!said.contains("hunter"), "{said}");
    }
    let heads = heads.lock().unwrap();
    assert!(!heads.is_empty());
    for head in heads.iter() {
        assert_eq!(head.matches("X-Token: hunter3").count(), 1, "{head}");
    }
}

#[test]
fn what_is_wrong_is_told_with_what_to_do() {
    let published = Published::new();
    for (to, what) in [
        ("git+file:///nowhere/x.git#pages", "whether there is a repository"),
        ("git+file:///nowhere/x.git", "names no branch"),
        ("github-pages", "in no git repository"),
        ("github-page", "did you mean `github-pages`?"),
    ] {
        published.handbook.write("book.toml", format!("[publish.site]\nto = \"{to}\"\n"));
        let run = published.publish(&[]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(what), "{to}: {}", run.err);
    }
    let run = Run::of(published.handbook.publish(&[]).env("PATH", published.dir.path()));
    assert_eq!(run.code, 2);
    published.handbook.write("book.toml", "[publish.site]\nto = \"github-pages\"\n");
    let run = Run::of(published.handbook.publish(&[]).env("PATH", published.dir.path()));
    assert!(run.err.contains("the program git is not on this machine"), "{}", run.err);
}

#[test]
fn what_others_have_in_the_way_is_told_and_nothing_is_pushed() {
    let published = Published::new();
    published.publish(&[]).done();
    let clone = published.clone();
    fs::write(clone.join("b"), "somebody's notes").unwrap();
    git(&clone, &["add", "b"]);
    git(&clone, &["commit", "-q", "-m", "Notes"]);
    git(&clone, &["push", "-q"]);
    published.handbook.write("b.md", "# B\n");
    let commits = published.commits();
    let run = published.publish(&[]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("holds b, so b/index.html cannot be put there"), "{}", run.err);
    assert_eq!(published.commits(), commits);
}
