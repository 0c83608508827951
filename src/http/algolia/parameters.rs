//! The parameters of a query: JSON values, or texts from a query string in the field `params`.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::error::AlgoliaError;
use crate::config::limits;
use crate::query::shortened;

/// Fields of a query that are not search parameters.
const ENVELOPE: [&str; 4] = ["indexName", "type", "params", "facet"];

/// The parameters of one query, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct QueryParameters(Map<String, Value>);

impl QueryParameters {
    /// Returns the parameters of a query: its fields, and those in `params`, which is an object or a query string.
    ///
    /// # Errors
    /// If `params` is neither.
    pub(super) fn of(mut query: Map<String, Value>) -> Result<Self, AlgoliaError> {
        match query.remove("params") {
            None | Some(Value::Null) => {}
            Some(Value::Object(fields)) => query.extend(fields),
            Some(Value::String(text)) => {
                for pair in text.split('&').filter(|pair| !pair.is_empty()) {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    query.insert(decoded(name), Value::String(decoded(value)));
                }
            }
            Some(_) => {
                return Err(AlgoliaError::invalid("invalid `params`; expected a query string or an object"));
            }
        }
        query.retain(|_, value| !value.is_null());
        Ok(Self(query))
    }

    /// Returns a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Returns a text; numbers and booleans count as their text.
    ///
    /// # Errors
    /// If it is a list or an object.
    pub(super) fn text(&self, name: &str) -> Result<Option<Cow<'_, str>>, AlgoliaError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(Cow::Borrowed(text))),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(Cow::Owned(value.to_string()))),
            Some(other) => Err(invalid(name, other, "a text")),
        }
    }

    /// Returns a whole number from 0; those that are too large for the platform count as the largest.
    ///
    /// # Errors
    /// If it is something else.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, AlgoliaError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| invalid(name, value, "a whole number from 0"))?;
        Ok(Some(usize::try_from(number).unwrap_or(usize::MAX)))
    }

    /// Returns a boolean.
    ///
    /// # Errors
    /// If it is something else.
    pub(super) fn switch(&self, name: &str) -> Result<Option<bool>, AlgoliaError> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(invalid(name, &self.0[name], "true or false")),
        }
    }

    /// Returns a list of texts, which may be given as a list, as JSON in a text, or separated by commas.
    ///
    /// # Errors
    /// If it is something else.
    pub(super) fn list(&self, name: &str) -> Result<Option<Vec<String>>, AlgoliaError> {
        let Some(given) = self.get(name) else { return Ok(None) };
        let value = structured(name, given)?;
        let list = match value.as_ref() {
            Value::String(text) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Some(parts.map(str::to_owned).collect())
            }
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        list.map(Some).ok_or_else(|| invalid(name, given, "a list of names"))
    }

    /// Returns the parameters as a query string.
    pub(super) fn query_string(&self) -> String {
        let parameters = self.0.iter().filter(|(name, _)| !ENVELOPE.contains(&name.as_str()));
        let pairs = parameters.map(|(name, value)| {
            let value = value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed);
            format!("{}={}", encoded(name), encoded(&value))
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Returns the value, or what it is in JSON if it is a text with a list.
///
/// # Errors
/// If the text begins like a list and is not JSON.
pub(super) fn structured<'a>(name: &str, value: &'a Value) -> Result<Cow<'a, Value>, AlgoliaError> {
    match value.as_str().map(str::trim_start) {
        Some(text) if text.starts_with('[') => {
            let parsed = serde_json::from_str(text);
            Ok(Cow::Owned(parsed.map_err(|_| invalid(name, value, "a list in JSON"))?))
        }
        _ => Ok(Cow::Borrowed(value)),
    }
}

/// Returns the error of an invalid parameter.
pub(super) fn invalid(name: &str, value: &Value, expected: &str) -> AlgoliaError {
    let value = value.to_string();
    let value = shortened(&value, limits::MAX_QUOTED_BYTES);
    AlgoliaError::invalid(format!("invalid value {value} for `{name}`; expected {expected}"))
}

/// Returns a part of a query string as text.
fn decoded(part: &str) -> String {
    let part = part.replace('+', " ");
    percent_decode_str(&part).decode_utf8_lossy().into_owned()
}

fn encoded(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameters(query: Value) -> Result<QueryParameters, AlgoliaError> {
        let Value::Object(query) = query else { panic!("{query} is not an object") };
        QueryParameters::of(query)
    }

    #[test]
    fn fields_and_both_forms_of_params_are_parameters() {
        let of_fields = json!({"query": "a b", "page": 2, "facets": ["tags", "year"], "filters": null});
        let of_text = json!({"params": "query=a%20b&page=2&facets=%5B%22tags%22%2C%22year%22%5D&x"});
        let of_object = json!({"page": 9, "params": {"query": "a b", "page": "2", "facets": "tags, year"}});
        for query in [of_fields, of_text, of_object] {
            let parameters = parameters(query.clone()).unwrap();
            assert_eq!(parameters.text("query").unwrap().as_deref(), Some("a b"), "{query}");
            assert_eq!(parameters.number("page"), Ok(Some(2)));
            assert_eq!(parameters.list("facets").unwrap().unwrap(), ["tags", "year"]);
            assert_eq!(parameters.get("filters"), None);
        }
        assert_eq!(parameters(json!({"params": "query=a+b%ff"})).unwrap().0["query"], "a b\u{fffd}");
    }

    #[test]
    fn values_of_other_types_are_errors() {
        let parameters = parameters(json!({"a": [1], "b": -1, "c": {}, "d": "[", "e": "yes"})).unwrap();
        assert!(parameters.text("a").unwrap_err().message.contains("invalid value [1] for `a`"));
        assert!(
            parameters.list("a").is_err() && parameters.list("c").is_err() && parameters.list("d").is_err()
        );
        assert!(parameters.number("b").is_err() && parameters.switch("e").is_err());
        assert!(super::QueryParameters::of(Map::from_iter([("params".to_owned(), json!(1))])).is_err());
    }

    #[test]
    fn the_query_string_has_what_was_sent() {
        let parameters = parameters(json!({"indexName": "posts", "query": "a&b", "facets": ["x"]})).unwrap();
        assert_eq!(parameters.query_string(), "query=a%26b&facets=%5B%22x%22%5D");
    }
}
