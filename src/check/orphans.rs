//! Essays that the author's contents do not list and no essay links to. Without such contents every essay is
//! listed by its folder, and there are no orphans.

use crate::book::Book;
use crate::diagnostic::{Code, Diagnostic, Place};

pub(super) fn check(book: &Book) -> Vec<Diagnostic> {
    let alone = book.tree.unlisted.iter().filter(|id| book.backlinks[id.0].is_empty());
    alone
        .map(|id| {
            let essay = book.essay(*id);
            let message =
                format!("{} is not in the contents, and no essay links to it", essay.shown);
            Diagnostic::note(Code::Orphan, message)
                .at(Place::file(&essay.shown))
                .hint("list it, link to it, or mark it as a draft")
        })
        .collect()
}
