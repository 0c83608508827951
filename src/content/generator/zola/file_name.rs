//! Names of Zola's files: languages and dates in them.

use crate::content::date::{PostDate, parse_date};

/// The stem of a file, without its language.
#[derive(Debug, PartialEq)]
pub(super) struct LocalizedName<'a> {
    pub(super) name: &'a str,
    /// The language, unless it is the default one.
    pub(super) language: Option<&'a str>,
}

impl<'a> LocalizedName<'a> {
    /// Splits a file's stem, as `FileInfo::find_language` does. Zola refuses a site with another language in a name.
    pub(super) fn parse(stem: &'a str, languages: &[String], default_language: &str) -> Self {
        match stem.split_once('.') {
            Some((name, language))
                if language != default_language && languages.iter().any(|known| known == language) =>
            {
                Self { name, language: Some(language) }
            }
            _ => Self { name: stem, language: None },
        }
    }
}

/// A name that begins with a date or a date and time.
#[derive(Debug, PartialEq)]
pub(super) struct DatedName<'a> {
    /// The date; `None` if there is no such day.
    pub(super) date: Option<PostDate>,
    /// What follows after the date and `-` or `_`.
    pub(super) slug: Option<&'a str>,
}

impl<'a> DatedName<'a> {
    /// Splits a name, as Zola does by the expression `RFC3339_DATE`; `None` without a date.
    pub(super) fn parse(name: &'a str) -> Option<Self> {
        let (day, rest) =
            name.split_at_checked("2019-05-28".len()).filter(|(day, _)| has_form(day, "0000-00-00"))?;
        let time = time_length(rest);
        let (date, rest) = name.split_at(day.len() + time);
        let after = rest.strip_prefix(|c: char| c.is_whitespace()).unwrap_or(rest);
        let slug = after.strip_prefix(['-', '_']).filter(|slug| !slug.is_empty());
        Some(Self { date: parse_date(date), slug })
    }
}

/// Returns the length of the time at the start of a text, such as `T10:20:30Z` or `T10:20:30.5+02:00`; 0 without one.
fn time_length(text: &str) -> usize {
    const TIME: &str = "T00:00:00";
    let Some(zone) = text.get(TIME.len()..).filter(|_| has_form(&text[..TIME.len()], TIME)) else { return 0 };
    let fraction = zone.strip_prefix('.').map_or(0, |digits| {
        let count = digits.len() - digits.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if count == 0 { 0 } else { count + 1 }
    });
    let zone = &zone[fraction..];
    let is_offset =
        ["+00:00", "-00:00"].iter().any(|form| zone.get(..6).is_some_and(|zone| has_form(zone, form)));
    match (zone.starts_with('Z'), is_offset) {
        (true, _) => TIME.len() + fraction + 1,
        (_, true) => TIME.len() + fraction + 6,
        _ => 0,
    }
}

/// Returns whether a text is like `form`, in which `0` stands for a digit.
fn has_form(text: &str, form: &str) -> bool {
    let is_like = |(c, of_form): (u8, u8)| if of_form == b'0' { c.is_ascii_digit() } else { c == of_form };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is_like)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names_by_language() {
        let languages = ["fr".to_owned(), "zh-CN".to_owned()];
        for (stem, name, language) in [
            ("a.fr", "a", Some("fr")),
            ("index.zh-CN", "index", Some("zh-CN")),
            ("a.en", "a.en", None),
            ("a.b.fr", "a.b.fr", None),
            ("a", "a", None),
        ] {
            assert_eq!(
                LocalizedName::parse(stem, &languages, "en"),
                LocalizedName { name, language },
                "{stem}"
            );
        }
    }

    #[test]
    fn splits_names_by_date() {
        let split = |name| {
            DatedName::parse(name)
                .map(|dated| (dated.date.map(|date| date.to_string()), dated.slug.map(str::to_owned)))
        };
        for (name, date, slug) in [
            ("2019-05-28-a", "2019-05-28T00:00:00Z", "a"),
            ("2019-05-28_a-b", "2019-05-28T00:00:00Z", "a-b"),
            ("2019-05-28 - a", "2019-05-28T00:00:00Z", " a"),
            ("2019-05-28", "2019-05-28T00:00:00Z", ""),
            ("2019-05-28-", "2019-05-28T00:00:00Z", ""),
            ("2019-05-28a", "2019-05-28T00:00:00Z", ""),
            ("2019-05-28T10:20:30Z-a", "2019-05-28T10:20:30Z", "a"),
            ("2019-05-28T10:20:30.25Z_a", "2019-05-28T10:20:30Z", "a"),
            ("2019-05-28T10:20:30+02:00", "2019-05-28T10:20:30+02:00", ""),
            ("2019-05-28T10:20-a", "2019-05-28T00:00:00Z", ""),
            ("2019-02-31-a", "", "a"),
        ] {
            let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let (found, rest) = split(name).unwrap();
            assert_eq!((found.map(|date| date.replace(".25", "")), rest), (text(date), text(slug)), "{name}");
        }
        for name in ["a-2019-05-28", "2019-5-28-a", "5 Mar 2024-a", "äöüäöüäö"] {
            assert_eq!(split(name), None, "{name}");
        }
    }
}
