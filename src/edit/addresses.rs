//! Old addresses that are to lead to the new: as an alias in the essay's front matter, or in the table
//! `[output.html.redirect]` of `book.toml` where that is how the site does it, or where front matter cannot say it:
//! aliases are other names in a vault, mdBook's essays have no front matter, and lists of folders have no file.

use percent_encoding::percent_decode_str;
use similar::{DiffTag, TextDiff};
use toml_edit::{self as toml, DocumentMut, Item, TableLike, Value, value};

use crate::book::{Book, EssayId, Url};
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::edit::moves::Moves;
use crate::edit::original::Original;
use crate::edit::rehearsal::Rehearsal;
use crate::edit::writing::FileEdit;
use crate::essay::Essay;
use crate::essay::dialect::Edit;
use crate::essay::front_matter::{Language, split};
use crate::source::Project;
use crate::source::project::CONFIG_FILE;
use crate::system::System;

/// What leads on from old addresses.
#[derive(Debug, Default)]
pub struct Onward {
    /// Essays, by their numbers before, with the alias that each gets.
    pub aliases: Vec<(EssayId, String)>,
    /// What changes in the table.
    pub table: Table,
    /// Old addresses that other pages have now.
    pub told: Vec<Diagnostic>,
}

/// What changes in the table of old addresses.
#[derive(Debug, Default)]
pub struct Table {
    /// Entries that are new, old address first.
    pub new: Vec<(String, String)>,
    /// Keys of entries that go: their address is a page's now.
    pub gone: Vec<String>,
    /// Keys of entries that led to a page by its old address, with what they say now.
    pub led_on: Vec<(String, String)>,
}

impl Table {
    /// Whether it stays as it is.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.led_on.is_empty()
    }
}

/// What is needed so that every address of `before` still leads to the page that it was of.
pub fn onward(project: &Project, before: &Book, after: &Rehearsal, moves: &Moves) -> Onward {
    let table = table_of(project);
    let mut onward = Onward::default();
    let mut paths: Vec<Path<'_>> = Vec::new();
    for (at, essay) in before.essays.iter().enumerate() {
        let id = EssayId(at);
        let (old, new) = (before.url(id), after.book.url(after.ids[at]));
        if old != new {
            paths.push(Path { old, new, shown: &after.book.essay(after.ids[at]).shown });
        }
        if old == new || is_known(essay, old, before) {
            continue;
        }
        if let Some(holder) = after.book.urls.holder_of(old) {
            // Where only small and capital letters differ it is still this essay's.
            if holder != after.book.essay(after.ids[at]).shown {
                onward.told.push(taken(&essay.shown, old, &holder));
            }
        } else if !table.is_empty() || is_for_table(essay) {
            onward.table.new.push((address(old), target(new)));
        } else {
            onward.aliases.push((id, address(old)));
        }
    }
    for id in before.tree.ids().filter(|id| before.lists[id.0]) {
        let folder = &before.tree.section(id).folder;
        let old = &before.section_urls[id.0];
        let Some(folder) = moves.content(folder) else { continue };
        let mut sections = after.book.tree.ids();
        let Some(now) = sections.find(|id| after.book.tree.section(*id).folder == folder) else {
            continue;
        };
        let new = &after.book.section_urls[now.0];
        if old != new && after.book.lists[now.0] {
            paths.push(Path { old, new, shown: &after.book.tree.section(now).title });
        }
        if old != new && after.book.urls.holder_of(old).is_none() {
            onward.table.new.push((address(old), target(new)));
        }
    }
    let had = |url: &Url| (0..before.essays.len()).any(|at| before.url(EssayId(at)) == url);
    let taken_over: Vec<_> = paths.iter().filter(|path| !had(path.new)).collect();
    let style = before.frame.config.url_style();
    for (at, essay) in before.essays.iter().enumerate() {
        let own = after.book.url(after.ids[at]);
        let is_vault = essay.dialect.systems.has(System::Obsidian);
        for url in essay.meta.aliases.iter().map(|alias| Url::chosen(alias, style)) {
            let path = taken_over.iter().find(|path| *path.new == url && url != *own && !is_vault);
            onward.told.extend(path.map(|path| taken(&essay.shown, &url, path.shown)));
        }
    }
    for (from, to) in table {
        let to_now = leads_now(&to, &paths, style);
        let url = Url::chosen(&from, style);
        match taken_over.iter().find(|path| *path.new == url && !from.contains('#')) {
            Some(path) => {
                let leads = to_now.as_ref().unwrap_or(&to);
                if Url::chosen(leads, style).bare() != url.bare() {
                    onward.told.push(lost(&from, &to, path.shown));
                }
                onward.table.gone.push(from);
            }
            None => onward.table.led_on.extend(to_now.map(|to| (from, to))),
        }
    }
    onward
}

/// A page's address before and after, and how messages call the page after the move.
struct Path<'p> {
    old: &'p Url,
    new: &'p Url,
    shown: &'p str,
}

/// What an entry says that led to `to`, a page that has another address now. Only a path from the root is the same
/// wherever it stands.
fn leads_now(to: &str, paths: &[Path<'_>], style: UrlStyle) -> Option<String> {
    let end = to.find('#').unwrap_or(to.len());
    let (path, rest) = to.split_at(end);
    let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8_lossy();
    let url = Url::chosen(&path, style);
    let path = paths.iter().find(|path| path.old.bare() == url.bare())?;
    Some(format!("{}{rest}", target(path.new)))
}

fn lost(from: &str, to: &str, holder: &str) -> Diagnostic {
    let message = format!("the old address {from} leads no longer to {to}: {holder} has it now");
    Diagnostic::note(Code::UrlCollision, message)
        .at(Place::file(CONFIG_FILE))
        .hint("whoever kept a link to it finds that page instead")
}

fn address(url: &Url) -> String {
    format!("/{url}")
}

/// An address as the table leads to it: behind `#` stands a place on the page.
fn target(url: &Url) -> String {
    address(url).replace('%', "%25").replace('#', "%23").replace('?', "%3F")
}

fn is_known(essay: &Essay, old: &Url, book: &Book) -> bool {
    let style = book.frame.config.url_style();
    essay.meta.aliases.iter().any(|alias| Url::chosen(alias, style) == *old)
}

fn is_for_table(essay: &Essay) -> bool {
    let systems = essay.dialect.systems;
    let is_bare = split(&essay.text()).is_none();
    systems.has(System::Obsidian) || (systems.has(System::MdBook) && is_bare)
}

fn taken(shown: &str, old: &Url, holder: &str) -> Diagnostic {
    let message =
        format!("the old address /{old} leads no longer to this essay: {holder} has it now");
    Diagnostic::note(Code::UrlCollision, message)
        .at(Place::file(shown))
        .hint("whoever kept a link to it finds that page instead")
}

/// The table of `book.toml`, old addresses first.
fn table_of(project: &Project) -> Vec<(String, String)> {
    let text = crate::source::text::read(&project.root.join(CONFIG_FILE)).unwrap_or_default();
    let Ok(document) = text.parse::<DocumentMut>() else { return Vec::new() };
    let table = ["output", "html", "redirect"]
        .iter()
        .try_fold(document.as_item(), |item, key| item.get(key));
    let entries = table.and_then(Item::as_table_like).map(|table| table.iter());
    let entry =
        |(key, item): (&str, &Item)| (key.to_owned(), item.as_str().unwrap_or("").to_owned());
    entries.into_iter().flatten().map(entry).collect()
}

/// `book.toml` with what changes in its table. Lines that stay keep every byte.
///
/// # Errors
/// When there is none and the site would become another by having one, or it cannot be edited.
pub fn with_table(project: &Project, changes: &Table) -> Result<FileEdit, Diagnostic> {
    let file = project.root.join(CONFIG_FILE);
    let by_hand = || {
        let lines: Vec<_> =
            changes.new.iter().map(|(from, to)| format!("\"{from}\" = \"{to}\"")).collect();
        Diagnostic::warning(Code::Command, "old addresses do not lead to the new ones yet").hint(
            format!("write into {CONFIG_FILE}, under [output.html.redirect]: {}", lines.join("  ")),
        )
    };
    let there =
        file.is_file().then(|| Original::open(&project.root, &file, CONFIG_FILE)).transpose()?;
    if there.is_none() && project.root.join("src/SUMMARY.md").is_file() {
        // With the file the folder would be taken for an mdBook, whose addresses are others.
        return Err(by_hand());
    }
    let text = there.as_ref().map_or("", |original| &original.text);
    let mut document = text.parse::<DocumentMut>().map_err(|_| by_hand())?;
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in ["output", "html", "redirect"] {
        let mut new = toml::Table::new();
        new.set_implicit(key != "redirect");
        table =
            table.entry(key).or_insert(Item::Table(new)).as_table_like_mut().ok_or_else(by_hand)?;
    }
    for from in &changes.gone {
        table.remove(from);
    }
    for (from, to) in &changes.led_on {
        if let Some(old) = table.get_mut(from).and_then(Item::as_value_mut) {
            let around = old.decor().clone();
            *old = Value::from(to.as_str());
            *old.decor_mut() = around;
        }
    }
    for (from, to) in &changes.new {
        table.insert(from, value(to.as_str()));
    }
    let after = document.to_string();
    let after = match &there {
        None => after.into_bytes(),
        Some(original) => {
            let edits = by_lines(&original.text, &after);
            if original.text_with(&edits) != after {
                return Err(by_hand());
            }
            original.bytes_with(&edits)
        }
    };
    Ok(FileEdit {
        file_after: file.clone(),
        file,
        shown: CONFIG_FILE.to_owned(),
        shown_after: CONFIG_FILE.to_owned(),
        before: there.map(|original| original.bytes),
        after,
    })
}

/// The edits that make `after` of `before`, of whole lines.
fn by_lines(before: &str, after: &str) -> Vec<Edit> {
    let starts = |text: &str| -> Vec<usize> {
        let lines = text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        });
        std::iter::once(0).chain(lines).collect()
    };
    let (old, new) = (starts(before), starts(after));
    let diff = TextDiff::from_lines(before, after);
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edit = |op: &similar::DiffOp| {
        let (was, is) = (op.old_range(), op.new_range());
        let with = after[new[is.start]..new[is.end]].to_owned();
        Edit { at: old[was.start]..old[was.end], with }
    };
    changed.map(edit).collect()
}

/// The language in which most essays of a book have their front matter; YAML where none has any.
pub fn usual_language(book: &Book) -> Language {
    let languages = book.essays.iter().filter_map(|essay| Some(split(&essay.text())?.language));
    let toml: i64 = languages.map(|language| if language == Language::Toml { 1 } else { -1 }).sum();
    if toml > 0 { Language::Toml } else { Language::Yaml }
}
