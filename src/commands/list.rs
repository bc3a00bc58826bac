//! `sternpost list`: what a handbook holds.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::book::{Book, EssayId, Kind};
use crate::commands::report::tell;
use crate::commands::table::{Column, Rows, for_programs, show, shown};
use crate::commands::{Format, Outcome, whole_book};
use crate::diagnostic::{Failure, caught};
use crate::essay::Stamp;
use crate::essay::title::is_index;

/// What `list` is told.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum, default_value_t)]
    what: What,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    format: Rows,
    /// The folder with book.toml or with the essays
    #[arg(long, default_value = ".", value_name = "DIR")]
    dir: PathBuf,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum What {
    /// All essays, in reading order
    #[default]
    Essays,
    /// Essays that are not published yet
    Drafts,
    /// Tags, with how many essays have each
    Tags,
    /// Authors, with how many essays each wrote
    Authors,
    /// Essays that nothing leads to
    Orphans,
}

/// Lists.
pub fn run(args: &ListArgs) -> Outcome {
    let done = caught("the handbook was listed", || list(args)).map_err(Failure::from).flatten();
    match done {
        Ok(()) => Outcome::Done,
        Err(Failure(found)) => {
            tell::<()>(Format::Human, false, found, &(), None);
            Outcome::Failed
        }
    }
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let (_, book) = whole_book(&args.dir)?;
    let in_order = || book.tree.order.iter().copied();
    let is_draft = |id: &EssayId| book.is_draft(*id);
    match args.what {
        What::Essays => essays(&book, in_order(), args.format),
        What::Drafts => essays(&book, in_order().filter(is_draft), args.format),
        What::Orphans => essays(&book, in_order().filter(|id| is_orphan(&book, *id)), args.format),
        What::Tags => terms(&book, Kind::Tags, args.format),
        What::Authors => terms(&book, Kind::Authors, args.format),
    }
}

/// Whether no essay links to it, and no author's contents list it. The page of a folder is led to by the list above.
fn is_orphan(book: &Book, id: EssayId) -> bool {
    let is_listed = match book.frame.setting.navigation {
        Some(_) => !book.tree.unlisted.contains(&id),
        None => is_index(&book.essay(id).source),
    };
    !is_listed && book.backlinks[id.0].is_empty()
}

const ESSAYS: &[Column] = &[
    shown("title", "Title"),
    shown("file", "File"),
    shown("date", "Date"),
    shown("words", "Words"),
    shown("tags", "Tags"),
    for_programs("authors"),
    for_programs("updated"),
    for_programs("draft"),
    for_programs("url"),
];

fn essays(book: &Book, ids: impl Iterator<Item = EssayId>, form: Rows) -> Result<(), Failure> {
    let stamp = |stamp: &Option<Stamp>| stamp.as_ref().map(|stamp| stamp.text().to_owned());
    let row = |id: EssayId| -> Vec<Value> {
        let essay = book.essay(id);
        vec![
            json!(book.title_of(id)),
            json!(essay.shown),
            json!(stamp(&essay.date)),
            json!(essay.words),
            json!(essay.meta.tags),
            json!(essay.meta.authors),
            json!(stamp(&essay.meta.updated)),
            json!(book.is_draft(id)),
            json!(book.url(id).as_str()),
        ]
    };
    show(&ids.map(row).collect::<Vec<_>>(), ESSAYS, form)
}

/// Lists tags or authors.
pub fn terms(book: &Book, kind: Kind, form: Rows) -> Result<(), Failure> {
    let columns = [
        shown(kind.singular(), if kind == Kind::Tags { "Tag" } else { "Author" }),
        shown("count", "Essays"),
        shown("files", "Files"),
        for_programs("url"),
    ];
    let taxonomy = book.taxonomy(kind);
    let style = book.config.url_style();
    let rows = taxonomy.terms.iter().map(|term| {
        let files: Vec<&str> =
            term.essays.iter().map(|id| book.essay(*id).shown.as_str()).collect();
        let url = taxonomy.term_url(term, 1, style);
        vec![json!(term.name), json!(term.essays.len()), json!(files), json!(url.as_str())]
    });
    show(&rows.collect::<Vec<_>>(), &columns, form)
}
