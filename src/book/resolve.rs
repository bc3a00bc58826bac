//! Where the links of an essay lead.
//!
//! A link is taken apart into path, query and fragment; the path is looked up by the rules in
//! [`rules`](super::rules), in order; the fragment is held against the headings of the page found.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::book::Url;
use crate::book::rules::own::{self, Own};
use crate::book::rules::{RULES, Request};
use crate::book::targets::{Names, Target, relative};
use crate::config::RawHtml;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::essay::dialect::{REF, WIKI, without_liquid};
use crate::essay::ids::Found;
use crate::essay::permitted::{SCHEMES, may_lead_to};
use crate::essay::{Essay, Link, LinkKind, Reader};
use crate::source::walk::folder_of;

/// A link of an essay, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Resolved {
    /// Leads out of the site, or nowhere, or within its own page: stays as written.
    AsWritten,
    /// Leads where no essay may lead: only its words are shown.
    Refused,
    /// Leads out of the site, to this address, which is not quite what was written.
    Outside(String),
    /// Leads to this id on its own page.
    OnPage(String),
    /// Leads to a page or file of the site.
    Inside {
        /// What it leads to.
        target: Target,
        /// Query and fragment as written, each with its sign.
        suffix: String,
    },
}

/// A link's target taken apart.
struct Parts<'a> {
    path: &'a str,
    suffix: &'a str,
    fragment: Option<&'a str>,
}

fn parts(target: &str) -> Parts<'_> {
    let path_end = memchr::memchr2(b'?', b'#', target.as_bytes()).unwrap_or(target.len());
    let fragment = target[path_end..].split_once('#').map(|(_, fragment)| fragment);
    Parts { path: &target[..path_end], suffix: &target[path_end..], fragment }
}

/// Whether `target` leads out of the site: it has a scheme (RFC 3986, section 3.1) or a host.
pub fn is_outside(target: &str) -> bool {
    if target.starts_with("//") {
        return true;
    }
    let end = target.bytes().position(|b| matches!(b, b':' | b'/' | b'?' | b'#'));
    let Some(scheme) = end.map(|end| &target[..end]) else { return false };
    target[scheme.len()..].starts_with(':')
        && scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Resolves one link of `essay`, whose page has the address `url`. `essay_of` gives the essay that stands behind a target, for its
/// headings.
pub fn resolve<'e>(
    essay: &Reader<'_>,
    url: &Url,
    link: &Link,
    names: &Names,
    essay_of: impl Fn(Target) -> Option<&'e Essay>,
) -> (Resolved, Option<Diagnostic>) {
    let target = without_liquid(link.target.trim());
    let target = target.as_ref();
    if target.is_empty() {
        let what = match link.kind {
            LinkKind::Link => "this link has no target",
            LinkKind::Image => "this picture has no file",
        };
        let note = Diagnostic::warning(Code::EmptyLink, what).at(essay.place(link.span.clone()));
        return (
            Resolved::AsWritten,
            Some(note.hint("write where it leads between the round brackets")),
        );
    }
    if is_outside(target) {
        return outside(essay, link, target, names, essay_of);
    }
    let parts = parts(target);
    if parts.path.is_empty() {
        let (id, note) = on_page(essay, essay, link, parts.fragment.unwrap_or(""));
        return (id.map_or(Resolved::AsWritten, Resolved::OnPage), note);
    }
    let path = match memchr::memchr(b'%', parts.path.as_bytes()) {
        Some(_) => percent_decode_str(parts.path).decode_utf8_lossy(),
        None => parts.path.into(),
    };
    let path = match path.is_ascii() {
        true => path,
        false => unicode_normalization::UnicodeNormalization::nfc(path.as_ref()).collect(),
    };
    let request = Request {
        from: &essay.source,
        folder: folder_of(&essay.shown),
        address: url.as_str(),
        systems: essay.dialect.systems,
        kind: link.kind,
        path: &path,
        names,
    };
    let found = RULES.iter().find_map(|rule| Some(((rule.find)(&request)?, rule.lenient)));
    match found {
        None => (Resolved::AsWritten, Some(leads_nowhere(essay, link, &path, names))),
        Some((target, lenient)) => {
            let (resolved, note) = inside(essay, link, target, &parts, names, &essay_of);
            let told = || only_meant(essay, essay_of(target), link, &path);
            (resolved, note.or_else(|| lenient.then(told)))
        }
    }
}

/// What to write for a link to `target`, which the rules found.
fn inside<'e>(
    essay: &Reader<'_>,
    link: &Link,
    target: Target,
    parts: &Parts<'_>,
    names: &Names,
    essay_of: impl Fn(Target) -> Option<&'e Essay>,
) -> (Resolved, Option<Diagnostic>) {
    match target {
        Target::Draft => {
            let path = percent_decode_str(parts.path).decode_utf8_lossy();
            let message = format!("this link leads to a draft: `{path}`");
            let note = Diagnostic::warning(Code::BrokenLink, message)
                .at(essay.place(link.span.clone()))
                .hint("drafts are left out; build with --drafts to see them");
            (Resolved::AsWritten, Some(note))
        }
        Target::Repository(id) => {
            (Resolved::Outside(format!("{}{}", names.shown_at(id), parts.suffix)), None)
        }
        target => {
            let fragment = parts.fragment.zip(essay_of(target));
            let (id, note) =
                fragment.map_or((None, None), |(f, page)| on_page(essay, page, link, f));
            let query = parts.suffix.split('#').next().unwrap_or("");
            let suffix = id.map_or_else(|| parts.suffix.to_owned(), |id| format!("{query}#{id}"));
            (Resolved::Inside { target, suffix }, note)
        }
    }
}

/// A link with a full address: one of a page of this site, or of the file that it is made from, leads to
/// the page.
fn outside<'e>(
    essay: &Reader<'_>,
    link: &Link,
    target: &str,
    names: &Names,
    essay_of: impl Fn(Target) -> Option<&'e Essay>,
) -> (Resolved, Option<Diagnostic>) {
    if let Some(note) = misspelled_scheme(essay, link, target) {
        return (Resolved::AsWritten, Some(note));
    }
    if essay.dialect.raw_html != RawHtml::Trusted && !may_lead_to(target, link.kind) {
        return (Resolved::Refused, Some(may_not_lead(essay, link, target)));
    }
    let parts = parts(target);
    match own::find(parts.path, parts.fragment.is_some(), link.kind, names) {
        Own::Here(found) => inside(essay, link, found, &parts, names, essay_of),
        Own::Gone(path) => {
            let message = format!("`{path}` is no longer in the repository: `{target}`");
            let note = Diagnostic::warning(Code::BrokenLink, message)
                .at(essay.place(link.span.clone()))
                .hint("link to what took its place, or to a commit that has it");
            (Resolved::AsWritten, Some(note))
        }
        Own::Not if target == link.target.trim() => (Resolved::AsWritten, None),
        Own::Not => (Resolved::Outside(target.to_owned()), None),
    }
}

/// The id on `page` that a fragment means where it is another than it says, and what to tell.
fn on_page(
    essay: &Reader<'_>,
    page: &Essay,
    link: &Link,
    fragment: &str,
) -> (Option<String>, Option<Diagnostic>) {
    let fragment = percent_decode_str(fragment).decode_utf8_lossy();
    match page.find_id(&fragment) {
        Found::Exact => (None, None),
        Found::Same(id) => (Some(id), None),
        Found::Meant(id) => {
            let message = format!("there is no heading `#{fragment}`; the link leads to `#{id}`");
            let note = Diagnostic::warning(Code::LenientLink, message)
                .at(essay.place(link.span.clone()))
                .hint(format!("write `#{id}`"));
            (Some(id), Some(note))
        }
        Found::Nothing => (None, Some(missing_anchor(essay, page, link, &fragment))),
    }
}

fn only_meant(essay: &Reader<'_>, page: Option<&Essay>, link: &Link, path: &str) -> Diagnostic {
    let message = format!("`{path}` is spelled differently; the link leads to what it is like");
    let note = Diagnostic::warning(Code::LenientLink, message).at(essay.place(link.span.clone()));
    match page {
        Some(page) => {
            note.hint(format!("write `{}`", relative(essay.source.folder(), page.source.as_str())))
        }
        None => note.hint("write the name as the file or folder has it"),
    }
}

/// `hhttps://example.org` and `http:/example.org`: what follows is another website, but no browser
/// finds it.
fn misspelled_scheme(essay: &Reader<'_>, link: &Link, target: &str) -> Option<Diagnostic> {
    let (scheme, rest) = target.split_once(':')?;
    let lower = scheme.to_lowercase();
    let is_web = matches!(lower.as_str(), "http" | "https");
    let meant = match nearest(&lower, ["https", "http"]) {
        Some(_) if is_web && rest.starts_with("//") => return None,
        Some(meant) if is_web || rest.starts_with("//") => {
            if is_web {
                lower.as_str()
            } else {
                meant
            }
        }
        _ => return None,
    };
    let rest = rest.trim_start_matches('/');
    Some(
        Diagnostic::warning(
            Code::BadAddress,
            format!("no browser can follow this link: `{target}`"),
        )
        .at(essay.place(link.span.clone()))
        .hint(format!("did you mean `{meant}://{rest}`?")),
    )
}

/// Signs in a file's name that mean something else in a link, or end it.
const MEANING: &AsciiSet = &CONTROLS.add(b' ').add(b'?').add(b'#').add(b'%').add(b'<').add(b'>');

/// What is told of a link to something that is no page, or that could run a script in one.
fn may_not_lead(essay: &Reader<'_>, link: &Link, target: &str) -> Diagnostic {
    let scheme = target.split(':').next().unwrap_or("");
    let what = match link.kind {
        LinkKind::Link => "no link may lead to",
        LinkKind::Image => "no picture may come from",
    };
    let others: Vec<&str> =
        SCHEMES.iter().copied().filter(|scheme| !scheme.starts_with("http")).collect();
    Diagnostic::warning(Code::BadAddress, format!("{what} an address that begins with `{scheme}:`"))
        .at(essay.place(link.span.clone()))
        .hint(format!("addresses begin with https: or http:, or with {}", others.join(":, ") + ":"))
        .hint("only its words are shown; for a file beside the essay write its path, such as plans.pdf")
}

fn leads_nowhere(essay: &Reader<'_>, link: &Link, path: &str, names: &Names) -> Diagnostic {
    let what = match link.kind {
        LinkKind::Link => "this link leads nowhere",
        LinkKind::Image => "this picture is missing",
    };
    let target = link.target.trim();
    let private = [REF, WIKI].iter().find_map(|before| target.strip_prefix(before));
    let target = private.unwrap_or(target);
    let path = private.map_or(path, |_| path.trim_start_matches(REF).trim_start_matches(WIKI));
    let note = Diagnostic::warning(Code::BrokenLink, format!("{what}: `{target}`"))
        .at(essay.place(link.span.clone()));
    if path.contains('@') && !path.contains('/') {
        return note.hint(format!("for a mail address write mailto:{path}"));
    }
    let first = path.split('/').next().unwrap_or("");
    let domain = first.rsplit_once('.').is_some_and(|(name, end)| {
        !name.is_empty()
            && matches!(end, "com" | "org" | "net" | "io" | "co" | "dev" | "edu" | "gov" | "app")
    });
    if domain {
        return note.hint(format!("for another website write https://{path}"));
    }
    match names.meant(essay.source.folder(), path) {
        Some(meant) => {
            let meant = match private {
                Some(_) => meant,
                None => utf8_percent_encode(&meant, MEANING).to_string(),
            };
            note.hint(format!("did you mean `{meant}`?"))
        }
        None => note.hint("there is no such file or folder among the essays"),
    }
}

fn missing_anchor(essay: &Reader<'_>, page: &Essay, link: &Link, id: &str) -> Diagnostic {
    let message = format!("there is no heading `#{id}` in {}", page.shown);
    let note = Diagnostic::warning(Code::BrokenAnchor, message).at(essay.place(link.span.clone()));
    if id.starts_with("bookmark=") || id.starts_with("heading=h.") {
        return note.hint(
            "that is a place in a Google document, which was lost when the text was copied from there; \
             write the heading that it was at",
        );
    }
    let ids = page.outline.iter().map(|heading| heading.id.as_str());
    match nearest(id, ids) {
        Some(near) => note.hint(format!("did you mean `#{near}`?")),
        None if page.outline.is_empty() => note.hint("that page has no headings"),
        None => {
            let first = page.outline.iter().take(5).map(|heading| format!("#{}", heading.id));
            note.hint(format!("its headings begin: {}", first.collect::<Vec<_>>().join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_outside() {
        for target in ["https://a.org", "mailto:a@b.c", "//cdn.org/x", "tel:+1"] {
            assert!(is_outside(target), "{target}");
        }
        for target in ["a.md", "../a:b.md", "#x", "/x", "1:1.md", "?a:b"] {
            assert!(!is_outside(target), "{target}");
        }
    }
}
