//! Which essays belong together: those that share tags, and rarer tags say more.

use std::cmp::Reverse;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::book::{EssayId, Taxonomy};

/// How many related essays a page names.
const RELATED: usize = 5;

/// How many bearers of a tag are weighed. A tag that half the book has says little, and this keeps
/// the work for one page the same however large the book is.
const BEARERS: usize = 200;

/// For each essay the essays most like it, best first; of equals the one that comes first in the book.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Related {
    /// What tells the tags and the order that this follows from.
    print: u128,
    lists: Vec<Vec<EssayId>>,
}

impl Deref for Related {
    type Target = [Vec<EssayId>];

    fn deref(&self) -> &[Vec<EssayId>] {
        &self.lists
    }
}

impl Related {
    /// Of essays with these `tags`, each at its `position` in the book. `known` is taken where it is that.
    pub fn new(tags: &Taxonomy, position: &[usize], known: Option<&Arc<Related>>) -> Arc<Related> {
        let mut hasher = Xxh3::new();
        (&tags.of_essay, position).hash(&mut hasher);
        let print = hasher.digest128();
        let count = position.len();
        let is_it = |known: &&Arc<Related>| {
            let is_sound = known.iter().flatten().all(|id| id.0 < count);
            known.print == print && known.len() == count && is_sound
        };
        if let Some(known) = known.filter(is_it) {
            return Arc::clone(known);
        }
        let ids = (0..count).into_par_iter().with_min_len(256);
        // One list of weights for many essays: a map for each takes four times as long.
        let lists = ids.map_init(
            || vec![0; count],
            |weights, at| most_like(EssayId(at), tags, position, weights),
        );
        Arc::new(Related { print, lists: lists.collect() })
    }

    /// Whether it follows from the same as `other`.
    pub fn is(&self, other: &Related) -> bool {
        self.print == other.print
    }
}

/// `weights` has an entry for each essay, and is all zeros before and after.
fn most_like(
    id: EssayId,
    tags: &Taxonomy,
    position: &[usize],
    weights: &mut [u32],
) -> Vec<EssayId> {
    let mut met: Vec<EssayId> = Vec::new();
    for term in &tags.of_essay[id.0] {
        let bearers = &tags.terms[*term].essays;
        // A tag of more than a million essays still counts for something.
        let weight = (1_000_000 / u32::try_from(bearers.len()).unwrap_or(u32::MAX)).max(1);
        for other in bearers.iter().take(BEARERS) {
            let known = &mut weights[other.0];
            if *known == 0 {
                met.push(*other);
            }
            *known = known.saturating_add(weight);
        }
    }
    let mut best: Vec<(Reverse<u32>, usize, EssayId)> = Vec::with_capacity(RELATED + 1);
    // Hundreds are met, and nearly all of them weigh less than the last of the best.
    let mut last = (Reverse(0), usize::MAX, id);
    for other in met {
        let weight = std::mem::take(&mut weights[other.0]);
        if weight < last.0.0 || other == id {
            continue;
        }
        let rank = (Reverse(weight), position[other.0], other);
        if rank < last {
            best.insert(best.partition_point(|better| *better < rank), rank);
            best.truncate(RELATED);
            last = best.get(RELATED - 1).copied().unwrap_or(last);
        }
    }
    best.into_iter().map(|(_, _, other)| other).collect()
}
