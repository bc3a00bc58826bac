//! Atom feeds (RFC 4287), written by an XML writer so that no title can break them.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::book::{EssayId, Url};
use crate::diagnostic::Diagnostic;
use crate::essay::Date;
use crate::site::Site;
use crate::site::feed::{Matter, legal};

/// The feed as XML.
pub(super) fn write(site: &Site, matter: &Matter, url: &Url) -> Result<String, Diagnostic> {
    let Matter { title, page, essays } = matter;
    let root = site.book.config.site_url().unwrap_or_default();
    let mut feed = Feed { site, root, out: Writer::new_with_indent(Vec::new(), b' ', 1) };
    feed.whole(title, page, url, essays)?;
    Ok(String::from_utf8_lossy(&feed.out.into_inner()).into_owned() + "\n")
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

    fn whole(
        &mut self,
        title: &str,
        page: &Url,
        url: &Url,
        essays: &[EssayId],
    ) -> Result<(), Diagnostic> {
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
            self.entry(*id)?;
        }
        written(self.out.write_event(Event::End(end)));
        Ok(())
    }

    fn entry(&mut self, id: EssayId) -> Result<(), Diagnostic> {
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
        let html = self.site.body(id, &self.root, self.site.manner_of_feeds())?.html;
        self.element("content", &[("type", "html"), ("xml:base", &url)], Some(&html));
        written(self.out.write_event(Event::End(quick_xml::events::BytesEnd::new("entry"))));
        Ok(())
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
