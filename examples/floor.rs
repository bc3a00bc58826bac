//! The least that any generator has to do, for benchmarks: read the sources, render their Markdown, and
//! write the files of a site, and nothing else.
//!
//! `cargo run --release --example floor -- CONTENT SITE OUT`: reads the essays in `CONTENT` and writes into
//! `OUT` the files that `SITE` has, each with as many bytes as there: of an essay its HTML, filled up.

use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use walkdir::WalkDir;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [content, site, out] = arguments.as_slice() else {
        return Err("usage: floor CONTENT SITE OUT".into());
    };
    let files = below(site)?;
    let folders: HashSet<&Path> = files.iter().filter_map(|(file, _)| file.parent()).collect();
    for folder in folders {
        fs::create_dir_all(out.join(folder))?;
    }
    let written: Result<Vec<()>, std::io::Error> = files
        .par_iter()
        .map(|(file, length)| {
            let mut bytes = rendered(content, file)?;
            bytes.resize(usize::try_from(*length).unwrap_or(usize::MAX), b' ');
            fs::write(out.join(file), bytes)
        })
        .collect();
    written.map(|_| ()).map_err(Into::into)
}

/// The files below `folder` with their lengths.
fn below(folder: &Path) -> Result<Vec<(PathBuf, u64)>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder)?.to_owned();
            files.push((path, entry.metadata()?.len()));
        }
    }
    Ok(files)
}

/// The HTML of the essay whose page is `file`; empty for other files.
fn rendered(content: &Path, file: &Path) -> std::io::Result<Vec<u8>> {
    let source = file.parent().map(|folder| content.join(folder).with_extension("md"));
    let Some(text) = source.filter(|source| source.is_file()).map(fs::read_to_string) else {
        return Ok(Vec::new());
    };
    let text = text?;
    let body = text.splitn(3, "+++\n").nth(2).unwrap_or(&text);
    let mut html = String::with_capacity(body.len() * 2);
    html::push_html(&mut html, Parser::new_ext(body, Options::ENABLE_TABLES));
    Ok(html.into_bytes())
}
