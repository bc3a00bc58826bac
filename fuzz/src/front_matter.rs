//! The lines at the top of a file, from its bytes.
//!
//! - Never a panic; every note can be shown.
//! - The body begins at the beginning of a line, and what comes before it is one block.
//! - What is kept of it is no more than what was written: no alias of YAML multiplies it.
//! - It can be written to the cache and is the same when it is read again.
//! - Windows' ends of line change nothing.

use sternpost::essay::front_matter::{self, Meta};

use super::{decoded, told};

pub fn holds(data: &[u8]) {
    let text = decoded(data);
    let (meta, body, notes) = front_matter::read("any.md", &text);
    told(&notes);
    assert!(text.is_char_boundary(body));
    assert!(body == 0 || text[..body].ends_with('\n') || body == text.len(), "{body}");
    let kept = kept(&meta);
    assert!(kept <= 16 * text.len() + 96 * 1024, "{kept} bytes of {} in {text:?}", text.len());

    let bytes = postcard::to_stdvec(&meta).unwrap();
    assert_eq!(postcard::from_bytes::<Meta>(&bytes).unwrap(), meta);

    // With the mark of byte order that such files have, of which one goes: what is a second one stays.
    let windows = decoded(format!("\u{feff}{}", text.replace('\n', "\r\n")).as_bytes());
    assert_eq!(front_matter::read("any.md", &windows), (meta, body, notes));
}

/// How many bytes are kept of it.
fn kept(meta: &Meta) -> usize {
    let Meta { title, description, slug, path, template, .. } = meta;
    let texts = [title, description, slug, path, template];
    let lists = [&meta.authors, &meta.tags, &meta.aliases];
    let stamps = [&meta.date, &meta.updated];
    texts.into_iter().flatten().map(String::len).sum::<usize>()
        + lists.into_iter().flatten().map(String::len).sum::<usize>()
        + stamps.into_iter().flatten().map(|stamp| stamp.text().len()).sum::<usize>()
        + serde_json::to_string(&meta.extra).unwrap().len()
}
