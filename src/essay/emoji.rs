//! `:tada:` as the character that GitHub shows for it. Names without a character of their own, such as
//! `:octocat:`, stay text, and so do times such as `10:30:00`.

use std::borrow::Cow;

/// Longest name, in bytes.
const LONGEST: usize = 60;

/// `text` with characters for names.
///
/// ```
/// use sternpost::essay::emoji::with_emoji;
/// assert_eq!(with_emoji(":tada: at 10:30:00, a:tada:b, :nobody:"), "🎉 at 10:30:00, a:tada:b, :nobody:");
/// ```
pub fn with_emoji(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b':', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(start) = text[from..].find(':').map(|at| from + at) {
        from = start + 1;
        let name = text[from..].bytes().take(LONGEST).position(|b| b == b':');
        let Some(name) = name.map(|length| &text[from..from + length]) else { continue };
        let after = from + name.len() + 1;
        let apart = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == ':');
        let alone = apart(text[..start].chars().next_back()) && apart(text[after..].chars().next());
        let found = is_name(name).then(|| emojis::get_by_shortcode(name)).flatten();
        if let Some(emoji) = found.filter(|_| alone) {
            out.push_str(&text[done..start]);
            out.push_str(emoji.as_str());
            (done, from) = (after, after);
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-'))
}
