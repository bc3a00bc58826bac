//! `==words==` are marked, as with a pen: Obsidian, and MkDocs with pymdownx.

use super::{Found, Text};

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let bytes = text.text.as_bytes();
    let mut open: Option<usize> = None;
    let mut last = 0;
    for at in text.matches("==") {
        let byte = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b'\n');
        let (before, after) = (byte(at.checked_sub(1)), byte(Some(at + 2)));
        // Longer runs underline a heading.
        if before == b'=' || after == b'=' {
            continue;
        }
        // A mark does not reach over an empty line.
        if text.text[last..at].contains("\n\n") {
            open = None;
        }
        last = at;
        let space = |byte: u8| byte.is_ascii_whitespace();
        match open {
            Some(start) if !space(before) => {
                found.edit(start..start + 2, "<mark>");
                found.edit(at..at + 2, "</mark>");
                open = None;
            }
            _ if !space(after) && !before.is_ascii_alphanumeric() => open = Some(at),
            _ => {}
        }
    }
}
