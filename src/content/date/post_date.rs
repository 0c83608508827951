//! The date of a post: a timestamp with the offset that the author wrote.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A timestamp with the offset from UTC that the author wrote. The offset decides the calendar day:
/// `2024-11-11T23:30:00-05:00` is 11 November for readers, although it is 12 November in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostDate {
    /// The timestamp.
    pub timestamp: Timestamp,
    pub(super) offset: Offset,
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

    /// Returns the year that the author wrote.
    #[must_use]
    pub(crate) fn year(self) -> i16 {
        self.civil().year()
    }

    /// Returns the author's offset from UTC in seconds.
    #[must_use]
    pub(crate) fn offset_seconds(self) -> i64 {
        i64::from(self.offset.seconds())
    }

    /// Returns the start of the same day in a time zone.
    #[must_use]
    pub(crate) fn start_of_day_in(self, zone: &TimeZone) -> Option<Self> {
        let midnight = self.civil().date().at(0, 0, 0, 0);
        let zoned = zone.to_ambiguous_zoned_datetime(midnight).compatible().ok()?;
        Some(Self { timestamp: zoned.timestamp(), offset: zoned.offset() })
    }

    /// Returns the same time on the clock of another offset from UTC, in seconds; `None` beyond the range of offsets.
    #[must_use]
    pub(super) fn with_offset(self, seconds: i64) -> Option<Self> {
        let offset = Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
        Some(Self { offset, ..self })
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
            return parse_rfc_3339(&text).ok_or_else(|| de::Error::custom(format!("invalid date: {text}")));
        }
        let (second, nanosecond, offset) = <(i64, i32, i32)>::deserialize(deserializer)?;
        let timestamp = Timestamp::new(second, nanosecond).map_err(de::Error::custom)?;
        let offset = Offset::from_seconds(offset).map_err(de::Error::custom)?;
        Ok(Self { timestamp, offset })
    }
}

fn parse_rfc_3339(text: &str) -> Option<PostDate> {
    let timestamp = text.parse::<Timestamp>().ok()?;
    let offset = Pieces::parse(text).ok()?.to_numeric_offset().unwrap_or(Offset::UTC);
    Some(PostDate { timestamp, offset })
}
