//! What other programs' configuration says of where the essays are, and where they are published.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::source::{text, yaml};

/// Where MkDocs looks for its configuration.
const MKDOCS: &[&str] = &["mkdocs.yml", "mkdocs.yaml", ".config/mkdocs.yml"];

/// The content folder that another program's configuration names, if it is there.
pub fn content_folder(root: &Path) -> Option<PathBuf> {
    if let Some(config) = MKDOCS.iter().map(|name| root.join(name)).find(|path| path.is_file()) {
        return Some(root.join(docs_dir(&config))).filter(|dir| dir.is_dir());
    }
    if let Some(dir) = gitbook(root).and_then(|config| config.root) {
        let dir = root.join(dir.trim_start_matches("./").trim_end_matches('/'));
        return Some(dir).filter(|dir| dir.is_dir() && dir.starts_with(root));
    }
    let docusaurus = ["js", "ts", "mjs", "cjs"]
        .iter()
        .any(|end| root.join(format!("docusaurus.config.{end}")).is_file());
    Some(root.join("docs")).filter(|dir| docusaurus && dir.is_dir())
}

/// What another program's configuration calls the site.
pub fn title(root: &Path) -> Option<String> {
    let others = [
        ("_config.yml", "title"),
        ("hugo.toml", "title"),
        ("hugo.yaml", "title"),
        ("zola.toml", "title"),
        ("config.toml", "title"),
    ];
    let mkdocs = MKDOCS.iter().map(|name| (*name, "site_name"));
    mkdocs.chain(others).find_map(|(name, word)| key(&root.join(name), word))
}

/// `docs_dir` of a `mkdocs.yml`, by default `docs`.
fn docs_dir(config: &Path) -> String {
    let named = key(config, "docs_dir").filter(|value| !value.contains(".."));
    named.unwrap_or_else(|| "docs".to_owned())
}

/// The repository that MkDocs' or Jekyll's configuration names.
pub fn repository_url(root: &Path) -> Option<String> {
    let mkdocs = MKDOCS.iter().find_map(|name| key(&root.join(name), "repo_url"));
    let jekyll = || {
        let name = key(&root.join("_config.yml"), "repository")?;
        (name.matches('/').count() == 1).then(|| format!("https://github.com/{name}"))
    };
    mkdocs.or_else(jekyll)
}

/// Where the site is or was published, by the configuration of the program that it was written for.
/// Links to that address are links to its pages.
pub fn site_urls(root: &Path) -> Vec<String> {
    let mkdocs = MKDOCS.iter().find_map(|name| key(&root.join(name), "site_url"));
    let jekyll = key(&root.join("_config.yml"), "url").map(|url| {
        let base = key(&root.join("_config.yml"), "baseurl").unwrap_or_default();
        format!("{}/{}", url.trim_end_matches('/'), base.trim_start_matches('/'))
    });
    let others = [
        ("hugo.toml", "baseURL"),
        ("config.toml", "baseURL"),
        ("hugo.yaml", "baseURL"),
        ("config.toml", "base_url"),
        ("zola.toml", "base_url"),
    ];
    let others = others.iter().filter_map(|(name, word)| key(&root.join(name), word));
    let domain = ["CNAME", "docs/CNAME", "static/CNAME"]
        .iter()
        .find_map(|name| text::read(&root.join(name)))
        .map(|name| format!("https://{}/", name.trim()));
    let urls = mkdocs.into_iter().chain(jekyll).chain(others).chain(domain);
    urls.filter(|url| url.starts_with("http") && url.contains('.')).collect()
}

/// The value of a key at the top of a configuration in YAML or TOML. Only its line is read: the file
/// may hold what means something to its own program alone.
fn key(config: &Path, name: &str) -> Option<String> {
    let text = text::read(config)?;
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix([':', '=']))?;
    let value = value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// `.gitbook.yaml`: where GitBook finds what.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GitBook {
    /// The content folder.
    pub root: Option<String>,
    /// The names of two files.
    pub structure: GitBookFiles,
    /// Old addresses, each with the file that it leads to.
    pub redirects: BTreeMap<String, String>,
}

/// `structure` in `.gitbook.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GitBookFiles {
    /// The contents, by default `SUMMARY.md`.
    pub summary: Option<String>,
}

/// GitBook's configuration, where there is one that can be read.
pub fn gitbook(root: &Path) -> Option<GitBook> {
    let text = text::read(&root.join(".gitbook.yaml"))?;
    let config: GitBook = yaml::read(&text).ok()?;
    let leads_out = |path: &Option<String>| path.as_ref().is_some_and(|path| path.contains(".."));
    (!leads_out(&config.root) && !leads_out(&config.structure.summary)).then_some(config)
}
