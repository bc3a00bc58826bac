//! Tags and authors: names that essays share, each with a page that lists them.

use std::sync::Arc;

use foldhash::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::book::EssayId;
use crate::book::urls::Url;
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic};
use crate::essay::Essay;

/// Which names a taxonomy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `tags/`
    Tags,
    /// `authors/`
    Authors,
}

impl Kind {
    /// The first part of its pages' addresses, and its name in templates.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Tags => "tags",
            Kind::Authors => "authors",
        }
    }

    /// What one of its names is called, as templates spell it.
    pub fn singular(self) -> &'static str {
        match self {
            Kind::Tags => "tag",
            Kind::Authors => "author",
        }
    }

    fn names(self, essay: &Essay) -> &[String] {
        match self {
            Kind::Tags => &essay.meta.tags,
            Kind::Authors => &essay.meta.authors,
        }
    }
}

/// One tag or author.
#[derive(Debug, Clone)]
pub struct Term {
    /// The name as first written, in reading order.
    pub name: String,
    /// The name in addresses.
    pub slug: String,
    /// The essays that have it, in reading order.
    pub essays: Vec<EssayId>,
}

/// All tags or all authors of a book.
#[derive(Debug, Clone)]
pub struct Taxonomy {
    /// Which.
    pub kind: Kind,
    /// The names, in alphabetical order.
    pub terms: Vec<Term>,
    /// For each essay, its terms as written, as indices into `terms`.
    pub of_essay: Vec<Vec<usize>>,
}

/// What two spellings of one name have in common: case, spaces, hyphens and underscores aside.
pub fn folded(name: &str) -> String {
    let name: String = name.nfc().collect();
    name.to_lowercase()
        .split([' ', '\t', '_', '-'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

/// A name as part of an address: letters and numbers of any script in lower case, hyphens between.
///
/// ```
/// use sternpost::book::taxonomy::slug;
/// assert_eq!(slug("Difficult  conversations!"), "difficult-conversations");
/// assert_eq!(slug("C++"), "c-plus-plus");
/// assert_eq!(slug("信頼"), "信頼");
/// ```
pub fn slug(name: &str) -> String {
    let name: String = name.nfc().collect();
    let spelled = name.replace('+', " plus ").replace('#', " sharp ").replace('&', " and ");
    let kept: String = spelled
        .to_lowercase()
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
                c
            } else {
                ' '
            }
        })
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join("-")
}

impl Taxonomy {
    /// Gathers the names of one kind from all essays, in reading order. Spellings that differ only
    /// in case or in hyphens are one name, and are reported.
    pub fn gather(
        kind: Kind,
        essays: &[Arc<Essay>],
        order: &[EssayId],
    ) -> (Taxonomy, Vec<Diagnostic>) {
        let mut terms: Vec<Term> = Vec::new();
        let mut by_name: HashMap<String, usize> = HashMap::default();
        // What is the same letter by letter need not be folded again.
        let mut as_written: HashMap<&str, usize> = HashMap::default();
        let mut slugs: HashMap<String, usize> = HashMap::default();
        let mut of_essay = vec![Vec::new(); essays.len()];
        let mut spellings: Vec<(usize, String, String)> = Vec::new();
        for id in order {
            let essay = &essays[id.0];
            for name in kind.names(essay) {
                let at = *as_written.entry(name).or_insert_with(|| {
                    *by_name.entry(folded(name)).or_insert_with(|| {
                        let slug = free_slug(kind, name, &mut slugs);
                        terms.push(Term { name: name.clone(), slug, essays: Vec::new() });
                        terms.len() - 1
                    })
                });
                if terms[at].name != *name
                    && !spellings.iter().any(|(t, other, _)| *t == at && other == name)
                {
                    spellings.push((at, name.clone(), essay.shown.clone()));
                }
                if terms[at].essays.last() != Some(id) {
                    terms[at].essays.push(*id);
                    of_essay[id.0].push(at);
                }
            }
        }
        let notes = spellings
            .iter()
            .map(|(at, other, shown)| two_spellings(kind, &terms[*at].name, other, shown))
            .collect();
        (Taxonomy { kind, terms, of_essay }.alphabetical(), notes)
    }

    fn alphabetical(mut self) -> Taxonomy {
        let mut ranks: Vec<usize> = (0..self.terms.len()).collect();
        ranks.sort_by_cached_key(|at| {
            (self.terms[*at].name.to_lowercase(), self.terms[*at].slug.clone())
        });
        let mut now_at = vec![0; ranks.len()];
        for (new, old) in ranks.iter().enumerate() {
            now_at[*old] = new;
        }
        let mut terms: Vec<_> = self.terms.into_iter().enumerate().collect();
        terms.sort_by_key(|(old, _)| now_at[*old]);
        self.terms = terms.into_iter().map(|(_, term)| term).collect();
        for of_essay in self.of_essay.iter_mut().flatten() {
            *of_essay = now_at[*of_essay];
        }
        self
    }

    /// The address of the page that lists all terms.
    pub fn url(&self, style: UrlStyle) -> Url {
        Url::index(self.kind.name(), style)
    }

    /// The address of page `number` (from 1) of a term.
    pub fn term_url(&self, term: &Term, number: usize, style: UrlStyle) -> Url {
        let path = format!("{}/{}", self.kind.name(), term.slug);
        match number {
            1 => Url::index(&path, style),
            number => Url::page(&format!("{path}/page/{number}"), style),
        }
    }

    /// The address of a term's feed.
    pub fn feed_url(&self, term: &Term) -> Url {
        Url::file(&format!("{}/{}/atom.xml", self.kind.name(), term.slug))
    }
}

/// The slug of `name`, with a number if a different name has it.
fn free_slug(kind: Kind, name: &str, slugs: &mut HashMap<String, usize>) -> String {
    let wanted = Some(slug(name))
        .filter(|slug| !slug.is_empty())
        .unwrap_or_else(|| kind.singular().to_owned());
    let mut slug = wanted.clone();
    // How often a slug was wanted so far is the number to begin with; the numbered one may be another's.
    while slugs.contains_key(&slug) {
        let count = slugs.entry(wanted.clone()).or_insert(1);
        *count += 1;
        slug = format!("{wanted}-{count}");
    }
    slugs.insert(slug.clone(), 1);
    slug
}

fn two_spellings(kind: Kind, first: &str, other: &str, shown: &str) -> Diagnostic {
    let what = kind.singular();
    let message = format!(
        "the {what} `{first}` is also written `{other}` (in {shown}); both are listed as `{first}`"
    );
    Diagnostic::warning(Code::Spelling, message)
        .at(crate::diagnostic::Place::file(shown))
        .hint(format!("write `{first}` everywhere"))
}
