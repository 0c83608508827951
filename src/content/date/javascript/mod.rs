//! Dates of JavaScript: texts as V8's `Date.parse` reads them (`src/date/dateparser-inl.h` of V8), and plain YAML
//! timestamps as js-yaml reads them.
//!
//! V8 first tries ISO 8601. Whatever that leaves is read by rules for older formats, in which words before the first
//! number and texts in parentheses do not count.

mod composer;
mod tokens;

use self::composer::{DayComposer, TimeComposer, ZoneComposer};
use self::tokens::{DateToken, TokenReader};
use super::civil::CivilParts;
use super::yaml::{self, OffsetForm};

/// Parses a text as `new Date(text)` does.
#[must_use]
pub(super) fn parse_text(text: &str) -> Option<CivilParts> {
    let mut parser = DateParser::new(text);
    let first = parser.iso()?;
    parser.legacy(first)?;
    parser.finish()
}

/// Parses a plain YAML timestamp as js-yaml does: one without an offset is in UTC, and `Date.UTC` takes the years 0 to
/// 99 for 1900 to 1999.
#[must_use]
pub(super) fn parse_yaml(text: &str) -> Option<CivilParts> {
    let mut parts = yaml::parse(text, OffsetForm::Colon)?.parts;
    if (0..100).contains(&parts.year) {
        parts.year += 1_900;
    }
    parts.offset = parts.offset.or(Some(0));
    Some(parts)
}

/// The parser's state: what it has read, and the text that is left.
struct DateParser<'a> {
    reader: TokenReader<'a>,
    day: DayComposer,
    time: TimeComposer,
    zone: ZoneComposer,
}

impl<'a> DateParser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            reader: TokenReader::new(text),
            day: DayComposer::default(),
            time: TimeComposer::default(),
            zone: ZoneComposer::default(),
        }
    }

    /// Reads as much as possible as ISO 8601 and returns the token that follows, for [`Self::legacy`]. Returns `None`
    /// if the text is no date.
    fn iso(&mut self) -> Option<DateToken> {
        match self.reader.peek() {
            DateToken::Symbol(sign @ ('-' | '+')) => {
                let token = self.reader.next();
                let DateToken::Number { value, length: 6 } = self.reader.peek() else { return Some(token) };
                self.reader.next();
                if sign == '-' && value == 0 {
                    return Some(token);
                }
                self.day.add(if sign == '-' { -value } else { value });
            }
            DateToken::Number { value, length: 4 } => {
                self.reader.next();
                self.day.add(value);
            }
            _ => return Some(self.reader.next()),
        }
        for limit in [12, 31] {
            if !self.reader.skip('-') {
                break;
            }
            match self.reader.peek() {
                DateToken::Number { value, length: 2 } if (1..=limit).contains(&value) => {
                    self.reader.next();
                    self.day.add(value);
                }
                _ => return Some(self.reader.next()),
            }
        }
        if self.reader.peek() == DateToken::TimeSeparator {
            self.iso_time()?;
        } else if self.reader.peek() != DateToken::End {
            return Some(self.reader.next());
        }
        if self.zone.is_empty() && self.time.is_empty() {
            self.zone.set(0);
        }
        self.day.is_iso = true;
        Some(DateToken::End)
    }

    fn iso_time(&mut self) -> Option<()> {
        self.reader.next();
        let hour = self.two_digits(24)?;
        self.time.add(hour);
        let limit = if hour == 24 { 0 } else { 59 };
        if !self.reader.skip(':') {
            return None;
        }
        let minute = self.two_digits(limit)?;
        self.time.add(minute);
        if self.reader.skip(':') {
            let second = self.two_digits(limit)?;
            self.time.add(second);
            if self.reader.skip('.') {
                let DateToken::Number { value, length } = self.reader.next() else { return None };
                if hour == 24 && value > 0 {
                    return None;
                }
                self.time.add(milliseconds(value, length));
            }
        }
        match self.reader.peek() {
            DateToken::ZoneName { hours: 0, length: 1 } => {
                self.reader.next();
                self.zone.set(0);
            }
            DateToken::Symbol(sign @ ('-' | '+')) => {
                self.reader.next();
                self.zone.set_sign(sign);
                self.iso_offset()?;
            }
            _ => {}
        }
        (self.reader.peek() == DateToken::End).then_some(())
    }

    fn iso_offset(&mut self) -> Option<()> {
        let (hour, minute) = if let DateToken::Number { value, length: 4 } = self.reader.peek() {
            self.reader.next();
            (value / 100, value % 100)
        } else {
            let hour = self.two_digits(23)?;
            if !self.reader.skip(':') {
                return None;
            }
            (hour, self.two_digits(59)?)
        };
        if hour > 23 || minute > 59 {
            return None;
        }
        (self.zone.hour, self.zone.minute) = (Some(hour), Some(minute));
        Some(())
    }

    fn two_digits(&mut self, limit: i64) -> Option<i64> {
        match self.reader.next() {
            DateToken::Number { value, length: 2 } if value <= limit => Some(value),
            _ => None,
        }
    }

    /// Reads the rest of the text, from `token` on, by the rules for older formats. Returns `None` if the text is no
    /// date.
    fn legacy(&mut self, mut token: DateToken) -> Option<()> {
        let mut has_number = !self.day.is_empty();
        while token != DateToken::End {
            match token {
                DateToken::Number { value, .. } => {
                    has_number = true;
                    self.legacy_number(value)?;
                }
                DateToken::Meridiem(hours) if !self.time.is_empty() => self.time.hour_offset = Some(hours),
                DateToken::Month(month) => {
                    self.day.named_month = Some(month);
                    self.reader.skip('-');
                }
                DateToken::ZoneName { hours, .. } if has_number => self.zone.set(hours),
                DateToken::Meridiem(_)
                | DateToken::ZoneName { .. }
                | DateToken::TimeSeparator
                | DateToken::Word => {
                    let is_joined = matches!(self.reader.peek(), DateToken::Number { .. });
                    if has_number || is_joined {
                        return None;
                    }
                }
                DateToken::Symbol(sign @ ('-' | '+')) if self.zone.is_utc() || !self.time.is_empty() => {
                    has_number = true;
                    self.legacy_offset(sign)?;
                }
                DateToken::Symbol('-' | '+' | ')') if has_number => return None,
                DateToken::Symbol(_) | DateToken::Space | DateToken::Other | DateToken::End => {}
            }
            token = self.reader.next();
        }
        Some(())
    }

    fn legacy_number(&mut self, value: i64) -> Option<()> {
        if self.reader.skip(':') {
            if self.reader.skip(':') {
                if !self.time.is_empty() {
                    return None;
                }
                self.time.add(value);
                self.time.add(0);
            } else {
                if !self.time.add(value) {
                    return None;
                }
                self.reader.skip('.');
            }
        } else if self.reader.peek() == DateToken::Symbol('.') && self.time.is_expecting(value) {
            self.reader.next();
            self.time.add(value);
            let DateToken::Number { value, length } = self.reader.next() else { return None };
            self.time.add_final(milliseconds(value, length));
        } else if self.zone.is_expecting(value) {
            self.reader.skip('.');
            self.zone.minute = Some(value);
        } else if self.time.is_expecting(value) {
            self.time.add_final(value);
            let ends = matches!(
                self.reader.peek(),
                DateToken::End
                    | DateToken::Space
                    | DateToken::ZoneName { hours: 0, length: 1 }
                    | DateToken::Symbol('-' | '+')
            );
            if !ends {
                return None;
            }
        } else {
            self.reader.skip('.');
            if !self.day.add(value) {
                return None;
            }
            self.reader.skip('-');
        }
        Some(())
    }

    fn legacy_offset(&mut self, sign: char) -> Option<()> {
        self.zone.set_sign(sign);
        let (value, length) = match self.reader.peek() {
            DateToken::Number { value, length } => {
                self.reader.next();
                (value, length)
            }
            _ => (0, 0),
        };
        (self.zone.hour, self.zone.minute) = match length {
            _ if self.reader.peek() == DateToken::Symbol(':') => (Some(value), None),
            1 | 2 => (Some(value), Some(0)),
            3 | 4 => (Some(value / 100), Some(value % 100)),
            _ => return None,
        };
        Some(())
    }

    fn finish(self) -> Option<CivilParts> {
        let day = self.day.finish()?;
        let [hour, minute, second, millisecond] = self.time.finish()?;
        Some(CivilParts {
            hour,
            minute,
            second,
            nanosecond: millisecond * 1_000_000,
            offset: self.zone.finish(),
            ..day
        })
    }
}

/// Returns the milliseconds that the digits after a second's decimal point state; the digits are given by their number
/// and its length.
fn milliseconds(value: i64, length: usize) -> i64 {
    match length {
        1 => value * 100,
        2 => value * 10,
        3 => value,
        _ => value / 10_i64.pow(u32::try_from(length.min(tokens::MAX_DIGITS) - 3).unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests;
