//! Parsing of parameter values. A blank value means the default.

use std::ops::RangeInclusive;

use super::choices::{FacetField, Grouping, Sort};
use crate::config::limits;
use crate::query::date_bound::{DateBound, Year, parse_date_bound};
use crate::query::quoting::shortened;

/// An invalid value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid value {:?} for `{parameter}`; expected {allowed}", shortened(.value, limits::MAX_QUOTED_BYTES))]
pub struct RequestError {
    /// The name of the parameter.
    pub parameter: &'static str,
    /// The given value.
    pub value: String,
    /// The allowed values, as a noun phrase.
    pub allowed: String,
}

pub(crate) const SORTS: [(&str, Sort); 3] =
    [("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest)];
pub(crate) const GROUPINGS: [(&str, Grouping); 2] =
    [("none", Grouping::None), ("translations", Grouping::Translations)];
pub(super) const SWITCH: [(&str, bool); 4] = [("1", true), ("true", true), ("0", false), ("false", false)];
pub(super) const TYPOS: [(&str, u8); 3] = [("0", 0), ("1", 1), ("2", limits::MAX_TYPOS)];

/// Returns the text unless it is blank.
pub(super) fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

pub(super) fn number(
    parameter: &'static str,
    text: Option<String>,
    default: usize,
    allowed: RangeInclusive<usize>,
) -> Result<usize, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(default) };
    match value.trim().parse() {
        Ok(number) if allowed.contains(&number) => Ok(number),
        _ => {
            let allowed = format!("a whole number from {} to {}", allowed.start(), allowed.end());
            Err(RequestError { parameter, value, allowed })
        }
    }
}

/// Parses the maximum number of results of a request.
pub(crate) fn parse_limit(text: Option<&str>, default: usize, max: usize) -> Result<usize, RequestError> {
    number("limit", text.map(str::to_owned), default, 1..=max)
}

/// Returns the id of a post, see [`crate::index::StoredPost::id`].
pub(crate) fn parse_id(id: String) -> Result<String, RequestError> {
    if id.trim().is_empty() {
        let allowed = "the path of a post's file below the content folder".to_owned();
        return Err(RequestError { parameter: "id", value: id, allowed });
    }
    Ok(id)
}

pub(super) fn date_bound(
    parameter: &'static str,
    text: Option<String>,
) -> Result<Option<DateBound>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    let bound = parse_date_bound(&value).map_err(|allowed| RequestError { parameter, value, allowed })?;
    Ok(Some(bound))
}

pub(super) fn year(text: Option<String>) -> Result<Option<Year>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    let year = Year::parse(&value).map_err(|allowed| RequestError { parameter: "year", value, allowed })?;
    Ok(Some(year))
}

pub(super) fn lang(text: Option<String>) -> Result<Option<String>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    let tag = value.trim();
    let mut subtags = tag.split(['-', '_']);
    let is_primary =
        |part: &str| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic());
    let is_further =
        |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    let is_tag = subtags.next().is_some_and(is_primary) && subtags.all(is_further);
    if is_tag && tag.len() <= limits::MAX_LANG_BYTES {
        return Ok(Some(tag.to_owned()));
    }
    let allowed = "a language tag such as de or pt-BR".to_owned();
    Err(RequestError { parameter: "lang", value, allowed })
}

/// Returns the names as a list of alternatives, such as `a, b or c`.
fn alternatives(names: &[&str]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.join(", "),
    }
}

/// Returns the value with the given name, if any is given.
pub(super) fn choice<T: Copy>(
    parameter: &'static str,
    text: Option<String>,
    choices: &[(&str, T)],
) -> Result<Option<T>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    if let Some((_, found)) = choices.iter().find(|(name, _)| *name == value.trim()) {
        return Ok(Some(*found));
    }
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    Err(RequestError { parameter, value, allowed: alternatives(&names) })
}

/// Parses the name of a facet.
pub(super) fn facet_field(
    parameter: &'static str,
    text: Option<String>,
) -> Result<Option<FacetField>, RequestError> {
    choice(parameter, text, &FacetField::ALL.map(|field| (field.name(), field)))
}

pub(super) fn facets(text: Option<&str>) -> Result<Vec<FacetField>, RequestError> {
    let mut fields = Vec::new();
    for name in list(text) {
        let Some(field) = FacetField::ALL.into_iter().find(|field| field.name() == name) else {
            let names = FacetField::ALL.map(FacetField::name);
            return Err(unknown_member("facets", name, &names));
        };
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

/// Returns the members of a comma-separated list.
pub(super) fn list(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// Returns the error about a member of a comma-separated list that is none of the allowed names.
pub(super) fn unknown_member(parameter: &'static str, name: &str, names: &[&str]) -> RequestError {
    let list = match names {
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
        [] => String::new(),
    };
    RequestError { parameter, value: name.to_owned(), allowed: format!("a comma-separated list of {list}") }
}
