//! Which essays belong together: those that share tags, and rarer tags say more.

use std::collections::HashMap;

use crate::book::{Book, EssayId};

/// How many related essays a page names.
const RELATED: usize = 5;

/// How many bearers of a tag are weighed. A tag that half the book has says little, and this keeps
/// the work for one page the same however large the book is.
const BEARERS: usize = 200;

/// The essays most like `id`, best first; of equals the one that comes first in the book.
pub fn related(book: &Book, id: EssayId) -> Vec<EssayId> {
    let mut shared: HashMap<EssayId, u64> = HashMap::new();
    for term in &book.tags.of_essay[id.0] {
        let bearers = &book.tags.terms[*term].essays;
        let weight = 1_000_000 / bearers.len() as u64;
        for other in bearers.iter().take(BEARERS).filter(|other| **other != id) {
            *shared.entry(*other).or_default() += weight;
        }
    }
    let mut ranked: Vec<_> = shared.into_iter().collect();
    ranked.sort_by_key(|(other, weight)| (std::cmp::Reverse(*weight), book.position[other.0]));
    ranked.into_iter().take(RELATED).map(|(other, _)| other).collect()
}
