//! The patterns by which `Date._parse` finds the elements of a date in a text (`ext/date/date_parse.c` of Ruby).
//!
//! Each pattern that matches is replaced by a space. The day of the week and the time are searched first, then the day:
//! the first of its forms that matches counts.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::elements::DateElements;
use crate::content::date::civil::{nanoseconds, number};

/// A pattern; `None` would be an invalid one, which a test excludes.
type DatePattern = LazyLock<Option<Regex>>;
/// Whether a byte is of a kind that a form needs.
type Kind = fn(u8) -> bool;
/// Takes the elements over that a pattern has found.
type Take = fn(&Captures<'_>, &mut DateElements);

const MONTHS: &str = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
const ERA: &str = r"c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.)";

/// Compiles a pattern without regard to case. `MON` stands for the months' names, `ERA` for the eras; `\d` is an ASCII
/// digit, and spaces are the only white space, because [`parse`] replaces all others.
fn compile(pattern: &str) -> Option<Regex> {
    let pattern =
        pattern.replace("MON", MONTHS).replace("ERA", ERA).replace(r"\d", "[0-9]").replace(r"\D", "[^0-9]");
    Regex::new(&format!("(?i){pattern}")).ok()
}

static UNKNOWN: DatePattern = LazyLock::new(|| Regex::new(r"[^-+',./:@\p{Alphabetic}\p{Nd}\[\]]+").ok());
static WEEKDAY: DatePattern = LazyLock::new(|| compile(r"\b(sun|mon|tue|wed|thu|fri|sat)[^-/\d ]*"));
static TIME: DatePattern = LazyLock::new(|| {
    compile(concat!(
        r"((?:\d+ *: *\d+(?: *: *\d+(?:[,.]\d*)?)?|\d+ *h(?: *\d+m?(?: *\d+s?)?)?)(?: *[ap](?:m\b|\.m\.))?",
        r"|\d+ *[ap](?:m\b|\.m\.))",
        r"(?: *((?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?",
        r"|[\p{Alphabetic}. ]+(?:standard|daylight) time\b|\p{Alphabetic}+(?: dst)?\b))?",
    ))
});
static CLOCK: DatePattern = LazyLock::new(|| {
    compile(r"\A(\d+)h?(?: *:? *(\d+)m?(?: *:? *(\d+)(?:[,.](\d+))?s?)?)?(?: *([ap])(?:m\b|\.m\.))?")
});
static DAY_MONTH: DatePattern = LazyLock::new(|| {
    compile(r"('?\d+)[^-\d ]* *(MON)[^-\d ']*(?: *(ERA)? *('?-?\d+(?:(?:st|nd|rd|th)\b)?))?")
});
static MONTH_DAY: DatePattern =
    LazyLock::new(|| compile(r"\b(MON)[^-\d ']* *('?\d+)[^-\d ']*(?: *,? *(ERA)? *('?-?\d+))?"));
static ISO: DatePattern = LazyLock::new(|| compile(r"('?[-+]?\d+)-(\d+)-('?-?\d+)"));
static JIS: DatePattern = LazyLock::new(|| compile(r"\b([mtsh])(\d+)\.(\d+)\.(\d+)"));
static DAY_DASH_MONTH: DatePattern = LazyLock::new(|| compile(r"('?-?\d+)-(MON)[^-/.]*-('?-?\d+)"));
static MONTH_DASH_DAY: DatePattern = LazyLock::new(|| compile(r"\b(MON)[^-/.]*-('?-?\d+)(?:-('?-?\d+))?"));
static SLASHES: DatePattern = LazyLock::new(|| compile(r"('?-?\d+)/ *('?\d+)(?:\D *('?-?\d+))?"));
static DOTS: DatePattern = LazyLock::new(|| compile(r"('?-?\d+)\. *('?\d+)\. *('?-?\d+)"));
static WEEK: DatePattern = LazyLock::new(|| compile(r"\b(\d{2}|\d{4})?-?w(\d{2})(?:-?(\d))?\b"));
static DAY_OF_WEEK: DatePattern = LazyLock::new(|| compile(r"-w-(\d)\b"));
static DASHES_DAY: DatePattern = LazyLock::new(|| compile(r"--(\d{2})?-(\d{2})\b"));
static DASHES_MONTH: DatePattern = LazyLock::new(|| compile(r"--(\d{2})(\d{2})?\b"));
static NO_ORDINAL: DatePattern = LazyLock::new(|| compile(r"[,.](\d{2}|\d{4})-\d{3}\b"));
static ORDINAL: DatePattern = LazyLock::new(|| compile(r"\b(\d{2}|\d{4})-(\d{3})\b"));
static NO_ORDINAL_DAY: DatePattern = LazyLock::new(|| compile(r"\d-\d{3}\b"));
static ORDINAL_DAY: DatePattern = LazyLock::new(|| compile(r"\b-(\d{3})\b"));
static YEAR: DatePattern = LazyLock::new(|| compile(r"'(\d+)\b"));
static MONTH: DatePattern = LazyLock::new(|| compile(r"\b(MON)[^ ]*"));
static DAY: DatePattern = LazyLock::new(|| compile(r"(\d+)(st|nd|rd|th)\b"));
static DIGITS: DatePattern = LazyLock::new(|| {
    compile(concat!(
        r"([-+]?)(\d{2,14})(?: *t? *(\d{2,6})?(?:[,.](\d*))?)?",
        r"(?: *(z\b|[-+]\d{1,4}\b|\[[-+]?\d[^\]]*\]))?",
    ))
});
static BEFORE_CHRIST: DatePattern = LazyLock::new(|| compile(r"\b(bc\b|bce\b|b\.c\.|b\.c\.e\.)"));
static FRAGMENT: DatePattern = LazyLock::new(|| compile(r"\A *(\d{1,2}) *\z"));

/// Returns the elements of the date in a text.
pub(super) fn parse(text: &str) -> DateElements {
    let mut text = match UNKNOWN.as_ref() {
        Some(unknown) => unknown.replace_all(text, " ").into_owned(),
        None => return DateElements::default(),
    };
    let mut found = DateElements::default();
    let has = |text: &str, needed: &[Kind]| needed.iter().all(|is| text.bytes().any(is));
    let alpha: Kind = |b| b.is_ascii_alphabetic();
    let digit: Kind = |b| b.is_ascii_digit();
    if has(&text, &[alpha]) {
        take(&mut text, &WEEKDAY, &mut found, |_, _| {});
    }
    if has(&text, &[digit]) {
        take(&mut text, &TIME, &mut found, take_time);
    }
    let dash: Kind = |b| b == b'-';
    let dot: Kind = |b| b == b'.';
    let slash: Kind = |b| b == b'/';
    let forms: [(&[Kind], &DatePattern, Take); 12] = [
        (&[alpha, digit], &DAY_MONTH, |m, found| take_named(found, text_of(m, 4), m, text_of(m, 1), 2)),
        (&[alpha, digit], &MONTH_DAY, |m, found| take_named(found, text_of(m, 4), m, text_of(m, 2), 1)),
        (&[digit, dash], &ISO, take_year_month_day),
        (&[digit, dot], &JIS, take_japanese),
        (&[alpha, digit, dash], &DAY_DASH_MONTH, |m, found| {
            take_named(found, text_of(m, 3), m, text_of(m, 1), 2);
        }),
        (&[alpha, digit, dash], &MONTH_DASH_DAY, |m, found| {
            take_named(found, text_of(m, 3), m, text_of(m, 2), 1);
        }),
        (&[digit, slash], &SLASHES, take_year_month_day),
        (&[digit, dot], &DOTS, take_year_month_day),
        (&[digit], &WEEK, |_, _| {}),
        (&[digit], &DAY_OF_WEEK, |_, _| {}),
        (&[digit], &DASHES_DAY, |m, found| {
            found.month = number_of(m, 1).or(found.month);
            found.day = number_of(m, 2);
        }),
        (&[digit], &DASHES_MONTH, |m, found| {
            found.month = number_of(m, 1);
            found.day = number_of(m, 2).or(found.day);
        }),
    ];
    let is_found = forms
        .iter()
        .any(|(needed, pattern, apply)| has(&text, needed) && take(&mut text, pattern, &mut found, *apply));
    if !is_found {
        parse_rare_forms(&mut text, &mut found);
    }
    if has(&text, &[alpha]) {
        take(&mut text, &BEFORE_CHRIST, &mut found, |_, found| found.is_bc = true);
    }
    take(&mut text, &FRAGMENT, &mut found, take_fragment);
    found.with_full_year()
}

/// Searches the forms after the common ones: days of the year, single elements, and digits without separators.
fn parse_rare_forms(text: &mut String, found: &mut DateElements) {
    let is_excluded =
        |text: &str, pattern: &DatePattern| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
    if !is_excluded(text, &NO_ORDINAL)
        && take(text, &ORDINAL, found, |m, found| {
            found.year = number_of(m, 1);
            found.day_of_year = number_of(m, 2);
        })
    {
        return;
    }
    if !is_excluded(text, &NO_ORDINAL_DAY)
        && take(text, &ORDINAL_DAY, found, |m, found| found.day_of_year = number_of(m, 1))
    {
        return;
    }
    let forms: [(&DatePattern, Take); 4] = [
        (&YEAR, |m, found| found.year = number_of(m, 1)),
        (&MONTH, |m, found| found.month = month_of(text_of(m, 1))),
        (&DAY, |m, found| found.day = number_of(m, 1)),
        (&DIGITS, take_digits),
    ];
    let _ = forms.iter().any(|(pattern, apply)| take(text, pattern, found, *apply));
}

/// Applies a pattern and replaces its match by a space; returns whether it matches.
fn take(text: &mut String, pattern: &DatePattern, found: &mut DateElements, apply: Take) -> bool {
    let range = match pattern.as_ref().and_then(|pattern| pattern.captures(text)) {
        Some(captures) => {
            apply(&captures, found);
            captures.get_match().range()
        }
        None => return false,
    };
    text.replace_range(range, " ");
    true
}

fn text_of<'t>(captures: &Captures<'t>, group: usize) -> Option<&'t str> {
    captures.get(group).map(|found| found.as_str())
}

/// Returns the number of a group; one that is too large is out of any range.
fn number_of(captures: &Captures<'_>, group: usize) -> Option<i64> {
    text_of(captures, group).map(|text| number(text).unwrap_or(i64::MAX))
}

/// Returns the number of the month whose name begins a text.
fn month_of(name: Option<&str>) -> Option<i64> {
    let start = name?.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.split('|').position(|month| month == start)?;
    i64::try_from(month + 1).ok()
}

/// Takes a day whose month, in the group `month`, has a name. Group 3 is the era, except in forms of three groups.
fn take_named(
    found: &mut DateElements,
    year: Option<&str>,
    captures: &Captures<'_>,
    day: Option<&str>,
    month: usize,
) {
    let Some(month) = month_of(text_of(captures, month)) else { return };
    found.set_day(year, Some(&month.to_string()), day);
    if captures.len() == 5 && text_of(captures, 3).is_some_and(|era| era.starts_with(['b', 'B'])) {
        found.is_bc = true;
    }
}

fn take_year_month_day(captures: &Captures<'_>, found: &mut DateElements) {
    found.set_day(text_of(captures, 1), text_of(captures, 2), text_of(captures, 3));
}

/// Takes a day with the year of a Japanese era.
fn take_japanese(captures: &Captures<'_>, found: &mut DateElements) {
    let first = match text_of(captures, 1).and_then(|era| era.chars().next()) {
        Some('m' | 'M') => 1867,
        Some('t' | 'T') => 1911,
        Some('s' | 'S') => 1925,
        _ => 1988,
    };
    found.year = number_of(captures, 2).map(|year| year.saturating_add(first));
    (found.month, found.day) = (number_of(captures, 3), number_of(captures, 4));
}

fn take_time(captures: &Captures<'_>, found: &mut DateElements) {
    if let Some(zone) = text_of(captures, 2) {
        found.zone = Some(zone.to_owned());
    }
    let clock = CLOCK.as_ref().and_then(|clock| clock.captures(text_of(captures, 1)?));
    let Some(clock) = clock else { return };
    let mut hour = number_of(&clock, 1);
    if let Some(half) = text_of(&clock, 5) {
        hour = hour.map(|hour| hour % 12 + if half.starts_with(['p', 'P']) { 12 } else { 0 });
    }
    found.hour = hour;
    found.minute = number_of(&clock, 2).or(found.minute);
    found.second = number_of(&clock, 3).or(found.second);
    found.nanosecond = text_of(&clock, 4).map(nanoseconds).or(found.nanosecond);
}

/// Takes a number that is all that is left: the day if there is a time, or the hour if there is a day.
fn take_fragment(captures: &Captures<'_>, found: &mut DateElements) {
    let Some(number) = number_of(captures, 1) else { return };
    if found.hour.is_some() && found.day.is_none() && (1..=31).contains(&number) {
        found.day = Some(number);
    }
    if found.day.is_some() && found.hour.is_none() && (0..=24).contains(&number) {
        found.hour = Some(number);
    }
}

/// Takes digits without separators: a date, and a time after it.
fn take_digits(captures: &Captures<'_>, found: &mut DateElements) {
    let (time, fraction) = (text_of(captures, 3), text_of(captures, 4));
    let digits = text_of(captures, 2).unwrap_or_default();
    let sign = if text_of(captures, 1) == Some("-") { -1 } else { 1 };
    if time.is_none() && fraction.is_some() {
        take_digits_from_end(digits, found);
    } else {
        take_digits_from_start(digits, sign, found);
    }
    if let Some(time) = time.filter(|time| time.len() % 2 == 0) {
        let part = |at: usize| time.get(at..at + 2).and_then(number);
        let count = time.len() / 2;
        let fields = [&mut found.hour, &mut found.minute, &mut found.second];
        // Before a fraction, the last two digits are the seconds.
        let skipped = if fraction.is_some() { 3 - count } else { 0 };
        for (at, field) in fields.into_iter().skip(skipped).take(count).enumerate() {
            *field = part(2 * at).or(*field);
        }
    }
    if let Some(fraction) = fraction {
        found.nanosecond = Some(nanoseconds(fraction));
    }
    if let Some(zone) = text_of(captures, 5) {
        let inner = zone.strip_prefix('[').and_then(|zone| zone.strip_suffix(']'));
        let named = inner.map(|inner| inner.split_once(':').map_or(inner, |(_, name)| name));
        found.zone = Some(named.unwrap_or(zone).to_owned());
    }
}

fn take_digits_from_start(digits: &str, sign: i64, found: &mut DateElements) {
    let part = |from: usize, to: usize| digits.get(from..to).and_then(number);
    let year = |to: usize| part(0, to).map(|year| sign * year);
    match digits.len() {
        2 => found.day = part(0, 2),
        3 => found.day_of_year = part(0, 3),
        4 => (found.month, found.day) = (part(0, 2), part(2, 4)),
        5 => (found.year, found.day_of_year) = (year(2), part(2, 5)),
        6 => (found.year, found.month, found.day) = (year(2), part(2, 4), part(4, 6)),
        7 => (found.year, found.day_of_year) = (year(4), part(4, 7)),
        8 | 10 | 12 | 14 => {
            (found.year, found.month, found.day) = (year(4), part(4, 6), part(6, 8));
            found.hour = part(8, 10).or(found.hour);
            found.minute = part(10, 12).or(found.minute);
            found.second = part(12, 14).or(found.second);
            found.completes_year = false;
        }
        _ => {}
    }
}

/// Takes digits before a fraction, the last two of which are the seconds.
fn take_digits_from_end(digits: &str, found: &mut DateElements) {
    let end = digits.len();
    let take = |from_end: usize| {
        let start = end.saturating_sub(from_end);
        let stop = (end + 2).checked_sub(from_end)?;
        digits.get(start..stop).filter(|part| !part.is_empty()).and_then(number)
    };
    if !matches!(end, 2..=8 | 10 | 12 | 14) {
        return;
    }
    found.second = take(2).or(found.second);
    found.minute = take(4).or(found.minute);
    found.hour = take(6).or(found.hour);
    found.day = take(8).or(found.day);
    found.month = take(10).or(found.month);
    found.year = match end {
        12 => take(12),
        14 => digits.get(..4).and_then(number),
        _ => found.year,
    };
    if end == 14 {
        found.completes_year = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_patterns_are_valid() {
        let patterns = [
            &UNKNOWN,
            &WEEKDAY,
            &TIME,
            &CLOCK,
            &DAY_MONTH,
            &MONTH_DAY,
            &ISO,
            &JIS,
            &DAY_DASH_MONTH,
            &MONTH_DASH_DAY,
            &SLASHES,
            &DOTS,
            &WEEK,
            &DAY_OF_WEEK,
            &DASHES_DAY,
            &DASHES_MONTH,
            &NO_ORDINAL,
            &ORDINAL,
            &NO_ORDINAL_DAY,
            &ORDINAL_DAY,
            &YEAR,
            &MONTH,
            &DAY,
            &DIGITS,
            &BEFORE_CHRIST,
            &FRAGMENT,
        ];
        for (number, pattern) in patterns.into_iter().enumerate() {
            assert!(pattern.is_some(), "pattern {number}");
        }
    }
}
