//! From a project to all that its pages are made from: the first three steps in one.
//!
//! What a load before this one found is taken from there where the disk is as it was ([`Reading`]), so
//! that after a change only what differs is read and parsed. What comes out is the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::book::{Book, Ground, Parts, Setting, Url};
use crate::clock::Clock;
use crate::diagnostic::{Code, Diagnostic, Failure, Noted, Place, Severity, reason};
use crate::render::Theme;
use crate::site::kept::Kept;
use crate::site::marks::{self, Marks};
use crate::site::pictures::{self, Pictures};
use crate::site::reading::Reading;
use crate::source::beyond::{beyond, is_hidden};
use crate::source::{Project, Survey};

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
    /// Files beside those of the content folder that pages are made from, by their paths from the root;
    /// also those that are asked for and not there.
    pub beyond: Vec<String>,
    /// The book's logo, cover and icon.
    pub marks: Marks,
    /// The pictures that essays show.
    pub pictures: Arc<Pictures>,
    /// Whether a file was another when it was read than when it was listed: it is being saved.
    pub torn: bool,
    /// How long each step took.
    pub took: Vec<(&'static str, Duration)>,
    /// What was read, for the next load.
    pub(super) reading: Reading,
}

/// What a load has beside the project.
#[derive(Debug, Clone, Copy)]
pub struct Memory<'m> {
    /// What the last load gave.
    pub before: Option<&'m Loaded>,
    /// What an earlier run kept on disk.
    pub kept: &'m Kept,
    /// What an earlier run knew of pictures.
    pub pictures: &'m [pictures::Read],
    /// How many bytes of the essays' texts stay in memory; the others are fetched when they are needed.
    pub most_text: usize,
    /// How many bytes of their events do; the others are parsed when they are needed.
    pub most_events: usize,
}

impl Memory<'_> {
    /// Nothing is known. All texts stay and no events, as for who makes few pages.
    pub const NONE: Memory<'static> = Memory {
        before: None,
        kept: &Kept::NOTHING,
        pictures: &[],
        most_text: usize::MAX,
        most_events: 0,
    };
}

/// Loads, parses and assembles the book of `project`, of which `survey` was taken.
///
/// # Errors
/// When a template is wrong, or the folder of the essays cannot be read.
pub fn load(
    project: &Project,
    survey: &Survey,
    drafts: bool,
    memory: Memory<'_>,
) -> Result<Noted<Loaded>, Failure> {
    let mut clock = Clock::start();
    let shown = |path: &Path| project.shown(path);
    let language = project.config.language();
    let mut theme =
        Theme::load(project.theme.as_deref(), project.templates.as_deref(), language, &shown)?;
    theme.set(&project.config.palette);
    let html = &project.config.output.html;
    let mut notes = survey.walked.notes.clone();
    if notes.iter().any(|note| note.severity == Severity::Error) {
        return Err(Failure(notes));
    }
    notes.extend_from_slice(&theme.notes);
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

    clock.lap("templates");
    let Noted { value: reading, notes: unreadable } = Reading::new(project, survey, memory);
    notes.extend(unreadable);
    clock.lap("read");
    let parts = parts(project, &reading, drafts, memory);
    let beyond = made_from_beyond(project, &parts, &reading);
    let Noted { value: book, notes: found } =
        Book::assemble(parts, memory.before.map(|loaded| &*loaded.book));
    notes.extend(found);
    clock.lap("assemble");
    let marks = Marks::read(project, &book, &mut theme, &mut notes);
    let known = memory.before.map_or(memory.pictures, |loaded| &loaded.pictures.read);
    let Noted { value: pictures, notes: found } =
        Pictures::new(&project.root, &book, survey, known);
    notes.extend(found);
    clock.lap("pictures");
    Ok(Noted {
        value: Loaded {
            book: Arc::new(book),
            theme: Arc::new(theme),
            styles,
            scripts,
            diagrams,
            beyond,
            torn: reading.torn || pictures.torn,
            marks,
            pictures: Arc::new(pictures),
            took: clock.laps,
            reading,
        },
        notes,
    })
}

/// What the book is assembled from.
fn parts(project: &Project, reading: &Reading, drafts: bool, memory: Memory<'_>) -> Parts {
    let around = &reading.around;
    Parts {
        essays: reading.essays(),
        with_drafts: drafts,
        related: match memory.before {
            Some(loaded) => Some(Arc::clone(&loaded.book.frame.related)),
            None => memory.kept.related.clone(),
        },
        setting: Setting {
            config: project.config.clone(),
            name: crate::essay::title::readable(&project.name()),
            ground: Ground {
                content_prefix: content_prefix(project),
                links: project.config.handbook.links,
                repository: around.repository.clone(),
                site_urls: around.site_urls.clone(),
            },
            beyond: beyond(project, reading.wanted()),
            navigation: around.navigation.clone(),
            folders: around.folders.clone(),
            files: around.files.clone(),
            drafts: Vec::new(),
        },
    }
}

/// Files beside those of the content folder that pages are made from, or would be if they were there.
fn made_from_beyond(project: &Project, parts: &Parts, reading: &Reading) -> Vec<String> {
    let config = &project.config;
    let html = &config.output.html;
    let named = [&html.additional_css, &html.additional_js, &config.build.extra_watch_dirs];
    let named = named.into_iter().flatten().chain(&config.handbook.mermaid).cloned();
    let included = parts.essays.iter().flat_map(|essay| essay.made_from().iter().cloned());
    // What lies in the content folder was listed with it, unless it is hidden.
    let prefix = &parts.setting.ground.content_prefix;
    let is_listed = |path: &String| path.starts_with(prefix.as_str()) && !is_hidden(path);
    let linked = reading.wanted().into_iter().filter(|path| !is_listed(path));
    let found = parts.setting.beyond.iter().map(|beyond| beyond.path.clone());
    let tried = reading.tried.iter().cloned();
    let marks = marks::files(project).into_iter();
    let all: BTreeSet<String> =
        named.chain(marks).chain(included).chain(tried).chain(linked).chain(found).collect();
    all.into_iter().collect()
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
