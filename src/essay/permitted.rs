//! What HTML and which addresses an essay may hold. Essays are words that many people write; nothing among them
//! may run a program in a reader's browser, look like a part of the program's own pages, or ask another website
//! for something behind the reader's back.
//!
//! What is permitted is listed; all else is left out. [`crate::render::clean`] leaves it out, and
//! [`refusals`] tells the author.

use std::cell::RefCell;
use std::collections::BTreeSet;

use lol_html::{RewriteStrSettings, element, rewrite_str};

use crate::diagnostic::{Code, Diagnostic};
use crate::essay::LinkKind;

/// Elements that structure text and show media.
pub const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "main",
    "map",
    "mark",
    "menu",
    "meter",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "search",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// How further attributes begin that any element may have.
pub const PREFIX: &str = "aria-";

/// Attributes that any element may have.
pub const ATTRIBUTES: &[&str] = &[
    "align",
    "class",
    "dir",
    "hidden",
    "id",
    "lang",
    "role",
    "tabindex",
    "title",
    "translate",
    "valign",
];

/// Attributes of single elements.
pub const OF_ELEMENTS: &[(&str, &[&str])] = &[
    ("a", &["download", "href", "hreflang", "name", "rel", "target", "type"]),
    ("area", &["alt", "coords", "href", "shape"]),
    ("audio", &["controls", "loop", "muted", "preload", "src"]),
    ("blockquote", &["cite"]),
    ("col", &["span", "width"]),
    ("colgroup", &["span"]),
    ("data", &["value"]),
    ("del", &["cite", "datetime"]),
    ("details", &["name", "open"]),
    ("font", &["color", "size"]),
    ("img", &["alt", "decoding", "height", "loading", "sizes", "src", "srcset", "usemap", "width"]),
    ("input", &["checked", "disabled", "type", "value"]),
    ("ins", &["cite", "datetime"]),
    ("label", &["for"]),
    ("li", &["value"]),
    ("map", &["name"]),
    ("meter", &["high", "low", "max", "min", "optimum", "value"]),
    ("ol", &["reversed", "start", "type"]),
    ("progress", &["max", "value"]),
    ("q", &["cite"]),
    ("source", &["height", "media", "sizes", "src", "srcset", "type", "width"]),
    ("table", &["border", "cellpadding", "cellspacing", "summary", "width"]),
    ("td", &["abbr", "colspan", "headers", "height", "rowspan", "width"]),
    ("th", &["abbr", "colspan", "headers", "height", "rowspan", "scope", "width"]),
    ("time", &["datetime"]),
    ("track", &["default", "kind", "label", "src", "srclang"]),
    (
        "video",
        &[
            "controls",
            "height",
            "loop",
            "muted",
            "playsinline",
            "poster",
            "preload",
            "src",
            "width",
        ],
    ),
];

/// Elements of HTML that are not permitted. Any other name is no element, and most likely meant as words.
const REFUSED: &[&str] = &[
    "applet",
    "base",
    "basefont",
    "bgsound",
    "body",
    "button",
    "canvas",
    "datalist",
    "dialog",
    "dir",
    "embed",
    "fieldset",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "iframe",
    "legend",
    "link",
    "marquee",
    "math",
    "meta",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "optgroup",
    "option",
    "output",
    "param",
    "plaintext",
    "script",
    "select",
    "slot",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];

/// Of those, the ones that a browser passes over without a trace in the middle of a page.
const OF_NO_EFFECT: &[&str] = &["body", "head", "html", "noscript", "nobr"];

/// How an address may begin: what leads to another page or opens the program with which people speak or write to
/// each other. None of these can run a script in the page.
pub const SCHEMES: &[&str] =
    &["ftp", "http", "https", "mailto", "msteams", "slack", "sms", "tel", "webcal"];

/// Pictures that may be written into their own address. An SVG is not among them, as it can hold a script.
const DATA: &[&str] = &["avif", "gif", "jpeg", "jpg", "png", "webp"];

/// Whether any element may have the attribute `name`.
pub fn is_general(name: &str) -> bool {
    ATTRIBUTES.contains(&name) || name.starts_with(PREFIX)
}

/// Whether a link or picture may lead to `target`, an address with a scheme or a host.
pub fn may_lead_to(target: &str, kind: LinkKind) -> bool {
    if target.starts_with("//") {
        return true;
    }
    let Some((scheme, rest)) = target.split_once(':') else { return true };
    let scheme = scheme.to_ascii_lowercase();
    SCHEMES.contains(&scheme.as_str())
        || (kind == LinkKind::Image && scheme == "data" && is_picture_data(rest))
}

/// Whether what stands behind `data:` is a picture without a program in it.
pub fn is_picture_data(rest: &str) -> bool {
    let media = rest.split([';', ',']).next().unwrap_or("").trim().to_ascii_lowercase();
    media.strip_prefix("image/").is_some_and(|kind| DATA.contains(&kind))
}

/// What of `html`, the raw HTML of an essay, is left out of its page: each kind once, with the byte in `html`
/// where it first stands.
pub fn refusals(html: &str) -> Vec<(usize, Diagnostic)> {
    let found: RefCell<Vec<(usize, Diagnostic)>> = RefCell::default();
    let known: RefCell<BTreeSet<String>> = RefCell::default();
    let tell = |at: usize, what: String, told: Option<Diagnostic>| {
        if known.borrow_mut().insert(what) {
            found.borrow_mut().extend(told.map(|told| (at, told)));
        }
    };
    let look = element!("*", |element| {
        let at = element.source_location().bytes().start;
        let name = element.tag_name();
        if !ELEMENTS.contains(&name.as_str()) {
            tell(at, name.clone(), of_element(&name, &element.tag_name_preserve_case()));
        }
        for attribute in element.attributes() {
            let attribute = attribute.name();
            if attribute.starts_with("on") {
                tell(at, attribute.clone(), Some(program(&attribute, &name)));
            } else if attribute == "style" {
                let written = element.get_attribute("style").unwrap_or_default();
                tell(at, attribute, (!only_aligns(&written)).then(|| style(&name)));
            }
        }
        Ok(())
    });
    let settings =
        RewriteStrSettings::new().with_strict(false).append_element_content_handler(look);
    // Only what the handler saw is of interest.
    let _ = rewrite_str(html, settings);
    found.into_inner()
}

/// The class for what `style` says of where text stands; an inline style cannot be shown under a strict policy.
pub fn alignment(style: &str) -> Option<&'static str> {
    style.split(';').find_map(|rule| {
        let (property, value) = rule.split_once(':')?;
        match (property.trim(), value.trim()) {
            ("text-align", "center") => Some("align-center"),
            ("text-align", "right" | "end") => Some("align-end"),
            _ => None,
        }
    })
}

fn only_aligns(style: &str) -> bool {
    let rules = style.split(';').filter(|rule| !rule.trim().is_empty());
    rules.clone().all(|rule| rule.trim_start().starts_with("text-align"))
}

/// How all of it is let through.
pub const TRUST: &str = "where all who write essays may publish programs too, write in book.toml: \
     [handbook] raw-html = \"trusted\"";

fn of_element(name: &str, written: &str) -> Option<Diagnostic> {
    if OF_NO_EFFECT.contains(&name) {
        return None;
    }
    if name == "iframe" {
        let message = "`<iframe>` is shown as a link to what it would show";
        let why = "a page asks no other website for anything before a reader wants it";
        return Some(Diagnostic::warning(Code::RawHtml, message).hint(why).hint(TRUST));
    }
    if REFUSED.contains(&name) {
        let message = format!("`<{name}>` is left out");
        let why =
            "essays hold words, pictures and films; no programs, forms or styles of their own";
        return Some(Diagnostic::warning(Code::RawHtml, message).hint(why).hint(TRUST));
    }
    let message =
        format!("`<{written}>` is read as HTML, which has no such element, and does not show");
    let hint =
        format!("to show these words write \\<{written}>, or put them in code: `<{written}>`");
    Some(Diagnostic::warning(Code::RawHtml, message).hint(hint))
}

fn program(attribute: &str, element: &str) -> Diagnostic {
    let message = format!("`{attribute}` of `<{element}>` is left out: it is a program");
    Diagnostic::warning(Code::RawHtml, message).hint(TRUST)
}

fn style(element: &str) -> Diagnostic {
    let message = format!("`style` of `<{element}>` is left out");
    let hint = "give the element a class, and write the style into a file: \
                [output.html] additional-css = [\"team.css\"]";
    Diagnostic::note(Code::RawHtml, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order_and_apart() {
        for list in [ELEMENTS, ATTRIBUTES, REFUSED, SCHEMES, DATA] {
            assert!(list.is_sorted(), "{list:?}");
        }
        assert!(OF_ELEMENTS.iter().all(|(element, _)| ELEMENTS.contains(element)));
        assert!(REFUSED.iter().all(|element| !ELEMENTS.contains(element)));
        assert!(OF_NO_EFFECT.iter().all(|element| REFUSED.contains(element)));
    }

    #[test]
    fn where_links_and_pictures_may_lead() {
        let leads = |target| may_lead_to(target, LinkKind::Link);
        for good in
            ["https://a.example", "HTTP://a.example", "mailto:a@b.c", "//a.example", "tel:+1"]
        {
            assert!(leads(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:x",
            "vbscript:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "data:image/png;base64,AA",
            "blob:https://a.example/x",
            "view-source:https://a.example",
        ] {
            assert!(!leads(bad), "{bad}");
        }
        let shows = |target| may_lead_to(target, LinkKind::Image);
        assert!(shows("data:image/png;base64,AA") && shows("data:IMAGE/GIF,x"));
        assert!(!shows("data:image/svg+xml,<svg/>") && !shows("data:text/html,x"));
    }

    #[test]
    fn each_kind_is_told_once_where_it_first_stands() {
        let html = "<p>x</p><script>let a = '<b>';</script><p onclick=\"x\" style=\"color: red\">\
            <username><script></script><td style=\"text-align: right\"><html>";
        let told: Vec<_> =
            refusals(html).into_iter().map(|(at, note)| (at, note.message)).collect();
        let told: Vec<_> = told.iter().map(|(at, message)| (*at, message.as_str())).collect();
        assert_eq!(
            told,
            [
                (8, "`<script>` is left out"),
                (39, "`onclick` of `<p>` is left out: it is a program"),
                (39, "`style` of `<p>` is left out"),
                (73, "`<username>` is read as HTML, which has no such element, and does not show"),
            ]
        );
    }
}
