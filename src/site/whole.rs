//! The whole book on one page, for printing and for reading offline.
//!
//! Each essay and section is a chapter with an id of its own: the address of its page, without what only
//! servers need. Whatever else has an id gets the chapter's before it, so that no two are alike, and links
//! to other essays lead to their chapters.

use foldhash::HashSet;
use lol_html::html_content::Element;
use lol_html::{RewriteStrSettings, element, rewrite_str};
use percent_encoding::percent_decode_str;
use tera::Value;

use crate::book::urls::escaped;
use crate::book::{Book, Entry, EssayId, SectionId, Target, Url};
use crate::diagnostic::Diagnostic;
use crate::render::context::object;
use crate::render::fingerprint::Printer;
use crate::site::Site;

/// Between a chapter's id and that of something in it. No heading's id holds one.
const WITHIN: &str = ":";

/// The chapter of the home page, whose address is empty.
const HOME: &str = ":home";

/// The main part of each page.
const TOP: &str = ":main";

/// What links to chapters begin with until their text is one of a chapter.
const LED: &str = "chapter:";

/// One chapter, without its text.
struct Chapter<'b> {
    id: String,
    title: &'b str,
    /// 1 for the entries of the home page, more for what stands in those.
    level: usize,
    url: &'b Url,
    essay: Option<EssayId>,
}

/// All chapters in reading order; the home page, if it has a text, is the first.
fn chapters(book: &Book) -> Vec<Chapter<'_>> {
    let mut found = Vec::new();
    let home = book.tree.section(SectionId(0)).essay;
    found.extend(home.map(|essay| Chapter {
        id: id_of(book.url(essay)),
        title: book.title_of(essay),
        level: 1,
        url: book.url(essay),
        essay: Some(essay),
    }));
    below(book, SectionId(0), 1, &mut found);
    found
}

fn below<'b>(book: &'b Book, section: SectionId, level: usize, found: &mut Vec<Chapter<'b>>) {
    for entry in &book.tree.section(section).entries {
        let (title, url, essay) = match entry {
            Entry::Essay(essay) => (book.title_of(*essay), book.url(*essay), Some(*essay)),
            Entry::Section(id) => {
                let section = book.tree.section(*id);
                (&*section.title, &book.section_urls[id.0], section.essay)
            }
        };
        found.push(Chapter { id: id_of(url), title, level, url, essay });
        if let Entry::Section(id) = entry {
            below(book, *id, level + 1, found);
        }
    }
}

/// The id of the chapter that a page becomes. An id holds no white space (HTML, section 3.2.6).
fn id_of(url: &Url) -> String {
    match url.bare() {
        "" => HOME.to_owned(),
        bare => bare.replace(char::is_whitespace, "%20"),
    }
}

impl Site {
    /// What the template sees of the chapters, their texts included. `root` leads from the page to the top.
    ///
    /// # Errors
    /// When the template of a block cannot be rendered.
    pub(super) fn chapters(&self, root: &str) -> Result<Value, Diagnostic> {
        use rayon::prelude::*;
        let chapters = chapters(&self.book);
        let texts = chapters.par_iter().map(|chapter| self.chapter_text(chapter, root));
        let texts = texts.collect::<Result<Vec<String>, Diagnostic>>()?;
        let mut ids: HashSet<&str> = texts.iter().flat_map(|text| values(text, " id=\"")).collect();
        ids.extend(chapters.iter().map(|chapter| chapter.id.as_str()));
        let seen = |(chapter, text): (&Chapter<'_>, &String)| {
            let essay = chapter.essay.map(|id| self.book.essay(id));
            let description = essay.and_then(|essay| essay.meta.description.as_deref());
            object([
                ("id", Value::normal_string(&chapter.id)),
                ("title", Value::normal_string(chapter.title)),
                ("level", Value::from(chapter.level as u64)),
                ("url", Value::normal_string(&chapter.url.encoded())),
                ("description", description.map_or_else(Value::none, Value::normal_string)),
                ("content", Value::safe_string(&with_ends(text, &ids))),
            ])
        };
        let all: Vec<Value> = chapters.par_iter().zip(&texts).map(seen).collect();
        Ok(all.into())
    }

    fn chapter_text(&self, chapter: &Chapter<'_>, root: &str) -> Result<String, Diagnostic> {
        let Some(essay) = chapter.essay else { return Ok(String::new()) };
        let inside = |target: Target, suffix: &str| {
            let url = self.book.target_url(target)?;
            if !matches!(target, Target::Essay(_) | Target::Section(_)) {
                return Some(format!("{root}{}{suffix}", url.encoded()));
            }
            let place = suffix.split_once('#').map_or("", |(_, place)| place);
            Some(led_to(&self.chapter_at(url), place))
        };
        let on_page = |place: &str| led_to(&chapter.id, place);
        let body = self.body_to(essay, root, &inside, &on_page, self.manner())?;
        Ok(as_chapter(&body.html, &chapter.id))
    }

    /// The id of the chapter that a page becomes. A home page without a text has none; the page itself begins
    /// with what it lists.
    fn chapter_at(&self, page: &Url) -> String {
        let is_listed = *page == self.book.section_urls[0]
            && self.book.tree.section(SectionId(0)).essay.is_none();
        if is_listed { TOP.to_owned() } else { id_of(page) }
    }

    /// Adds to `printer` all that the chapters are made from.
    pub(super) fn print_chapters(&self, root: &str, printer: &mut Printer<'_>) {
        for chapter in chapters(&self.book) {
            printer.text(&chapter.id);
            printer.text(chapter.title);
            printer.text(&chapter.level.to_string());
            if let Some(essay) = chapter.essay {
                self.print_text(essay, root, printer);
            }
        }
    }
}

/// What leads to a place in a chapter, before it is the text of one.
fn led_to(chapter: &str, place: &str) -> String {
    let chapter = escaped(chapter);
    match place {
        "" => format!("{LED}{chapter}"),
        place => format!("{LED}{chapter}{WITHIN}{place}"),
    }
}

/// The text of an essay as that of the chapter `chapter`: ids are the chapter's own, headings stand one level
/// lower, below the chapter's title, and pictures do not wait to be scrolled to.
fn as_chapter(html: &str, chapter: &str) -> String {
    let within = format!("{chapter}{WITHIN}");
    let id = |element: &mut Element<'_, '_>| {
        if let Some(id) = element.get_attribute("id") {
            element.set_attribute("id", &format!("{within}{id}"))?;
        }
        Ok(())
    };
    let led = |attribute: &'static str| {
        move |element: &mut Element<'_, '_>| {
            let address = element.get_attribute(attribute).unwrap_or_default();
            let led = match address.strip_prefix('#') {
                Some(place) => led_to(chapter, place),
                None => address,
            };
            if let Some(id) = led.strip_prefix(LED) {
                element.set_attribute(attribute, &format!("#{id}"))?;
            }
            Ok(())
        }
    };
    let named = |attribute: &'static str| {
        let within = within.clone();
        move |element: &mut Element<'_, '_>| {
            let ids = element.get_attribute(attribute).unwrap_or_default();
            let ids: Vec<String> =
                ids.split_whitespace().map(|id| format!("{within}{id}")).collect();
            element.set_attribute(attribute, &ids.join(" "))?;
            Ok(())
        }
    };
    let heading = |element: &mut Element<'_, '_>| {
        let level: u8 = element.tag_name()[1..].parse().unwrap_or(6);
        element.set_tag_name(&format!("h{}", (level + 1).min(6)))?;
        Ok(())
    };
    // A landmark of each chapter would be one among many of the same name.
    let landmark = |element: &mut Element<'_, '_>| {
        element.set_tag_name("div")?;
        element.remove_attribute("aria-label");
        Ok(())
    };
    let picture = |element: &mut Element<'_, '_>| {
        element.remove_attribute("loading");
        Ok(())
    };
    let settings = RewriteStrSettings::new()
        .with_strict(false)
        .append_element_content_handler(element!("[id]", id))
        .append_element_content_handler(element!("a[href], area[href]", led("href")))
        .append_element_content_handler(element!("[cite]", led("cite")))
        .append_element_content_handler(element!("label[for]", named("for")))
        .append_element_content_handler(element!("[aria-labelledby]", named("aria-labelledby")))
        .append_element_content_handler(element!("[aria-describedby]", named("aria-describedby")))
        .append_element_content_handler(element!("h1, h2, h3, h4, h5, h6", heading))
        .append_element_content_handler(element!("section.footnotes, nav.contents-here", landmark))
        .append_element_content_handler(element!("img", picture));
    // Without limits and with handlers that cannot fail, nothing can.
    rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned())
}

/// The values of an attribute, which `mark` begins, in HTML of ours.
fn values<'h>(html: &'h str, mark: &'h str) -> impl Iterator<Item = &'h str> {
    html.split(mark).skip(1).filter_map(|rest| rest.split('"').next())
}

/// The text of a chapter in which links to places that are not there lead to the chapters: the chapter's title
/// stands for the heading that it takes the place of, a browser knows `#top` without an id, and a place that is
/// missing was told where the link stands.
fn with_ends(html: &str, ids: &HashSet<&str>) -> String {
    const MARK: &str = "href=\"#";
    let mut parts = html.split(MARK);
    let mut written = String::with_capacity(html.len());
    written.push_str(parts.next().unwrap_or_default());
    for part in parts {
        written.push_str(MARK);
        let (place, rest) = part.split_once('"').unwrap_or((part, ""));
        let decoded = percent_decode_str(place).decode_utf8_lossy();
        let is_there = ids.contains(place) || ids.contains(&*decoded) || place == TOP;
        // The home page's own id begins with what stands between others and their places.
        let end =
            place.get(1..).and_then(|rest| rest.find(WITHIN)).map_or(place.len(), |at| at + 1);
        written.push_str(if is_there { place } else { &place[..end] });
        written.push('"');
        written.push_str(rest);
    }
    written
}
