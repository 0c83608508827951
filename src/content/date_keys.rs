//! Which front matter keys hold a post's dates, and reading them.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::data::Data;
use super::date::{PostDate, parse_date_in};
use super::front_matter::Source;

/// In place of a key: the date in the file's name.
const FILE_NAME: &str = ":filename";
/// In place of a key: the keys of the default.
const DEFAULT: &str = ":default";
/// Numbers from here on are seconds since 1970; smaller ones are years or mistakes.
const MIN_UNIX_SECONDS: i64 = 100_000_000;

/// Front matter keys in the order in which they count; the first with a value is taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DateKeys {
    /// Of the post's date.
    pub date: Vec<String>,
    /// Of the date from which on it may be seen.
    pub publish: Vec<String>,
    /// Of the date from which on it may not.
    pub expiry: Vec<String>,
    /// Of the last change that readers should know of.
    pub updated: Vec<String>,
}

/// The dates of a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    /// The post's date.
    pub date: Option<PostDate>,
    /// When it may be seen.
    pub publish: Option<PostDate>,
    /// When it may not be seen any more.
    pub expiry: Option<PostDate>,
    /// When it was changed last.
    pub updated: Option<PostDate>,
}

/// A value that is no date, with the line that it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoDate {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// Hugo's defaults (gohugo.io/configuration/front-matter).
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
    /// The keys of generators that leave dates to their themes: the usual spellings.
    #[must_use]
    pub fn usual() -> Self {
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

    /// Those of Hugo's `[frontmatter]` settings.
    #[must_use]
    pub fn from_config(settings: &Data) -> Self {
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

    /// Whether the date in a file's name counts, and so is no part of its slug.
    #[must_use]
    pub fn takes_file_name(&self) -> bool {
        [&self.date, &self.publish, &self.updated].into_iter().flatten().any(|key| key == FILE_NAME)
    }

    /// Reads the dates of a post; `source` says where its keys stand, `data` has what it inherits too.
    ///
    /// # Errors
    /// When a date that decides who may see the post is none.
    pub fn read(
        &self,
        source: &Source<'_>,
        data: &Data,
        in_name: Option<PostDate>,
        zone: &TimeZone,
    ) -> Result<Dates, NoDate> {
        let first = |keys: &[String]| {
            keys.iter().find_map(|key| match key.as_str() {
                FILE_NAME => in_name.map(Ok),
                key => read_date(source, data, key, zone).transpose(),
            })
        };
        Ok(Dates {
            date: first(&self.date).transpose()?,
            publish: first(&self.publish).transpose()?,
            expiry: first(&self.expiry).transpose()?,
            // Shown, but it decides nothing.
            updated: first(&self.updated).and_then(Result::ok),
        })
    }
}

fn read_date(
    source: &Source<'_>,
    data: &Data,
    key: &str,
    zone: &TimeZone,
) -> Result<Option<PostDate>, NoDate> {
    let text = match data.get(key) {
        // `published: false` is no date.
        None | Some(Value::Bool(_)) => return Ok(None),
        Some(Value::Number(number)) => match number.as_i64().filter(|seconds| *seconds >= MIN_UNIX_SECONDS) {
            Some(seconds) => return Ok(PostDate::from_unix_seconds(seconds)),
            None => number.to_string(),
        },
        Some(Value::Object(_)) => data.table(key).text("date").unwrap_or_default(),
        Some(_) => data.text(key).unwrap_or_default(),
    };
    if text.is_empty() {
        return Ok(None);
    }
    parse_date_in(&text, zone).map(Some).ok_or_else(|| NoDate {
        line: source.line_of_key(key),
        message: format!("`{key}` is no date: \"{text}\"; write it like 2026-01-31 or 2026-01-31T12:00:00Z"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::Format;
    use crate::content::date::parse_date;

    fn read(keys: &DateKeys, front_matter: &str) -> Result<Dates, NoDate> {
        let text = format!("---\n{front_matter}\n---\n");
        let source = Source::parse(&text).unwrap();
        keys.read(&source, &source.data, parse_date("2020-02-02"), &TimeZone::UTC)
    }

    fn day(date: Option<PostDate>) -> String {
        date.map(PostDate::day).unwrap_or_default()
    }

    #[test]
    fn the_first_key_with_a_date_counts() {
        let cases = [
            ("date: 2024-01-02\npubdate: 2024-03-04", "2024-01-02"),
            ("Pubdate: 2010-09-10", "2010-09-10"),
            ("published: false\nlastmod: 2024-05-06", "2024-05-06"),
            ("date: 1136073600", "2006-01-01"),
            ("date:", ""),
            ("", ""),
        ];
        for (front_matter, expected) in cases {
            assert_eq!(
                day(read(&DateKeys::default(), front_matter).unwrap().date),
                expected,
                "{front_matter}"
            );
        }
    }

    #[test]
    fn settings_name_other_keys_and_the_file_name() {
        let config = Data::parse("date = ['when', ':filename', ':default']", Format::Toml).unwrap();
        let keys = DateKeys::from_config(&config);
        assert!(keys.takes_file_name());
        assert_eq!(day(read(&keys, "when: 2024-01-02").unwrap().date), "2024-01-02");
        assert_eq!(day(read(&keys, "date: 2024-01-02").unwrap().date), "2020-02-02");
        assert!(!DateKeys::default().takes_file_name());
    }

    #[test]
    fn what_is_no_date_is_said_with_its_line() {
        let error = read(&DateKeys::default(), "title: x\ndate: tomorrow").unwrap_err();
        assert_eq!(error.line, 3);
        assert!(error.message.contains("\"tomorrow\"") && error.message.contains("write it like"));
        assert!(read(&DateKeys::default(), "date: 2024").is_err());
        assert_eq!(read(&DateKeys::usual(), "updated: soon").unwrap().updated, None);
        let nested = read(&DateKeys::usual(), "last_update: {date: 2024-01-02}").unwrap();
        assert_eq!(day(nested.updated), "2024-01-02");
    }
}
