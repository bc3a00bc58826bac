//! The Content-Security-Policy (CSP Level 3) that pages are shown with: what they may load and run.

use std::collections::BTreeSet;

use crate::book::Book;
use crate::config::RawHtml;
use crate::essay::{Essay, LinkKind};

/// What every page of the theme keeps to: everything from the site itself, nothing written inline.
pub const STRICT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'";

/// What is said with each page beside the policy.
pub const OTHERS: [(&str, &str); 3] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
];

/// Hosts take no longer line.
const LONGEST: usize = 1_900;

/// The policy of a page that shows the texts of `essays`. Pictures may come from where the author's text
/// takes them; a script that draws diagrams writes its own styles. There is none where essays may hold programs,
/// as nobody knows what those need.
pub fn of<'e>(book: &Book, essays: impl Iterator<Item = &'e Essay> + Clone) -> Option<String> {
    if book.config.handbook.raw_html == RawHtml::Trusted {
        return None;
    }
    let links = essays.clone().flat_map(|essay| &essay.links);
    let pictures = links.filter(|link| link.kind == LinkKind::Image);
    let hosts: BTreeSet<&str> = pictures.filter_map(|link| origin(&link.target)).collect();
    let mut policy = STRICT.to_owned();
    if !hosts.is_empty() {
        let hosts: Vec<&str> = hosts.into_iter().collect();
        let hosts = hosts.join(" ");
        let hosts = if hosts.len() > LONGEST - STRICT.len() { "https: http:" } else { &hosts };
        policy = policy.replace("data:;", &format!("data: {hosts};"));
    }
    let mut essays = essays;
    if book.config.handbook.mermaid.is_some() && essays.any(|essay| essay.has_diagram) {
        policy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    }
    Some(policy)
}

/// The scheme and host of a full address, if it can stand in a policy.
fn origin(address: &str) -> Option<&str> {
    let start = ["https://", "http://"]
        .iter()
        .find_map(|scheme| address.starts_with(scheme).then_some(scheme.len()))?;
    let end = address[start..].find(['/', '?', '#']).map_or(address.len(), |end| start + end);
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let host = &address[start..end];
    (!host.is_empty() && host.chars().all(is_host)).then_some(&address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_that_cannot_break_out_of_the_policy() {
        assert_eq!(origin("https://a.example/b.png"), Some("https://a.example"));
        assert_eq!(origin("http://a.example:80?x"), Some("http://a.example:80"));
        for bad in
            ["https://a;script-src *", "https://", "https://a b/c", "pic.png", "//a.example/b"]
        {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }
}
