//! Which heading a fragment means.
//!
//! Headings carry GitHub's ids. A handbook written for another program links to the ids which that
//! one makes; such a fragment is understood and the link is written with the id that is there, so
//! that pages need not carry a second set.

use crate::essay::Essay;
use crate::essay::anchor::github;

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

/// Finds the heading or element of `page` that `fragment` (decoded, without the `#`) means.
pub fn find(page: &Essay, fragment: &str) -> Found {
    // Browsers know `#top` on every page (HTML, section 7.4.6.4).
    if fragment.is_empty() || fragment == "top" || page.has_anchor(fragment) {
        return Found::Exact;
    }
    // GitHub shows a folder's README under `#readme`.
    if fragment == "readme" {
        return Found::Same("top".to_owned());
    }
    for rule in [mkdocs, zola, kramdown] {
        if let Some(id) = by_rule(page, fragment, rule) {
            return Found::Same(id);
        }
    }
    let plain = github(fragment);
    let lower = fragment.to_lowercase();
    let meant = |id: &str| id == plain || id.to_lowercase() == lower;
    match page.outline.iter().find(|heading| meant(&heading.id)) {
        Some(heading) => Found::Meant(heading.id.clone()),
        None => Found::Nothing,
    }
}

/// How a program makes an id of a heading's text, and what it puts before the number of a repeated one.
type Rule = fn(&str) -> (String, char);

fn by_rule(page: &Essay, fragment: &str, rule: Rule) -> Option<String> {
    let mut given: Vec<String> = Vec::with_capacity(page.outline.len());
    for heading in &page.outline {
        let (slug, sign) = rule(&heading.title);
        let before = given.iter().filter(|known| **known == slug).count();
        let id = if before == 0 { slug.clone() } else { format!("{slug}{sign}{before}") };
        if id == fragment {
            return Some(heading.id.clone());
        }
        given.push(slug);
    }
    None
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

fn joined(text: &str, between: impl Fn(char) -> bool) -> String {
    text.split(between).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HtmlTable;
    use crate::essay::Dialect;
    use crate::source::SourcePath;

    #[test]
    fn ids_of_other_programs_lead_to_the_heading() {
        let text = "## A & B\n\n## I'd like it\n\n## 1. First step\n\n## A & B\n\n## Same\n";
        let dialect = Dialect::new(&HtmlTable::default());
        let page = Essay::parse(SourcePath::new("x.md"), "x.md".into(), text.into(), dialect);
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
            ("other", Found::Nothing),
        ] {
            assert_eq!(find(&page, fragment), found, "{fragment}");
        }
    }
}
