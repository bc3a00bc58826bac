//! Carrying out a plan, so that it can be cut off at any point.
//!
//! At a target that is live:
//!
//! 1. The manifest is written with what is going to be put there. Whoever comes after a cut knows from it what may be
//!    there, and another publisher that something is going on. This needs the version that the plan was made from.
//! 2. Files are put there, [`Step`](super::plan::Step) by step. Between steps, and now and then within, the version
//!    of the manifest is looked at: another one says that somebody else has begun.
//! 3. Whoever goes on from a publish that did not end looks whether that one, not knowing it yet, has written over
//!    anything, and puts it there again.
//! 4. The manifest is written as it is to be, over the version of step 1.
//! 5. What the site does not have any more is removed, pages before what they ask for. If this is cut off, the next
//!    publish finds in the manifest what is left.
//!
//! At any other target all that is done first, in any order, and the manifest at the end makes it visible.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use foldhash::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::at_once::at_once;
use crate::publish::manifest::{Begun, Coming, Stamp};
use crate::publish::plan::{Plan, Upload};
use crate::publish::target::{Target, Trouble, Version};
use crate::publish::{LocalFile, Manifest};

/// How long a publish goes on before it looks whether it is still alone.
const ALONE: Duration = Duration::from_secs(2);

/// How long after that it has stopped.
const STOPPED: Duration = Duration::from_secs(3);

/// How many seconds ago one began that may still be at work.
const RECENT: i64 = 10 * 60;

/// Does what `plan` says. `done` is called for each file that was put or removed.
///
/// # Errors
/// When the target refuses, or somebody else publishes there at the same time.
pub fn carry(
    target: &dyn Target,
    plan: &Plan,
    stamp: &Stamp,
    done: &(dyn Fn() + Sync),
) -> Result<(), Diagnostic> {
    if plan.is_nothing() {
        return Ok(());
    }
    let carried = match target.is_live() {
        true => carry_live(target, plan, stamp, done),
        false => carry_whole(target, plan, stamp, done),
    };
    carried.map_err(|trouble| told(target, trouble))
}

/// What is told of a trouble.
pub fn told(target: &dyn Target, trouble: Trouble) -> Diagnostic {
    match trouble {
        Trouble::Told(diagnostic) => *diagnostic,
        Trouble::Overtaken => overtaken(target),
    }
}

fn carry_live(
    target: &dyn Target,
    plan: &Plan,
    stamp: &Stamp,
    done: &(dyn Fn() + Sync),
) -> Result<(), Trouble> {
    let mut version = plan.version.clone();
    let start = Instant::now();
    if !plan.uploads.is_empty() {
        let begun = begun(plan, stamp).write();
        version = Some(target.commit(&begun, version.as_ref(), "Begin to publish")?);
    }
    let watch = Watch { target, version: version.as_ref(), last: Mutex::new(Instant::now()) };
    let mut after = plan.after.clone();
    for step in plan.uploads.chunk_by(|a, b| a.step == b.step) {
        let put = |upload: &Upload| {
            watch.look_now_and_then()?;
            put(target, &upload.file, done)
        };
        let tags = at_once(target.at_once(), step, put)?;
        target.flush()?;
        note_tags(&mut after, step, tags);
        watch.look()?;
    }
    if let Some(other) = &plan.before.begun {
        if !plan.uploads.is_empty() && stamp.at.saturating_sub(other.stamp.at) < RECENT {
            std::thread::sleep(STOPPED.saturating_sub(start.elapsed()));
        }
        settle(target, plan, &mut after)?;
        watch.look()?;
    }
    after.last = Some(stamp.clone());
    let version = target.commit(&after.write(), version.as_ref(), &summary(plan))?;
    if plan.removals.is_empty() {
        return Ok(());
    }
    let watch = Watch { target, version: Some(&version), last: Mutex::new(Instant::now()) };
    watch.look()?;
    for removals in plan.removals.chunk_by(|a, b| (a.is_form, a.role) == (b.is_form, b.role)) {
        at_once(target.at_once(), removals, |removal| {
            watch.look_now_and_then()?;
            target.remove(&removal.path).map(|()| done())
        })?;
        target.flush()?;
    }
    // Where large and small letters are the same, what was removed was what had just been put.
    if has_twins(plan) && settle(target, plan, &mut after)? > 0 {
        target.commit(&after.write(), Some(&version), &summary(plan))?;
    }
    Ok(())
}

/// Whether something is removed whose path differs from that of a file of the site only by the case of its letters.
fn has_twins(plan: &Plan) -> bool {
    let wanted: HashSet<String> = plan.files.iter().map(|file| file.path.to_lowercase()).collect();
    plan.removals.iter().any(|removal| wanted.contains(&removal.path.to_lowercase()))
}

/// Puts again what is not there as it was put, and notes its tag. Gives how many files that was.
fn settle(target: &dyn Target, plan: &Plan, after: &mut Manifest) -> Result<usize, Trouble> {
    let found: HashMap<String, Option<String>> =
        target.list()?.into_iter().map(|found| (found.path, found.tag)).collect();
    let is_lost = |file: &&LocalFile| {
        let noted = after.files.get(&file.path).and_then(|entry| entry.tag.as_ref());
        match found.get(&file.path) {
            None => true,
            Some(tag) => noted.zip(tag.as_ref()).is_some_and(|(noted, tag)| noted != tag),
        }
    };
    let lost: Vec<&LocalFile> = plan.files.iter().filter(is_lost).collect();
    let tags = at_once(target.at_once(), &lost, |file| put(target, file, &|| {}))?;
    target.flush()?;
    let count = lost.len();
    for (file, tag) in lost.into_iter().zip(tags) {
        if let Some(entry) = after.files.get_mut(&file.path) {
            entry.tag = tag;
        }
    }
    Ok(count)
}

fn carry_whole(
    target: &dyn Target,
    plan: &Plan,
    stamp: &Stamp,
    done: &(dyn Fn() + Sync),
) -> Result<(), Trouble> {
    let mut after = plan.after.clone();
    let put = |upload: &Upload| put(target, &upload.file, done);
    let tags = at_once(target.at_once(), &plan.uploads, put)?;
    note_tags(&mut after, &plan.uploads, tags);
    at_once(target.at_once(), &plan.removals, |removal| {
        target.remove(&removal.path).map(|()| done())
    })?;
    // All of it goes at once, so nothing can be left to remove.
    for removal in &plan.removals {
        after.former.remove(&removal.path);
    }
    after.last = Some(stamp.clone());
    target.commit(&after.write(), plan.version.as_ref(), &summary(plan)).map(drop)
}

fn put(
    target: &dyn Target,
    file: &LocalFile,
    done: &(dyn Fn() + Sync),
) -> Result<Option<String>, Trouble> {
    let tag = target.put(file, file.bytes()?)?;
    done();
    Ok(tag)
}

fn note_tags(after: &mut Manifest, uploads: &[Upload], tags: Vec<Option<String>>) {
    for (upload, tag) in uploads.iter().zip(tags) {
        if let Some(entry) = after.files.get_mut(&upload.file.path) {
            entry.tag = tag;
        }
    }
}

/// The manifest while a publish is at work.
fn begun(plan: &Plan, stamp: &Stamp) -> Manifest {
    let mut manifest = plan.before.clone();
    let mut files = manifest.begun.take().map(|begun| begun.files).unwrap_or_default();
    files.extend(plan.uploads.iter().map(|Upload { file, .. }| {
        (file.path.clone(), Coming { role: file.role, hash: file.hash, at: stamp.at })
    }));
    manifest.begun = Some(Begun { stamp: stamp.clone(), files });
    manifest
}

/// What a publish does, in a line.
fn summary(plan: &Plan) -> String {
    format!(
        "Publish the handbook: {} new, {} changed, {} removed",
        plan.added(),
        plan.changed(),
        plan.removals.len()
    )
}

/// Looks whether a publish is still alone.
struct Watch<'w> {
    target: &'w dyn Target,
    version: Option<&'w Version>,
    last: Mutex<Instant>,
}

impl Watch<'_> {
    fn look(&self) -> Result<(), Trouble> {
        self.target.expect_version(self.version)
    }

    fn look_now_and_then(&self) -> Result<(), Trouble> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() < ALONE {
            return Ok(());
        }
        *last = Instant::now();
        drop(last);
        self.look()
    }
}

/// What the one is told who was overtaken by another.
fn overtaken(target: &dyn Target) -> Diagnostic {
    let of_manifest = || {
        let manifest = target.manifest().ok().flatten();
        let manifest = manifest.and_then(|(bytes, _)| Manifest::read(&bytes).ok())?;
        match (manifest.begun, manifest.last) {
            (Some(begun), _) => {
                Some(format!("has begun to publish there ({})", begun.stamp.in_words()))
            }
            (None, Some(last)) => Some(format!("has published there ({})", last.in_words())),
            (None, None) => None,
        }
    };
    let who = target.overtaker().or_else(of_manifest);
    let who = who.unwrap_or_else(|| "has published there".to_owned());
    let address = target.address();
    let message = format!("somebody else {who}, so this publish to {address} was ended");
    Diagnostic::error(Code::Publish, message)
        .hint("nothing of theirs was removed")
        .hint("take over what they have changed, if it is needed, and publish again")
}
