//! A new essay: a file with the name and the front matter that those beside it have.

use std::fs;
use std::path::PathBuf;

use jiff::civil::Date as Day;
use tera::{Context, Tera};

use crate::book::Book;
use crate::book::taxonomy::{folded, slug};
use crate::diagnostic::{Code, Diagnostic, Failure, Place, nearest};
use crate::edit::addresses::usual_language;
use crate::edit::front_matter::{self as edit, written};
use crate::edit::moves::not_read;
use crate::edit::naming::Naming;
use crate::essay::dialect::Edit;
use crate::essay::front_matter::known::{AUTHORS, DRAFT, TAGS};
use crate::essay::front_matter::{self, Language, split};
use crate::essay::title::is_index;
use crate::render::filters;
use crate::render::theme::patterns;
use crate::source::project::TEMPLATES;
use crate::source::walk::passed_over_above;
use crate::source::{Project, text};
use crate::system::System;

/// The folder of patterns in the folder of templates.
pub const PATTERNS: &str = "new";

/// What a new essay is to be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Its title.
    pub title: String,
    /// The path or the title of its section; the root without one.
    pub section: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Who writes it.
    pub author: Option<String>,
    /// The pattern that it begins with.
    pub pattern: Option<String>,
    /// Whether it is not to be published yet.
    pub draft: bool,
    /// The day.
    pub day: Day,
}

/// A new essay, not yet written.
#[derive(Debug)]
pub struct Draft {
    /// Where it is to be.
    pub file: PathBuf,
    /// Its path from the root.
    pub shown: String,
    /// What it says.
    pub text: String,
    /// What is worth knowing.
    pub told: Vec<Diagnostic>,
}

/// A text that essays begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Its name, such as `decision`.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// Its text, in which Tera fills in.
    text: String,
    /// How messages call it.
    shown: String,
}

/// What a pattern sees.
struct Seen<'s> {
    title: &'s str,
    date: String,
    author: Option<&'s str>,
    section: Option<&'s str>,
    tags: &'s [String],
    draft: bool,
}

/// The patterns of `project`: its own in `templates/new`, and those that come with the program.
pub fn all_patterns(project: &Project) -> Vec<Pattern> {
    let own =
        fs::read_dir(project.root.join(TEMPLATES).join(PATTERNS)).into_iter().flatten().flatten();
    let own = own.filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().strip_suffix(".md")?.to_owned();
        let text = text::read_inside(&project.root, &entry.path())?;
        Some(pattern(name, text, project.shown(&entry.path())))
    });
    let mut all: Vec<Pattern> = own.collect();
    for part in patterns() {
        let text = String::from_utf8_lossy(&part.bytes).into_owned();
        if !all.iter().any(|own| own.name == part.name) {
            all.push(pattern(
                part.name.clone(),
                text,
                format!("the built-in pattern {}", part.name),
            ));
        }
    }
    all.sort_by(|a, b| (a.name != "essay", &a.name).cmp(&(b.name != "essay", &b.name)));
    all
}

fn pattern(name: String, text: String, shown: String) -> Pattern {
    let comment = text.trim_start().strip_prefix("{#").and_then(|rest| rest.split("#}").next());
    let about = comment.unwrap_or("").trim_matches(['-', ' ', '\n']).to_owned();
    Pattern { name, about, text, shown }
}

impl Draft {
    /// Plans the essay.
    ///
    /// # Errors
    /// When the section or the pattern is not there, a file has its name, or the pattern cannot be filled in.
    pub fn plan(project: &Project, book: &Book, wanted: &Wanted) -> Result<Draft, Failure> {
        let title = wanted.title.trim();
        if title.is_empty() {
            return Err(no_title().into());
        }
        let mut told = Vec::new();
        let folder = section(book, wanted.section.as_deref(), &mut told)?;
        let path = Naming::of(book, &folder).path(&folder, title, wanted.day);
        let file = project.content.join(&path);
        let shown = project.shown(&file);
        if let Some(folder) = passed_over_above(project, &file) {
            return Err(not_read(project, folder).into());
        }
        if fs::symlink_metadata(&file).is_ok() {
            let message = format!("{shown} is there already, and stays as it is");
            return Err(Diagnostic::error(Code::Command, message)
                .hint("choose another title, or open that file in your editor")
                .into());
        }
        let tags = tags(book, &wanted.tags, &mut told);
        let seen = Seen {
            title,
            date: wanted.day.to_string(),
            author: wanted.author.as_deref(),
            section: wanted.section.as_deref(),
            tags: &tags,
            draft: wanted.draft,
        };
        let Filled { text: body, pattern } = filled(project, wanted.pattern.as_deref(), &seen)?;
        let text = if split(&body).is_some() {
            with_all(body, &pattern, &seen)?
        } else {
            format!("{}{body}", head(book, &folder, &seen))
        };
        if let Some(contents) = book.frame.setting.navigation.as_ref() {
            let prefix = &book.frame.setting.ground.content_prefix;
            let source = contents.source.as_ref();
            let named = source.map(|source| format!("{prefix}{}", source.as_str()));
            told.push(not_listed(named.as_deref(), title, &path));
        }
        Ok(Draft { file, shown, text, told })
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the system refuses, or a file of its name has come to be there.
    pub fn carry_out(&self) -> Result<(), Failure> {
        let written = crate::edit::writing::create(&self.file, &self.text);
        written.map_err(|error| Diagnostic::io(Code::Output, "write", &self.file, &error).into())
    }
}

/// What is said where there is no title and nobody can be asked.
pub fn no_title() -> Diagnostic {
    Diagnostic::error(Code::Command, "a new essay needs a title")
        .hint("type it in quotation marks: sternpost new \"Giving credit in public\"")
}

fn not_listed(contents: Option<&str>, title: &str, path: &str) -> Diagnostic {
    let message = "the contents of the book do not list the new essay yet";
    let note = Diagnostic::note(Code::Orphan, message);
    match contents {
        Some(contents) => note
            .hint(format!("add a line to {contents}: - [{title}]({})", path.replace(' ', "%20"))),
        None => note.hint(format!("add {path} where your contents are written")),
    }
}

/// The folder of the section that is called `name`.
fn section(book: &Book, name: Option<&str>, told: &mut Vec<Diagnostic>) -> Result<String, Failure> {
    let Some(name) = name.map(|name| name.trim().trim_matches('/')).filter(|name| !name.is_empty())
    else {
        return Ok(String::new());
    };
    let prefix = &book.frame.setting.ground.content_prefix;
    let bare = name.strip_prefix(prefix.as_str()).unwrap_or(name);
    let sections = || {
        book.tree.ids().map(|id| book.tree.section(id)).filter(|section| !section.folder.is_empty())
    };
    let is_folder = |folder: &str| {
        let inside = format!("{folder}/");
        book.essays.iter().any(|essay| essay.source.as_str().starts_with(&inside))
    };
    if is_folder(bare) {
        return Ok(bare.to_owned());
    }
    let by_title = sections()
        .find(|section| folded(&section.title) == folded(name) && is_folder(&section.folder));
    let by_name = || {
        sections().find(|section| {
            section.folder.rsplit('/').next().is_some_and(|last| folded(last) == folded(name))
        })
    };
    if let Some(section) = by_title.or_else(by_name) {
        return Ok(section.folder.clone());
    }
    let known: Vec<&str> = sections().map(|section| section.folder.as_str()).collect();
    if let Some(near) = nearest(bare, known.iter().copied()) {
        return Err(Diagnostic::error(Code::Command, format!("there is no section `{name}`"))
            .hint(format!("did you mean `{near}`?"))
            .into());
    }
    let parts: Vec<String> = bare.split('/').map(slug).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return Err(
            Diagnostic::error(Code::Command, format!("no folder can be called `{name}`")).into()
        );
    }
    let folder = parts.join("/");
    told.push(Diagnostic::note(Code::Command, format!("the section `{folder}` is new")));
    Ok(folder)
}

/// The tags in the spelling that the book has, and a word on those that are new.
fn tags(book: &Book, wanted: &[String], told: &mut Vec<Diagnostic>) -> Vec<String> {
    let terms = &book.tags.terms;
    let spelled =
        wanted.iter().map(|tag| tag.trim().trim_start_matches('#')).filter(|tag| !tag.is_empty());
    let spelled = spelled.map(|tag| {
        if let Some(known) = terms.iter().find(|term| folded(&term.name) == folded(tag)) {
            return known.name.clone();
        }
        if let Some(near) = nearest(tag, terms.iter().map(|term| term.name.as_str())) {
            let message = format!("no other essay has the tag `{tag}`");
            told.push(
                Diagnostic::note(Code::Spelling, message).hint(format!("did you mean `{near}`?")),
            );
        }
        tag.to_owned()
    });
    spelled.collect()
}

/// A pattern's text with all filled in, and how messages call the pattern.
struct Filled {
    text: String,
    pattern: String,
}

fn filled(project: &Project, name: Option<&str>, seen: &Seen<'_>) -> Result<Filled, Failure> {
    let patterns = all_patterns(project);
    let name = name.unwrap_or("essay").trim_end_matches(".md");
    let Some(pattern) = patterns.iter().find(|pattern| pattern.name == name) else {
        let unknown = Diagnostic::error(Code::Command, format!("there is no pattern `{name}`"));
        let names: Vec<&str> = patterns.iter().map(|pattern| pattern.name.as_str()).collect();
        let unknown = match nearest(name, names.iter().copied()) {
            Some(near) => unknown.hint(format!("did you mean `{near}`?")),
            None => unknown.hint(format!("there are: {}", names.join(", "))),
        };
        return Err(unknown
            .hint(format!("your own lie in {TEMPLATES}/{PATTERNS}, each a file of Markdown"))
            .into());
    };
    let wrong = |error: &tera::Error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or("").trim_start_matches("error: ");
        let message = format!("{} cannot be filled in: {first}", pattern.shown);
        Diagnostic::error(Code::Template, message)
            .at(Place::file(&pattern.shown))
            .hint("a pattern may use title, date, author, section, tags and draft")
    };
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::<&str>::new());
    filters::quote(&mut tera);
    tera.add_raw_template("pattern.md", &pattern.text).map_err(|error| wrong(&error))?;
    let mut context = Context::new();
    context.insert("title", seen.title);
    context.insert("date", &seen.date);
    context.insert("author", &seen.author);
    context.insert("section", &seen.section);
    context.insert("tags", seen.tags);
    context.insert("draft", &seen.draft);
    let body = tera.render("pattern.md", &context).map_err(|error| wrong(&error))?;
    Ok(Filled { text: format!("{}\n", body.trim()), pattern: pattern.shown.clone() })
}

/// The filled `text` of a pattern that has front matter of its own, with what was asked for and the pattern leaves
/// out.
fn with_all(text: String, pattern: &str, seen: &Seen<'_>) -> Result<String, Failure> {
    let refused = |message: String, hint: String| {
        Diagnostic::error(Code::Template, message).at(Place::file(pattern)).hint(hint)
    };
    let (_, _, slips) = front_matter::read(pattern, &text);
    if slips.iter().any(|slip| !slip.is_note()) || edit::read(&text).is_none() {
        let message =
            format!("the lines at the top of {pattern} cannot be read once they are filled in");
        let hint =
            "around what is filled in write no quotation marks, but: {{ title | json_encode }}";
        return Err(refused(message, hint.to_owned()).into());
    }
    let of = |text: &str| front_matter::read(pattern, text).0;
    let missing = |wanted: &[String], there: &[String]| -> Vec<String> {
        wanted.iter().filter(|one| !there.contains(one)).cloned().collect()
    };
    let author: Vec<String> = seen.author.iter().map(|author| (*author).to_owned()).collect();
    let mut whole = text;
    for (names, wanted) in [(AUTHORS.names, &author[..]), (TAGS.names, seen.tags)] {
        let meta = of(&whole);
        let there = if names == TAGS.names { &meta.tags } else { &meta.authors };
        let new = missing(wanted, there);
        let edits = (!new.is_empty())
            .then(|| edit::with_items(&whole, names, &new, Language::Yaml))
            .flatten();
        whole = made(whole, &edits.unwrap_or_default());
    }
    if seen.draft && !of(&whole).draft {
        let edit = edit::with_switch(&whole, DRAFT.names[0]);
        whole = made(whole, edit.as_slice());
    }
    let meta = of(&whole);
    let lacks = [
        (seen.draft && !meta.draft).then_some("draft"),
        (!missing(seen.tags, &meta.tags).is_empty()).then_some("tags"),
        (!missing(&author, &meta.authors).is_empty()).then_some("authors"),
    ];
    match lacks.into_iter().flatten().next() {
        None => Ok(whole),
        Some(key) => {
            let value = if key == "authors" { "[author]" } else { key };
            let message = format!("{pattern} has no place for `{key}`");
            let hint =
                format!("write in its lines at the top: {key}: {{{{ {value} | json_encode }}}}");
            Err(refused(message, hint).into())
        }
    }
}

/// `text` with `edits` made, none of which overlap.
fn made(mut text: String, edits: &[Edit]) -> String {
    for edit in edits {
        text.replace_range(edit.at.clone(), &edit.with);
    }
    text
}

/// The front matter as most essays of the book have it. Where none has any, the title is a heading, and front matter
/// holds only what was asked for.
fn head(book: &Book, folder: &str, seen: &Seen<'_>) -> String {
    let language = usual_language(book);
    let is_bare =
        !book.essays.is_empty() && !book.essays.iter().any(|essay| split(&essay.text()).is_some());
    let has_more = seen.author.is_some() || !seen.tags.is_empty() || seen.draft;
    let heading = format!("# {}\n\n", seen.title);
    if is_bare && !has_more {
        return heading;
    }
    let (fence, sign) = match language {
        Language::Toml => ("+++", " = "),
        Language::Yaml => ("---", ": "),
    };
    let text = |value: &str| written(value, "", language);
    let list = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|value| text(value)).collect();
        format!("[{}]", values.join(", "))
    };
    let mut lines = Vec::new();
    if !is_bare {
        lines.push(format!("title{sign}{}", text(seen.title)));
        lines.push(format!("date{sign}{}", seen.date));
    }
    lines.extend(seen.author.map(|author| format!("authors{sign}{}", list(&[author.to_owned()]))));
    lines.extend(seen.draft.then(|| format!("draft{sign}true")));
    lines.extend(weight(book, folder).map(|weight| format!("weight{sign}{weight}")));
    let is_zola = language == Language::Toml && systems_of(book, folder).has(System::Zola);
    if !seen.tags.is_empty() {
        match is_zola {
            true => lines.push(format!("\n[taxonomies]\ntags = {}", list(seen.tags))),
            false => lines.push(format!("tags{sign}{}", list(seen.tags))),
        }
    }
    let block = format!("{fence}\n{}\n{fence}\n\n", lines.join("\n"));
    if is_bare { format!("{block}{heading}") } else { block }
}

/// The next weight, where most essays of a folder have one: they stand in that order.
fn weight(book: &Book, folder: &str) -> Option<i64> {
    let beside = book.essays.iter().filter(|essay| essay.source.folder() == folder);
    let beside = beside.filter(|essay| !is_index(&essay.source));
    let weights: Vec<Option<i64>> = beside.map(|essay| essay.meta.weight).collect();
    let set: Vec<i64> = weights.iter().flatten().copied().collect();
    (set.len() * 2 > weights.len()).then(|| set.into_iter().max())??.checked_add(1)
}

fn systems_of(book: &Book, folder: &str) -> crate::system::Systems {
    let beside = book.essays.iter().find(|essay| essay.source.folder() == folder);
    beside.or(book.essays.first()).map(|essay| essay.dialect.systems).unwrap_or_default()
}
