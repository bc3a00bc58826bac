//! Links without a word to click on: nobody sees them, and screen readers say only their address.

use crate::book::Book;
use crate::diagnostic::{Code, Diagnostic};
use crate::essay::LinkKind;

pub(super) fn check(book: &Book) -> Vec<Diagnostic> {
    let essays = book.essays.iter();
    let links = essays.flat_map(|essay| essay.links.iter().map(move |link| (essay, link)));
    links
        .filter(|(_, link)| link.kind == LinkKind::Link && !link.has_text)
        // One without a target is told already.
        .filter(|(_, link)| !link.target.trim().is_empty())
        .map(|(essay, link)| {
            let message = format!("this link has no text: `{}`", link.target.trim());
            Diagnostic::note(Code::LinkText, message)
                .at(essay.place(link.span.clone()))
                .hint("write what it leads to between the square brackets")
        })
        .collect()
}
