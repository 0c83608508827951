//! Dates of unknown origin, in the formats that authors use: for sites whose generator or theme leaves the reading of
//! dates to its programs, and for date filters.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::{Offset, TimeZone};

use super::civil::CivilParts;
use super::javascript;
use super::post_date::PostDate;

/// Smallest year of a date whose text does not begin with four digits; a smaller one is a misread day.
const MIN_YEAR: i16 = 1_000;

/// Names of time zones, with their offsets from UTC. Ambiguous names have the meaning that they have in Ruby.
const ZONES: [(&str, &str); 20] = [
    ("Z", "+0000"),
    ("UTC", "+0000"),
    ("GMT", "+0000"),
    ("WET", "+0000"),
    ("BST", "+0100"),
    ("CET", "+0100"),
    ("CEST", "+0200"),
    ("EET", "+0200"),
    ("EEST", "+0300"),
    ("MSK", "+0300"),
    ("IST", "+0530"),
    ("JST", "+0900"),
    ("EST", "-0500"),
    ("EDT", "-0400"),
    ("CST", "-0600"),
    ("CDT", "-0500"),
    ("MST", "-0700"),
    ("MDT", "-0600"),
    ("PST", "-0800"),
    ("PDT", "-0700"),
];

/// Parses a date in a common format, or in one of JavaScript. A date without an offset is in the time zone `zone`, and
/// one without a time is at midnight.
#[must_use]
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<PostDate> {
    parse_common(text, zone)
        .or_else(|| javascript::parse_text(text).filter(CivilParts::is_valid)?.to_date(zone))
}

/// Parses a date in RFC 3339, in RFC 2822, or in a format with or without a time in which the month is a number or an
/// English name.
#[must_use]
pub(super) fn parse_common(text: &str, zone: &TimeZone) -> Option<PostDate> {
    let starts_with_year = text.len() >= 4 && text.bytes().take(4).all(|b| b.is_ascii_digit());
    parse_known_format(text, zone).filter(|date| starts_with_year || date.civil().year() >= MIN_YEAR)
}

fn parse_known_format(text: &str, zone: &TimeZone) -> Option<PostDate> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        let pieces = Pieces::parse(text).ok()?;
        return Some(PostDate { timestamp, offset: pieces.to_numeric_offset().unwrap_or(Offset::UTC) });
    }
    parse_with_offset(text).or_else(|| {
        let date_time = parse_without_offset(text)?;
        let zoned = zone.to_ambiguous_zoned_datetime(date_time).compatible().ok()?;
        Some(PostDate { timestamp: zoned.timestamp(), offset: zoned.offset() })
    })
}

/// Replaces the name of a time zone with its offset, or removes it after an offset, and normalizes whitespace.
fn with_numeric_zone(text: &str) -> String {
    // JavaScript prints the zone's name in parentheses after the offset, Go without them.
    let text = text.split_once(" (").map_or(text, |(date, _)| date);
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let is_offset = |word: &&str| word.len() >= 5 && word.starts_with(['+', '-']);
        let is_name = word.chars().all(|c| c.is_ascii_uppercase());
        if is_name && words.last().is_some_and(is_offset) {
            continue;
        }
        words.push(ZONES.iter().find(|(name, _)| *name == word).map_or(word, |(_, offset)| *offset));
    }
    words.join(" ")
}

fn parse_with_offset(text: &str) -> Option<PostDate> {
    let text = with_numeric_zone(text);
    let is_numeric = text.starts_with(|c: char| c.is_ascii_digit());
    let is_iso = is_numeric && text.as_bytes().get(4) == Some(&b'-');
    if !is_iso && let Ok(zoned) = rfc2822::parse(&text) {
        return Some(PostDate { timestamp: zoned.timestamp(), offset: zoned.offset() });
    }
    let patterns = [
        "%Y-%m-%d %H:%M:%S%.f %z",
        "%Y-%m-%d %H:%M:%S%.f%z",
        "%Y-%m-%d %H:%M %z",
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%dT%H:%M%z",
        "%Y-%m-%d %H:%M:%S%.f %:z",
        "%Y-%m-%d %H:%M %:z",
        "%Y/%m/%d %H:%M:%S %z",
        "%Y/%m/%d %H:%M %z",
        "%a %b %d %H:%M:%S %Y %z",
        "%a %b %d %H:%M:%S %z %Y",
        "%a %b %d %Y %H:%M:%S GMT%z",
        "%A, %d-%b-%y %H:%M:%S %z",
        "%a, %d %b %Y %H:%M %z",
    ];
    patterns.iter().find_map(|pattern| {
        let parsed = strtime::parse(pattern, &text).ok()?;
        Some(PostDate { timestamp: parsed.to_timestamp().ok()?, offset: parsed.offset()? })
    })
}

fn parse_without_offset(text: &str) -> Option<DateTime> {
    if let Ok(date_time) = text.parse::<DateTime>() {
        return Some(date_time);
    }
    let times = [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
        "%d %b %Y %H:%M:%S",
        "%a %b %d %H:%M:%S %Y",
        "%Y-%m-%d %I:%M:%S %p",
        "%Y-%m-%d %I:%M %p",
        "%Y-%m-%d %I:%M%p",
        "%B %d, %Y %H:%M",
        "%B %d, %Y %I:%M %p",
        "%b %d, %Y %I:%M %p",
    ];
    if let Some(found) = times.iter().find_map(|pattern| DateTime::strptime(pattern, text).ok()) {
        return Some(found);
    }
    let days = [
        "%Y/%m/%d",
        "%Y-%m-%d",
        "%Y.%m.%d",
        "%d.%m.%Y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%b %d %Y",
        "%B %d %Y",
        "%d %b %Y",
        "%d %B %Y",
        "%a, %d %b %Y",
        "%A, %B %d, %Y",
    ];
    days.iter().find_map(|pattern| Date::strptime(pattern, text).ok()).map(|date| date.at(0, 0, 0, 0))
}
