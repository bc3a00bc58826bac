//! Two essays of one section with the same title: no list tells readers which is which.

use foldhash::HashMap;

use crate::book::{Book, EssayId};
use crate::diagnostic::{Code, Diagnostic, Place};

pub(super) fn check(book: &Book) -> Vec<Diagnostic> {
    let mut known: HashMap<(usize, String), EssayId> = HashMap::default();
    let mut found = Vec::new();
    for id in &book.tree.order {
        let title = book.title_of(*id);
        let key = (book.tree.home[id.0].0, title.to_lowercase());
        match known.get(&key) {
            None => drop(known.insert(key, *id)),
            Some(first) => {
                let (first, essay) = (&book.essay(*first).shown, book.essay(*id));
                let message = format!("{first} in the same section is called `{title}` too");
                let place = match essay.title_heading() {
                    Some(heading) => essay.place(heading.span.clone()),
                    None => Place::file(&essay.shown),
                };
                let note = Diagnostic::note(Code::DuplicateTitle, message).at(place);
                found.push(note.hint("give one of them a title that tells them apart"));
            }
        }
    }
    found
}
