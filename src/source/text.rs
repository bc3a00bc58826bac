//! The text of a file, in the one form that the later steps know: UTF-8 without a byte order mark,
//! lines ending in `\n`, no control characters but tab.

use crate::diagnostic::{Code, Diagnostic, Noted, Place};

/// What stands for bytes and characters that cannot be shown (U+FFFD).
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Decodes the bytes of the file that messages call `shown`. Never fails: what is not UTF-8 is
/// replaced and reported once, with the line and byte of the first.
pub fn decode(shown: &str, bytes: Vec<u8>) -> Noted<String> {
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
    Noted { value: clean(text), notes }
}

fn clean(text: String) -> String {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let text =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    let illegal = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    // Bytes are looked at much faster than characters. The second block of control characters begins
    // with this byte in UTF-8.
    let may_be = |b: &u8| (*b < 0x20 && !matches!(b, b'\n' | b'\t')) || matches!(b, 0x7f | 0xc2);
    if text.as_bytes().iter().any(may_be) && text.contains(illegal) {
        text.chars().map(|c| if illegal(c) { REPLACEMENT } else { c }).collect()
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
        assert!(read.notes.is_empty());
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
