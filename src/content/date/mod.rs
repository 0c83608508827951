//! Dates of posts, and reading them as each generator does: one module for each parser that generators use, and
//! [`DateDialect`] on top of them.

mod civil;
mod dialect;
mod go;
mod iso;
mod javascript;
mod lenient;
mod post_date;
mod ruby;
mod yaml;

use jiff::tz::TimeZone;

pub(crate) use self::dialect::{DateDialect, DateText};
pub use self::post_date::PostDate;

/// Parses a date in any of the common formats; a date without an offset is in UTC. For dates of front matter, see
/// [`DateDialect`].
pub(crate) fn parse_date(text: &str) -> Option<PostDate> {
    parse_date_in(text, &TimeZone::UTC)
}

/// Parses a date as [`parse_date`] does; a date without an offset is in the time zone `zone`.
pub(crate) fn parse_date_in(text: &str, zone: &TimeZone) -> Option<PostDate> {
    lenient::parse_common(text.trim(), zone)
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;

    /// Compares the dates that `read` finds with a table of texts and of what the real parser makes of them: the time in
    /// UTC, or `-` for no date. The texts are random; `ruby`, `node` and `hugo` have read them.
    pub(super) fn assert_dates(table: &str, read: impl Fn(&str) -> Option<PostDate>) {
        for (text, expected) in table.lines().filter_map(|line| line.split_once('\t')) {
            let time = |date: PostDate| {
                Offset::UTC.to_datetime(date.timestamp).strftime("%Y-%m-%dT%H:%M:%S").to_string()
            };
            assert_eq!(read(text).map_or_else(|| "-".to_owned(), time), expected, "{text}");
        }
    }

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
    fn rejects_other_texts() {
        for text in ["", "yesterday", "2024-13-01", "2024-02-30", "11/12/2024", "2024"] {
            assert_eq!(parse_date(text), None, "{text:?}");
        }
    }
}
