//! The programs that handbooks were written for before. Each has its own words for links, callouts
//! and the like; which of them a folder means is found out in [`source`](crate::source).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A program that handbooks are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// mdBook.
    MdBook,
    /// MkDocs, with Python-Markdown and its extensions.
    MkDocs,
    /// Jekyll, with kramdown and Liquid.
    Jekyll,
    /// Hugo.
    Hugo,
    /// Zola.
    Zola,
    /// Eleventy.
    Eleventy,
    /// Docusaurus, and others that read MDX: Astro's Starlight, Nextra.
    Docusaurus,
    /// GitBook.
    GitBook,
    /// Obsidian.
    Obsidian,
}

impl System {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            System::MdBook => "mdBook",
            System::MkDocs => "MkDocs",
            System::Jekyll => "Jekyll",
            System::Hugo => "Hugo",
            System::Zola => "Zola",
            System::Eleventy => "Eleventy",
            System::Docusaurus => "Docusaurus, Starlight or Nextra",
            System::GitBook => "GitBook",
            System::Obsidian => "Obsidian",
        }
    }
}

/// A set of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Systems(u16);

impl Systems {
    /// The set of these programs.
    pub fn of(systems: &[System]) -> Systems {
        Systems(systems.iter().fold(0, |set, system| set | 1 << *system as u16))
    }

    /// What tells this set from others.
    pub fn number(self) -> u16 {
        self.0
    }

    /// These and `system`.
    #[must_use]
    pub fn with(self, system: System) -> Systems {
        Systems(self.0 | 1 << system as u16)
    }

    /// Whether `system` is among them.
    pub fn has(self, system: System) -> bool {
        self.0 & 1 << system as u16 != 0
    }

    /// Whether any of `systems` is among them.
    pub fn has_any(self, systems: &[System]) -> bool {
        self.0 & Systems::of(systems).0 != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether authors see pages at addresses such as `essay/` and write links without an ending as
    /// a browser reads them.
    pub fn reads_links_from_addresses(self) -> bool {
        self.has_any(&[System::Jekyll, System::Hugo, System::Zola, System::Eleventy])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_they_are_made_of() {
        let set = Systems::of(&[System::Hugo, System::Obsidian]);
        assert!(set.has(System::Hugo) && set.has(System::Obsidian) && !set.has(System::MdBook));
        assert!(set.reads_links_from_addresses() && !set.is_empty());
        assert!(Systems::of(&[]).is_empty() && !set.has_any(&[System::Zola, System::Jekyll]));
    }
}
