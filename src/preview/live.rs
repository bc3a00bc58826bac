//! What an open page is told: not what happened, but how things stand with it. Whoever missed a
//! message, because a tab slept or the program was started again, learns all from the next.

use serde::Serialize;

use crate::book::EssayId;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::essay::Essay;
use crate::preview::answer::Preview;
use crate::preview::edition::{Edition, Subject};
use crate::preview::memo::Outcome;
use crate::preview::state::State;
use crate::site::Page;

/// How things stand with one page.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Standing {
    /// What tells the bytes of the page from others; `None` if it cannot be made, or is not there.
    version: Option<String>,
    /// Where it is now, if that is elsewhere.
    moved: Option<String>,
    /// That it is gone, and where to go instead.
    gone: Option<Gone>,
    /// The file that it is made from, as the author calls it.
    source: Option<String>,
    /// Whether it is a draft.
    draft: bool,
    /// Whether the files that changed last are among those that it is made from.
    edited: bool,
    /// What keeps the page, or the whole site, from being made as the author means it.
    problems: Vec<Told>,
    /// What else is wrong with it.
    warnings: Vec<Told>,
    /// Pictures and the like that have new bytes at the same address.
    refreshed: Vec<String>,
}

impl Standing {
    /// Whether a browser that was told `last` needs to be told nothing.
    pub fn says_the_same_as(&self, last: &Standing) -> bool {
        // That a file was edited matters only where something else came of it.
        let unedited = |standing: &Standing| Standing { edited: false, ..standing.clone() };
        self.refreshed.is_empty()
            && unedited(self) == Standing { refreshed: Vec::new(), ..unedited(last) }
    }
}

/// A page that is no more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gone {
    /// What it was called.
    pub title: String,
    /// The nearest section that is left: its title and its address.
    pub section: String,
    /// Its address.
    pub address: String,
}

/// A diagnostic in parts that a script can put into a page as text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// How bad it is.
    pub severity: Severity,
    /// The kind of thing.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where, as the author calls the file.
    pub file: Option<String>,
    /// The line, counted from 1; 0: the file as a whole.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
    /// The line of text before what is meant, what is meant, and the rest.
    pub excerpt: Option<[String; 3]>,
    /// What to do.
    pub hints: Vec<String>,
    /// The address that opens the place in the author's editor.
    pub open: Option<String>,
    /// The page that it is about, where that is another one.
    pub page: Option<String>,
}

impl Told {
    /// `found`, which is about the project of `edition`.
    pub fn new(found: &Diagnostic, edition: Option<&Edition>) -> Told {
        let place = found.place.as_ref();
        let line = place.map_or(0, |place| place.line);
        let excerpt = place.filter(|place| place.line > 0).and_then(|place| {
            let (start, end) = place.marked;
            let part = |range| place.excerpt.get(range).map(str::to_owned);
            Some([part(0..start)?, part(start..end)?, part(end..place.excerpt.len())?])
        });
        let open = place.zip(edition).and_then(|(place, edition)| {
            let file = edition.project.root.join(&place.file);
            edition.project.config.editor_url(&file, line).filter(|_| file.is_file())
        });
        Told {
            severity: found.severity,
            code: found.code,
            message: found.message.clone(),
            file: place.map(|place| place.file.clone()),
            line,
            column: place.map_or(0, |place| place.column),
            excerpt,
            hints: found.hints.clone(),
            open,
            page: None,
        }
    }
}

/// Whether the author must hear of it at once: what was meant is not what is shown.
fn is_grave(found: &Diagnostic) -> bool {
    found.severity == Severity::Error || found.code == Code::FrontMatter
}

/// What a browser looks at: an address, and what was there when it came.
#[derive(Debug, Clone)]
pub struct Viewed {
    /// The address, decoded, without the slash before it.
    path: String,
    subject: Option<Subject>,
    /// The number of the last state that was looked at.
    seen: u64,
}

impl Viewed {
    /// What is at `path` now, or what was there. `since` is the number of the state that the browser heard
    /// of last: what changed while its tab slept is news to it.
    pub fn new(state: &State, path: &str, since: Option<u64>) -> Viewed {
        let subject = state.edition.as_deref().and_then(|edition| {
            let page = edition.page(path).and_then(|page| edition.subject_of(page));
            page.or_else(|| former_subject(state, path))
        });
        Viewed {
            path: path.to_owned(),
            subject,
            seen: since.map_or(state.number, |since| since.min(state.number)),
        }
    }

    /// How things stand with it. What it is about is learnt when it is seen for the first time.
    pub fn standing(&mut self, preview: &Preview, state: &State) -> Standing {
        let mut standing = Standing::default();
        let edition = state.edition.as_deref();
        standing.problems = state.problems.iter().map(|found| Told::new(found, edition)).collect();
        let Some(edition) = edition else { return standing };
        if self.subject.is_none() {
            self.subject = Viewed::new(state, &self.path, None).subject;
        }
        let subject = self.subject.as_ref().map(|subject| now(state, edition, subject));
        let address = subject.as_ref().and_then(|subject| edition.address_of(subject));
        let page = edition.page(&self.path);
        match (page, address) {
            // What the reader came for is elsewhere now, even if something else took its place.
            (_, Some(address)) if address.as_str() != here(edition, &self.path) => {
                // Where it went because of a mistake is not where it belongs.
                let essay = subject.as_ref().and_then(|subject| edition.essay_about(subject));
                let grave = essay.map_or_else(Vec::new, |essay| found_in(edition, essay, is_grave));
                standing.problems.extend(grave);
                standing.moved = Some(address);
            }
            (Some(page), _) => self.of_page(preview, state, edition, page, &mut standing),
            (None, _) => standing.gone = gone(state, edition, &self.path),
        }
        let refreshed = state.refreshed.iter().filter(|(_, number)| **number > self.seen);
        standing.refreshed = refreshed.map(|(address, _)| address.clone()).collect();
        standing.warnings.extend(preview.failures(edition, &self.path));
        self.seen = state.number;
        standing
    }

    fn of_page(
        &self,
        preview: &Preview,
        state: &State,
        edition: &Edition,
        page: &Page,
        standing: &mut Standing,
    ) {
        match preview.memo.page(edition, page) {
            Outcome::Made(made) => standing.version = Some(made.version.to_string()),
            Outcome::Failed(why, last) => {
                standing.version = last.map(|made| made.version.to_string());
                standing.problems.push(Told::new(&why, Some(edition)));
            }
            Outcome::File(_) => {}
        }
        let Some(EssayId(at)) = edition.essay_of(page) else {
            // What is wrong and has no place concerns the whole book, which the home page stands for.
            if self.path.is_empty() {
                let placeless = edition.found.iter().filter(|found| found.place.is_none());
                let placeless = placeless.filter(|found| !found.is_note());
                standing.warnings.extend(placeless.map(|found| Told::new(found, Some(edition))));
            }
            return;
        };
        let essay = &edition.book().essays[at];
        standing.source = Some(essay.shown.clone());
        standing.draft = essay.meta.draft;
        let mut parts = std::iter::once(&essay.shown).chain(essay.made_from());
        let number = |file: &String| state.edited.get(file).copied();
        standing.edited = parts.any(|file| number(file).is_some_and(|number| number > self.seen));
        standing.problems.extend(found_in(edition, essay, is_grave));
        standing.warnings.extend(found_in(edition, essay, |found| !is_grave(found)));
    }
}

/// What was found in the file of `essay` and is `wanted`.
fn found_in(edition: &Edition, essay: &Essay, wanted: fn(&Diagnostic) -> bool) -> Vec<Told> {
    let is_here = |found: &&Diagnostic| {
        found.place.as_ref().is_some_and(|place| place.file == essay.shown) && wanted(found)
    };
    edition.found.iter().filter(is_here).map(|found| Told::new(found, Some(edition))).collect()
}

/// The address of the page that is at `path`, encoded and with a slash before it.
fn here(edition: &Edition, path: &str) -> String {
    edition.page(path).map_or_else(String::new, |page| format!("/{}", page.url.encoded()))
}

/// The file that a server looks for at `path`.
fn file_at(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    }
}

fn former_subject(state: &State, path: &str) -> Option<Subject> {
    state.trail.former(&file_at(path)).map(|former| former.subject.clone())
}

/// What is told where a page was and is no longer.
pub fn gone(state: &State, edition: &Edition, path: &str) -> Option<Gone> {
    let former = state.trail.former(&file_at(path))?;
    let (Subject::Essay(source) | Subject::Folder(source)) = &former.subject;
    let (section, address) = edition.section_above(source);
    Some(Gone { title: former.title.clone(), section, address })
}

/// What `subject` is called now. What is still there by its name is not looked for elsewhere: a new file
/// may have the name of one that was moved, and a folder stays when one essay leaves it.
fn now(state: &State, edition: &Edition, subject: &Subject) -> Subject {
    match edition.address_of(subject) {
        Some(_) => subject.clone(),
        None => state.trail.now(subject),
    }
}

/// Where the page went that was at `path`.
pub fn moved(state: &State, edition: &Edition, path: &str) -> Option<String> {
    edition.address_of(&now(state, edition, &former_subject(state, path)?))
}

/// A page that cannot be made, for those who look at another.
pub fn failure(edition: &Edition, page: &Page, why: &Diagnostic) -> Told {
    Told { page: Some(format!("/{}", page.url.encoded())), ..Told::new(why, Some(edition)) }
}
