//! What handbooks in MkDocs take from Python-Markdown's extensions besides: keys (`++ctrl+c++`), words put in
//! (`^^new^^`), icons by name (`:material-home:`), and abbreviations, whose definitions are not for readers.

use super::{Found, Text};

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    for line in text.lines() {
        if line.text.starts_with("*[") && line.text.contains("]: ") && !text.is_code(line.start) {
            found.edit(line.span(), "");
        }
    }
    pairs(text, "++", found, |inside| {
        let is_keys = inside.split('+').all(|key| {
            !key.is_empty()
                && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '"' | '_'))
        });
        let keys: Vec<_> =
            inside.split('+').map(|key| format!("<kbd>{}</kbd>", key.trim_matches('"'))).collect();
        is_keys.then(|| keys.join("+"))
    });
    pairs(text, "^^", found, |inside| {
        let is_words = !inside.starts_with(' ') && !inside.ends_with(' ') && !inside.is_empty();
        is_words.then(|| format!("<ins>{inside}</ins>"))
    });
    icons(text, found);
}

/// Writes what stands between two of `sign` on a line differently.
fn pairs(text: &Text<'_>, sign: &str, found: &mut Found, with: impl Fn(&str) -> Option<String>) {
    for line in text.lines().filter(|line| line.text.contains(sign)) {
        let mut from = 0;
        while let Some(start) = line.text[from..].find(sign).map(|at| from + at) {
            let inside = start + sign.len();
            let Some(length) = line.text[inside..].find(sign) else { break };
            let written = with(&line.text[inside..inside + length]);
            match written.filter(|_| !text.is_code(line.start + start)) {
                Some(written) => {
                    from = inside + length + sign.len();
                    found.edit(line.start + start..line.start + from, written);
                }
                None => from = inside,
            }
        }
    }
}

/// The sets of icons that Material for MkDocs has.
const ICONS: &[&str] = &[":material-", ":fontawesome-", ":octicons-", ":simple-"];

/// The name of an icon is no word.
fn icons(text: &Text<'_>, found: &mut Found) {
    for set in ICONS {
        for at in text.matches(set) {
            let name = &text.text[at + 1..];
            let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(0);
            if end > 0 && name[end..].starts_with(':') {
                found.edit(at..at + end + 2, "");
            }
        }
    }
}
