//! What a finished book is held against, beyond what building it tells: one small file a check. What they
//! find are matters of care, and so are notes; what is broken the build tells already.

pub mod baseline;
mod duplicates;
mod empty_links;
pub mod external;
mod headings;
mod images;
mod orphans;
mod unused;

use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::pictures::Pictures;

pub use baseline::Baseline;

/// A check.
type Check = fn(&Book) -> Vec<Diagnostic>;

/// All checks that need nothing but the book.
const CHECKS: &[Check] =
    &[duplicates::check, empty_links::check, headings::check, images::check, orphans::check];

/// Holds `book` with its `pictures` against all checks.
pub fn check(book: &Book, pictures: &Pictures) -> Vec<Diagnostic> {
    let found = CHECKS.iter().flat_map(|check| check(book));
    found.chain(unused::check(book, pictures)).collect()
}
