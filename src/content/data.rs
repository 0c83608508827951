//! Structured data: TOML, YAML and JSON as one tree of values.
//!
//! Front matter and the generators' configuration files come in all three formats. Keys are
//! case-insensitive, as in Hugo.

use std::collections::{HashMap, HashSet};

use serde::{Serialize, Serializer, ser};
use serde_json::{Map, Value};

use super::parser_message::{first_line, without_position, yaml_fix};
use crate::config::line_of;

/// A data format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormat {
    /// TOML 1.0.
    Toml,
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

impl DataFormat {
    /// Returns the format of files with this extension.
    #[must_use]
    pub(crate) fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A syntax error in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataError {
    /// Line within the text, from 1.
    pub line: usize,
    /// What is wrong and how to fix it.
    pub message: String,
}

impl DataError {
    /// Converts an error of the JSON parser; the message no longer contains the line and column.
    #[must_use]
    pub(crate) fn of_json(error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        let fix = match message {
            "key must be a string" => "; put keys in double quotes",
            "trailing comma" => "; remove the comma",
            _ => "",
        };
        Self { line: error.line(), message: format!("invalid JSON: {message}{fix}") }
    }
}

/// A table of keys and values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data(Map<String, Value>);

/// Serializes the table as its JSON text, in which values of different types differ in any format.
impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = serde_json::to_string(&self.0).map_err(ser::Error::custom)?;
        serializer.serialize_str(&json)
    }
}

impl Data {
    /// Parses `text`; an empty text gives an empty table.
    ///
    /// # Errors
    /// If the text is not valid in `format`, or is not a table.
    pub fn parse(text: &str, format: DataFormat) -> Result<Self, DataError> {
        let value = match format {
            DataFormat::Toml => parse_toml(text)?,
            DataFormat::Yaml => parse_yaml(text)?,
            DataFormat::Json => parse_json(text)?,
        };
        match value {
            Value::Object(map) => Ok(Self(map)),
            Value::Null => Ok(Self::default()),
            _ => Err(DataError {
                line: 1,
                message: "invalid value; expected a table of keys and values, such as `title`".to_owned(),
            }),
        }
    }

    /// Returns the value of `key`, ignoring case; `null` counts as absent.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let exact = self.0.get(key);
        let found =
            exact.or_else(|| self.0.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v));
        found.filter(|value| !value.is_null())
    }

    /// Returns the keys, as written.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns a table that has this one under `key`.
    #[must_use]
    pub fn under(self, key: &str) -> Self {
        Self(Map::from_iter([(key.to_owned(), Value::Object(self.0))]))
    }

    /// Returns the table as a value.
    #[must_use]
    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// Returns `value` as a table; `None` if it is not one.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }

    /// Returns whether the table has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the keys and values, as written.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Sets `key` unless the table has it already, in any case.
    pub(crate) fn set_default(&mut self, key: &str, value: &Value) {
        self.set_defaults(std::iter::once((key, value)));
    }

    /// Sets the keys that the table does not have already, in any case.
    pub(crate) fn set_defaults<'a>(&mut self, defaults: impl Iterator<Item = (&'a str, &'a Value)>) {
        let mut defaults = defaults.peekable();
        if defaults.peek().is_none() {
            return;
        }
        let mut keys: HashSet<String> = self.0.keys().map(|key| key.to_ascii_lowercase()).collect();
        for (key, value) in defaults {
            if keys.insert(key.to_ascii_lowercase()) {
                self.0.insert(key.to_owned(), value.clone());
            }
        }
    }

    /// Adds the keys of `other` that this table does not have.
    pub(crate) fn fill_from(&mut self, other: &Self) {
        self.set_defaults(other.entries());
    }

    /// Sets all keys of `over`, whose values take precedence; nested tables are merged.
    pub(crate) fn override_with(&mut self, over: &Self) {
        let mut keys: HashMap<String, String> = HashMap::with_capacity(self.0.len());
        for own in self.0.keys() {
            keys.entry(own.to_ascii_lowercase()).or_insert_with(|| own.clone());
        }
        for (key, value) in &over.0 {
            let own_key = keys.entry(key.to_ascii_lowercase()).or_insert_with(|| key.clone());
            let own = self.0.entry(own_key.as_str()).or_insert(Value::Null);
            match (Self::from_value(own), Self::from_value(value)) {
                (Some(mut table), Some(over)) => {
                    table.override_with(&over);
                    *own = Value::Object(table.0);
                }
                _ => *own = value.clone(),
            }
        }
    }

    /// Returns the table under `key`; empty if there is none.
    #[must_use]
    pub fn table(&self, key: &str) -> Self {
        self.get(key).and_then(Self::from_value).unwrap_or_default()
    }

    /// Returns the tables under `key`, which may be a list of tables or a single one.
    #[must_use]
    pub fn tables(&self, key: &str) -> Vec<Self> {
        match self.get(key) {
            Some(Value::Array(items)) => items.iter().filter_map(Self::from_value).collect(),
            Some(value) => Self::from_value(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Returns the scalar under `key` as text; `None` for an empty text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(scalar_text).filter(|text| !text.is_empty())
    }

    /// Returns the boolean under `key`; the strings `true` and `false` count as booleans.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    /// Returns the texts under `key`, which may be a list of scalars or a single one.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.scalars(key, scalar_text)
    }

    /// Returns the names under `key`: texts, or the `name` of tables as authors have it.
    #[must_use]
    pub fn names(&self, key: &str) -> Vec<String> {
        self.scalars(key, |value| match Self::from_value(value) {
            Some(table) => table.text("name"),
            None => scalar_text(value),
        })
    }

    fn scalars(&self, key: &str, read: impl Fn(&Value) -> Option<String>) -> Vec<String> {
        let texts: Vec<String> = match self.get(key) {
            Some(Value::Array(items)) => items.iter().filter_map(read).collect(),
            Some(value) => read(value).into_iter().collect(),
            None => Vec::new(),
        };
        texts.into_iter().filter(|text| !text.is_empty()).collect()
    }
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn parse_toml(text: &str) -> Result<Value, DataError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| DataError {
        line: line_of(text.as_bytes(), error.span().map_or(0, |span| span.start)),
        message: format!("invalid TOML: {}", first_line(error.message())),
    })?;
    Ok(from_toml(toml::Value::Table(table)))
}

/// Converts a TOML value. Dates become text, as they are in the other formats.
fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, from_toml(value))).collect())
        }
    }
}

fn parse_yaml(text: &str) -> Result<Value, DataError> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let options = serde_saphyr::options! {
        strict_booleans: true,
        // As in the generators' own parsers.
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let message = error.to_string();
        let message = without_position(first_line(&message));
        DataError {
            line: error.location().map_or(1, |location| usize::try_from(location.line()).unwrap_or(1)),
            message: format!("invalid YAML: {message}{}", yaml_fix(message)),
        }
    })
}

fn parse_json(text: &str) -> Result<Value, DataError> {
    serde_json::from_str(text).map_err(|error| DataError::of_json(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_formats_give_the_same_data() {
        let toml = "Title = \"A\"\ntags = [\"x\", 2]\ndate = 2024-01-02T03:04:05Z\ndraft = true\n[p]\nq = 1";
        let yaml = "Title: A\ntags: [x, 2]\ndate: 2024-01-02T03:04:05Z\ndraft: true\np:\n  q: 1\n";
        let json = r#"{"Title":"A","tags":["x",2],"date":"2024-01-02T03:04:05Z","draft":true,"p":{"q":1}}"#;
        let texts = [(DataFormat::Toml, toml), (DataFormat::Yaml, yaml), (DataFormat::Json, json)];
        for (format, text) in texts {
            let data = Data::parse(text, format).unwrap();
            assert_eq!(data.text("title").as_deref(), Some("A"), "{format:?}");
            assert_eq!(data.texts("tags"), ["x", "2"], "{format:?}");
            assert_eq!(data.text("date").as_deref(), Some("2024-01-02T03:04:05Z"), "{format:?}");
            assert_eq!(data.flag("draft"), Some(true), "{format:?}");
            assert_eq!(data.table("p").text("q").as_deref(), Some("1"), "{format:?}");
        }
    }

    #[test]
    fn a_single_text_is_a_list_of_one_and_null_is_absent() {
        let data = Data::parse("tags: one\nempty:\n", DataFormat::Yaml).unwrap();
        assert_eq!(data.texts("tags"), ["one"]);
        assert_eq!(data.get("empty"), None);
        assert_eq!(Data::parse("", DataFormat::Yaml).unwrap(), Data::default());
    }

    #[test]
    fn tables_are_merged() {
        let parse = |text| Data::parse(text, DataFormat::Toml).unwrap();
        let mut own = parse("Title = 'own'");
        own.fill_from(&parse("title = 'below'\nlang = 'fr'"));
        assert_eq!((own.text("title").as_deref(), own.text("lang").as_deref()), (Some("own"), Some("fr")));
        let mut settings = parse("baseurl = 'a'\n[params]\nx = 1\ny = 1");
        settings.override_with(&parse("baseURL = 'b'\n[params]\ny = 2"));
        assert_eq!(settings, parse("baseurl = 'b'\n[params]\nx = 1\ny = 2"));
    }

    #[test]
    fn names_are_texts_or_tables() {
        let data = Data::parse("authors: [ann, {name: Bob, url: x}, {url: y}]\n", DataFormat::Yaml).unwrap();
        assert_eq!(data.names("authors"), ["ann", "Bob"]);
        assert_eq!(Data::parse("author: {name: Cy}\n", DataFormat::Yaml).unwrap().names("author"), ["Cy"]);
    }

    #[test]
    fn the_last_duplicate_key_wins() {
        let data = Data::parse("title: A\ntitle: B\n", DataFormat::Yaml).unwrap();
        assert_eq!(data.text("title").as_deref(), Some("B"));
    }

    #[test]
    fn errors_have_a_line() {
        let cases = [
            (DataFormat::Toml, "a = 1\nb = \n", 2),
            (DataFormat::Yaml, "a: 1\nb: [1, 2\n", 2),
            (DataFormat::Json, "{\"a\": 1,\n \"b\" 2}", 2),
            (DataFormat::Json, "[1]", 1),
        ];
        for (format, text, line) in cases {
            let error = Data::parse(text, format).unwrap_err();
            assert_eq!(error.line, line, "{format:?}: {}", error.message);
            assert!(!error.message.contains('\n') && !error.message.contains("column"), "{}", error.message);
        }
    }

    #[test]
    fn common_yaml_errors_name_the_fix() {
        let cases = [
            ("title: A: b\n", "in quotes"),
            ("title: @ann\n", "in quotes"),
            ("title: *x\n", "in quotes"),
            ("title: {{ x }}\n", "in quotes"),
            ("title: 'it's'\n", "double the quotes"),
            ("title: \"A\nx: 1\n", "add the closing quote"),
            ("path: \"C:\\dir\"\n", "backslash twice"),
            ("x:\n\ty: 1\n", "indent with spaces"),
        ];
        for (text, fix) in cases {
            let message = Data::parse(text, DataFormat::Yaml).unwrap_err().message;
            assert!(message.contains(fix), "{text:?}: {message}");
        }
    }
}
