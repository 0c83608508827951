//! Tokens of Hugo's permalink patterns that are more than a name: slices of the sections, and layouts of dates.

use jiff::civil::DateTime;

use crate::content::generator::pattern::fill;

/// Elements of Go's layouts of dates, longer ones first, and what they are in `strftime`.
const LAYOUT: [(&str, &str); 21] = [
    ("January", "%B"),
    ("Monday", "%A"),
    ("2006", "%Y"),
    ("002", "%j"),
    ("Jan", "%b"),
    ("Mon", "%a"),
    ("01", "%m"),
    ("02", "%d"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("06", "%y"),
    ("15", "%H"),
    ("PM", "%p"),
    ("pm", "%P"),
    ("1", "%-m"),
    ("2", "%-d"),
    ("3", "%-I"),
    ("4", "%-M"),
    ("5", "%-S"),
    ("_2", "%e"),
];

/// Replaces the tokens of a pattern: `:name`, `:sections[1:]`, or a layout of the date, such as `:2006`. `value` returns
/// the value of a name with a slice; an unknown one is kept.
pub(super) fn fill_pattern(
    pattern: &str,
    value: impl Fn(&str, Option<&str>) -> Option<String>,
    date: DateTime,
) -> String {
    let mut path = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        path.push_str(&rest[..at]);
        let token = &rest[at + 1..];
        let word_end = token.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(token.len());
        let (word, after) = token.split_at(word_end);
        let slice = after.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let sliced = slice.and_then(|(slice, after)| Some((value(word, Some(slice))?, after)));
        if let Some((text, after)) = sliced {
            path.push_str(&text);
            rest = after;
        } else if let Some(date) = by_layout(word, date).filter(|_| value(word, None).is_none()) {
            path.push_str(&date);
            rest = after;
        } else {
            path.push_str(&fill(&rest[at..=at + word_end], |word| value(word, None)));
            rest = after;
        }
    }
    path.push_str(rest);
    path
}

/// Returns the sections that a slice selects: `1`, `1:`, `:2`, `1:2`; `first` and `last` are numbers, too.
pub(super) fn slice_of(sections: &str, slice: &str) -> String {
    let all: Vec<&str> = sections.split('/').filter(|section| !section.is_empty()).collect();
    let number = |text: &str| match text.trim() {
        "first" => Some(0),
        "last" => all.len().checked_sub(1),
        digits => digits.parse::<usize>().ok(),
    };
    let range = match slice.split_once(':') {
        None => number(slice).map(|at| at..at + 1),
        Some((low, high)) => {
            let low = if low.trim().is_empty() { Some(0) } else { number(low) };
            let high = if high.trim().is_empty() { Some(all.len()) } else { number(high) };
            low.zip(high).map(|(low, high)| low..high.min(all.len()))
        }
    };
    range.and_then(|range| all.get(range)).unwrap_or_default().join("/")
}

/// Returns a date by Go's layout, unless the text has no element of one.
fn by_layout(layout: &str, date: DateTime) -> Option<String> {
    let mut format = String::new();
    let mut rest = layout;
    let mut has_element = false;
    while let Some(c) = rest.chars().next() {
        let element = LAYOUT.iter().find(|(element, _)| rest.starts_with(element));
        // `_2006` is a line and a year.
        let element = element.filter(|(element, _)| *element != "_2" || !rest.starts_with("_2006"));
        if let Some((element, conversion)) = element {
            format.push_str(conversion);
            rest = &rest[element.len()..];
            has_element = true;
        } else {
            format.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    has_element.then(|| date.strftime(&format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pattern: &str) -> String {
        let value = |token: &str, slice: Option<&str>| match (token, slice) {
            ("title", None) => Some("t".to_owned()),
            ("sections", Some(slice)) => Some(slice_of("docs/guide/deep", slice)),
            _ => None,
        };
        fill_pattern(pattern, value, DateTime::constant(2024, 3, 5, 14, 7, 0, 0))
    }

    #[test]
    fn slices_select_sections() {
        for (pattern, expected) in [
            ("/:sections[1:]/:title/", "/guide/deep/t/"),
            ("/:sections[:last]/", "/docs/guide/"),
            ("/:sections[last]/", "/deep/"),
            ("/:sections[first]/", "/docs/"),
            ("/:sections[0]/", "/docs/"),
            ("/:sections[1:2]/", "/guide/"),
            ("/:sections[:9]/", "/docs/guide/deep/"),
            ("/:sections[7]/x", "//x"),
            ("/:sections[2:1]/x", "//x"),
            ("/:sections[x]/:sections[", "//:sections["),
        ] {
            assert_eq!(filled(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn layouts_write_dates() {
        for (pattern, expected) in [
            ("/:2006/:01/:02/:title", "/2024/03/05/t"),
            ("/:06/:1/:2", "/24/3/5"),
            ("/:2006_01_02/", "/2024_03_05/"),
            ("/:January-:Mon/:15:04", "/March-Tue/1407"),
            ("/:title.html", "/t.html"),
            ("/:unknown/", "/:unknown/"),
        ] {
            assert_eq!(filled(pattern), expected, "{pattern}");
        }
    }
}
