//! Real handbooks, as their teams wrote them, without configuration of ours: each builds, each of
//! its essays has one page, and no page is without a title.
//!
//! They are test data that lies beside a checkout of the project and is no part of it. Where it is
//! missing the test is skipped and says so; in CI it fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HANDBOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/handbooks");

/// The handbooks: every folder there but the one with the lists of broken links.
fn handbooks() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(HANDBOOKS) else {
        assert!(std::env::var_os("CI").is_none(), "the handbooks are missing: {HANDBOOKS}");
        eprintln!("skipped: there are no handbooks at {HANDBOOKS}");
        return Vec::new();
    };
    let mut folders: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.retain(|path| path.file_name().is_some_and(|name| name != "truth"));
    folders.sort();
    folders
}

/// The Markdown files below `dir`, hidden ones aside.
fn markdown_below(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            markdown_below(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
}

/// The folder that holds the essays, by the rule that the README gives.
fn content_of(handbook: &Path) -> PathBuf {
    if handbook.join("mkdocs.yml").is_file() {
        handbook.join("docs")
    } else if handbook.join("content").is_dir() {
        handbook.join("content")
    } else if handbook.join("src/SUMMARY.md").is_file() {
        handbook.join("src")
    } else {
        handbook.to_owned()
    }
}

/// Whether the essay's own front matter says that it is not published.
fn is_draft(file: &Path) -> bool {
    let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    let fenced = ["---\n", "+++\n"].iter().any(|fence| text.starts_with(fence));
    let head = text.lines().skip(1).take_while(|line| !matches!(*line, "---" | "+++"));
    fenced
        && head
            .map(str::trim)
            .any(|line| matches!(line, "draft: true" | "draft = true" | "published: false"))
}

fn pages_below(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages_below(&path, found);
        } else if path.extension().is_some_and(|e| e == "html") {
            found.push(path);
        }
    }
}

#[test]
fn every_handbook_builds_with_a_page_for_each_essay() {
    for handbook in handbooks() {
        let name = handbook.file_name().unwrap().to_string_lossy().into_owned();
        let output = tempfile::tempdir().unwrap();
        let site = output.path().join("site");
        let run = Command::new(env!("CARGO_BIN_EXE_sternpost"))
            .args(["build", "--format", "json", "--output"])
            .arg(&site)
            .arg(&handbook)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&run.stderr));

        let mut sources = Vec::new();
        markdown_below(&content_of(&handbook), &mut sources);
        sources.retain(|file| !is_draft(file));
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(report["summary"]["essays"], sources.len(), "{name}: essays");

        let mut pages = Vec::new();
        pages_below(&site, &mut pages);
        for page in &pages {
            let html = fs::read_to_string(page).unwrap();
            let title =
                html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
            let title = title.map(|(title, _)| title.trim().to_lowercase()).unwrap_or_default();
            let own = title.split(" · ").next().unwrap_or("");
            assert!(
                !matches!(own, "" | "readme" | "index" | "_index"),
                "{name}: {} is called {title:?}",
                page.display()
            );
        }
        assert!(
            pages.len() >= sources.len(),
            "{name}: {} pages of {} essays",
            pages.len(),
            sources.len()
        );
    }
}
