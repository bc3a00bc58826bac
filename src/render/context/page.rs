//! What the template of a page sees of the page itself.

use tera::Value;

use super::{Shared, maybe, maybe_url, number, object, text, url};
use crate::book::{EssayId, Kind, Url};
use crate::essay::front_matter::Stamp;
use crate::essay::{Essay, Heading};
use crate::render::body::escape;
use crate::render::seen::{Facts, Held, Seen};

impl Shared {
    /// What a page says of itself that others have a say in.
    pub(super) fn around(&self, facts: &Facts) -> [(&'static str, Held); 10] {
        let book = &*self.book;
        let (previous, next) = facts.essay.map_or((None, None), |id| book.neighbours(id));
        let refs = |of: &[Vec<EssayId>]| {
            Held::Essays(facts.essay.map_or_else(Vec::new, |id| of[id.0].clone()))
        };
        let neighbour = |id: Option<EssayId>| id.map_or_else(Held::none, Held::Essay);
        [
            ("kind", text(facts.kind).into()),
            ("content", Value::safe_string("").into()),
            ("previous", neighbour(previous)),
            ("next", neighbour(next)),
            ("breadcrumbs", facts.breadcrumbs.clone().into()),
            ("backlinks", refs(&book.backlinks)),
            ("related", refs(&book.related)),
            ("feed_url", maybe_url(facts.feed.as_ref()).into()),
            ("card", Held::none()),
            ("json_ld", Held::none()),
        ]
    }

    /// Shows the rest of what an essay's page says of itself, but for its text. It follows from the essay itself, for
    /// which [`Essay::print`] stands, from how lists show it, and from [`Shared::ways`]: a page that is only asked what
    /// it is made from need not have it.
    pub fn complete(&self, seen: &mut Seen, id: EssayId) {
        self.rest(seen, Some(id), "", self.book.title_of(id), self.book.url(id));
    }

    /// Shows the rest of what a page of this kind says of itself.
    pub(super) fn rest(
        &self,
        seen: &mut Seen,
        id: Option<EssayId>,
        kind: &str,
        title: &str,
        address: &Url,
    ) {
        let book = &*self.book;
        let essay = id.map(|id| book.essay(id));
        let has_diagram = match essay {
            Some(essay) => essay.has_diagram,
            None => kind == "print" && book.essays.iter().any(|essay| essay.has_diagram),
        };
        let terms = |kind: Kind| {
            id.map_or_else(|| Vec::<Value>::new().into(), |id| self.terms_of(kind, id))
        };
        let copy = id.filter(|_| book.config.handbook.markdown);
        seen.extend_page([
            ("title", text(title)),
            ("heading", Value::safe_string(&escape(title))),
            ("url", url(address)),
            ("permalink", if kind == "404" { Value::none() } else { self.permalink(address) }),
            (
                "scripts",
                if has_diagram { self.diagrams.clone() } else { Vec::<Value>::new().into() },
            ),
            ("authors", terms(Kind::Authors)),
            ("tags", terms(Kind::Tags)),
            ("edit_url", maybe(essay.and_then(|essay| self.edit_url(essay)))),
            ("source", maybe(essay.map(|essay| &essay.shown))),
            ("reading_time_text", self.reading_time_text(essay.map_or(0, Essay::reading_time))),
            ("language", text(book.config.language())),
            ("markdown_url", maybe_url(copy.map(|id| book.copy_url(id)).as_ref())),
        ]);
        seen.extend_page(own_values(essay));
    }

    /// What of the configuration decides what an essay's page says of itself.
    pub(super) fn ways(&self) -> Value {
        let config = &self.book.config;
        vec![
            maybe(config.output.html.edit_url_template.as_ref()),
            text(config.language()),
            config.handbook.markdown.into(),
            self.diagrams.clone(),
        ]
        .into()
    }

    fn edit_url(&self, essay: &Essay) -> Option<String> {
        let template = self.book.config.output.html.edit_url_template.as_deref()?;
        Some(template.replace("{path}", &Url::file(&essay.shown).encoded()))
    }
}

/// What a page says of itself that follows from its essay alone.
fn own_values(essay: Option<&Essay>) -> [(&'static str, Value); 13] {
    let meta = essay.map(|essay| &essay.meta);
    let heading = essay.and_then(|essay| Some(&essay.outline[essay.hoisted?].id));
    let day = |stamp: Option<&Stamp>| maybe(stamp.map(Stamp::text));
    let slug = |essay: &Essay| essay.meta.slug.as_deref().unwrap_or(essay.source.stem()).to_owned();
    [
        ("heading_id", maybe(heading)),
        ("description", maybe(meta.and_then(|meta| meta.description.as_ref()))),
        ("summary", maybe(essay.and_then(|essay| essay.excerpt.as_ref()))),
        ("date", day(essay.and_then(|essay| essay.date.as_ref()))),
        ("updated", day(meta.and_then(|meta| meta.updated.as_ref()))),
        ("draft", meta.is_some_and(|meta| meta.draft).into()),
        ("toc", essay.map_or_else(|| Vec::<Value>::new().into(), toc)),
        ("word_count", number(essay.map_or(0, |essay| essay.words))),
        ("reading_time", number(essay.map_or(0, Essay::reading_time))),
        ("weight", meta.and_then(|meta| meta.weight).map_or_else(Value::none, Value::from)),
        ("slug", maybe(essay.map(slug))),
        ("aliases", meta.map(|meta| meta.aliases.clone()).unwrap_or_default().into()),
        ("extra", meta.map_or_else(|| object([]), |meta| Value::from_serializable(&meta.extra))),
    ]
}

/// The headings of a page, each with those below it.
fn toc(essay: &Essay) -> Value {
    if essay.meta.toc == Some(false) {
        return Vec::<Value>::new().into();
    }
    let headings: Vec<&Heading> = essay
        .outline
        .iter()
        .enumerate()
        .filter(|(i, heading)| essay.hoisted != Some(*i) && !heading.title.is_empty())
        .map(|(_, heading)| heading)
        .collect();
    toc_level(&headings)
}

fn toc_level(headings: &[&Heading]) -> Value {
    let mut items = Vec::new();
    let mut rest = headings;
    while let Some((first, after)) = rest.split_first() {
        let below = after.iter().take_while(|heading| heading.level > first.level).count();
        items.push(object([
            ("level", number(first.level.into())),
            ("id", text(&first.id)),
            ("title", text(&first.title)),
            ("children", toc_level(&after[..below])),
        ]));
        rest = &after[below..];
    }
    items.into()
}
