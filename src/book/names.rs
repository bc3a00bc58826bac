//! Names that every disk takes. A site is made on one system, and may be kept, copied or served on another: what one
//! of Linux, macOS and Windows does not take, no address has.
//!
//! The rules are those of Windows ("Naming Files, Paths, and Namespaces" in its documentation), which allow least,
//! and the length of a name in bytes on the others.

use std::borrow::Cow;

use crate::diagnostic::{Code, Diagnostic, Place, floor_char};

/// The longest name in bytes. Disks take 255; what is added to a name, such as a number or an ending, needs room.
const LONGEST: usize = 200;

/// The longest path in bytes, from the site's root. macOS takes 1,024 with all folders above.
const LONGEST_PATH: usize = 800;

/// Names of devices on Windows, whatever ending follows.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Characters that stand in no name on Windows, or would divide it.
fn is_illegal(c: char) -> bool {
    c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\' | '/')
}

/// Whether a name is that of a device.
fn is_device(name: &str) -> bool {
    let base = name.split('.').next().unwrap_or("").trim_end();
    let is_numbered = || {
        let mut letters = base.chars();
        let last = letters.next_back();
        let ports = ["com", "lpt"];
        last.is_some_and(|c| c.is_ascii_digit() || matches!(c, '\u{b9}' | '\u{b2}' | '\u{b3}'))
            && ports.iter().any(|port| letters.as_str().eq_ignore_ascii_case(port))
    };
    DEVICES.iter().any(|device| base.eq_ignore_ascii_case(device)) || is_numbered()
}

/// Why a name is not one that every disk takes.
fn fault(name: &str) -> Option<&'static str> {
    // No device has so long a name.
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if (8..=LONGEST).contains(&name.len()) && name.bytes().all(is_plain) {
        return None;
    }
    if name.contains(char::REPLACEMENT_CHARACTER) {
        return Some("it is not in UTF-8");
    }
    if name.contains(is_illegal) {
        return Some("no name on Windows holds < > : \" | ? * or a backslash");
    }
    if name.ends_with(['.', ' ']) {
        return Some("no name on Windows ends in a dot or a space");
    }
    if is_device(name) {
        return Some("on Windows it is a device");
    }
    (name.len() > LONGEST).then_some("it is too long for some disks")
}

/// A part of a path as every disk takes it: signs that none may hold become hyphens; those at its end fall
/// away, as dots and spaces do; the name of a device gets a hyphen, and of one that is too long the end is its hash.
pub(super) fn safe(part: &str) -> Cow<'_, str> {
    if fault(part).is_none() {
        return Cow::Borrowed(part);
    }
    let bare = part.trim_end_matches(|c| is_illegal(c) || matches!(c, '.' | ' '));
    let mut name: String = bare.chars().map(|c| if is_illegal(c) { '-' } else { c }).collect();
    if name.is_empty() {
        name.push('-');
    }
    if is_device(&name) {
        let end = name.find('.').unwrap_or(name.len());
        name.insert(end, '-');
    }
    if name.len() > LONGEST {
        let ending = name.rfind('.').filter(|at| name.len() - at <= 10);
        let ending = ending.map_or_else(String::new, |at| name[at..].to_owned());
        let start = floor_char(&name, LONGEST - ending.len() - 9);
        name = format!("{}-{}{ending}", name[..start].trim_end_matches(['.', ' ']), hash(part));
    }
    Cow::Owned(name)
}

/// A path that is not too long: of one that is, the end is its hash.
pub(super) fn short(path: String) -> String {
    if path.len() <= LONGEST_PATH {
        return path;
    }
    let start = floor_char(&path, LONGEST_PATH - 9);
    let end = path[..start].rfind('/').unwrap_or(start);
    let name = path.rsplit('/').next().unwrap_or("");
    let ending = name.rfind('.').filter(|at| name.len() - at <= 10);
    let ending = ending.map_or("", |at| &name[at..]);
    format!("{}/{}{ending}", &path[..end], hash(&path))
}

fn hash(name: &str) -> String {
    blake3::hash(name.as_bytes()).to_hex()[..8].to_owned()
}

/// What is said of the names in `paths` that addresses do not have as they are, each name once. With each path stands
/// how messages call its file; `hint` says what to do.
pub(super) fn strange<'p>(
    paths: impl Iterator<Item = (Cow<'p, str>, &'p str)>,
    hint: &str,
) -> Vec<Diagnostic> {
    let mut notes: Vec<Diagnostic> = Vec::new();
    let mut known = foldhash::HashSet::default();
    for (path, file) in paths {
        for part in path.split('/').filter(|part| !matches!(*part, "" | "." | "..")) {
            let Some(why) = fault(part) else { continue };
            if !known.insert(part.to_owned()) {
                continue;
            }
            let safe = safe(part);
            let message = if part.len() > LONGEST {
                format!("the name `{}` is cut short in addresses: {why}", shown(part))
            } else if safe == part {
                format!("the name `{}` cannot be read: {why}", shown(part))
            } else {
                format!("the name `{}` is `{safe}` in addresses: {why}", shown(part))
            };
            let note = Diagnostic::note(Code::BadAddress, message).at(Place::file(file));
            notes.push(note.hint(hint));
        }
        if path.len() > LONGEST_PATH {
            let message = format!("the path of {} is too long for some disks", shown(file));
            let note = Diagnostic::note(Code::BadAddress, message).at(Place::file(file));
            notes.push(
                note.hint(
                    "its address ends in a hash; fewer or shorter folders would not need one",
                ),
            );
        }
    }
    notes
}

/// A name as a message shows it.
fn shown(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_such_as_every_disk_takes() {
        for (name, safe_name) in [
            ("values", "values"),
            ("CON", "CON-"),
            ("con.txt", "con-.txt"),
            ("Aux .md", "Aux -.md"),
            ("com1", "com1-"),
            ("LPT\u{b9}", "LPT\u{b9}-"),
            ("com10", "com10"),
            ("console", "console"),
            ("why?", "why"),
            ("who?.png", "who-.png"),
            ("a:b*c|d", "a-b-c-d"),
            ("end. .", "end"),
            ("...", "-"),
            ("con.", "con-"),
            (".nojekyll", ".nojekyll"),
        ] {
            assert_eq!(safe(name), safe_name, "{name}");
        }
    }

    #[test]
    fn long_names_and_paths_are_cut_and_stay_different() {
        let long = |end: &str| "\u{e9}".repeat(150) + end;
        let [one, two] = ["1.png", "2.png"].map(|end| safe(&long(end)).into_owned());
        assert!(one.len() <= LONGEST && one.ends_with(".png") && one != two);
        let deep = |end: &str| short(format!("{}{end}", "folder/".repeat(200)));
        let (one, two) = (deep("1.png"), deep("2.png"));
        assert!(one.len() <= LONGEST_PATH + 10 && one.ends_with(".png") && one != two);
        // What was made safe is.
        for name in ["CON", "a?", "end. ", &long(""), "nul.", "...."] {
            assert_eq!(fault(&safe(name)), None, "{name}");
        }
    }
}
