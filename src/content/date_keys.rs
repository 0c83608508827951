//! Date keys: the front matter keys with a post's dates, and reading them.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::data::Data;
use super::date::{PostDate, parse_date_in};
use super::front_matter::ParsedSource;

/// Placeholder for the date in the file's name, in a list of keys.
const FILE_NAME: &str = ":filename";
/// Placeholder for the default keys, in a list of keys.
const DEFAULT: &str = ":default";
/// Minimum number that is read as Unix time, in seconds; smaller numbers are years or mistakes.
const MIN_UNIX_SECONDS: i64 = 100_000_000;

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

/// An invalid date in front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong and what is expected.
    pub message: String,
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

    /// Reads the dates of a post from `data`, its front matter with inherited values. `source` gives the
    /// lines for errors and `in_name` is the date in the file's name.
    ///
    /// # Errors
    /// If a date that decides about publication is invalid.
    pub(crate) fn read(
        &self,
        source: &ParsedSource<'_>,
        data: &Data,
        in_name: Option<PostDate>,
        zone: &TimeZone,
    ) -> Result<PostDates, DateError> {
        let first = |keys: &[String]| {
            keys.iter().find_map(|key| match key.as_str() {
                FILE_NAME => in_name.map(Ok),
                key => read_date(source, data, key, zone).transpose(),
            })
        };
        Ok(PostDates {
            date: first(&self.date).transpose()?,
            publish: first(&self.publish).transpose()?,
            expiry: first(&self.expiry).transpose()?,
            // An invalid date is ignored: this one is only displayed.
            updated: first(&self.updated).and_then(Result::ok),
        })
    }
}

fn read_date(
    source: &ParsedSource<'_>,
    data: &Data,
    key: &str,
    zone: &TimeZone,
) -> Result<Option<PostDate>, DateError> {
    let text = match data.get(key) {
        // `published: false` marks a draft.
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
    parse_date_in(&text, zone).map(Some).ok_or_else(|| DateError {
        line: source.line_of_key(key),
        message: format!(
            "invalid value \"{text}\" for `{key}`; expected a date like 2026-01-31 or 2026-01-31T12:00:00Z"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::date::parse_date;

    fn read(keys: &DateKeys, front_matter: &str) -> Result<PostDates, DateError> {
        let text = format!("---\n{front_matter}\n---\n");
        let source = ParsedSource::parse(&text).unwrap();
        keys.read(&source, &source.data, parse_date("2020-02-02"), &TimeZone::UTC)
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
    fn settings_replace_the_keys_and_add_the_file_name() {
        let config = Data::parse("date = ['when', ':filename', ':default']", DataFormat::Toml).unwrap();
        let keys = DateKeys::from_config(&config);
        assert!(keys.uses_file_name());
        assert_eq!(day(read(&keys, "when: 2024-01-02").unwrap().date), "2024-01-02");
        assert_eq!(day(read(&keys, "date: 2024-01-02").unwrap().date), "2020-02-02");
        assert!(!DateKeys::default().uses_file_name());
    }

    #[test]
    fn an_invalid_date_is_reported_with_its_line() {
        let error = read(&DateKeys::default(), "title: x\ndate: tomorrow").unwrap_err();
        assert_eq!(error.line, 3);
        assert!(error.message.contains("\"tomorrow\"") && error.message.contains("expected a date like"));
        assert!(read(&DateKeys::default(), "date: 2024").is_err());
        assert_eq!(read(&DateKeys::common(), "updated: soon").unwrap().updated, None);
        let nested = read(&DateKeys::common(), "last_update: {date: 2024-01-02}").unwrap();
        assert_eq!(day(nested.updated), "2024-01-02");
    }
}
