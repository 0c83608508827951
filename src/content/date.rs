//! Dates in the formats that authors use.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Names of time zones, with their offsets from UTC. Ambiguous names have the meaning that they have in Ruby.
const ZONES: [(&str, &str); 20] = [
    ("Z", "+0000"),
    ("UTC", "+0000"),
    ("GMT", "+0000"),
    ("WET", "+0000"),
    ("BST", "+0100"),
    ("CET", "+0100"),
    ("CEST", "+0200"),
    ("EET", "+0200"),
    ("EEST", "+0300"),
    ("MSK", "+0300"),
    ("IST", "+0530"),
    ("JST", "+0900"),
    ("EST", "-0500"),
    ("EDT", "-0400"),
    ("CST", "-0600"),
    ("CDT", "-0500"),
    ("MST", "-0700"),
    ("MDT", "-0600"),
    ("PST", "-0800"),
    ("PDT", "-0700"),
];

/// A timestamp with the offset from UTC that the author wrote. The offset decides the calendar day:
/// `2024-11-11T23:30:00-05:00` is 11 November for readers, although it is 12 November in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostDate {
    /// The timestamp.
    pub timestamp: Timestamp,
    offset: Offset,
}

impl PostDate {
    /// Returns the date at a Unix time in seconds; `None` beyond the year 9999.
    #[must_use]
    pub(crate) fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Some(Self { timestamp: Timestamp::from_second(seconds).ok()?, offset: Offset::UTC })
    }

    /// Returns the Unix time in seconds.
    #[must_use]
    pub(crate) fn unix_seconds(self) -> i64 {
        self.timestamp.as_second()
    }

    /// Returns the year in UTC, by which posts are counted and filtered.
    #[must_use]
    pub(crate) fn utc_year(self) -> i16 {
        Offset::UTC.to_datetime(self.timestamp).year()
    }

    /// Returns the date and time of day in the author's offset.
    #[must_use]
    pub fn civil(self) -> DateTime {
        self.offset.to_datetime(self.timestamp)
    }

    /// Returns the day, as `2024-11-11`.
    #[must_use]
    pub fn day(self) -> String {
        self.civil().date().to_string()
    }
}

/// Formats the date as RFC 3339, with `Z` for UTC.
impl fmt::Display for PostDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offset == Offset::UTC {
            self.timestamp.fmt(f)
        } else {
            self.timestamp.display_with_offset(self.offset).fmt(f)
        }
    }
}

impl Serialize for PostDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        let timestamp = self.timestamp;
        (timestamp.as_second(), timestamp.subsec_nanosecond(), self.offset.seconds()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PostDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return parse_date(&text).ok_or_else(|| de::Error::custom(format!("invalid date: {text}")));
        }
        let (second, nanosecond, offset) = <(i64, i32, i32)>::deserialize(deserializer)?;
        let timestamp = Timestamp::new(second, nanosecond).map_err(de::Error::custom)?;
        let offset = Offset::from_seconds(offset).map_err(de::Error::custom)?;
        Ok(Self { timestamp, offset })
    }
}

/// Parses a date in any format that generators accept; `None` if it is not a date.
///
/// The formats are RFC 3339, RFC 2822, and dates with or without a time, in which the month is a number or an English
/// name. A date without an offset is in the time zone `zone`, and one without a time is at midnight.
pub(crate) fn parse_date_in(text: &str, zone: &TimeZone) -> Option<PostDate> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        let pieces = Pieces::parse(text).ok()?;
        return Some(PostDate { timestamp, offset: pieces.to_numeric_offset().unwrap_or(Offset::UTC) });
    }
    parse_with_offset(text).or_else(|| {
        let date_time = parse_without_offset(text)?;
        let zoned = zone.to_ambiguous_zoned_datetime(date_time).compatible().ok()?;
        Some(PostDate { timestamp: zoned.timestamp(), offset: zoned.offset() })
    })
}

/// Parses a date as [`parse_date_in`] does; a date without an offset is in UTC.
pub(crate) fn parse_date(text: &str) -> Option<PostDate> {
    parse_date_in(text, &TimeZone::UTC)
}

/// Replaces the name of a time zone with its offset, or removes it after an offset, and normalizes whitespace.
fn with_numeric_zone(text: &str) -> String {
    // JavaScript prints the zone's name in parentheses after the offset, Go without them.
    let text = text.split_once(" (").map_or(text, |(date, _)| date);
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let is_offset = |word: &&str| word.len() >= 5 && word.starts_with(['+', '-']);
        let is_name = word.chars().all(|c| c.is_ascii_uppercase());
        if is_name && words.last().is_some_and(is_offset) {
            continue;
        }
        words.push(ZONES.iter().find(|(name, _)| *name == word).map_or(word, |(_, offset)| *offset));
    }
    words.join(" ")
}

fn parse_with_offset(text: &str) -> Option<PostDate> {
    let text = with_numeric_zone(text);
    let is_numeric = text.starts_with(|c: char| c.is_ascii_digit());
    let is_iso = is_numeric && text.as_bytes().get(4) == Some(&b'-');
    if !is_iso && let Ok(zoned) = rfc2822::parse(&text) {
        return Some(PostDate { timestamp: zoned.timestamp(), offset: zoned.offset() });
    }
    let patterns = [
        "%Y-%m-%d %H:%M:%S%.f %z",
        "%Y-%m-%d %H:%M:%S%.f%z",
        "%Y-%m-%d %H:%M %z",
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%dT%H:%M%z",
        "%Y-%m-%d %H:%M:%S%.f %:z",
        "%Y-%m-%d %H:%M %:z",
        "%Y/%m/%d %H:%M:%S %z",
        "%Y/%m/%d %H:%M %z",
        "%a %b %d %H:%M:%S %Y %z",
        "%a %b %d %H:%M:%S %z %Y",
        "%a %b %d %Y %H:%M:%S GMT%z",
        "%A, %d-%b-%y %H:%M:%S %z",
        "%a, %d %b %Y %H:%M %z",
    ];
    patterns.iter().find_map(|pattern| {
        let parsed = strtime::parse(pattern, &text).ok()?;
        Some(PostDate { timestamp: parsed.to_timestamp().ok()?, offset: parsed.offset()? })
    })
}

fn parse_without_offset(text: &str) -> Option<DateTime> {
    if let Ok(date_time) = text.parse::<DateTime>() {
        return Some(date_time);
    }
    let times = [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
        "%d %b %Y %H:%M:%S",
        "%a %b %d %H:%M:%S %Y",
        "%Y-%m-%d %I:%M:%S %p",
        "%Y-%m-%d %I:%M %p",
        "%Y-%m-%d %I:%M%p",
        "%B %d, %Y %H:%M",
        "%B %d, %Y %I:%M %p",
        "%b %d, %Y %I:%M %p",
    ];
    if let Some(found) = times.iter().find_map(|pattern| DateTime::strptime(pattern, text).ok()) {
        return Some(found);
    }
    let days = [
        "%Y/%m/%d",
        "%Y-%m-%d",
        "%Y.%m.%d",
        "%d.%m.%Y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%b %d %Y",
        "%B %d %Y",
        "%d %b %Y",
        "%d %B %Y",
        "%a, %d %b %Y",
        "%A, %B %d, %Y",
    ];
    days.iter().find_map(|pattern| Date::strptime(pattern, text).ok()).map(|date| date.at(0, 0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_common_formats() {
        let cases = [
            ("2024-11-11T12:00:00Z", "2024-11-11T12:00:00Z"),
            ("2025-07-14T16:00:00+02:00", "2025-07-14T16:00:00+02:00"),
            ("2024-11-11", "2024-11-11T00:00:00Z"),
            ("2024-11-11T12:30:00", "2024-11-11T12:30:00Z"),
            ("2024-11-11 12:30:00", "2024-11-11T12:30:00Z"),
            ("2024-11-11 12:30:00 +0100", "2024-11-11T12:30:00+01:00"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
            ("2024-11-11T12:00:00+0200", "2024-11-11T12:00:00+02:00"),
            ("2024-11-11 12:30:00+01:00", "2024-11-11T12:30:00+01:00"),
            ("2024-11-11 12:30:00.123 +09:00", "2024-11-11T12:30:00.123+09:00"),
            ("2024-11-11 12:30 -0500", "2024-11-11T12:30:00-05:00"),
            ("2024-11-11 12:30:00 UTC", "2024-11-11T12:30:00Z"),
            ("2024-11-11 12:30:00 +0100 CET", "2024-11-11T12:30:00+01:00"),
            ("2024-11-11 12:30", "2024-11-11T12:30:00Z"),
            ("2024-11-11T12:30", "2024-11-11T12:30:00Z"),
            ("2024-1-5", "2024-01-05T00:00:00Z"),
            ("2024/11/11", "2024-11-11T00:00:00Z"),
            ("2024/1/5 9:05:00", "2024-01-05T09:05:00Z"),
            ("Mon, 11 Nov 2024 12:30:00 +0100", "2024-11-11T12:30:00+01:00"),
            ("Mon, 11 Nov 2024 12:30:00 GMT", "2024-11-11T12:30:00Z"),
            ("Mon, 11 Nov 2024 12:30:00 EST", "2024-11-11T12:30:00-05:00"),
            ("11 Nov 2024 12:30 +0100", "2024-11-11T12:30:00+01:00"),
            ("Nov 11, 2024", "2024-11-11T00:00:00Z"),
            ("Nov 11 2024", "2024-11-11T00:00:00Z"),
            ("November 11, 2024", "2024-11-11T00:00:00Z"),
            ("11 November 2024", "2024-11-11T00:00:00Z"),
            ("Mon, 11 Nov 2024", "2024-11-11T00:00:00Z"),
            ("11.11.2024", "2024-11-11T00:00:00Z"),
            ("2024-11-11 12:30:00 JST", "2024-11-11T12:30:00+09:00"),
            ("2024-11-11 12:30:00 -0700 MST", "2024-11-11T12:30:00-07:00"),
            ("2024-11-11 9:05 PM", "2024-11-11T21:05:00Z"),
            ("Mon Nov 11 12:30:00 +0100 2024", "2024-11-11T12:30:00+01:00"),
            ("Mon Nov 11 12:30:00 2024", "2024-11-11T12:30:00Z"),
            ("Mon Nov 11 2024 12:30:00 GMT+0100 (CET)", "2024-11-11T12:30:00+01:00"),
            ("Monday, 11-Nov-24 12:30:00 UTC", "2024-11-11T12:30:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_day_is_that_of_the_writers_offset() {
        let date = parse_date("2017-05-22T22:59:00-04:00").unwrap();
        assert_eq!(
            (date.day().as_str(), date.timestamp.to_string().as_str()),
            ("2017-05-22", "2017-05-23T02:59:00Z")
        );
        let json = serde_json::to_string(&date).unwrap();
        assert_eq!(json, "\"2017-05-22T22:59:00-04:00\"");
        assert_eq!(serde_json::from_str::<PostDate>(&json).unwrap(), date);
    }

    #[test]
    fn a_date_without_an_offset_is_in_the_time_zone_of_the_site() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let date = |text| parse_date_in(text, &zone).map(|date| date.to_string());
        assert_eq!(date("2024-11-11").as_deref(), Some("2024-11-11T00:00:00+09:00"));
        assert_eq!(date("2024-11-11T12:00:00Z").as_deref(), Some("2024-11-11T12:00:00Z"));
    }

    #[test]
    fn rejects_other_texts() {
        for text in ["", "yesterday", "2024-13-01", "2024-02-30", "11/12/2024", "2024"] {
            assert_eq!(parse_date(text), None, "{text:?}");
        }
    }
}
