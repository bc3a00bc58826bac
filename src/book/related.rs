//! Which essays belong together: those that share tags, and rarer tags say more.

use std::cmp::Reverse;

use rayon::prelude::*;

use crate::book::{EssayId, Taxonomy};

/// How many related essays a page names.
const RELATED: usize = 5;

/// How many bearers of a tag are weighed. A tag that half the book has says little, and this keeps
/// the work for one page the same however large the book is.
const BEARERS: usize = 200;

/// For each essay the essays most like it, best first; of equals the one that comes first in the book.
pub fn related(tags: &Taxonomy, position: &[usize]) -> Vec<Vec<EssayId>> {
    let ids = (0..tags.of_essay.len()).into_par_iter().with_min_len(256);
    // One list of weights for many essays: a map for each takes four times as long.
    ids.map_init(
        || vec![0; tags.of_essay.len()],
        |weights, at| most_like(EssayId(at), tags, position, weights),
    )
    .collect()
}

/// `weights` has an entry for each essay, and is all zeros before and after.
fn most_like(
    id: EssayId,
    tags: &Taxonomy,
    position: &[usize],
    weights: &mut [u64],
) -> Vec<EssayId> {
    let mut met: Vec<EssayId> = Vec::new();
    for term in &tags.of_essay[id.0] {
        let bearers = &tags.terms[*term].essays;
        let weight = 1_000_000 / bearers.len() as u64;
        for other in bearers.iter().take(BEARERS).filter(|other| **other != id) {
            if weights[other.0] == 0 {
                met.push(*other);
            }
            // A tag of more than a million essays still counts for something.
            weights[other.0] += weight.max(1);
        }
    }
    let rank = |other: EssayId| (Reverse(weights[other.0]), position[other.0]);
    let mut best: Vec<EssayId> = Vec::with_capacity(RELATED + 1);
    for other in &met {
        // Hundreds are met, and nearly all of them are behind the last of the best.
        if best.len() < RELATED || best.last().is_some_and(|last| rank(*other) < rank(*last)) {
            let at = best.partition_point(|better| rank(*better) < rank(*other));
            best.insert(at, *other);
            best.truncate(RELATED);
        }
    }
    for other in met {
        weights[other.0] = 0;
    }
    best
}
