//! How much there is to read, and how it begins.

/// Longest excerpt in characters; a longer one ends at a sentence or, failing that, at a word.
pub(super) const EXCERPT: usize = 280;

/// What begins a word.
const BEGINS: u8 = 1;

/// What ends one.
const ENDS: u8 = BEGINS << 1;

/// What each byte of ASCII does to words.
const KINDS: [u8; 128] = {
    let mut kinds = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        let of = byte as u8;
        kinds[byte] = if of.is_ascii_alphanumeric() {
            BEGINS
        } else if of.is_ascii_whitespace() {
            ENDS
        } else {
            0
        };
        byte += 1;
    }
    kinds
};

/// Words as a reader counts them: runs that hold a letter or number; a Chinese or Japanese
/// character is a word's half, so two make one (500 characters take as long as 250 words).
pub(super) fn count_words(text: &str) -> usize {
    if text.is_ascii() {
        // Most text, and bytes are counted several times as fast.
        let (mut words, mut inside) = (0, 0);
        for byte in text.bytes() {
            let kind = KINDS[usize::from(byte & 0x7f)];
            words += usize::from(kind & !inside & BEGINS);
            // The sign that ends a word stands above the one that begins one.
            inside = (inside | kind) & !(kind >> 1) & BEGINS;
        }
        return words;
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
            "\u{1}a\u{c}b",
        ] {
            // A letter that is none of ASCII, in a word of its own, has it counted by characters.
            let as_characters = count_words(&format!("{text} \u{e9}")) - 1;
            assert_eq!(count_words(text), as_characters, "{text:?}");
        }
    }
}
