//! What tells two states of a file apart without reading it.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// How coarse the clocks of file systems are: two writes within this time may bear one time. Linux
/// takes its times from a tick of at most 10 ms.
const TICK: Duration = Duration::from_millis(50);

/// The same of those that know no parts of a second: FAT counts two by two.
const COARSE: Duration = Duration::from_secs(2);

/// How far the clock of a file system may be ahead of ours.
const AHEAD: Duration = Duration::from_secs(5);

/// How long after `moment` another write may still bear that time.
pub fn tick(moment: SystemTime) -> Duration {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    if since.subsec_nanos() == 0 { COARSE } else { TICK }
}

/// A file's length and times, and which file it is. Two equal stamps mean the same bytes, unless
/// [`Stamp::may_deceive`] says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Its length in bytes.
    pub length: u64,
    /// When it was last written, as it says itself; programs can set this to any time.
    modified: Option<SystemTime>,
    /// When it last changed in any way, which programs cannot set.
    changed: Option<SystemTime>,
    /// The device and the number of the file on it; a renamed file keeps them.
    identity: Option<(u64, u64)>,
}

impl Stamp {
    /// The stamp of a file.
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Stamp {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds = u32::try_from(metadata.ctime_nsec()).unwrap_or(0);
        let since = u64::try_from(metadata.ctime()).unwrap_or(0);
        Stamp {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            changed: SystemTime::UNIX_EPOCH.checked_add(Duration::new(since, nanoseconds)),
            identity: Some((metadata.dev(), metadata.ino())),
        }
    }

    /// The stamp of a file.
    #[cfg(not(unix))]
    pub fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            changed: None,
            identity: None,
        }
    }

    /// What stays when a file is renamed and nothing else happens to it. Its number alone says too little:
    /// a new file may get that of one just deleted.
    pub fn kept_by_renaming(&self) -> Option<((u64, u64), u64, Option<SystemTime>)> {
        Some((self.identity?, self.length, self.modified))
    }

    /// What stays as long as nobody writes to the file, under whatever names it has. Where files have no
    /// numbers this is only their length and time.
    pub fn of_content(&self) -> (Option<(u64, u64)>, u64, Option<SystemTime>) {
        (self.identity, self.length, self.modified)
    }

    /// Whether the file was written so shortly before `taken`, the time at which the stamp was taken,
    /// that it may have been written once more without a trace in its stamp (git calls this "racy").
    pub fn may_deceive(&self, taken: SystemTime) -> bool {
        let age = |last: SystemTime| match taken.duration_since(last) {
            Ok(age) => age < tick(last),
            // Clocks of other machines go ahead a little. A time far ahead was set by hand, and another
            // write would set it back.
            Err(ahead) => ahead.duration() < AHEAD,
        };
        self.last().is_none_or(age)
    }

    /// Whether something happened to the file after `moment`.
    pub fn is_after(&self, moment: SystemTime) -> bool {
        self.last().is_some_and(|last| last > moment)
    }

    /// When something last happened to the file.
    fn last(&self) -> Option<SystemTime> {
        self.changed.or(self.modified)
    }

    /// Whether the file is empty and was written less than `age` before `now`: most likely it is being
    /// saved, and its text comes next.
    pub fn is_being_saved(&self, now: SystemTime, age: Duration) -> bool {
        let last = self.last().unwrap_or(now);
        self.length == 0
            && now.duration_since(last).map_or_else(|e| e.duration() < AHEAD, |passed| passed < age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_trusted_once_the_clock_has_moved_on() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stamp = Stamp::of(&file.as_file().metadata().unwrap());
        let now = SystemTime::now();
        assert!(stamp.may_deceive(now) && stamp.is_being_saved(now, Duration::from_secs(1)));
        let later = now + Duration::from_secs(2);
        assert!(!stamp.may_deceive(later));
        assert!(!stamp.is_being_saved(later, Duration::from_secs(1)));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_dated_in_the_future_is_trusted_like_others() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let ahead = SystemTime::now() + Duration::from_secs(86_400);
        file.as_file().set_modified(ahead).unwrap();
        let stamp = Stamp::of(&file.as_file().metadata().unwrap());
        assert!(!stamp.may_deceive(SystemTime::now() + Duration::from_secs(2)));
    }

    #[cfg(unix)]
    #[test]
    fn a_write_with_the_old_time_put_back_is_another_stamp() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        let stamp = |text: &str, time: Option<SystemTime>| {
            std::fs::write(&path, text).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            if let Some(time) = time {
                file.set_modified(time).unwrap();
            }
            Stamp::of(&file.metadata().unwrap())
        };
        let first = stamp("one", None);
        std::thread::sleep(TICK);
        let second = stamp("two", first.modified);
        assert_eq!(first.modified, second.modified);
        assert_ne!(first, second);
    }
}
