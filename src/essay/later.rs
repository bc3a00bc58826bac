//! Lists of which nobody looks at most. What is known of an essay is recalled from disk on every build; its headings
//! are needed where its page is made, and where a link leads to one of them.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// A list that is understood when it is first looked at.
#[derive(Clone)]
pub struct Later<T> {
    /// As it was written down; empty where it was not.
    bytes: Box<[u8]>,
    list: OnceLock<Vec<T>>,
}

impl<T> From<Vec<T>> for Later<T> {
    fn from(list: Vec<T>) -> Later<T> {
        Later { bytes: Box::default(), list: OnceLock::from(list) }
    }
}

impl<T: DeserializeOwned> Deref for Later<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // Bytes that came to harm are not recalled: those of the whole are checked.
        self.list.get_or_init(|| postcard::from_bytes(&self.bytes).unwrap_or_default())
    }
}

impl<T: Serialize> Serialize for Later<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.list.get().filter(|_| self.bytes.is_empty()) {
            Some(list) => {
                to.serialize_bytes(&postcard::to_stdvec(list).map_err(ser::Error::custom)?)
            }
            None => to.serialize_bytes(&self.bytes),
        }
    }
}

impl<'d, T> Deserialize<'d> for Later<T> {
    fn deserialize<D: Deserializer<'d>>(from: D) -> Result<Later<T>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Box<[u8]>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Box<[u8]>, E> {
                Ok(bytes.into())
            }
        }
        let bytes = from.deserialize_bytes(Bytes)?;
        Ok(Later { bytes, list: OnceLock::new() })
    }
}

impl<T: DeserializeOwned + PartialEq> PartialEq for Later<T> {
    fn eq(&self, other: &Later<T>) -> bool {
        **self == **other
    }
}

impl<T: DeserializeOwned + fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_the_same_before_and_after_it_was_kept_twice() {
        for list in [vec![], vec!["one".to_owned(), String::new()]] {
            let list = Later::from(list);
            let bytes = postcard::to_stdvec(&(&list, 7_u8)).unwrap();
            let (kept, seven): (Later<String>, u8) = postcard::from_bytes(&bytes).unwrap();
            assert_eq!(postcard::to_stdvec(&(&kept, seven)).unwrap(), bytes);
            assert_eq!(kept, list);
            assert_eq!(postcard::to_stdvec(&(&kept, seven)).unwrap(), bytes);
        }
    }
}
