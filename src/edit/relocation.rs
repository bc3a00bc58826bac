//! A move of an essay or a folder, planned to the last byte.
//!
//! 1. The book is put together as it would be with nothing but the places changed.
//! 2. What leads elsewhere then is written differently: links, what is brought in, contents, old addresses.
//! 3. The book is put together once more, of the edited texts. What still leads elsewhere is told.

use std::path::Path;
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;

use crate::book::{Book, EssayId, Url};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::edit::addresses::{self, Onward, usual_language};
use crate::edit::library::Moved;
use crate::edit::links::{self, Change, States};
use crate::edit::moves::Moves;
use crate::edit::original::Original;
use crate::edit::rehearsal::{Leads, Rehearsal, at_its_place};
use crate::edit::writing::{FileEdit, carry_out, once};
use crate::edit::{front_matter, includes, known, navigation};
use crate::essay::dialect::Edit;
use crate::essay::front_matter::Language;
use crate::essay::front_matter::known::ALIASES;
use crate::essay::{Dialect, Essay, Library};
use crate::site::library::Shelf;
use crate::source::{ByFolder, Project};

/// A move with all that goes with it.
#[derive(Debug)]
pub struct Relocation {
    /// What is moved.
    pub moves: Moves,
    /// The files that change, ordered by path.
    pub files: Vec<FileEdit>,
    /// How many links are written differently.
    pub links: usize,
    /// How many old addresses lead on.
    pub onward: usize,
    /// What could not be done, and what is worth knowing.
    pub told: Vec<Diagnostic>,
}

impl Relocation {
    /// Plans the move of `moves` in `project`, whose book with all drafts is `before`.
    ///
    /// # Errors
    /// When the contents themselves would be moved.
    pub fn plan(project: &Project, before: &Book, moves: Moves) -> Result<Relocation, Failure> {
        let contents = before.frame.setting.navigation.as_ref().and_then(|n| n.source.clone());
        if let Some(contents) =
            contents.as_ref().filter(|path| moves.content(path.as_str()).is_some())
        {
            let message =
                format!("{} holds the book's contents, and stays where it is", contents.as_str());
            return Err(Diagnostic::error(Code::Command, message).into());
        }
        let essays: Vec<_> =
            before.essays.iter().map(|essay| at_its_place(essay, &moves)).collect();
        let after = Rehearsal::of(before, &moves, &essays);
        let onward = addresses::onward(project, before, &after, &moves);
        let paths = || before.essays.iter().map(|essay| essay.source.as_str());
        let shelf = Shelf::new(project, paths());
        let library = Moved::new(project, &moves, &shelf, paths());
        let states = States { before, after: &after, moves: &moves };
        let room = Room {
            project,
            states,
            onward: &onward,
            shelf: &shelf,
            library: &library,
            language: usual_language(before),
        };
        let worked: Vec<Worked> = (0..essays.len())
            .into_par_iter()
            .map(|at| room.work(EssayId(at), &essays[at]))
            .collect();

        let mut relocation = Relocation {
            files: Vec::new(),
            links: worked.iter().map(|worked| worked.links).sum(),
            onward: onward.aliases.len(),
            told: onward.told.clone(),
            moves: moves.clone(),
        };
        let mut now = Vec::with_capacity(worked.len());
        for worked in worked {
            relocation.files.extend(worked.file);
            relocation.told.extend(worked.told);
            now.push(worked.essay);
        }
        let (contents, told) = navigation::edits(project, &moves, contents.as_ref());
        relocation.told.extend(told);
        for (original, edits) in contents.into_iter().chain(known::edits(project, &moves)) {
            let after = original.bytes_with(&edits);
            relocation.files.push(file_edit(project, &moves, original, after));
        }
        if !onward.table.is_empty() {
            match addresses::with_table(project, &onward.table) {
                Ok(file) => {
                    relocation.onward += onward.table.new.len();
                    relocation.files.push(file);
                }
                Err(told) => relocation.told.push(told),
            }
        }
        let last = Rehearsal::of(before, &moves, &now);
        relocation.told.extend(astray(before, &last, &moves));
        relocation.told.extend(named_in_config(project, &moves));
        relocation.files = once(relocation.files);
        relocation.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        Ok(relocation)
    }

    /// Does it.
    ///
    /// # Errors
    /// When the system refuses a step.
    pub fn carry_out(&self) -> Result<(), Failure> {
        carry_out(Some((&self.moves.source, &self.moves.target)), &self.files)
    }
}

/// Where the essays are worked on.
struct Room<'r> {
    project: &'r Project,
    states: States<'r>,
    onward: &'r Onward,
    shelf: &'r Shelf<'r>,
    library: &'r Moved<'r>,
    language: Language,
}

/// What came of one essay.
struct Worked {
    /// As it would be read after the move.
    essay: Arc<Essay>,
    file: Option<FileEdit>,
    links: usize,
    told: Vec<Diagnostic>,
}

impl Room<'_> {
    fn work(&self, id: EssayId, placed: &Arc<Essay>) -> Worked {
        let States { before, moves, .. } = self.states;
        let old = before.essay(id);
        let changes = links::respelled(self.states, id);
        let alias = self.onward.aliases.iter().find(|(of, _)| *of == id).map(|(_, alias)| alias);
        let has_moved = placed.source != old.source;
        let stays = Worked { essay: Arc::clone(placed), file: None, links: 0, told: Vec::new() };
        if changes.is_empty() && alias.is_none() && old.made_from().is_empty() && !has_moved {
            return stays;
        }
        let file = self.project.root.join(&old.shown);
        let original = match Original::open(&self.project.root, &file, &old.shown) {
            Ok(original) if *original.text == *old.text() => original,
            Ok(_) => return stays,
            Err(_) if changes.is_empty() && alias.is_none() => return stays,
            Err(why) => return Worked { told: vec![why], ..stays },
        };
        let dialect = self.dialect(old);
        let read = |edits: &[Edit]| {
            let text = original.text_with(edits);
            Essay::parse(placed.source.clone(), placed.shown.clone(), text, dialect, self.library)
        };
        let shelf: &dyn Library = self.shelf;
        let (mut others, left) =
            includes::edits(old, &original.text, &placed.source, moves, (shelf, self.library));
        let mut told: Vec<Diagnostic> = left
            .into_iter()
            .map(|at| {
                let message = format!(
                    "`{}` is not brought in any more after the move",
                    &original.text[at.clone()]
                );
                Diagnostic::warning(Code::Include, message).at(old.place(at))
            })
            .collect();
        if let Some(alias) = alias {
            let edits = self.with_alias(&original, alias, self.own_again(id), &read);
            others.extend(edits.unwrap_or_default());
        }
        let (edits, left) = links::write(old, &original.text, &changes, &others, &read);
        told.extend(left.iter().map(|link| by_hand(old, *link, &changes)));
        let essay = Arc::new(read(&edits));
        let lost = alias.filter(|alias| !essay.meta.aliases.contains(alias));
        told.extend(lost.map(|alias| no_alias(old, alias)));
        let after = original.bytes_with(&edits);
        let file =
            (after != original.bytes).then(|| file_edit(self.project, moves, original, after));
        Worked { essay, file, links: changes.len() - left.len(), told }
    }

    /// The alias of an essay that is its address itself after the move.
    fn own_again(&self, id: EssayId) -> Option<&str> {
        let States { before, after, .. } = self.states;
        let (style, own) = (before.frame.config.url_style(), after.book.url(after.ids[id.0]));
        let mut aliases = before.essay(id).meta.aliases.iter();
        aliases.find(|alias| Url::chosen(alias, style) == *own).map(String::as_str)
    }

    /// The edits that add an alias, in the place of the one that is the essay's address again (`own`), if the essay
    /// then has it and is otherwise the same.
    fn with_alias(
        &self,
        original: &Original,
        alias: &str,
        own: Option<&str>,
        read: &dyn Fn(&[Edit]) -> Essay,
    ) -> Option<Vec<Edit>> {
        let values = [alias.to_owned()];
        let edits = match own {
            Some(own) => {
                let keys: Vec<_> = ALIASES.names.iter().map(|name| vec![*name]).collect();
                let change = |name: &str| (name == own).then(|| alias.to_owned());
                front_matter::renamed(&original.text, &keys, &change)?
            }
            None => {
                front_matter::with_items(&original.text, ALIASES.names, &values, self.language)?
            }
        };
        let (mut old, mut new) = (read(&[]).meta, read(&edits).meta);
        // A key without a value is kept as one that is not known.
        old.extra.retain(|key, value| !value.is_null() || !ALIASES.names.contains(&key.as_str()));
        let is_added = new.aliases.iter().any(|known| known == alias);
        new.aliases.retain(|known| known != alias);
        old.aliases.retain(|known| Some(known.as_str()) != own);
        (is_added && old == new).then_some(edits)
    }

    /// How the essay is read after the move: as it is now, unless its new folder was written for other programs.
    fn dialect(&self, essay: &Essay) -> Dialect {
        let Moves { source, target, .. } = self.states.moves;
        if self.states.moves.content(essay.source.as_str()).is_none() {
            return essay.dialect;
        }
        let set = self.project.config.handbook.dialects.as_deref();
        let mut folders = ByFolder::new(&self.project.root, set);
        let mut of = |path: &Path| folders.of(path.parent().unwrap_or(path));
        let (old, new) = (of(source), of(target));
        if old != new && essay.dialect.systems == old {
            essay.dialect.written_for(new)
        } else {
            essay.dialect
        }
    }
}

fn file_edit(project: &Project, moves: &Moves, original: Original, after: Vec<u8>) -> FileEdit {
    let shown_after = moves.shown(&original.shown).unwrap_or_else(|| original.shown.clone());
    let file_after = match original.file.strip_prefix(&moves.source) {
        Ok(rest) if rest.as_os_str().is_empty() => moves.target.clone(),
        Ok(rest) => moves.target.join(rest),
        Err(_) => original.file.clone(),
    };
    debug_assert!(file_after.starts_with(&project.root));
    FileEdit {
        file: original.file,
        file_after,
        shown: original.shown,
        shown_after,
        before: Some(original.bytes),
        after,
    }
}

fn no_alias(essay: &Essay, alias: &str) -> Diagnostic {
    let message = format!("the old address {alias} could not be added to the front matter");
    Diagnostic::warning(Code::FrontMatter, message)
        .at(crate::diagnostic::Place::file(&essay.shown))
        .hint(format!("add it yourself, under `aliases`: {alias}"))
}

/// What is told of a link that could not be written differently.
fn by_hand(essay: &Essay, link: usize, changes: &[Change]) -> Diagnostic {
    let found = &essay.links[link];
    let message = format!("this link has to be changed by hand: `{}`", found.target.trim());
    let note = Diagnostic::warning(Code::BrokenLink, message).at(essay.place(found.span.clone()));
    let path =
        changes.iter().find(|change| change.link == link).and_then(|change| change.path.as_deref());
    match path {
        Some(path) => note.hint(format!("after the move write `{path}`")),
        None => note.hint("after the move no path in this form leads there"),
    }
}

/// Links that lead elsewhere than before though all was done, and were not told yet.
fn astray(before: &Book, after: &Rehearsal, moves: &Moves) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for (at, essay) in before.essays.iter().enumerate() {
        let now = after.book.essay(after.ids[at]);
        let (old, new) = (&before.links[at], &after.book.links[after.ids[at].0]);
        if old.len() != new.len() {
            let message = format!("{} is read differently at its new place", essay.shown);
            told.push(
                Diagnostic::warning(Code::Command, message)
                    .at(crate::diagnostic::Place::file(&essay.shown)),
            );
            continue;
        }
        for (number, (old, new)) in old.iter().zip(new.iter()).enumerate() {
            let (was, is) = (Leads::of(before, old), Leads::of(&after.book, new));
            let want = was.after(moves);
            let is_told = now.links[number].target == essay.links[number].target && want != was;
            if want != is && !matches!(want, Leads::AsWritten) && !is_told {
                told.push(by_hand(essay, number, &[]));
            }
        }
    }
    told
}

/// Places in `book.toml` that name what has moved, such as a logo.
fn named_in_config(project: &Project, moves: &Moves) -> Vec<Diagnostic> {
    use crate::source::project::CONFIG_FILE;
    let file = project.root.join(CONFIG_FILE);
    let Some(text) = crate::source::text::read(&file) else { return Vec::new() };
    let mut known: HashMap<String, String> = HashMap::default();
    for quote in ['"', '\''] {
        for word in text.split(quote).skip(1).step_by(2) {
            let bare = word.trim_start_matches("./").trim_end_matches('/');
            let to =
                moves.shown(bare).or_else(|| moves.content(bare)).filter(|_| bare.contains('.'));
            known.extend(to.map(|to| (word.to_owned(), to)));
        }
    }
    let told = known.into_iter().filter_map(|(word, to)| {
        let at = text.find(&word)?;
        let place = crate::diagnostic::Place::in_text(CONFIG_FILE, &text, at..at + word.len());
        let message = format!("{CONFIG_FILE} names `{word}`, which has moved");
        Some(Diagnostic::warning(Code::Config, message).at(place).hint(format!("write `{to}`")))
    });
    told.collect()
}
