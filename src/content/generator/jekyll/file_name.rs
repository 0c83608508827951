//! Names of posts: `2024-03-05-a-title.md`.

use crate::content::date::{PostDate, parse_date};

/// Splits a name without its extension into the date and the rest; `None` if the name has no date.
///
/// As in `DATE_FILENAME_MATCHER` of `lib/jekyll/document.rb`, the year has two to four digits, month and day have one or two.
/// `Time.parse` reads the date: two digits are a year from 1969 to 2068, and a day after the end of a month falls in the next.
pub(super) fn split_date(name: &str) -> Option<(PostDate, &str)> {
    let (year, rest) = number(name, 2, 4)?;
    let (month, rest) = number(rest, 1, 2)?;
    let (day, rest) = number(rest, 1, 2)?;
    let year = match name.find('-') {
        Some(2) if year >= 69 => 1900 + year,
        Some(2) => 2000 + year,
        _ => year,
    };
    if rest.is_empty() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let length = days_in(year, month)?;
    let (month, day) = if day > length { (month + 1, day - length) } else { (month, day) };
    Some((parse_date(&format!("{year:04}-{month:02}-{day:02}"))?, rest))
}

/// Reads a number with its number of digits from `min` to `max`, and the hyphen after it.
fn number(text: &str, min: usize, max: usize) -> Option<(i16, &str)> {
    let (digits, rest) = text.split_once('-')?;
    let is_number = (min..=max).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    Some((is_number.then(|| digits.parse().ok())??, rest))
}

/// Returns the number of days in a month.
fn days_in(year: i16, month: i16) -> Option<i16> {
    let first = jiff::civil::Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    Some(first.days_in_month().into())
}

/// Returns the slug of a post or document, which follows the date in its name.
pub(super) fn slug(stem: &str) -> &str {
    let slug = split_date(stem).map_or(stem, |(_, rest)| rest);
    slug.trim_end_matches('.')
}

/// Returns the title of a post or document without one: the words of its slug, each with one capital at its start
/// (`Utils.titleize_slug`).
pub(super) fn title(slug: &str) -> String {
    let capitalize = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(chars.flat_map(char::to_lowercase)).collect::<String>()
    };
    slug.split('-').map(capitalize).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_may_be_short() {
        let split = |name| split_date(name).map(|(date, rest)| format!("{} {rest}", date.day()));
        for (name, expected) in [
            ("2024-03-05-a", "2024-03-05 a"),
            ("2024-3-5-a-b", "2024-03-05 a-b"),
            ("2024-03-5-2", "2024-03-05 2"),
            ("07-1-2-a", "2007-01-02 a"),
            ("68-1-2-a", "2068-01-02 a"),
            ("69-1-2-a", "1969-01-02 a"),
            ("2023-02-30-a", "2023-03-02 a"),
            ("2023-04-31-a", "2023-05-01 a"),
        ] {
            assert_eq!(split(name).as_deref(), Some(expected), "{name}");
        }
        for name in [
            "1-2-3-a",
            "2024-03-05",
            "2024-03-05-",
            "2024-13-05-a",
            "2024-03-32-a",
            "20245-1-1-a",
            "2024-ä-1-a",
            "a",
        ] {
            assert_eq!(split(name), None, "{name}");
        }
    }

    #[test]
    fn titles_are_the_words_of_the_slug() {
        for (stem, expected) in [
            ("2024-03-05-notes-on-HTML", "Notes On Html"),
            ("2024-3-5-snake_case-é", "Snake_case É"),
            ("old-barn...", "Old Barn"),
            ("a--b-", "A  B"),
        ] {
            assert_eq!(title(slug(stem)), expected, "{stem}");
        }
    }
}
