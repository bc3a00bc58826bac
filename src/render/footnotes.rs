//! Footnotes, gathered at the end of the page in the order in which the text refers to them.

use foldhash::{HashMap, HashSet};
use pulldown_cmark::{CowStr, Event, html};

use crate::render::body::escape;
use crate::render::words::Words;

/// The footnotes of one page while its text is read.
#[derive(Default)]
pub struct Footnotes<'a> {
    /// Labels in the order of first reference.
    order: Vec<CowStr<'a>>,
    known: HashMap<CowStr<'a>, Known>,
    definitions: HashMap<CowStr<'a>, Vec<Event<'a>>>,
}

/// What is known of a footnote that the text refers to.
struct Known {
    number: usize,
    /// Its id.
    id: String,
    /// The ids of the references to it.
    references: Vec<String>,
}

impl<'a> Footnotes<'a> {
    /// The mark in the text for a reference to `label`. `ids` are those that the page has already.
    pub fn reference(&mut self, label: CowStr<'a>, ids: &mut HashSet<String>) -> String {
        let order = &mut self.order;
        let known = self.known.entry(label.clone()).or_insert_with(|| {
            order.push(label.clone());
            let id = free(format!("footnote-{}", label_id(&label)), ids);
            Known { number: order.len(), id, references: Vec::new() }
        });
        let id = free(format!("fr-{}-{}", label_id(&label), known.references.len() + 1), ids);
        let (number, note) = (known.number, escape(&known.id));
        let mark = format!(
            "<sup class=\"footnote-ref\"><a id=\"{}\" href=\"#{note}\">{number}</a></sup>",
            escape(&id)
        );
        known.references.push(id);
        mark
    }

    /// Keeps the text of a footnote. Of two with one label the first counts.
    pub fn define(&mut self, label: CowStr<'a>, events: Vec<Event<'a>>) {
        self.definitions.entry(label).or_insert(events);
    }

    /// Writes the list of all footnotes that the text refers to.
    pub fn write(mut self, words: &Words, out: &mut String) {
        if self.order.is_empty() {
            return;
        }
        let name = escape(words.say("footnotes", None));
        out.push_str(&format!("<section class=\"footnotes\" aria-label=\"{name}\">\n<ol>\n"));
        for label in &self.order {
            let Some(Known { number, id, references }) = self.known.remove(label) else { continue };
            out.push_str(&format!("<li id=\"{}\">\n", escape(&id)));
            html::push_html(out, self.definitions.remove(label).unwrap_or_default().into_iter());
            let backs: Vec<_> = references.iter().map(|id| back(id, number, words)).collect();
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

/// Ids are made from labels, which stay when a footnote is added before: they are mdBook's.
fn label_id(label: &str) -> String {
    label.replace(char::is_whitespace, "-")
}

/// `wanted`, or with the first number that makes it an id of its own.
fn free(wanted: String, ids: &mut HashSet<String>) -> String {
    let mut id = wanted.clone();
    let mut number = 1;
    while !ids.insert(id.clone()) {
        number += 1;
        id = format!("{wanted}-{number}");
    }
    id
}

fn back(id: &str, number: usize, words: &Words) -> String {
    let id = escape(id);
    let name = words.counted("footnote_back", number as u64);
    let name = escape(&name);
    format!("<a class=\"footnote-back\" href=\"#{id}\" aria-label=\"{name}\">↩</a>")
}
