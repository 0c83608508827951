//! The parts of a date for JavaScript, as they are collected.

use crate::content::date::civil::CivilParts;

/// Collects the numbers of the day, and the month if it has a name.
#[derive(Debug, Default)]
pub(super) struct DayComposer {
    numbers: Vec<i64>,
    /// Number of the month that is given by its name.
    pub named_month: Option<i64>,
    /// Whether the order is that of ISO 8601.
    pub is_iso: bool,
}

impl DayComposer {
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Adds a number; returns whether there was place for it.
    pub(super) fn add(&mut self, number: i64) -> bool {
        let has_place = self.numbers.len() < 3;
        if has_place {
            self.numbers.push(number);
        }
        has_place
    }

    /// Returns the day. Years 0 to 49 are those of this century, 50 to 99 those of the last one, and a text
    /// without a year is of 2001.
    pub(super) fn finish(self) -> Option<CivilParts> {
        let number = |at: usize| self.numbers.get(at).copied().unwrap_or(1);
        let is_day = |number: i64| (1..=31).contains(&number);
        if self.numbers.is_empty() {
            return None;
        }
        let (year, month, day) = match self.named_month {
            None if self.is_iso || !is_day(number(0)) => (number(0), number(1), number(2)),
            None => (number(2), number(0), number(1)),
            Some(month) if !is_day(number(0)) => (number(0), month, number(1)),
            Some(month) => (number(1), month, number(0)),
        };
        let year = match year {
            0..=49 if !self.is_iso => year + 2_000,
            50..=99 if !self.is_iso => year + 1_900,
            _ => year,
        };
        let is_valid = (1..=12).contains(&month) && is_day(day);
        is_valid.then(|| CivilParts::of_day(year, month, day))
    }
}

/// Collects hour, minute, second and millisecond.
#[derive(Debug, Default)]
pub(super) struct TimeComposer {
    numbers: Vec<i64>,
    /// Hours that `am` or `pm` adds.
    pub hour_offset: Option<i64>,
}

impl TimeComposer {
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Returns whether a number may be the next part of a time that has begun.
    pub(super) fn is_expecting(&self, number: i64) -> bool {
        match self.numbers.len() {
            1 | 2 => (0..60).contains(&number),
            3 => (0..1_000).contains(&number),
            _ => false,
        }
    }

    /// Adds a number; returns whether there was place for it.
    pub(super) fn add(&mut self, number: i64) -> bool {
        let has_place = self.numbers.len() < 4;
        if has_place {
            self.numbers.push(number);
        }
        has_place
    }

    /// Adds the last number.
    pub(super) fn add_final(&mut self, number: i64) {
        self.add(number);
        self.numbers.resize(4, 0);
    }

    pub(super) fn finish(mut self) -> Option<[i64; 4]> {
        self.numbers.resize(4, 0);
        if let Some(offset) = self.hour_offset {
            if !(0..=12).contains(&self.numbers[0]) {
                return None;
            }
            self.numbers[0] = self.numbers[0] % 12 + offset;
        }
        let time: [i64; 4] = self.numbers.try_into().ok()?;
        let limits = [24, 60, 60, 1_000];
        let is_time = time.iter().zip(limits).all(|(number, limit)| (0..limit).contains(number));
        (is_time || time == [24, 0, 0, 0]).then_some(time)
    }
}

/// Collects the offset from UTC.
#[derive(Debug, Default)]
pub(super) struct ZoneComposer {
    sign: Option<i64>,
    /// Hours, without the sign.
    pub hour: Option<i64>,
    /// Minutes, without the sign.
    pub minute: Option<i64>,
}

impl ZoneComposer {
    pub(super) fn set(&mut self, hours: i64) {
        self.sign = Some(if hours < 0 { -1 } else { 1 });
        (self.hour, self.minute) = (Some(hours.abs()), Some(0));
    }

    pub(super) fn set_sign(&mut self, sign: char) {
        self.sign = Some(if sign == '-' { -1 } else { 1 });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hour.is_none()
    }

    pub(super) fn is_utc(&self) -> bool {
        self.hour == Some(0) && self.minute == Some(0)
    }

    /// Returns whether a number may be the minutes of an offset that has begun.
    pub(super) fn is_expecting(&self, number: i64) -> bool {
        self.hour.is_some() && self.minute.is_none() && (0..60).contains(&number)
    }

    /// Returns the offset in seconds; `None` if the text has none.
    pub(super) fn finish(&self) -> Option<i64> {
        Some(self.sign? * (self.hour.unwrap_or(0) * 3_600 + self.minute.unwrap_or(0) * 60))
    }
}
