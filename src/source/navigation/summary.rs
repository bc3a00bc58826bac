//! `SUMMARY.md`, the contents of mdBook and GitBook.
//!
//! - A list of links, nested to any depth, in any form of list.
//! - Headings part the list: each is the name of a part. The first at the top is the file's own title.
//! - Links outside a list stand before or after the parts, on the level of these.
//! - An item without a link is a name above others; a link without a target is a chapter still to be
//!   written, and so is not listed. Rules are there for the eye.
//!
//! It stands in the content folder; GitBook may give it another name in `.gitbook.yaml`.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{Item, Navigation, page};
use crate::diagnostic::{Lines, Place};
use crate::source::tree::gitbook;
use crate::source::walk::SourcePath;
use crate::source::{Project, opening, text};

pub(super) fn read(project: &Project) -> Option<Navigation> {
    let named = gitbook(&project.root).and_then(|config| config.structure.summary);
    let names = named.as_deref().into_iter().chain(["SUMMARY.md", "summary.md", "Summary.md"]);
    let (name, file) =
        names.map(|name| (name, project.content.join(name))).find(|(_, file)| file.is_file())?;
    let shown = project.shown(&file);
    let text = text::decode(&shown, opening::read(&project.root, &file).ok()?).value;
    let items = parse(&shown, &text);
    let source = Some(SourcePath::new(name.trim_start_matches("./")));
    (!items.is_empty()).then_some(Navigation { source, items })
}

/// What the file with this text lists. Not even one link in a list: then it is an essay.
pub(super) fn parse(shown: &str, text: &str) -> Vec<Item> {
    let mut reader = Reader { shown, text, lines: Lines::of(text), ..Reader::default() };
    for (event, span) in Parser::new(text).into_offset_iter() {
        reader.event(event, span.start..span.end);
    }
    if reader.listed == 0 {
        return Vec::new();
    }
    reader.end_part();
    reader.items
}

#[derive(Default)]
struct Reader<'t> {
    shown: &'t str,
    text: &'t str,
    lines: Lines,
    items: Vec<Item>,
    /// The part that is open, with what it lists.
    part: Option<Item>,
    /// The items of lists that are open, the outermost first.
    open: Vec<Item>,
    /// The text of the heading or link that is open.
    heading: Option<String>,
    link: Option<Item>,
    /// Links in lists.
    listed: usize,
    begun: bool,
}

impl<'t> Reader<'t> {
    fn event(&mut self, event: Event<'t>, span: std::ops::Range<usize>) {
        match event {
            Event::Start(Tag::Heading { .. }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Item) => self.open.push(Item::default()),
            Event::End(TagEnd::Item) => self.end_item(),
            Event::Start(Tag::Link { dest_url, .. }) if self.heading.is_none() => {
                let place = Place::in_lines(self.shown, self.text, &self.lines, span);
                let page = page(&dest_url);
                self.link = Some(Item { page, place: Some(place), ..Item::default() });
            }
            Event::End(TagEnd::Link) => self.end_link(),
            Event::Text(text) | Event::Code(text) => self.say(&text),
            Event::SoftBreak => self.say(" "),
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        let item = match (&mut self.heading, &mut self.link) {
            (Some(heading), _) => return heading.push_str(text),
            (None, Some(link)) => Some(link),
            // The name of an item without a link.
            (None, None) => self.open.last_mut().filter(|item| item.page.is_none()),
        };
        if let Some(item) = item {
            item.title.get_or_insert_default().push_str(text);
        }
    }

    /// The first heading names the file, any other a part.
    fn end_heading(&mut self) {
        let Some(title) = self.heading.take() else { return };
        let is_own = !self.begun && self.part.is_none() && title.trim().len() < 60;
        if is_own && self.items.is_empty() && !self.has_title() {
            self.begun = true;
            return;
        }
        self.end_part();
        self.part = Some(Item { title: Some(title.trim().to_owned()), ..Item::default() });
    }

    fn has_title(&self) -> bool {
        self.begun
    }

    fn end_part(&mut self) {
        self.items.extend(self.part.take().filter(|part| !part.items.is_empty()));
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        self.begun = true;
        match self.open.last_mut() {
            Some(item) if item.page.is_none() => {
                self.listed += 1;
                item.page = link.page;
                item.title = link.title;
                item.place = link.place;
            }
            Some(_) => {}
            None if link.page.is_some() => {
                self.end_part();
                self.items.push(link);
            }
            None => {}
        }
    }

    fn end_item(&mut self) {
        let Some(mut item) = self.open.pop() else { return };
        item.title = item.title.map(|title| title.trim().to_owned()).filter(|t| !t.is_empty());
        if item.page.is_none() && item.items.is_empty() {
            return;
        }
        let above = self.open.last_mut().or(self.part.as_mut());
        above.map_or(&mut self.items, |above| &mut above.items).push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(items: &[Item], depth: usize) -> String {
        let line = |item: &Item| {
            let title = item.title.as_deref().unwrap_or("");
            let page = item.page.as_deref().unwrap_or("-");
            format!("{}{title}: {page}\n{}", "  ".repeat(depth), shown(&item.items, depth + 1))
        };
        items.iter().map(line).collect()
    }

    #[test]
    fn everything_that_real_ones_contain() {
        let text = "# Summary\n\n[Preface](./README.md)\n\n# First *part*\n\n- [One `x`](a/one.md)\n\t- [Two](a%20b/two.md#x)\n\
                    \t\t- [Deep](deep.md)\n- [Draft]()\n- Group\n  * [In](in.md)\n\n---\n\n1. [Three](three.md)\n\n## Second\n\n\
                    * [Out](https://a.org)\n* [Four](four.md)\n\n[After](after.md)\n";
        assert_eq!(
            shown(&parse("SUMMARY.md", text), 0),
            "Preface: README.md\nFirst part: -\n  One x: a/one.md\n    Two: a b/two.md\n      Deep: deep.md\n  Group: -\n    \
             In: in.md\n  Three: three.md\nSecond: -\n  Four: four.md\nAfter: after.md\n"
        );
    }

    #[test]
    fn an_essay_of_that_name_is_no_contents() {
        assert!(
            parse("SUMMARY.md", "# Summary\n\nIn short, see [this](a.md).\n\n- point\n").is_empty()
        );
    }
}
