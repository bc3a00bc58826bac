//! `[TOC]`, `[[_TOC_]]`, `${toc}` alone in a paragraph, and kramdown's list with `{:toc}` below it, ask for
//! the page's contents at that place.

use super::{Found, Line, Text};
use crate::system::System;

/// The element that stands for the contents until the page is rendered.
pub const CONTENTS: &str = "<handbook-contents/>";

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let lines: Vec<Line<'_>> = text.lines().collect();
    let is_link = ["\n[TOC]:", "\n[toc]:"].iter().any(|definition| text.text.contains(definition));
    for (at, line) in lines.iter().enumerate() {
        let bare = line.text.trim();
        let begins = line.start + line.text.len() - line.text.trim_start().len();
        if bare.is_empty() || text.is_code(begins) {
            continue;
        }
        let before = at.checked_sub(1).map(|before| lines[before]);
        let alone = before.is_none_or(|before| before.text.trim().is_empty());
        if is_kramdown(bare) {
            // The item above is there only to be replaced.
            let from = before.filter(|before| is_item(before.text)).unwrap_or(*line).start;
            found.edit(from..line.span().end, format!("\n{CONTENTS}\n"));
        } else if alone && is_request(bare, text, is_link) {
            found.edit(line.span(), format!("{CONTENTS}\n"));
        }
    }
}

/// `is_link`: a definition of that name makes it one.
fn is_request(bare: &str, text: &Text<'_>, is_link: bool) -> bool {
    match bare {
        "[TOC]" | "[toc]" => !is_link,
        "[[_TOC_]]" | "${toc}" => true,
        "[[TOC]]" | "[[toc]]" => !text.systems.has(System::Obsidian),
        _ => false,
    }
}

fn is_kramdown(bare: &str) -> bool {
    bare.strip_prefix("{:")
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|inside| inside.split_whitespace().any(|word| word == "toc"))
}

fn is_item(line: &str) -> bool {
    let bare = line.trim_start();
    let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.starts_with(if rest.len() < bare.len() { ['.', ')', '.'] } else { ['-', '*', '+'] })
}
