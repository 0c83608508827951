//! Request to ranked results.
//!
//! A query's text is taken apart ([`parser`]), its words become terms of the dictionary
//! ([`expansion`], [`mod@resolve`]), posts are found and scored by frequencies ([`retrieval`]), the
//! best of them again by the places of their matches ([`mod@matches`], [`ranking`]), and the hits of
//! the page get their snippets ([`snippet`]). Nothing here writes.

pub mod expansion;
pub mod facet;
pub mod filter;
pub mod markup;
pub mod matches;
pub mod moment;
pub mod parser;
pub mod postings;
pub mod ranking;
pub mod request;
pub mod resolve;
pub mod response;
pub mod retrieval;
pub mod snippet;
pub mod weights;

use std::collections::BTreeMap;
use std::time::Instant;

pub use request::{FacetField, Grouping, RawRequest, RequestError, SearchRequest, Sort};
pub use response::{Hit, SearchResponse};
pub use weights::Weights;

use crate::analysis::Analyzer;
use crate::config::limits;
use crate::index::{IndexError, Snapshot};
use expansion::Expander;
use facet::FacetCount;
use filter::Conditions;
use matches::{PostMatches, read_matches};
use parser::FilterField;
use ranking::{Features, TieBreak, final_score};
use resolve::{Need, ResolvedQuery, Slot, resolve};
use retrieval::{Candidate, Retrieved, retrieve};

/// What a search looks at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The posts.
    pub snapshot: &'a Snapshot,
    /// The language of queries.
    pub analyzer: &'a Analyzer,
    /// The constants of ranking.
    pub weights: &'a Weights,
    /// Length that a snippet aims at, in characters.
    pub snippet_chars: usize,
}

/// Answers a request.
///
/// # Errors
/// When the index cannot be read; never because of the query's text.
pub fn search(context: &Context<'_>, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
    let started = Instant::now();
    let parsed = parser::parse(&request.query);
    let expander =
        Expander { snapshot: context.snapshot, analyzer: context.analyzer, weights: context.weights };
    let query = resolve(&parsed, &expander)?;
    let mut warnings = parsed.warnings;
    if query.is_cut && !warnings.contains(&parser::too_many_words()) {
        warnings.push(parser::too_many_words());
    }
    warnings.extend(hopeless_slots(&query));
    let conditions = Conditions::new(request, &parsed.nodes);
    let retrieved = retrieve(context, &query, &conditions)?;
    let facets = count_facets(context, request, &query, &conditions, &retrieved.candidates)?;
    let total = retrieved.candidates.len();
    let page = ranked_page(context, request, &query, retrieved)?;
    let hits: Result<Vec<Hit>, IndexError> =
        page.hits.iter().map(|ranked| hit(context, &query, &page.idf, ranked)).collect();
    Ok(SearchResponse {
        query: request.query.clone(),
        total,
        page: request.page,
        limit: request.limit,
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: context.snapshot.generation().to_owned(),
        warnings,
        hits: hits?,
        facets,
    })
}

/// The ids of the hits of the page that is asked for, in the order of [`search`] and at less cost: no
/// snippets, and nothing stored is read.
///
/// # Errors
/// When the index cannot be read; never because of the query's text.
pub fn rank(context: &Context<'_>, request: &SearchRequest) -> Result<Vec<String>, IndexError> {
    let parsed = parser::parse(&request.query);
    let expander =
        Expander { snapshot: context.snapshot, analyzer: context.analyzer, weights: context.weights };
    let query = resolve(&parsed, &expander)?;
    let conditions = Conditions::new(request, &parsed.filters);
    let retrieved = retrieve(context, &query, &conditions)?;
    let page = ranked_page(context, request, &query, retrieved)?;
    page.hits.iter().map(|ranked| context.snapshot.id(ranked.candidate.address)).collect()
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
            Some(others) => facet::count(context, &retrieve(context, query, &others)?.candidates, *field)?,
            None => facet::count(context, candidates, *field)?,
        };
        facets.insert(name, counts);
    }
    Ok(facets)
}

/// Tells the reader of words that occur nowhere.
fn hopeless_slots(query: &ResolvedQuery) -> impl Iterator<Item = String> + '_ {
    let is_hopeless = |slot: &&Slot| slot.is_hopeless() && slot.need != Need::May;
    let all_are = query.slots.iter().filter(is_hopeless).count() == query.slots.len();
    query.slots.iter().filter(is_hopeless).map(move |slot| {
        let hint = if slot.need == Need::Must || all_are { "" } else { "; it was left out" };
        format!("\"{}\" occurs in no post{hint}", slot.label)
    })
}

struct Page {
    hits: Vec<RankedHit>,
    idf: Vec<f32>,
}

struct RankedHit {
    candidate: Candidate,
    score: f32,
    matches: PostMatches,
}

/// Orders the candidates and takes the requested page of them.
fn ranked_page(
    context: &Context<'_>,
    request: &SearchRequest,
    query: &ResolvedQuery,
    retrieved: Retrieved,
) -> Result<Page, IndexError> {
    let Retrieved { candidates, idf } = retrieved;
    let first = (request.page - 1) * request.limit;
    let by_relevance = request.sort == Sort::Relevance && !query.slots.is_empty();
    let ordered = order(context, request.sort, by_relevance, candidates)?;
    let reranked = if by_relevance { limits::MAX_RERANKED.min(ordered.len()) } else { 0 };
    let (head, tail) = ordered.split_at(reranked);
    let mut hits = rerank(context, query, &idf, head)?;
    let end = (first + request.limit).min(ordered.len());
    let rest = tail.get(first.saturating_sub(reranked)..end.saturating_sub(reranked)).unwrap_or_default();
    hits = hits.into_iter().skip(first).take(request.limit).collect();
    let addresses: Vec<_> = rest.iter().map(|candidate| candidate.address).collect();
    let matches = read_matches(context, query, &addresses)?;
    let rest = rest.iter().zip(matches);
    hits.extend(rest.map(|(candidate, matches)| RankedHit {
        candidate: *candidate,
        score: candidate.score,
        matches,
    }));
    Ok(Page { hits, idf })
}

/// Sorts by score, posts that have all words before those that miss some, or by date; equals by
/// date, then by id.
fn order(
    context: &Context<'_>,
    sort: Sort,
    by_relevance: bool,
    candidates: Vec<Candidate>,
) -> Result<Vec<Candidate>, IndexError> {
    let tie_break = TieBreak::new(context);
    let dates = tie_break.dates(&candidates)?;
    let mut dated: Vec<(Candidate, Option<i64>)> = candidates.into_iter().zip(dates).collect();
    dated.sort_by(|(a, a_date), (b, b_date)| {
        let by_score = if by_relevance {
            b.is_full.cmp(&a.is_full).then(b.score.total_cmp(&a.score))
        } else {
            std::cmp::Ordering::Equal
        };
        let by_date = match sort {
            Sort::Oldest => a_date.is_none().cmp(&b_date.is_none()).then(a_date.cmp(b_date)),
            Sort::Newest | Sort::Relevance => b_date.cmp(a_date),
        };
        by_score.then(by_date).then_with(|| tie_break.compare_ids(a, b))
    });
    Ok(dated.into_iter().map(|(candidate, _)| candidate).collect())
}

/// Scores the candidates again by the places of their matches; equals keep their order.
fn rerank(
    context: &Context<'_>,
    query: &ResolvedQuery,
    idf: &[f32],
    candidates: &[Candidate],
) -> Result<Vec<RankedHit>, IndexError> {
    let addresses: Vec<_> = candidates.iter().map(|candidate| candidate.address).collect();
    let matches = read_matches(context, query, &addresses)?;
    let ranked = candidates.iter().zip(matches).map(|(candidate, matches)| {
        let score = final_score(context, candidate, &Features::new(&matches, idf));
        RankedHit { candidate: *candidate, score, matches }
    });
    let mut ranked: Vec<RankedHit> = ranked.collect();
    ranked.sort_by(|a, b| b.candidate.is_full.cmp(&a.candidate.is_full).then(b.score.total_cmp(&a.score)));
    Ok(ranked)
}

fn hit(
    context: &Context<'_>,
    query: &ResolvedQuery,
    idf: &[f32],
    ranked: &RankedHit,
) -> Result<Hit, IndexError> {
    let document = context.snapshot.document(ranked.candidate.address)?;
    let (snippet, section) = snippet::make(&document, &ranked.matches, idf, context.snippet_chars);
    let post = document.post;
    let is_missing = |slot: usize| ranked.candidate.matched & 1 << slot == 0;
    let slots = query.slots.iter().enumerate();
    let missing = slots.filter(|(at, slot)| slot.need == Need::Should && is_missing(*at));
    Ok(Hit {
        title_html: title_html(context, &post.title, &ranked.matches),
        id: post.id,
        url: post.url,
        title: post.title,
        description: post.description,
        kind: post.kind,
        categories: post.categories.into_iter().map(|category| category.name).collect(),
        tags: post.tags,
        date: post.date,
        updated: post.updated,
        authors: post.authors,
        series: post.series,
        image: post.image,
        reading_minutes: post.reading_minutes,
        lang: post.lang,
        score: ranked.score,
        snippet,
        section,
        missing: missing.map(|(_, slot)| slot.label.clone()).collect(),
    })
}

fn title_html(context: &Context<'_>, title: &str, matches: &PostMatches) -> String {
    if matches.title.is_empty() {
        return markup::to_html(title, &[]);
    }
    let positions = context.analyzer.analyze(title).positions;
    let ranges = matches.title.iter().filter_map(|found| {
        let last = positions.get((found.position + found.span - 1) as usize)?;
        Some(positions.get(found.position as usize)?.start..last.end)
    });
    let ranges = markup::merge_ranges(title, ranges.collect());
    markup::to_html(title, &ranges)
}
