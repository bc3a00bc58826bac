//! Old addresses: the aliases of essays, and mdBook's table `[output.html.redirect]`.

use std::sync::Arc;

use crate::book::resolve::{Names, is_outside};
use crate::book::{EssayId, Target, Url, Urls, claim};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::essay::Essay;
use crate::source::project::CONFIG_FILE;

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
    /// To an essay.
    Essay(EssayId),
    /// To another site.
    Outside(String),
}

/// Gives out the old addresses. One that a page has now is that page's, and it is said.
pub fn redirects(
    config: &Config,
    essays: &[Arc<Essay>],
    essay_urls: &[Url],
    names: &Names,
    urls: &mut Urls,
    notes: &mut Vec<Diagnostic>,
) -> Vec<Redirect> {
    let style = config.handbook.url_style;
    let mut redirects = Vec::new();
    for (i, essay) in essays.iter().enumerate() {
        for alias in essay.meta.aliases.iter().filter(|alias| !is_outside(alias)) {
            let from = Url::chosen(alias, style);
            let holder = format!("the alias `{alias}` of {}", essay.shown);
            if from != essay_urls[i] && claim(urls, &from, &holder, notes) {
                redirects.push(Redirect { from, to: Destination::Essay(EssayId(i)) });
            }
        }
    }
    for (from, to) in &config.output.html.redirect {
        let Some(to) = destination(config, from, to, names, notes) else { continue };
        let from = Url::chosen(from, style);
        let holder = format!("the redirect from `{from}` in {CONFIG_FILE}");
        if claim(urls, &from, &holder, notes) {
            redirects.push(Redirect { from, to });
        }
    }
    redirects
}

fn destination(
    config: &Config,
    from: &str,
    to: &str,
    names: &Names,
    notes: &mut Vec<Diagnostic>,
) -> Option<Destination> {
    let in_config = |note: Diagnostic| note.at(Place::file(CONFIG_FILE));
    if from.contains('#') {
        let message =
            format!("the redirect from `{from}` is left out: a server never sees what follows `#`");
        notes.push(in_config(Diagnostic::note(Code::LeftOut, message)));
        return None;
    }
    let to = followed(config, to);
    if to.starts_with("https://") || to.starts_with("http://") {
        return Some(Destination::Outside(to.to_owned()));
    }
    // mdBook takes the target as it is; with a slash it is meant from the root of the site.
    let path = to.split('#').next().unwrap_or("");
    if let Some(Target::Essay(id)) = names.address(path) {
        return Some(Destination::Essay(id));
    }
    let message = format!("the redirect from `{from}` leads nowhere: `{to}`");
    let hint =
        "there is no page with that address; write one such as /trust/hard-conversations.html";
    notes.push(in_config(Diagnostic::warning(Code::BrokenLink, message)).hint(hint));
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
