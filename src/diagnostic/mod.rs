//! What is wrong, where, and what to do about it.
//!
//! A [`Diagnostic`] is a value: every room collects its own and hands them up beside its result,
//! and only a command prints them. Each has a severity, a [`Code`] that names the kind of thing, a
//! sentence, as a rule a [`Place`] with the line it is about, and hints that say what to type.

mod code;
pub mod explained;
mod place;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use serde::{Deserialize, Serialize};

pub use code::Code;
pub use place::{Lines, Place, floor_char};

/// How bad it is. Ordered from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never makes a build fail, not even under `--strict`.
    Note,
    /// The site was built, but something in it is not as the author meant.
    Warning,
    /// What was asked for could not be done.
    Error,
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// Characters in an author's file that move the cursor or change the direction of a terminal's text, or hide some,
/// must not reach it; each is replaced by one of the same length in bytes, so that marks still fit.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if c.is_ascii_control() && c != '\n' {
                '?'
            } else if c.is_control() {
                '\u{bf}'
            } else if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
                char::REPLACEMENT_CHARACTER
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
        assert!(place.excerpt.chars().count() <= 160);
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
        let text = "a\u{9b}2J\u{202e}gone\u{2066}";
        let shown = Diagnostic::note(Code::Encoding, text).at(Place::in_text("a", text, 9..13));
        let shown = shown.plain();
        assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{2066}']) && shown.contains("gone"));
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
