//! What an essay is called, and which heading the title takes the place of.
//!
//! The title is, in this order: the front matter's; the first level-1 heading; the first heading
//! of any level; the file's name (for the page of a folder, the folder's) made readable. A page
//! shows its title once: the heading that gave it, or repeats it, or stands at the very top as a
//! level-1 heading, is printed as the page's title and not again in the text.

use crate::essay::date::Date;
use crate::essay::front_matter::Meta;
use crate::essay::outline::Outline;
use crate::source::SourcePath;

/// The names of a folder's own page, the first before the others.
pub const INDEX_STEMS: &[&str] = &["_index", "index", "readme"];

/// Whether the file at `path` is its folder's own page.
pub fn is_index(path: &SourcePath) -> bool {
    let stem = path.stem();
    INDEX_STEMS.iter().any(|index| stem.eq_ignore_ascii_case(index))
}

/// The title and the heading that it takes the place of, as an index.
pub fn settle(source: &SourcePath, meta: &Meta, outline: &Outline) -> (String, Option<usize>) {
    let headings = &outline.headings;
    let first_h1 = headings.iter().position(|heading| heading.level == 1);
    if let Some(title) = meta.title.as_deref().filter(|title| says_something(title)) {
        let same = |i: &usize| headings[*i].opens || headings[*i].title.eq_ignore_ascii_case(title);
        return (title.to_owned(), first_h1.filter(same));
    }
    if let Some(i) = first_h1.filter(|i| says_something(&headings[*i].title)) {
        return (headings[i].title.clone(), Some(i));
    }
    // A heading "README" says less than the folder's name, and gives way to it.
    if let Some(i) = headings.iter().position(|heading| says_something(&heading.title)) {
        return (headings[i].title.clone(), headings[i].opens.then_some(i).or(first_h1));
    }
    (from_name(source), first_h1)
}

/// Whether a title tells more than that the page is a folder's own.
pub fn says_something(title: &str) -> bool {
    !title.trim().is_empty() && !INDEX_STEMS.iter().any(|stem| title.eq_ignore_ascii_case(stem))
}

/// A title from a file's name, or from the folder's for the folder's own page.
fn from_name(source: &SourcePath) -> String {
    if is_index(source) {
        let folder = source.folder();
        readable(folder.rsplit('/').next().unwrap_or(folder))
    } else {
        readable(source.stem())
    }
}

/// A name of a file or folder as words.
///
/// ```
/// use sternpost::essay::title::readable;
/// assert_eq!(readable("02_giving-credit"), "Giving credit");
/// assert_eq!(readable("Abilities-Qualities-Values"), "Abilities Qualities Values");
/// assert_eq!(readable("2023-06-15"), "2023-06-15");
/// assert_eq!(readable("2018-10-10-first-steps"), "First steps");
/// ```
pub fn readable(name: &str) -> String {
    let name = match Date::prefix(name) {
        Some((_, "")) => return name.to_owned(),
        Some((_, rest)) => rest,
        None => without_number(name),
    };
    let words = name.replace(['-', '_'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => name.to_owned(),
    }
}

/// `name` without a number in front that only sets the order.
fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = rest.trim_start_matches(['-', '_', '.', ' ']);
    if rest.len() < name.len() && bare.len() < rest.len() && !bare.is_empty() { bare } else { name }
}
