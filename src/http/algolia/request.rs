//! Queries: the parameters of both client versions as one request for records.

use serde_json::Value;

use super::RecordIndex;
use super::attributes::{NAMES, RecordAttribute};
use super::error::AlgoliaError;
use super::filters::conditions;
use super::highlight::MarkStyle;
use super::parameters::QueryParameters;
use super::selection::AttributeSelection;
use crate::config::limits;
use crate::query::SearchRequest;
use crate::query::records::RecordRequest;

/// Records per page, if the query does not say.
const DEFAULT_LIMIT: usize = 20;
/// Values of a searched facet, if the query does not say.
const DEFAULT_FACET_HITS: usize = 10;
/// Approximate length of a word with its space, in characters: snippets are requested in words.
const CHARS_PER_WORD: usize = 7;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AlgoliaQuery {
    pub(super) index: RecordIndex,
    pub(super) search: RecordRequest,
    /// The page, from 0.
    pub(super) page: usize,
    /// The requested number of records per page, also if the page is empty because it cannot be reached.
    pub(super) hits_per_page: usize,
    /// The names of the requested facets, in the order of `search.facets`.
    pub(super) facet_names: Vec<&'static str>,
    pub(super) marks: MarkStyle,
    pub(super) retrieved: AttributeSelection,
    pub(super) highlighted: AttributeSelection,
    pub(super) snippets: AttributeSelection,
    /// Whether the response has an id for click events.
    pub(super) has_query_id: bool,
    /// Whether a reader caused it, rather than a front end that counts the values of a facet.
    pub(super) is_counted: bool,
    /// Whether the values of the facet are the result.
    pub(super) is_facet_search: bool,
    /// The parameters as sent.
    pub(super) sent: String,
}

impl AlgoliaQuery {
    /// Returns a query of records.
    ///
    /// # Errors
    /// If a parameter is invalid.
    pub(super) fn of_records(index: RecordIndex, parameters: &QueryParameters) -> Result<Self, AlgoliaError> {
        let names = parameters.list("facets")?.unwrap_or_default();
        let is_all = names.iter().any(|name| name == "*");
        let facets = NAMES.iter().filter(|(name, _)| is_all || names.iter().any(|other| other == name));
        Self::new(index, parameters, facets.copied().collect())
    }

    /// Returns a search in the values of a facet.
    ///
    /// # Errors
    /// If the facet is unknown or a parameter is invalid.
    pub(super) fn of_facet(
        index: RecordIndex,
        facet: &str,
        parameters: &QueryParameters,
    ) -> Result<Self, AlgoliaError> {
        let attribute = RecordAttribute::of_name(facet);
        let attribute = attribute.map_err(|reason| {
            AlgoliaError::invalid(format!("invalid facet {}: {reason}", super::filters::quoted(facet)))
        })?;
        let mut query = Self::new(index, parameters, vec![("", attribute)])?;
        let max = parameters.number("maxFacetHits")?.unwrap_or(DEFAULT_FACET_HITS);
        query.search.max_values = max.clamp(1, limits::MAX_FACET_VALUES);
        let typed = parameters.text("facetQuery")?.unwrap_or_default();
        let typed: String = typed.trim().chars().take(limits::MAX_TYPED_BYTES).collect();
        query.search.value_prefix = Some(typed);
        query.search.search.limit = 0;
        query.is_facet_search = true;
        Ok(query)
    }

    fn new(
        index: RecordIndex,
        parameters: &QueryParameters,
        facets: Vec<(&'static str, RecordAttribute)>,
    ) -> Result<Self, AlgoliaError> {
        let (page, limit) = page(parameters)?;
        // Pages behind the last one that can be reached are empty.
        let is_reachable = page.checked_add(1).and_then(|pages| pages.checked_mul(limit.max(1)));
        let is_reachable = is_reachable.is_some_and(|last| last <= reachable(limit));
        let max_values = parameters.number("maxValuesPerFacet")?.unwrap_or(limits::MAX_FACET_VALUES);
        let snippets = parameters.list("attributesToSnippet")?;
        let tag = |name| parameters.text(name).map(Option::unwrap_or_default);
        let allows_typos = parameters.switch_or_text("typoTolerance")? != Some(false);
        let search = SearchRequest {
            query: parameters.text("query")?.unwrap_or_default().into_owned(),
            page: if is_reachable { page + 1 } else { 1 },
            limit: if is_reachable { limit } else { 0 },
            sort: index.sort(),
            typos: (!allows_typos).then_some(0),
            ..SearchRequest::default()
        };
        Ok(Self {
            index,
            page,
            hits_per_page: limit,
            facet_names: facets.iter().map(|(name, _)| *name).collect(),
            marks: MarkStyle::of_tags(&tag("highlightPreTag")?, &tag("highlightPostTag")?),
            retrieved: AttributeSelection::of(parameters, "attributesToRetrieve")?,
            highlighted: AttributeSelection::of(parameters, "attributesToHighlight")?,
            snippets: AttributeSelection::of(parameters, "attributesToSnippet")?,
            has_query_id: parameters.switch("clickAnalytics")?.unwrap_or(false),
            is_counted: parameters.switch("analytics")?.unwrap_or(true) && limit > 0,
            is_facet_search: false,
            sent: parameters.query_string(),
            search: RecordRequest {
                search,
                unit: index.unit(),
                conditions: conditions(parameters)?,
                facets: facets.into_iter().map(|(_, attribute)| attribute.facet()).collect(),
                max_values: max_values.clamp(1, limits::MAX_FACET_VALUES),
                value_prefix: None,
                snippet_chars: snippets.as_deref().and_then(snippet_chars),
            },
        })
    }
}

/// Returns the last rank that pages of this size may have.
fn reachable(limit: usize) -> usize {
    limits::MAX_ALGOLIA_RECORDS.next_multiple_of(limit.max(1))
}

/// Returns the page, from 0, and the number of records per page.
fn page(parameters: &QueryParameters) -> Result<(usize, usize), AlgoliaError> {
    if let Some(length) = parameters.number("length")? {
        let offset = parameters.number("offset")?.unwrap_or(0);
        if length == 0 || length > limits::MAX_LIMIT || offset % length != 0 {
            let max = limits::MAX_LIMIT;
            return Err(AlgoliaError::invalid(format!(
                "invalid `offset` and `length`; expected a length from 1 to {max} and an offset that is a multiple of \
                 it, or `page` and `hitsPerPage`"
            )));
        }
        return Ok((offset / length, length));
    }
    let limit = parameters.number("hitsPerPage")?.unwrap_or(DEFAULT_LIMIT).min(limits::MAX_LIMIT);
    Ok((parameters.number("page")?.unwrap_or(0), limit))
}

/// Returns the length of snippets in characters, if a selection like `content:20` gives it in words.
fn snippet_chars(names: &[String]) -> Option<usize> {
    let words = |wanted: &str| {
        let of_name = |name: &String| {
            let (name, words) = name.split_once(':')?;
            (name.trim() == wanted).then(|| words.trim().parse::<usize>().ok()).flatten()
        };
        names.iter().find_map(of_name)
    };
    let chars = words("content").or_else(|| words("*"))?.saturating_mul(CHARS_PER_WORD);
    Some(chars.clamp(*limits::SNIPPET_CHARS.start(), *limits::SNIPPET_CHARS.end()))
}

impl QueryParameters {
    /// Returns a boolean, or `None` for another text.
    fn switch_or_text(&self, name: &str) -> Result<Option<bool>, AlgoliaError> {
        Ok(match self.get(name) {
            Some(Value::Bool(value)) => Some(*value),
            _ => self.text(name)?.and_then(|text| text.parse().ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(parameters: Value) -> Result<AlgoliaQuery, AlgoliaError> {
        let Value::Object(fields) = parameters else { panic!() };
        AlgoliaQuery::of_records(RecordIndex::Posts, &QueryParameters::of(fields).unwrap())
    }

    #[test]
    fn pages_count_from_zero_and_end() {
        let page = |parameters| {
            let query = query(parameters).unwrap();
            (query.page, query.search.search.page, query.search.search.limit)
        };
        assert_eq!(page(json!({})), (0, 1, 20));
        assert_eq!(page(json!({"page": 3, "hitsPerPage": 5})), (3, 4, 5));
        assert_eq!(page(json!({"hitsPerPage": 1_000})), (0, 1, 100));
        assert_eq!(page(json!({"hitsPerPage": 0})), (0, 1, 0));
        assert_eq!(page(json!({"offset": 20, "length": 10})), (2, 3, 10));
        assert_eq!(page(json!({"page": 49})), (49, 50, 20));
        assert_eq!(page(json!({"page": 50})), (50, 1, 0));
        assert_eq!(page(json!({"page": u64::MAX})), (usize::MAX, 1, 0));
        assert!(query(json!({"offset": 5, "length": 10})).is_err());
        assert!(query(json!({"page": -1})).is_err());
    }

    #[test]
    fn facets_are_known_names_once() {
        let names = |facets: Value| query(json!({"facets": facets})).unwrap().facet_names;
        assert_eq!(names(json!(["tags", "x", "categories", "tags"])), ["categories", "tags"]);
        assert_eq!(names(json!("year")), ["year"]);
        assert_eq!(names(json!("[\"year\"]")), ["year"]);
        assert_eq!(names(json!(["*"])).len(), NAMES.len());
        assert!(query(json!({"facets": {}})).is_err());
    }

    #[test]
    fn a_snippet_in_words_has_a_length_in_characters() {
        let chars = |names| query(json!({"attributesToSnippet": names})).unwrap().search.snippet_chars;
        assert_eq!(chars(json!(["content:20"])), Some(140));
        assert_eq!(chars(json!(["*:10", "title"])), Some(70));
        assert_eq!(chars(json!(["content:99999999999999999999"])), None);
        assert_eq!(chars(json!(["content:9999999999"])), Some(2_000));
        assert_eq!(chars(json!(["content"])), None);
    }

    #[test]
    fn queries_for_counts_are_not_those_of_readers() {
        assert!(query(json!({"query": "x"})).unwrap().is_counted);
        assert!(!query(json!({"query": "x", "analytics": false})).unwrap().is_counted);
        assert!(!query(json!({"query": "x", "hitsPerPage": 0})).unwrap().is_counted);
        assert_eq!(query(json!({"typoTolerance": "min"})).unwrap().search.search.typos, None);
        assert_eq!(query(json!({"typoTolerance": "false"})).unwrap().search.search.typos, Some(0));
    }

    #[test]
    fn a_facet_search_returns_no_records() {
        let parameters = |fields: Value| {
            let Value::Object(fields) = fields else { panic!() };
            QueryParameters::of(fields).unwrap()
        };
        let found =
            AlgoliaQuery::of_facet(RecordIndex::Posts, "tags", &parameters(json!({"facetQuery": " Ru"})));
        let found = found.unwrap().search;
        assert_eq!(
            (found.value_prefix.as_deref(), found.max_values, found.search.limit),
            (Some("Ru"), 10, 0)
        );
        let most =
            AlgoliaQuery::of_facet(RecordIndex::Posts, "tags", &parameters(json!({"maxFacetHits": 999})));
        assert_eq!(most.unwrap().search.max_values, limits::MAX_FACET_VALUES);
        let unknown = AlgoliaQuery::of_facet(RecordIndex::Posts, "x", &parameters(json!({})));
        assert!(unknown.unwrap_err().message.contains("unknown attribute"));
    }
}
