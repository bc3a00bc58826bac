//! What is wrong, where, and what to do about it.
//!
//! A [`Diagnostic`] is a value: every room collects its own and hands them up beside its result,
//! and only a command prints them. Each has a severity, a [`Code`] that names the kind of thing, a
//! sentence, as a rule a [`Place`] with the line it is about, and hints that say what to type.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use serde::Serialize;

/// How bad it is. Ordered from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never makes a build fail, not even under `--strict`.
    Note,
    /// The site was built, but something in it is not as the author meant.
    Warning,
    /// What was asked for could not be done.
    Error,
}

/// The kinds of things that can be wrong. The spelling in messages is [`Code::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// `book.toml` cannot be read as it stands.
    Config,
    /// A key of another program's configuration that does nothing here.
    ConfigUnused,
    /// Front matter that is not valid TOML or YAML, or a key with a value of the wrong kind.
    FrontMatter,
    /// A date that is not on the calendar or not in a known form.
    Date,
    /// Bytes that are not UTF-8, or characters that cannot stand in a page.
    Encoding,
    /// A link inside the site that leads nowhere.
    BrokenLink,
    /// A link to a page that exists, at a heading that does not.
    BrokenAnchor,
    /// A link that leads to what it is like, not to what it says.
    LenientLink,
    /// A link without a target.
    EmptyLink,
    /// A full address that no browser can follow.
    BadAddress,
    /// Two sources for one address on the site.
    UrlCollision,
    /// One tag or author in two spellings.
    Spelling,
    /// A template that cannot be parsed or rendered, or that is missing.
    Template,
    /// A file or folder that cannot be read, or that leads out of the project.
    Unreadable,
    /// The output folder cannot be used or written.
    Output,
    /// A tag of another program's, or a part of its syntax, that is not known here.
    UnknownTag,
    /// A formula that is no TeX.
    Math,
    /// Something that an essay brings in from elsewhere is not there.
    Include,
    /// Two essays of one section with one title.
    DuplicateTitle,
    /// A link without text.
    LinkText,
    /// A heading that skips a level.
    SkippedLevel,
    /// A picture without text.
    MissingAlt,
    /// An essay that nothing leads to.
    Orphan,
    /// A file that no essay uses.
    UnusedFile,
    /// A link to another site that leads nowhere.
    ExternalLink,
    /// A page was left out because a setting that it needs is missing.
    LeftOut,
    /// The preview cannot run as it was asked to.
    Preview,
    /// A mistake of the program's own.
    Internal,
}

impl Code {
    /// All of them.
    pub const ALL: &[Code] = &[
        Code::Config,
        Code::ConfigUnused,
        Code::FrontMatter,
        Code::Date,
        Code::Encoding,
        Code::BrokenLink,
        Code::BrokenAnchor,
        Code::LenientLink,
        Code::EmptyLink,
        Code::BadAddress,
        Code::UrlCollision,
        Code::Spelling,
        Code::Template,
        Code::Unreadable,
        Code::Output,
        Code::UnknownTag,
        Code::Math,
        Code::Include,
        Code::DuplicateTitle,
        Code::LinkText,
        Code::SkippedLevel,
        Code::MissingAlt,
        Code::Orphan,
        Code::UnusedFile,
        Code::ExternalLink,
        Code::LeftOut,
        Code::Preview,
        Code::Internal,
    ];

    /// The name that messages and JSON show, in kebab case.
    pub fn name(self) -> &'static str {
        match self {
            Code::Config => "config",
            Code::ConfigUnused => "config-unused",
            Code::FrontMatter => "front-matter",
            Code::Date => "date",
            Code::Encoding => "encoding",
            Code::BrokenLink => "broken-link",
            Code::BrokenAnchor => "broken-anchor",
            Code::LenientLink => "lenient-link",
            Code::EmptyLink => "empty-link",
            Code::BadAddress => "bad-address",
            Code::UrlCollision => "url-collision",
            Code::Spelling => "spelling",
            Code::Template => "template",
            Code::Unreadable => "unreadable",
            Code::Output => "output",
            Code::UnknownTag => "unknown-tag",
            Code::Math => "math",
            Code::Include => "include",
            Code::DuplicateTitle => "duplicate-title",
            Code::LinkText => "link-text",
            Code::SkippedLevel => "skipped-level",
            Code::MissingAlt => "missing-alt",
            Code::Orphan => "orphan",
            Code::UnusedFile => "unused-file",
            Code::ExternalLink => "external-link",
            Code::LeftOut => "left-out",
            Code::Preview => "preview",
            Code::Internal => "internal",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Longest excerpt of a source line that a message shows, in characters.
const EXCERPT: usize = 160;

/// A place in a file, with the line of text it points into, so that it can be shown without
/// reading the file again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file, as the author would type it from the project's root.
    pub file: String,
    /// Line, from 1. 0 when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1. 0 when the whole file is meant.
    pub column: usize,
    /// The text around the place, at most one line.
    pub excerpt: String,
    /// The marked part of `excerpt`, in bytes.
    #[serde(skip)]
    pub marked: (usize, usize),
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 0, column: 0, excerpt: String::new(), marked: (0, 0) }
    }

    /// The bytes `span` of `text`. A span that runs over several lines is cut at the first; a line
    /// of more than 160 characters is shown from shortly before the span.
    pub fn in_text(file: impl Into<String>, text: &str, span: Range<usize>) -> Place {
        Place::in_lines(file, text, &Lines::of(text), span)
    }

    /// [`Place::in_text`] for a text whose lines are known, so that many places cost little.
    pub fn in_lines(
        file: impl Into<String>,
        text: &str,
        lines: &Lines,
        span: Range<usize>,
    ) -> Place {
        let start = floor_char(text, span.start);
        let (line, line_start) = lines.around(start);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let end = floor_char(text, span.end).clamp(start, line_end);
        let from = floor_char(text, line_start.max(start.saturating_sub(EXCERPT / 2)));
        let to =
            text[from..line_end].char_indices().nth(EXCERPT).map_or(line_end, |(i, _)| from + i);
        let excerpt = text[from..to].trim_end().to_owned();
        // What is marked may be the white space that was trimmed.
        let marked = ((start - from).min(excerpt.len()), (end.min(to) - from).min(excerpt.len()));
        Place {
            file: file.into(),
            line,
            column: text[line_start..start].chars().count() + 1,
            excerpt,
            marked,
        }
    }
}

/// Where the lines of a text begin.
#[derive(Debug, Clone, Default)]
pub struct Lines(Vec<usize>);

impl Lines {
    /// Finds the lines of `text`.
    pub fn of(text: &str) -> Lines {
        Lines(std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect())
    }

    /// The number, from 1, of the line that holds byte `at`.
    pub fn number_of(&self, at: usize) -> usize {
        self.around(at).0
    }

    /// The number, from 1, and the first byte of the line that holds byte `at`.
    fn around(&self, at: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= at);
        (line, self.0[line.saturating_sub(1)])
    }
}

/// The nearest character boundary at or below `at`.
fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One thing that is wrong.
///
/// ```
/// use sternpost::diagnostic::{Code, Diagnostic, Place};
/// let text = "See [the plan](plam.md).";
/// let broken = Diagnostic::warning(Code::BrokenLink, "this link leads nowhere: `plam.md`")
///     .at(Place::in_text("team.md", text, 4..23))
///     .hint("did you mean `plan.md`?");
/// assert!(broken.plain().starts_with("warning[broken-link]: this link leads nowhere: `plam.md`"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Which kind of thing it is.
    pub code: Code,
    /// One plain sentence, without a full stop.
    pub message: String,
    /// Where it is.
    pub place: Option<Place>,
    /// What was expected, or what to do; each a sentence.
    pub hints: Vec<String>,
}

impl Diagnostic {
    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity, code, message: message.into(), place: None, hints: Vec::new() }
    }

    /// Something worth knowing.
    pub fn note(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, message)
    }

    /// Something that is not as the author meant.
    pub fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// Something that keeps the command from its end.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// An error about a file or folder that the system refused, with the system's reason.
    pub fn io(
        code: Code,
        doing: &str,
        path: &std::path::Path,
        error: &std::io::Error,
    ) -> Diagnostic {
        Diagnostic::error(code, format!("cannot {doing} {}: {}", path.display(), reason(error)))
    }

    /// Whether it is only worth knowing.
    pub fn is_note(&self) -> bool {
        self.severity == Severity::Note
    }

    /// Adds where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Diagnostic {
        self.place = Some(place);
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hints.push(hint.into());
        self
    }

    /// The message as a terminal shows it, with the excerpt and a caret; with colours or without.
    pub fn render(&self, coloured: bool) -> String {
        let level = match self.severity {
            Severity::Note => Level::NOTE,
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let message = printable(&self.message);
        let place = self.place.as_ref().filter(|place| place.line > 0);
        let excerpt = place.map(|place| printable(&place.excerpt)).unwrap_or_default();
        let mut group =
            level.primary_title(&message).id(self.code.name()).elements(place.map(|place| {
                Snippet::source(excerpt.as_str())
                    .line_start(place.line)
                    .path(&place.file)
                    .fold(false)
                    .annotation(AnnotationKind::Primary.span(place.marked.0..place.marked.1))
            }));
        if let Some(place) = self.place.as_ref().filter(|place| place.line == 0) {
            group = group.element(annotate_snippets::Origin::path(&place.file));
        }
        for hint in &self.hints {
            group = group.element(Level::HELP.message(printable(hint)));
        }
        let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
        let text = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
        // The snippet knows only its own line; where a long line was cut, the true column counts.
        match place {
            Some(place) => with_true_column(&text, place),
            None => text,
        }
    }

    /// [`Diagnostic::render`] without colours.
    pub fn plain(&self) -> String {
        self.render(false)
    }
}

/// Control characters in an author's file must not reach a terminal, where they can move the
/// cursor or hide text; each is replaced by one of the same length in bytes, so that marks still fit.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if c.is_ascii_control() && c != '\n' {
                '?'
            } else {
                c
            }
        })
        .collect()
}

/// Puts the file's column where the renderer wrote that of the excerpt.
fn with_true_column(text: &str, place: &Place) -> String {
    let shown = place.excerpt.get(..place.marked.0).map_or(0, |s| s.chars().count()) + 1;
    let wrong = format!("{}:{}:{shown}", place.file, place.line);
    let right = format!("{}:{}:{}", place.file, place.line, place.column);
    text.replacen(&wrong, &right, 1)
}

/// The system's reason without Rust's "(os error N)".
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

/// The order in which a command shows what was found: by file, line and column, those without a
/// place last, and equal ones once.
pub fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    fn key(d: &Diagnostic) -> (bool, &Option<Place>, Code, &str) {
        (d.place.is_none(), &d.place, d.code, &d.message)
    }
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
    diagnostics.dedup();
    diagnostics
}

/// The candidate most like `wanted`, if one is near enough to be meant: at most a third of its
/// letters differ. Ties go to the first.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = wanted.chars().count().div_ceil(3).max(1);
    let wanted = wanted.to_lowercase();
    candidates
        .into_iter()
        .filter(|c| c.len().abs_diff(wanted.len()) <= limit * 4)
        .map(|c| (strsim::osa_distance(&wanted, &c.to_lowercase()), c))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// A value together with what was noticed on the way to it.
#[derive(Debug, Clone, Default)]
pub struct Noted<T> {
    /// The value.
    pub value: T,
    /// What was noticed.
    pub notes: Vec<Diagnostic>,
}

/// What `work` gives, or what to tell where the program itself fails in it. `during` says what was being
/// done: "the sources were read". Whatever the work changes must be whole or thrown away afterwards.
///
/// # Errors
/// When the work panics.
pub fn caught<T>(during: &str, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|_| {
        Diagnostic::error(Code::Internal, format!("sternpost made a mistake while {during}"))
            .hint("this is not your fault; what was changed last may be the reason")
            .hint("please report it with what the terminal says, so that it can be mended")
    })
}

/// What stops a whole command: at least one error, with whatever was noticed before it.
#[derive(Debug, Clone)]
pub struct Failure(pub Vec<Diagnostic>);

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Failure {
        Failure(vec![diagnostic])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn a_place_counts_characters_and_cuts_long_lines() {
        let text = format!("one\n{} [x](y)", "é".repeat(300));
        let at = text.find("[x]").unwrap();
        let place = Place::in_text("a.md", &text, at..at + 6);
        assert_eq!((place.line, place.column), (2, 302));
        assert_eq!(&place.excerpt[place.marked.0..place.marked.1], "[x](y)");
        assert!(place.excerpt.chars().count() <= EXCERPT);
        let shown = Diagnostic::warning(Code::BrokenLink, "no").at(place).plain();
        assert!(shown.contains("a.md:2:302"), "{shown}");
    }

    #[test]
    fn white_space_can_be_marked() {
        for (text, span) in [("a   \nb", 2..4), ("   ", 1..3), ("a\n\n", 2..3), ("a", 1..2)] {
            let place = Place::in_text("a.md", text, span.clone());
            assert!(place.marked.1 <= place.excerpt.len(), "{text:?} {span:?}");
            assert!(
                Diagnostic::warning(Code::Date, "x").at(place).plain().contains("a.md:"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_place_past_the_end_or_inside_a_letter_is_no_panic() {
        let place = Place::in_text("a.md", "é", 1..9);
        assert_eq!((place.line, place.column), (1, 1));
        assert_eq!(Place::in_text("a.md", "", 5..7).line, 1);
    }

    #[test]
    fn terminal_escapes_in_a_source_are_not_printed() {
        let text = "\u{1b}[2Jgone";
        let shown = Diagnostic::note(Code::Encoding, "\u{1b}]0;x")
            .at(Place::in_text("a", text, 0..3))
            .plain();
        assert!(!shown.contains('\u{1b}'));
    }

    #[test]
    fn a_mistake_of_our_own_is_told() {
        assert_eq!(caught("two was halved", || 2 / 2), Ok(1));
        let nothing: Vec<usize> = Vec::new();
        let told = caught("the first was taken", || nothing[0]).unwrap_err();
        assert_eq!(told.code, Code::Internal);
        assert!(told.message.ends_with("while the first was taken"));
    }

    #[test]
    fn the_nearest_is_near() {
        assert_eq!(nearest("plam.md", ["plan.md", "team.md"]), Some("plan.md"));
        assert_eq!(nearest("x", ["something else"]), None);
    }
}
