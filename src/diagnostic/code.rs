//! The kinds of things that can be wrong.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The kinds of things that can be wrong. The spelling in messages is [`Code::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// `book.toml` cannot be read as it stands.
    Config,
    /// A key of another program's configuration that does nothing here.
    ConfigUnused,
    /// Front matter that is not valid TOML or YAML, or a key with a value of the wrong kind.
    FrontMatter,
    /// A date that is not on the calendar or not in a known form.
    Date,
    /// Bytes that are not UTF-8, or characters that cannot stand in a page.
    Encoding,
    /// A link inside the site that leads nowhere.
    BrokenLink,
    /// A link to a page that exists, at a heading that does not.
    BrokenAnchor,
    /// A link that leads to what it is like, not to what it says.
    LenientLink,
    /// A link without a target.
    EmptyLink,
    /// A full address that no browser can follow, or a name that not every disk takes.
    BadAddress,
    /// Two sources for one address on the site.
    UrlCollision,
    /// One tag or author in two spellings.
    Spelling,
    /// A template that cannot be parsed or rendered, or that is missing.
    Template,
    /// A file or folder that cannot be read, or that leads out of the project.
    Unreadable,
    /// The output folder cannot be used or written.
    Output,
    /// A tag of another program's, or a part of its syntax, that is not known here.
    UnknownTag,
    /// A block with an argument that it does not know, or without one that it needs.
    Block,
    /// A formula that is no TeX.
    Math,
    /// A picture that cannot be worked on, or is missing where one is named.
    Picture,
    /// HTML in an essay that is left out of its page.
    RawHtml,
    /// Something that an essay brings in from elsewhere is not there.
    Include,
    /// Two essays of one section with one title.
    DuplicateTitle,
    /// A link without text.
    LinkText,
    /// A heading that skips a level.
    SkippedLevel,
    /// A picture without text.
    MissingAlt,
    /// An essay that nothing leads to.
    Orphan,
    /// A file that no essay uses.
    UnusedFile,
    /// A link to another site that leads nowhere.
    ExternalLink,
    /// A page was left out because a setting that it needs is missing.
    LeftOut,
    /// The preview cannot run as it was asked to.
    Preview,
    /// The site cannot be published as it was asked for.
    Publish,
    /// A command was asked for something that cannot be done as it was asked.
    Command,
    /// A mistake of the program's own.
    Internal,
}

impl Code {
    /// All of them.
    pub const ALL: &[Code] = &[
        Code::Config,
        Code::ConfigUnused,
        Code::FrontMatter,
        Code::Date,
        Code::Encoding,
        Code::BrokenLink,
        Code::BrokenAnchor,
        Code::LenientLink,
        Code::EmptyLink,
        Code::BadAddress,
        Code::UrlCollision,
        Code::Spelling,
        Code::Template,
        Code::Unreadable,
        Code::Output,
        Code::UnknownTag,
        Code::Block,
        Code::Math,
        Code::Picture,
        Code::RawHtml,
        Code::Include,
        Code::DuplicateTitle,
        Code::LinkText,
        Code::SkippedLevel,
        Code::MissingAlt,
        Code::Orphan,
        Code::UnusedFile,
        Code::ExternalLink,
        Code::LeftOut,
        Code::Preview,
        Code::Publish,
        Code::Command,
        Code::Internal,
    ];

    /// The name that messages and JSON show, in kebab case.
    pub fn name(self) -> &'static str {
        match self {
            Code::Config => "config",
            Code::ConfigUnused => "config-unused",
            Code::FrontMatter => "front-matter",
            Code::Date => "date",
            Code::Encoding => "encoding",
            Code::BrokenLink => "broken-link",
            Code::BrokenAnchor => "broken-anchor",
            Code::LenientLink => "lenient-link",
            Code::EmptyLink => "empty-link",
            Code::BadAddress => "bad-address",
            Code::UrlCollision => "url-collision",
            Code::Spelling => "spelling",
            Code::Template => "template",
            Code::Unreadable => "unreadable",
            Code::Output => "output",
            Code::UnknownTag => "unknown-tag",
            Code::Block => "block",
            Code::Math => "math",
            Code::Picture => "picture",
            Code::RawHtml => "raw-html",
            Code::Include => "include",
            Code::DuplicateTitle => "duplicate-title",
            Code::LinkText => "link-text",
            Code::SkippedLevel => "skipped-level",
            Code::MissingAlt => "missing-alt",
            Code::Orphan => "orphan",
            Code::UnusedFile => "unused-file",
            Code::ExternalLink => "external-link",
            Code::LeftOut => "left-out",
            Code::Preview => "preview",
            Code::Publish => "publish",
            Code::Command => "command",
            Code::Internal => "internal",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'d> Deserialize<'d> for Code {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Code, D::Error> {
        let name = String::deserialize(deserializer)?;
        let code = Code::ALL.iter().find(|code| code.name() == name).copied();
        code.ok_or_else(|| D::Error::custom(format!("there is no kind `{name}`")))
    }
}
