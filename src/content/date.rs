//! Dates as writers type them.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment, and the offset from UTC that its writer gave it: `2024-11-11T23:30:00-05:00` is the
/// eleventh for the post's readers, although the twelfth had begun in Greenwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostDate {
    /// The moment.
    pub moment: Timestamp,
    offset: Offset,
}

impl PostDate {
    /// Date and time of day where the post was written.
    #[must_use]
    pub fn civil(self) -> DateTime {
        self.offset.to_datetime(self.moment)
    }

    /// The day as `2024-11-11`.
    #[must_use]
    pub fn day(self) -> String {
        self.civil().date().to_string()
    }
}

/// Writes RFC 3339, with `Z` for UTC.
impl fmt::Display for PostDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offset == Offset::UTC {
            self.moment.fmt(f)
        } else {
            self.moment.display_with_offset(self.offset).fmt(f)
        }
    }
}

impl Serialize for PostDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PostDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_date(&text).ok_or_else(|| de::Error::custom(format!("no date: {text}")))
    }
}

/// Reads RFC 3339 moments, dates with a time without a zone (taken for UTC, Hugo's default), and
/// plain dates (midnight UTC); `T` or a space may stand between date and time.
#[must_use]
pub fn parse_date(text: &str) -> Option<PostDate> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        let pieces = Pieces::parse(text).ok()?;
        return Some(PostDate { moment, offset: pieces.to_numeric_offset().unwrap_or(Offset::UTC) });
    }
    for pattern in ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M %z"] {
        if let Ok(parsed) = jiff::fmt::strtime::parse(pattern, text) {
            let offset = parsed.offset().unwrap_or(Offset::UTC);
            return Some(PostDate { moment: parsed.to_timestamp().ok()?, offset });
        }
    }
    if let Ok(date_time) = text.parse::<DateTime>() {
        return at_utc(date_time);
    }
    text.parse::<Date>().ok().and_then(|date| at_utc(date.at(0, 0, 0, 0)))
}

fn at_utc(date_time: DateTime) -> Option<PostDate> {
    let moment = TimeZone::UTC.to_timestamp(date_time).ok()?;
    Some(PostDate { moment, offset: Offset::UTC })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_spellings_are_read() {
        let cases = [
            ("2024-11-11T12:00:00Z", "2024-11-11T12:00:00Z"),
            ("2025-07-14T16:00:00+02:00", "2025-07-14T16:00:00+02:00"),
            ("2024-11-11", "2024-11-11T00:00:00Z"),
            ("2024-11-11T12:30:00", "2024-11-11T12:30:00Z"),
            ("2024-11-11 12:30:00", "2024-11-11T12:30:00Z"),
            ("2024-11-11 12:30:00 +0100", "2024-11-11T12:30:00+01:00"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_day_is_the_writers() {
        let date = parse_date("2017-05-22T22:59:00-04:00").unwrap();
        assert_eq!(
            (date.day().as_str(), date.moment.to_string().as_str()),
            ("2017-05-22", "2017-05-23T02:59:00Z")
        );
        let json = serde_json::to_string(&date).unwrap();
        assert_eq!(json, "\"2017-05-22T22:59:00-04:00\"");
        assert_eq!(serde_json::from_str::<PostDate>(&json).unwrap(), date);
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in ["", "yesterday", "2024-13-01", "2024-02-30", "11/12/2024", "2024"] {
            assert_eq!(parse_date(text), None, "{text:?}");
        }
    }
}
