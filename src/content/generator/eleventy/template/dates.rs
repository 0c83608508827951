//! Dates in templates: Liquid's filter `date`, and the filters of sites that format dates with Luxon, Day.js or Moment.

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::filter_arguments::FilterArguments;
use super::value::TemplateValue;
use crate::content::date::{PostDate, parse_date};

/// The tokens of Luxon, and of Day.js and Moment in capital letters, and the directives of `strftime` for them.
const TOKENS: [(&str, &str); 22] = [
    ("yyyy", "%Y"),
    ("YYYY", "%Y"),
    ("yy", "%y"),
    ("YY", "%y"),
    ("LLLL", "%B"),
    ("MMMM", "%B"),
    ("LLL", "%b"),
    ("MMM", "%b"),
    ("LL", "%m"),
    ("MM", "%m"),
    ("L", "%-m"),
    ("M", "%-m"),
    ("dd", "%d"),
    ("DD", "%d"),
    ("d", "%-d"),
    ("D", "%-d"),
    ("HH", "%H"),
    ("mm", "%M"),
    ("ss", "%S"),
    ("o", "%-j"),
    ("y", "%Y"),
    ("H", "%-H"),
];

/// A filter of the site that formats dates.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(crate) enum SiteFilter {
    /// It formats a date by a fixed format of `strftime`.
    Format(String),
    /// It formats a date by its first argument, or by a default.
    FormatArgument(Option<String>),
    /// Only its code can tell what it does.
    Code,
}

impl SiteFilter {
    /// Applies the filter; `None` if only its code can tell the result.
    pub(super) fn apply(&self, value: &TemplateValue, arguments: &[TemplateValue]) -> Option<TemplateValue> {
        let given = FilterArguments(arguments).text(0);
        let format = match self {
            Self::Format(format) => format.clone(),
            Self::FormatArgument(default) => match given {
                Some(tokens) => strftime_of_tokens(&tokens)?,
                None => default.clone()?,
            },
            Self::Code => return None,
        };
        formatted(date_of(value)?, &format)
    }
}

/// Returns the day in UTC, as `2024-03-05`.
pub(super) fn day_in_utc(date: PostDate) -> String {
    date.timestamp.to_zoned_datetime(TimeZone::UTC).date().to_string()
}

/// Applies the filter `date` of Liquid, which formats by `strftime`.
///
/// liquidjs uses the zone of the machine that builds the site; build services have UTC.
pub(super) fn liquid_date(value: &TemplateValue, arguments: &FilterArguments<'_>) -> Option<TemplateValue> {
    if *value == TemplateValue::Nil {
        return Some(TemplateValue::Nil);
    }
    let format = arguments.text(0)?;
    // Filters of other names are known; the site may have replaced this one by a plugin.
    let format = if format.contains('%') { format } else { strftime_of_tokens(&format)? };
    formatted(date_of(value)?, &format)
}

fn date_of(value: &TemplateValue) -> Option<PostDate> {
    match value {
        TemplateValue::Date(date) => Some(*date),
        TemplateValue::Json(Value::String(text)) => parse_date(text),
        _ => None,
    }
}

fn formatted(date: PostDate, format: &str) -> Option<TemplateValue> {
    let zoned = date.timestamp.to_zoned_datetime(TimeZone::UTC);
    strtime::format(format, &zoned).ok().map(TemplateValue::text)
}

/// Returns the directives of `strftime` for a format with tokens; `None` if it has other letters.
pub(crate) fn strftime_of_tokens(format: &str) -> Option<String> {
    let mut directives = String::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let run = rest.chars().take_while(|next| *next == c).count();
        let length = if let Some((_, directive)) =
            TOKENS.iter().find(|(token, _)| token.len() == run && rest.starts_with(token))
        {
            directives.push_str(directive);
            run
        } else if c == '\'' {
            let end = rest[1..].find('\'')?;
            directives.push_str(&rest[1..=end].replace('%', "%%"));
            end + 2
        } else if c.is_alphabetic() {
            return None;
        } else {
            directives.push(c);
            if c == '%' {
                directives.push(c);
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    Some(directives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_date_libraries_become_strftime() {
        let date = parse_date("2024-03-05T04:06:07Z").unwrap();
        let cases = [
            ("yyyy-LL-dd", Some("2024-03-05")),
            ("YYYY/MM/DD", Some("2024/03/05")),
            ("d MMMM yy", Some("5 March 24")),
            ("'on' L/d 50%", Some("on 3/5 50%")),
            ("HH:mm", Some("04:06")),
            ("EEEE", None),
            ("yyyyy", None),
        ];
        for (tokens, expected) in cases {
            let text = strftime_of_tokens(tokens).and_then(|format| formatted(date, &format));
            assert_eq!(text, expected.map(TemplateValue::text), "{tokens}");
        }
    }
}
