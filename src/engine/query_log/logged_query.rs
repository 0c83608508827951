//! A line of the log of queries.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::limits;

/// What a search came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuerySource {
    /// The search API, which the search page uses, too.
    Api,
    /// Algolia's protocol.
    Algolia,
    /// The results page without scripts.
    Page,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LoggedQuery {
    /// Time of the search.
    pub(crate) time: Timestamp,
    /// The text, up to [`limits::MAX_LOGGED_QUERY_BYTES`].
    pub(crate) query: String,
    /// The filters, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) filters: BTreeMap<String, String>,
    /// Number of results on all pages.
    pub(crate) total: u64,
    /// Time that the search took, in microseconds; that of the first one if the response is cached.
    pub(crate) took_us: u64,
    pub(crate) source: QuerySource,
}

impl LoggedQuery {
    /// Returns a search whose result is not known yet, now.
    pub(crate) fn new(query: &str, source: QuerySource) -> Self {
        let query = query[..query.floor_char_boundary(limits::MAX_LOGGED_QUERY_BYTES)].to_owned();
        Self { time: Timestamp::now(), query, filters: BTreeMap::new(), total: 0, took_us: 0, source }
    }

    /// Adds a filter, cut like the query. A name may have several values.
    pub(crate) fn add_filter(&mut self, name: &str, value: &str) {
        let known = self.filters.values().map(String::len).sum::<usize>();
        let allowed = limits::MAX_LOGGED_QUERY_BYTES.saturating_sub(known);
        let value = &value[..value.floor_char_boundary(allowed)];
        if value.is_empty() {
            return;
        }
        let values = self.filters.entry(name.to_owned()).or_default();
        if !values.is_empty() {
            *values += ", ";
        }
        *values += value;
    }

    /// Returns the line of the log, with its newline. JSON escapes newlines and most control characters; the others, on
    /// which terminals act, too, are escaped here.
    pub(super) fn to_line(&self) -> String {
        // Texts and numbers can always be serialized.
        let json = serde_json::to_string(self).unwrap_or_default();
        let mut line = String::with_capacity(json.len() + 1);
        for c in json.chars() {
            if c.is_control() {
                let _ = write!(line, "\\u{:04x}", u32::from(c));
            } else {
                line.push(c);
            }
        }
        line.push('\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_one_line_whatever_it_contains() {
        let mut query = LoggedQuery::new("a \"b\"\n\r\0\u{1b}[31m\u{7f}\u{9b}\u{85}é", QuerySource::Page);
        query.add_filter("tag", "x\ny");
        let line = query.to_line();
        let text = line.strip_suffix('\n').unwrap();
        assert!(!text.contains(char::is_control), "{text:?}");
        assert_eq!(serde_json::from_str::<LoggedQuery>(text).unwrap(), query);
        assert!(text.contains(r#""source":"page""#), "{text}");
    }

    #[test]
    fn long_texts_are_cut() {
        let mut query = LoggedQuery::new(&"日".repeat(10_000), QuerySource::Api);
        assert!(query.query.len() <= limits::MAX_LOGGED_QUERY_BYTES);
        for _ in 0..10_000 {
            query.add_filter("tag", "日本");
        }
        assert!(query.filters["tag"].len() < 2 * limits::MAX_LOGGED_QUERY_BYTES);
        // Every control character is escaped to six bytes.
        let worst = LoggedQuery::new(&"\u{1}".repeat(10_000), QuerySource::Api).to_line();
        assert!(worst.len() < limits::MAX_QUERY_LOG_LINE_BYTES / 2);
    }
}
