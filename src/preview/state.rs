//! What the preview knows at one moment: a value, replaced whole after each change.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::preview::edition::Edition;
use crate::preview::trail::Trail;

/// What there is to show.
#[derive(Clone, Default)]
pub struct State {
    /// How many there were before it.
    pub number: u64,
    /// The site, or the last one that could be made; `None` before the first.
    pub edition: Option<Arc<Edition>>,
    /// What keeps the sources as they are now from making a site. The edition is then an older one.
    pub problems: Vec<Diagnostic>,
    /// The files that changed, as the author calls them, each with the number of the state that it
    /// changed with last.
    pub edited: Arc<BTreeMap<String, u64>>,
    /// Addresses that have other bytes than before, though no page says so: pictures and the like.
    pub refreshed: Arc<BTreeMap<String, u64>>,
    /// Where pages went.
    pub trail: Arc<Trail>,
}
