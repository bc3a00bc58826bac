//! Keeps the state true to the disk. A wake-up says only that it is time to look; what has changed is
//! found by comparing surveys, so that a rename, a checkout and a lost event are one case.
//!
//! 1. Wait for a wake-up, and until the storm of them is over.
//! 2. Take a survey. If something is missing or empty that was not, an editor may be in the middle of
//!    saving: look again shortly.
//! 3. If it is the survey that is known, go back to 1. Else load, parse and assemble as a build does.
//! 4. Publish the new state, and watch the folders that it was made from.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch::Sender;

use crate::diagnostic::{Diagnostic, Failure};
use crate::preview::edition::Edition;
use crate::preview::state::State;
use crate::preview::watch::{Wakes, Watcher};
use crate::preview::{News, Tell};
use crate::site::{PageKind, load};
use crate::source::survey::{Change, Comparison, Unsettled};
use crate::source::{Project, Survey};

/// How long a missing file is given to come back.
const PATIENCE_MISSING: Duration = Duration::from_millis(300);
/// How long an empty file is given to get its text.
const PATIENCE_EMPTY: Duration = Duration::from_secs(1);
/// How soon to look again in the meantime.
const AGAIN: Duration = Duration::from_millis(20);

/// What keeps the state.
pub struct Keeper {
    root: PathBuf,
    drafts: bool,
    state: Sender<Arc<State>>,
    tell: Tell,
    known: Option<Survey>,
    /// Since when what is there looks like the middle of a save.
    unsettled: Option<Instant>,
    /// What was told last, so that only what is new is told again.
    told: Vec<Diagnostic>,
}

impl Keeper {
    /// A keeper of the project in `root` that publishes to `state`.
    pub fn new(root: PathBuf, drafts: bool, state: Sender<Arc<State>>, tell: Tell) -> Keeper {
        Keeper { root, drafts, state, tell, known: None, unsettled: None, told: Vec::new() }
    }

    /// Publishes the first state, then goes on for good.
    pub fn run(mut self, wakes: Wakes, mut watcher: Watcher) {
        let start = Instant::now();
        self.look(start);
        loop {
            if let Some(survey) = &self.known
                && watcher.watch(&survey.folders, &self.tell)
            {
                // What happened in a folder before it was watched.
                self.look(Instant::now());
                continue;
            }
            let wait = if self.unsettled.is_some() { AGAIN } else { watcher.patience() };
            let woken = wakes.wait(wait);
            let began = Instant::now();
            let differed = self.look(woken.unwrap_or(began));
            watcher.looked(began.elapsed(), woken.is_some(), differed, &self.tell);
        }
    }

    /// Compares the disk with what is known, and publishes a new state if it differs. Gives whether it did.
    fn look(&mut self, since: Instant) -> bool {
        let state = Arc::clone(&self.state.borrow());
        let project = Project::open(self.root.clone(), None);
        let beyond = state.edition.as_ref().map_or(&[][..], |edition| &edition.beyond);
        let survey =
            Survey::take(&self.root, project.as_ref().ok().map(|noted| &noted.value), beyond);
        let mut comparison = Comparison::Different;
        if let Some(known) = &self.known {
            comparison = survey.compared_with(known);
            let unsettled = survey.is_unsettled(known, PATIENCE_EMPTY);
            if self.waits_for_a_save(unsettled) || comparison == Comparison::Same {
                return false;
            }
        }
        let before = self.known.replace(survey.clone());
        let changes = before.as_ref().map(|known| survey.changes(known, &self.root));
        let made = project.and_then(|noted| {
            let mut found = noted.notes;
            let last = state.edition.as_deref();
            let loaded = load(&noted.value, &survey, self.drafts, last.map(|last| &last.loaded))
                .map_err(|Failure(errors)| Failure([found.clone(), errors].concat()))?;
            found.extend(loaded.notes);
            Ok(Edition::new(noted.value, loaded.value, found, last))
        });
        let renames = before.as_ref().map(|known| survey.renames(known)).unwrap_or_default();
        let next = next_state(&state, made, changes.as_deref().unwrap_or(&[]), &renames);
        let next = Arc::new(next);
        self.state.send_replace(Arc::clone(&next));
        self.tell(&next, &state, changes, since.elapsed());
        comparison == Comparison::Different
    }

    fn waits_for_a_save(&mut self, unsettled: Unsettled) -> bool {
        if !(unsettled.missing || unsettled.empty) {
            self.unsettled = None;
            return false;
        }
        let waited = self.unsettled.get_or_insert_with(Instant::now).elapsed();
        let patience = if unsettled.empty { PATIENCE_EMPTY } else { PATIENCE_MISSING };
        if waited < patience {
            return true;
        }
        self.unsettled = None;
        false
    }

    fn tell(
        &mut self,
        state: &State,
        before: &State,
        changes: Option<Vec<(String, Change)>>,
        took: Duration,
    ) {
        let found = match (&state.edition, state.problems.is_empty()) {
            (Some(edition), true) => edition.found.clone(),
            _ => state.problems.clone(),
        };
        let fresh: Vec<_> =
            found.iter().filter(|found| !self.told.contains(found)).cloned().collect();
        let mended = !before.problems.is_empty() && state.problems.is_empty();
        let mended = mended && before.number > 0;
        let left = found.iter().filter(|found| !found.is_note()).count();
        let had = self.told.iter().filter(|found| !found.is_note()).count();
        self.told = found;
        match changes {
            None => (self.tell)(News::Loaded { state, found: fresh, took }),
            Some(changes) if changes.is_empty() && fresh.is_empty() && !mended => {}
            Some(changes) => (self.tell)(News::Changed {
                changes,
                found: fresh,
                all_is_well: left == 0 && had > 0,
                took,
            }),
        }
    }
}

/// The state after a change, whether a site could be made or not.
fn next_state(
    state: &State,
    made: Result<Edition, Failure>,
    changes: &[(String, Change)],
    renames: &[(PathBuf, PathBuf)],
) -> State {
    let number = state.number + 1;
    let mut edited = BTreeMap::clone(&state.edited);
    edited.extend(changes.iter().map(|(file, _)| (file.clone(), number)));
    let edited = Arc::new(edited);
    match made {
        Err(Failure(problems)) => State { number, problems, edited, ..state.clone() },
        Ok(edition) => {
            let trail = match &state.edition {
                Some(old) => Arc::new(state.trail.after(old, &edition, renames)),
                None => Arc::clone(&state.trail),
            };
            let mut refreshed = BTreeMap::clone(&state.refreshed);
            refreshed.extend(sent_as_they_are(&edition, changes).map(|address| (address, number)));
            let refreshed = Arc::new(refreshed);
            let edition = Some(Arc::new(edition));
            State { number, edition, problems: Vec::new(), edited, refreshed, trail }
        }
    }
}

/// The addresses of the files that changed and are sent as they are.
fn sent_as_they_are<'e>(
    edition: &'e Edition,
    changes: &'e [(String, Change)],
) -> impl Iterator<Item = String> + 'e {
    let changed = move |file: &std::path::Path| {
        let shown = edition.project.shown(file);
        changes.iter().any(|(file, _)| *file == shown)
    };
    let may_be = changes.iter().any(|(file, _)| !file.ends_with(".md"));
    let pages = edition.site.pages().iter().filter(move |_| may_be);
    pages.filter_map(move |page| match &page.kind {
        PageKind::Asset(file) if changed(file) => Some(format!("/{}", page.url.encoded())),
        _ => None,
    })
}
