//! The text of an essay on a page: its HTML, and what that is made from.

use crate::book::{Destination, EssayId, Moved, Resolved, Target};
use crate::diagnostic::Diagnostic;
use crate::render::body::{Body, Manner, body, escape};
use crate::render::fingerprint::Printer;
use crate::site::{Page, Site};

impl Site {
    /// How texts are written on pages.
    pub(super) fn manner(&self) -> Manner<'_> {
        let highlight = self.book.config.handbook.highlight;
        Manner { theme: &self.theme, highlight, lines: false }
    }

    /// How texts are written in feeds, whose readers have no style sheet that would know the classes of code.
    pub(super) fn manner_of_feeds(&self) -> Manner<'_> {
        Manner { highlight: false, ..self.manner() }
    }

    /// The text of an essay as HTML, its links led from a page whose way to the root is `root`.
    ///
    /// # Errors
    /// When the template of a block cannot be rendered.
    pub(super) fn body(
        &self,
        id: EssayId,
        root: &str,
        manner: Manner<'_>,
    ) -> Result<Body, Diagnostic> {
        let inside = |target: Target, suffix: &str| {
            Some(format!("{root}{}{suffix}", self.book.target_url(target)?.encoded()))
        };
        self.body_to(id, root, &inside, &|place| format!("#{place}"), manner)
    }

    /// The same, where `inside` says how a link leads to something on the site, and `on_page` to a heading
    /// of the essay itself.
    ///
    /// # Errors
    /// When the template of a block cannot be rendered.
    pub(super) fn body_to(
        &self,
        id: EssayId,
        root: &str,
        inside: &dyn Fn(Target, &str) -> Option<String>,
        on_page: &dyn Fn(&str) -> String,
        manner: Manner<'_>,
    ) -> Result<Body, Diagnostic> {
        let href = |number: usize| self.href(id, number, inside, on_page);
        let picture = |number: usize| match self.book.links[id.0].get(number)? {
            Resolved::Inside { target: Target::Asset(id), .. } => {
                self.pictures.shown(*id, root, &self.book)
            }
            _ => None,
        };
        let moved = self.book.redirects.places.get(&id).map_or(&[][..], Vec::as_slice);
        let stayed = |moved: &&Moved, here: &str| match &moved.to {
            Destination::Essay(page, to) => *page == id && to == here,
            Destination::Section(..) | Destination::Outside(_) => false,
        };
        let former_ids = |here: &str| {
            moved.iter().filter(|moved| stayed(moved, here)).map(|moved| moved.id.clone()).collect()
        };
        let mut body = body(self.book.essay(id), manner, &href, &picture, &former_ids)?;
        body.html.insert_str(0, &self.moved_away(id, moved, root));
        Ok(body)
    }

    /// The address of the link with a number in an essay, as [`Site::body_to`] is told of it; `None` for one that
    /// stays as it was written.
    pub(super) fn href(
        &self,
        id: EssayId,
        number: usize,
        inside: &dyn Fn(Target, &str) -> Option<String>,
        on_page: &dyn Fn(&str) -> String,
    ) -> Option<String> {
        match self.book.links[id.0].get(number)? {
            Resolved::AsWritten => None,
            Resolved::Refused => Some(String::new()),
            Resolved::Outside(address) => Some(address.clone()),
            Resolved::OnPage(id) => Some(on_page(id)),
            Resolved::Inside { target, suffix } => inside(*target, suffix),
        }
    }

    /// The text of `essay` as it stands on `page`, but with a comment before each block that holds the
    /// number of its line in the essay's file. Empty where the page cannot be made, which is told of the page.
    pub fn with_lines(&self, essay: EssayId, page: &Page) -> String {
        let manner = Manner { lines: true, ..self.manner() };
        self.body(essay, &page.url.root(), manner).unwrap_or_default().html
    }

    /// What a reader sees who follows an old link to a place that is on another page now. It shows only
    /// then, and needs no script.
    fn moved_away(&self, page: EssayId, moved: &[Moved], root: &str) -> String {
        let mut html = String::new();
        for Moved { id, to } in moved {
            let (href, title) = match to {
                Destination::Essay(to, _) if *to == page => continue,
                Destination::Essay(to, place) => {
                    let sign = if place.is_empty() { "" } else { "#" };
                    let url = self.book.url(*to).encoded();
                    (format!("{root}{url}{sign}{place}"), self.book.title_of(*to))
                }
                Destination::Section(to, place) => {
                    let sign = if place.is_empty() { "" } else { "#" };
                    let url = self.book.section_urls[to.0].encoded();
                    (format!("{root}{url}{sign}{place}"), &*self.book.tree.section(*to).title)
                }
                Destination::Outside(address) => (address.clone(), address.as_str()),
            };
            html.push_str(&format!(
                "<p class=\"moved\" id=\"{}\">This has moved to <a href=\"{}\">{}</a>.</p>\n",
                escape(id),
                escape(&href),
                escape(title)
            ));
        }
        html
    }

    /// Adds to `printer` all that [`Site::body`] makes the text from.
    pub(super) fn print_text(&self, id: EssayId, root: &str, printer: &mut Printer<'_>) {
        printer.bytes(b't', &self.book.essay(id).print());
        printer.text(root);
        printer.bytes(b'c', &[u8::from(self.book.config.handbook.highlight)]);
        for link in self.book.links[id.0].iter() {
            match link {
                Resolved::AsWritten => printer.bytes(b'w', &[]),
                Resolved::Refused => printer.bytes(b'r', &[]),
                Resolved::Outside(address) => printer.bytes(b'o', address.as_bytes()),
                Resolved::OnPage(id) => printer.bytes(b'#', id.as_bytes()),
                Resolved::Inside { target, suffix } => {
                    match self.book.target_url(*target) {
                        Some(url) => printer.bytes(b'i', url.as_str().as_bytes()),
                        None => printer.bytes(b'n', &[]),
                    }
                    printer.text(suffix);
                    if let Target::Asset(id) = target {
                        self.pictures.print(*id, &self.book, printer);
                    }
                }
            }
        }
        let moved = self.book.redirects.places.get(&id).map_or(&[][..], Vec::as_slice);
        printer.text(&self.moved_away(id, moved, root));
        for Moved { id, to } in moved {
            printer.text(id);
            printer.text(&format!("{to:?}"));
        }
    }
}
