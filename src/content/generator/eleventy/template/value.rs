//! The values of templates, with the conversions of JavaScript.

use serde_json::Value;

use crate::content::date::PostDate;

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TemplateValue {
    /// No value.
    Nil,
    /// A boolean, number, text, list or table.
    Json(Value),
    /// A point in time.
    Date(PostDate),
}

impl TemplateValue {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Json(Value::String(text.into()))
    }

    pub(super) fn number(number: f64) -> Self {
        Self::Json(number_value(number))
    }

    pub(super) fn flag(flag: bool) -> Self {
        Self::Json(Value::Bool(flag))
    }

    pub(super) fn list(items: Vec<Value>) -> Self {
        Self::Json(Value::Array(items))
    }

    /// Converts a value of front matter or data.
    pub(super) fn from_json(value: &Value) -> Self {
        if value.is_null() { Self::Nil } else { Self::Json(value.clone()) }
    }

    /// Returns the value as printed; `None` for tables and dates, whose form depends on the engine.
    pub(super) fn printed(&self) -> Option<String> {
        match self {
            Self::Nil => Some(String::new()),
            Self::Json(value) => printed(value),
            Self::Date(_) => None,
        }
    }

    /// Returns whether the value counts as true in JavaScript.
    pub(super) fn is_truthy(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Date(_) => true,
            Self::Json(value) => match value {
                Value::Null => false,
                Value::Bool(flag) => *flag,
                Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
                Value::String(text) => !text.is_empty(),
                Value::Array(_) | Value::Object(_) => true,
            },
        }
    }

    /// Returns whether the value counts as true in Liquid: anything but nil and `false`.
    pub(super) fn is_set(&self) -> bool {
        !matches!(self, Self::Nil | Self::Json(Value::Bool(false) | Value::Null))
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Json(Value::Number(number)) => number.as_f64(),
            Self::Json(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&Vec<Value>> {
        match self {
            Self::Json(Value::Array(items)) => Some(items),
            _ => None,
        }
    }

    /// Returns a member of a table, or an item or the length of a list or text.
    pub(super) fn member(&self, key: &str) -> Self {
        let Self::Json(value) = self else { return Self::Nil };
        match (value, key) {
            (Value::Object(table), key) => table.get(key).map_or(Self::Nil, Self::from_json),
            (Value::Array(items), "size" | "length") => Self::number(as_f64(items.len())),
            (Value::Array(items), "first") => items.first().map_or(Self::Nil, Self::from_json),
            (Value::Array(items), "last") => items.last().map_or(Self::Nil, Self::from_json),
            (Value::Array(items), index) => {
                index.parse::<usize>().ok().and_then(|at| items.get(at)).map_or(Self::Nil, Self::from_json)
            }
            (Value::String(text), "size" | "length") => Self::number(as_f64(text.encode_utf16().count())),
            (Value::String(text), index) => {
                let c = index.parse::<usize>().ok().and_then(|at| text.chars().nth(at));
                c.map_or(Self::Nil, |c| Self::text(c.to_string()))
            }
            _ => Self::Nil,
        }
    }

    /// Returns whether two values are equal; numbers equal their text, as in the loose comparison of JavaScript.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(Value::Number(_)), Self::Json(Value::String(_) | Value::Number(_)))
            | (Self::Json(Value::String(_)), Self::Json(Value::Number(_))) => {
                self.as_number() == other.as_number()
            }
            _ => self == other,
        }
    }
}

/// Returns a JSON value as the engines print it: a list is joined without a separator.
fn printed(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(printed_number(number.as_f64()?)),
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.iter().map(printed).collect(),
        Value::Object(_) => None,
    }
}

fn printed_number(number: f64) -> String {
    number.to_string()
}

/// Returns a number as JSON, as an integer if it is one.
fn number_value(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

/// Returns a length as a number.
#[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
pub(super) fn as_f64(length: usize) -> f64 {
    length as f64
}
