//! Syntax that other programs add to Markdown, written in ours before Markdown is read.
//!
//! 1. Each [`Recogniser`] that is on for the essay and may find something is asked, in order, what it
//!    would write differently ([`Edit`]). It sees the text as the ones before it left it, and which
//!    of it is code, which it leaves alone.
//! 2. The edits are made, and [`Places`] remembers where the rest came from, so that messages name the
//!    line of the author's file.
//!
//! Whatever can be said in the Markdown that we know is said in it: every kind of box becomes a
//! callout (`> [!note] Title`), every kind of reference a link. So there is one way to render each,
//! and a new dialect is a new file here and a line in [`RECOGNISERS`]. An essay without foreign
//! syntax, which is most, is not copied.

mod admonition;
mod arguments;
mod attributes;
mod callout;
pub mod contents;
mod directive;
mod gitbook;
mod hugo;
mod liquid;
mod mark;
mod markdown_attribute;
mod mdbook;
mod mdx;
mod obsidian;
mod places;
mod pymdownx;
mod snippets;
mod tags;
mod zola;

use std::cell::Cell;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::essay::markdown::{Dialect, Spanned, is_money};
use crate::source::SourcePath;
use crate::system::{System, Systems};

pub use hugo::REF;
pub use liquid::without_liquid;
pub use obsidian::WIKI;
pub use places::Places;

/// One kind of foreign syntax.
pub struct Recogniser {
    /// One of these stands in any text that holds the syntax.
    signs: &'static [&'static str],
    /// Whether the syntax means anything in an essay written for these programs.
    is_on: fn(Systems) -> bool,
    /// Finds it.
    find: fn(&Text<'_>, &mut Found),
}

/// All recognisers in the order in which they are asked.
pub const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        signs: &["{{#", "```rust"],
        is_on: |systems| systems.has(System::MdBook),
        find: mdbook::find,
    },
    Recogniser {
        signs: &["--8<--"],
        is_on: |systems| systems.has(System::MkDocs),
        find: snippets::find,
    },
    Recogniser { signs: &["import "], is_on: always, find: mdx::imports },
    Recogniser { signs: &["<", "export ", "import ", "{/*"], is_on: is_mdx, find: mdx::margin },
    Recogniser { signs: &["<"], is_on: is_mdx, find: mdx::components },
    Recogniser {
        signs: &["++", "^^", "*[", ":material-", ":fontawesome-", ":octicons-", ":simple-"],
        is_on: |systems| systems.has(System::MkDocs),
        find: pymdownx::find,
    },
    Recogniser { signs: &["%%"], is_on: is_vault, find: obsidian::comments },
    Recogniser { signs: &["![["], is_on: is_vault, find: obsidian::embeds },
    Recogniser { signs: &["[["], is_on: is_vault, find: obsidian::links },
    Recogniser { signs: &["^"], is_on: is_vault, find: obsidian::blocks },
    Recogniser { signs: &["#"], is_on: is_vault, find: obsidian::tags },
    Recogniser { signs: &["]({{"], is_on: always, find: liquid::in_links },
    Recogniser { signs: &["{%", "{{"], is_on: has_liquid, find: liquid::find },
    Recogniser {
        signs: &["{%", "{{"],
        is_on: |systems| systems.has(System::Zola),
        find: zola::find,
    },
    Recogniser {
        signs: &["{{<", "{{%"],
        is_on: |systems| systems.has(System::Hugo),
        find: hugo::find,
    },
    Recogniser { signs: &["{%"], is_on: has_gitbook, find: gitbook::find },
    Recogniser {
        signs: &["!!! ", "??? ", "???+ ", "=== \"", "===! \"", "===+ \""],
        is_on: always,
        find: admonition::find,
    },
    Recogniser {
        signs: &["markdown=", " markdown>"],
        is_on: always,
        find: markdown_attribute::find,
    },
    Recogniser {
        signs: &["[TOC]", "[toc]", "[[_TOC_]]", "[[TOC]]", "[[toc]]", "${toc}", "toc}"],
        is_on: always,
        find: contents::find,
    },
    Recogniser { signs: &["{:", "{.", "{#", "{ "], is_on: always, find: attributes::find },
    Recogniser { signs: &["=="], is_on: marks, find: mark::find },
    Recogniser { signs: &[":::"], is_on: always, find: directive::find },
];

/// Always on: the form is so particular that nothing else is meant by it.
fn always(_: Systems) -> bool {
    true
}

fn has_liquid(systems: Systems) -> bool {
    systems.has_any(&[System::Jekyll, System::Eleventy])
}

/// Where `{% %}` is nobody else's.
fn has_gitbook(systems: Systems) -> bool {
    !systems.has_any(&[System::Jekyll, System::Eleventy, System::Zola])
}

fn is_mdx(systems: Systems) -> bool {
    systems.has(System::Docusaurus)
}

fn is_vault(systems: Systems) -> bool {
    systems.has(System::Obsidian)
}

fn marks(systems: Systems) -> bool {
    systems.has_any(&[System::MkDocs, System::Obsidian])
}

/// The text of an essay on its way into our Markdown.
pub struct Text<'t> {
    /// The Markdown.
    pub text: &'t str,
    /// The file that it stands in.
    pub file: &'t SourcePath,
    /// The programs that it was written for.
    pub systems: Systems,
    /// Other files.
    library: &'t dyn Library,
    /// How many bytes of them were read.
    brought: Cell<usize>,
    /// Where code stands, in order.
    code: Vec<Range<usize>>,
}

/// How many bytes of other files are read for one essay.
const MOST_BROUGHT: usize = 16 * 1024 * 1024;

/// A line of a text.
#[derive(Debug, Clone, Copy)]
pub struct Line<'t> {
    /// Its first byte.
    pub start: usize,
    /// What it says, without the end of line.
    pub text: &'t str,
}

impl Line<'_> {
    /// Its bytes, the end of line not among them.
    pub fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

impl<'t> Text<'t> {
    /// Whether byte `at` is part of a code block, a code span or a formula.
    pub fn is_code(&self, at: usize) -> bool {
        let after = self.code.partition_point(|code| code.start <= at);
        after > 0 && at < self.code[after - 1].end
    }

    /// All lines, code too.
    pub fn lines(&self) -> impl Iterator<Item = Line<'t>> + use<'t> {
        lines(self.text)
    }

    /// The text of another file, from which something is brought in. `from` names it: this file, or one
    /// that was brought in itself.
    ///
    /// # Errors
    /// With a sentence that says why there is none, or that it is too much.
    fn bring_in(&self, from: &SourcePath, path: &str) -> Result<Volume, String> {
        if self.brought.get() > MOST_BROUGHT {
            return Err(format!("`{path}` is left out: too much is brought in already"));
        }
        self.count(self.library.read(from, path)?)
    }

    /// The text of the note that is called `name`.
    ///
    /// # Errors
    /// As [`Text::bring_in`].
    fn bring_in_note(&self, name: &str) -> Result<Volume, String> {
        if self.brought.get() > MOST_BROUGHT {
            return Err(format!("`{name}` is left out: too much is brought in already"));
        }
        self.count(self.library.note(self.file, name)?)
    }

    fn count(&self, volume: Volume) -> Result<Volume, String> {
        self.brought.set(self.brought.get() + volume.text.len());
        Ok(volume)
    }

    /// Where `sign` stands outside code.
    pub fn matches<'s>(&'s self, sign: &'s str) -> impl Iterator<Item = usize> + 's {
        self.text.match_indices(sign).map(|(at, _)| at).filter(|at| !self.is_code(*at))
    }
}

/// The lines of a text.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        Line { start: at, text: line.strip_suffix('\n').unwrap_or(line) }
    })
}

/// A part of a text that is to be written differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub at: Range<usize>,
    /// What comes in their place.
    pub with: String,
}

/// What a recogniser found.
#[derive(Debug, Default)]
pub struct Found {
    edits: Vec<Edit>,
    notes: Vec<(Range<usize>, Diagnostic)>,
    files: Vec<String>,
    tags: Vec<String>,
}

impl Found {
    /// Writes `with` in place of the bytes `at`. Edits that overlap an earlier one are passed over.
    pub fn edit(&mut self, at: Range<usize>, with: impl Into<String>) {
        self.edits.push(Edit { at, with: with.into() });
    }

    /// Tells something about the bytes `at`.
    pub fn note(&mut self, at: Range<usize>, note: Diagnostic) {
        self.notes.push((at, note));
    }

    /// Gives the essay a tag.
    pub fn tag(&mut self, tag: &str) {
        self.tags.push(tag.to_owned());
    }

    /// Remembers that the essay is made from the file `path` too.
    pub fn made_from(&mut self, path: impl Into<String>) {
        self.files.push(path.into());
    }
}

/// The other files of a project, for syntax that brings in what stands elsewhere. Paths are those
/// that the author wrote; whoever reads them sees to it that none leads out of the project.
pub trait Library: Sync {
    /// The text of the file that `path` means in the file `from`.
    ///
    /// # Errors
    /// With a sentence that says why there is none.
    fn read(&self, from: &SourcePath, path: &str) -> Result<Volume, String>;

    /// The text of the note that is called `name`, wherever in the vault it lies.
    ///
    /// # Errors
    /// With a sentence that says why there is none.
    fn note(&self, from: &SourcePath, name: &str) -> Result<Volume, String>;
}

/// A file of a [`Library`].
#[derive(Debug, Clone)]
pub struct Volume {
    /// Its path from the project's root.
    pub path: String,
    /// Its path in the content folder, for what it brings in itself.
    pub source: SourcePath,
    /// What it says.
    pub text: String,
}

/// A library without a file.
pub struct Empty;

impl Library for Empty {
    fn read(&self, _: &SourcePath, path: &str) -> Result<Volume, String> {
        Err(format!("there is no file `{path}`"))
    }

    fn note(&self, _: &SourcePath, name: &str) -> Result<Volume, String> {
        Err(format!("there is no note `{name}`"))
    }
}

/// An essay's Markdown with all foreign syntax written in ours.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Translated {
    /// The Markdown, where anything had to be written differently.
    pub text: Option<String>,
    /// Where its parts stand in the original.
    pub places: Places,
    /// What was noticed, each with its bytes in the original.
    #[serde(skip)]
    pub notes: Vec<(Range<usize>, Diagnostic)>,
    /// The files from which something was brought in.
    pub files: Vec<String>,
    /// Tags that stand in the text.
    #[serde(skip)]
    pub tags: Vec<String>,
}

/// Which bytes a text has. Most signs have one that is in no plain text, so that the text need not be searched.
struct Bytes([bool; 256]);

impl Bytes {
    fn of(text: &str) -> Bytes {
        let mut has = [false; 256];
        for byte in text.bytes() {
            has[usize::from(byte)] = true;
        }
        Bytes(has)
    }

    fn may_spell(&self, sign: &str) -> bool {
        sign.bytes().all(|byte| self.0[usize::from(byte)])
    }
}

/// Writes the foreign syntax of `markdown` in ours.
pub fn translate(
    markdown: &str,
    file: &SourcePath,
    dialect: Dialect,
    library: &dyn Library,
) -> Translated {
    let mut done = Translated::default();
    let mut bytes = Bytes::of(markdown);
    for recogniser in RECOGNISERS {
        let text = done.text.as_deref().unwrap_or(markdown);
        let chance = (recogniser.is_on)(dialect.systems)
            && recogniser.signs.iter().any(|sign| bytes.may_spell(sign) && text.contains(sign));
        if !chance {
            continue;
        }
        let code = code(text, dialect);
        let brought = Cell::new(0);
        let text = Text { text, file, systems: dialect.systems, library, brought, code };
        let mut found = Found::default();
        (recogniser.find)(&text, &mut found);
        let places = &done.places;
        done.notes.extend(found.notes.into_iter().map(|(at, note)| (places.span(at), note)));
        done.files.extend(found.files);
        done.tags.extend(found.tags);
        if !found.edits.is_empty() {
            let (edited, step) = edited(text.text, found.edits);
            bytes = Bytes::of(&edited);
            done.text = Some(edited);
            done.places.then(step);
        }
    }
    done
}

/// Where tags stand in the text of an essay of a vault, without their signs; nowhere in other essays.
pub fn tags_in_text(markdown: &str, dialect: Dialect) -> Vec<Range<usize>> {
    if !is_vault(dialect.systems) {
        return Vec::new();
    }
    let (file, code) = (SourcePath::new(""), code(markdown, dialect));
    let (systems, brought) = (dialect.systems, Cell::new(0));
    let text = Text { text: markdown, file: &file, systems, library: &Empty, brought, code };
    obsidian::tag_places(&text).collect()
}

/// Where code and formulas stand in `text`, by Markdown's own rules: TeX is full of braces.
fn code(text: &str, dialect: Dialect) -> Vec<Range<usize>> {
    let is_code = |(event, span): &Spanned<'_>| match event {
        Event::Start(Tag::CodeBlock(_)) | Event::Code(_) | Event::DisplayMath(_) => true,
        Event::InlineMath(_) => !is_money(text, span),
        _ => false,
    };
    let events = Parser::new_ext(text, dialect.options()).into_offset_iter();
    events.filter(is_code).map(|(_, span)| span).collect()
}

/// Makes the edits.
fn edited(text: &str, mut edits: Vec<Edit>) -> (String, places::Step) {
    // What is only put in comes before what takes the place of something there.
    edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let mut out = String::with_capacity(text.len());
    let mut step = places::Step::default();
    let mut done = 0;
    for edit in edits.into_iter().filter(|edit| edit.at.start <= edit.at.end) {
        if edit.at.start < done {
            continue;
        }
        step.copied(out.len(), done);
        out.push_str(&text[done..edit.at.start]);
        step.written(out.len(), edit.at.start);
        out.push_str(&edit.with);
        done = edit.at.end;
    }
    step.copied(out.len(), done);
    out.push_str(&text[done..]);
    (out, step)
}
