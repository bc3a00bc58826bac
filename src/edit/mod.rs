//! Changes to the author's own files: moving essays, renaming tags, beginning a new essay.
//!
//! All of it is careful in the same way. What is to be changed is found by the reading that building does; the edits
//! are made in the bytes of the file ([`original`]), so that all else stays as it was typed; each is proven by
//! reading the edited text again, and what cannot be proven is told instead of written. Nothing is written before
//! all is known, and then all of it or nothing ([`writing`]).
//!
//! - [`relocation`]: a move. [`moves`] says what lies where, [`rehearsal`] puts the book together as it would be,
//!   [`links`] (with [`place`] and [`spelling`]), [`includes`], [`navigation`] and [`addresses`] find the edits; [`known`] those
//!   of what a check passes over.
//! - [`tags`]: tags, by way of [`front_matter`].
//! - [`draft`]: a new essay, [`naming`]: what its file is called.

pub mod addresses;
pub mod diff;
pub mod draft;
pub mod front_matter;
pub mod includes;
pub mod known;
pub mod library;
pub mod links;
pub mod moves;
pub mod naming;
pub mod navigation;
pub mod original;
pub mod place;
pub mod rehearsal;
pub mod relocation;
pub mod spelling;
pub mod tags;
pub mod writing;
