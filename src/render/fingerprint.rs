//! What a page is made from, in 16 bytes: two pages with one fingerprint have the same bytes.

use foldhash::HashMap;
use serde::{Deserialize, Serialize};
use tera::{Map, Value};
use xxhash_rust::xxh3::xxh3_128;

/// The fingerprint of a page's template and of all that the template sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u8; 16]);

/// A fingerprint in the making. Each part is told apart from the next, so that `ab` and `c` are not
/// `a` and `bc`.
#[derive(Default)]
pub struct Printer<'p> {
    /// What was added. All of it is hashed at once: in many small portions that takes several times as long.
    added: Vec<u8>,
    known: Option<&'p Prints>,
}

/// The prints of values that many pages share, by where they stand in memory: they must outlive it.
#[derive(Debug, Default)]
pub struct Prints(HashMap<usize, Fingerprint>);

impl Prints {
    /// Takes the prints of `values`, in order: those that others are made of come first.
    pub fn learn<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) {
        for value in values {
            let learnt = self.of(value);
            self.0.extend(learnt);
        }
    }

    fn of(&self, value: &Value) -> Option<(usize, Fingerprint)> {
        let address = address(value)?;
        let mut printer = Printer::knowing(Some(self));
        printer.parts(value);
        Some((address, printer.finish()))
    }
}

/// Where a map or a list stands that others may hold too.
pub(super) fn address(value: &Value) -> Option<usize> {
    if let Some(map) = value.as_map() {
        return Some(std::ptr::from_ref(map).addr());
    }
    value.as_array().filter(|items| !items.is_empty()).map(|items| items.as_ptr().addr())
}

impl<'p> Printer<'p> {
    /// One that need not look into values whose prints are known.
    pub fn knowing(known: Option<&'p Prints>) -> Printer<'p> {
        // What most pages take.
        Printer { known, added: Vec::with_capacity(2_048) }
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) {
        self.bytes(b's', text.as_bytes());
    }

    /// Adds bytes, of the kind that `mark` names.
    pub fn bytes(&mut self, mark: u8, bytes: &[u8]) {
        let mut head = [mark; 9];
        head[1..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.added.extend_from_slice(&head);
        self.added.extend_from_slice(bytes);
    }

    /// Adds what another fingerprint stands for.
    pub fn print(&mut self, print: Fingerprint) {
        self.bytes(b'p', &print.0);
    }

    /// Adds a value with all that it holds. Of a map or a list that is its own print, known or not.
    pub fn value(&mut self, value: &Value) {
        let Some(address) = address(value) else { return self.parts(value) };
        let known = self.known.and_then(|known| known.0.get(&address).copied());
        let print = known.unwrap_or_else(|| {
            let start = self.added.len();
            self.parts(value);
            let print = Fingerprint::hash(&self.added[start..]);
            self.added.truncate(start);
            print
        });
        self.print(print);
    }

    fn parts(&mut self, value: &Value) {
        if let Some(text) = value.as_str() {
            self.bytes(if value.is_safe() { b'h' } else { b's' }, text.as_bytes());
        } else if let Some(items) = value.as_array() {
            self.bytes(b'a', &(items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| self.value(item));
        } else if let Some(map) = value.as_map() {
            self.map(map);
        } else if value.is_none() {
            self.bytes(b'n', &[]);
        } else if value.is_u64() {
            self.bytes(b'U', &value.as_u64().unwrap_or_default().to_le_bytes());
        } else {
            // Other numbers and truth values: few bytes, and their text says all.
            self.bytes(value.name().as_bytes()[0], value.to_string().as_bytes());
        }
    }

    /// Adds the keys and values of a map.
    pub fn map(&mut self, map: &Map) {
        self.bytes(b'm', &(map.len() as u64).to_le_bytes());
        for (key, value) in map {
            match key.as_str() {
                Some(key) => self.text(key),
                None => self.text(&key.to_string()),
            }
            self.value(value);
        }
    }

    /// The fingerprint of all that was added.
    pub fn finish(&self) -> Fingerprint {
        Fingerprint::hash(&self.added)
    }
}

impl Fingerprint {
    /// Of bytes as they are.
    pub fn of(bytes: &[u8]) -> Fingerprint {
        let mut printer = Printer::default();
        printer.bytes(b'b', bytes);
        printer.finish()
    }

    /// XXH3 is made for this: nobody gains by two pages of one print, and no two come by chance in 128 bits.
    fn hash(bytes: &[u8]) -> Fingerprint {
        Fingerprint(xxh3_128(bytes).to_le_bytes())
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(value: &Value) -> Fingerprint {
        let mut printer = Printer::default();
        printer.value(value);
        printer.finish()
    }

    #[test]
    fn what_is_known_beforehand_changes_no_print() {
        let small = Value::from(std::collections::BTreeMap::from([("a", 1_u64)]));
        let list: Value = vec![small.clone(), Value::none()].into();
        let large: Value = vec![list.clone(), small.clone()].into();
        let mut known = Prints::default();
        known.learn([&small, &list]);
        let mut printer = Printer::knowing(Some(&known));
        printer.value(&large);
        assert_eq!(printer.finish(), print(&large));
    }

    #[test]
    fn whatever_a_template_can_tell_apart_has_another_print() {
        let values: Vec<Value> = vec![
            Value::normal_string("a"),
            Value::safe_string("a"),
            Value::normal_string(""),
            Value::none(),
            Value::from(false),
            Value::from(0_u64),
            Value::from(0.5),
            Vec::<Value>::new().into(),
            vec![Value::from(1_u64), Value::from(2_u64)].into(),
            vec![Value::from(12_u64)].into(),
            vec![Value::normal_string("1"), Value::normal_string("2")].into(),
            Value::from(std::collections::BTreeMap::from([("a", 1_u64)])),
            Value::from(std::collections::BTreeMap::from([("b", 1_u64)])),
            vec![vec![Value::none()], vec![]].into(),
            vec![vec![], vec![Value::none()]].into(),
        ];
        for (i, one) in values.iter().enumerate() {
            assert_eq!(print(one), print(&one.clone()));
            for other in &values[i + 1..] {
                assert_ne!(print(one), print(other), "{one:?} {other:?}");
            }
        }
    }
}
