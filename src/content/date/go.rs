//! Dates of Hugo: the layouts that spf13/cast tries (`internal/time.go`), each read as Go's `time.Parse` does
//! (`time/format.go`).

use super::civil::{CivilParts, nanoseconds, number};
use super::yaml::digits;

/// The layouts of spf13/cast in their order, without those that have no day. The flag tells whether the layout's offset
/// counts; the time zone names of the others do not, so that their texts are in the site's time zone.
const LAYOUTS: [(&str, bool); 19] = [
    ("2006-01-02", false),
    ("2006-01-02T15:04:05Z07:00", true),
    ("2006-01-02T15:04:05", false),
    ("Mon, 02 Jan 2006 15:04:05 -0700", true),
    ("Mon, 02 Jan 2006 15:04:05 MST", false),
    ("02 Jan 06 15:04 -0700", true),
    ("02 Jan 06 15:04 MST", false),
    ("Monday, 02-Jan-06 15:04:05 MST", false),
    ("2006-01-02 15:04:05 -0700 MST", true),
    ("2006-01-02T15:04:05-0700", true),
    ("2006-01-02 15:04:05Z0700", true),
    ("2006-01-02 15:04:05", false),
    ("Mon Jan _2 15:04:05 2006", false),
    ("Mon Jan _2 15:04:05 MST 2006", false),
    ("Mon Jan 02 15:04:05 -0700 2006", true),
    ("2006-01-02 15:04:05Z07:00", true),
    ("02 Jan 2006", false),
    ("2006-01-02 15:04:05 -07:00", true),
    ("2006-01-02 15:04:05 -0700", true),
];

/// The elements of layouts. An element that begins another one follows it.
const ELEMENTS: [&str; 15] = [
    "2006", "-07:00", "-0700", "Z07:00", "Z0700", "Monday", "Mon", "Jan", "MST", "01", "02", "_2", "15",
    "04", "05",
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Parses a text by the first layout that it has.
#[must_use]
pub(super) fn parse(text: &str) -> Option<CivilParts> {
    LAYOUTS.iter().find_map(|(layout, has_offset)| {
        let parts = parse_layout(layout, text)?;
        Some(if *has_offset { parts } else { CivilParts { offset: None, ..parts } })
    })
}

fn parse_layout(layout: &str, text: &str) -> Option<CivilParts> {
    let mut parts = CivilParts::default();
    let (mut layout, mut text) = (layout, text);
    while !layout.is_empty() {
        let element = ELEMENTS.iter().copied().chain(["06"]).find(|element| layout.starts_with(element));
        if let Some(element) = element {
            layout = &layout[element.len()..];
            text = parse_element(element, text, &mut parts)?;
            continue;
        }
        let literal = layout.chars().next()?;
        layout = &layout[literal.len_utf8()..];
        if literal == ' ' {
            // A space stands for any number of spaces, and for none at the end of the text.
            if !text.is_empty() && !text.starts_with(' ') {
                return None;
            }
            text = text.trim_start_matches(' ');
        } else {
            text = text.strip_prefix(literal)?;
        }
    }
    (text.is_empty() && parts.is_valid()).then_some(parts)
}

/// Reads an element of a layout and returns the text after it.
fn parse_element<'a>(element: &str, text: &'a str, parts: &mut CivilParts) -> Option<&'a str> {
    let length = match element {
        "2006" => 4..=4,
        "02" | "01" | "04" | "05" | "06" => 2..=2,
        "_2" | "15" => 1..=2,
        "Monday" | "Mon" | "Jan" => return parse_name(element, text, parts),
        "MST" => {
            if text.starts_with("UTC") {
                // This name counts even after another offset.
                parts.offset = Some(0);
            }
            return Some(&text[zone_name_length(text)?..]);
        }
        _ => return parse_offset(element, text, parts),
    };
    let text = if element == "_2" { text.strip_prefix(' ').unwrap_or(text) } else { text };
    let (found, rest) = digits(text, length)?;
    let value = number(found)?;
    match element {
        "2006" => parts.year = value,
        // Years from 1969 to 2068, as Unix has them.
        "06" => parts.year = if value >= 69 { value + 1_900 } else { value + 2_000 },
        "01" => parts.month = value,
        "02" | "_2" => parts.day = value,
        "15" => parts.hour = value,
        "04" => parts.minute = value,
        _ => {
            parts.second = value;
            return Some(parse_fraction(rest, parts));
        }
    }
    Some(rest)
}

/// Reads a fraction after the seconds, which any layout accepts.
fn parse_fraction<'a>(text: &'a str, parts: &mut CivilParts) -> &'a str {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return text };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if end == 0 {
        return text;
    }
    parts.nanosecond = nanoseconds(&rest[..end]);
    &rest[end..]
}

fn parse_name<'a>(element: &str, text: &'a str, parts: &mut CivilParts) -> Option<&'a str> {
    let starts = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    match element {
        "Jan" => {
            let month = MONTHS.iter().position(|name| starts(name))?;
            parts.month = i64::try_from(month + 1).ok()?;
            Some(&text[3..])
        }
        "Monday" => WEEKDAYS.iter().find(|name| starts(name)).map(|name| &text[name.len()..]),
        _ => WEEKDAYS.iter().any(|name| starts(&name[..3])).then(|| &text[3..]),
    }
}

fn parse_offset<'a>(element: &str, text: &'a str, parts: &mut CivilParts) -> Option<&'a str> {
    if element.starts_with('Z')
        && let Some(rest) = text.strip_prefix('Z')
    {
        parts.offset = Some(0);
        return Some(rest);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = digits(text.strip_prefix(['-', '+'])?, 2..=2)?;
    let rest = if element.contains(':') { rest.strip_prefix(':')? } else { rest };
    let (minutes, rest) = digits(rest, 2..=2)?;
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    parts.offset = Some(sign * (hours * 3_600 + minutes * 60));
    (hours <= 24 && minutes <= 60).then_some(rest)
}

/// Returns the length of the name of a time zone, as `parseTimeZone` of Go does: three or more capital letters, with
/// hours after `GMT`, or just a signed number of hours.
fn zone_name_length(text: &str) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with("ChST") || text.starts_with("MeST") {
        return Some(4);
    }
    if let Some(rest) = text.strip_prefix("GMT") {
        return Some(3 + signed_hours_length(rest));
    }
    if text.starts_with(['+', '-']) {
        return Some(signed_hours_length(text)).filter(|length| *length > 0);
    }
    match text.bytes().take(6).take_while(u8::is_ascii_uppercase).count() {
        5 if text.as_bytes()[4] == b'T' => Some(5),
        4 if text.as_bytes()[3] == b'T' || text.starts_with("WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// Returns the length of a sign and hours below 24; 0 if there are none.
fn signed_hours_length(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['+', '-']) else { return 0 };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if number(&rest[..end]).is_some_and(|hours| hours < 24) { 1 + end } else { 0 }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::content::date::tests::assert_dates;

    #[test]
    fn reads_the_layouts_of_cast() {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        assert_dates(include_str!("tests/hugo.tsv"), |text| parse(text)?.to_date(&zone));
    }
}
