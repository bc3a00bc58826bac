//! YAML, with an end to what it may become: by an alias a text of a few lines can say a long one any number of times,
//! and would be larger than any memory.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

/// How many bytes a text may become, whatever its length, and besides for each of its bytes.
const MOST: usize = 64 * 1024;
const MOST_OF_A_BYTE: usize = 8;

/// Reads YAML.
///
/// # Errors
/// When it is none, is not what is wanted, or says one thing too often.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_norway::Error> {
    if text.contains('&') && text.contains('*') {
        let left = Cell::new(MOST + MOST_OF_A_BYTE * text.len());
        Weight(&left).deserialize(serde_norway::Deserializer::from_str(text))?;
    }
    serde_norway::from_str(text)
}

/// Goes through a value and keeps nothing of it but how many bytes are left.
#[derive(Clone, Copy)]
struct Weight<'w>(&'w Cell<usize>);

impl Weight<'_> {
    fn add<E: Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.ok_or_else(|| E::custom("it repeats too much by aliases (`*name`)"))?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Weight<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Weight<'_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.add(1)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.add(8)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.add(8)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        self.add(16)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        self.add(16)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.add(8)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.add(1 + text.len())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.add(1)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        self.add(1)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while entries.next_key_seed(self)?.is_some() {
            entries.next_value_seed(self)?;
        }
        self.add(1)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let ((), value) = tagged.variant_seed(self)?;
        value.newtype_variant_seed(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_norway::Value;

    #[test]
    fn aliases_are_read_until_they_repeat_too_much() {
        let read = |text: &str| super::read::<Value>(text).map_err(|error| error.to_string());
        let few = read("a: &a [x, !y 1, 2.5, null]\nb: *a\nc: {<<: {d: *a}}\n").unwrap();
        assert_eq!(few["a"], few["b"]);
        let many = format!("a: &a {}\nb: [{}]\n", "x".repeat(20_000), "*a, ".repeat(5_000));
        assert!(read(&many).unwrap_err().contains("repeats too much"));
        let nested: String =
            (1..12).map(|n| format!("- &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)).collect();
        assert!(read(&format!("- &a0 {}\n{nested}", "x".repeat(500))).is_err());
        assert_eq!(
            read(&"*&".repeat(9)).is_err(),
            serde_norway::from_str::<Value>(&"*&".repeat(9)).is_err()
        );
    }
}
