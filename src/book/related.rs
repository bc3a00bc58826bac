//! Which essays belong together: those that share tags, and rarer tags say more.

use std::cmp::Reverse;

use foldhash::{HashMap, HashMapExt};

use crate::book::{Book, EssayId};

/// How many related essays a page names.
const RELATED: usize = 5;

/// How many bearers of a tag are weighed. A tag that half the book has says little, and this keeps
/// the work for one page the same however large the book is.
const BEARERS: usize = 200;

/// The essays most like `id`, best first; of equals the one that comes first in the book.
pub fn related(book: &Book, id: EssayId) -> Vec<EssayId> {
    let terms = &book.tags.of_essay[id.0];
    let mut shared: HashMap<EssayId, u64> = HashMap::with_capacity(terms.len() * BEARERS);
    for term in terms {
        let bearers = &book.tags.terms[*term].essays;
        let weight = 1_000_000 / bearers.len() as u64;
        for other in bearers.iter().take(BEARERS).filter(|other| **other != id) {
            *shared.entry(*other).or_default() += weight;
        }
    }
    let rank = |(other, weight): &(EssayId, u64)| (Reverse(*weight), book.position[other.0]);
    let mut ranked: Vec<_> = shared.into_iter().collect();
    if ranked.len() > RELATED {
        // The best are told from the rest before they are put in order: there are hundreds.
        ranked.select_nth_unstable_by_key(RELATED, rank);
        ranked.truncate(RELATED);
    }
    ranked.sort_unstable_by_key(rank);
    ranked.into_iter().map(|(other, _)| other).collect()
}
