//! Values of a kind that a key does not take, and keys in tables where nobody reads them, as an author is told of
//! them.

use toml::de::{DeTable, DeValue};

use crate::config::slip::{Told, quoted};
use crate::config::{below, handbook::HANDBOOK_KEYS};
use crate::diagnostic::{Code, Diagnostic, Place, nearest};

/// The tables at the top of the file: ours, and those of mdBook.
const TABLES: &[&str] =
    &["book", "build", "output", "handbook", "preview", "publish", "preprocessor", "rust"];

/// mdBook's keys (0.5, guide, "Configuration"), whether they mean something here or not.
pub(super) const BOOK_KEYS: &[&str] =
    &["title", "authors", "description", "src", "language", "text-direction", "multilingual"];
pub(super) const BUILD_KEYS: &[&str] =
    &["build-dir", "create-missing", "use-default-preprocessors", "extra-watch-dirs"];
pub(super) const HTML_KEYS: &[&str] = &[
    "theme",
    "default-theme",
    "preferred-dark-theme",
    "smart-punctuation",
    "curly-quotes",
    "definition-lists",
    "admonitions",
    "mathjax-support",
    "copy-fonts",
    "additional-css",
    "additional-js",
    "no-section-label",
    "git-repository-url",
    "git-repository-icon",
    "edit-url-template",
    "site-url",
    "cname",
    "input-404",
    "hash-files",
    "sidebar-header-nav",
    "google-analytics",
    "print",
    "fold",
    "search",
    "redirect",
    "playground",
    "playpen",
    "code",
    "livereload-url",
];

/// What is wrong with a value in `line` that the parser of values says `message` about.
pub fn explain(message: &str, line: &str) -> Told {
    if let Some(name) = line.trim().strip_prefix("[[") {
        let name = name.trim_end_matches(']');
        let what = format!("`{name}` is one table, and not a list of some");
        return (what, format!("type: [{name}]"));
    }
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    let (key, value) = (key.trim().trim_matches(['[', ']']), value.trim());
    if let Some(choice) = message.strip_prefix("unknown variant `") {
        let (given, rest) = choice.split_once('`').unwrap_or((choice, ""));
        let names: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        let hint = match nearest(given, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? the values are: {}", names.join(", ")),
            None => format!("the values are: {}", names.join(", ")),
        };
        return (format!("`{key}` cannot be `{given}`"), hint);
    }
    let words =
        message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let Some((found, expected)) = words.and_then(|words| words.rsplit_once(", expected ")) else {
        return (message.to_owned(), String::new());
    };
    let line = |value: String| format!("type: {key} = {value}");
    let found = match found {
        _ if found.starts_with("string") => "text",
        _ if found.contains("i128") => "a number with too many digits",
        _ if found.starts_with("integer") => "a number",
        _ if found.starts_with("floating") => "a number with a fraction",
        _ if found.starts_with("boolean") => "true or false",
        _ if found.starts_with("sequence") => "a list",
        _ => "a table",
    };
    let bare = value.trim_matches(['"', '\'']);
    let (expected, hint) = match expected {
        "a string" => ("text in quotation marks", line(quoted(value))),
        "a sequence" => ("a list", line(format!("[{}]", quoted(value)))),
        "a boolean" => (
            "true or false, without quotation marks",
            line(matches!(bare.to_lowercase().as_str(), "true" | "yes" | "on" | "1").to_string()),
        ),
        "usize" | "u64" | "u32" => {
            let number = bare.parse::<u32>().ok().filter(|_| found == "text");
            ("a whole number", line(number.unwrap_or(50).to_string()))
        }
        _ if expected.starts_with("struct") || expected.contains("map") => {
            let table = if key == "html" { "output.html" } else { key };
            ("a table", format!("type its name between brackets on a line of its own: [{table}]"))
        }
        other => (other, String::new()),
    };
    let expected = expected.trim_start_matches("expected ");
    if message.starts_with("invalid value") {
        return (format!("`{key}` cannot be {bare}: it is {expected}, 0 or more"), hint);
    }
    (format!("`{key}` should be {expected}, but is {found}"), hint)
}

/// Keys that nobody reads and that are most like one that somebody does. Others stay unsaid: they may be of an
/// mdBook of another version.
pub fn unread_keys(file: &str, text: &str, table: &DeTable<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut tell = |span: std::ops::Range<usize>, what: String, hint: String| {
        let note = Diagnostic::warning(Code::Config, what).at(Place::in_text(file, text, span));
        found.push(note.hint(hint));
    };
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        if TABLES.contains(&name) {
            continue;
        }
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            let home = home_of(name).unwrap_or("book");
            tell(
                key.span(),
                format!("`{name}` stands in no table, so nobody reads it"),
                format!("put it below a line that says [{home}]"),
            );
        } else if matches!(name, "html" | "search" | "print" | "fold") {
            let meant = if name == "html" {
                "output.html".to_owned()
            } else {
                format!("output.html.{name}")
            };
            tell(
                key.span(),
                format!("nobody reads the table `[{name}]`"),
                format!("did you mean `[{meant}]`?"),
            );
        } else if let Some(near) = nearest(name, TABLES.iter().copied()) {
            tell(
                key.span(),
                format!("nobody reads the table `[{name}]`"),
                format!("did you mean `[{near}]`?"),
            );
        }
    }
    let html = below(table, "output").and_then(|output| below(output, "html"));
    let tables = [
        (below(table, "book"), "book", BOOK_KEYS),
        (below(table, "build"), "build", BUILD_KEYS),
        (html, "output.html", HTML_KEYS),
    ];
    for (keys, table, known) in tables {
        for key in keys.into_iter().flat_map(|keys| keys.keys()) {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let what = format!("nobody reads the key `{name}` in `[{table}]`");
            if let Some(home) = home_of(name).filter(|home| *home != table) {
                tell(
                    key.span(),
                    what,
                    format!("it belongs in another table: put it below [{home}]"),
                );
            } else if let Some(near) = nearest(name, known.iter().copied()) {
                tell(key.span(), what, format!("did you mean `{near}`?"));
            }
        }
    }
    found
}

/// The table that a key of just this name belongs to.
pub(super) fn home_of(key: &str) -> Option<&'static str> {
    let homes = [
        ("book", BOOK_KEYS),
        ("build", BUILD_KEYS),
        ("handbook", HANDBOOK_KEYS),
        ("output.html", HTML_KEYS),
    ];
    homes.into_iter().find(|(_, keys)| keys.contains(&key)).map(|(home, _)| home)
}
