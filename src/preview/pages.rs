//! The few pages that are the preview's own: for an address where nothing is, for a site that cannot be
//! made yet, and for requests that are refused.

use crate::diagnostic::{Severity, nearest};
use crate::preview::edition::Edition;
use crate::preview::live::{Gone, Told};
use crate::render::body::escape;

/// The look of the preview's own pages, and of what its script shows.
pub const STYLE: &str = include_str!("client.css");

/// Where a page gets its look from.
enum Style<'s> {
    /// This address.
    Linked(&'s str),
    /// The page itself: who is refused gets nothing else.
    Within,
}

/// A page of the preview's own. `script` is the tag of the preview's script, where it may be used.
fn page(title: &str, body: &str, style: Style<'_>, script: &str) -> String {
    let style = match style {
        Style::Linked(address) => {
            format!("<link rel=\"stylesheet\" href=\"{}\">\n", escape(address))
        }
        Style::Within => format!("<style>\n{STYLE}</style>\n"),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n{style}{script}</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// For an address where nothing is.
pub fn nothing(
    edition: &Edition,
    path: &str,
    gone: Option<&Gone>,
    style: &str,
    script: &str,
) -> String {
    let mut body = String::new();
    let link =
        |address: &str, text: &str| format!("<a href=\"{}\">{}</a>", escape(address), escape(text));
    match gone {
        Some(gone) => {
            let title = escape(&gone.title);
            body.push_str(&format!(
                "<p>“{title}” was here. Its file is gone.</p>\n<p>Go on in {}.</p>\n",
                link(&gone.address, &gone.section)
            ));
            return page("This page is gone", &body, Style::Linked(style), script);
        }
        None => body.push_str(
            "<p>The handbook has no page at this address. As soon as there is one, it appears here \
             by itself.</p>\n",
        ),
    }
    let wanted = path.trim_end_matches('/');
    let addresses: Vec<&str> = edition
        .site
        .pages()
        .iter()
        .filter(|page| page.url.output().ends_with(".html"))
        .map(|page| page.url.as_str().trim_end_matches('/'))
        .collect();
    let near = (wanted.len() < 200).then(|| nearest(wanted, addresses.iter().copied())).flatten();
    let near = near.and_then(|near| {
        edition.site.pages().iter().find(|page| page.url.as_str().trim_end_matches('/') == near)
    });
    if let Some(near) = near {
        let address = format!("/{}", near.url.encoded());
        body.push_str(&format!("<p>Did you mean {}?</p>\n", link(&address, &address)));
    }
    body.push_str(&format!("<p>{}</p>\n", link("/", "To the start of the book")));
    page("Nothing is here", &body, Style::Linked(style), script)
}

/// For a page, or a whole site, that cannot be made and never could in this run.
pub fn broken(problems: &[Told], style: &str, script: &str) -> String {
    let items: String = problems.iter().map(problem).collect();
    let body = format!(
        "<p>As soon as this is mended and saved, the page appears here by itself.</p>\n\
         <ul class=\"told\">\n{items}</ul>\n"
    );
    page("The handbook cannot be shown yet", &body, Style::Linked(style), script)
}

/// What is wrong, where, and what to do, in the markup that the preview's script makes too.
fn problem(told: &Told) -> String {
    let class = match told.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut item = format!(
        "<li class=\"told-{class}\"><p class=\"message\">{}</p>\n",
        with_code(&told.message)
    );
    if let Some(file) = &told.file {
        let place = match told.line {
            0 => escape(file),
            line => format!("{}:{line}:{}", escape(file), told.column),
        };
        let place = match &told.open {
            Some(open) => format!("<a href=\"{}\">{place}</a>", escape(open)),
            None => place,
        };
        item.push_str(&format!("<p class=\"place\">{place}</p>\n"));
    }
    if let Some([before, marked, after]) = &told.excerpt {
        let marked = if marked.is_empty() { " ".to_owned() } else { escape(marked) };
        item.push_str(&format!(
            "<pre data-line=\"{}\">{}<mark>{marked}</mark>{}</pre>\n",
            told.line,
            escape(before),
            escape(after)
        ));
    }
    for hint in &told.hints {
        item.push_str(&format!("<p class=\"hint\">{}</p>\n", with_code(hint)));
    }
    item + "</li>\n"
}

/// Text in which what stands between backticks is code.
fn with_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            0 => escape(part),
            _ => format!("<code>{}</code>", escape(part)),
        })
        .collect()
}

/// For a request that is refused, with the reason and what to do.
pub fn refused(title: &str, sentences: &[&str]) -> String {
    let body: String =
        sentences.iter().map(|sentence| format!("<p>{}</p>\n", with_code(sentence))).collect();
    page(title, &body, Style::Within, "")
}
