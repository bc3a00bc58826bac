//! Atom feeds (RFC 4287), written by an XML writer so that no title can break them.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::book::{Book, EssayId, Url};
use crate::essay::Date;
use crate::render::fingerprint::Printer;
use crate::site::{FeedOf, Site};

/// What a feed is of.
struct Matter {
    title: String,
    /// The page that it belongs to.
    page: Url,
    /// The newest first.
    essays: Vec<EssayId>,
}

impl Matter {
    fn of(book: &Book, of: FeedOf) -> Matter {
        let newest = |essays: &[EssayId]| book.newest(essays);
        match of {
            FeedOf::Book => Matter {
                title: book.title.clone(),
                page: book.section_urls[0].clone(),
                essays: newest(&book.tree.order),
            },
            FeedOf::Section(id) => Matter {
                title: format!("{} · {}", book.tree.section(id).title, book.title),
                page: book.section_urls[id.0].clone(),
                essays: newest(&book.essays_below(id)),
            },
            FeedOf::Term(kind, at) => {
                let taxonomy = book.taxonomy(kind);
                let term = &taxonomy.terms[at];
                Matter {
                    title: format!("{} · {}", term.name, book.title),
                    page: taxonomy.term_url(term, 1, book.config.url_style()),
                    essays: newest(&term.essays),
                }
            }
        }
    }
}

/// The feed as XML.
pub fn write(site: &Site, of: FeedOf, url: &Url) -> String {
    let book = &*site.book;
    let Matter { title, page, essays } = Matter::of(book, of);
    let root = book.config.site_url().unwrap_or_default();
    let mut feed = Feed { site, root, out: Writer::new_with_indent(Vec::new(), b' ', 1) };
    feed.whole(&title, &page, url, &essays);
    String::from_utf8_lossy(&feed.out.into_inner()).into_owned() + "\n"
}

/// Adds to `printer` all that [`write`] makes the feed from.
pub fn print(site: &Site, of: FeedOf, url: &Url, printer: &mut Printer<'_>) {
    let book = &*site.book;
    let Matter { title, page, essays } = Matter::of(book, of);
    let root = book.config.site_url().unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    for text in [&title, page.as_str(), url.as_str(), book.config.language(), &book.title, version]
    {
        printer.text(text);
    }
    printer.text(&format!("{:?}", book.config.book.authors));
    for id in essays {
        // What its front matter says is part of its text.
        printer.text(book.url(id).as_str());
        printer.text(book.title_of(id));
        site.print_text(id, &root, printer);
    }
}

struct Feed<'s> {
    site: &'s Site,
    root: String,
    out: Writer<Vec<u8>>,
}

/// Writing to memory cannot fail; what the writer returns for files is dropped here, once.
fn written<T>(_: std::io::Result<T>) {}

impl Feed<'_> {
    fn absolute(&self, url: &Url) -> String {
        format!("{}{}", self.root, url.encoded())
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], text: Option<&str>) {
        let mut element = self.out.create_element(name);
        for attribute in attributes {
            element = element.with_attribute(*attribute);
        }
        match text {
            Some(text) => written(element.write_text_content(BytesText::new(&legal(text)))),
            None => written(element.write_empty()),
        }
    }

    fn whole(&mut self, title: &str, page: &Url, url: &Url, essays: &[EssayId]) {
        let book = &*self.site.book;
        written(self.out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))));
        let mut start = quick_xml::events::BytesStart::new("feed");
        start.push_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
        start.push_attribute(("xml:lang", book.config.language()));
        let end = start.to_end().into_owned();
        written(self.out.write_event(Event::Start(start.clone())));
        let (link, own) = (self.absolute(page), self.absolute(url));
        self.element("id", &[], Some(&own));
        self.element("title", &[], Some(title));
        let updated = essays.iter().filter_map(|id| self.updated(*id)).max().unwrap_or_default();
        self.element("updated", &[], Some(&updated));
        self.element(
            "link",
            &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)],
            None,
        );
        self.element("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &link)], None);
        // RFC 4287, 4.1.1: a feed names an author unless each of its entries does.
        let authors = if book.config.book.authors.is_empty() {
            vec![book.title.clone()]
        } else {
            book.config.book.authors.clone()
        };
        self.authors(&authors);
        self.element("generator", &[("version", env!("CARGO_PKG_VERSION"))], Some("sternpost"));
        for id in essays {
            self.entry(*id);
        }
        written(self.out.write_event(Event::End(end)));
    }

    fn entry(&mut self, id: EssayId) {
        let book = &*self.site.book;
        let essay = book.essay(id);
        let url = self.absolute(self.site.book.url(id));
        written(self.out.write_event(Event::Start(quick_xml::events::BytesStart::new("entry"))));
        self.element("id", &[], Some(&url));
        self.element("title", &[], Some(book.title_of(id)));
        if let Some(date) = essay.written() {
            self.element("published", &[], Some(&date.rfc3339()));
        }
        self.element("updated", &[], Some(&self.updated(id).unwrap_or_default()));
        self.element("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &url)], None);
        self.authors(&essay.meta.authors);
        for tag in &essay.meta.tags {
            self.element("category", &[("term", &legal(tag))], None);
        }
        if let Some(summary) = &essay.excerpt {
            self.element("summary", &[], Some(summary));
        }
        let html = self.site.body(id, &self.root, false).html;
        self.element("content", &[("type", "html"), ("xml:base", &url)], Some(&html));
        written(self.out.write_event(Event::End(quick_xml::events::BytesEnd::new("entry"))));
    }

    fn authors(&mut self, authors: &[String]) {
        for author in authors {
            written(self.out.create_element("author").write_inner_content(|out| {
                out.create_element("name").write_text_content(BytesText::new(&legal(author)))?;
                Ok(())
            }));
        }
    }

    /// When an essay last changed, by its front matter.
    fn updated(&self, id: EssayId) -> Option<String> {
        self.site.book.essay(id).changed().map(Date::rfc3339)
    }
}

/// Text without the characters that XML 1.0 does not allow (section 2.2).
pub fn legal(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}
