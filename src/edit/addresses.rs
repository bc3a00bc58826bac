//! Old addresses that are to lead to the new: as an alias in the essay's front matter, or in the table
//! `[output.html.redirect]` of `book.toml` where that is how the site does it, or where front matter cannot say it:
//! aliases are other names in a vault, mdBook's essays have no front matter, and lists of folders have no file.

use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use crate::book::{Book, EssayId, Url};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::edit::moves::Moves;
use crate::edit::original::Original;
use crate::edit::rehearsal::Rehearsal;
use crate::edit::writing::FileEdit;
use crate::essay::Essay;
use crate::essay::front_matter::{Language, split};
use crate::source::Project;
use crate::source::project::CONFIG_FILE;
use crate::system::System;

/// What leads on from old addresses.
#[derive(Debug, Default)]
pub struct Onward {
    /// Essays, by their numbers before, with the alias that each gets.
    pub aliases: Vec<(EssayId, String)>,
    /// Entries of the table, old address first.
    pub table: Vec<(String, String)>,
    /// Old addresses that other pages have now.
    pub told: Vec<Diagnostic>,
}

/// What is needed so that every address of `before` still leads to the page that it was of.
pub fn onward(project: &Project, before: &Book, after: &Rehearsal, moves: &Moves) -> Onward {
    let uses_table = !table_of(project).is_empty();
    let mut onward = Onward::default();
    for (at, essay) in before.essays.iter().enumerate() {
        let id = EssayId(at);
        let (old, new) = (before.url(id), after.book.url(after.ids[at]));
        if old == new || is_known(essay, old, before) {
            continue;
        }
        if let Some(holder) = after.book.urls.holder_of(old) {
            // Where only small and capital letters differ it is still this essay's.
            if holder != after.book.essay(after.ids[at]).shown {
                onward.told.push(taken(&essay.shown, old, &holder));
            }
        } else if uses_table || is_for_table(essay) {
            onward.table.push((address(old), address(new)));
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
        if old != new && after.book.urls.holder_of(old).is_none() {
            onward.table.push((address(old), address(new)));
        }
    }
    onward
}

fn address(url: &Url) -> String {
    format!("/{url}")
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

/// The old addresses in the table of `book.toml`.
fn table_of(project: &Project) -> Vec<String> {
    let text = crate::source::text::read(&project.root.join(CONFIG_FILE)).unwrap_or_default();
    let Ok(document) = text.parse::<DocumentMut>() else { return Vec::new() };
    let table = ["output", "html", "redirect"]
        .iter()
        .try_fold(document.as_item(), |item, key| item.get(key));
    let table = table.and_then(Item::as_table_like);
    table.map(|table| table.iter().map(|(key, _)| key.to_owned()).collect()).unwrap_or_default()
}

/// `book.toml` with `entries` in its table.
///
/// # Errors
/// When there is none and the site would become another by having one, or it cannot be edited.
pub fn with_table(project: &Project, entries: &[(String, String)]) -> Result<FileEdit, Diagnostic> {
    let file = project.root.join(CONFIG_FILE);
    let by_hand = || {
        let lines: Vec<_> =
            entries.iter().map(|(from, to)| format!("\"{from}\" = \"{to}\"")).collect();
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
        let mut new = Table::new();
        new.set_implicit(key != "redirect");
        table =
            table.entry(key).or_insert(Item::Table(new)).as_table_like_mut().ok_or_else(by_hand)?;
    }
    for (from, to) in entries {
        table.insert(from, value(to.as_str()));
    }
    let mut after = document.to_string();
    if there.as_ref().is_some_and(|original| original.bytes.windows(2).any(|pair| pair == b"\r\n"))
    {
        after = after.replace('\n', "\r\n");
    }
    Ok(FileEdit {
        file_after: file.clone(),
        file,
        shown: CONFIG_FILE.to_owned(),
        shown_after: CONFIG_FILE.to_owned(),
        before: there.map(|original| original.bytes),
        after: after.into_bytes(),
    })
}

/// The language in which most essays of a book have their front matter; YAML where none has any.
pub fn usual_language(book: &Book) -> Language {
    let languages = book.essays.iter().filter_map(|essay| Some(split(&essay.text())?.language));
    let toml: i64 = languages.map(|language| if language == Language::Toml { 1 } else { -1 }).sum();
    if toml > 0 { Language::Toml } else { Language::Yaml }
}
