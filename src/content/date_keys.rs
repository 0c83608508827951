//! Date keys: the front matter keys with a post's dates, and reading them.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::data::Data;
use super::date::{DateDialect, DateText, PostDate};
use super::front_matter::ParsedSource;

/// Placeholder for the date in the file's name, in a list of keys.
const FILE_NAME: &str = ":filename";
/// Placeholder for the default keys, in a list of keys.
const DEFAULT: &str = ":default";
/// Minimum number that is read as Unix time, in seconds; smaller numbers are years or days such as 20240305.
const MIN_UNIX_SECONDS: i64 = 100_000_000;
/// Minimum number that is read as Unix time in milliseconds, as JavaScript counts it.
const MIN_UNIX_MILLISECONDS: i64 = 100_000_000_000;
/// Maximum length of a value in a message, in characters.
const MAX_SHOWN_CHARS: usize = 60;

/// Front matter keys by precedence: the first key with a value is used.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DateKeys {
    /// Keys of the post's date.
    pub date: Vec<String>,
    /// Keys of the start of publication.
    pub publish: Vec<String>,
    /// Keys of the end of publication.
    pub expiry: Vec<String>,
    /// Keys of the date of the last change.
    pub updated: Vec<String>,
}

/// The dates of a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PostDates {
    /// Date of the post.
    pub date: Option<PostDate>,
    /// Start of publication.
    pub publish: Option<PostDate>,
    /// End of publication.
    pub expiry: Option<PostDate>,
    /// Date of the last change.
    pub updated: Option<PostDate>,
}

/// A date in front matter that the generator would not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnreadableDate {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong and what is expected.
    pub message: String,
    /// Whether the key decides about nothing but publication.
    pub is_schedule: bool,
    /// Largest year that the value names.
    pub latest_year: Option<i16>,
}

/// The dates of a post, and the values that are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DateReading {
    /// The dates.
    pub dates: PostDates,
    /// The values that the generator would not read.
    pub unreadable: Vec<UnreadableDate>,
}

/// Returns Hugo's default keys (gohugo.io/configuration/front-matter).
impl Default for DateKeys {
    fn default() -> Self {
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        Self {
            date: keys(&["date", "publishDate", "pubdate", "published", "lastmod", "modified"]),
            publish: keys(&["publishDate", "pubdate", "published", "date"]),
            expiry: keys(&["expiryDate", "unpublishdate"]),
            updated: keys(&["lastmod", "modified"]),
        }
    }
}

impl DateKeys {
    /// Returns the common keys, for generators that leave dates to their themes.
    #[must_use]
    pub(crate) fn common() -> Self {
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        let date = [
            "date",
            "pubDate",
            "publishDate",
            "published",
            "publishedAt",
            "published_at",
            "pubDatetime",
            "datePublished",
            "created",
            "createdAt",
            "created_at",
        ];
        Self {
            date: keys(&date),
            publish: keys(&["publishDate", "date"]),
            expiry: keys(&["expiryDate", "expires"]),
            updated: keys(&[
                "updated",
                "lastmod",
                "updatedDate",
                "modDatetime",
                "modified",
                "last_modified_at",
                "updatedAt",
                "updated_at",
                "dateModified",
                "last_update",
            ]),
        }
    }

    /// Returns the keys in Hugo's `[frontmatter]` settings.
    #[must_use]
    pub(crate) fn from_config(settings: &Data) -> Self {
        let default = Self::default();
        let keys = |key: &str, default: Vec<String>| {
            let set = settings.texts(key);
            if set.is_empty() {
                return default;
            }
            set.into_iter().flat_map(|key| if key == DEFAULT { default.clone() } else { vec![key] }).collect()
        };
        Self {
            date: keys("date", default.date),
            publish: keys("publishDate", default.publish),
            expiry: keys("expiryDate", default.expiry),
            updated: keys("lastmod", default.updated),
        }
    }

    /// Returns whether the date in a file's name is used; it is then not part of the slug.
    #[must_use]
    pub(crate) fn uses_file_name(&self) -> bool {
        [&self.date, &self.publish, &self.updated].into_iter().flatten().any(|key| key == FILE_NAME)
    }

    /// Reads the dates of a post from `data`, its front matter with inherited values, as `reader` does. `source` gives
    /// the lines of values that are no dates, and `in_name` is the date in the file's name.
    ///
    /// A key whose value is no date is skipped, so that the next key or the file's name gives the date.
    #[must_use]
    pub(crate) fn read(
        &self,
        source: &ParsedSource<'_>,
        data: &Data,
        in_name: Option<PostDate>,
        reader: DateReader<'_>,
    ) -> DateReading {
        let mut unreadable: Vec<UnreadableDate> = Vec::new();
        let mut first = |keys: &[String], is_schedule: bool| {
            keys.iter().find_map(|key| {
                if key == FILE_NAME {
                    return in_name;
                }
                let value = DateValue::of(data, key)?;
                let date = reader.read(source, key, &value);
                let is_known = unreadable.iter().any(|known| known.line == source.line_of_key(key));
                if date.is_none() && !is_known {
                    // Without a start of publication of its own, a post is published at its date.
                    let is_schedule = is_schedule && !key.eq_ignore_ascii_case("date");
                    unreadable.push(UnreadableDate { is_schedule, ..value.unreadable(source, key) });
                }
                date
            })
        };
        let dates = PostDates {
            publish: first(&self.publish, true),
            date: first(&self.date, false),
            expiry: first(&self.expiry, true),
            updated: first(&self.updated, false),
        };
        DateReading { dates, unreadable }
    }
}

/// How the dates of a site are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DateReader<'a> {
    /// The generator's rules.
    pub dialect: DateDialect,
    /// Time zone of dates without an offset.
    pub zone: &'a TimeZone,
}

impl DateReader<'_> {
    fn read(self, source: &ParsedSource<'_>, key: &str, value: &DateValue) -> Option<PostDate> {
        if let Some(seconds) = value.unix_seconds {
            return PostDate::from_unix_seconds(seconds);
        }
        let name = key.rsplit('.').next().unwrap_or(key);
        let text = DateText { text: &value.text, is_plain: source.is_plain_value(name) };
        let date = self.dialect.read(text, self.zone);
        date.or_else(|| {
            DateDialect::Lenient.read(text, self.zone).filter(|_| !self.dialect.is_strict_about(key))
        })
    }
}

/// The value of a date key.
struct DateValue {
    text: String,
    /// Unix time that a number states.
    unix_seconds: Option<i64>,
}

impl DateValue {
    /// Returns the value of a key, which may name a key of a table as in `date.updated`; `None` if it has none.
    fn of(data: &Data, key: &str) -> Option<Self> {
        let nested = || key.split_once('.').map(|(table, key)| (data.table(table), key));
        let (table, key) = match data.get(key) {
            Some(_) => (data.clone(), key),
            None => nested()?,
        };
        let (text, number) = match table.get(key) {
            // `published: false` marks a draft.
            None | Some(Value::Bool(_)) => return None,
            Some(Value::Number(number)) => (number.to_string(), number.as_i64()),
            Some(Value::Object(_)) => {
                let dates = table.table(key);
                (["date", "created"].iter().find_map(|key| dates.text(key)).unwrap_or_default(), None)
            }
            Some(_) => (table.text(key).unwrap_or_default(), None),
        };
        let unix_seconds = number
            .filter(|number| *number >= MIN_UNIX_SECONDS)
            .map(|number| if number >= MIN_UNIX_MILLISECONDS { number / 1_000 } else { number });
        (!text.is_empty()).then_some(Self { text, unix_seconds })
    }

    fn unreadable(&self, source: &ParsedSource<'_>, key: &str) -> UnreadableDate {
        let shown: String = self.text.chars().take(MAX_SHOWN_CHARS).collect();
        let numbers = self.text.split(|c: char| !c.is_ascii_digit());
        UnreadableDate {
            line: source.line_of_key(key.split('.').next().unwrap_or(key)),
            message: format!(
                "invalid value \"{shown}\" for `{key}`; expected a date like 2026-01-31 or 2026-01-31T12:00:00Z"
            ),
            is_schedule: false,
            latest_year: numbers
                .filter_map(|digits| digits.get(..4).filter(|_| matches!(digits.len(), 4 | 8))?.parse().ok())
                .max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::VisibilityRules;
    use crate::content::data::DataFormat;
    use crate::content::date::parse_date;

    fn reading(keys: &DateKeys, front_matter: &str) -> DateReading {
        let text = format!("---\n{front_matter}\n---\n");
        let source = ParsedSource::parse(&text).unwrap();
        let reader = DateReader { dialect: DateDialect::Lenient, zone: &TimeZone::UTC };
        keys.read(&source, &source.data, parse_date("2020-02-02"), reader)
    }

    fn read(keys: &DateKeys, front_matter: &str) -> PostDates {
        reading(keys, front_matter).dates
    }

    fn day(date: Option<PostDate>) -> String {
        date.map(PostDate::day).unwrap_or_default()
    }

    #[test]
    fn the_first_key_with_a_date_wins() {
        let cases = [
            ("date: 2024-01-02\npubdate: 2024-03-04", "2024-01-02"),
            ("Pubdate: 2010-09-10", "2010-09-10"),
            ("published: false\nlastmod: 2024-05-06", "2024-05-06"),
            ("date: 1136073600", "2006-01-01"),
            ("date: 1136073600123", "2006-01-01"),
            ("date: 20240305", "2024-03-05"),
            ("date: someday\npubdate: 2024-03-04", "2024-03-04"),
            ("date:", ""),
            ("", ""),
        ];
        for (front_matter, expected) in cases {
            assert_eq!(day(read(&DateKeys::default(), front_matter).date), expected, "{front_matter}");
        }
    }

    #[test]
    fn settings_replace_the_keys_and_add_the_file_name() {
        let config = Data::parse("date = ['when', ':filename', ':default']", DataFormat::Toml).unwrap();
        let keys = DateKeys::from_config(&config);
        assert!(keys.uses_file_name());
        assert_eq!(day(read(&keys, "when: 2024-01-02").date), "2024-01-02");
        assert_eq!(day(read(&keys, "date: 2024-01-02").date), "2020-02-02");
        assert!(!DateKeys::default().uses_file_name());
    }

    #[test]
    fn values_that_are_no_dates_have_their_line() {
        let found = reading(&DateKeys::default(), "title: x\ndate: tomorrow");
        let [unreadable] = found.unreadable.as_slice() else { panic!("{found:?}") };
        assert_eq!((found.dates.date, unreadable.line), (None, 3));
        let message = unreadable.warning().message;
        assert!(message.contains("\"tomorrow\" for `date`; expected a date like"), "{message}");
        assert_eq!(reading(&DateKeys::default(), "date: 2024-01-02\nexpiryDate: never").unreadable.len(), 1);
        assert_eq!(reading(&DateKeys::default(), "date:\npublished: true").unreadable, []);
    }

    #[test]
    fn dates_are_found_in_tables() {
        let nested = read(&DateKeys::common(), "last_update: {date: 2024-01-02}");
        assert_eq!(day(nested.updated), "2024-01-02");
        let mut keys = DateKeys::common();
        keys.updated.push("date.updated".to_owned());
        let dates = read(&keys, "date:\n  created: 2024-01-02\n  updated: 2024-03-04");
        assert_eq!((day(dates.date), day(dates.updated)), ("2024-01-02".to_owned(), "2024-03-04".to_owned()));
    }

    #[test]
    fn only_a_date_that_may_hold_back_the_post_hides_it() {
        let rules = |future, expired| VisibilityRules {
            drafts: false,
            future,
            expired,
            now: "2026-06-01T00:00:00Z".parse().unwrap(),
        };
        let hides = |front_matter: &str, rules: &VisibilityRules| {
            let found = reading(&DateKeys::default(), front_matter);
            found.unreadable.iter().any(|unreadable| unreadable.hiding(rules).is_some())
        };
        for (front_matter, expected) in [
            ("date: soon", false),
            ("date: 2024-01-02\nlastmod: soon", false),
            ("date: 2025, about noon", false),
            ("date: 31 June 2025, noon", false),
            ("date: 2026-13-01", false),
            ("date: 2027-13-01", true),
            ("date: 20991301x", true),
            ("lastmod: 2099-13-01", true),
            ("publishDate: next week", true),
            ("publishDate: 2020-13-01", true),
            ("expiryDate: last week", true),
        ] {
            assert_eq!(hides(front_matter, &rules(false, false)), expected, "{front_matter}");
            assert!(!hides(front_matter, &rules(true, true)), "{front_matter}");
        }
        assert!(hides("expiryDate: last week", &rules(true, false)));
        assert!(!hides("date: 2027-13-01", &rules(true, false)));
    }
}
