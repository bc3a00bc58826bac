//! How much there is to read, and how it begins.

/// Longest excerpt in characters; a longer one ends at a sentence or, failing that, at a word.
pub(super) const EXCERPT: usize = 280;

/// Words as a reader counts them: runs that hold a letter or number; a Chinese or Japanese
/// character is a word's half, so two make one (500 characters take as long as 250 words).
pub(super) fn count_words(text: &str) -> usize {
    if text.is_ascii() {
        return count_ascii_words(text.as_bytes());
    }
    let (mut words, mut ideographs, mut inside) = (0, 0, false);
    for c in text.chars() {
        if is_ideograph(c) {
            ideographs += 1;
            inside = false;
        } else if c.is_whitespace() {
            inside = false;
        } else if !inside && c.is_alphanumeric() {
            words += 1;
            inside = true;
        }
    }
    words + usize::div_ceil(ideographs, 2)
}

/// The same for ASCII, which most text is: eight bytes at once, each in a lane of a number.
///
/// What is no space is a lane of ones. Where something is added to a lane of a word, a carry runs through the ones
/// behind it into the space that ends the word, and there it is counted; a second letter of the word carries no more.
fn count_ascii_words(text: &[u8]) -> usize {
    let (eights, rest) = text.as_chunks();
    // Spaces end the last word too.
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    let (mut words, mut carry) = (0, false);
    for eight in eights.iter().chain([&last]) {
        let bytes = u64::from_le_bytes(*eight);
        let begin = of_lanes(bytes | lanes(0x20), b'a', b'z') | of_lanes(bytes, b'0', b'9');
        let end = (of_lanes(bytes, b'\t', b'\r') | of_lanes(bytes, b' ', b' ')) >> 7;
        let (sum, first) = (!(end * 0xff)).overflowing_add(begin);
        let (sum, second) = sum.overflowing_add(carry.into());
        carry = first || second;
        words += (sum & end).count_ones();
    }
    words as usize
}

/// The same byte in each lane.
const fn lanes(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// The highest bit of each lane that holds a byte of ASCII from `from` to `to`.
const fn of_lanes(bytes: u64, from: u8, to: u8) -> u64 {
    let at_least = bytes + lanes(0x80 - from);
    let more = bytes + lanes(0x7f - to);
    at_least & !more & lanes(0x80)
}

/// Han, Hiragana and Katakana, which are written without spaces.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// `text`, or as many of its whole sentences as fit; failing that, its first words and an ellipsis.
pub(super) fn cut_at_sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = text.char_indices().nth(EXCERPT) else { return text };
    let head = &text[..end];
    let sentence = head
        .char_indices()
        .filter(|(i, c)| match c {
            '.' | '!' | '?' | '…' => head[i + c.len_utf8()..].starts_with(' '),
            '。' | '！' | '？' => true,
            _ => false,
        })
        .map(|(i, c)| i + c.len_utf8())
        .next_back();
    match sentence {
        Some(end) => head[..end].to_owned(),
        None => format!(
            "{}…",
            head.rsplit_once(' ')
                .map_or(head, |(words, _)| words)
                .trim_end_matches([',', ';', ':'])
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_characters_are_counted_alike() {
        for text in [
            "",
            "one",
            " one  two\t3\n",
            "don't - stop",
            "a-b_c",
            "...",
            "e.g. U.S.",
            "\u{1}a\u{c}b\u{b}c",
            "a234567 b",
            "-234567a b",
            "-2345678-- ------- -------- --------------- x",
            "@AZ[`az{/09: @ [ ` { / :",
        ] {
            // A letter that is none of ASCII, in a word of its own, has it counted by characters.
            let as_characters = count_words(&format!("{text} \u{e9}")) - 1;
            assert_eq!(count_words(text), as_characters, "{text:?}");
        }
    }
}
