//! Dates of Ruby, as Jekyll reads them: `Time.parse` (`lib/time.rb`) of the value that the YAML parser Psych
//! (`lib/psych/scalar_scanner.rb`) made a date or left as text.

mod elements;
mod patterns;

use jiff::civil::date;
use jiff::tz::TimeZone;

use self::elements::DateElements;
use super::civil::CivilParts;
use super::post_date::PostDate;
use super::yaml::{self, OffsetForm};

/// Offsets of the names of time zones in hours, as `Time.zone_offset` has them.
const ZONES: [(&str, i64); 12] = [
    ("UTC", 0),
    ("Z", 0),
    ("UT", 0),
    ("GMT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];
/// Military time zones by their offset: `A` to `M` without `J` are east of Greenwich, `N` to `Y` west of it.
const MILITARY: [&str; 2] = ["ABCDEFGHIKLM", "NOPQRSTUVWXY"];

/// Parses a plain YAML timestamp with a time of day as Psych does: one without an offset is in UTC. Days without a time
/// stay texts: [`parse_text`] gives them the same meaning.
#[must_use]
pub(super) fn parse_yaml(text: &str) -> Option<CivilParts> {
    let timestamp = yaml::parse(text, OffsetForm::OptionalColon).filter(|timestamp| timestamp.has_time)?;
    let mut parts = timestamp.parts;
    parts.offset = parts.offset.or(Some(0));
    is_time(&parts).then_some(parts)
}

/// Parses a text as `Time.parse` does in the time zone `zone`.
///
/// `Time.parse` completes a text without a year with today's; such a text has no date here, because the result would
/// be another one at each build.
#[must_use]
pub(super) fn parse_text(text: &str, zone: &TimeZone) -> Option<PostDate> {
    let found = patterns::parse(text);
    let year = found.year?;
    let offset = found.zone.as_deref().and_then(|name| zone_offset(name, year, zone));
    let date_of = |month, day| date_of(parts_of(year, month, day, &found), offset, zone);
    match found.day_of_year {
        Some(day) => date_of_day_of_year(year, day, date_of),
        None => date_of(found.month.unwrap_or(1), found.day.unwrap_or(1)),
    }
}

fn parts_of(year: i64, month: i64, day: i64, found: &DateElements) -> CivilParts {
    CivilParts {
        year,
        month,
        day,
        hour: found.hour.unwrap_or(0),
        minute: found.minute.unwrap_or(0),
        second: found.second.unwrap_or(0),
        nanosecond: found.nanosecond.unwrap_or(0),
        offset: None,
    }
}

fn date_of(parts: CivilParts, offset: Option<i64>, zone: &TimeZone) -> Option<PostDate> {
    match offset {
        Some(offset) => {
            let parts = shifted_to_utc(parts, offset).filter(is_time)?;
            parts.to_date(zone)?.with_offset(offset)
        }
        None => is_time(&parts).then(|| parts.to_date(zone)).flatten(),
    }
}

/// Returns the date of a day of the year, as `Time.make_time` does: it begins with a day near it, and corrects that by
/// the difference once.
fn date_of_day_of_year(
    year: i64,
    day_of_year: i64,
    date_of: impl Fn(i64, i64) -> Option<PostDate>,
) -> Option<PostDate> {
    if !(1..=366).contains(&day_of_year) {
        return None;
    }
    let (month, day) = ((day_of_year - 1) / 31 + 1, (day_of_year - 1) % 31 + 1);
    let near = date_of(month, day)?;
    let difference = day_of_year - i64::from(near.civil().date().day_of_year());
    if difference == 0 {
        return Some(near);
    }
    let day = day + difference;
    let last = days_in_month(year, month)?;
    if day <= last.max(28) {
        return date_of(month, day);
    }
    (month < 12).then(|| date_of(month + 1, day - last)).flatten()
}

/// Returns whether `Time.utc` accepts the parts: any month has 31 days there.
fn is_time(parts: &CivilParts) -> bool {
    (1..=12).contains(&parts.month)
        && (1..=31).contains(&parts.day)
        && (0..=24).contains(&parts.hour)
        && (0..60).contains(&parts.minute)
        && (0..=60).contains(&parts.second)
        && (parts.hour < 24 || parts.minute == 0 && parts.second == 0)
}

/// Returns the offset in seconds of a time zone that is written as a number or name, in the given year. Names other
/// than the known ones are those of the site's own time zone, such as `CET`, or none.
fn zone_offset(name: &str, year: i64, zone: &TimeZone) -> Option<i64> {
    let name = name.to_uppercase();
    if name.starts_with(['+', '-']) {
        return numeric_offset(&name);
    }
    if let Some((_, hours)) = ZONES.iter().find(|(zone, _)| *zone == name) {
        return Some(hours * 3_600);
    }
    let military =
        |names: &str| names.find(&name).filter(|_| name.len() == 1).and_then(|at| i64::try_from(at).ok());
    if let Some(hour) = military(MILITARY[0]) {
        return Some((hour + 1) * 3_600);
    }
    if let Some(hour) = military(MILITARY[1]) {
        return Some(-(hour + 1) * 3_600);
    }
    let year = i16::try_from(year).ok().filter(|year| (1..=9_998).contains(year))?;
    [1, 7].into_iter().find_map(|month| {
        let midnight = date(year, month, 1).at(0, 0, 0, 0);
        let timestamp = zone.to_ambiguous_zoned_datetime(midnight).compatible().ok()?.timestamp();
        let info = zone.to_offset_info(timestamp);
        (info.abbreviation().to_uppercase() == name).then(|| i64::from(info.offset().seconds()))
    })
}

/// Returns the offset in seconds of `+0200`, `+02:00`, `+02` or one of these with seconds. `Time.zone_offset` knows no
/// other forms, although `Date._parse` finds them.
fn numeric_offset(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let colons = text.matches(':').count();
    let form: String = text[1..].chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let is_known = matches!(form.as_str(), "00" | "0000" | "00:00" | "000000" | "00:00:00") && colons <= 2;
    if !is_known {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).and_then(|part| part.parse::<i64>().ok()).unwrap_or(0);
    Some(sign * (part(0) * 3_600 + part(2) * 60 + part(4)))
}

/// Returns the parts in UTC, as `Time.apply_offset` does: parts roll over only as far as the offset changes them, and a
/// day that it moves out of its month becomes the first day of the next month or the last one of the month before, even if
/// the text has a day that does not exist.
fn shifted_to_utc(parts: CivilParts, offset: i64) -> Option<CivilParts> {
    let sign = -offset.signum();
    let (seconds, minutes, hours) = (offset.abs() % 60, offset.abs() / 60, offset.abs() / 3_600);
    let mut shifted = CivilParts { offset: Some(0), ..parts };
    let mut carry = shift(&mut shifted.second, sign * seconds, 60);
    carry = shift(&mut shifted.minute, sign * (minutes % 60) + carry, 60);
    carry = shift(&mut shifted.hour, sign * (hours % 24) + carry, 24);
    carry += sign * (hours / 24);
    shifted.day += carry;
    let is_december = parts.month == 12;
    let is_january = parts.month == 1;
    if carry > 0 && shifted.day > days_in_month(parts.year, parts.month)? {
        shifted.day = 1;
        (shifted.year, shifted.month) =
            if is_december { (parts.year + 1, 1) } else { (parts.year, parts.month + 1) };
    } else if carry < 0 && shifted.day < 1 {
        (shifted.year, shifted.month) =
            if is_january { (parts.year - 1, 12) } else { (parts.year, parts.month - 1) };
        shifted.day = days_in_month(shifted.year, shifted.month)?;
    }
    Some(shifted)
}

/// Adds a number to a part and returns what it carries; adding nothing carries nothing.
fn shift(part: &mut i64, by: i64, limit: i64) -> i64 {
    if by == 0 {
        return 0;
    }
    let sum = part.saturating_add(by);
    *part = sum.rem_euclid(limit);
    sum.div_euclid(limit)
}

fn days_in_month(year: i64, month: i64) -> Option<i64> {
    let first = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    Some(i64::from(first.days_in_month()))
}

#[cfg(test)]
mod tests;
