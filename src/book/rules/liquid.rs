//! `{{ '/team/values/' | url }}`, `{{ site.baseurl }}/team/`: addresses that Jekyll and Eleventy put
//! together. Nothing is run; the address inside is read as it stands.

use std::borrow::Cow;

/// Filters that make an address right for where a site is put, which ours are anyway.
const FILTERS: &[&str] = &["url", "relative_url", "absolute_url"];

/// Variables for the site's own address.
const SITE: &[&str] =
    &["site.baseurl", "site.url", "site.github.url", "config.base_url", "baseurl"];

/// The target of a link without the template syntax around it; as it is, where that says more.
///
/// ```
/// use sternpost::book::rules::without_liquid;
/// assert_eq!(without_liquid("{{ '/team/' | url }}#top"), "/team/#top");
/// assert_eq!(without_liquid("{{site.baseurl}}/team/"), "/team/");
/// assert_eq!(without_liquid("{{ page.next }}"), "{{ page.next }}");
/// ```
pub fn without_liquid(target: &str) -> Cow<'_, str> {
    let reduced = || {
        let (before, rest) = target.split_once("{{")?;
        let (inside, after) = rest.split_once("}}")?;
        let inside = inside.trim();
        if SITE.contains(&inside) {
            return Some(format!("{before}{after}"));
        }
        let (address, filter) = inside.rsplit_once('|')?;
        let address = address.trim();
        let quoted =
            address.len() > 1 && address.starts_with(['\'', '"']) && address.ends_with(['\'', '"']);
        (quoted && FILTERS.contains(&filter.trim()))
            .then(|| format!("{before}{}{after}", &address[1..address.len() - 1]))
    };
    reduced().map_or(Cow::Borrowed(target), Cow::Owned)
}
