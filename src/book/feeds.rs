//! Which feeds a book has. A feed needs the site's full address and at least one dated essay.

use crate::book::{Book, EssayId, SectionId, Taxonomy, Term, Url};

/// Entries in a feed: the newest ones.
const NEWEST: usize = 20;

impl Book {
    /// The newest dated essays of `essays`, the newest first; of one day, later in the book first.
    pub fn newest(&self, essays: &[EssayId]) -> Vec<EssayId> {
        let mut dated: Vec<_> = essays
            .iter()
            .filter_map(|id| Some((self.essay(*id).written()?, self.position[id.0], *id)))
            .collect();
        dated.sort_by(|a, b| b.cmp(a));
        dated.into_iter().take(NEWEST).map(|(_, _, id)| id).collect()
    }

    fn can_feed(&self, essays: &[EssayId]) -> bool {
        let dated = |id: &EssayId| self.essay(*id).written().is_some();
        self.config.site_url().is_some() && essays.iter().any(dated)
    }

    /// The feed of the whole site.
    pub fn site_feed(&self) -> Option<Url> {
        self.can_feed(&self.tree.order).then(|| Url::file("atom.xml"))
    }

    /// The same as JSON Feed.
    pub fn json_feed(&self) -> Option<Url> {
        self.site_feed().map(|_| Url::file("feed.json"))
    }

    /// The feed of a tag or author.
    pub fn term_feed(&self, taxonomy: &Taxonomy, term: &Term) -> Option<Url> {
        self.can_feed(&term.essays).then(|| taxonomy.feed_url(term))
    }

    /// The feed of a section whose page asks for one.
    pub fn section_feed(&self, id: SectionId) -> Option<Url> {
        let section = self.tree.section(id);
        let asked = section.essay.is_some_and(|essay| self.essay(essay).meta.feed);
        let wanted = asked && section.parent.is_some() && self.can_feed(&self.essays_below(id));
        wanted.then(|| Url::file(&format!("{}/atom.xml", section.folder)))
    }

    /// All essays of a section and of those in it, in reading order, its own page not counted.
    pub fn essays_below(&self, id: SectionId) -> Vec<EssayId> {
        let mut below = Vec::new();
        for entry in &self.tree.section(id).entries {
            match entry {
                crate::book::Entry::Essay(essay) => below.push(*essay),
                crate::book::Entry::Section(section) => {
                    below.extend(self.tree.section(*section).essay);
                    below.extend(self.essays_below(*section));
                }
            }
        }
        below
    }
}
