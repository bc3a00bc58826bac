//! HTML as a browser reads it, and what must hold of all that we write.

use std::collections::HashSet;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element with its attributes.
#[derive(Debug)]
pub struct Element {
    /// Its name in lower case.
    pub name: String,
    /// Its attributes by their names.
    pub attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What a browser makes of a piece of HTML.
#[derive(Debug, Default)]
pub struct Read {
    /// All elements in order.
    pub elements: Vec<Element>,
    /// The ids of the elements that stand in no other.
    pub tops: Vec<Option<String>>,
    /// What the specification calls errors: among them all that is opened and not closed, or closed and not opened.
    pub errors: Vec<String>,
}

/// Reads `html` as it would be read inside of a page's text.
pub fn read(html: &str) -> Read {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let parser = parse_fragment(RcDom::default(), ParseOpts::default(), context, Vec::new(), false);
    let dom = parser.one(html);
    let mut read = Read::default();
    read.errors.extend(dom.errors.borrow().iter().map(ToString::to_string));
    let root = dom.document.children.borrow();
    for top in root.iter().flat_map(|root| root.children.borrow().clone()) {
        if let NodeData::Element { attrs, .. } = &top.data {
            let id =
                attrs.borrow().iter().find(|a| &*a.name.local == "id").map(|a| a.value.to_string());
            read.tops.push(id);
        }
    }
    // Not by recursion: nobody says how deep it is.
    let mut waiting: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = waiting.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attributes = attrs.borrow();
            let attributes = attributes.iter().map(|attribute| {
                (attribute.name.local.to_string().to_lowercase(), attribute.value.to_string())
            });
            let (name, attributes) = (name.local.to_string().to_lowercase(), attributes.collect());
            read.elements.push(Element { name, attributes });
        }
        waiting.extend(node.children.borrow().iter().rev().cloned());
    }
    // The fragment's own root.
    if !read.elements.is_empty() {
        read.elements.remove(0);
    }
    read
}

impl Read {
    /// Everything is closed that was opened, in its order, and nothing else.
    pub fn is_well_formed(&self, html: &str) {
        assert!(self.errors.is_empty(), "{:?} in:\n{html}", self.errors);
    }

    /// Whatever is wrong with it stays in the element that it is put into, and what follows stays outside.
    pub fn stays_inside(html: &str) {
        let page = read(&format!("<div id=\"around\">{html}</div><hr id=\"after\">"));
        let after = page.tops.iter().position(|id| id.as_deref() == Some("after"));
        assert_eq!((page.tops.len(), after), (2, Some(1)), "breaks out of its place:\n{html}");
    }

    /// An id stands for one thing.
    pub fn has_ids_once(&self, html: &str) {
        let mut seen = HashSet::new();
        for id in self.elements.iter().filter_map(|element| element.get("id")) {
            assert!(seen.insert(id), "two elements have the id {id:?} in:\n{html}");
        }
    }

    /// Nothing in it runs, and nothing is taken from elsewhere that could.
    pub fn runs_nothing(&self, html: &str) {
        for element in &self.elements {
            let is_known = !RUNS.contains(&element.name.as_str());
            assert!(is_known, "<{}> in:\n{html}", element.name);
            for (name, value) in &element.attributes {
                assert!(!name.starts_with("on") && name != "srcdoc", "{name} in:\n{html}");
                if ADDRESSES.contains(&name.as_str()) {
                    let is_safe = is_safe(&element.name, value);
                    assert!(is_safe, "{name}={value:?} in:\n{html}");
                }
            }
        }
    }
}

/// Elements that run something, or change what the page is.
const RUNS: &[&str] = &[
    "script", "iframe", "frame", "object", "embed", "applet", "base", "meta", "link", "style",
    "form", "portal", "svg", "template", "noscript", "title", "body", "head", "html",
];

/// Attributes that hold an address.
const ADDRESSES: &[&str] =
    &["href", "src", "action", "formaction", "poster", "cite", "data", "background", "xlink:href"];

/// Whether a browser that follows `address` from an element of this name runs nothing of what it says.
fn is_safe(element: &str, address: &str) -> bool {
    // As browsers read it (URL, section 4.4): control characters and spaces at its ends are dropped, and tabs and
    // line ends anywhere.
    let bare: String = address
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    let bare = bare.to_lowercase();
    let is_picture =
        element == "img" && bare.starts_with("data:image/") && !bare.starts_with("data:image/svg");
    is_picture || !["javascript:", "vbscript:", "data:"].iter().any(|bad| bare.starts_with(bad))
}
