//! The dialects of dates: how each generator reads the dates of front matter.

use jiff::tz::{Offset, TimeZone};

use super::civil::CivilParts;
use super::post_date::PostDate;
use super::{go, iso, javascript, lenient, ruby, yaml};
use crate::config::limits;

/// The rules by which a generator reads dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) enum DateDialect {
    /// Hugo: the layouts of spf13/cast.
    Hugo,
    /// Zola: RFC 3339, where the offset and the time may be missing (`components/content/src/front_matter`).
    Zola,
    /// Jekyll: `Time.parse` of Ruby.
    Ruby,
    /// Hexo: JavaScript; the time of day in UTC of a YAML timestamp is read again in the site's time zone, which is also
    /// that of texts if the machine that builds the site is in it (`lib/plugins/processor/common.ts`).
    Hexo,
    /// Astro and others that call `new Date(value)`.
    JavaScript,
    /// Docusaurus: JavaScript, in which texts are in UTC (`docusaurus-plugin-content-blog/src/blogUtils.ts`).
    Docusaurus,
    /// Eleventy: YAML timestamps of JavaScript, and ISO 8601 for texts (`src/Template.js`).
    Eleventy,
    /// `MkDocs`: YAML timestamps of Python; other texts are up to the theme.
    Python,
    /// Generators that are unknown or leave dates to the site's own programs.
    Lenient,
}

/// A date in front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateText<'a> {
    /// The value.
    pub text: &'a str,
    /// Whether it is a plain value of YAML or TOML, which may have the type of a date; a quoted one is a text.
    pub is_plain: bool,
}

impl DateDialect {
    /// Returns the date that the generator reads; `None` if it reads none. Dates without an offset are in the time zone
    /// `zone` unless the dialect has another rule.
    #[must_use]
    pub(crate) fn read(self, value: DateText<'_>, zone: &TimeZone) -> Option<PostDate> {
        let text = value.text.trim();
        if text.is_empty() || text.len() > limits::MAX_DATE_BYTES {
            return None;
        }
        let plain = Some(text).filter(|_| value.is_plain);
        match self {
            Self::Hugo => go::parse(text)?.to_date(zone),
            Self::Zola => zola(text)?.to_date(&TimeZone::UTC),
            Self::Ruby => plain
                .and_then(ruby::parse_yaml)
                .and_then(|parts| parts.to_date(zone))
                .or_else(|| ruby::parse_text(text, zone)),
            Self::Hexo => match plain.and_then(javascript::parse_yaml) {
                Some(parts) => in_zone(parts, zone),
                None => javascript::parse_text(text)?.to_date(zone),
            },
            Self::JavaScript => javascript(text, plain, zone),
            Self::Docusaurus => plain
                .and_then(javascript::parse_yaml)
                .or_else(|| javascript::parse_text(&format!("{text}Z")))
                .or_else(|| javascript::parse_text(text))?
                .to_date(&TimeZone::UTC),
            Self::Eleventy => match plain.and_then(javascript::parse_yaml) {
                Some(parts) => parts.to_date(&TimeZone::UTC),
                None => iso::parse(text),
            },
            Self::Python => plain
                .and_then(|text| yaml::parse(text, yaml::OffsetForm::Colon))
                .map(|timestamp| timestamp.parts)
                .filter(CivilParts::is_valid)
                .and_then(|parts| parts.to_date(zone))
                .or_else(|| lenient::parse(text, zone)),
            Self::Lenient => lenient::parse(text, zone),
        }
    }
}

impl DateDialect {
    /// Returns whether the generator itself reads the value of a front matter key. Themes and plugins read other keys, in
    /// any format.
    #[must_use]
    pub(crate) fn is_strict_about(self, key: &str) -> bool {
        match self {
            Self::Ruby | Self::Eleventy | Self::Docusaurus => key.eq_ignore_ascii_case("date"),
            Self::Hugo | Self::Zola | Self::Hexo | Self::JavaScript | Self::Python | Self::Lenient => true,
        }
    }
}

fn javascript(text: &str, plain: Option<&str>, zone: &TimeZone) -> Option<PostDate> {
    plain.and_then(javascript::parse_yaml).or_else(|| javascript::parse_text(text))?.to_date(zone)
}

/// Returns the date whose time of day in the time zone `zone` is that of the given date in UTC.
fn in_zone(parts: CivilParts, zone: &TimeZone) -> Option<PostDate> {
    let date = parts.to_date(&TimeZone::UTC)?;
    let civil = Offset::UTC.to_datetime(date.timestamp);
    let zoned = zone.to_ambiguous_zoned_datetime(civil).compatible().ok()?;
    Some(PostDate { timestamp: zoned.timestamp(), offset: zoned.offset() })
}

/// Parses a date of Zola, which in YAML may have one digit for a month, day or hour.
fn zola(text: &str) -> Option<CivilParts> {
    let text = text.strip_suffix('z').map_or_else(|| text.to_owned(), |text| format!("{text}Z"));
    let timestamp = yaml::parse(&text, yaml::OffsetForm::Colon)?;
    Some(timestamp.parts).filter(CivilParts::is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dialect: DateDialect, text: &str, is_plain: bool, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        let date = dialect.read(DateText { text, is_plain }, &zone);
        date.map_or_else(|| "-".to_owned(), |date| date.to_string())
    }

    #[test]
    fn each_dialect_has_its_own_time_zone_for_dates_without_an_offset() {
        for (dialect, plain, quoted) in [
            (DateDialect::Hugo, "2024-03-05T23:30:00+01:00", "2024-03-05T23:30:00+01:00"),
            (DateDialect::Zola, "2024-03-05T23:30:00Z", "2024-03-05T23:30:00Z"),
            (DateDialect::Ruby, "2024-03-05T23:30:00Z", "2024-03-05T23:30:00+01:00"),
            (DateDialect::Hexo, "2024-03-05T23:30:00+01:00", "2024-03-05T23:30:00+01:00"),
            (DateDialect::JavaScript, "2024-03-05T23:30:00Z", "2024-03-05T23:30:00+01:00"),
            (DateDialect::Docusaurus, "2024-03-05T23:30:00Z", "2024-03-05T23:30:00Z"),
            (DateDialect::Eleventy, "2024-03-05T23:30:00Z", "-"),
            (DateDialect::Python, "2024-03-05T23:30:00+01:00", "2024-03-05T23:30:00+01:00"),
            (DateDialect::Lenient, "2024-03-05T23:30:00+01:00", "2024-03-05T23:30:00+01:00"),
        ] {
            let text = "2024-03-05 23:30:00";
            assert_eq!(read(dialect, text, true, "Europe/Oslo"), plain, "{dialect:?}, plain");
            assert_eq!(read(dialect, text, false, "Europe/Oslo"), quoted, "{dialect:?}, quoted");
        }
    }

    #[test]
    fn hexo_reads_the_time_of_day_again_in_the_sites_time_zone() {
        for (text, is_plain, expected) in [
            ("2021-11-03T22:10:00.5Z", true, "2021-11-03T22:10:00.5+08:00"),
            ("2021-11-03T22:10:00+02:00", true, "2021-11-03T20:10:00+08:00"),
            ("2021-11-03", true, "2021-11-03T00:00:00+08:00"),
            ("2021/11/3 2:00", true, "2021-11-03T02:00:00+08:00"),
            ("3 Nov 2021 22:10", false, "2021-11-03T22:10:00+08:00"),
            ("3 Nov 2021 22:10 UTC", false, "2021-11-03T22:10:00Z"),
            ("soon", true, "-"),
        ] {
            assert_eq!(read(DateDialect::Hexo, text, is_plain, "Asia/Shanghai"), expected, "{text}");
        }
    }

    #[test]
    fn dialects_differ_in_what_they_refuse() {
        for (text, dialects) in [
            ("5/3/2024", "Ruby JavaScript Docusaurus Lenient Hexo Python"),
            ("March 5, 2024", "Ruby JavaScript Docusaurus Lenient Hexo Python"),
            ("2024-065", "Ruby Eleventy"),
            ("2024-W10-2", "Eleventy"),
            ("2024-03-05T9:05:00", "Hugo Ruby JavaScript Hexo Docusaurus Eleventy Zola Python"),
            ("tomorrow", ""),
        ] {
            for dialect in [
                DateDialect::Hugo,
                DateDialect::Zola,
                DateDialect::Ruby,
                DateDialect::Hexo,
                DateDialect::JavaScript,
                DateDialect::Docusaurus,
                DateDialect::Eleventy,
                DateDialect::Python,
                DateDialect::Lenient,
            ] {
                let expected = dialects.split(' ').any(|name| name == format!("{dialect:?}"));
                let found = read(dialect, text, true, "UTC");
                assert_eq!(found != "-", expected, "{text} {dialect:?}: {found}");
                assert!(found == "-" || found.starts_with("2024-0"), "{text} {dialect:?}: {found}");
            }
        }
    }
}
