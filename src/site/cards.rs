//! The pictures that are shown where someone shares a page, for which pages there are some, and what `page.card`
//! says of them. Their addresses must be full ones, so there are none without `site-url`.

use tera::Value;

use crate::book::{Book, EssayId, SectionId, Url};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::render::card::{self, Card};
use crate::render::context::object;
use crate::render::drawing;
use crate::render::seen::Facts;
use crate::site::pictures::{Named, Pictures};
use crate::site::{Content, PageKind, Site};

/// What a page with a card is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// An essay.
    Essay(EssayId),
    /// A section that has no text of its own.
    Section(SectionId),
}

/// Whether cards are drawn for this book.
fn are_drawn(book: &Book) -> bool {
    drawing::IS_POSSIBLE && book.config.handbook.cards && book.config.site_url().is_some()
}

/// The address of the card of the page at `url`.
fn address(url: &Url) -> Url {
    let name = match url.bare() {
        "" => "index",
        bare => bare,
    };
    Url::file(&format!("cards/{name}.png"))
}

fn card_of(book: &Book, of: Of) -> Card {
    let home = book.tree.section(SectionId(0)).essay;
    let (title, people, is_home) = match of {
        Of::Essay(id) => (book.title_of(id), book.essay(id).meta.authors.clone(), home == Some(id)),
        Of::Section(id) => (book.tree.section(id).title.as_str(), Vec::new(), id == SectionId(0)),
    };
    let people = if people.is_empty() { &book.config.book.authors } else { &people };
    Card {
        title: title.to_owned(),
        book: if is_home { String::new() } else { book.title.clone() },
        authors: people.join(", "),
        accent: book.config.palette.accent_by_day().to_owned(),
    }
}

/// Whether a page with this card gets one, and not the picture that its essay names.
fn is_drawn(book: &Book, pictures: &Pictures, of: Of) -> bool {
    let names_one = matches!(of, Of::Essay(id) if pictures.named_by(id).is_some());
    !names_one && are_drawn(book) && card_of(book, of).can_be_drawn()
}

impl Site {
    /// All cards that are drawn, each with its address; and one note on those that cannot be.
    pub(super) fn cards(&mut self) -> Vec<(Url, PageKind)> {
        let book = &*self.book;
        if !book.config.handbook.cards {
            return Vec::new();
        }
        if !are_drawn(book) {
            let why = match drawing::IS_POSSIBLE {
                true => "they need the site's full address",
                false => "this program was built without the feature `cards`",
            };
            let note = Diagnostic::note(
                Code::LeftOut,
                format!("the pictures for those who share a page are left out: {why}"),
            );
            self.notes.push(note.hint("[output.html] site-url = \"https://...\" gives the address; `cards = false` ends this note"));
            return Vec::new();
        }
        let essays = book.tree.order.iter().map(|id| (book.url(*id), Of::Essay(*id)));
        let bare = |id: &SectionId| book.tree.section(*id).essay.is_none() && book.lists[id.0];
        let sections = book.tree.ids().filter(bare);
        let sections = sections.map(|id| (&book.section_urls[id.0], Of::Section(id)));
        let mut missing: Vec<Of> = Vec::new();
        let mut cards = Vec::new();
        for (url, of) in essays.chain(sections) {
            if is_drawn(book, &self.pictures, of) {
                cards.push((address(url), PageKind::Card(of)));
            } else if !card_of(book, of).can_be_drawn() {
                missing.push(of);
            }
        }
        self.notes.extend(cannot_be_drawn(book, &missing));
        cards
    }

    /// What `page.card` says of the page.
    pub(super) fn card(&self, facts: &Facts) -> Option<Value> {
        let book = &*self.book;
        let site = book.config.site_url()?;
        let of = match (facts.kind, facts.essay, facts.section) {
            ("home" | "section" | "essay", Some(id), _) => Of::Essay(id),
            ("home" | "section", None, Some(id)) => Of::Section(id),
            _ => return None,
        };
        let named = facts.essay.and_then(|id| self.pictures.named_by(id));
        let (url, size) = match named {
            Some(Named::Outside(address)) => (address.clone(), None),
            Some(Named::Asset(id)) => {
                let url = book.assets[id.0].url.as_ref()?;
                (format!("{site}{}", url.encoded()), self.pictures.size(*id))
            }
            None if is_drawn(book, &self.pictures, of) => (
                format!("{site}{}", address(&facts.url).encoded()),
                Some((card::WIDTH, card::HEIGHT)),
            ),
            None => return None,
        };
        let number = |number: Option<u32>| number.map_or_else(Value::none, |n| u64::from(n).into());
        Some(object([
            ("url", Value::normal_string(&url)),
            ("width", number(size.map(|(width, _)| width))),
            ("height", number(size.map(|(_, height)| height))),
            ("alt", Value::normal_string(&facts.title)),
        ]))
    }

    /// What the template of a card sees.
    pub(super) fn card_seen(&self, of: Of) -> crate::render::seen::Seen {
        card_of(&self.book, of).seen()
    }

    /// Draws a card, once for the same drawing.
    ///
    /// # Errors
    /// When its template is wrong.
    pub(super) fn draw_card(&self, seen: crate::render::seen::Seen) -> Result<Content, Diagnostic> {
        let svg = self.theme.render(card::TEMPLATE, seen, &self.shared)?;
        let svg = String::from_utf8_lossy(&svg);
        let name = format!("card-{}", &blake3::hash(svg.as_bytes()).to_hex()[..32]);
        if let Some(bytes) = self.store.as_ref().and_then(|store| store.read(&name)) {
            return Ok(Content::Bytes(bytes));
        }
        let bytes = drawing::png(&svg, card::WIDTH, card::HEIGHT).map_err(|why| {
            let message = format!("`{}` gives no picture: {why}", card::TEMPLATE);
            Diagnostic::error(Code::Template, message)
        })?;
        if let Some(store) = &self.store {
            store.write(&name, &bytes);
        }
        Ok(Content::Bytes(bytes))
    }
}

/// One note for all pages whose titles the font cannot write.
fn cannot_be_drawn(book: &Book, missing: &[Of]) -> Option<Diagnostic> {
    let first = missing.first()?;
    let title = card_of(book, *first).title;
    let message = match missing.len() {
        1 => format!("the page “{title}” gets no picture for those who share it"),
        count => {
            format!("{count} pages get no picture for those who share them, the first is “{title}”")
        }
    };
    let note = Diagnostic::note(Code::Picture, message).hint(
        "the font for these pictures has the letters of Latin, Greek and Cyrillic only; a picture of your own: \
         image = \"picture.png\" in the front matter",
    );
    Some(match first {
        Of::Essay(id) => note.at(Place::file(&book.essay(*id).shown)),
        Of::Section(_) => note,
    })
}
