//! Feeds: the newest essays of the site, a section, a tag or an author, for those who follow them.

mod atom;
mod json;

use crate::book::{Book, EssayId, Url};
use crate::diagnostic::Diagnostic;
use crate::render::fingerprint::Printer;
use crate::site::{FeedForm, FeedOf, Site};

/// The feed as text.
///
/// # Errors
/// When the template of a block in one of its essays cannot be rendered.
pub fn write(site: &Site, of: FeedOf, form: FeedForm, url: &Url) -> Result<String, Diagnostic> {
    let matter = Matter::of(&site.book, of);
    match form {
        FeedForm::Atom => atom::write(site, &matter, url),
        FeedForm::Json => json::write(site, &matter, url),
    }
}

/// Adds to `printer` all that [`write`] makes the feed from.
pub fn print(site: &Site, of: FeedOf, form: FeedForm, url: &Url, printer: &mut Printer<'_>) {
    let book = &*site.book;
    let Matter { title, page, essays } = Matter::of(book, of);
    let root = book.config.site_url().unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    // Blocks have templates.
    printer.print(site.theme_print);
    for text in [&title, page.as_str(), url.as_str(), book.config.language(), &book.title, version]
    {
        printer.text(text);
    }
    printer.text(&format!(
        "{form:?} {:?} {:?}",
        book.config.book.authors, book.config.book.description
    ));
    for id in essays {
        // What its front matter says is part of its text.
        printer.text(book.url(id).as_str());
        printer.text(book.title_of(id));
        site.print_text(id, &root, printer);
    }
}

/// What a feed is of.
struct Matter {
    title: String,
    /// The page that it belongs to.
    page: Url,
    /// The newest first.
    essays: Vec<EssayId>,
}

impl Matter {
    fn of(book: &Book, of: FeedOf) -> Matter {
        let newest = |essays: &[EssayId]| book.newest(essays);
        match of {
            FeedOf::Book => Matter {
                title: book.title.clone(),
                page: book.section_urls[0].clone(),
                essays: newest(&book.tree.order),
            },
            FeedOf::Section(id) => Matter {
                title: format!("{} · {}", book.tree.section(id).title, book.title),
                page: book.section_urls[id.0].clone(),
                essays: newest(&book.essays_below(id)),
            },
            FeedOf::Term(kind, at) => {
                let taxonomy = book.taxonomy(kind);
                let term = &taxonomy.terms[at];
                Matter {
                    title: format!("{} · {}", term.name, book.title),
                    page: taxonomy.term_url(term, 1, book.config.url_style()),
                    essays: newest(&term.essays),
                }
            }
        }
    }
}

/// Text without the characters that XML 1.0 does not allow (section 2.2).
pub fn legal(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}
