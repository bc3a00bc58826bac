//! The HTML of an essay without what an essay may not hold ([`permitted`]).
//!
//! Authors' HTML and what their Markdown gives stand in one another, so they can only be cleaned together: the
//! finished text goes through ammonia, which reads it as a browser does and writes what is permitted. What the
//! program itself writes into the text may be more than that (formulas, pictures in several sizes, the insides of
//! blocks): it is kept aside under a seal ([`Seals`]) and put in its place afterwards.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use lol_html::html_content::{ContentType, Element};
use lol_html::{RewriteStrSettings, element, end_tag, rewrite_str};

use crate::essay::permitted::{self, ATTRIBUTES, ELEMENTS, OF_ELEMENTS, PREFIX, SCHEMES};

/// The element that stands for what is kept aside. It holds the number of that, and what proves that the
/// program wrote it.
const SEAL: &str = "handbook-seal";

/// What the program wrote into one text.
#[derive(Debug, Default)]
pub(super) struct Seals {
    /// Stands in each seal. No author can know it before the text is finished: it is made from the text.
    proof: String,
    kept: Vec<String>,
    /// Whether comments stay, in which the preview notes lines.
    comments: bool,
}

impl Seals {
    /// For the text that is made from `markdown`.
    pub fn new(markdown: &str, comments: bool) -> Seals {
        let proof = blake3::hash(markdown.as_bytes()).to_hex()[..32].to_owned();
        Seals { proof, kept: Vec::new(), comments }
    }

    /// What stands for `html`, which is kept aside.
    pub fn seal(&mut self, mut html: String) -> String {
        // The end of the line stays outside, where Markdown's writer looks for it.
        let end = if html.ends_with('\n') { "\n" } else { "" };
        html.truncate(html.trim_end_matches('\n').len());
        self.kept.push(html);
        format!("<{SEAL} n=\"{}-{}\"></{SEAL}>{end}", self.proof, self.kept.len() - 1)
    }

    /// `html` without what is not permitted. What is under a seal stays there.
    pub fn clean(&self, html: &str) -> String {
        static PLAIN: LazyLock<Builder<'static>> = LazyLock::new(|| cleaner(false));
        static WITH_COMMENTS: LazyLock<Builder<'static>> = LazyLock::new(|| cleaner(true));
        let cleaner = if self.comments { &WITH_COMMENTS } else { &PLAIN };
        let cleaned = cleaner.clean(&prepared(html)).to_string();
        // What stood in an element that is left out, such as a form's field, is read in another way without it.
        cleaner.clean(&cleaned).to_string()
    }

    /// `html`, which is clean, with all that was kept aside in its place.
    ///
    /// A seal is looked for as ammonia writes elements. In words and in attributes its signs are escaped there, so
    /// what was kept aside gets into neither.
    pub fn open(&self, html: &str) -> String {
        let mut opened = String::with_capacity(html.len());
        self.open_into(html, &mut opened);
        opened
    }

    fn open_into(&self, html: &str, opened: &mut String) {
        let start = format!("<{SEAL} n=\"{}-", self.proof);
        let end = format!("\"></{SEAL}>");
        let mut rest = html;
        while let Some((before, after)) = rest.split_once(&start) {
            opened.push_str(before);
            let Some((number, after)) = after.split_once(&end) else { break };
            // What is under a seal holds only seals that were made before it.
            if let Some(kept) = number.parse().ok().and_then(|number: usize| self.kept.get(number))
            {
                self.open_into(kept, opened);
            }
            rest = after;
        }
        opened.push_str(rest);
    }
}

fn cleaner(comments: bool) -> Builder<'static> {
    let of_elements = OF_ELEMENTS.iter().map(|(element, names)| (*element, names.iter().copied()));
    let mut of_elements: HashMap<&str, HashSet<&str>> =
        of_elements.map(|(element, names)| (element, names.collect())).collect();
    of_elements.insert(SEAL, HashSet::from_iter(["n"]));
    let set = |names: &[&'static str]| names.iter().copied().collect();
    let mut cleaner = Builder::empty();
    cleaner
        .tags(ELEMENTS.iter().copied().chain([SEAL]).collect())
        .clean_content_tags(set(&["script", "style"]))
        .generic_attributes(set(ATTRIBUTES))
        .generic_attribute_prefixes(set(&[PREFIX]))
        .tag_attributes(of_elements)
        .url_schemes(SCHEMES.iter().copied().chain(["data"]).collect())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(!comments)
        .attribute_filter(|element, attribute, value| {
            if matches!(attribute, "href" | "poster" | "src" | "srcset") && value.starts_with('{') {
                // An expression of JSX, which is no address.
                return None;
            }
            let begin = value.trim_start().get(..5).unwrap_or("");
            if !begin.eq_ignore_ascii_case("data:") {
                return Some(value.into());
            }
            let is_shown = element == "img" && permitted::is_picture_data(&value.trim_start()[5..]);
            is_shown.then(|| value.into())
        });
    cleaner
}

/// How deep elements may stand in one another. To read one takes as long as it stands deep, and nobody writes so
/// many.
const DEEPEST: usize = 256;

/// `html` with what can be said in another way that is permitted.
fn prepared(html: &str) -> String {
    let depth = Rc::new(Cell::new(0_usize));
    let bounded = |element: &mut Element<'_, '_>| {
        if element.tag_name() == SEAL || !element.can_have_content() {
            return Ok(());
        }
        if depth.get() == DEEPEST {
            element.remove_and_keep_content();
            return Ok(());
        }
        depth.set(depth.get() + 1);
        let depth = Rc::clone(&depth);
        element.on_end_tag(end_tag!(move |_| {
            depth.set(depth.get().saturating_sub(1));
            Ok(())
        }))
    };
    let settings = RewriteStrSettings::new()
        .with_strict(false)
        .append_element_content_handler(element!("*", bounded))
        .append_element_content_handler(element!("iframe", as_link))
        .append_element_content_handler(element!("input", only_ticks))
        .append_element_content_handler(element!("[style]", style_as_class));
    // What cannot be prepared is cleaned as it is.
    rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned())
}

/// A frame as a link to what it would show.
fn as_link(frame: &mut Element<'_, '_>) -> lol_html::HandlerResult {
    let quoted = |value: String| value.replace('"', "&quot;").replace('<', "&lt;");
    let Some(address) = frame.get_attribute("src").map(quoted) else {
        frame.remove();
        return Ok(());
    };
    let title = frame.get_attribute("title").map(quoted).filter(|title| !title.trim().is_empty());
    let bare = address.split_once("//").map_or(&*address, |(_, rest)| rest);
    let host = bare.split(['/', '?', '#']).next().filter(|host| host.contains('.'));
    let words = title.unwrap_or_else(|| host.unwrap_or(bare).to_owned());
    frame.replace(&format!("<a class=\"frame\" href=\"{address}\">{words}</a>"), ContentType::Html);
    Ok(())
}

/// Of what can be filled in, only what can be ticked: without a form nothing that is typed goes anywhere.
fn only_ticks(input: &mut Element<'_, '_>) -> lol_html::HandlerResult {
    let kind = input.get_attribute("type").unwrap_or_default().to_ascii_lowercase();
    if !matches!(kind.as_str(), "checkbox" | "radio") {
        input.remove();
    }
    Ok(())
}

fn style_as_class(element: &mut Element<'_, '_>) -> lol_html::HandlerResult {
    let style = element.get_attribute("style").unwrap_or_default();
    if let Some(class) = permitted::alignment(&style) {
        let own = element.get_attribute("class").unwrap_or_default();
        element.set_attribute("class", format!("{own} {class}").trim())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(html: &str) -> String {
        Seals::new("", false).clean(html)
    }

    #[test]
    fn what_is_permitted_stays() {
        for html in [
            "<p class=\"x\" id=\"y\">a <b>b</b></p>",
            "<details open=\"\"><summary>s</summary>t</details>",
            "<a href=\"../a/?b=1&amp;c#d\" target=\"_blank\">x</a>",
            "<img src=\"data:image/png;base64,AAAA\" alt=\"x\">",
            "<td>no table</td>",
        ] {
            let expected = html.replace("<td>", "").replace("</td>", "");
            assert_eq!(clean(html), expected);
        }
    }

    #[test]
    fn what_is_not_permitted_goes_or_is_said_in_another_way() {
        let cases = [
            ("<script>alert(1)</script>x", "x"),
            ("<p onclick=\"alert(1)\">x</p>", "<p>x</p>"),
            ("<a href=\"java&#10;script:alert(1)\">x</a>", "<a>x</a>"),
            ("<a href=\" &#1;javascript:alert(1)\">x</a>", "<a>x</a>"),
            ("<a href=\"data:image/png,x\">x</a>", "<a>x</a>"),
            ("<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">", "<img>"),
            ("<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>", ""),
            ("<math><mi xlink:href=\"data:x,y\">x</mi></math>", ""),
            (
                "<form action=\"x\"><input name=\"a\"><input type=\"CHECKBOX\" checked></form>",
                "<input type=\"CHECKBOX\" checked=\"\">",
            ),
            (
                "<iframe src=\"https://www.youtube.com/embed/x?a=1\"></iframe>",
                "<a class=\"frame\" href=\"https://www.youtube.com/embed/x?a=1\">www.youtube.com</a>",
            ),
            (
                "<iframe\n src='x.html' title='A \"film\"'>no</iframe>y",
                "<a class=\"frame\" href=\"x.html\">A \"film\"</a>y",
            ),
            (
                "<iframe src=\"javascript:alert(1)\"></iframe>",
                "<a class=\"frame\">javascript:alert(1)</a>",
            ),
            (
                "<p style=\"text-align: right; color: red\" class=\"a\">x</p>",
                "<p class=\"a align-end\">x</p>",
            ),
            ("<img src={require('x').y} alt=\"a\">", "<img alt=\"a\">"),
            ("<p><select><option></p>x", "<p></p><p></p>x<p></p>"),
            ("<p><button><p>a</p></button>", "<p></p><p>a</p><p></p>"),
            ("</div></main><b>x", "<b>x</b>"),
            ("<!-- x --><!x>y<?z>", "y"),
            ("<p>a<button><p>b</button>", "<p>a</p><p>b</p><p></p>"),
            ("<title>a</title><textarea><b>", "a&lt;b&gt;"),
        ];
        let cleaned = cases.map(|(html, _)| (html, clean(html)));
        let cleaned = cleaned.each_ref().map(|(html, cleaned)| (*html, cleaned.as_str()));
        assert_eq!(cleaned, cases);
    }

    #[test]
    fn what_is_kept_aside_comes_back_in_its_place_and_nowhere_else() {
        let mut seals = Seals::new("text", false);
        let inner = seals.seal("<math>onload=alert(1)</math>".to_owned());
        let outer = seals.seal(format!("<svg>{inner}</svg>"));
        let open = |html: &str| seals.open(&seals.clean(html));
        assert_eq!(open(&format!("<p>{outer}")), "<p><svg><math>onload=alert(1)</math></svg></p>");
        for html in [
            format!("<b title='{inner}'>x</b>"),
            format!("<b title=\"{inner}\">x</b>"),
            format!("<b title={inner}>x</b>"),
            format!("<textarea>{inner}</textarea>"),
            format!("&lt;{}", &inner[1..]),
            format!("<!--{inner}-->"),
        ] {
            assert!(!open(&html).contains("<math>"), "{html} {}", open(&html));
        }
        let forged = inner.replace("-0\"", "-7\"");
        assert_eq!(open(&format!("a{forged}b")), "ab");
        let other = Seals::new("other", false).seal(String::new());
        assert_eq!(seals.open(&other), other);
    }
}
