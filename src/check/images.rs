//! Pictures without words for those who do not see them (WCAG 2.2, 1.1.1). In raw HTML `alt=""` says that a
//! picture is decoration; Markdown cannot say so.

use crate::book::Book;
use crate::diagnostic::{Code, Diagnostic};
use crate::essay::LinkKind;

pub(super) fn check(book: &Book) -> Vec<Diagnostic> {
    let essays = book.essays.iter();
    let links = essays.flat_map(|essay| essay.links.iter().map(move |link| (essay, link)));
    links
        .filter(|(_, link)| link.kind == LinkKind::Image && !link.has_text)
        .map(|(essay, link)| {
            let message = format!("this picture has no text: `{}`", link.target.trim());
            Diagnostic::note(Code::MissingAlt, message)
                .at(essay.place(link.span.clone()))
                .hint("say what it shows between the square brackets: ![what it shows](file)")
        })
        .collect()
}
