//! An essay's HTML from its bytes: the first byte says for which program it was written, the rest is the file.
//!
//! - Never a panic.
//! - The HTML is well-formed as a browser reads it, and no id stands for two things; what an author wrote in HTML
//!   stays at least in its place.
//! - Nothing in it runs.
//! - It is no larger than a multiple of the essay.
//! - With the lines of its blocks it is the same but for them.
//! - The copy in Markdown and the lists can be made of it.

use std::sync::LazyLock;

use pulldown_cmark::Event;
use sternpost::book::resolve::resolve;
use sternpost::book::targets::Names;
use sternpost::book::{Ground, Resolved, Url};
use sternpost::config::UrlStyle;
use sternpost::essay::dialect::Empty;
use sternpost::essay::{Essay, markdown};
use sternpost::render::Theme;
use sternpost::render::body::{Manner, body};
use sternpost::render::markdown_copy::markdown_copy;
use sternpost::source::SourcePath;

use super::{decoded, dialect, html};

static THEME: LazyLock<Theme> =
    LazyLock::new(|| Theme::load(None, None, "en", &|path| path.display().to_string()).unwrap());

/// How texts are written on pages. Colours come from a grammar for each language, which others look after.
pub fn manner() -> Manner<'static> {
    Manner { theme: &THEME, highlight: false, lines: false }
}

/// How much HTML may come of a byte: a footnote is four, and leads there and back with a name for each.
const MOST_OF_A_BYTE: usize = 160;

/// And of nothing.
const MOST_OF_NOTHING: usize = 4096;

pub fn holds(data: &[u8]) {
    let (dialect, rest) = dialect(data);
    let text = decoded(rest);
    let length = text.len();
    let source = SourcePath::new("team/any.md");
    let shown = "content/team/any.md".to_owned();
    let parsed = Essay::parse(source.clone(), shown.clone(), text.clone(), dialect, &Empty);
    let essay = Essay::understand(source, shown, text, dialect, &Empty, true);
    // Where it leads is for the book to say, but not to a program.
    let (names, url) = (Names::new(Ground::default()), Url::page("team/any", UrlStyle::Directory));
    let reader = essay.read();
    let refused = |link| resolve(&reader, &url, link, &names, |_| None).0 == Resolved::Refused;
    let refused: Vec<bool> = essay.links.iter().map(refused).collect();
    let href = |number: usize| refused[number].then(String::new);
    let of =
        |essay: &Essay, manner| body(essay, manner, &href, &|_| None, &|_| Vec::new()).unwrap();
    let written = |manner| of(&essay, manner);
    let made = written(manner());
    // It is the same whether it is read from a recording or parsed again.
    assert_eq!(of(&parsed, manner()), made);
    let most = MOST_OF_NOTHING + MOST_OF_A_BYTE * length;
    assert!(made.html.len() <= most, "{} bytes of {length}", made.html.len());

    let is_raw = |event: &Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_));
    let has_raw = markdown::events(&essay.markdown(), dialect).any(|(event, _)| is_raw(&event));
    for html in [Some(&made.html), made.heading.as_ref()].into_iter().flatten() {
        let read = html::read(html);
        read.runs_nothing(html);
        // HTML that an author wrote into one another in an order of their own stays so, and the ids in it are theirs.
        if has_raw {
            html::Read::stays_inside(html);
        } else {
            read.is_well_formed(html);
            read.has_ids_once(html);
        }
    }
    let with_lines = written(Manner { lines: true, ..manner() });
    // A comment in the middle of a tag that its author did not close is no comment.
    if !has_raw {
        assert_eq!(without_lines(&with_lines.html), made.html.replace('\n', ""));
        assert_eq!(with_lines.heading, made.heading);
    }

    let copy = markdown_copy(&essay, &essay.title, &|_| None);
    assert!(copy.len() <= most, "a copy of {} bytes of {length}", copy.len());
}

/// HTML without the comments that hold numbers, and without the ends of line that come with them.
fn without_lines(html: &str) -> String {
    let mut bare = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--") {
        bare.push_str(before);
        match after.split_once("-->") {
            Some((number, after)) if number.bytes().all(|b| b.is_ascii_digit()) => rest = after,
            _ => {
                bare.push_str("<!--");
                rest = after;
            }
        }
    }
    bare.push_str(rest);
    bare.replace('\n', "")
}
