//! Date bounds and years in parameters (`after=2024-06`) and in queries (`after:2024-06`).

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::{Offset, TimeZone};

use crate::config::limits;
use crate::content::date::{parse_date, parse_date_in};

/// A bound of the dates of posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateBound {
    /// A date and time of day without an offset: it is compared with the date and time of day that each author wrote, in
    /// whatever time zone.
    Written(DateTime),
    /// An instant: it is compared with the instants of posts.
    Instant(Timestamp),
}

impl DateBound {
    /// Returns whether the bound is later than a post whose date is `date`, in seconds since 1970, and `written` as if
    /// the author's time zone were UTC.
    #[must_use]
    pub(crate) fn is_after(self, date: i64, written: i64) -> bool {
        match self {
            Self::Written(bound) => {
                let bound = TimeZone::UTC.to_timestamp(bound);
                bound.is_ok_and(|bound| written < bound.as_second())
            }
            Self::Instant(bound) => date < bound.as_second(),
        }
    }
}

/// Formats the bound so that [`parse_date_bound`] reads it.
impl fmt::Display for DateBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(date) => date.fmt(f),
            Self::Instant(timestamp) => timestamp.fmt(f),
        }
    }
}

/// Parses a year, month, day or timestamp and returns the beginning of it.
///
/// # Errors
/// Returns a message that describes the accepted formats.
pub(crate) fn parse_date_bound(text: &str) -> Result<DateBound, String> {
    let text = text.trim();
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    // A `+` that was not escaped in a URL arrives as a space.
    let bound = (full.len() <= limits::MAX_DATE_BYTES)
        .then(|| read_bound(&full).or_else(|| read_bound(&full.replace(' ', "+"))))
        .flatten();
    bound.ok_or_else(|| {
        let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
        let month = today.strftime("%Y-%m");
        format!("a date like {}, {month}, {today} or {today}T12:00:00Z", today.year())
    })
}

fn read_bound(text: &str) -> Option<DateBound> {
    let date = parse_date(text)?;
    // Only a date without an offset depends on the time zone.
    let elsewhere = parse_date_in(text, &TimeZone::fixed(Offset::constant(1)))?;
    let is_instant = date.timestamp == elsewhere.timestamp;
    Some(if is_instant { DateBound::Instant(date.timestamp) } else { DateBound::Written(date.civil()) })
}

/// A calendar year, from 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(i16);

impl Year {
    /// Parses four digits.
    ///
    /// # Errors
    /// Returns a message that describes the accepted format.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let digits =
            Some(text.trim()).filter(|text| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok()).filter(|number| *number > 0);
        number.map(Self).ok_or_else(|| "a year from 0001 to 9999".to_owned())
    }

    /// Returns the year of a date in seconds since 1970 as if it were in UTC, if it is in the range.
    pub(crate) fn of_unix_seconds(seconds: i64) -> Option<Self> {
        let year = TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?).year();
        (year > 0).then_some(Self(year))
    }

    /// Returns its seconds since 1970.
    pub(crate) fn unix_seconds(self) -> Range<i64> {
        // The last times of 9999 are beyond the range of timestamps.
        let start = |year: i16, otherwise: i64| {
            let midnight = (year <= 9_999).then(|| date(year, 1, 1).at(0, 0, 0, 0));
            let start = midnight.and_then(|midnight| TimeZone::UTC.to_timestamp(midnight).ok());
            start.map_or(otherwise, Timestamp::as_second)
        };
        start(self.0, i64::MIN)..start(self.0 + 1, i64::MAX)
    }
}

/// Formats the year with four digits.
impl std::fmt::Display for Year {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_contains_the_times_from_its_first_to_its_last_second() {
        let seconds = Year::parse(" 2024 ").unwrap().unix_seconds();
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        assert_eq!(seconds, at("2024-01-01T00:00:00Z")..at("2025-01-01T00:00:00Z"));
        for text in ["0001", "0999", "1969", "1970", "9999"] {
            let year = Year::parse(text).unwrap();
            let seconds = year.unix_seconds();
            assert_eq!(year.to_string(), text);
            assert_eq!(Year::of_unix_seconds(seconds.start), Some(year));
            assert_eq!(Year::of_unix_seconds(seconds.end.min(at("9999-12-30T00:00:00Z")) - 1), Some(year));
        }
        for text in ["", "24", "02024", "0000", "-001", "+999", "２０２４", "2024-01"] {
            assert_eq!(Year::parse(text), Err("a year from 0001 to 9999".to_owned()), "{text}");
        }
    }

    #[test]
    fn parses_years_months_days_and_moments() {
        let cases = [
            ("2024", "2024-01-01T00:00:00"),
            ("2024-06", "2024-06-01T00:00:00"),
            (" 2024-06-30 ", "2024-06-30T00:00:00"),
            ("2024-06-30T12:00:00", "2024-06-30T12:00:00"),
            ("2024-06-30T12:00:00Z", "2024-06-30T12:00:00Z"),
            ("2024-06-30T12:00:00 02:00", "2024-06-30T10:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_date_bound(text).map(|bound| bound.to_string()).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn a_bound_without_an_offset_is_compared_with_the_written_date() {
        // 2024-01-01T00:30:00+05:00
        let (date, written) = (1_704_051_000, 1_704_069_000);
        let is_after = |text| parse_date_bound(text).unwrap().is_after(date, written);
        for (text, expected) in [
            ("2024", false),
            ("2024-01-01", false),
            ("2024-01-02", true),
            ("2024-01-01T00:30:00", false),
            ("2024-01-01T00:30:01", true),
            ("2024-01-01T00:00:00Z", true),
            ("2023-12-31T19:30:00Z", false),
            ("2024-01-01T00:30:01+05:00", true),
        ] {
            assert_eq!(is_after(text), expected, "{text}");
        }
    }

    #[test]
    fn rejects_other_texts_with_the_accepted_formats() {
        let long = "2024-06-30".repeat(100);
        for text in ["", "soon", "202", "2024-13", "2024-02-30", "ünü", &long] {
            assert!(parse_date_bound(text).unwrap_err().contains("a date like 2"), "{text}");
        }
    }
}
