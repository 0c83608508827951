//! Values of expressions.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::content::data::Data;
use crate::content::date::{PostDate, parse_date};

/// A value of JavaScript.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ScriptValue {
    /// `undefined` or `null`.
    Undefined,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A date.
    Date(PostDate),
    /// A list.
    List(Vec<ScriptValue>),
    /// An object.
    Object(BTreeMap<String, ScriptValue>),
}

impl ScriptValue {
    /// Converts a value of front matter.
    #[must_use]
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Undefined,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(map) => {
                Self::Object(map.iter().map(|(key, value)| (key.clone(), Self::of(value))).collect())
            }
        }
    }

    /// Converts front matter.
    #[must_use]
    pub(crate) fn of_data(data: &Data) -> Self {
        Self::Object(data.entries().map(|(key, value)| (key.to_owned(), Self::of(value))).collect())
    }

    /// Returns whether the value counts as true.
    #[must_use]
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Undefined => false,
            Self::Bool(flag) => *flag,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Date(_) | Self::List(_) | Self::Object(_) => true,
        }
    }

    /// Returns the value as a string, if it is a string, a number or a boolean.
    #[must_use]
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// Returns the value as a date: a date, or a string that states one.
    pub(super) fn date(&self) -> Option<PostDate> {
        match self {
            Self::Date(date) => Some(*date),
            Self::Text(text) => parse_date(text),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}
