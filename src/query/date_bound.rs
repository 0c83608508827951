//! Date bounds and years in parameters (`after=2024-06`) and in queries (`after:2024-06`).

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::config::limits;
use crate::content::date::parse_date;

/// Parses a year, month, day or timestamp and returns the first instant of it, in UTC unless it has an offset.
///
/// # Errors
/// Returns a message that describes the accepted formats.
pub(crate) fn parse_date_bound(text: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    // A `+` that was not escaped in a URL arrives as a space.
    let date = (full.len() <= limits::MAX_DATE_BYTES)
        .then(|| parse_date(&full).or_else(|| parse_date(&full.replace(' ', "+"))))
        .flatten();
    date.map(|date| date.timestamp).ok_or_else(|| {
        let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
        let month = today.strftime("%Y-%m");
        format!("a date like {}, {month}, {today} or {today}T12:00:00Z", today.year())
    })
}

/// A calendar year in UTC, from 1 to 9999.
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

    /// Returns the year of a time in seconds since 1970, if it is in the range.
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
            ("2024", "2024-01-01T00:00:00Z"),
            ("2024-06", "2024-06-01T00:00:00Z"),
            (" 2024-06-30 ", "2024-06-30T00:00:00Z"),
            ("2024-06-30T12:00:00Z", "2024-06-30T12:00:00Z"),
            ("2024-06-30T12:00:00 02:00", "2024-06-30T10:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_date_bound(text).map(|timestamp| timestamp.to_string()).as_deref(),
                Ok(expected),
                "{text}"
            );
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
