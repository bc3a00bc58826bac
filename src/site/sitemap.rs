//! `sitemap.xml` (sitemaps.org, protocol 0.9) and `robots.txt`.

use quick_xml::Writer;
use quick_xml::events::BytesText;

use crate::book::{EssayId, Url};
use crate::site::feed::legal;
use crate::site::{Page, PageKind, Site};

/// Most addresses that one file may hold.
const LOT: usize = 50_000;

/// The files that hold the addresses: one, or an index and as many as it takes.
pub fn files(site: &Site) -> Vec<(Url, Option<usize>)> {
    let lots = listed(site).count().div_ceil(LOT);
    match lots {
        0 | 1 => vec![(Url::file("sitemap.xml"), Some(0))],
        lots => std::iter::once((Url::file("sitemap.xml"), None))
            .chain((0..lots).map(|lot| (lot_url(lot), Some(lot))))
            .collect(),
    }
}

fn lot_url(lot: usize) -> Url {
    Url::file(&format!("sitemap-{}.xml", lot + 1))
}

/// The pages that a search engine should know.
fn listed(site: &Site) -> impl Iterator<Item = &Page> {
    site.pages.iter().filter(|page| {
        matches!(
            page.kind,
            PageKind::Essay(_)
                | PageKind::Section(_)
                | PageKind::Terms(_)
                | PageKind::Term(_, _, 1)
        )
    })
}

/// The addresses of one lot, or with `None` the index of all lots.
pub fn write(site: &Site, lot: Option<usize>) -> String {
    let root = site.book.config.site_url().unwrap_or_default();
    let (outer, inner, items): (_, _, Vec<(String, Option<String>)>) = match lot {
        None => {
            let lots = listed(site).count().div_ceil(LOT);
            let items = (0..lots).map(|lot| (format!("{root}{}", lot_url(lot).encoded()), None));
            ("sitemapindex", "sitemap", items.collect())
        }
        Some(lot) => {
            let pages = listed(site).skip(lot * LOT).take(LOT);
            let items =
                pages.map(|page| (format!("{root}{}", page.url.encoded()), changed(site, page)));
            ("urlset", "url", items.collect())
        }
    };
    let mut out = Writer::new_with_indent(Vec::new(), b' ', 1);
    let written = out
        .create_element(outer)
        .with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"))
        .write_inner_content(|out| {
            for (address, changed) in &items {
                out.create_element(inner).write_inner_content(|out| {
                    out.create_element("loc")
                        .write_text_content(BytesText::new(&legal(address)))?;
                    if let Some(changed) = changed {
                        out.create_element("lastmod")
                            .write_text_content(BytesText::new(changed))?;
                    }
                    Ok(())
                })?;
            }
            Ok(())
        });
    debug_assert!(written.is_ok(), "writing to memory cannot fail");
    let xml = String::from_utf8_lossy(&out.into_inner()).into_owned();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{xml}\n")
}

/// The day on which a page last changed, by its front matter.
fn changed(site: &Site, page: &Page) -> Option<String> {
    let id: EssayId = match page.kind {
        PageKind::Essay(id) => id,
        PageKind::Section(id) => site.book.tree.section(id).essay?,
        _ => return None,
    };
    Some(site.book.essay(id).changed()?.rfc3339()[..10].to_owned())
}

/// Everything may be read; where the addresses stand.
pub fn robots(site: &Site) -> String {
    let mut text = "User-agent: *\nAllow: /\n".to_owned();
    if let Some(root) = site.book.config.site_url() {
        text.push_str(&format!("Sitemap: {root}sitemap.xml\n"));
    }
    text
}
