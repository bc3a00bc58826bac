//! Old addresses: the aliases of essays, and mdBook's table `[output.html.redirect]`.

use std::sync::Arc;

use foldhash::HashMap;
use percent_encoding::percent_decode_str;

use crate::book::resolve::is_outside;
use crate::book::rules::join;
use crate::book::targets::Names;
use crate::book::{EssayId, Frame, SectionId, Target, Url, Urls, claim, names};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::essay::Essay;
use crate::source::project::CONFIG_FILE;
use crate::source::walk::folder_of;
use crate::system::System;

/// An old address and where it leads now.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// The old address.
    pub from: Url,
    /// Where it leads.
    pub to: Destination,
}

/// Where an old address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To an essay, at the heading with this id if it is not empty.
    Essay(EssayId, String),
    /// To the list of a folder that has no page of its own, in the same way.
    Section(SectionId, String),
    /// To another site.
    Outside(String),
}

/// A place on a page that has moved: servers do not see it, so the page itself leads on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The id that it had.
    pub id: String,
    /// Where it is now.
    pub to: Destination,
}

/// All old addresses.
#[derive(Debug, Default)]
pub struct Redirects {
    /// Pages that have moved.
    pub pages: Vec<Redirect>,
    /// Places on pages that have moved, by the page.
    pub places: HashMap<EssayId, Vec<Moved>>,
}

/// Gives out the old addresses. One that a page has now is that page's, and it is said.
pub fn redirects(
    frame: &Frame,
    essays: &[Arc<Essay>],
    urls: &mut Urls,
    notes: &mut Vec<Diagnostic>,
) -> Redirects {
    let Frame { config, essay_urls, names, .. } = frame;
    let style = config.url_style();
    let mut redirects = Redirects::default();
    // In a vault an alias is another name, and no address.
    let is_page = |essay: &Essay| !essay.dialect.systems.has(System::Obsidian);
    let pages = || essays.iter().enumerate().filter(|(_, essay)| is_page(essay));
    let aliases = pages()
        .flat_map(|(_, essay)| own_addresses(essay).map(|alias| (alias.into(), &*essay.shown)));
    let hint = "no page of a site can have that address, so whoever asks for it must be led on by its server";
    notes.extend(names::strange(aliases, hint));
    for (i, essay) in pages() {
        for alias in own_addresses(essay) {
            let from = Url::chosen(alias, style);
            let holder = format!("the alias `{alias}` of {}", essay.shown);
            if from != essay_urls[i] && claim(urls, &from, &holder, notes) {
                let to = Destination::Essay(EssayId(i), String::new());
                redirects.pages.push(Redirect { from, to });
            }
        }
    }
    for (from, to) in &config.output.html.redirect {
        let Some(to) = destination(config, from, to, names, notes) else { continue };
        match from.split_once('#') {
            Some((page, id)) => match names.address(page) {
                Some(Target::Essay(page)) => {
                    redirects.places.entry(page).or_default().push(Moved { id: id.to_owned(), to });
                }
                _ => notes.push(no_page(from)),
            },
            None => {
                let from_url = Url::chosen(from, style);
                let holder = format!("the redirect from `{from}` in {CONFIG_FILE}");
                if claim(urls, &from_url, &holder, notes) {
                    redirects.pages.push(Redirect { from: from_url, to });
                }
            }
        }
    }
    redirects
}

/// The addresses that an essay had, on this site.
fn own_addresses(essay: &Essay) -> impl Iterator<Item = &str> {
    essay.meta.aliases.iter().map(String::as_str).filter(|alias| !is_outside(alias))
}

fn no_page(from: &str) -> Diagnostic {
    let message = format!("the redirect from `{from}` is left out: there is no such page");
    Diagnostic::note(Code::LeftOut, message)
        .at(Place::file(CONFIG_FILE))
        .hint("what follows `#` is a place on a page; redirect the page itself")
}

fn destination(
    config: &Config,
    from: &str,
    to: &str,
    names: &Names,
    notes: &mut Vec<Diagnostic>,
) -> Option<Destination> {
    let to = followed(config, to);
    if to.starts_with("https://") || to.starts_with("http://") {
        return Some(Destination::Outside(to.to_owned()));
    }
    let (path, id) = to.split_once('#').unwrap_or((to, ""));
    let page = from.split('#').next().unwrap_or("").trim_start_matches('/');
    // mdBook takes the target as a browser would, from the old page; with a slash from the root.
    let folder = folder_of(page);
    let here =
        join(folder, path).filter(|_| !path.starts_with('/')).and_then(|p| names.address(&p));
    // GitBook names the file.
    let plain = percent_decode_str(path).decode_utf8_lossy();
    let by_name = || {
        let exactly = names.address(path).or_else(|| names.file(path.trim_start_matches('/')));
        exactly.or_else(|| names.address(&plain))
    };
    let own = || if path.is_empty() { names.address(page) } else { by_name() };
    let folder = path.strip_suffix("index.html").unwrap_or(path).trim_matches('/');
    let list = || names.folder(folder).filter(|_| !path.is_empty());
    match here.filter(|_| !path.is_empty()).or_else(own).or_else(list) {
        Some(Target::Essay(essay)) => return Some(Destination::Essay(essay, id.to_owned())),
        Some(Target::Section(list)) => return Some(Destination::Section(list, id.to_owned())),
        _ => {}
    }
    let message = format!("the redirect from `{from}` leads nowhere: `{to}`");
    let hint =
        "there is no page with that address; write one such as /trust/hard-conversations.html";
    let note = Diagnostic::warning(Code::BrokenLink, message).at(Place::file(CONFIG_FILE));
    notes.push(note.hint(hint));
    None
}

/// The end of a chain: a table that has grown for years leads old addresses to ones that have moved
/// in their turn. A circle ends where it began, and is then told like any address without a page.
fn followed<'c>(config: &'c Config, to: &'c str) -> &'c str {
    let table = &config.output.html.redirect;
    let bare = |address: &'c str| address.trim_start_matches('/');
    let mut end = to;
    for _ in 0..table.len() {
        let next = table.iter().find(|(from, _)| bare(from.as_str()) == bare(end));
        match next {
            Some((_, next)) => end = next.as_str(),
            None => break,
        }
    }
    end
}
