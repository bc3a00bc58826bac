//! What a release is packed with, and the manifests that lead package managers to it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::folder::Folder;

const TARGETS: &[(&str, &str)] = &[
    ("aarch64-apple-darwin", "tar.gz"),
    ("x86_64-apple-darwin", "tar.gz"),
    ("aarch64-unknown-linux-gnu", "tar.gz"),
    ("x86_64-unknown-linux-gnu", "tar.gz"),
    ("x86_64-pc-windows-msvc", "zip"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifests(folder: &Folder) -> std::process::Output {
    Command::new(root().join("packaging/manifests"))
        .args(["1.2.3", "https://forge.example/crew/sternpost"])
        .arg(folder.root())
        .output()
        .unwrap()
}

#[test]
fn manifests_name_each_package_with_its_own_sum() {
    let sums: Vec<String> = (0..TARGETS.len()).map(|i| format!("{i:064x}")).collect();
    let lines = TARGETS
        .iter()
        .zip(&sums)
        .map(|((target, ending), sum)| format!("{sum}  sternpost-1.2.3-{target}.{ending}\n"));
    let folder = Folder::new(&[("SHA256SUMS", &lines.collect::<String>())]);
    let made = manifests(&folder);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let read = |name: &str| fs::read_to_string(folder.root().join(name)).unwrap();
    let (formula, winget) = (read("sternpost.rb"), read("sternpost.winget.yaml"));
    for ((target, ending), sum) in TARGETS.iter().zip(&sums) {
        let text = if *ending == "zip" { &winget } else { &formula };
        let address = format!(
            "https://forge.example/crew/sternpost/releases/download/v1.2.3/sternpost-1.2.3-{target}.{ending}"
        );
        let (_, after) = text.split_once(&address).unwrap();
        let mut words = after.split(|c: char| c.is_whitespace() || c == '"');
        assert_eq!(words.find(|word| word.len() == 64), Some(sum.as_str()), "{target}");
    }
    assert!(!formula.contains('@') && !winget.contains('@'));
    let manifest: serde_json::Value = serde_norway::from_str(&winget).unwrap();
    assert_eq!(manifest["PackageVersion"], "1.2.3");
}

#[test]
fn a_package_that_is_missing_is_told() {
    let folder = Folder::new(&[("SHA256SUMS", "")]);
    let made = manifests(&folder);
    assert!(!made.status.success());
    assert!(String::from_utf8_lossy(&made.stderr).contains("no package for aarch64-apple-darwin"));
}

#[test]
fn the_workflow_of_a_release_builds_all_of_them_and_keeps_its_rights_small() {
    let text = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let workflow: serde_json::Value = serde_norway::from_str(&text).unwrap();
    assert_eq!(workflow["permissions"]["contents"], "read");
    let built = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array().unwrap();
    let mut built: Vec<&str> = built.iter().map(|one| one["target"].as_str().unwrap()).collect();
    let mut wanted: Vec<&str> = TARGETS.iter().map(|(target, _)| *target).collect();
    built.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(built, wanted);
    assert!(text.contains("packaging/pack") && text.contains("packaging/manifests"));
}

#[test]
fn there_is_a_page_of_the_manual_for_each_command() {
    let folder = Folder::new(&[]);
    let written = folder.run(folder.command(&["man"]).arg(folder.root().join("man")));
    assert_eq!(written.code, 0, "{}", written.err);
    let page = |name: &str| fs::read_to_string(folder.root().join("man").join(name)).unwrap();
    assert!(page("sternpost.1").contains("handbook"));
    for command in ["build", "serve", "check", "theme", "schema"] {
        assert!(page(&format!("sternpost-{command}.1")).contains(command), "{command}");
    }
}
