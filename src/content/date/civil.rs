//! The parts of a date as a parser reads them, and their place on the time line.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, ToSpan};

use super::post_date::PostDate;

/// Maximum value of a part; larger ones are beyond the range of dates.
const MAX_PART: i64 = 1_000_000;

/// Date and time of day as written, with the offset from UTC if the text has one.
///
/// Months, days and times of day beyond their range roll over, as in `Date.UTC` of JavaScript and `Time.utc` of Ruby:
/// 30 February is the first or second day of March. Parsers that refuse such dates call [`Self::is_valid`] before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CivilParts {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub nanosecond: i64,
    /// Offset from UTC in seconds.
    pub offset: Option<i64>,
}

impl CivilParts {
    /// Returns the start of a day.
    #[must_use]
    pub(super) fn of_day(year: i64, month: i64, day: i64) -> Self {
        Self { year, month, day, ..Self::default() }
    }

    /// Returns whether the day exists in its month and the time of day is from 00:00:00 to 23:59:59.
    #[must_use]
    pub(super) fn is_valid(&self) -> bool {
        let number = |part: i64| i8::try_from(part).ok();
        let date = || Date::new(i16::try_from(self.year).ok()?, number(self.month)?, number(self.day)?).ok();
        let is_time =
            (0..24).contains(&self.hour) && (0..60).contains(&self.minute) && (0..60).contains(&self.second);
        is_time && date().is_some()
    }

    /// Returns the date; a text without an offset is in the time zone `zone`. Returns `None` beyond the range from the
    /// year -9999 to 9999.
    #[must_use]
    pub(super) fn to_date(self, zone: &TimeZone) -> Option<PostDate> {
        let parts = [self.year, self.month, self.day, self.hour, self.minute, self.second];
        if parts.iter().any(|part| part.abs() > MAX_PART) {
            return None;
        }
        let months = self.year * 12 + self.month - 1;
        let year = i16::try_from(months.div_euclid(12)).ok()?;
        let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
        let first = Date::new(year, month, 1).ok()?;
        let midnight = first.checked_add((self.day - 1).days()).ok()?.at(0, 0, 0, 0);
        let seconds = self.hour * 3_600 + self.minute * 60 + self.second;
        let since_midnight = SignedDuration::new(seconds, i32::try_from(self.nanosecond).ok()?);
        let civil = midnight.checked_add(since_midnight).ok()?;
        let Some(offset) = self.offset else {
            let zoned = zone.to_ambiguous_zoned_datetime(civil).compatible().ok()?;
            return Some(PostDate { timestamp: zoned.timestamp(), offset: zoned.offset() });
        };
        let offset = Offset::from_seconds(i32::try_from(offset).ok()?).ok()?;
        Some(PostDate { timestamp: offset.to_timestamp(civil).ok()?, offset })
    }
}

/// Returns the number that a text of digits states; `None` if it is empty, has other characters or is too large.
#[must_use]
pub(super) fn number(digits: &str) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Returns the nanoseconds that the digits after the decimal point of a second state.
#[must_use]
pub(super) fn nanoseconds(digits: &str) -> i64 {
    let nine: String = digits.chars().take(9).collect();
    number(&format!("{nine:0<9}")).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_beyond_their_range_roll_over() {
        let date = |parts: CivilParts| parts.to_date(&TimeZone::UTC).map(|date| date.to_string());
        for (parts, expected) in [
            (CivilParts::of_day(2023, 2, 30), "2023-03-02T00:00:00Z"),
            (CivilParts::of_day(2023, 13, 1), "2024-01-01T00:00:00Z"),
            (CivilParts { hour: 24, ..CivilParts::of_day(2023, 12, 31) }, "2024-01-01T00:00:00Z"),
            (
                CivilParts { offset: Some(-14_400), ..CivilParts::of_day(2023, 1, 1) },
                "2023-01-01T00:00:00-04:00",
            ),
        ] {
            assert_eq!(date(parts).as_deref(), Some(expected), "{parts:?}");
        }
        assert_eq!(date(CivilParts::of_day(12_000, 1, 1)), None);
        assert_eq!(date(CivilParts::of_day(i64::MAX, i64::MIN, 0)), None);
        assert!(!CivilParts::of_day(2023, 2, 29).is_valid() && CivilParts::of_day(2024, 2, 29).is_valid());
    }

    #[test]
    fn fractions_of_a_second_have_any_number_of_digits() {
        for (digits, expected) in
            [("", 0), ("5", 500_000_000), ("098", 98_000_000), ("12345678901", 123_456_789)]
        {
            assert_eq!(nanoseconds(digits), expected, "{digits}");
        }
    }
}
