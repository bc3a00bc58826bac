//! Footnotes, gathered at the end of the page in the order in which the text refers to them.

use foldhash::HashMap;
use pulldown_cmark::{CowStr, Event, html};

use crate::render::body::escape;

/// The footnotes of one page while its text is read.
#[derive(Default)]
pub struct Footnotes<'a> {
    /// Labels in the order of first reference.
    order: Vec<CowStr<'a>>,
    numbers: HashMap<CowStr<'a>, usize>,
    /// How often each has been referred to.
    references: HashMap<CowStr<'a>, usize>,
    definitions: HashMap<CowStr<'a>, Vec<Event<'a>>>,
}

impl<'a> Footnotes<'a> {
    /// The mark in the text for a reference to `label`.
    pub fn reference(&mut self, label: CowStr<'a>) -> String {
        let number = self.number(&label);
        let count = self.references.entry(label.clone()).or_insert(0);
        *count += 1;
        let (id, note) = (reference_id(&label, *count), note_id(&label));
        format!("<sup class=\"footnote-ref\"><a id=\"{id}\" href=\"#{note}\">{number}</a></sup>")
    }

    /// Keeps the text of a footnote. Of two with one label the first counts.
    pub fn define(&mut self, label: CowStr<'a>, events: Vec<Event<'a>>) {
        self.definitions.entry(label).or_insert(events);
    }

    fn number(&mut self, label: &CowStr<'a>) -> usize {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        self.order.push(label.clone());
        self.numbers.insert(label.clone(), self.order.len());
        self.order.len()
    }

    /// Writes the list of all footnotes that the text refers to.
    pub fn write(mut self, out: &mut String) {
        if self.order.is_empty() {
            return;
        }
        out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n");
        for (i, label) in self.order.iter().enumerate() {
            let number = i + 1;
            out.push_str(&format!("<li id=\"{}\">\n", note_id(label)));
            html::push_html(out, self.definitions.remove(label).unwrap_or_default().into_iter());
            let count = self.references.get(label).copied().unwrap_or(0);
            let backs: Vec<_> = (1..=count).map(|n| back(label, number, n)).collect();
            // The way back belongs to the last paragraph, so that it does not stand on its own line.
            let backs = backs.join(" ");
            match out.strip_suffix("</p>\n").map(str::len) {
                Some(end) => {
                    out.truncate(end);
                    out.push_str(&format!(" {backs}</p>\n"));
                }
                None => out.push_str(&format!("<p>{backs}</p>\n")),
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n</section>\n");
    }
}

/// The ids are made from labels, which stay when a footnote is added before: they are mdBook's.
fn note_id(label: &str) -> String {
    format!("footnote-{}", label_id(label))
}

fn reference_id(label: &str, count: usize) -> String {
    format!("fr-{}-{count}", label_id(label))
}

fn label_id(label: &str) -> String {
    escape(&label.replace(char::is_whitespace, "-"))
}

fn back(label: &str, number: usize, count: usize) -> String {
    let id = reference_id(label, count);
    format!(
        "<a class=\"footnote-back\" href=\"#{id}\" aria-label=\"Back to the text, footnote {number}\">↩</a>"
    )
}
