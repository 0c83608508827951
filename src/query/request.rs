//! Search requests: parameters and their validation.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde::Serialize;

use super::date_bound::parse_date_bound;
use super::quoting::shortened;
use crate::config::limits;

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// By score, best first.
    #[default]
    Relevance,
    /// By date, latest first; posts without a date last.
    Newest,
    /// By date, earliest first; posts without a date last.
    Oldest,
}

/// How hits are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Grouping {
    /// Each post is a hit of its own.
    #[default]
    None,
    /// Translations and copies of a post are one hit.
    Translations,
}

/// The attribute that a facet counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetField {
    /// The categories, by name.
    Category,
    /// The tags.
    Tag,
    /// The year of the date.
    Year,
}

/// A validated search request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchRequest {
    /// The query text; any text is valid.
    pub query: String,
    /// The page number, from 1.
    pub page: usize,
    /// The number of hits per page.
    pub limit: usize,
    /// Restricts hits to a category, by name or folder.
    pub category: Option<String>,
    /// Restricts hits to a tag.
    pub tag: Option<String>,
    /// Restricts hits to an author.
    pub author: Option<String>,
    /// Restricts hits to a language, by a tag such as `de` or `pt-BR`.
    pub lang: Option<String>,
    /// Restricts hits to posts dated at this time or later.
    pub after: Option<Timestamp>,
    /// Restricts hits to posts dated before this time.
    pub before: Option<Timestamp>,
    /// The order of hits.
    pub sort: Sort,
    /// The facets to count.
    pub facets: Vec<FacetField>,
    /// How hits are grouped.
    pub group: Grouping,
    /// Whether to explain the score of each hit.
    pub explain: bool,
    /// The number of text fragments per hit, including the snippet.
    pub fragments: usize,
    /// The number of further sections per hit.
    pub sections: usize,
    /// Maximum typos per word, up to [`limits::MAX_TYPOS`]; by the word's length if `None`.
    pub typos: Option<u8>,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            page: 1,
            limit: 10,
            category: None,
            tag: None,
            author: None,
            lang: None,
            after: None,
            before: None,
            sort: Sort::default(),
            facets: Vec::new(),
            group: Grouping::default(),
            explain: false,
            fragments: 1,
            sections: 0,
            typos: None,
        }
    }
}

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

/// The parameters of a search request as strings, as they arrive in a URL or on the command line.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
pub struct RawRequest {
    /// See [`SearchRequest::query`].
    pub q: String,
    /// See [`SearchRequest::page`].
    pub page: Option<String>,
    /// See [`SearchRequest::limit`].
    pub limit: Option<String>,
    /// See [`SearchRequest::category`].
    pub category: Option<String>,
    /// See [`SearchRequest::tag`].
    pub tag: Option<String>,
    /// See [`SearchRequest::author`].
    pub author: Option<String>,
    /// See [`SearchRequest::lang`].
    pub lang: Option<String>,
    /// See [`SearchRequest::after`].
    pub after: Option<String>,
    /// See [`SearchRequest::before`].
    pub before: Option<String>,
    /// `relevance`, `newest` or `oldest`.
    pub sort: Option<String>,
    /// Comma-separated list of `category`, `tag` and `year`.
    pub facets: Option<String>,
    /// `none` or `translations`.
    pub group: Option<String>,
    /// `1` or `true`, `0` or `false`.
    pub explain: Option<String>,
    /// From 1 to [`limits::MAX_FRAGMENTS`].
    pub fragments: Option<String>,
    /// From 0 to [`limits::MAX_SECTIONS`].
    pub sections: Option<String>,
    /// `0`, `1` or `2`.
    pub typos: Option<String>,
    /// Unknown parameters, by name.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, String>,
}

impl RawRequest {
    /// Parses and validates the parameters.
    ///
    /// # Errors
    /// For the first parameter with an invalid value.
    pub fn validate(self) -> Result<SearchRequest, RequestError> {
        let page = number("page", self.page, 1, 1..=limits::MAX_HIT_RANK)?;
        let limit = number("limit", self.limit, 10, 1..=limits::MAX_LIMIT)?;
        if page.saturating_mul(limit) > limits::MAX_HIT_RANK {
            return Err(RequestError {
                parameter: "page",
                value: page.to_string(),
                allowed: format!("a page within the first {} hits", limits::MAX_HIT_RANK),
            });
        }
        Ok(SearchRequest {
            query: self.q,
            page,
            limit,
            category: non_empty(self.category),
            tag: non_empty(self.tag),
            author: non_empty(self.author),
            lang: lang(self.lang)?,
            after: date_bound("after", self.after)?,
            before: date_bound("before", self.before)?,
            sort: choice("sort", self.sort, &SORTS)?.unwrap_or_default(),
            facets: facets(self.facets)?,
            group: choice("group", self.group, &GROUPINGS)?.unwrap_or_default(),
            explain: choice("explain", self.explain, &SWITCH)?.unwrap_or_default(),
            fragments: number("fragments", self.fragments, 1, 1..=limits::MAX_FRAGMENTS)?,
            sections: number("sections", self.sections, 0, 0..=limits::MAX_SECTIONS)?,
            typos: choice("typos", self.typos, &TYPOS)?,
        })
    }
}

/// Returns the text unless it is blank.
fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn number(
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
    let Some(value) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(default) };
    value.parse().ok().filter(|number| (1..=max).contains(number)).ok_or_else(|| RequestError {
        parameter: "limit",
        value: value.to_owned(),
        allowed: format!("a whole number from 1 to {max}"),
    })
}

fn date_bound(parameter: &'static str, text: Option<String>) -> Result<Option<Timestamp>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    let bound = parse_date_bound(&value).map_err(|allowed| RequestError { parameter, value, allowed })?;
    Ok(Some(bound))
}

fn lang(text: Option<String>) -> Result<Option<String>, RequestError> {
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

const SORTS: [(&str, Sort); 3] =
    [("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest)];
const GROUPINGS: [(&str, Grouping); 2] = [("none", Grouping::None), ("translations", Grouping::Translations)];
const SWITCH: [(&str, bool); 4] = [("1", true), ("true", true), ("0", false), ("false", false)];
const TYPOS: [(&str, u8); 3] = [("0", 0), ("1", 1), ("2", limits::MAX_TYPOS)];

/// Returns the names as a list of alternatives, such as `a, b or c`.
fn alternatives(names: &[&str]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.join(", "),
    }
}

/// Returns the value with the given name, if any is given.
fn choice<T: Copy>(
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

fn facets(text: Option<String>) -> Result<Vec<FacetField>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(Vec::new()) };
    let mut fields = Vec::new();
    for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let field = match name {
            "category" => FacetField::Category,
            "tag" => FacetField::Tag,
            "year" => FacetField::Year,
            _ => {
                let allowed = "a comma-separated list of category, tag and year".to_owned();
                return Err(RequestError { parameter: "facets", value: name.to_owned(), allowed });
            }
        };
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_defaults_for_missing_parameters() {
        assert_eq!(RawRequest::default().validate(), Ok(SearchRequest::default()));
    }

    #[test]
    fn parses_all_parameters() {
        let raw = RawRequest {
            after: Some("2024".into()),
            before: Some("2024-06".into()),
            sort: Some("newest".into()),
            facets: Some("category,year,category".into()),
            category: Some(" ".into()),
            author: Some("Ann Lee".into()),
            lang: Some(" pt-BR ".into()),
            group: Some("translations".into()),
            explain: Some("true".into()),
            typos: Some("0".into()),
            fragments: Some("2".into()),
            sections: Some("3".into()),
            ..RawRequest::default()
        };
        let request = raw.validate().unwrap();
        assert_eq!(request.after.unwrap().to_string(), "2024-01-01T00:00:00Z");
        assert_eq!(request.before.unwrap().to_string(), "2024-06-01T00:00:00Z");
        assert_eq!(request.facets, [FacetField::Category, FacetField::Year]);
        assert_eq!((request.sort, request.category), (Sort::Newest, None));
        assert_eq!((request.author.as_deref(), request.lang.as_deref()), (Some("Ann Lee"), Some("pt-BR")));
        assert_eq!((request.group, request.explain, request.typos), (Grouping::Translations, true, Some(0)));
        assert_eq!((request.fragments, request.sections), (2, 3));
    }

    #[test]
    fn accepts_explicit_defaults() {
        let raw = RawRequest {
            lang: Some("\t".into()),
            group: Some("none".into()),
            explain: Some("0".into()),
            typos: Some(String::new()),
            ..RawRequest::default()
        };
        assert_eq!(raw.validate(), Ok(SearchRequest::default()));
    }

    #[test]
    fn rejects_invalid_values_with_the_parameter_and_the_allowed_values() {
        let raw = RawRequest::default;
        let text = |text: &str| Some(text.to_owned());
        let cases = [
            (RawRequest { limit: text("0"), ..raw() }, "limit", "from 1 to 100"),
            (RawRequest { limit: text("101"), ..raw() }, "limit", "from 1 to 100"),
            (RawRequest { page: text("x"), ..raw() }, "page", "a whole number"),
            (RawRequest { page: text("1001"), ..raw() }, "page", "the first 10000 hits"),
            (RawRequest { after: text("soon"), ..raw() }, "after", "a date like"),
            (RawRequest { after: text("2024-13"), ..raw() }, "after", "a date like"),
            (RawRequest { before: text("31.31.2024"), ..raw() }, "before", "a date like"),
            (RawRequest { sort: text("best"), ..raw() }, "sort", "relevance, newest or oldest"),
            (RawRequest { lang: text("german!"), ..raw() }, "lang", "such as de or pt-BR"),
            (RawRequest { lang: text("d"), ..raw() }, "lang", "such as de or pt-BR"),
            (RawRequest { lang: text("de-"), ..raw() }, "lang", "such as de or pt-BR"),
            (RawRequest { lang: text(&"de-x".repeat(20)), ..raw() }, "lang", "such as de or pt-BR"),
            (RawRequest { group: text("tags"), ..raw() }, "group", "none or translations"),
            (RawRequest { explain: text("yes"), ..raw() }, "explain", "1, true, 0 or false"),
            (RawRequest { typos: text("3"), ..raw() }, "typos", "0, 1 or 2"),
            (RawRequest { typos: text("-1"), ..raw() }, "typos", "0, 1 or 2"),
            (RawRequest { fragments: text("0"), ..raw() }, "fragments", "from 1 to 3"),
            (RawRequest { sections: text("4"), ..raw() }, "sections", "from 0 to 3"),
            (RawRequest { facets: text("category,color"), ..raw() }, "facets", "year"),
        ];
        for (raw, parameter, allowed) in cases {
            let error = raw.clone().validate().unwrap_err();
            assert_eq!(error.parameter, parameter, "{raw:?}");
            assert!(error.allowed.contains(allowed), "{}", error.allowed);
        }
    }
}
