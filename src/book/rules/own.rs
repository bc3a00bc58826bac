//! `https://github.com/team/handbook/blob/main/values.md#trust`: a link to the handbook's own file, or to
//! its own site, by full address. It leads to the page here, so that readers stay where they are.
//!
//! A link to a commit stays: it is about how the page was. One to edit a page stays too. A file that is
//! no page stays where the repository shows it, but for a picture, which is shown from here.

use percent_encoding::percent_decode_str;

use crate::book::rules::join;
use crate::book::targets::{Names, Target};
use crate::essay::LinkKind;

/// What a full address turns out to be.
pub enum Own {
    /// A page or file of this site.
    Here(Target),
    /// A file of the own repository that is not there any more.
    Gone(String),
    /// Not ours, or better left as it is.
    Not,
}

/// Branches that are as the project's folder is.
const MAIN: &[&str] = &["main", "master", "HEAD", "trunk", "develop"];

/// Looks at `address`, without query and fragment.
pub fn find(address: &str, has_fragment: bool, kind: LinkKind, names: &Names) -> Own {
    let found = on_site(address, names).or_else(|| {
        let readme = || names.from_root("README.md").filter(|_| has_fragment);
        let repository = names.ground().repository.as_ref()?;
        repository.is_itself(address).then(readme)?
    });
    match found {
        Some(target) => Own::Here(target),
        None => in_repository(address, kind, names),
    }
}

/// A page of the site by the address at which it is published.
fn on_site(address: &str, names: &Names) -> Option<Target> {
    let site = names.ground().site_urls.iter().find(|site| {
        let (site, address) = (without_scheme(site), without_scheme(address));
        address.starts_with(site) || format!("{address}/") == site
    })?;
    let rest = without_scheme(address).get(without_scheme(site).len()..).unwrap_or("");
    let path = percent_decode_str(rest).decode_utf8_lossy();
    let path = join("", &path)?;
    let bare = path.strip_suffix(".html").unwrap_or(&path);
    names.address(&path).or_else(|| names.page(bare)).or_else(|| names.folder(&path))
}

fn in_repository(address: &str, kind: LinkKind, names: &Names) -> Own {
    let repository = names.ground().repository.as_ref();
    let Some((repository, own)) = repository.and_then(|r| Some((r, r.own(address)?))) else {
        return Own::Not;
    };
    if own.is_pinned() {
        return Own::Not;
    }
    match names.from_root(&own.path) {
        Some(Target::Asset(_)) if kind == LinkKind::Link => Own::Not,
        Some(target) => Own::Here(target),
        None if names.beyond(&own.path, kind).is_some() || own.path.is_empty() => Own::Not,
        None => {
            let current = repository.branch.as_deref() == Some(own.reference.as_str());
            let is_main = current || MAIN.contains(&own.reference.as_str());
            if is_main { Own::Gone(own.path) } else { Own::Not }
        }
    }
}

fn without_scheme(address: &str) -> &str {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    rest.unwrap_or(address)
}
