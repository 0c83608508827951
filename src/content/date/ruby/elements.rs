//! The elements that `Date._parse` finds in a text, and the rules by which it tells day, month and year apart.

use crate::content::date::civil::number;

/// The elements of a date, as far as they were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateElements {
    pub year: Option<i64>,
    pub month: Option<i64>,
    pub day: Option<i64>,
    pub day_of_year: Option<i64>,
    pub hour: Option<i64>,
    pub minute: Option<i64>,
    pub second: Option<i64>,
    pub nanosecond: Option<i64>,
    /// Time zone, as written.
    pub zone: Option<String>,
    /// Whether the year is before Christ.
    pub is_bc: bool,
    /// Whether a year of two digits is one of this or the last century.
    pub completes_year: bool,
}

impl Default for DateElements {
    fn default() -> Self {
        Self {
            year: None,
            month: None,
            day: None,
            day_of_year: None,
            hour: None,
            minute: None,
            second: None,
            nanosecond: None,
            zone: None,
            is_bc: false,
            completes_year: true,
        }
    }
}

impl DateElements {
    /// Sets year, month and day from three parts, of which some may be missing or in another place: `s3e` of
    /// `date_parse.c`.
    pub(super) fn set_day(&mut self, year: Option<&str>, month: Option<&str>, day: Option<&str>) {
        let (mut year, mut month, mut day) =
            (year.map(str::to_owned), month.map(str::to_owned), day.map(str::to_owned));
        let is_year = |text: &String| text.starts_with('\'') || text.len() > 2;
        if year.is_some() && month.is_some() && day.is_none() {
            (year, month, day) = (day, year, month);
        }
        if year.is_none() && day.as_ref().is_some_and(is_year) {
            year = day.take();
        }
        if let Some(text) = &year
            && let Some((digits, rest)) = signed_digits(text)
            && !rest.is_empty()
        {
            // Text such as `th` follows a day, not a year.
            let digits = digits.to_owned();
            (year, day) = (day, Some(digits));
        }
        if month.as_ref().is_some_and(is_year) {
            (year, month, day) = (month, day, year);
        }
        if day.as_ref().is_some_and(is_year) {
            (year, day) = (day, year);
        }
        if let Some((digits, _)) = year.as_deref().and_then(signed_digits) {
            let unsigned = digits.trim_start_matches(['-', '+']);
            if unsigned.len() < digits.len() || unsigned.len() > 2 {
                self.completes_year = false;
            }
            let sign = if digits.starts_with('-') { -1 } else { 1 };
            self.year = Some(number(unsigned).map_or(i64::MAX, |year| sign * year));
        }
        if let Some(month) = month.as_deref().and_then(first_number) {
            self.month = Some(month);
        }
        if let Some(day) = day.as_deref().and_then(first_number) {
            self.day = Some(day);
        }
    }

    /// Returns the elements with the year that they mean.
    pub(super) fn with_full_year(mut self) -> Self {
        if self.is_bc {
            self.year = self.year.map(|year| 1 - year);
        }
        if self.completes_year {
            self.year = self.year.map(|year| match year {
                0..=68 => year + 2_000,
                69..=99 => year + 1_900,
                _ => year,
            });
        }
        self
    }
}

/// Returns the first number of a text, with its sign, and what follows.
fn signed_digits(text: &str) -> Option<(&str, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))?;
    let text = &text[start..];
    let sign = usize::from(text.starts_with(['-', '+']));
    let end = text[sign..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |end| sign + end);
    Some(text.split_at(end))
}

fn first_number(text: &str) -> Option<i64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits = &text[start..];
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    Some(number(&digits[..end]).unwrap_or(i64::MAX))
}
