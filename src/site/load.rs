//! From a project to all that its pages are made from: the first three steps in one.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rayon::prelude::*;

use crate::book::resolve::is_outside;
use crate::book::rules::join;
use crate::book::{Book, Ground, Url};
use crate::diagnostic::{Code, Diagnostic, Failure, Noted, Place, reason};
use crate::essay::{Dialect, Essay, Library};
use crate::render::Theme;
use crate::site::library::Shelf;
use crate::source::beyond::beyond;
use crate::source::walk::Walked;
use crate::source::{
    Beyond, ByFolder, FileKind, Project, Repository, SourceFile, folders, navigation, text,
};
use crate::system::System;

/// The theme's script that draws diagrams.
const DRAWING: &str = "diagrams.js";

/// A book with its theme.
#[derive(Debug)]
pub struct Loaded {
    /// The book.
    pub book: Arc<Book>,
    /// The theme.
    pub theme: Arc<Theme>,
    /// The site's additional style sheets.
    pub styles: Vec<Url>,
    /// The site's additional scripts.
    pub scripts: Vec<Url>,
    /// The scripts of pages with a diagram, where the site draws them.
    pub diagrams: Vec<Url>,
    /// Files beside those of the content folder that pages are made from, by their paths from the root.
    pub beyond: Vec<String>,
}

/// Loads, parses and assembles the book of `project`, whose content folder holds what was `walked`.
///
/// # Errors
/// When a template is wrong.
pub fn load(project: &Project, walked: Walked, drafts: bool) -> Result<Noted<Loaded>, Failure> {
    let shown = |path: &Path| project.shown(path);
    let mut theme = Theme::load(project.templates.as_deref(), &shown)?;
    let html = &project.config.output.html;
    let Walked { files, mut notes, .. } = walked;
    let mut additional =
        |files: &[String], key| additional(project, &mut theme, files, key, &mut notes);
    let styles = additional(&html.additional_css, "additional-css");
    let scripts = additional(&html.additional_js, "additional-js");

    let mermaid = project.config.handbook.mermaid.clone();
    let mut diagrams = additional(&Vec::from_iter(mermaid), "mermaid");
    let drawing = theme.files.remove(DRAWING).filter(|_| !diagrams.is_empty());
    if let Some(file) = drawing {
        diagrams.push(file.url.clone());
        theme.files.insert(DRAWING.to_owned(), file);
    }

    let navigation = navigation::read(project);
    let contents = navigation.as_ref().and_then(|navigation| navigation.source.clone());
    let (markdown, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .filter(|file| Some(&file.path) != contents.as_ref())
        .partition(|file| file.kind == FileKind::Markdown);
    let mut systems = ByFolder::new(&project.root, project.config.handbook.dialects.as_deref());
    let markdown: Vec<(SourceFile, Dialect)> = markdown
        .into_iter()
        .map(|file| {
            let folder = file.file.parent().unwrap_or(&project.content);
            let systems = match file.path.as_str().ends_with(".mdx") {
                true => systems.of(folder).with(System::Docusaurus),
                false => systems.of(folder),
            };
            let dialect = Dialect::new(html).written_for(systems);
            (file, dialect)
        })
        .collect();
    let library = Shelf::new(project, markdown.iter().map(|(file, _)| file.path.as_str()));
    let parsed: Vec<Result<Essay, Diagnostic>> =
        markdown.into_par_iter().map(|(file, dialect)| read(file, dialect, &library)).collect();
    let mut essays = Vec::with_capacity(parsed.len());
    for essay in parsed {
        match essay {
            Ok(essay) => essays.push(Arc::new(essay)),
            Err(note) => notes.push(note),
        }
    }
    let parts = crate::book::Parts {
        config: project.config.clone(),
        name: crate::essay::title::readable(&project.name()),
        ground: Ground {
            content_prefix: content_prefix(project),
            links: project.config.handbook.links,
            repository: Repository::of(project),
            site_urls: project.site_urls(),
        },
        beyond: linked_beyond(project, &essays, &others),
        navigation,
        folders: folders::read(&project.content, folders_of(&essays).iter().map(String::as_str)),
        essays,
        files: others,
        drafts,
    };
    let named = [&html.additional_css, &html.additional_js, &project.config.build.extra_watch_dirs];
    let named = named.into_iter().flatten().chain(&project.config.handbook.mermaid).cloned();
    let included = parts.essays.iter().flat_map(|essay| essay.made_from().iter().cloned());
    let linked = parts.beyond.iter().map(|beyond| beyond.path.clone());
    let beyond: BTreeSet<String> = named.chain(included).chain(linked).collect();
    let Noted { value: book, notes: found } = Book::assemble(parts);
    notes.extend(found);
    Ok(Noted {
        value: Loaded {
            book: Arc::new(book),
            theme: Arc::new(theme),
            styles,
            scripts,
            diagrams,
            beyond: beyond.into_iter().collect(),
        },
        notes,
    })
}

/// All folders in which essays lie, or folders with essays.
fn folders_of(essays: &[Arc<Essay>]) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for essay in essays {
        let mut folder = essay.source.folder();
        while folders.insert(folder.to_owned()) && !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
    folders
}

/// What the links of `essays` lead to on disk beside essays and `files`.
fn linked_beyond(project: &Project, essays: &[Arc<Essay>], files: &[SourceFile]) -> Vec<Beyond> {
    let known: HashSet<&str> = essays
        .iter()
        .map(|essay| essay.shown.as_str())
        .chain(files.iter().map(|file| file.shown.as_str()))
        .collect();
    let repository = Repository::of(project);
    let wanted = essays.par_iter().flat_map_iter(|essay| {
        let folder = essay.shown.rsplit_once('/').map_or("", |(folder, _)| folder);
        let repository = &repository;
        essay.links.iter().filter_map(move |link| wanted(&link.target, folder, repository.as_ref()))
    });
    let wanted = wanted.filter(|path| !known.contains(path.as_str())).collect();
    beyond(project, wanted)
}

/// The path from the root that a link may mean on disk.
fn wanted(target: &str, folder: &str, repository: Option<&Repository>) -> Option<String> {
    let path = target.trim().split(['?', '#']).next().unwrap_or("");
    if is_outside(path) {
        return Some(repository?.own(path)?.path);
    }
    let path = percent_decode_str(path).decode_utf8_lossy();
    match path.strip_prefix('/') {
        _ if path.is_empty() => None,
        Some(path) => join("", path),
        None => join(folder, &path),
    }
}

/// The content folder's path from the root, with a closing slash; empty where they are one.
fn content_prefix(project: &Project) -> String {
    match project.content.strip_prefix(&project.root) {
        Ok(inside) if !inside.as_os_str().is_empty() => {
            format!("{}/", project.shown(&project.content))
        }
        _ => String::new(),
    }
}

fn read(file: SourceFile, dialect: Dialect, library: &dyn Library) -> Result<Essay, Diagnostic> {
    let bytes = fs::read(&file.file).map_err(|error| {
        Diagnostic::warning(
            Code::Unreadable,
            format!("cannot read {}: {}", file.shown, reason(&error)),
        )
        .at(Place::file(&file.shown))
        .hint("it was left out")
    })?;
    let Noted { value: text, notes } = text::decode(&file.shown, bytes);
    let mut essay = Essay::parse(file.path, file.shown, text, dialect, library);
    essay.notes.splice(0..0, notes);
    Ok(essay)
}

/// Adds the style sheets or scripts that `key` names to the theme. One that cannot be read is
/// reported and left out.
fn additional(
    project: &Project,
    theme: &mut Theme,
    files: &[String],
    key: &str,
    notes: &mut Vec<Diagnostic>,
) -> Vec<Url> {
    let mut read = |name: &String| match fs::read(project.root.join(name)) {
        Ok(bytes) => Some(theme.add_file(name.trim_start_matches("./"), bytes)),
        Err(error) => {
            let message = format!("`{key}` names {name}, which cannot be read: {}", reason(&error));
            notes.push(
                Diagnostic::warning(Code::Config, message)
                    .at(Place::file(crate::source::project::CONFIG_FILE))
                    .hint("the path is relative to the folder of book.toml; pages do without it"),
            );
            None
        }
    };
    files.iter().filter_map(&mut read).collect()
}

/// What an author is told who has not written anything yet.
pub fn no_essays(project: &Project) -> Diagnostic {
    Diagnostic::warning(
        Code::LeftOut,
        format!("there is no essay in {}", project.content.display()),
    )
    .hint("write one: a file that ends in .md, such as welcome.md, with a few lines of text")
}
