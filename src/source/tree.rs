//! What other programs' configuration says of where the essays are.

use std::fs;
use std::path::{Path, PathBuf};

/// Where MkDocs looks for its configuration.
const MKDOCS: &[&str] = &["mkdocs.yml", "mkdocs.yaml", ".config/mkdocs.yml"];

/// The content folder that another program's configuration names, if it is there.
pub fn content_folder(root: &Path) -> Option<PathBuf> {
    if let Some(config) = MKDOCS.iter().map(|name| root.join(name)).find(|path| path.is_file()) {
        return Some(root.join(docs_dir(&config))).filter(|dir| dir.is_dir());
    }
    let docusaurus = ["js", "ts", "mjs", "cjs"]
        .iter()
        .any(|end| root.join(format!("docusaurus.config.{end}")).is_file());
    Some(root.join("docs")).filter(|dir| docusaurus && dir.is_dir())
}

/// `docs_dir` of a `mkdocs.yml`, by default `docs`. Only this line is read: the file may hold tags
/// that mean something to Python alone.
fn docs_dir(config: &Path) -> String {
    let text = fs::read(config)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("docs_dir:"));
    let value =
        line.map(|value| value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'']));
    value.filter(|value| !value.is_empty() && !value.contains("..")).unwrap_or("docs").to_owned()
}
