//! What was published at a target, as it is noted there. Everyone who can read the site can read this too: it holds
//! no secret, and no path of a disk.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::output::manifest::is_plain;
use crate::site::Role;

/// The form of the manifest. A program that does not know it leaves the target alone.
pub const FORM: u32 = 1;

/// What tells what a file holds: BLAKE3, as everywhere in the program. It never comes from the target's own
/// checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash(blake3::Hash);

impl Hash {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(blake3::hash(bytes))
    }

    /// As it was written.
    pub fn parse(text: &str) -> Option<Hash> {
        blake3::Hash::from_hex(text).ok().map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_hex())
    }
}

impl<'d> Deserialize<'d> for Hash {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hash::parse(&text).ok_or_else(|| D::Error::custom("not a hash"))
    }
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORM`].
    pub sternpost: u32,
    /// The last publish that came to its end; `None` before the first.
    pub last: Option<Stamp>,
    /// The files of the site, by their paths.
    pub files: BTreeMap<String, Entry>,
    /// What the site does not have any more and that is there all the same: kept for pages that were loaded before,
    /// or still to be removed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub former: BTreeMap<String, Former>,
    /// A publish that has begun, and what it was going to put there: after a cut, some of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<Begun>,
}

/// Who published, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The name of the user.
    pub by: String,
    /// When it began, in seconds since 1970, in UTC.
    pub at: i64,
    /// Tells two runs of one user in one second from each other.
    pub run: String,
}

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it holds.
    pub hash: Hash,
    /// How long it is.
    pub size: u64,
    /// What it is.
    pub role: Role,
    /// What tells that nobody wrote it since, where the target has that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// A file that the site had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// What it was.
    #[serde(flatten)]
    pub entry: Entry,
    /// When it was last a part of the site, in seconds since 1970.
    pub since: i64,
}

/// A publish that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Whose.
    pub stamp: Stamp,
    /// What it was going to put there, and what an earlier one that was cut off may have put there. As nothing is
    /// begun where a stranger's file is in the way, what lies there since is ours.
    pub files: BTreeMap<String, Coming>,
}

/// A file that was going to be put there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    /// What it is.
    pub role: Role,
    /// What it holds.
    pub hash: Hash,
    /// When the publish began that was going to, in seconds since 1970.
    pub at: i64,
}

/// Why a manifest is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not what was written.
    Damaged,
    /// A newer program wrote it.
    Newer,
}

impl Default for Manifest {
    fn default() -> Manifest {
        Manifest {
            sternpost: FORM,
            last: None,
            files: BTreeMap::new(),
            former: BTreeMap::new(),
            begun: None,
        }
    }
}

impl Manifest {
    /// Reads what was written.
    ///
    /// # Errors
    /// When it is not whole, names a place outside the site, or is of another form.
    pub fn read(bytes: &[u8]) -> Result<Manifest, Unreadable> {
        #[derive(Deserialize)]
        struct Form {
            sternpost: u32,
        }
        let form: Form = serde_json::from_slice(bytes).map_err(|_| Unreadable::Damaged)?;
        if form.sternpost > FORM {
            return Err(Unreadable::Newer);
        }
        let read: Manifest = serde_json::from_slice(bytes).map_err(|_| Unreadable::Damaged)?;
        let begun = read.begun.iter().flat_map(|begun| begun.files.keys());
        match read.files.keys().chain(read.former.keys()).chain(begun).all(|path| is_plain(path)) {
            true => Ok(read),
            false => Err(Unreadable::Damaged),
        }
    }

    /// As it is written.
    pub fn write(&self) -> Vec<u8> {
        // Nothing in it has a form that JSON lacks.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// What is known of the file at `path`, whether it is of the site or was.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.files.get(path).or_else(|| self.former.get(path).map(|former| &former.entry))
    }

    /// Whether a publish put it there, or may have before it was cut off.
    pub fn names(&self, path: &str) -> bool {
        let begun = || self.begun.as_ref().is_some_and(|begun| begun.files.contains_key(path));
        self.entry(path).is_some() || begun()
    }
}

impl Stamp {
    /// Of a publish that begins at `at`.
    pub fn new(by: String, at: Timestamp) -> Stamp {
        let mut random = [0; 6];
        // Without chance two runs in one second look the same, and nothing worse.
        let _ = getrandom::fill(&mut random);
        let run = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Stamp { by, at: at.as_second(), run }
    }

    /// `ana, at 2026-11-25 13:04:05 UTC`.
    pub fn in_words(&self) -> String {
        let at = Timestamp::from_second(self.at).unwrap_or_default();
        let at = at.to_string().replace('T', " ").replace('Z', " UTC");
        format!("{}, at {at}", self.by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written_or_not_at_all() {
        let mut manifest = Manifest::default();
        let entry = Entry { hash: Hash::of(b"x"), size: 1, role: Role::Page, tag: None };
        manifest.files.insert("a/index.html".to_owned(), entry.clone());
        manifest.former.insert("b".to_owned(), Former { entry: entry.clone(), since: 1 });
        let bytes = manifest.write();
        assert_eq!(Manifest::read(&bytes), Ok(manifest.clone()));
        assert_eq!(Manifest::read(&bytes[..bytes.len() - 3]), Err(Unreadable::Damaged));
        assert_eq!(Manifest::read(b"{\"sternpost\": 2, \"else\": 1}"), Err(Unreadable::Newer));
        manifest.files.insert("../etc/passwd".to_owned(), entry);
        assert_eq!(Manifest::read(&manifest.write()), Err(Unreadable::Damaged));
    }
}
