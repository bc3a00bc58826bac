//! The tools of the fourth step, **render**: from Markdown to HTML, and from values to a page.
//!
//! - [`body`] turns the events of an essay's Markdown into HTML, with links in place.
//! - `clean` leaves out of it what an essay may not hold.
//! - `highlight` gives code its classes.
//! - `once` keeps the parts of pages that are the same on many.
//! - [`theme`] holds the templates, the built-in ones and the site's own; [`words`] what they say, by language.
//! - [`context`] makes the values that a template sees, under documented names; [`seen`] is what one sees.
//! - [`fingerprint`] tells whether two pages are made from the same.
//!
//! Which pages there are is the business of [`crate::site`].

pub mod body;
mod bounds;
mod callout;
pub mod card;
mod clean;
mod contents;
pub mod context;
pub mod drawing;
pub mod filters;
pub mod fingerprint;
mod footnotes;
mod highlight;
mod json_ld;
pub mod markdown_copy;
mod once;
pub mod picture;
pub mod seen;
pub mod theme;
pub mod words;

pub use fingerprint::Fingerprint;
pub use theme::Theme;
