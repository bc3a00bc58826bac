//! What is known of each essay, in a form that lasts from one run to the next.
//!
//! It is all that parsing found but the text, which stays in the essay's file. Whether it is still true is for
//! [`Reading`](super::reading::Reading) to tell: by the same rule as within one run.

use rayon::prelude::*;

use crate::site::Loaded;
use crate::site::reading::Read;

/// Essays that are written and read as one, so that several processors can do it.
const LOT: usize = 256;

/// What an earlier run knew.
#[derive(Debug, Default)]
pub struct Kept(pub(super) Vec<Read>);

impl Kept {
    /// What [`Kept::bytes`] gave; nothing where that cannot be read.
    pub fn read(mut bytes: &[u8]) -> Kept {
        let mut lots = Vec::new();
        while let Some((length, rest)) = bytes.split_first_chunk() {
            let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
            let Some((lot, rest)) = rest.split_at_checked(length) else { return Kept::default() };
            lots.push(lot);
            bytes = rest;
        }
        let read: Result<Vec<Vec<Read>>, _> =
            lots.into_par_iter().map(postcard::from_bytes).collect();
        Kept(read.unwrap_or_default().into_iter().flatten().collect())
    }

    /// What is worth keeping of `loaded`, as bytes; `None` if that is just this.
    pub fn renewed(&self, loaded: &Loaded) -> Option<Vec<u8>> {
        let lasting = || loaded.reading.lasting();
        let same = |(old, new): (&Read, &Read)| old.is(new);
        let is_all = lasting().count() == self.0.len() && self.0.iter().zip(lasting()).all(same);
        (!is_all).then(|| bytes(loaded))
    }
}

/// All essays of `loaded` that last, in lots of which each has its length before it.
fn bytes(loaded: &Loaded) -> Vec<u8> {
    let lasting: Vec<&Read> = loaded.reading.lasting().collect();
    // To memory; what could not be written down is read from its file another time.
    let lot = |lot: &[&Read]| postcard::to_stdvec(lot).unwrap_or_else(|_| vec![0]);
    let lots: Vec<Vec<u8>> = lasting.par_chunks(LOT).map(lot).collect();
    let mut bytes = Vec::with_capacity(lots.iter().map(|lot| lot.len() + 8).sum());
    for lot in lots {
        bytes.extend_from_slice(&(lot.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&lot);
    }
    bytes
}
