//! The path of a link to something that has moved, spelled as its author spelled it: relative or from the root, with
//! its ending or without, by address or by name.
//!
//! [`candidates`] gives spellings, the likeliest first; the rules by which links are followed say which is right.

use crate::book::rules::join;
use crate::book::targets::{relative, slug};
use crate::essay::dialect::{REF, WIKI};

/// From where a link is read: an essay's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its folder in the content folder.
    pub folder: String,
    /// Its folder from the project's root.
    pub shown_folder: String,
    /// Its path without the ending.
    pub page: String,
    /// The folder of its address.
    pub address: String,
}

/// What a link leads to: the names that links may have for it, each at its own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// From the content folder.
    pub names: Vec<Option<String>>,
    /// From the project's root.
    pub from_root: Vec<Option<String>>,
}

/// Both ends of a link, before and after.
#[derive(Debug, Clone)]
pub struct Ends<'e> {
    /// The essay that holds it.
    pub from: (&'e Standing, &'e Standing),
    /// What it leads to.
    pub to: (&'e Thing, &'e Thing),
    /// The site's own addresses, each with a closing slash.
    pub site_urls: &'e [String],
}

/// A folder from which paths are read, before and after.
type Base = (String, String);

/// Spellings of what `written`, a decoded path, means, the likeliest first.
pub fn candidates(written: &str, ends: &Ends<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let site = ends.site_urls.iter().find(|site| written.starts_with(site.as_str()));
    if let Some(site) = site {
        found.extend(from_root(written, site, ends));
    } else if written.contains("://") {
        found.extend(in_repository(written, ends));
    } else if let Some(rest) = written.strip_prefix(WIKI) {
        found.extend(by_name(rest, ends).into_iter().map(|name| format!("{WIKI}{name}")));
    } else if let Some(rest) = written.strip_prefix(REF) {
        let all = [from_here(rest, ends), from_root(rest, "", ends), by_name(rest, ends)].concat();
        found.extend(all.into_iter().map(|path| format!("{REF}{path}")));
    } else if let Some(sign) = ["@/", "/"].into_iter().find(|sign| written.starts_with(sign)) {
        found.extend(from_root(written, sign, ends));
        found.extend(in_repository(written, ends));
    } else {
        found.extend(from_here(written, ends));
        found.extend(from_root(written, "", ends));
        found.extend(by_name(written, ends));
    }
    let plain = ends.to.1.names.iter().flatten().next();
    if let Some(plain) = plain.filter(|_| !written.contains("://")) {
        found.push(relative(&ends.from.1.folder, plain));
        found.push(format!("/{plain}"));
    }
    let root = ends.to.1.from_root.iter().flatten().next();
    found.extend(root.map(|root| relative(&ends.from.1.shown_folder, root)));
    let mut known = Vec::new();
    found.retain(|path| {
        let is_new = !path.is_empty() && !known.contains(path);
        known.push(path.clone());
        is_new
    });
    found
}

/// Names of which the old one is `joined`: exactly, or else but for its case or as an address would spell it.
fn renamed(joined: &str, old: &[Option<String>], new: &[Option<String>]) -> Vec<String> {
    let like: [&dyn Fn(&str) -> bool; 3] =
        [&|name| name == joined, &|name| name.to_lowercase() == joined.to_lowercase(), &|name| {
            slug(name) == slug(joined)
        }];
    let pairs =
        || old.iter().zip(new).filter_map(|(old, new)| Some((old.as_ref()?, new.as_ref()?)));
    let found =
        like.iter().flat_map(|is| pairs().filter(|(old, _)| is(old)).map(|(_, new)| new.clone()));
    found.collect()
}

/// `path` with the slash or the `./` that `written` has.
fn dressed(path: String, written: &str) -> String {
    let mut path = path;
    if path.is_empty() {
        path.push('.');
    }
    if written.starts_with("./") && !path.starts_with('.') {
        path.insert_str(0, "./");
    }
    if written.ends_with('/') && !path.ends_with('/') {
        path.push('/');
    }
    path
}

/// Paths from the essay's own place.
fn from_here(written: &str, ends: &Ends<'_>) -> Vec<String> {
    let (old, new) = ends.from;
    let (to_old, to_new) = ends.to;
    let by = |one: &str, other: &str| -> Base { (one.to_owned(), other.to_owned()) };
    let without_collection = |page: &str| -> String {
        let inner = page.strip_prefix('_').and_then(|page| page.split_once('/'));
        inner.map_or(page, |(_, page)| page).to_owned()
    };
    let places = [
        (by(&old.folder, &new.folder), &to_old.names, &to_new.names),
        (by(&old.shown_folder, &new.shown_folder), &to_old.from_root, &to_new.from_root),
        (by(&old.page, &new.page), &to_old.names, &to_new.names),
        (by(&old.address, &new.address), &to_old.names, &to_new.names),
        (
            (without_collection(&old.page), without_collection(&new.page)),
            &to_old.names,
            &to_new.names,
        ),
    ];
    let found = places.into_iter().flat_map(|((before, after), names, new_names)| {
        let joined = join(&before, written);
        let renamed = joined.map(|joined| renamed(&joined, names, new_names)).unwrap_or_default();
        renamed.into_iter().map(move |name| dressed(relative(&after, &name), written))
    });
    found.collect()
}

/// Paths from the root of the content folder, of the project, or of a site in a folder above the essay. `sign` is
/// what stands before them.
fn from_root(written: &str, sign: &str, ends: &Ends<'_>) -> Vec<String> {
    let rest = written.strip_prefix(sign).unwrap_or(written);
    let (to_old, to_new) = ends.to;
    let mut found = Vec::new();
    let mut add = |above: &str, names: &[Option<String>], new_names: &[Option<String>]| {
        let Some(joined) = join(above, rest) else { return };
        for name in renamed(&joined, names, new_names) {
            let inside = match above {
                "" => Some(name.as_str()),
                above => name.strip_prefix(above).and_then(|rest| rest.strip_prefix('/')),
            };
            found
                .extend(inside.map(|inside| format!("{sign}{}", dressed(inside.to_owned(), rest))));
        }
    };
    add("", &to_old.names, &to_new.names);
    add("", &to_old.from_root, &to_new.from_root);
    for above in above(ends) {
        add(&above, &to_old.names, &to_new.names);
    }
    found
}

/// The folders above both ends of a link, from the outside in.
fn above(ends: &Ends<'_>) -> Vec<String> {
    let target = ends.to.1.names.iter().flatten().next();
    let folders = [Some(&ends.from.1.folder), target];
    let all = folders.into_iter().flatten().flat_map(|path| {
        let inner = path.match_indices('/').map(|(i, _)| path[..i].to_owned());
        inner.chain([path.clone()])
    });
    all.filter(|folder| !folder.is_empty()).collect()
}

/// The address of a file in the own repository, or a path to it from the root of the site that shows it.
fn in_repository(written: &str, ends: &Ends<'_>) -> Vec<String> {
    let pairs = ends.to.0.from_root.iter().zip(&ends.to.1.from_root);
    let bare = written.trim_end_matches('/');
    let found = pairs.filter_map(|(old, new)| {
        let before = bare.strip_suffix(old.as_ref()?.as_str())?;
        Some(dressed(format!("{before}{}", new.as_ref()?), written))
    });
    found.collect()
}

/// Names by which a vault finds a file: as many of the last parts of its path as were written, or more.
fn by_name(written: &str, ends: &Ends<'_>) -> Vec<String> {
    let Some(path) = ends.to.1.names.iter().flatten().next() else { return Vec::new() };
    let old = ends.to.0.names.iter().flatten().next();
    let keeps_ending = old
        .and_then(|old| old.rsplit_once('.'))
        .is_none_or(|(_, end)| end != "md" || written.to_lowercase().ends_with(".md"));
    let path = if keeps_ending { path } else { path.strip_suffix(".md").unwrap_or(path) };
    let parts: Vec<&str> = path.split('/').collect();
    let least = written.split('/').filter(|part| !part.is_empty()).count().clamp(1, parts.len());
    (least..=parts.len()).map(|count| parts[parts.len() - count..].join("/")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(names: [&str; 3]) -> Thing {
        let names: Vec<_> = names.iter().map(|name| Some((*name).to_owned())).collect();
        let from_root =
            names.iter().flatten().map(|name| Some(format!("content/{name}"))).collect();
        Thing { names, from_root }
    }

    #[test]
    fn the_author_s_form_is_kept() {
        let here = |folder: &str, page: &str| Standing {
            folder: folder.into(),
            shown_folder: format!("content/{folder}"),
            page: page.into(),
            address: page.into(),
        };
        let standing = here("team", "team/who");
        let old = thing(["trust/hard.md", "trust/hard", "trust/hard.html"]);
        let new = thing(["lead/talk/hard.md", "lead/talk/hard", "lead/talk/hard.html"]);
        let site_urls = ["https://x.org/book/".to_owned()];
        let ends = Ends { from: (&standing, &standing), to: (&old, &new), site_urls: &site_urls };
        for (written, spelled) in [
            ("../trust/hard.md", "../lead/talk/hard.md"),
            ("../trust/hard", "../lead/talk/hard"),
            ("../trust/hard/", "../lead/talk/hard/"),
            ("../../trust/hard/", "../../lead/talk/hard/"),
            ("./../trust/hard.html", "../lead/talk/hard.html"),
            ("/trust/hard.md", "/lead/talk/hard.md"),
            ("/content/trust/hard.md", "/content/lead/talk/hard.md"),
            ("@/trust/hard.md", "@/lead/talk/hard.md"),
            ("@wiki/hard", "@wiki/hard"),
            ("@wiki/trust/hard.md", "@wiki/talk/hard.md"),
            ("@ref/trust/hard.md", "@ref/lead/talk/hard.md"),
            ("https://x.org/book/trust/hard/", "https://x.org/book/lead/talk/hard/"),
            (
                "https://github.com/a/b/blob/main/content/trust/hard.md",
                "https://github.com/a/b/blob/main/content/lead/talk/hard.md",
            ),
            ("../Trust/Hard.md", "../lead/talk/hard.md"),
        ] {
            assert_eq!(candidates(written, &ends)[0], spelled, "{written}");
        }
    }
}
