//! The text of a file, in the one form that the later steps know: UTF-8 without a byte order mark,
//! lines ending in `\n`, no control characters but tab.

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Noted, Place};
use crate::source::opening;

/// What stands for bytes and characters that cannot be shown (U+FFFD).
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Decodes the bytes of the file that messages call `shown`. Never fails: what is not UTF-8 is
/// replaced and reported once, with the line and byte of the first.
pub fn decode(shown: &str, bytes: Vec<u8>) -> Noted<String> {
    if let Some(text) = utf16(&bytes) {
        let note = Diagnostic::warning(Code::Encoding, "this file is in UTF-16, not in UTF-8")
            .at(Place::file(shown))
            .hint("it was read all the same; to be sure of it, save the file as UTF-8");
        return Noted { value: clean(text), notes: vec![note] };
    }
    let (text, invalid) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            (String::from_utf8_lossy(&bytes).into_owned(), Some((at, bytes[at])))
        }
    };
    let mut notes = Vec::new();
    if let Some((at, byte)) = invalid {
        let message = format!("this is not UTF-8: byte 0x{byte:02X} at offset {at}");
        notes.push(
            Diagnostic::warning(Code::Encoding, message)
                .at(Place::in_text(shown, &text, at..at + REPLACEMENT.len_utf8()))
                .hint("save the file as UTF-8; what could not be read shows as \u{fffd}"),
        );
    }
    if let Some(at) = may_be_illegal(&text).then(|| text.find(is_illegal)).flatten() {
        let number = text[at..].chars().next().map_or(0, u32::from);
        let what = if number == 0 { " (NUL)" } else { "" };
        let message = format!("this character cannot be shown: U+{number:04X}{what}");
        notes.push(
            Diagnostic::warning(Code::Encoding, message)
                .at(Place::in_text(shown, &text, at..at + 1))
                .hint("delete it; until then \u{fffd} stands for it, and for any more like it"),
        );
    }
    Noted { value: clean(text), notes }
}

/// The text of the file at `path`, without what there is to say of it; `None` where it cannot be read.
pub fn read(path: &Path) -> Option<String> {
    Some(decode("", opening::read_plain(path).ok()?).value)
}

/// The same, of a file that has to lie in the folder `root`.
pub fn read_inside(root: &Path, path: &Path) -> Option<String> {
    Some(decode("", opening::read(root, path).ok()?).value)
}

/// The text of a file in UTF-16, as some editors on Windows write it: it begins with a byte order mark, or every
/// second byte of its beginning is zero.
fn utf16(bytes: &[u8]) -> Option<String> {
    let start = &bytes[..bytes.len().min(64) & !1];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let is_every_second = |odd| start.len() >= 4 && zeros(odd) * 8 > start.len() * 3;
    let read: fn([u8; 2]) -> u16 = match start {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ if is_every_second(1) && zeros(0) == 0 => u16::from_le_bytes,
        _ if is_every_second(0) && zeros(1) == 0 => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes.chunks(2).map(|pair| read([pair[0], pair.get(1).copied().unwrap_or(0)]));
    Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(REPLACEMENT)).collect())
}

/// Control characters but those that lines, columns and pages are made with.
fn is_illegal(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t' | '\r' | '\u{b}' | '\u{c}')
}

/// Whether there may be such a character. Bytes are looked at much faster than characters; the second block of control
/// characters begins with the byte 0xC2 in UTF-8.
fn may_be_illegal(text: &str) -> bool {
    let look = |b: &u8| (*b < 0x20 && !matches!(b, b'\n' | b'\t')) || matches!(b, 0x7f | 0xc2);
    // Lots of a fixed length become a few instructions of the processor.
    text.as_bytes().chunks(64).any(|lot| lot.iter().fold(false, |found, byte| found | look(byte)))
}

fn clean(text: String) -> String {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let text = match memchr::memchr(b'\r', text.as_bytes()) {
        Some(_) => text.replace("\r\n", "\n").replace('\r', "\n"),
        None => text,
    };
    // Where a page or a line of a word processor ended.
    let text = match memchr::memchr2(0xb, 0xc, text.as_bytes()) {
        Some(_) => text.replace(['\u{b}', '\u{c}'], " "),
        None => text,
    };
    if may_be_illegal(&text) && text.contains(is_illegal) {
        text.chars().map(|c| if is_illegal(c) { REPLACEMENT } else { c }).collect()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_marks_and_control_characters() {
        let read = decode("a.md", b"\xEF\xBB\xBFone\r\ntwo\rthree\x00\x07\tfour".to_vec());
        assert_eq!(read.value, "one\ntwo\nthree\u{fffd}\u{fffd}\tfour");
        let told: Vec<_> = read.notes.iter().map(|note| note.message.as_str()).collect();
        assert_eq!(told, ["this character cannot be shown: U+0000 (NUL)"]);
        let line = read.notes[0].place.as_ref().map(|place| (place.line, place.column));
        assert_eq!(line, Some((2, 10)));
        assert!(decode("a.md", b"one\r\n\ttwo\r".to_vec()).notes.is_empty());
    }

    #[test]
    fn utf_16_is_read_and_told() {
        let text = "# Caf\u{e9}\r\nWords";
        let little =
            |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let marked = format!("\u{feff}{text}");
        for bytes in [little(text), big(text), little(&marked), big(&marked)] {
            let read = decode("a.md", bytes);
            assert_eq!(read.value, "# Caf\u{e9}\nWords");
            assert_eq!(read.notes.len(), 1);
        }
        assert!(decode("a.md", b"\xFF\xFEa".to_vec()).value.contains('a'));
        assert_eq!(decode("a.md", Vec::new()).value, "");
    }

    #[test]
    fn invalid_bytes_are_named_by_line_and_offset() {
        let read = decode("a.md", b"one\ncaf\xE9 au lait".to_vec());
        assert_eq!(read.value, "one\ncaf\u{fffd} au lait");
        let place = read.notes[0].place.as_ref().unwrap();
        assert_eq!((place.line, place.column), (2, 4));
        assert!(read.notes[0].message.contains("0xE9 at offset 7"));
    }
}
