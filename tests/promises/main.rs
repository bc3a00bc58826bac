//! What sternpost promises, on the real program: each module is one promise, each test a sentence
//! of it. One program, so that it is linked once.
//!
//! To add one: a module here, `Folder::new(&[("name.md", "text")])`, `.build(&[])`, and what should
//! then be true.

mod again;
#[path = "../author/mod.rs"]
mod author;
mod authoring;
mod blocks;
mod book;
mod check;
mod code;
mod command_line;
#[path = "../crawl/mod.rs"]
mod crawl;
mod dialects;
mod essays;
mod feeds;
mod first_hour;
mod folder;
mod front_matter;
mod guide;
mod hosts;
mod images;
mod init;
mod input;
mod languages;
mod links;
mod math;
mod mdx;
mod moving;
mod navigation;
mod output;
mod packaging;
mod packed;
mod raw_html;
mod reference;
mod same_bytes;
mod schema;
mod search;
mod sharing;
mod tags;
mod templates;
mod terminal;
mod themes;
mod vault;
mod whole;
