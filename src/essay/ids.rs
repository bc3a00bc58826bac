//! The ids of a page, and which of them a fragment means.
//!
//! Headings carry GitHub's ids. A handbook written for another program links to the ids which that
//! one makes; such a fragment is understood and the link is written with the id that is there, so
//! that pages need not carry a second set.

use std::sync::OnceLock;

use foldhash::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

use crate::essay::anchor::github;
use crate::essay::outline::{Heading, Named, Outline};

/// What a fragment leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// What it says.
    Exact,
    /// This id, by another program's rule: nothing is wrong.
    Same(String),
    /// This id, which is probably meant: case or punctuation differs, or the `#` is doubled.
    Meant(String),
    /// Nothing.
    Nothing,
}

/// The ids of a page beside those of its headings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Ids {
    others: Vec<String>,
    /// The words of each id in lower case, with the id itself, and what other programs would call each
    /// heading. Both are made when they are first asked for: most links say what is there.
    #[serde(skip)]
    bare: OnceLock<HashMap<String, String>>,
    #[serde(skip)]
    elsewhere: OnceLock<HashMap<String, String>>,
}

impl Ids {
    /// `others` are the ids that the page carries beside those of its headings.
    pub fn new(others: Vec<String>) -> Ids {
        Ids { others, ..Ids::default() }
    }

    /// All ids that the page with these `headings` carries.
    fn all<'i>(&'i self, headings: &'i [Heading]) -> impl Iterator<Item = &'i String> {
        let former = headings.iter().filter_map(|heading| heading.former_id.as_ref());
        headings.iter().map(|heading| &heading.id).chain(&self.others).chain(former)
    }

    fn bare(&self, headings: &[Heading]) -> &HashMap<String, String> {
        self.bare.get_or_init(|| {
            let mut known = HashMap::default();
            for id in self.all(headings) {
                known.entry(bare(id)).or_insert_with(|| id.clone());
            }
            known
        })
    }

    /// Finds what `fragment` (decoded, without the `#`) means on the page with these `headings`.
    pub fn find(&self, headings: &[Heading], fragment: &str) -> Found {
        // Browsers know `#top` on every page (HTML, section 7.4.6.4).
        if fragment.is_empty() || fragment == "top" || self.all(headings).any(|id| id == fragment) {
            return Found::Exact;
        }
        // GitHub shows a folder's README under `#readme`.
        if fragment == "readme" {
            return Found::Same("top".to_owned());
        }
        if let Some(id) = self.elsewhere.get_or_init(|| elsewhere(headings)).get(fragment) {
            return Found::Same(id.clone());
        }
        // Punctuation inside a word leaves no trace in an id; between words it may.
        let spellings = [bare(fragment), bare(&github(fragment))];
        let meant =
            spellings.iter().find_map(|s| self.bare(headings).get(s).filter(|_| !s.is_empty()));
        meant.map_or(Found::Nothing, |id| Found::Meant(id.clone()))
    }
}

/// The words of an id: what is left when case is not minded, nor what stands between words.
fn bare(id: &str) -> String {
    joined(&id.to_lowercase(), |c| !c.is_alphanumeric())
}

/// How a program makes an id of a heading's text, and what it puts before the number of a repeated one.
type Rule = fn(&str) -> (String, char);

/// The ids that other programs give to `headings`, each with ours. The first rule to give one has it.
fn elsewhere(headings: &[Heading]) -> HashMap<String, String> {
    let rules: [Rule; 3] = [mkdocs, zola, kramdown];
    let mut ids = HashMap::default();
    for rule in rules {
        let mut given: HashMap<String, usize> = HashMap::default();
        for heading in headings {
            let (slug, sign) = rule(&heading.title);
            let before = given.entry(slug.clone()).or_insert(0);
            let id = if *before == 0 { slug } else { format!("{slug}{sign}{before}") };
            *before += 1;
            ids.entry(id).or_insert_with(|| heading.id.clone());
        }
    }
    ids
}

/// Python-Markdown 3 (`markdown.extensions.toc.slugify`): ASCII letters, numbers and `_`; runs of
/// spaces and hyphens become one hyphen.
fn mkdocs(text: &str) -> (String, char) {
    let kept: String = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || matches!(c, '_' | '-'))
        .collect();
    (joined(&kept.to_lowercase(), |c| c.is_whitespace() || c == '-'), '_')
}

/// Zola (the crate `slug`): whatever is no ASCII letter or number becomes a hyphen, runs of them one.
fn zola(text: &str) -> (String, char) {
    (joined(&text.to_lowercase(), |c| !c.is_ascii_alphanumeric()), '-')
}

/// kramdown 2 (`generate_id`): begins at the first letter, keeps ASCII letters, numbers and hyphens,
/// and makes one hyphen of each space.
fn kramdown(text: &str) -> (String, char) {
    let from = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let kept: String = text[from..]
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'))
        .collect();
    (github(&kept), '-')
}

/// mdBook 0.5 (`mdbook_html::utils::id_from_content`): letters and numbers in lower case, `_` and `-`; each
/// white space a hyphen.
fn mdbook(text: &str) -> (String, char) {
    let lower = text.trim().to_lowercase();
    let kept = lower.chars().filter_map(|c| match c {
        c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    });
    (kept.collect(), '-')
}

/// Notes the ids that mdBook gave to headings, where they are others, and to the terms of definition lists,
/// which it counts together.
pub(super) fn add_mdbook_ids(outline: &mut Outline, named: &[Named]) {
    let mut taken: HashSet<String> = outline.headings.iter().map(|h| h.id.clone()).collect();
    taken.extend(outline.html_ids.iter().cloned());
    let mut given: HashMap<String, usize> = HashMap::default();
    let mut headings = outline.headings.iter_mut();
    for Named { is_term, has_id, text } in named {
        if *has_id {
            headings.next();
            continue;
        }
        let (slug, _) = mdbook(text);
        let before = given.entry(slug.clone()).or_insert(0);
        let id = if *before == 0 { slug } else { format!("{slug}-{before}") };
        *before += 1;
        let is_free = !id.is_empty() && taken.insert(id.clone());
        if *is_term {
            outline.term_ids.push(if is_free { id } else { String::new() });
        } else if let Some(heading) = headings.next()
            && is_free
        {
            heading.former_id = Some(id);
        }
    }
}

fn joined(text: &str, between: impl Fn(char) -> bool) -> String {
    text.split(between).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HtmlTable;
    use crate::essay::dialect::Empty;
    use crate::essay::{Dialect, Essay};
    use crate::source::SourcePath;

    #[test]
    fn ids_of_other_programs_lead_to_the_heading() {
        let text = "## A & B\n\n## I'd like it\n\n## 1. First step\n\n## A & B\n\n## Same\n";
        let dialect = Dialect::new(&HtmlTable::default());
        let source = SourcePath::new("x.md");
        let page = Essay::parse(source, "x.md".into(), text.into(), dialect, &Empty);
        for (fragment, found) in [
            ("a--b", Found::Exact),
            ("top", Found::Exact),
            ("a-b", Found::Same("a--b".into())),
            ("a-b_1", Found::Same("a--b-1".into())),
            ("i-d-like-it", Found::Same("id-like-it".into())),
            ("first-step", Found::Same("1-first-step".into())),
            ("Same", Found::Meant("same".into())),
            ("#same", Found::Meant("same".into())),
            ("A-&-B", Found::Meant("a--b".into())),
            ("I'd-Like-it", Found::Meant("id-like-it".into())),
            ("first_step", Found::Nothing),
            ("1_First_step", Found::Meant("1-first-step".into())),
            ("other", Found::Nothing),
        ] {
            assert_eq!(page.find_id(fragment), found, "{fragment}");
        }
    }
}
