//! A search, phase by phase.

use std::collections::BTreeMap;
use std::time::Instant;

use super::context::Context;
use super::expand::expanded_query::ResolvedQuery;
use super::expand::expander::Expander;
use super::expand::query_builder::resolve;
use super::language::syntax_tree::FilterField;
use super::language::{self, tree_builder};
use super::present::correction::correct;
use super::present::facet;
use super::present::hit::{describe, make_hit};
use super::present::response::{FacetCount, Hit, SearchResponse};
use super::present::warnings::{hopeless_slots, loose_phrases};
use super::rank::top_hits::ranked_page;
use super::rank::versions::{Versions, group};
use super::request::{FacetField, Grouping, SearchRequest};
use super::retrieve::candidate::{Candidate, Retrieved};
use super::retrieve::filter::Conditions;
use super::retrieve::retrieval::retrieve;
use crate::analysis::SiteAnalyzer;
use crate::config::limits;
use crate::content::language::primary_language;
use crate::index::IndexError;

/// Answers a request.
///
/// # Errors
/// When the index cannot be read; never because of the query's text.
pub(crate) fn search(context: &Context<'_>, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
    let started = Instant::now();
    let asked = asked_language(request);
    let analyzer = asked.as_ref().unwrap_or(context.analyzer).for_query(&request.query);
    let expander = Expander::new(context, &analyzer, request);
    let Plan { query, conditions, mut warnings } = plan(context, request, &expander)?;
    let (retrieved, versions) = find(context, request, &query, &conditions)?;
    warnings.extend(loose_phrases(&query, retrieved.loose));
    let facets = count_facets(context, request, &query, &conditions, &retrieved.candidates)?;
    let total = retrieved.candidates.len();
    let page = ranked_page(context, request, &query, retrieved)?;
    if request.explain && page.hits.len() > limits::MAX_EXPLAINED {
        warnings.push(format!("only the first {} hits of a page are explained", limits::MAX_EXPLAINED));
    }
    let hits = page.hits.iter().enumerate().map(|(at, ranked)| {
        let is_explained = request.explain && at < limits::MAX_EXPLAINED;
        make_hit(context, (request, is_explained), &query, &page.shape, ranked)
    });
    let hits: Result<Vec<Hit>, IndexError> = hits.collect();
    let mut hits = hits?;
    for (hit, ranked) in hits.iter_mut().zip(&page.hits) {
        if let Some(others) = versions.get(&ranked.candidate.address) {
            hit.versions = describe(context.snapshot, others)?;
        }
    }
    Ok(SearchResponse {
        query: request.query.clone(),
        corrected: correct(&request.query, &query, &expander, total)?,
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

/// The ids of the hits of a request, in order: what [`search`] finds, without what is shown of it.
///
/// # Errors
/// When the index cannot be read; never because of the query's text.
pub(crate) fn rank(context: &Context<'_>, request: &SearchRequest) -> Result<Vec<String>, IndexError> {
    let asked = asked_language(request);
    let analyzer = asked.as_ref().unwrap_or(context.analyzer).for_query(&request.query);
    let Plan { query, conditions, .. } = plan(context, request, &Expander::new(context, &analyzer, request))?;
    let (retrieved, _) = find(context, request, &query, &conditions)?;
    let page = ranked_page(context, request, &query, retrieved)?;
    page.hits.iter().map(|ranked| context.snapshot.id(ranked.candidate.address)).collect()
}

/// The analysis for the one language that is searched, where only one is.
fn asked_language(request: &SearchRequest) -> Option<SiteAnalyzer> {
    let lang = request.lang.as_ref().filter(|_| request.group == Grouping::None)?;
    Some(SiteAnalyzer::for_languages(&[primary_language(lang)]))
}

/// What is looked for.
struct Plan {
    query: ResolvedQuery,
    conditions: Conditions,
    warnings: Vec<String>,
}

fn plan(context: &Context<'_>, request: &SearchRequest, expander: &Expander<'_>) -> Result<Plan, IndexError> {
    let parsed = language::parse(&request.query);
    let query = resolve(&parsed, expander, context.synonyms)?;
    let conditions = Conditions::new(request, &parsed.nodes);
    let mut warnings = parsed.warnings;
    if query.is_cut && !warnings.contains(&tree_builder::too_many_words()) {
        warnings.push(tree_builder::too_many_words());
    }
    if query.has_cut_stop_words {
        let most = limits::MAX_STOP_WORDS;
        warnings
            .push(format!("only the first {most} of the words that stand nearly everywhere are searched"));
    }
    let cut = query.cut_prefixes.iter();
    warnings
        .extend(cut.map(|text| format!("`{text}*` stands for the most frequent words that begin so only")));
    warnings.extend(hopeless_slots(&query));
    Ok(Plan { query, conditions, warnings })
}

/// Finds the posts that match, versions of one post grouped where that is asked for.
fn find(
    context: &Context<'_>,
    request: &SearchRequest,
    query: &ResolvedQuery,
    conditions: &Conditions,
) -> Result<(Retrieved, Versions), IndexError> {
    let retrieved = retrieve(context, query, conditions)?;
    match request.group {
        Grouping::None => Ok((retrieved, Versions::new())),
        Grouping::Translations => group(context, retrieved, request.lang.as_deref()),
    }
}

/// Counts the hits by each field that was asked for; a filter on the field itself does not count.
fn count_facets(
    context: &Context<'_>,
    request: &SearchRequest,
    query: &ResolvedQuery,
    conditions: &Conditions,
    candidates: &[Candidate],
) -> Result<BTreeMap<&'static str, Vec<FacetCount>>, IndexError> {
    let mut facets = BTreeMap::new();
    for field in &request.facets {
        let (name, others) = match field {
            FacetField::Category => ("category", conditions.without(FilterField::Category)),
            FacetField::Tag => ("tag", conditions.without(FilterField::Tag)),
            FacetField::Year => ("year", None),
        };
        let counts = match others {
            Some(others) => {
                let (found, _) = find(context, request, query, &others)?;
                facet::count(context, &found.candidates, *field)?
            }
            None => facet::count(context, candidates, *field)?,
        };
        facets.insert(name, counts);
    }
    Ok(facets)
}
