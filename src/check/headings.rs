//! Headings that skip a level: who listens to a page takes the gap for a part that was missed
//! (WCAG 2.2, technique H42).

use crate::book::Book;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(book: &Book) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for essay in &book.essays {
        for pair in essay.outline.windows(2) {
            let (above, heading) = (&pair[0], &pair[1]);
            if heading.level > above.level + 1 {
                let message = format!(
                    "this heading is of level {}, below one of level {}",
                    heading.level, above.level
                );
                let hint = format!("begin it with {}", "#".repeat(usize::from(above.level) + 1));
                let place = essay.place(heading.span.clone());
                found.push(Diagnostic::note(Code::SkippedLevel, message).at(place).hint(hint));
            }
        }
    }
    found
}
