//! `[handbook]`: the keys of `book.toml` that are ours.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::theme::{FolderOrTheme, ThemeTable, folder_or_table};
use crate::system::System;

/// `[handbook]`: what only sternpost knows.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct HandbookTable {
    /// Whether a page is `essay/` or `essay.html`; by default the first, but in an mdBook as there.
    pub url_style: Option<UrlStyle>,
    /// What a relative link without an ending, such as `../values/`, is relative to.
    pub links: Links,
    /// What becomes of HTML in essays.
    pub raw_html: RawHtml,
    /// The programs whose syntax is read, instead of those that the folder was written for.
    pub dialects: Option<Vec<System>>,
    /// The site's own copy of Mermaid, relative to `book.toml`: with it diagrams are drawn.
    pub mermaid: Option<String>,
    /// Essays on one page of a tag or an author.
    pub paginate: usize,
    /// Whether the site can be searched. Default: true.
    pub search: bool,
    /// Whether there is a page with the whole book. Default: for a book of at most 500 essays.
    pub print: Option<bool>,
    /// Whether code is coloured. Default: true.
    pub highlight: bool,
    /// Whether smaller versions of pictures are made. Default: true.
    pub images: bool,
    /// Whether each page has a picture for those who share it. Default: false, as each costs time.
    pub cards: bool,
    /// Whether `llms.txt` lists the pages, and whether each has a copy in Markdown. Default: false.
    pub markdown: bool,
    /// The book's mark, in the header of each page, relative to `book.toml`.
    pub logo: Option<String>,
    /// The picture on the home page, relative to `book.toml`.
    pub cover: Option<String>,
    /// The mark that browsers show beside the title, relative to `book.toml`.
    pub icon: Option<String>,
    /// `[handbook.theme]`: the look.
    #[serde(deserialize_with = "folder_or_table")]
    #[schemars(with = "FolderOrTheme")]
    pub theme: ThemeTable,
    /// `[handbook.check]`: what `sternpost check` leaves out.
    pub check: CheckTable,
    /// Free values for the site's own templates, as `book.extra`.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub extra: toml::Table,
}

/// The keys of `[handbook]`, for messages. A test holds it against [`HandbookTable`].
pub(super) const HANDBOOK_KEYS: &[&str] = &[
    "url-style",
    "links",
    "raw-html",
    "dialects",
    "mermaid",
    "paginate",
    "search",
    "print",
    "highlight",
    "images",
    "cards",
    "markdown",
    "logo",
    "cover",
    "icon",
    "theme",
    "check",
    "extra",
];

/// The most essays that a book may have to be put on one page without being asked for it.
pub const MOST_PRINTED: usize = 500;

impl Default for HandbookTable {
    fn default() -> HandbookTable {
        HandbookTable {
            url_style: None,
            links: Links::Auto,
            raw_html: RawHtml::Safe,
            dialects: None,
            mermaid: None,
            paginate: 50,
            search: true,
            print: None,
            highlight: true,
            images: true,
            cards: false,
            markdown: false,
            logo: None,
            cover: None,
            icon: None,
            theme: ThemeTable::default(),
            check: CheckTable::default(),
            extra: toml::Table::new(),
        }
    }
}

/// `[handbook.check]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct CheckTable {
    /// Kinds of findings that are not told, by their names: `["unused-file"]`.
    pub allow: Vec<String>,
    /// Beginnings of addresses that `--external` does not ask for.
    pub exclude: Vec<String>,
}

/// The keys of `[handbook.check]`.
pub(super) const CHECK_KEYS: &[&str] = &["allow", "exclude"];

/// What the address of a page looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UrlStyle {
    /// `trust/hard-conversations/`, written to `trust/hard-conversations/index.html`.
    #[default]
    Directory,
    /// `trust/hard-conversations.html`; links name files, so the site also works from disk.
    File,
}

/// What becomes of HTML in essays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawHtml {
    /// What shows words, pictures and films stays; what could run a program is left out.
    #[default]
    Safe,
    /// All of it stays: whoever writes essays may put programs on the site.
    Trusted,
    /// It is shown as the words that it is written with.
    Off,
}

/// What a relative link without an ending is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// As the program means it whose configuration lies in the folder; else to the file.
    #[default]
    Auto,
    /// To the file that it stands in.
    File,
    /// To the address of the page, `essay/`.
    Url,
}
