//! What is known of each essay, in a form that lasts from one run to the next.
//!
//! It is all that parsing found but the text, which stays in the essay's file. Whether it is still true is for
//! [`Reading`](super::reading::Reading) to tell: by the same rule as within one run.

use rayon::prelude::*;

use crate::site::Loaded;
use crate::site::pictures;
use crate::site::reading::Read;

/// Essays that are written and read as one, so that several processors can read them, and that never all are
/// in memory twice.
const LOT: usize = 256;

/// What an earlier run knew.
#[derive(Debug, Default)]
pub struct Kept(pub(super) Vec<Read>);

impl Kept {
    /// Nothing.
    pub const NOTHING: Kept = Kept(Vec::new());

    /// What [`Kept::renewed`] gave; nothing where that cannot be read.
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

    /// What is worth keeping of `loaded`, as bytes, lot by lot; `None` if that is just this.
    pub fn renewed<'l>(&self, loaded: &'l Loaded) -> Option<impl Iterator<Item = Vec<u8>> + 'l> {
        let lasting: Vec<&Read> = loaded.reading.lasting().collect();
        let same = |(old, new): (&Read, &&Read)| old.is(new);
        let is_all = lasting.len() == self.0.len() && self.0.iter().zip(&lasting).all(same);
        (!is_all).then(|| lots(lasting))
    }
}

/// What an earlier run knew of pictures, as [`renewed_pictures`] wrote it; nothing where that cannot be read.
pub fn read_pictures(bytes: &[u8]) -> Vec<pictures::Read> {
    postcard::from_bytes(bytes).unwrap_or_default()
}

/// What is worth keeping of the pictures of `loaded`, as bytes; `None` if that is just `before`.
pub fn renewed_pictures(loaded: &Loaded, before: &[pictures::Read]) -> Option<Vec<u8>> {
    let lasting: Vec<&pictures::Read> =
        loaded.pictures.read.iter().filter(|read| read.lasts()).collect();
    let is_all = lasting.iter().copied().eq(before);
    if is_all { None } else { postcard::to_stdvec(&lasting).ok() }
}

/// The essays in lots, each with its length before it.
fn lots(essays: Vec<&Read>) -> impl Iterator<Item = Vec<u8>> {
    (0..essays.len()).step_by(LOT).map(move |from| {
        let lot = &essays[from..essays.len().min(from + LOT)];
        // To memory; what could not be written down is read from its file another time.
        let lot = postcard::to_stdvec(lot).unwrap_or_else(|_| vec![0]);
        [&(lot.len() as u64).to_le_bytes()[..], &lot].concat()
    })
}
