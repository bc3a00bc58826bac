//! Real handbooks, as their teams wrote them, without configuration of ours: each builds, each of
//! its essays has one page, no page is without a title, and the links that are broken in the source are
//! told and no others.
//!
//! They are test data that lies beside a checkout of the project and is no part of it. Where it is
//! missing the test is skipped and says so; in CI it fails.

#[path = "../crawl/mod.rs"]
mod crawl;
mod edits;
mod mdbook;

use std::collections::{BTreeMap, HashSet};
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

/// A handbook's site, and what the build had to say.
struct Built {
    name: String,
    handbook: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
    report: serde_json::Value,
}

fn build(handbook: PathBuf) -> Built {
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
    let report = serde_json::from_slice(&run.stdout).unwrap();
    Built { name, handbook, files: crawl::files_below(&site), report }
}

#[test]
fn every_handbook_builds_with_a_page_for_each_essay() {
    for Built { name, handbook, files, report } in handbooks().into_iter().map(build) {
        let mut sources = Vec::new();
        markdown_below(&content_of(&handbook), &mut sources);
        let contents = content_of(&handbook).join("SUMMARY.md");
        sources.retain(|file| !is_draft(file) && *file != contents);
        assert_eq!(report["summary"]["essays"], sources.len(), "{name}: essays");
        let pages: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".html")).collect();
        for (path, html) in &pages {
            let html = String::from_utf8_lossy(html);
            let title =
                html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
            let title = title.map(|(title, _)| title.trim().to_lowercase()).unwrap_or_default();
            let own = title.split(" · ").next().unwrap_or("");
            assert!(
                !matches!(own, "" | "readme" | "index" | "_index"),
                "{name}: {path} is called {title:?}"
            );
        }
        assert!(pages.len() >= sources.len(), "{name}: {} pages", pages.len());
    }
}

/// A broken link: the file, and what it lacks: `#id` for a heading, else the target.
type Broken = (String, String);

/// The links that are broken in the source itself, by the list that comes with the handbooks.
fn truth(name: &str) -> Vec<Broken> {
    let list = format!("{HANDBOOKS}/truth/{name}.broken.tsv");
    let rows = fs::read_to_string(list).unwrap();
    let rows = rows.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    rows.map(|row| (row[0].to_owned(), key(row[3], row[4] == "anchor"))).collect()
}

fn key(target: &str, is_anchor: bool) -> String {
    match target.split_once('#') {
        Some((_, id)) if is_anchor => format!("#{}", crawl::decoded(id)),
        _ => target.to_owned(),
    }
}

/// The broken links that the build told, missing pictures aside: the data lacks most of them.
fn told(report: &serde_json::Value) -> Vec<Broken> {
    let diagnostics = report["diagnostics"].as_array().unwrap().iter();
    let told = diagnostics.filter_map(|diagnostic| {
        let message = diagnostic["message"].as_str()?;
        let quoted = message.split('`').nth(1).unwrap_or("");
        let key = match diagnostic["code"].as_str()? {
            "broken-link" if message.starts_with("this picture") => return None,
            "broken-link" | "broken-anchor" => quoted.to_owned(),
            "empty-link" => "(empty)".to_owned(),
            _ => return None,
        };
        Some((diagnostic["place"]["file"].as_str()?.to_owned(), key))
    });
    told.collect()
}

/// What of `one` is not in `other`, each as often as it is.
fn without(one: &[Broken], other: &[Broken]) -> Vec<Broken> {
    let mut left = other.to_vec();
    let mut without = Vec::new();
    for broken in one {
        match left.iter().position(|other| other == broken) {
            Some(at) => drop(left.swap_remove(at)),
            None => without.push(broken.clone()),
        }
    }
    without
}

/// Targets that say nothing about the program, by handbook.
///
/// Most are files that the data left out: it has Markdown and small pictures, and of some repositories
/// only a part. The lists were made from the whole.
const NOT_COMPARED: &[(&str, &[&str])] = &[
    (
        "18F+guides",
        &[
            // Made by an include of the site's own templates, which are not there.
            "#adding-a-key-personnel-clause",
            "{{ '/assets/derisking-government-tech/dist/evaluator-worksheet.pdf' | url }}",
            "/assets/brand/dist/18F_Color_Palette.zip",
            "/assets/brand/dist/18F_feather.zip",
            "/assets/brand/dist/18F-Feather-Icons--all.pdf",
            "/assets/brand/dist/18F-Feather-Icons--top-hits.pdf",
            "/assets/brand/dist/18F_VideoBackgrounds.zip",
            "/assets/brand/dist/18F_Desktop_Art.zip",
            "/assets/brand/dist/18F_Logo.zip",
            "/assets/engineering/dist/rubocop.yml",
            "/assets/engineering/dist/c2-outage-report-2016-08-10.pdf",
        ],
    ),
    (
        "artsy+README",
        &[
            "scripts/create-readmes.ts",
            "../../scripts/sort-tech-radar-data.ts",
            "/dangerfile.ts",
            "/.github/ISSUE_TEMPLATE/generic_rfc_template.md",
            "/.github/ISSUE_TEMPLATE/dependency_rfc_template.md",
            "/playbooks/technology_radar/artsy-tech-radar.csv",
        ],
    ),
    (
        "cncf+tag-contributor-strategy",
        &[
            "/CONTRIBUTING.md",
            "/governance/README.md",
            "/contributor-growth/README.md",
            "/mentoring/README.md",
            "/maintainers-circle/README.md",
            "/deaf-and-hard-of-hearing/README.md",
            "/valued-members.md",
        ],
    ),
    ("github+opensource.guide", &["/CONTRIBUTING.md"]),
    (
        "rust-lang+blog.rust-lang.org",
        &[
            // In posts that were left out.
            "./rust-vision-doc.md",
            "../../../../2024/05/07/this-development-cycle-in-cargo-1.79/info.stdout.term.svg",
            "parallel-rustc.html#how-to-use-it",
            // To posts and pictures that were left out.
            "/2019/09/30/Async-await-hits-beta/",
            "/2025/02/20/Rust-1.85.0/",
            "@/outreachy-2026-may.md",
            "flamegraph_image.png",
            "chrome_profiler1.png",
            "chrome_profiler2.png",
            "chrome_profiler3.png",
            "chrome_profiler4.png",
            "comparison.png",
        ],
    ),
    (
        "yangshun+tech-interview-handbook",
        // The last two are JavaScript, and no links.
        &["CONTRIBUTING.md", "{require(", "{InternshipSalariesURL}"],
    ),
];

#[test]
fn the_broken_links_of_a_handbook_are_told_and_no_others() {
    let mut wrong = Vec::new();
    for Built { name, report, .. } in handbooks().into_iter().map(build) {
        let passed_over =
            NOT_COMPARED.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, keys)| keys);
        let counts = |broken: &Broken| !passed_over.contains(&broken.1.as_str());
        let told: Vec<_> = told(&report).into_iter().filter(counts).collect();
        let truth: Vec<_> = truth(&name).into_iter().filter(counts).collect();
        let line = |what| move |(file, key): Broken| format!("{what}: {file}: {key}");
        let false_alarms = without(&told, &truth).into_iter().map(line("told, but not broken"));
        let missed = without(&truth, &told).into_iter().map(line("broken, but not told"));
        wrong.extend(false_alarms.chain(missed).map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_site_has_no_dead_link_that_was_not_told() {
    let mut wrong = Vec::new();
    for Built { name, files, report, .. } in handbooks().into_iter().map(build) {
        let diagnostics = report["diagnostics"].as_array().unwrap().iter();
        let told: HashSet<&str> =
            diagnostics.filter_map(|d| d["message"].as_str()?.split('`').nth(1)).collect();
        for base in ["/", "/x/handbook/"] {
            for dead in crawl::dead_links(&files, base) {
                let target = crawl::decoded(&dead.target);
                let id = target.split_once('#').map(|(_, id)| format!("#{id}"));
                let ways = [Some(dead.target.clone()), Some(target), id];
                if !ways.into_iter().flatten().any(|way| told.contains(way.as_str())) {
                    wrong.push(format!("{name} at {base}: {dead:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
