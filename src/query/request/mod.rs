//! Search requests: parameters and their validation.

mod choices;
mod hit_fields;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use super::date_bound::{DateBound, Year};
use crate::config::limits;
use values::{SWITCH, TYPOS, choice, date_bound, facet_field, facets, lang, non_empty, number, year};

pub use choices::{FacetField, Grouping, Sort};
pub(crate) use hit_fields::HIT_FIELDS;
pub use hit_fields::HitFields;
pub use values::RequestError;
pub(crate) use values::{GROUPINGS, SORTS, parse_id, parse_limit};

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
    /// Restricts hits to a series.
    pub series: Option<String>,
    /// Restricts hits to posts dated in this year.
    pub year: Option<Year>,
    /// Restricts hits to posts dated at this time or later.
    pub after: Option<DateBound>,
    /// Restricts hits to posts dated before this time.
    pub before: Option<DateBound>,
    /// The order of hits.
    pub sort: Sort,
    /// The facets to count.
    pub facets: Vec<FacetField>,
    /// The fields of hits that the response contains.
    pub fields: HitFields,
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
            limit: limits::DEFAULT_LIMIT,
            category: None,
            tag: None,
            author: None,
            lang: None,
            series: None,
            year: None,
            after: None,
            before: None,
            sort: Sort::default(),
            facets: Vec::new(),
            fields: HitFields::ALL,
            group: Grouping::default(),
            explain: false,
            fragments: 1,
            sections: 0,
            typos: None,
        }
    }
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
    /// See [`SearchRequest::series`].
    pub series: Option<String>,
    /// See [`SearchRequest::year`].
    pub year: Option<String>,
    /// See [`SearchRequest::after`].
    pub after: Option<String>,
    /// See [`SearchRequest::before`].
    pub before: Option<String>,
    /// `relevance`, `newest` or `oldest`.
    pub sort: Option<String>,
    /// Comma-separated list of the names in [`FacetField::ALL`].
    pub facets: Option<String>,
    /// Comma-separated list of fields of hits.
    pub fields: Option<String>,
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
        let limit = number("limit", self.limit, limits::DEFAULT_LIMIT, 1..=limits::MAX_LIMIT)?;
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
            series: non_empty(self.series),
            year: year(self.year)?,
            after: date_bound("after", self.after)?,
            before: date_bound("before", self.before)?,
            sort: choice("sort", self.sort, &SORTS)?.unwrap_or_default(),
            facets: facets(self.facets.as_deref())?,
            fields: HitFields::parse(self.fields.as_deref())?,
            group: choice("group", self.group, &GROUPINGS)?.unwrap_or_default(),
            explain: choice("explain", self.explain, &SWITCH)?.unwrap_or_default(),
            fragments: number("fragments", self.fragments, 1, 1..=limits::MAX_FRAGMENTS)?,
            sections: number("sections", self.sections, 0, 0..=limits::MAX_SECTIONS)?,
            typos: choice("typos", self.typos, &TYPOS)?,
        })
    }
}

/// A validated request for the values of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FacetRequest {
    /// The field whose values are counted.
    pub field: FacetField,
    /// The beginning of a word of the values; blank for all values.
    pub prefix: String,
    /// Maximum number of values.
    pub limit: usize,
    /// The query and the filters. A filter on `field` does not apply.
    pub search: SearchRequest,
}

/// The parameters of a request for the values of a facet, as strings.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
pub struct RawFacetRequest {
    /// One of the names in [`FacetField::ALL`].
    pub field: Option<String>,
    /// See [`FacetRequest::prefix`].
    pub prefix: String,
    /// From 1 to [`limits::MAX_FACET_VALUES`].
    pub limit: Option<String>,
    /// See [`SearchRequest::query`].
    pub q: String,
    /// See [`SearchRequest::category`].
    pub category: Option<String>,
    /// See [`SearchRequest::tag`].
    pub tag: Option<String>,
    /// See [`SearchRequest::author`].
    pub author: Option<String>,
    /// See [`SearchRequest::lang`].
    pub lang: Option<String>,
    /// See [`SearchRequest::series`].
    pub series: Option<String>,
    /// See [`SearchRequest::year`].
    pub year: Option<String>,
    /// See [`SearchRequest::after`].
    pub after: Option<String>,
    /// See [`SearchRequest::before`].
    pub before: Option<String>,
    /// `none` or `translations`.
    pub group: Option<String>,
    /// `0`, `1` or `2`.
    pub typos: Option<String>,
    /// Unknown parameters, by name.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, String>,
}

impl RawFacetRequest {
    /// Parses and validates the parameters.
    ///
    /// # Errors
    /// For the first parameter with an invalid value, or if the field is missing.
    pub fn validate(self) -> Result<FacetRequest, RequestError> {
        let Some(field) = facet_field("field", self.field)? else {
            let allowed = FacetField::ALL.map(FacetField::name).join(", ");
            return Err(RequestError { parameter: "field", value: String::new(), allowed });
        };
        let limit = parse_limit(self.limit.as_deref(), limits::DEFAULT_LIMIT, limits::MAX_FACET_VALUES)?;
        let search = RawRequest {
            q: self.q,
            category: self.category,
            tag: self.tag,
            author: self.author,
            lang: self.lang,
            series: self.series,
            year: self.year,
            after: self.after,
            before: self.before,
            group: self.group,
            typos: self.typos,
            ..RawRequest::default()
        };
        Ok(FacetRequest { field, prefix: self.prefix, limit, search: search.validate()? })
    }
}
