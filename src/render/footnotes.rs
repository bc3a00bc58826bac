//! Footnotes, gathered at the end of the page in the order in which the text refers to them.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, html};

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
        let count = self.references.entry(label).or_insert(0);
        *count += 1;
        let id = reference_id(number, *count);
        format!(
            "<sup class=\"footnote-ref\"><a id=\"{id}\" href=\"#fn-{number}\">{number}</a></sup>"
        )
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
            out.push_str(&format!("<li id=\"fn-{number}\">\n"));
            html::push_html(out, self.definitions.remove(label).unwrap_or_default().into_iter());
            let count = self.references.get(label).copied().unwrap_or(0);
            let backs: Vec<_> = (1..=count).map(|n| back(number, n)).collect();
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

fn reference_id(number: usize, count: usize) -> String {
    if count == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{count}") }
}

fn back(number: usize, count: usize) -> String {
    let id = reference_id(number, count);
    format!(
        "<a class=\"footnote-back\" href=\"#{id}\" aria-label=\"Back to the text, footnote {number}\">↩</a>"
    )
}
