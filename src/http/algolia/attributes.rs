//! The attributes of records by which front ends filter and count. A new facet is a line in [`NAMES`] and one in
//! each `match`.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::index::OrdinalColumn;
use crate::query::conditions::{Condition, LEVEL_SEPARATOR};
use crate::query::records::RecordFacet;

/// An attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordAttribute {
    Categories,
    /// The paths of categories down to a level, from 0.
    CategoryLevel(usize),
    Tags,
    Authors,
    Series,
    Lang,
    Year,
    /// The month, below its year.
    Month,
    /// The date in seconds since 1970.
    Timestamp,
}

/// The attributes by name.
pub(super) const NAMES: [(&str, RecordAttribute); 13] = [
    ("categories", RecordAttribute::Categories),
    ("tags", RecordAttribute::Tags),
    ("authors", RecordAttribute::Authors),
    ("series", RecordAttribute::Series),
    ("lang", RecordAttribute::Lang),
    ("year", RecordAttribute::Year),
    ("date_timestamp", RecordAttribute::Timestamp),
    ("hierarchicalCategories.lvl0", RecordAttribute::CategoryLevel(0)),
    ("hierarchicalCategories.lvl1", RecordAttribute::CategoryLevel(1)),
    ("hierarchicalCategories.lvl2", RecordAttribute::CategoryLevel(2)),
    ("hierarchicalCategories.lvl3", RecordAttribute::CategoryLevel(3)),
    ("archive.lvl0", RecordAttribute::Year),
    ("archive.lvl1", RecordAttribute::Month),
];
/// Other names of attributes: that of tag filters, and that of the language filter of `DocSearch`.
const ALIASES: [(&str, RecordAttribute); 2] =
    [("_tags", RecordAttribute::Tags), ("language", RecordAttribute::Lang)];

impl RecordAttribute {
    /// Returns the attribute with this name.
    ///
    /// # Errors
    /// Returns a message with the names if there is none.
    pub(super) fn of_name(name: &str) -> Result<Self, String> {
        let mut all = NAMES.iter().chain(&ALIASES);
        all.find(|(other, _)| *other == name).map(|(_, attribute)| *attribute).ok_or_else(|| {
            let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
            format!("unknown attribute; expected one of {}", names.join(", "))
        })
    }

    /// Returns the facet that counts its values.
    pub(super) fn facet(self) -> RecordFacet {
        match self {
            Self::Categories => RecordFacet::Column(OrdinalColumn::Category),
            Self::CategoryLevel(level) => RecordFacet::CategoryLevel(level),
            Self::Tags => RecordFacet::Column(OrdinalColumn::Tag),
            Self::Authors => RecordFacet::Column(OrdinalColumn::Author),
            Self::Series => RecordFacet::Column(OrdinalColumn::Series),
            Self::Lang => RecordFacet::Column(OrdinalColumn::Lang),
            Self::Year => RecordFacet::Year,
            Self::Month => RecordFacet::Month,
            Self::Timestamp => RecordFacet::Date,
        }
    }

    /// Returns the condition that the attribute has this value.
    ///
    /// # Errors
    /// Returns a message if it cannot have the value.
    pub(super) fn condition(self, value: &str) -> Result<Condition, String> {
        let value = value.trim();
        match self {
            Self::Categories => Ok(Condition::Category(value.to_owned())),
            Self::CategoryLevel(_) => Ok(Condition::CategoryPath(value.to_owned())),
            Self::Tags => Ok(Condition::Tag(value.to_owned())),
            Self::Authors => Ok(Condition::Author(value.to_owned())),
            Self::Series => Ok(Condition::Series(value.to_owned())),
            Self::Lang => Ok(Condition::Lang(value.to_owned())),
            Self::Year | Self::Timestamp => {
                let number = value.parse().map_err(|_| "expected a whole number".to_owned())?;
                self.range(number..=number)
            }
            Self::Month => {
                let month = value.rsplit_once(LEVEL_SEPARATOR).map_or(value, |(_, month)| month);
                let days =
                    month_days(month).ok_or_else(|| "expected a month like 2024 > 2024-06".to_owned())?;
                Ok(Condition::WrittenDates(seconds(days)))
            }
        }
    }

    /// Returns the condition that the attribute is a number in this range.
    ///
    /// # Errors
    /// Returns a message if its values are not numbers.
    pub(super) fn range(self, range: RangeInclusive<i64>) -> Result<Condition, String> {
        match self {
            Self::Timestamp => Ok(Condition::Dates(range)),
            Self::Year => {
                let (first, last) = (*range.start(), *range.end());
                #[expect(clippy::reversed_empty_ranges, reason = "no post has a date in it")]
                let none = 1..=0;
                if first > last || first > i64::from(Date::MAX.year()) || last < i64::from(Date::MIN.year()) {
                    return Ok(Condition::WrittenDates(none));
                }
                let first =
                    i16::try_from(first).map_or(Date::MIN, |year| first_day(year).unwrap_or(Date::MIN));
                let last = i16::try_from(last).map_or(Date::MAX, |year| last_day(year).unwrap_or(Date::MAX));
                Ok(Condition::WrittenDates(seconds(first..=last)))
            }
            _ => Err("not a number; expected year or date_timestamp".to_owned()),
        }
    }
}

fn first_day(year: i16) -> Option<Date> {
    Date::new(year, 1, 1).ok()
}

fn last_day(year: i16) -> Option<Date> {
    Date::new(year, 12, 31).ok()
}

/// Returns the days of a month like `2024-06`.
fn month_days(month: &str) -> Option<RangeInclusive<Date>> {
    let (year, month) = month.split_once('-')?;
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    Some(first..=first.last_of_month())
}

/// Returns the seconds since 1970 of the days, as if they were in UTC.
fn seconds(days: RangeInclusive<Date>) -> RangeInclusive<i64> {
    let second = |date: Date, time| {
        let timestamp = TimeZone::UTC.to_timestamp(date.to_datetime(time));
        timestamp.map_or(if date < date_of_epoch() { i64::MIN } else { i64::MAX }, Timestamp::as_second)
    };
    second(*days.start(), jiff::civil::Time::MIN)..=second(*days.end(), jiff::civil::Time::MAX)
}

fn date_of_epoch() -> Date {
    date(1970, 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_months_are_ranges_of_seconds() {
        let of = |attribute: RecordAttribute, value| attribute.condition(value);
        let year = Condition::WrittenDates(1_704_067_200..=1_735_689_599);
        assert_eq!(of(RecordAttribute::Year, "2024"), Ok(year.clone()));
        assert_eq!(RecordAttribute::Year.range(2_024..=2_024), Ok(year));
        let june = Condition::WrittenDates(1_717_200_000..=1_719_791_999);
        for value in ["2024 > 2024-06", "2024-06"] {
            assert_eq!(of(RecordAttribute::Month, value), Ok(june.clone()));
        }
        for value in ["2024", "2024-13", "x > y-z", ""] {
            assert!(of(RecordAttribute::Month, value).is_err(), "{value}");
        }
    }

    #[test]
    fn ranges_beyond_all_dates_are_accepted() {
        for (first, last) in [(i64::MIN, i64::MAX), (2_024, i64::MAX), (i64::MIN, 2_024)] {
            let Ok(Condition::WrittenDates(range)) = RecordAttribute::Year.range(first..=last) else {
                panic!()
            };
            assert!(range.contains(&1_720_000_000), "{range:?}");
        }
        for (first, last) in [(2_025, 2_024), (10_000, 20_000), (-20_000, -10_000)] {
            let Ok(Condition::WrittenDates(range)) = RecordAttribute::Year.range(first..=last) else {
                panic!()
            };
            assert!(range.is_empty(), "{range:?}");
        }
        assert!(RecordAttribute::Tags.range(1..=2).is_err());
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        assert!(RecordAttribute::of_name("price").unwrap_err().contains("categories, tags"));
        assert_eq!(RecordAttribute::of_name("_tags"), Ok(RecordAttribute::Tags));
    }
}
