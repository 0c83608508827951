//! Moments as readers give them: in parameters (`after=2024-06`) and in queries (`after:2024-06`).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::content::date::parse_date;

/// Longer texts are no dates.
const MAX_DATE_BYTES: usize = 64;

/// Reads a year, a month, a day or a moment: the first moment of it, in UTC where it has no offset.
///
/// # Errors
/// With what is allowed, in words for the reader, when the text is nothing of that.
pub(crate) fn parse_moment(text: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    // A `+` in a URL that was not escaped arrives as a space.
    let date = (full.len() <= MAX_DATE_BYTES)
        .then(|| parse_date(&full).or_else(|| parse_date(&full.replace(' ', "+"))))
        .flatten();
    date.map(|date| date.moment).ok_or_else(|| {
        let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
        let month = today.strftime("%Y-%m");
        format!("allowed are dates like {}, {month}, {today} or {today}T12:00:00Z", today.year())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_months_days_and_moments_begin_somewhere() {
        let cases = [
            ("2024", "2024-01-01T00:00:00Z"),
            ("2024-06", "2024-06-01T00:00:00Z"),
            (" 2024-06-30 ", "2024-06-30T00:00:00Z"),
            ("2024-06-30T12:00:00Z", "2024-06-30T12:00:00Z"),
            ("2024-06-30T12:00:00 02:00", "2024-06-30T10:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_moment(text).map(|moment| moment.to_string()).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_told_what_one_is() {
        let long = "2024-06-30".repeat(100);
        for text in ["", "soon", "202", "2024-13", "2024-02-30", "ünü", &long] {
            assert!(parse_moment(text).unwrap_err().contains("dates like 2"), "{text}");
        }
    }
}
