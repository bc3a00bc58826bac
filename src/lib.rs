//! sternpost publishes the handbook that a team leads by: a folder of Markdown essays in, a fast,
//! quiet, accessible website out.
//!
//! # The flow
//!
//! ```text
//! book.toml ─┐
//! content/  ─┼─> load ──> parse ──> assemble ──> render ──> emit
//! templates/ ┘  source    essay      book         site       output
//!               Project   Essay      Book         Page       Disk
//! ```
//!
//! One direction; each step takes the value before and gives the next, and no step looks back.
//!
//! 1. **load** ([`source`]): find the project, list the files of its content folder.
//! 2. **parse** ([`essay`]): one file becomes one `Essay`, by itself, in parallel.
//! 3. **assemble** ([`book`]): all essays together become a `Book`: sections, order, tags, links.
//! 4. **render** ([`site`], with [`render`]): which pages the book has, and each page's bytes.
//! 5. **emit** ([`output`]): the bytes go to a folder that takes the old one's place at once.
//!
//! [`publish`] brings that folder to a host. [`preview`] holds what comes of the first four steps and renders a page when a browser asks for it.
//! What is wrong is collected on the way as [`diagnostic::Diagnostic`] values and shown by
//! [`commands`]; nothing below prints. A room uses only the rooms below it, in the order
//! diagnostic, system, config, source, essay, book, render, site, output, check, edit, preview, publish and init,
//! commands.

#![warn(clippy::unwrap_used, clippy::expect_used)]

pub mod book;
pub mod check;
mod clock;
pub mod commands;
pub mod config;
pub mod diagnostic;
pub mod edit;
pub mod essay;
pub mod init;
pub mod output;
pub mod preview;
pub mod publish;
pub mod render;
pub mod site;
pub mod source;
pub mod system;
