//! What is to be done at a target: the difference between the site and what lies there.
//!
//! 1. The manifest there says which files are ours, and what they hold. It is believed of a file as long as the
//!    target's own tag of it is the one that was noted when it was put. Of others the file is asked for its mark.
//! 2. What is neither named by the manifest nor marked is foreign. It is named and never touched; where one lies at
//!    a path of the site, nothing is published, unless it holds just what is to be there.
//! 3. What the site does not have any more is removed. Files with a hash in their name stay for a time, for readers
//!    who have loaded a page that asks for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::at_once::at_once;
use crate::publish::manifest::{Entry, Former, Unreadable};
use crate::publish::target::{Found, MANIFEST, Target, Trouble, Version};
use crate::publish::{Hash, LocalFile, Manifest, ways};
use crate::site::Role;
use crate::site::role::uncompressed;

/// More removals than this part of what is there, or than [`MANY`], are only done when confirmed.
const MOST_REMOVED: f64 = 0.2;

/// See [`MOST_REMOVED`].
const MANY: usize = 50;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is to be put there, in the order in which that is done.
    pub uploads: Vec<Upload>,
    /// What is to be removed, in that order.
    pub removals: Vec<Removal>,
    /// How many files are there as they are.
    pub unchanged: usize,
    /// How many files of former sites stay for a time.
    pub kept: usize,
    /// What lies there and was not put there by the program.
    pub foreign: Vec<String>,
    /// Of that, what lies where the site has a file.
    pub occupied: Vec<String>,
    /// Files of ours that somebody else has written since, and that will be as they should.
    pub altered: Vec<String>,
    /// A file of the site, and what of others' is in its way, where files lie in folders.
    pub blocked: Option<(String, String)>,
    /// How many files of the site are there now.
    pub present: usize,
    /// The files of the site.
    pub(super) files: Vec<LocalFile>,
    /// The manifest as it is, or as it would be if there was one.
    pub(super) before: Manifest,
    /// Its version; `None` if there is none.
    pub(super) version: Option<Version>,
    /// The manifest as it will be, but for who and when, and for tags that are not known yet.
    pub(super) after: Manifest,
    /// What is to be told of the target.
    pub notes: Vec<Diagnostic>,
}

/// A file that is to be put there.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The file.
    pub file: LocalFile,
    /// Whether there is none at its path yet.
    pub is_new: bool,
    /// When.
    pub step: Step,
}

/// A file that is to be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Its path.
    pub path: String,
    /// What it was.
    pub role: Role,
    /// Whether it is one of a former site that was kept until now.
    pub was_kept: bool,
    /// Whether it is an outdated shorter form (`.br`, `.gz`) of a file that stays: such a form is shown in its place.
    pub is_form: bool,
}

/// The steps of putting files there. At the end of each, and at any moment within, what can be seen has no link to
/// what cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Nothing asks for a new one yet, and an old one holds the same.
    Hashed,
    /// Other files.
    Asset,
    /// Nothing that can be seen leads to a page that is new.
    NewPage,
    /// These lead to those.
    ChangedPage,
    /// The way in.
    Home,
    /// Feeds, the sitemap, the search index but for its door, the page that is shown where there is nothing.
    Entry,
    /// The door to the search index, which asks for the rest of it.
    Search,
}

impl Step {
    /// `is_new`: whether readers can see nothing yet at its address. A shorter form of a file is shown in its place, so
    /// it goes with it.
    fn of(file: &LocalFile, is_new: bool) -> Step {
        let shown = uncompressed(&file.path);
        match file.role {
            Role::Hashed => Step::Hashed,
            Role::Asset => Step::Asset,
            Role::Page if shown == "index.html" => Step::Home,
            Role::Page if is_new => Step::NewPage,
            Role::Page => Step::ChangedPage,
            Role::Entry if shown == "pagefind/pagefind.js" => Step::Search,
            Role::Entry => Step::Entry,
        }
    }
}

/// How a plan is made.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// The time, in seconds since 1970.
    pub now: i64,
    /// How many seconds files with a hash in their name stay when the site has them no more.
    pub keep: i64,
}

/// A file that lies at the target, and what is known of it.
struct There<'f> {
    found: &'f Found,
    /// What it holds, if that is known.
    hash: Option<Hash>,
    /// Whether the program put it there, as it is now.
    is_ours: bool,
}

impl Plan {
    /// Finds out what is to be done so that `target` has just `files`.
    ///
    /// # Errors
    /// When the target cannot be read, or a newer program has published there.
    pub fn of(target: &dyn Target, files: &[LocalFile], manner: Manner) -> Result<Plan, Trouble> {
        let mut notes = Vec::new();
        let (manifest, version) = manifest_of(target, &mut notes)?;
        // Where there is one that cannot be read, only the marks tell what is ours.
        let is_damaged = manifest.is_none() && version.is_some();
        let before = manifest.unwrap_or_default();
        let found: Vec<Found> =
            target.list()?.into_iter().filter(|found| found.path != MANIFEST).collect();
        let wanted: BTreeMap<&str, &LocalFile> =
            files.iter().map(|file| (file.path.as_str(), file)).collect();
        let concerned: Vec<&Found> = found
            .iter()
            .filter(|found| wanted.contains_key(&*found.path) || before.names(&found.path))
            .collect();
        let known = at_once(target.at_once(), &concerned, |found| {
            let is_marked = is_damaged || before.names(&found.path);
            look(target, found, &before, wanted.get(&*found.path).copied(), is_marked)
        })?;
        let there: BTreeMap<&str, There<'_>> = concerned
            .iter()
            .zip(known)
            .map(|(found, (hash, is_ours))| (&*found.path, There { found, hash, is_ours }))
            .collect();
        let mut plan = Plan {
            uploads: Vec::new(),
            removals: Vec::new(),
            unchanged: 0,
            kept: 0,
            foreign: Vec::new(),
            occupied: Vec::new(),
            altered: Vec::new(),
            blocked: None,
            present: there.values().filter(|there| there.is_ours).count(),
            files: files.to_vec(),
            after: Manifest::default(),
            before,
            version,
            notes,
        };
        for file in files {
            let is_seen = there.contains_key(uncompressed(&file.path));
            plan.want(file, there.get(file.path.as_str()), !is_seen);
        }
        for (path, there) in &there {
            if !wanted.contains_key(path) && there.is_ours {
                plan.leave(path, there, manner);
            }
        }
        let is_foreign = |found: &&Found| match there.get(found.path.as_str()) {
            Some(there) => !there.is_ours && !plan.altered.contains(&found.path),
            None => true,
        };
        plan.foreign = found.iter().filter(is_foreign).map(|found| found.path.clone()).collect();
        plan.arrange();
        if target.has_folders() {
            plan.blocked = plan.in_the_way();
        }
        plan.notes.extend(plan.of_others(target.address()));
        Ok(plan)
    }

    /// Brings everything into the order in which it is done.
    fn arrange(&mut self) {
        self.uploads.sort_by(|a, b| (a.step, &a.file.path).cmp(&(b.step, &b.file.path)));
        // Outdated forms first, as they lead to what goes; then pages, before what they ask for.
        let rank = |removal: &Removal| match removal.role {
            _ if removal.is_form => 0,
            Role::Page => 1,
            Role::Entry => 2,
            Role::Asset => 3,
            Role::Hashed => 4,
        };
        self.removals.sort_by(|a, b| (rank(a), &a.path).cmp(&(rank(b), &b.path)));
    }

    /// A file of the site, and what of others' lies where it needs a folder, or in a folder where it is to be.
    fn in_the_way(&self) -> Option<(String, String)> {
        let theirs: BTreeSet<String> = self.foreign.iter().cloned().collect();
        self.files.iter().find_map(|file| {
            let other = ways::in_the_way(&theirs, &file.path)?;
            Some((file.path.clone(), other.to_owned()))
        })
    }

    /// Plans a file of the site.
    /// `is_first`: whether readers see nothing at its address yet.
    fn want(&mut self, file: &LocalFile, there: Option<&There<'_>>, is_first: bool) {
        let same = there.is_some_and(|there| there.hash == Some(file.hash));
        let mut entry = Entry { hash: file.hash, size: file.size, role: file.role, tag: None };
        match there {
            Some(there) if there.is_ours && same => {
                entry.tag = there.found.tag.clone();
                self.unchanged += 1;
            }
            Some(there) => {
                if !there.is_ours && self.before.files.contains_key(&file.path) {
                    self.altered.push(file.path.clone());
                } else if !there.is_ours && !same {
                    self.occupied.push(file.path.clone());
                }
                self.upload(file, false, is_first);
            }
            None => self.upload(file, true, is_first),
        }
        self.after.files.insert(file.path.clone(), entry);
    }

    fn upload(&mut self, file: &LocalFile, is_new: bool, is_first: bool) {
        let step = Step::of(file, is_first);
        self.uploads.push(Upload { file: file.clone(), is_new, step });
    }

    /// Plans a file of ours that the site does not have.
    fn leave(&mut self, path: &str, there: &There<'_>, manner: Manner) {
        let begun = self.before.begun.as_ref().and_then(|begun| begun.files.get(path));
        let begun = begun.map(|coming| coming.role);
        let (role, since) = match (self.before.files.get(path), self.before.former.get(path)) {
            (Some(entry), _) => (entry.role, manner.now),
            (None, Some(former)) => (former.entry.role, former.since),
            (None, None) => (begun.unwrap_or(Role::Page), manner.now),
        };
        let entry = Entry {
            hash: there.hash.unwrap_or_else(|| Hash::of(&[])),
            size: there.found.size,
            role,
            tag: there.found.tag.clone(),
        };
        let stays = role == Role::Hashed && manner.now.saturating_sub(since) < manner.keep;
        if stays {
            self.kept += 1;
        } else {
            let was_kept = role == Role::Hashed && self.before.former.contains_key(path);
            let shown = uncompressed(path);
            let is_form = shown != path && self.after.files.contains_key(shown);
            self.removals.push(Removal { path: path.to_owned(), role, was_kept, is_form });
        }
        // What is removed only after the manifest was written is named there, so that it can be removed by the next
        // publish if this one is cut off.
        self.after.former.insert(path.to_owned(), Former { entry, since });
    }

    /// How many bytes are to be sent.
    pub fn bytes(&self) -> u64 {
        self.uploads.iter().map(|upload| upload.file.size).sum()
    }

    /// How many files there will be that are not there yet.
    pub fn added(&self) -> usize {
        self.uploads.iter().filter(|upload| upload.is_new).count()
    }

    /// How many files will be others than they are.
    pub fn changed(&self) -> usize {
        self.uploads.len() - self.added()
    }

    /// Whether there is nothing to do.
    pub fn is_nothing(&self) -> bool {
        let Manifest { files, begun, .. } = &self.before;
        self.uploads.is_empty()
            && self.removals.is_empty()
            && begun.is_none()
            && *files == self.after.files
    }

    /// What is told instead of doing it, if it cannot be done, or only when it is confirmed.
    pub fn refusal(&self, address: &str, is_confirmed: bool) -> Option<Diagnostic> {
        self.occupation(address)
            .or_else(|| {
                let (path, other) = self.blocked.as_ref()?;
                Some(ways::told(address, path, other).hint("nothing was published"))
            })
            .or_else(|| (!is_confirmed).then(|| self.mass_removal(address)).flatten())
    }

    fn occupation(&self, address: &str) -> Option<Diagnostic> {
        if self.occupied.is_empty() {
            return None;
        }
        let (some, more) = first(&self.occupied);
        let message = format!(
            "{address} holds {some}{more} at the place of a file of the site, and sternpost did not put {} there",
            if self.occupied.len() == 1 { "it" } else { "them" },
        );
        Some(
            Diagnostic::error(Code::Publish, message)
                .hint("nothing was published: what sternpost did not put there it does not touch")
                .hint("publish to a folder of its own, or remove there what is no longer needed"),
        )
    }

    /// What is told of files that somebody else has written over.
    fn of_others(&self, address: &str) -> Option<Diagnostic> {
        if self.altered.is_empty() {
            return None;
        }
        let (some, more) = first(&self.altered);
        let message = format!("at {address} somebody else has changed {some}{more}");
        let hint = "what they wrote there is replaced by what the handbook has; write it into the essays, if it is to stay";
        Some(Diagnostic::note(Code::Publish, message).hint(hint))
    }

    fn mass_removal(&self, address: &str) -> Option<Diagnostic> {
        let removed: Vec<String> = self
            .removals
            .iter()
            .filter(|removal| !removal.was_kept)
            .map(|removal| removal.path.clone())
            .collect();
        let count = removed.len();
        #[allow(clippy::cast_precision_loss, reason = "files are no more than can be counted")]
        let part = count as f64 / self.present.max(1) as f64;
        if count <= MANY && part <= MOST_REMOVED {
            return None;
        }
        let (some, more) = first(&removed);
        let message = format!(
            "{count} of the {} files at {address} would be removed: {some}{more}",
            self.present
        );
        Some(
            Diagnostic::error(Code::Publish, message)
                .hint("nothing was published; see whether the right folder was built")
                .hint("if they are to go, confirm it: publish again with --yes"),
        )
    }
}

/// The first few of some paths, and how many more there are.
fn first(paths: &[String]) -> (String, String) {
    const SHOWN: usize = 3;
    let shown: Vec<&str> = paths.iter().take(SHOWN).map(String::as_str).collect();
    let more = match paths.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (shown.join(", "), more)
}

/// The manifest at `target` with its version: neither where there is none, and only the version where it cannot be
/// read. Adds to `notes` what is to be told of it.
fn manifest_of(
    target: &dyn Target,
    notes: &mut Vec<Diagnostic>,
) -> Result<(Option<Manifest>, Option<Version>), Trouble> {
    let Some((bytes, version)) = target.manifest()? else { return Ok((None, None)) };
    let address = target.address();
    match Manifest::read(&bytes) {
        Ok(manifest) => {
            notes.extend(manifest.begun.as_ref().map(|begun| {
                let message = format!(
                    "a publish to {address} began and did not end (by {}); this one goes on from there",
                    begun.stamp.in_words()
                );
                Diagnostic::note(Code::Publish, message).hint(
                    "if it is not cut off but still at work, the one that began last is the one that counts",
                )
            }));
            Ok((Some(manifest), Some(version)))
        }
        Err(Unreadable::Newer) => Err(Diagnostic::error(
            Code::Publish,
            format!("a newer sternpost has published to {address}"),
        )
        .hint("install the newest version, and publish again")
        .into()),
        Err(Unreadable::Damaged) => {
            let message = format!(
                "{address} has a file {MANIFEST} that cannot be read, so nobody knows what was published there"
            );
            notes.push(
                Diagnostic::warning(Code::Publish, message)
                    .hint("nothing there is removed this time, and the file is written anew"),
            );
            Ok((None, Some(version)))
        }
    }
}

/// What a file at the target holds, if that is known, and whether the program put it there, asking no more than is
/// needed. A mark counts only where the manifest knows the path (`is_marked`): another handbook that lies in a folder
/// of this one has marks too.
fn look(
    target: &dyn Target,
    found: &Found,
    manifest: &Manifest,
    wanted: Option<&LocalFile>,
    is_marked: bool,
) -> Result<(Option<Hash>, bool), Trouble> {
    let entry = manifest.entry(&found.path);
    let is_known =
        |entry: &&Entry| entry.tag.is_some() && entry.tag == found.tag && entry.size == found.size;
    if let Some(entry) = entry.filter(is_known) {
        return Ok((Some(entry.hash), true));
    }
    if is_marked && let Some(hash) = target.mark(&found.path)? {
        return Ok((Some(hash), true));
    }
    // A stranger that holds the same can be ours from now on.
    let is_same = wanted.map(|file| target.holds(found, file)).transpose()?.unwrap_or(false);
    Ok((wanted.filter(|_| is_same).map(|file| file.hash), false))
}
