//! A picture as HTML.
//!
//! Its size is always written where it is known, so that nothing moves when it arrives. All but the first of a
//! text are fetched when a reader comes near them. One that looks different in the dark is written twice; the
//! style sheet (`images.css`) shows one of the two, and browsers fetch only what is shown.

use pulldown_cmark::Event;
use pulldown_cmark_escape::escape_href;

use crate::render::body::escape;

/// What is known of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its width and height in CSS pixels.
    pub size: Option<(u32, u32)>,
    /// Smaller versions: the width in pixels and the address, from narrow to wide.
    pub versions: Vec<(u32, String)>,
    /// How wide the picture is in the text, for `sizes`; empty without versions.
    pub sizes: String,
    /// The address of the one that takes its place in the dark, and what is known of that.
    pub dark: Option<(String, Box<Shown>)>,
}

/// How a picture is written in Markdown.
pub struct Written<'w> {
    /// Where it is.
    pub src: &'w str,
    /// The words that stand for it.
    pub alt: &'w str,
    /// What shows when someone points at it.
    pub title: &'w str,
    /// Whether it is the first of its text, which readers see at once.
    pub is_first: bool,
}

/// The HTML of a picture.
pub fn html(written: &Written<'_>, shown: &Shown) -> String {
    let Some((src, dark)) = &shown.dark else {
        return element(written, shown, "", !written.is_first);
    };
    // A browser that may wait does not fetch what is not shown.
    let light = element(written, shown, "only-light", true);
    light + &element(&Written { src, ..*written }, dark, "only-dark", true)
}

/// The words of `events`, which stand for a picture.
pub(super) fn plain(events: &[Event<'_>]) -> String {
    let mut words = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => words.push_str(text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

fn element(written: &Written<'_>, shown: &Shown, class: &str, waits: bool) -> String {
    let mut html = "<img src=\"".to_owned();
    // Writing to text cannot fail.
    let _ = escape_href(&mut html, written.src);
    html.push_str(&format!("\" alt=\"{}\"", escape(written.alt)));
    let mut attribute = |name: &str, value: &str| {
        html.push_str(&format!(" {name}=\"{}\"", escape(value)));
    };
    if !written.title.is_empty() {
        attribute("title", written.title);
    }
    if !class.is_empty() {
        attribute("class", class);
    }
    if let Some((width, height)) = shown.size {
        attribute("width", &width.to_string());
        attribute("height", &height.to_string());
    }
    if !shown.versions.is_empty() {
        let versions = shown.versions.iter().map(|(width, address)| format!("{address} {width}w"));
        attribute("srcset", &versions.collect::<Vec<_>>().join(", "));
        attribute("sizes", &shown.sizes);
    }
    if waits {
        attribute("loading", "lazy");
        attribute("decoding", "async");
    }
    html.push_str(" />");
    html
}
