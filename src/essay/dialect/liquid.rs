//! `{% raw %}`, `{% highlight ruby %}`, `{{ '/team/' | relative_url }}`: Liquid, which Jekyll and Eleventy
//! run. Nothing is run here. What stands for an address or for text is read as such; a tag that decides or
//! repeats goes, and what it holds stays, once.

use std::borrow::Cow;

use super::tags::{self, Meaning, Tag};
use super::{Found, Text};

/// Filters that make an address right for where a site is put, which ours are anyway.
const FILTERS: &[&str] = &["url", "relative_url", "absolute_url"];

/// Variables for the site's own address.
const SITE: &[&str] =
    &["site.baseurl", "site.url", "site.github.url", "config.base_url", "baseurl"];

/// Tags that hold something only in some cases, or several times.
const CONTROL: &[&str] = &["if", "unless", "for", "case", "tablerow", "ifchanged", "with"];

/// Tags that stand for nothing that is shown.
const SILENT: &[&str] =
    &["assign", "else", "elsif", "when", "break", "continue", "increment", "decrement", "cycle"];

/// Longest expression that is an address, in bytes.
const LONGEST: usize = 500;

/// The most expressions in one address: that of the host, and that of a folder on it, and what follows.
const MOST: usize = 3;

/// What follows the path of a link.
const ENDS: [char; 6] = [')', '>', '"', '\'', '?', '#'];

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let tags = tags::between(text, "{%", "%}", read);
    tags::write(text, tags, meaning, found);
    addresses(text, "{{", found);
}

/// In any tree: an expression that is the address of a link, which Markdown would not take for one since
/// it holds spaces.
pub(super) fn in_links(text: &Text<'_>, found: &mut Found) {
    addresses(text, "]({{", found);
}

fn addresses(text: &Text<'_>, sign: &str, found: &mut Found) {
    let mut closes = 0;
    for at in text.matches(sign) {
        let start = at + sign.len() - 2;
        if closes <= start {
            let Some(next) = text.text[start..].find("}}") else { return };
            closes = start + next + 2;
        }
        if closes - start > LONGEST {
            continue;
        }
        let Some(address) = meant(&text.text[start + 2..closes - 2]) else { continue };
        let (before, after) = (&text.text[..start], &text.text[closes..]);
        let begins = before.ends_with(['(', '<', '"', '\'']) || before.ends_with("}}");
        let is_whole = begins && after.starts_with(ENDS);
        let home = if is_whole && is_bare(address) { "/" } else { "" };
        found.edit(start..closes, format!("{home}{}", address.replace(' ', "%20")));
    }
}

/// Whether there is no path in an address. Behind the site's own, that is its home page.
fn is_bare(address: &str) -> bool {
    address.is_empty() || address.starts_with(['?', '#'])
}

/// The address that an expression stands for, below that of the site; `None` if it says more.
fn meant(inside: &str) -> Option<&str> {
    let inside = inside.trim().trim_matches('-').trim();
    if SITE.contains(&inside) {
        return Some("");
    }
    let (address, filters) = inside.split_once('|')?;
    let address = address.trim();
    let quoted =
        address.len() > 1 && address.starts_with(['\'', '"']) && address.ends_with(['\'', '"']);
    let known = filters.split('|').all(|filter| FILTERS.contains(&filter.trim()));
    (quoted && known).then(|| &address[1..address.len() - 1])
}

fn read(inside: &str) -> Option<Tag<'_>> {
    let tag = tags::read(inside.trim_start_matches('-').trim_end_matches('-').trim())?;
    match tag.name.strip_prefix("end") {
        Some(name) if !name.is_empty() => Some(Tag { name, ends: true, ..tag }),
        _ => Some(tag),
    }
}

fn meaning(tag: &Tag<'_>) -> Meaning {
    match tag.name {
        "raw" => Meaning::Verbatim,
        "comment" | "capture" | "schema" | "javascript" | "stylesheet" => Meaning::Nothing,
        "highlight" => Meaning::Code(tag.first().unwrap_or("").to_owned()),
        "link" => Meaning::Instead(address(&format!("/{}", tag.rest))),
        "post_url" => Meaning::Instead(address(&format!("/_posts/{}.md", tag.rest))),
        name if CONTROL.contains(&name) => Meaning::Inside,
        name if SILENT.contains(&name) => Meaning::Instead(String::new()),
        _ => Meaning::Unknown,
    }
}

/// A path as the address of a link, in which Markdown takes no spaces.
pub(super) fn address(path: &str) -> String {
    path.replace("//", "/").replace(' ', "%20")
}

/// A text without the template syntax around an address in it; as it is, where that says more.
///
/// ```
/// use sternpost::essay::dialect::without_liquid;
/// assert_eq!(without_liquid("{{ '/team/' | url }}#top"), "/team/#top");
/// assert_eq!(without_liquid("{{site.baseurl}}/team/"), "/team/");
/// assert_eq!(without_liquid("{{ site.url }}{{ site.baseurl }}#top"), "/#top");
/// assert_eq!(without_liquid("{{ page.next }}"), "{{ page.next }}");
/// ```
pub fn without_liquid(target: &str) -> Cow<'_, str> {
    let mut target = Cow::Borrowed(target);
    for _ in 0..MOST {
        let Some(reduced) = reduced(&target) else { break };
        target = Cow::Owned(reduced);
    }
    target
}

/// Without the first expression in it.
fn reduced(target: &str) -> Option<String> {
    memchr::memchr(b'{', target.as_bytes())?;
    let (before, rest) = target.split_once("{{")?;
    let (inside, after) = rest.split_once("}}")?;
    let address = meant(inside)?;
    match before {
        "" if is_bare(address) && is_bare(after) => Some(format!("/{address}{after}")),
        // It is no part of the path.
        _ if before.contains(['?', '#']) => None,
        _ => Some(format!("{before}{address}{after}")),
    }
}
