//! Dates of Eleventy: ISO 8601 as `DateTime.fromISO` of Luxon reads it (`src/impl/regexParser.js`), including days of a
//! week and days of the year.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;

use super::civil::{CivilParts, nanoseconds, number};
use super::post_date::PostDate;
use super::yaml::digits;

/// Maximum number of digits of a second's fraction.
const MAX_FRACTION_DIGITS: usize = 30;

/// Parses a text in ISO 8601; one without an offset is in UTC.
#[must_use]
pub(super) fn parse(text: &str) -> Option<PostDate> {
    [split_month_day, split_week_day, split_day_of_year].into_iter().find_map(|split| {
        let (day, rest) = split(text)?;
        parse_time(day, rest)
    })
}

/// Splits `2024`, `2024-03`, `202403`, `2024-03-05` or `20240305` off a text, and a year of six digits with a sign.
fn split_month_day(text: &str) -> Option<(CivilParts, &str)> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (year, rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => digits(rest, 6..=6)?,
        None => digits(text, 4..=4)?,
    };
    let mut day = CivilParts::of_day(sign * number(year)?, 1, 1);
    let part = |rest: &'_ str| {
        digits(rest.strip_prefix('-').unwrap_or(rest), 2..=2).map(|(part, _)| part.to_owned())
    };
    let mut rest = rest;
    for field in [&mut day.month, &mut day.day] {
        let Some(digits) = part(rest) else { break };
        *field = number(&digits)?;
        rest = &rest.strip_prefix('-').unwrap_or(rest)[2..];
    }
    Some((day, rest)).filter(|(day, _)| day.is_valid())
}

/// Splits `2024-W10-3`, `2024-W10`, `2024W103` or `2024W10` off a text.
fn split_week_day(text: &str) -> Option<(CivilParts, &str)> {
    let (year, rest) = digits(text, 4..=4)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix('W')?;
    let (week, rest) = digits(rest, 2..=2)?;
    let (weekday, rest) = digits(rest.strip_prefix('-').unwrap_or(rest), 1..=1).unwrap_or(("1", rest));
    let weekday = Weekday::from_monday_one_offset(i8::try_from(number(weekday)?).ok()?).ok()?;
    let date =
        ISOWeekDate::new(i16::try_from(number(year)?).ok()?, i8::try_from(number(week)?).ok()?, weekday)
            .ok()?
            .date();
    Some((of_date(date), rest))
}

/// Splits `2024-064` or `2024064` off a text.
fn split_day_of_year(text: &str) -> Option<(CivilParts, &str)> {
    let (year, rest) = digits(text, 4..=4)?;
    let (day, rest) = digits(rest.strip_prefix('-').unwrap_or(rest), 3..=3)?;
    let (year, day) = (number(year)?, number(day)?);
    let first = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
    let is_in_year = (1..=i64::from(first.days_in_year())).contains(&day);
    let date =
        CivilParts::of_day(year, 1, day).to_date(&TimeZone::UTC).filter(|_| is_in_year)?.civil().date();
    Some((of_date(date), rest))
}

fn of_date(date: Date) -> CivilParts {
    CivilParts::of_day(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
}

/// Reads the time and the time zone after a day; nothing else may follow.
fn parse_time(day: CivilParts, text: &str) -> Option<PostDate> {
    let Some(rest) = text.strip_prefix(['T', 't']) else {
        return text.is_empty().then(|| day.to_date(&TimeZone::UTC)).flatten();
    };
    let (hour, mut rest) = digits(rest, 2..=2)?;
    let mut parts = CivilParts { hour: number(hour)?, ..day };
    let mut has_all = true;
    for field in [&mut parts.minute, &mut parts.second] {
        match digits(rest.strip_prefix(':').unwrap_or(rest), 2..=2) {
            Some((digits, after)) if has_all => (*field, rest) = (number(digits)?, after),
            _ => has_all = false,
        }
    }
    if has_all && let Some(after) = rest.strip_prefix(['.', ',']) {
        let (fraction, after) = digits(after, 1..=MAX_FRACTION_DIGITS)?;
        // Luxon counts milliseconds.
        (parts.nanosecond, rest) = (nanoseconds(fraction) / 1_000_000 * 1_000_000, after);
    }
    let (offset, rest) = split_offset(rest);
    let is_end_of_day = (parts.hour, parts.minute, parts.second, parts.nanosecond) == (24, 0, 0, 0);
    if !is_end_of_day && !parts.is_valid() {
        return None;
    }
    parts.offset = offset;
    if let Some(name) = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        parts.offset = None;
        return parts.to_date(&TimeZone::get(name).ok()?);
    }
    rest.is_empty().then(|| parts.to_date(&TimeZone::UTC)).flatten()
}

/// Splits `Z`, `+01`, `+0100` or `+01:00` off a text.
fn split_offset(text: &str) -> (Option<i64>, &str) {
    if let Some(rest) = text.strip_prefix(['Z', 'z']) {
        return (Some(0), rest);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let hours = text.strip_prefix(['-', '+']).and_then(|rest| digits(rest, 2..=2));
    let Some((hours, rest)) = hours else { return (None, text) };
    let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2..=2).unwrap_or(("0", rest));
    let seconds = number(hours).unwrap_or(0) * 3_600 + number(minutes).unwrap_or(0) * 60;
    (Some(sign * seconds), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::date::tests::assert_dates;

    #[test]
    fn reads_iso_8601_as_luxon_does() {
        assert_dates(include_str!("tests/luxon.tsv"), parse);
    }
}
