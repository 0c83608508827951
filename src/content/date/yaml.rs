//! Timestamps of YAML 1.1 (yaml.org/type/timestamp.html): a plain value of this form is a date for the parsers of most
//! generators, a quoted one is text.

use super::civil::{CivilParts, nanoseconds, number};

/// A YAML timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct YamlTimestamp {
    /// The date and time, with an offset if the text has one.
    pub parts: CivilParts,
    /// Whether the text has a time of day.
    pub has_time: bool,
}

/// The offsets that a parser accepts in a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OffsetForm {
    /// Hours of one or two digits, and minutes after a colon: js-yaml (`lib/type/timestamp.js`) and `PyYAML`.
    Colon,
    /// The minutes may follow the hours without a colon: Psych of Ruby (`scalar_scanner.rb`).
    OptionalColon,
}

/// Parses a timestamp: `2024-03-05`, or a day and a time as in `2024-3-5 9:05:00.5 +1:00`. Parts beyond their range
/// are not refused.
#[must_use]
pub(super) fn parse(text: &str, form: OffsetForm) -> Option<YamlTimestamp> {
    let (year, rest) = digits(text, 4..=4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1..=2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1..=2)?;
    let mut parts = CivilParts::of_day(number(year)?, number(month)?, number(day)?);
    if rest.is_empty() {
        let is_day = (month.len(), day.len()) == (2, 2) || form == OffsetForm::OptionalColon;
        return is_day.then_some(YamlTimestamp { parts, has_time: false });
    }
    let after = rest.strip_prefix(['T', 't']).or_else(|| {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        (trimmed.len() < rest.len()).then_some(trimmed)
    })?;
    let (hour, rest) = digits(after, 1..=2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2..=2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2..=2)?;
    (parts.hour, parts.minute, parts.second) = (number(hour)?, number(minute)?, number(second)?);
    let rest = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            parts.nanosecond = nanoseconds(&rest[..end]);
            &rest[end..]
        }
        None => rest,
    };
    let zone = rest.trim_start_matches([' ', '\t']);
    parts.offset = match zone {
        "" => None,
        "Z" => Some(0),
        zone => Some(offset(zone, form)?),
    };
    Some(YamlTimestamp { parts, has_time: true })
}

/// Returns the seconds of an offset with a sign.
fn offset(text: &str, form: OffsetForm) -> Option<i64> {
    let sign = if text.strip_prefix('-').is_some() { -1 } else { 1 };
    let (hours, rest) = digits(text.strip_prefix(['-', '+'])?, 1..=2)?;
    let minutes = match rest.strip_prefix(':') {
        Some("") if form == OffsetForm::OptionalColon => "",
        Some(rest) => digits(rest, 2..=2).filter(|(_, rest)| rest.is_empty())?.0,
        None if rest.is_empty() => rest,
        None if form == OffsetForm::OptionalColon => {
            digits(rest, 2..=2).filter(|(_, rest)| rest.is_empty())?.0
        }
        None => return None,
    };
    Some(sign * (number(hours)? * 3_600 + number(minutes).unwrap_or(0) * 60))
}

/// Splits as many leading digits off a text as the range allows; `None` with fewer of them.
pub(super) fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<(&str, &str)> {
    let count = text.bytes().take(*length.end()).take_while(u8::is_ascii_digit).count();
    (count >= *length.start()).then(|| text.split_at(count))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn reads_the_forms_of_each_parser() {
        let read = |text, form| parse(text, form)?.parts.to_date(&TimeZone::UTC).map(|date| date.to_string());
        for (text, colon, optional) in [
            ("2024-03-05", Some("2024-03-05T00:00:00Z"), Some("2024-03-05T00:00:00Z")),
            ("2024-3-5", None, Some("2024-03-05T00:00:00Z")),
            ("2024-3-5 9:05:00", Some("2024-03-05T09:05:00Z"), Some("2024-03-05T09:05:00Z")),
            ("2024-03-05t09:05:00.25Z", Some("2024-03-05T09:05:00.25Z"), Some("2024-03-05T09:05:00.25Z")),
            ("2024-03-05 09:05:00 +1", Some("2024-03-05T09:05:00+01:00"), Some("2024-03-05T09:05:00+01:00")),
            (
                "2024-03-05 09:05:00 -03:30",
                Some("2024-03-05T09:05:00-03:30"),
                Some("2024-03-05T09:05:00-03:30"),
            ),
            ("2024-03-05 09:05:00 -0330", None, Some("2024-03-05T09:05:00-03:30")),
            ("2024-02-30", Some("2024-03-01T00:00:00Z"), Some("2024-03-01T00:00:00Z")),
            ("2024-03-05 09:05", None, None),
            ("2024-03-05T09:05:00 UTC", None, None),
            ("2024-03-05T09:05:00+1:0", None, None),
            ("24-03-05", None, None),
            ("２０２４-03-05", None, None),
        ] {
            assert_eq!(read(text, OffsetForm::Colon).as_deref(), colon, "{text}");
            assert_eq!(read(text, OffsetForm::OptionalColon).as_deref(), optional, "{text}");
        }
    }
}
