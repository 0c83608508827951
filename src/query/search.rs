//! The search: runs the phases from request to response.

use std::collections::BTreeMap;
use std::time::Instant;

use super::context::Context;
use super::expand::expanded_query::ExpandedQuery;
use super::expand::expander::Expander;
use super::expand::query_builder::expand_query;
use super::language;
use super::language::syntax_tree::FilterField;
use super::present::correction::correct;
use super::present::explanation::explain;
use super::present::facet::{self, FacetValues, ValueSelection};
use super::present::hit::{HitBuilder, post_versions};
use super::present::response::{FacetCount, SearchResponse};
use super::present::unknown_names::unknown_name_warnings;
use super::present::warnings::{
    expansion_warnings, explanation_warning, relaxed_phrase_warnings, uncompared_phrase_warnings,
};
use super::quoting::repeated_query;
use super::rank::top_hits::{HitPage, ranked_page};
use super::rank::versions::{VersionsByPost, collapse_versions};
use super::request::{FacetField, Grouping, SearchRequest};
use super::retrieve::candidate::{Candidate, Retrieved};
use super::retrieve::filter::SearchFilters;
use super::retrieve::retrieval::retrieve;
use crate::analysis::SiteAnalyzer;
use crate::config::limits;
use crate::index::IndexError;

/// Answers a search request.
///
/// # Errors
/// If the index cannot be read; no query text causes an error.
pub(crate) fn search(context: &Context<'_>, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
    let started = Instant::now();
    let analyzer = single_language_analyzer(request);
    let analyzer = analyzer.as_ref().unwrap_or(context.analyzer).for_query(&request.query);
    let expander = Expander::new(context, &analyzer, request);
    let search = Search::new(context, request, &expander)?;
    let Matches { retrieved, versions } = search.find(&search.filters)?;
    let mut warnings = search.all_warnings(&retrieved)?;
    let facets = search.count_facets(&retrieved.candidates)?;
    let total = retrieved.candidates.len();
    context.cancellation.check()?;
    let page = ranked_page(context, request, &search.query, retrieved)?;
    warnings.extend(explanation_warning(request, page.hits.len()));
    let builder = HitBuilder::new(context, request, &search.query, &page.shape);
    let mut hits = page.hits.iter().map(|ranked| builder.build(ranked)).collect::<Result<Vec<_>, _>>()?;
    for (at, (hit, ranked)) in hits.iter_mut().zip(&page.hits).enumerate() {
        if request.explain && at < limits::MAX_EXPLAINED {
            hit.explanation = Some(explain(context, &search.query, &page.shape, ranked)?);
        }
        if let Some(others) = versions.get(&ranked.candidate.address) {
            hit.versions = post_versions(context.snapshot, others)?;
        }
    }
    Ok(SearchResponse {
        query: repeated_query(&request.query),
        corrected: correct(&request.query, &search.query, &expander, total)?,
        total,
        page: request.page,
        limit: request.limit,
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: context.snapshot.generation().to_owned(),
        warnings,
        hits,
        facets,
    })
}

/// Counts the hits of a request for the values of one facet, without a filter on its field. Returns the counts and the
/// warnings about the request.
///
/// # Errors
/// When the index cannot be read; no query text causes an error.
pub(crate) fn count_facet(
    context: &Context<'_>,
    request: &SearchRequest,
    field: FacetField,
    selection: ValueSelection<'_>,
) -> Result<(FacetValues, Vec<String>), IndexError> {
    let analyzer = single_language_analyzer(request);
    let analyzer = analyzer.as_ref().unwrap_or(context.analyzer).for_query(&request.query);
    let search = Search::new(context, request, &Expander::new(context, &analyzer, request))?;
    let others = search.filters.without(filter_of(field));
    let Matches { retrieved, .. } = search.find(others.as_ref().unwrap_or(&search.filters))?;
    context.cancellation.check()?;
    let values = facet::count(context, &retrieved.candidates, field, selection)?;
    Ok((values, search.all_warnings(&retrieved)?))
}

/// Returns the field of the filters that select values of a facet.
fn filter_of(field: FacetField) -> FilterField {
    match field {
        FacetField::Category => FilterField::Category,
        FacetField::Tag => FilterField::Tag,
        FacetField::Author => FilterField::Author,
        FacetField::Lang => FilterField::Lang,
        FacetField::Series => FilterField::Series,
        FacetField::Year => FilterField::Year,
    }
}

/// Returns the ids of the hits of a request in order: the same hits as [`search`], without presenting them.
///
/// # Errors
/// If the index cannot be read; no query text causes an error.
pub(crate) fn rank(context: &Context<'_>, request: &SearchRequest) -> Result<Vec<String>, IndexError> {
    let analyzer = single_language_analyzer(request);
    let analyzer = analyzer.as_ref().unwrap_or(context.analyzer).for_query(&request.query);
    let search = Search::new(context, request, &Expander::new(context, &analyzer, request))?;
    let Matches { retrieved, .. } = search.find(&search.filters)?;
    let HitPage { hits, .. } = ranked_page(context, request, &search.query, retrieved)?;
    hits.iter().map(|ranked| context.snapshot.id(ranked.candidate.address)).collect()
}

/// Returns the analyzer for the requested language, if the search is restricted to one.
fn single_language_analyzer(request: &SearchRequest) -> Option<SiteAnalyzer> {
    let lang = request.lang.as_ref().filter(|_| request.group == Grouping::None)?;
    Some(SiteAnalyzer::for_languages(std::slice::from_ref(lang)))
}

/// A request with its expanded query, ready for retrieval.
pub(super) struct Search<'a> {
    context: &'a Context<'a>,
    request: &'a SearchRequest,
    pub(super) query: ExpandedQuery,
    pub(super) filters: SearchFilters,
    warnings: Vec<String>,
}

/// The matching posts, and the versions that each collapsed candidate represents.
pub(super) struct Matches {
    pub(super) retrieved: Retrieved,
    versions: VersionsByPost,
}

impl<'a> Search<'a> {
    /// Parses and expands the query of a request.
    pub(super) fn new(
        context: &'a Context<'a>,
        request: &'a SearchRequest,
        expander: &Expander<'_>,
    ) -> Result<Self, IndexError> {
        let parsed = language::parse(&request.query);
        let query = expand_query(&parsed, expander, context.synonyms)?;
        let filters = SearchFilters::new(request, &parsed.nodes);
        let warnings = expansion_warnings(&query, parsed.warnings);
        Ok(Self { context, request, query, filters, warnings })
    }

    /// Finds the posts that match and pass the filters; versions of one post are collapsed on request.
    pub(super) fn find(&self, filters: &SearchFilters) -> Result<Matches, IndexError> {
        let retrieved = retrieve(self.context, &self.query, filters)?;
        match self.request.group {
            Grouping::None => Ok(Matches { retrieved, versions: VersionsByPost::new() }),
            Grouping::Translations => {
                let lang = self.request.lang.as_deref();
                let (retrieved, versions) = collapse_versions(self.context, retrieved, lang)?;
                Ok(Matches { retrieved, versions })
            }
        }
    }

    /// Counts the hits for each requested facet, without the filters that parameters set on the facet's
    /// field.
    fn count_facets(
        &self,
        candidates: &[Candidate],
    ) -> Result<BTreeMap<&'static str, Vec<FacetCount>>, IndexError> {
        let mut facets = BTreeMap::new();
        for field in &self.request.facets {
            self.context.cancellation.check()?;
            let all = ValueSelection::OF_SEARCH;
            let FacetValues { counts, .. } = match self.filters.without(filter_of(*field)) {
                Some(filters) => {
                    let Matches { retrieved, .. } = self.find(&filters)?;
                    facet::count(self.context, &retrieved.candidates, *field, all)?
                }
                None => facet::count(self.context, candidates, *field, all)?,
            };
            facets.insert(field.name(), counts);
        }
        Ok(facets)
    }

    /// Returns the warnings about the request, those that retrieval has found included.
    fn all_warnings(&self, retrieved: &Retrieved) -> Result<Vec<String>, IndexError> {
        let mut warnings = self.warnings.clone();
        warnings.extend(relaxed_phrase_warnings(&self.query, retrieved.relaxed_phrases));
        warnings.extend(uncompared_phrase_warnings(&self.query, retrieved.uncompared_phrases()));
        let absent = &retrieved.absent_names;
        warnings.extend(unknown_name_warnings(self.context.snapshot, self.request, absent)?);
        Ok(warnings)
    }
}
