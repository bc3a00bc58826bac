//! Keeps the state true to the disk. A wake-up says only that it is time to look; what has changed is
//! found by comparing surveys, so that a rename, a checkout and a lost event are one case.
//!
//! 1. Wait for a wake-up, and until the storm of them is over.
//! 2. Take a survey. If something is missing or empty that was not, an editor may be in the middle of
//!    saving: look again shortly.
//! 3. If it is the survey that is known, go back to 1. Else load, parse and assemble as a build does. If
//!    a file was another when it was read, that was the middle of a save too: look again shortly.
//! 4. Publish the new state, and watch the folders that it was made from.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch::{Receiver, Sender};

use crate::diagnostic::{Diagnostic, Failure, Noted, caught};
use crate::preview::answer::Failures;
use crate::preview::edition::Edition;
use crate::preview::state::State;
use crate::preview::watch::{Wake, Wakes, Watcher};
use crate::preview::{News, Tell};
use crate::site::{Memory, PageKind, load};
use crate::source::survey::{Change, Differences, Unsettled};
use crate::source::{Project, Survey};

/// How long a missing file is given to come back.
const PATIENCE_MISSING: Duration = Duration::from_millis(300);
/// How long an empty file is given to get its text.
const PATIENCE_EMPTY: Duration = Duration::from_secs(1);
/// How soon to look again in the meantime.
const AGAIN: Duration = Duration::from_millis(20);
/// How soon to look at everything after only the files that a wake-up named were looked at.
const AFTER_A_GLANCE: Duration = Duration::from_millis(150);

/// What keeps the state.
pub struct Keeper {
    root: PathBuf,
    drafts: bool,
    state: Sender<Arc<State>>,
    tell: Tell,
    known: Option<Survey>,
    /// The project as it was when `known` was taken, or the last one that could be opened.
    project: Option<Noted<Project>>,
    /// Whether the project could be opened when `known` was taken.
    is_open: bool,
    /// Since when what is there looks like the middle of a save.
    unsettled: Option<Instant>,
    /// Whether only some files were looked at last.
    glanced: bool,
    /// Pages that cannot be made.
    failures: Receiver<Failures>,
    /// What was told last, so that only what is new is told again.
    told: Vec<Diagnostic>,
}

impl Keeper {
    /// A keeper of the project in `root` that publishes to `state`.
    pub fn new(
        root: PathBuf,
        drafts: bool,
        state: Sender<Arc<State>>,
        failures: Receiver<Failures>,
        tell: Tell,
    ) -> Keeper {
        Keeper {
            root,
            drafts,
            state,
            tell,
            known: None,
            project: None,
            is_open: false,
            unsettled: None,
            glanced: false,
            failures,
            told: Vec::new(),
        }
    }

    /// Publishes the first state, then goes on for good.
    pub fn run(mut self, wakes: Wakes, mut watcher: Watcher) {
        self.safely(|keeper| keeper.look(Instant::now()));
        loop {
            if let Some(survey) = &self.known
                && watcher.watch(&survey.folders, &self.tell)
            {
                // What happened in a folder before it was watched.
                self.safely(|keeper| keeper.look(Instant::now()));
                continue;
            }
            let wait = match (self.unsettled.is_some(), self.glanced) {
                (true, _) => AGAIN,
                (false, true) => AFTER_A_GLANCE,
                (false, false) => watcher.patience(),
            };
            let woken = wakes.wait(wait);
            if let Some(wake) = &woken {
                watcher.woken();
                if self.safely(|keeper| keeper.glance(wake)) {
                    continue;
                }
            }
            let began = Instant::now();
            let since = woken.as_ref().map_or(began, |wake| wake.first);
            let differed = self.safely(|keeper| keeper.look(since));
            watcher.looked(began.elapsed(), differed, &self.tell);
        }
    }

    /// Looks only at the files that a wake-up names, which is much faster in a large book, and publishes
    /// what came of it. Gives whether that was possible. All else is looked at soon after: that a wake-up
    /// names all that has changed is likely, and no more.
    fn glance(&mut self, wake: &Wake) -> bool {
        let (Some(files), None) = (&wake.files, self.unsettled) else { return false };
        let Some(project) = self.project.clone().filter(|_| self.is_open) else { return false };
        let Some(mut survey) = self.known.take() else { return false };
        let differences = survey.touch(files);
        self.glanced = differences.is_some();
        let Some(differences) = differences.filter(|found| !found.files.is_empty()) else {
            self.known = Some(survey);
            return self.glanced;
        };
        if let Some(mut survey) = self.publish(Ok(project), survey, Some(&differences), wake.first)
        {
            survey.untouch(&differences);
            self.known = Some(survey);
            self.glanced = false;
        }
        self.glanced
    }

    /// One step of the work, after which there is a next whatever happens: a mistake of the program's own is
    /// published like any other problem. Gives what the step gives, or `false`.
    fn safely(&mut self, step: impl FnOnce(&mut Keeper) -> bool) -> bool {
        caught("the folder was looked at", || step(self)).unwrap_or_else(|mistake| {
            self.state.send_modify(|state| {
                let problems = vec![mistake];
                *state =
                    Arc::new(State { number: state.number + 1, problems, ..(**state).clone() });
            });
            false
        })
    }

    /// Compares the disk with what is known, and publishes a new state if it differs. Gives whether it did.
    fn look(&mut self, since: Instant) -> bool {
        self.glanced = false;
        let state = Arc::clone(&self.state.borrow());
        let project = Project::open(self.root.clone(), None);
        let was_open = std::mem::replace(&mut self.is_open, project.is_ok());
        if let Ok(project) = &project {
            self.project = Some(project.clone());
        }
        let beyond = state.edition.as_ref().map_or(&[][..], |edition| &edition.beyond);
        let in_project = self.project.as_ref().map(|noted| &noted.value);
        let survey = Survey::take(&self.root, in_project, beyond);
        let Some(known) = &self.known else {
            return self.publish(project, survey, None, since).is_none();
        };
        let differences = survey.since(known);
        let differs = !differences.files.is_empty();
        if !differs && differences.is_sure && was_open == self.is_open {
            self.unsettled = None;
            return false;
        }
        if self.waits_for_a_save(differences.unsettled(PATIENCE_EMPTY)) {
            return false;
        }
        self.publish(project, survey, Some(&differences), since).is_none() && differs
    }

    /// Makes what there is to make of the sources, and publishes it. The survey is what is known from then
    /// on. `differences` from what was known before are `None` the first time. If what was read may be the middle
    /// of a save, nothing is published, and the survey is given back.
    fn publish(
        &mut self,
        project: Result<Noted<Project>, Failure>,
        mut survey: Survey,
        differences: Option<&Differences>,
        since: Instant,
    ) -> Option<Survey> {
        let state = Arc::clone(&self.state.borrow());
        let last = state.edition.as_deref();
        let drafts = self.drafts;
        let number = state.number + 1;
        let made = project.and_then(|project| {
            let work = || made(project, &survey, drafts, last, number);
            caught("the sources were read", work).unwrap_or_else(|mistake| Err(mistake.into()))
        });
        let torn = made.as_ref().is_ok_and(|edition| edition.loaded.torn)
            || differences.is_some_and(|differences| !differences.hold());
        if torn && self.waits_for(PATIENCE_MISSING) {
            return Some(survey);
        }
        let since = self.unsettled.take().map_or(since, |began| began.min(since));
        let beyond = last.map_or(&[][..], |edition| &edition.beyond);
        let changes = differences.map(|differences| differences.changes(&self.root, beyond));
        let renames = differences.map(Differences::renames).unwrap_or_default();
        let next = next_state(&state, made, changes.as_deref().unwrap_or(&[]), &renames);
        if let Some(edition) = &next.edition {
            survey.look_also_at(&edition.beyond);
        }
        self.known = Some(survey);
        let next = Arc::new(next);
        self.state.send_replace(Arc::clone(&next));
        self.tell(&next, changes, since.elapsed());
        None
    }

    fn waits_for_a_save(&mut self, unsettled: Unsettled) -> bool {
        match unsettled {
            Unsettled { empty: true, .. } => self.waits_for(PATIENCE_EMPTY),
            Unsettled { missing: true, .. } => self.waits_for(PATIENCE_MISSING),
            Unsettled { .. } => false,
        }
    }

    /// Whether to look again, which is done for no longer than `patience`.
    fn waits_for(&mut self, patience: Duration) -> bool {
        self.unsettled.get_or_insert_with(Instant::now).elapsed() < patience
    }

    fn tell(&mut self, state: &State, changes: Option<Vec<(String, Change)>>, took: Duration) {
        // What was found in the last good edition is still so, and is not told again when problems end.
        let edition = state.edition.iter().flat_map(|edition| &edition.found);
        let found: Vec<_> = state.problems.iter().chain(edition).cloned().collect();
        let told: HashSet<&Diagnostic> = self.told.iter().collect();
        let fresh: Vec<_> = found.iter().filter(|found| !told.contains(found)).cloned().collect();
        let left = found.iter().filter(|found| !found.is_note()).count();
        let had = self.told.iter().filter(|found| !found.is_note()).count();
        let all_is_well = left == 0 && had > 0 && self.failures.borrow().is_empty();
        self.told = found;
        match changes {
            None => (self.tell)(News::Loaded { state, found: fresh, took }),
            Some(changes) if changes.is_empty() && fresh.is_empty() && !all_is_well => {}
            Some(changes) => (self.tell)(News::Changed {
                changes,
                found: fresh,
                all_is_well,
                stopped: !state.problems.is_empty() && state.edition.is_some(),
                took,
            }),
        }
    }
}

/// Loads, parses and assembles, as a build does.
fn made(
    project: Noted<Project>,
    survey: &Survey,
    drafts: bool,
    last: Option<&Edition>,
    number: u64,
) -> Result<Edition, Failure> {
    let Noted { value: project, notes: mut found } = project;
    let memory = Memory { before: last.map(|last| &last.loaded), ..Memory::NONE };
    let loaded = load(&project, survey, drafts, memory)
        .map_err(|Failure(errors)| Failure([found.clone(), errors].concat()))?;
    found.extend(loaded.notes);
    Ok(Edition::new(number, project, loaded.value, found, last))
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
            let sent = sent_as_they_are(&edition, changes).into_iter();
            refreshed.extend(sent.map(|address| (address, number)));
            let refreshed = Arc::new(refreshed);
            let edition = Some(Arc::new(edition));
            State { number, edition, problems: Vec::new(), edited, refreshed, trail }
        }
    }
}

/// The addresses of the files that changed and are sent as they are.
fn sent_as_they_are(edition: &Edition, changes: &[(String, Change)]) -> Vec<String> {
    let changed: HashSet<&str> = changes
        .iter()
        .map(|(file, _)| file.as_str())
        .filter(|file| !file.ends_with(".md"))
        .collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let files = edition.site.pages().iter().filter_map(|page| match &page.kind {
        PageKind::Asset(id) => Some((page, edition.book().assets[id.0].source.shown.clone())),
        _ => None,
    });
    files
        .filter(|(_, shown)| changed.contains(shown.as_str()))
        .map(|(page, _)| format!("/{}", page.url.encoded()))
        .collect()
}
