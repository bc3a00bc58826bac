//! The second step, **parse**: one file becomes one [`Essay`].
//!
//! 1. [`front_matter`] reads the lines at the top.
//! 2. What other programs add to Markdown is written in ours ([`dialect`]).
//! 3. One pass over the Markdown ([`outline`]) finds the headings with their ids, the links, the
//!    words and the first paragraph.
//! 4. The title is settled, and with it which heading is not to be printed a second time.
//!
//! A file is parsed by itself, with nothing but the configuration beside it, so files are parsed
//! in parallel and an unchanged one need not be parsed again. Parsing does not fail: what is wrong
//! is noted in [`Essay::notes`]. The HTML is made later, by `render`, from the same events ([`Script`]).

pub mod anchor;
pub mod blocks;
pub mod date;
pub mod dialect;
pub mod emoji;
pub mod fence;
pub mod front_matter;
pub mod ids;
mod later;
pub mod manuscript;
pub mod markdown;
pub mod math;
pub mod outline;
pub mod permitted;
mod prose;
pub mod raw_html;
mod recording;
pub mod title;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Code, Diagnostic, Lines, Place};
use crate::source::SourcePath;

pub use date::Date;
pub use dialect::Library;
use dialect::Translated;
pub use front_matter::{Meta, Stamp};
pub use ids::Ids;
pub use later::Later;
pub use manuscript::Print;
use manuscript::{Manuscript, print_of};
pub use markdown::Dialect;
use markdown::events;
pub use outline::{Heading, Link, LinkKind};
use recording::Recording;
pub use recording::Script;

/// A file of Markdown, understood by itself.
///
/// It can be kept on disk but for its text, which is in its file, and for what was wrong with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Essay {
    /// Where it stands in the content folder.
    pub source: SourcePath,
    /// The file's path from the project's root, for messages and edit links.
    pub shown: String,
    /// The whole text.
    pub manuscript: Manuscript,
    /// The first byte of the Markdown, after the front matter.
    pub body: usize,
    /// How its Markdown is read.
    pub dialect: Dialect,
    /// The Markdown in our own syntax.
    translated: Translated,
    /// What the front matter says.
    pub meta: Meta,
    /// The title: never empty but on a home page that names itself nowhere.
    pub title: String,
    /// The heading, an index into `outline`, that the page's title takes the place of.
    pub hoisted: Option<usize>,
    /// All headings in order.
    pub outline: Later<Heading>,
    /// All links and images in order.
    pub links: Vec<Link>,
    /// The ids of its headings, and those that the author set in raw HTML.
    pub ids: Ids,
    /// In an mdBook, the ids of the terms of definition lists, in order; empty where a heading has it.
    pub term_ids: Vec<String>,
    /// Whether it holds a diagram in Mermaid.
    pub has_diagram: bool,
    /// Words that a reader reads; code and markup do not count.
    pub words: usize,
    /// A sentence or two for lists, in plain text.
    pub excerpt: Option<String>,
    /// When it was written, by its front matter or its file's name.
    pub date: Option<Stamp>,
    /// What was wrong.
    #[serde(skip)]
    pub notes: Vec<Diagnostic>,
    /// Where its lines begin, found when the first place is asked for.
    #[serde(skip)]
    lines: OnceLock<Lines>,
    /// The events of its Markdown, if they were written down in this run.
    #[serde(skip)]
    recording: Option<Recording>,
}

impl Essay {
    /// Understands the text of one file. What it brings in from others is read in `library`.
    pub fn parse(
        source: SourcePath,
        shown: String,
        text: String,
        dialect: Dialect,
        library: &dyn Library,
    ) -> Essay {
        Essay::understand(source, shown, text, dialect, library, false)
    }

    /// The same. `records` says whether its events are written down, for whoever makes its page.
    pub fn understand(
        source: SourcePath,
        shown: String,
        text: String,
        dialect: Dialect,
        library: &dyn Library,
        records: bool,
    ) -> Essay {
        let (mut meta, body, notes) = front_matter::read(&shown, &text);
        let mut translated = dialect::translate(&text[body..], &source, dialect, library);
        let mut foreign = std::mem::take(&mut translated.notes);
        for tag in std::mem::take(&mut translated.tags) {
            if !meta.tags.iter().any(|known| known.eq_ignore_ascii_case(&tag)) {
                meta.tags.push(tag);
            }
        }
        let markdown = translated.text.as_deref().unwrap_or(&text[body..]);
        let events: Vec<_> = events(markdown, dialect).collect();
        let recording = if records { Recording::of(&events) } else { None };
        let mut outline = outline::read(markdown, events, dialect).moved(|span| {
            let span = translated.places.span(span);
            span.start + body..span.end + body
        });
        let formulas = std::mem::take(&mut outline.wrong_formulas);
        foreign.extend(formulas.into_iter().map(|(span, why)| {
            let span = span.start - body..span.end - body;
            let message = format!("this formula cannot be read: {why}");
            let note = Diagnostic::warning(Code::Math, message);
            (span, note.hint("it is shown as it is written"))
        }));
        let refused = std::mem::take(&mut outline.refused);
        foreign.extend(
            refused.into_iter().map(|(span, note)| (span.start - body..span.end - body, note)),
        );
        let (title, hoisted) = title::settle(&source, &meta, &outline);
        let excerpt = meta.description.clone().or_else(|| outline.excerpt());
        let date = meta
            .date
            .clone()
            .or_else(|| Date::prefix(source.stem()).map(|(date, _)| Stamp::Date(date)));
        let mut essay = Essay {
            title,
            hoisted,
            dialect,
            translated,
            excerpt,
            date,
            has_diagram: outline.has_diagram,
            words: outline.words,
            links: outline.links,
            ids: Ids::new([outline.html_ids, outline.term_ids.clone()].concat()),
            term_ids: outline.term_ids,
            outline: outline.headings.into(),
            source,
            shown,
            manuscript: Manuscript::new(text),
            body,
            meta,
            notes,
            lines: OnceLock::new(),
            recording,
        };
        let foreign = foreign
            .into_iter()
            .map(|(span, note)| note.at(essay.place(span.start + body..span.end + body)))
            .collect::<Vec<_>>();
        essay.notes.extend(foreign);
        essay
    }

    /// The Markdown without the front matter, all of it in our own syntax.
    pub fn markdown(&self) -> Cow<'_, str> {
        if let Some(translated) = &self.translated.text {
            return Cow::Borrowed(translated);
        }
        match self.text() {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(self.body..).unwrap_or("")),
            Cow::Owned(text) => Cow::Owned(text.get(self.body..).unwrap_or("").to_owned()),
        }
    }

    /// What the events of its Markdown are read from.
    pub fn script(&self) -> Script<'_> {
        Script::of(self)
    }

    /// How many bytes the recording of its events takes.
    pub fn recorded(&self) -> usize {
        self.recording.as_ref().map_or(0, Recording::length)
    }

    /// The whole text, cleaned (see [`crate::source::text`]); fetched from its file if it is not at hand.
    pub fn text(&self) -> Cow<'_, str> {
        self.manuscript.text()
    }

    /// What tells it from others: two essays with one print give the same HTML.
    pub fn print(&self) -> Print {
        let translated = self.translated.text.as_deref().unwrap_or("");
        print_of([
            self.source.as_str().as_bytes(),
            &self.manuscript.print(),
            &[u8::from(self.translated.text.is_some())],
            translated.as_bytes(),
            &self.dialect.number().to_le_bytes(),
        ])
    }

    /// Whether `other`, which stands in the same file, was parsed from the same text.
    pub fn says_the_same_as(&self, other: &Essay) -> bool {
        self.manuscript == other.manuscript
            && self.dialect == other.dialect
            && self.translated.text == other.translated.text
            && self.translated.files == other.translated.files
            && self.notes == other.notes
    }

    /// The files from the project's root from which the essay brings something in.
    pub fn made_from(&self) -> &[String] {
        &self.translated.files
    }

    /// The place of the bytes `span` of the file.
    pub fn place(&self, span: Range<usize>) -> Place {
        self.read().place(span)
    }

    /// The essay for whoever asks for many places in it.
    pub fn read(&self) -> Reader<'_> {
        Reader { essay: self, text: OnceCell::new() }
    }

    /// The heading that stands for the title on the page, with its own markup and id. `None` where
    /// there is none, or where it says only "README".
    pub fn title_heading(&self) -> Option<&Heading> {
        self.outline.get(self.hoisted?).filter(|heading| title::says_something(&heading.title))
    }

    /// The bytes of the file that the bytes `span` of [`Essay::markdown`] come from.
    pub fn origin(&self, span: Range<usize>) -> Range<usize> {
        let span = self.translated.places.span(span);
        span.start + self.body..span.end + self.body
    }

    /// The number, from 1, of the line of the file that byte `at` of [`Essay::markdown`] comes from.
    pub fn line_of(&self, at: usize) -> usize {
        let lines = self.lines.get_or_init(|| Lines::of(&self.text()));
        lines.number_of(self.translated.places.origin(at) + self.body)
    }

    /// The day or moment on which it was written, if it is one on the calendar.
    pub fn written(&self) -> Option<&Date> {
        self.date.as_ref()?.date()
    }

    /// When it last changed in substance: `updated`, else when it was written.
    pub fn changed(&self) -> Option<&Date> {
        self.meta.updated.as_ref().and_then(Stamp::date).or_else(|| self.written())
    }

    /// How long it takes to read, in whole minutes; 0 only for a page without words.
    pub fn reading_time(&self) -> usize {
        self.words.div_ceil(WORDS_A_MINUTE)
    }

    /// The ids of its headings, those that these had, and those of terms.
    pub fn own_ids(&self) -> impl Iterator<Item = &String> {
        let former = self.outline.iter().filter_map(|heading| heading.former_id.as_ref());
        self.outline.iter().map(|heading| &heading.id).chain(former).chain(&self.term_ids)
    }

    /// What `fragment`, decoded and without the `#`, means on this page.
    pub fn find_id(&self, fragment: &str) -> ids::Found {
        self.ids.find(&self.outline, fragment)
    }
}

/// An essay whose text is fetched once, when the first place in it is asked for.
pub struct Reader<'e> {
    essay: &'e Essay,
    text: OnceCell<Cow<'e, str>>,
}

impl Reader<'_> {
    /// The place of the bytes `span` of the file.
    pub fn place(&self, span: Range<usize>) -> Place {
        let text = self.text.get_or_init(|| self.essay.text());
        let lines = self.essay.lines.get_or_init(|| Lines::of(text));
        Place::in_lines(&self.essay.shown, text, lines, span)
    }
}

impl Deref for Reader<'_> {
    type Target = Essay;

    fn deref(&self) -> &Essay {
        self.essay
    }
}

/// Reading speed: adults read English prose silently at 238 words a minute on average (Brysbaert,
/// "How many words do we read per minute?", 2019); rounded down, for essays that ask for thought.
const WORDS_A_MINUTE: usize = 220;
