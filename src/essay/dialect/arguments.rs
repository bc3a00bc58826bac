//! `{name="Ada" role='Captain' #id .class}`: the arguments of a block.

use super::callout::is_kind;

/// Arguments in braces.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments<'t> {
    /// Names and values in order; `#id` has the name `id`.
    pub(super) given: Vec<(&'t str, &'t str)>,
    /// What stands for itself: classes with their dots, and mere words.
    pub(super) words: Vec<&'t str>,
    /// What follows the closing brace.
    pub(super) rest: &'t str,
}

impl<'t> Arguments<'t> {
    /// Reads those that `text` begins with. `None` if that is not a brace, or the list is not closed or is
    /// no list.
    pub(super) fn read(text: &'t str) -> Option<Arguments<'t>> {
        let mut rest = text.strip_prefix('{')?;
        let mut read = Arguments::default();
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',', ';']);
            if let Some(after) = rest.strip_prefix('}') {
                return Some(Arguments { rest: after, ..read });
            }
            let end = rest.find([' ', '\t', ',', ';', '=', '}', '"', '\'', '{'])?;
            let (word, after) = rest.split_at(end);
            rest = after;
            match (word.strip_prefix('#'), after.strip_prefix('=')) {
                (Some(id), None) if !id.is_empty() => read.given.push(("id", id)),
                (None, Some(after)) if is_kind(word) => {
                    let (value, after) = value(after)?;
                    read.given.push((word, value));
                    rest = after;
                }
                (None, None) if !word.is_empty() => read.words.push(word),
                _ => return None,
            }
        }
    }

    /// The value with this name.
    pub(super) fn get(&self, name: &str) -> Option<&'t str> {
        self.given.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// The value that `text` begins with, in quotes or up to white space, and what follows.
fn value(text: &str) -> Option<(&str, &str)> {
    match text.chars().next()? {
        quote @ ('"' | '\'' | '“') => {
            let end = if quote == '“' { '”' } else { quote };
            text[quote.len_utf8()..].split_once(end)
        }
        _ => {
            let end = text.find([' ', '\t', '}'])?;
            (end > 0).then(|| text.split_at(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_all_forms() {
        let read = Arguments::read("{.wide #me name=\"A {b}\" role='C \"d\"' n=1 open} x").unwrap();
        assert_eq!(read.given, [("id", "me"), ("name", "A {b}"), ("role", "C \"d\""), ("n", "1")]);
        assert_eq!((read.words, read.rest), (vec![".wide", "open"], " x"));
        for wrong in ["{a=\"b}", "{a", "{a=}", "{=b}", "{\"a\"}", "x", "{a b{c}}", "{a=b"] {
            assert_eq!(Arguments::read(wrong), None, "{wrong}");
        }
    }
}
