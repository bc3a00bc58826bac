//! `{{#include file.rs:anchor}}` and the other helpers of mdBook 0.5 (its guide, "mdBook-specific
//! features"). They are used in code as well as in text, so this is the one recogniser that looks into
//! code. What is brought in may bring in more.

use std::ops::Range;

use super::{Found, Text, Volume};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourcePath;

/// How deep files may bring in others, as in mdBook.
const DEPTH: usize = 10;

/// A helper.
struct Helper<'t> {
    span: Range<usize>,
    name: &'t str,
    arguments: &'t str,
}

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    for helper in helpers(text.text) {
        let span = helper.span.clone();
        // A backslash shows the helper as it is written.
        if text.text[..span.start].ends_with('\\') {
            found.edit(span.start - 1..span.start, "");
            continue;
        }
        let mut files = Vec::new();
        match shown(text, text.file, &helper, 0, &mut files) {
            Ok(Some(shown)) => found.edit(span, shown),
            Ok(None) => {}
            Err(why) => found.note(
                span,
                Diagnostic::warning(Code::Include, why)
                    .hint("the path is relative to this file, and lies in this project"),
            ),
        }
        for file in files {
            found.made_from(file);
        }
    }
    hidden_lines(text, found);
}

fn helpers(text: &str) -> impl Iterator<Item = Helper<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find("{{#")?;
        let inside = start + 3;
        let end = inside + text[inside..].find("}}")?;
        from = end + 2;
        let (name, arguments) = text[inside..end]
            .trim()
            .split_once(char::is_whitespace)
            .unwrap_or((&text[inside..end], ""));
        Some(Helper { span: start..from, name, arguments: arguments.trim() })
    })
}

/// What is shown for a helper in the file `from`; `None` where it is none.
fn shown(
    text: &Text<'_>,
    from: &SourcePath,
    helper: &Helper<'_>,
    depth: usize,
    files: &mut Vec<String>,
) -> Result<Option<String>, String> {
    match helper.name {
        "include" | "rustdoc_include" => {
            let (path, part) = helper.arguments.split_once(':').unwrap_or((helper.arguments, ""));
            let volume = text.bring_in(from, path.trim())?;
            files.push(volume.path.clone());
            let passage = passage(&volume.text, part)
                .ok_or_else(|| format!("there is no `ANCHOR: {part}` in {}", volume.path))?;
            expanded(text, &volume, &passage, depth, files).map(Some)
        }
        "playground" => {
            let path = helper.arguments.split_whitespace().next().unwrap_or("");
            let volume = text.bring_in(from, path)?;
            files.push(volume.path.clone());
            let code = passage(&volume.text, "").unwrap_or_default();
            Ok(Some(format!("```rust\n{code}\n```\n")))
        }
        // The title of the browser's window, which is the essay's here.
        "title" => Ok(Some(String::new())),
        _ => Ok(None),
    }
}

/// A passage with what it brings in itself.
fn expanded(
    text: &Text<'_>,
    volume: &Volume,
    passage: &str,
    depth: usize,
    files: &mut Vec<String>,
) -> Result<String, String> {
    if depth >= DEPTH {
        return Err(format!("{} is brought in again by what it brings in", volume.path));
    }
    let mut out = String::with_capacity(passage.len());
    let mut done = 0;
    for helper in helpers(passage) {
        if passage[..helper.span.start].ends_with('\\') {
            out.push_str(&passage[done..helper.span.start - 1]);
            done = helper.span.start;
        } else if let Some(inner) = shown(text, &volume.source, &helper, depth + 1, files)? {
            out.push_str(&passage[done..helper.span.start]);
            out.push_str(&inner);
            done = helper.span.end;
        }
        if out.len() > LONGEST {
            return Err(format!("{} brings in too much", volume.path));
        }
    }
    out.push_str(&passage[done..]);
    Ok(out)
}

/// Longest text that one helper may come to, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;

/// The part of a file that is asked for: lines `from:to` counted from 1, what stands between the marks of
/// an anchor, or all; without the marks. `None` when there is no such anchor.
fn passage(text: &str, part: &str) -> Option<String> {
    let part = part.trim();
    let (first, last) =
        part.split_once(':').map_or((part, None), |(first, last)| (first, Some(last)));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(first) {
        return anchored(text, first);
    }
    // One number is one line; an open end goes to the end of the file.
    let from = first.parse::<usize>().unwrap_or(1).max(1);
    let to = match last {
        None if part.is_empty() => usize::MAX,
        None => from,
        Some(last) => last.parse().unwrap_or(usize::MAX),
    };
    let lines = text.lines().skip(from - 1).take(to.saturating_sub(from - 1));
    Some(lines.filter(|line| mark(line).is_none()).collect::<Vec<_>>().join("\n"))
}

fn anchored(text: &str, name: &str) -> Option<String> {
    let mut inside = false;
    let mut known = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        match mark(line) {
            Some((of, is_end)) if of == name => {
                inside = !is_end;
                known = true;
            }
            Some(_) => {}
            None if inside => lines.push(line),
            None => {}
        }
    }
    known.then(|| lines.join("\n"))
}

/// The name in `ANCHOR: name` or `ANCHOR_END: name`, and whether it is the latter.
fn mark(line: &str) -> Option<(&str, bool)> {
    let (_, rest) = line.split_once("ANCHOR")?;
    let (rest, is_end) = rest.strip_prefix("_END").map_or((rest, false), |rest| (rest, true));
    let rest = rest.strip_prefix(':')?.trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    let name = &rest[..end.unwrap_or(rest.len())];
    (!name.is_empty()).then_some((name, is_end))
}

/// Lines of Rust that begin with `# ` are there for the compiler; readers do not see them.
fn hidden_lines(text: &Text<'_>, found: &mut Found) {
    for block in text.code.iter().map(|code| (code.start, &text.text[code.clone()])) {
        let (start, code) = block;
        let info = code.trim_start_matches(['`', '~']);
        let language = info.lines().next().unwrap_or("").trim();
        if info.len() + 3 > code.len() || language.split([',', ' ']).next() != Some("rust") {
            continue;
        }
        let mut at = start;
        for line in code.split_inclusive('\n') {
            let bare = line.trim();
            let is_hidden = bare == "#" || bare.starts_with("# ");
            if at > start && is_hidden {
                found.edit(at..at + line.len(), "");
            } else if at > start && bare.starts_with("##") {
                let sign = at + line.find('#').unwrap_or(0);
                found.edit(sign..sign + 1, "");
            }
            at += line.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_are_lines_or_anchors() {
        let text = "one\n// ANCHOR: a\ntwo\n// ANCHOR: b\nthree\n// ANCHOR_END: a\nfour\n// ANCHOR_END: b\n";
        for (part, shown) in [
            ("", "one\ntwo\nthree\nfour"),
            ("a", "two\nthree"),
            ("b", "three\nfour"),
            ("1", "one"),
            ("1:3", "one\ntwo"),
            ("7:", "four"),
            (":1", "one"),
            ("99:", ""),
        ] {
            assert_eq!(passage(text, part).as_deref(), Some(shown), "{part}");
        }
        assert_eq!(passage(text, "c"), None);
    }
}
