//! The parameters of the API: their types, for JSON bodies and for the `OpenAPI` document.
//!
//! Their values are validated by the requests of `query`; the bounds and names here come from the same constants.

mod accept;
mod body;
mod tables;

use std::ops::RangeInclusive;

pub(super) use accept::prefers_markdown;
pub(super) use body::{BodyParameters, body_parameters};
pub(super) use tables::{FACETS, POSTS, REINDEX, RELATED, SEARCH, SUGGEST};

/// A parameter of a route.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: ParameterKind,
    /// What it does, in a sentence.
    pub(super) description: String,
    /// A value, as it is written in a URL.
    pub(super) example: &'static str,
    pub(super) is_required: bool,
}

/// The type of a parameter's values.
#[derive(Debug)]
pub(super) enum ParameterKind {
    /// Any text.
    Text,
    /// A text that is not blank.
    NonBlank,
    /// A year, month, day or time.
    Date,
    /// Four digits.
    Year,
    /// A language tag.
    Language,
    /// A whole number, with the default if it is not computed.
    Number { allowed: RangeInclusive<usize>, default: Option<usize> },
    /// One of some names; the first one is the default of an optional parameter.
    Choice(Vec<&'static str>),
    /// On or off; off by default.
    Switch,
    /// A list of names, in a URL separated by commas; empty by default.
    List(Vec<&'static str>),
}

impl ParameterKind {
    /// Returns the type that a value has in JSON, as a noun phrase.
    fn json_type(&self) -> &'static str {
        match self {
            Self::Text | Self::NonBlank | Self::Date | Self::Year | Self::Language | Self::Choice(_) => {
                "a string"
            }
            Self::Number { .. } => "a whole number",
            Self::Switch => "true or false",
            Self::List(_) => "an array of strings",
        }
    }
}
