//! Dates as authors and other programs write them.

use jiff::Timestamp;
use jiff::civil::{Date as Day, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A date or a moment from front matter.
///
/// ```
/// use sternpost::essay::Date;
/// let date = Date::parse("2026-03-01 09:30:00 +0100").unwrap();
/// assert_eq!(date.text(), "2026-03-01T09:30:00+01:00");
/// assert_eq!(date.rfc3339(), "2026-03-01T08:30:00Z");
/// assert!(Date::parse("2025-06-31").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date {
    #[serde(with = "moment")]
    moment: Timestamp,
    text: String,
}

/// A moment as nanoseconds since 1970.
mod moment {
    use jiff::Timestamp;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(moment: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        moment.as_nanosecond().serialize(to)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Timestamp, D::Error> {
        Timestamp::from_nanosecond(i128::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// Forms besides `YYYY-MM-DD`, all of which real handbooks hold. What gives no offset is UTC.
const WITH_OFFSET: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M %z",
];
const WITHOUT_OFFSET: &[&str] =
    &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];

impl Date {
    /// Reads a date, or `None` when it is not on the calendar or in no known form: RFC 3339, a
    /// plain `YYYY-MM-DD`, and the same with a time in the forms that YAML, TOML and Jekyll know.
    pub fn parse(text: &str) -> Option<Date> {
        let text = text.trim();
        if let Ok(day) = Day::strptime("%Y-%m-%d", text) {
            return Date::at(day.at(0, 0, 0, 0), day.to_string());
        }
        // `z` is read in lower case too, by RFC 3339, section 5.6.
        let text = text
            .strip_suffix(['Z', 'z'])
            .map_or(text.to_owned(), |t| format!("{}+00:00", t.trim_end()));
        for form in WITH_OFFSET {
            if let Ok(zoned) = jiff::ZonedDateTime::strptime(form, &text) {
                let text = zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
                return Some(Date { moment: zoned.timestamp(), text });
            }
        }
        let local = WITHOUT_OFFSET.iter().find_map(|form| DateTime::strptime(form, &text).ok())?;
        Date::at(local, format!("{}Z", local.strftime("%Y-%m-%dT%H:%M:%S")))
    }

    fn at(local: DateTime, text: String) -> Option<Date> {
        Some(Date { moment: TimeZone::UTC.to_timestamp(local).ok()?, text })
    }

    /// The date as it was given, in a standard form: `2026-03-01`, or RFC 3339 with its own offset.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The moment in UTC as feeds want it (RFC 3339); a plain date is its midnight.
    pub fn rfc3339(&self) -> String {
        self.moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// The date in the given form (C's `strftime`, as jiff documents it), or the error in the form.
    pub fn format(&self, form: &str) -> Result<String, jiff::Error> {
        jiff::fmt::strtime::format(form, &self.moment.to_zoned_datetime(TimeZone::UTC))
    }

    /// The date at the start of a file name such as `2018-10-10-name.md`, and what follows it.
    pub fn prefix(name: &str) -> Option<(Date, &str)> {
        // Most names are words, and to look for a date in each form takes long.
        let start =
            name.get(..10).filter(|start| start.starts_with(|c: char| c.is_ascii_digit()))?;
        let date = Date::parse(start)?;
        Some((date, name[10..].trim_start_matches(['-', '_', ' ', '.'])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_form_is_read() {
        for (given, text) in [
            ("2026-03-01", "2026-03-01"),
            ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00+00:00"),
            ("2026-03-01t09:30:00z", "2026-03-01T09:30:00+00:00"),
            ("2026-03-01T09:30:00.123-05:00", "2026-03-01T09:30:00-05:00"),
            ("2026-03-01 09:30:00 +0000", "2026-03-01T09:30:00+00:00"),
            ("2026-03-01 09:30:00", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09:30", "2026-03-01T09:30:00Z"),
        ] {
            let given = given.replace('t', "T");
            assert_eq!(Date::parse(&given).map(|d| d.text), Some(text.to_owned()), "{given}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for given in
            ["2025-06-31", "2023-02-29", "March 2024", "2024", "", "2024-13-01", "99999-01-01"]
        {
            assert_eq!(Date::parse(given), None, "{given}");
        }
    }

    #[test]
    fn a_file_name_may_begin_with_a_date() {
        let (date, rest) = Date::prefix("2018-10-10-hello").unwrap();
        assert_eq!((date.text(), rest), ("2018-10-10", "hello"));
        assert!(Date::prefix("2018-notes").is_none());
        assert!(Date::prefix("ééééé").is_none());
    }
}
