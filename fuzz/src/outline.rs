//! An essay from its bytes: the first byte says for which program it was written, the rest is the file.
//!
//! - Never a panic; every note can be shown.
//! - Every place is in the file, on whole characters.
//! - Headings have an id each, and no two that were made have the same.
//! - The pass that writes HTML asks for every link of the outline once and in order, and for no other.
//! - What is kept for lists is short, and words are no more than the text has letters.
//! - It can be written to the cache and is the same when it is read again.

use std::cell::RefCell;
use std::collections::HashSet;

use sternpost::essay::Essay;
use sternpost::essay::dialect::Empty;
use sternpost::render::body::body;
use sternpost::source::SourcePath;

use super::{decoded, dialect, markdown, told};

pub fn holds(data: &[u8]) {
    let (dialect, rest) = dialect(data);
    let text = decoded(rest);
    let length = text.len();
    let source = SourcePath::new("team/any.md");
    let essay = Essay::parse(source, "content/team/any.md".into(), text, dialect, &Empty);
    told(&essay.notes);
    let text = essay.text();
    assert!(essay.body <= length && text.is_char_boundary(essay.body));
    for span in
        essay.links.iter().map(|link| &link.span).chain(essay.outline.iter().map(|h| &h.span))
    {
        assert!(text.get(span.clone()).is_some(), "{span:?} in {text:?}");
        let place = essay.place(span.clone());
        assert!(place.line > 0 && place.line <= text.lines().count().max(1) + 1, "{place:?}");
    }
    let mut ids = HashSet::new();
    for heading in essay.outline.iter() {
        assert!(!heading.id.is_empty() && (1..=6).contains(&heading.level), "{heading:?}");
        assert!(ids.insert(&heading.id), "two headings have the id {:?} in {text:?}", heading.id);
    }
    assert!(essay.hoisted.is_none_or(|at| at < essay.outline.len()));
    assert!(essay.words <= essay.markdown().len());
    let told_by_author = essay.meta.description.is_some() || text.contains("more");
    let excerpt = essay.excerpt.as_deref().unwrap_or("");
    assert!(told_by_author || excerpt.chars().count() <= 1000, "{excerpt}");

    let asked = RefCell::new(Vec::new());
    let href = |number: usize| {
        asked.borrow_mut().push(number);
        None
    };
    body(&essay, markdown::manner(), &href, &|_| None, &|_| Vec::new()).unwrap();
    let mut asked = asked.into_inner();
    // Where a heading takes the place of the title, its links are written apart.
    asked.sort_unstable();
    let all: Vec<usize> = (0..essay.links.len()).collect();
    // The arguments of a block that is none are no text, and so its links are passed over.
    let is_part = asked.windows(2).all(|two| two[0] < two[1]) && asked.last() < Some(&all.len());
    let has_arguments = essay.markdown().contains("<block-arguments");
    assert!(asked == all || has_arguments && is_part, "{asked:?} of {all:?} in {text:?}");

    let bytes = postcard::to_stdvec(&essay).unwrap();
    let kept: Essay = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(postcard::to_stdvec(&kept).unwrap(), bytes);
    assert_eq!((&kept.meta, &kept.outline), (&essay.meta, &essay.outline));
}
