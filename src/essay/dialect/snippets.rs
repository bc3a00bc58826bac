//! `--8<-- "file.md:section"`: MkDocs' snippets (pymdownx), in code as well as in text.

use super::{Found, Line, Text};
use crate::diagnostic::{Code, Diagnostic};

/// How many files one snippet may bring in through others.
const DEPTH: usize = 10;

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let mut in_block = false;
    for line in text.lines() {
        let bare = line.text.trim();
        let indent = &line.text[..line.text.len() - line.text.trim_start().len()];
        if bare == "--8<--" {
            in_block = !in_block;
            found.edit(line.span(), "");
        } else if in_block && !bare.is_empty() {
            bring_in(text, &line, bare.trim_matches('"'), indent, found);
        } else if let Some(path) = bare.strip_prefix("--8<-- ").and_then(quoted) {
            bring_in(text, &line, path, indent, found);
        } else if let Some(escaped) =
            bare.strip_prefix(';').filter(|rest| rest.starts_with("--8<--"))
        {
            found.edit(line.span(), format!("{indent}{escaped}"));
        }
    }
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim();
    let inside = text.strip_prefix('"')?.strip_suffix('"');
    inside.or_else(|| text.strip_prefix('\'')?.strip_suffix('\''))
}

fn bring_in(text: &Text<'_>, line: &Line<'_>, path: &str, indent: &str, found: &mut Found) {
    match passage(text, path, 0, found) {
        Ok(passage) => {
            let lines: Vec<_> = passage.lines().map(|line| format!("{indent}{line}")).collect();
            found.edit(line.span(), lines.join("\n"));
        }
        Err(why) => found.note(
            line.span(),
            Diagnostic::warning(Code::Include, why)
                .hint("the path is relative to this file or to the folder of mkdocs.yml"),
        ),
    }
}

/// The lines that `path` asks for: `file`, `file:section` or `file:from:to`.
fn passage(text: &Text<'_>, path: &str, depth: usize, found: &mut Found) -> Result<String, String> {
    let (file, part) = path.split_once(':').unwrap_or((path, ""));
    let volume = text.bring_in(text.file, file)?;
    found.made_from(&volume.path);
    let lines: Vec<&str> = volume.text.lines().collect();
    let chosen = match part.split_once(':') {
        _ if part.is_empty() => lines,
        Some((from, to)) => numbered(&lines, from, to),
        None if part.bytes().all(|b| b.is_ascii_digit()) => numbered(&lines, part, ""),
        None => section(&lines, part)
            .ok_or_else(|| format!("there is no section `{part}` in {}", volume.path))?,
    };
    let mut out = Vec::with_capacity(chosen.len());
    for line in chosen {
        match line.trim().strip_prefix("--8<-- ").and_then(quoted) {
            Some(_) if depth >= DEPTH => {
                return Err(format!("{} is brought in again by what it brings in", volume.path));
            }
            Some(inner) => out.push(passage(text, inner, depth + 1, found)?),
            None => out.push(line.to_owned()),
        }
    }
    Ok(out.join("\n"))
}

fn numbered<'l>(lines: &[&'l str], from: &str, to: &str) -> Vec<&'l str> {
    let from = from.parse::<usize>().unwrap_or(1).max(1);
    let to = to.parse::<usize>().unwrap_or(lines.len()).min(lines.len());
    lines.get(from - 1..to).unwrap_or(&[]).to_vec()
}

/// The lines between `--8<-- [start:name]` and `--8<-- [end:name]`, which stand in comments.
fn section<'l>(lines: &[&'l str], name: &str) -> Option<Vec<&'l str>> {
    let at = |word: &str| {
        let mark = format!("[{word}:{name}]");
        lines.iter().position(|line| line.contains("--8<--") && line.contains(&mark))
    };
    let from = at("start")? + 1;
    let to = at("end").filter(|to| *to >= from).unwrap_or(lines.len());
    Some(lines[from..to].iter().filter(|line| !line.contains("--8<-- [")).copied().collect())
}
