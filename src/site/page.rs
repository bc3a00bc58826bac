//! The files of a site: what each is, and what it is made from.

use std::path::PathBuf;

use crate::book::{AssetId, EssayId, Kind, SectionId, Url};
use crate::render::seen::Seen;
use crate::site::cards;
use crate::site::hosts::HostFile;
use crate::site::pictures::Version;
use crate::source::Stamp;

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub url: Url,
    /// What it is.
    pub kind: PageKind,
}

impl Page {
    /// Whether making it takes so long that it is done only where its bytes are wanted.
    pub fn is_costly(&self) -> bool {
        matches!(self.kind, PageKind::Smaller(..))
    }
}

/// What a page is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageKind {
    /// An essay that is no section's own page.
    Essay(EssayId),
    /// The page of a section, with its own text if it has one. That of the root is the home page.
    Section(SectionId),
    /// All tags, or all authors.
    Terms(Kind),
    /// One page, counted from 1, of the essays of the tag or author with this index.
    Term(Kind, usize, usize),
    /// The whole book on one page.
    Whole,
    /// What a search finds, as a page.
    Search,
    /// What a server shows where there is nothing.
    NotFound,
    /// An old address, by its index in [`Redirects::pages`](crate::book::Redirects::pages).
    Redirect(usize),
    /// The newest essays of the site, a section, a tag or an author.
    Feed(FeedOf, FeedForm),
    /// The copy of an essay in Markdown.
    Copy(EssayId),
    /// The list of those copies, `llms.txt`.
    Llms,
    /// All addresses, or one lot of them, for search engines.
    Sitemap(Option<usize>),
    /// What search engines may read.
    Robots,
    /// What a host is told.
    Host(HostFile),
    /// A file of the theme, by name.
    ThemeFile(String),
    /// A picture or other file, copied.
    Asset(AssetId),
    /// A picture, so many pixels wide.
    Smaller(AssetId, u32),
    /// The picture for those who share a page.
    Card(cards::Of),
    /// The icon that devices show among programs.
    TouchIcon,
}

/// Whose feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedOf {
    /// The whole book.
    Book,
    /// A section and all below it.
    Section(SectionId),
    /// The tag or author with this index.
    Term(Kind, usize),
}

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedForm {
    /// As Atom (RFC 4287).
    Atom,
    /// As JSON Feed.
    Json,
}

/// What a page holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What the file at this path holds.
    File(PathBuf),
}

/// What one page is made from: a page is a function of this and of the theme.
#[derive(Debug, Clone)]
pub enum Inputs {
    /// A template, and what it sees but for the text.
    Template {
        /// The template's name.
        name: String,
        /// What it sees.
        seen: Box<Seen>,
        /// The text that it shows, and the way from the page to the root.
        text: Option<(Text, String)>,
    },
    /// The essays of a feed, which has this address.
    Feed(FeedOf, FeedForm, Url),
    /// The essay of a copy in Markdown.
    Copy(EssayId),
    /// These bytes.
    Bytes(Vec<u8>),
    /// A picture, in another size.
    Smaller(Version),
    /// What the template of a card sees.
    Card(Box<Seen>),
    /// The drawing of the icon.
    Icon(String),
    /// What the file at this path holds, which had this stamp when it was listed.
    File(PathBuf, Stamp),
}

/// Whose text a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// That of one essay.
    Essay(EssayId),
    /// That of all.
    Whole,
}
