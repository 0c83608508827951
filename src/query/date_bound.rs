//! Date bounds in parameters (`after=2024-06`) and in queries (`after:2024-06`).

use jiff::Timestamp;
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

#[cfg(test)]
mod tests {
    use super::*;

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
