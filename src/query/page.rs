//! The page of hits that was asked for.

use super::Context;
use super::matches::{Places, PostMatches, read_matches, title_len};
use super::order::Order;
use super::ranking::{Features, QueryShape, final_score};
use super::request::{SearchRequest, Sort};
use super::resolve::{Need, ResolvedQuery};
use super::retrieval::{Candidate, Retrieved};
use crate::config::limits;
use crate::index::IndexError;

/// Candidates beyond the page whose matches are read at once.
const SPARE_CANDIDATES: usize = 6;
/// A bound of a score is this much more, for what rounding may take.
const ROUNDING: f32 = 1.0001;

/// A page of hits.
pub(super) struct Page {
    pub(super) hits: Vec<RankedHit>,
    pub(super) shape: QueryShape,
}

/// A candidate in its place.
pub(super) struct RankedHit {
    pub(super) candidate: Candidate,
    pub(super) score: f32,
    pub(super) matches: PostMatches,
    /// None where the order is not by relevance, or the hit too far down.
    pub(super) features: Option<Features>,
}

impl RankedHit {
    /// A candidate whose matches are not known yet.
    fn new(candidate: &Candidate) -> Self {
        let matches = PostMatches::default();
        Self { candidate: *candidate, score: candidate.score, matches, features: None }
    }
}

/// Orders the candidates and takes the requested page of them.
pub(super) fn ranked_page(
    context: &Context<'_>,
    request: &SearchRequest,
    query: &ResolvedQuery,
    mut retrieved: Retrieved,
) -> Result<Page, IndexError> {
    let mut candidates = std::mem::take(&mut retrieved.candidates);
    let shape = QueryShape::new(query, std::mem::take(&mut retrieved.worths));
    let order = Order::new(context)?;
    let (first, end) = ((request.page - 1) * request.limit, request.page * request.limit);
    let has_words = query.slots.iter().any(|slot| slot.need != Need::Never);
    let sort = if request.sort == Sort::Relevance && !has_words { Sort::Newest } else { request.sort };
    let reranked = if sort == Sort::Relevance {
        let most = limits::MAX_RERANKED.min(limits::MAX_RERANKED_WORDS / query.slots.len().max(1));
        most.min(candidates.len())
    } else {
        0
    };
    order.take_first(&mut candidates, end.max(reranked), sort);
    let (head, tail) = candidates.split_at(reranked);
    let reranking = Reranking { context, query, shape: &shape, order: &order, retrieved: &retrieved };
    let mut hits = reranking.best(head, end)?;
    hits = hits.into_iter().skip(first).take(request.limit).collect();
    let end = end.min(candidates.len());
    let rest = tail.get(first.saturating_sub(reranked)..end.saturating_sub(reranked)).unwrap_or_default();
    let mut unranked: Vec<RankedHit> = rest.iter().map(|candidate| RankedHit::new(candidate)).collect();
    read_places(context, query, Places::All, &mut unranked)?;
    if places_of_features(&shape) == Places::Titles {
        // The others were of no use for ranking, and are of use for the hits of this page alone.
        read_places(context, query, Places::Contents, &mut hits)?;
    }
    hits.append(&mut unranked);
    Ok(Page { hits, shape })
}

/// Where the matches stand that features look at: without two words there is no nearness.
fn places_of_features(shape: &QueryShape) -> Places {
    if shape.pairs.is_empty() { Places::Titles } else { Places::All }
}

fn read_places(
    context: &Context<'_>,
    query: &ResolvedQuery,
    places: Places,
    hits: &mut [RankedHit],
) -> Result<(), IndexError> {
    let posts = hits.iter_mut().map(|hit| (hit.candidate.address, &mut hit.matches));
    read_matches(context, query, places, &mut posts.collect::<Vec<_>>())
}

/// Scores candidates again by the places of their matches.
struct Reranking<'a> {
    context: &'a Context<'a>,
    query: &'a ResolvedQuery,
    shape: &'a QueryShape,
    order: &'a Order<'a>,
    retrieved: &'a Retrieved,
}

impl Reranking<'_> {
    /// The best candidates in order; those behind the first `wanted` may be missing. Where matches
    /// stand is read only while a candidate might still be among these at its best.
    fn best(&self, candidates: &[Candidate], wanted: usize) -> Result<Vec<RankedHit>, IndexError> {
        let mut bounded: Vec<(Candidate, f32)> =
            candidates.iter().map(|candidate| (*candidate, self.bound(candidate))).collect();
        bounded.sort_by(|(a, a_bound), (b, b_bound)| self.order.by_score((a, *a_bound), (b, *b_bound)));
        let mut ranked: Vec<RankedHit> = Vec::with_capacity(candidates.len());
        while let Some((next, bound)) = bounded.get(ranked.len()) {
            let last = wanted.checked_sub(1).and_then(|last| ranked.get(last));
            let is_behind = |last: &RankedHit| {
                self.order.by_score((next, *bound), (&last.candidate, last.score)).is_gt()
            };
            if last.is_some_and(is_behind) {
                break;
            }
            let batch = wanted.max(ranked.len()) + SPARE_CANDIDATES;
            let end = bounded.len().min(ranked.len() + batch);
            self.score(&bounded[ranked.len()..end], &mut ranked)?;
            ranked.sort_by(|a, b| self.order.by_score((&a.candidate, a.score), (&b.candidate, b.score)));
        }
        Ok(ranked)
    }

    fn score(&self, candidates: &[(Candidate, f32)], ranked: &mut Vec<RankedHit>) -> Result<(), IndexError> {
        let mut hits: Vec<RankedHit> =
            candidates.iter().map(|(candidate, _)| RankedHit::new(candidate)).collect();
        read_places(self.context, self.query, places_of_features(self.shape), &mut hits)?;
        for hit in &mut hits {
            let recency = self.context.recency(self.order, &hit.candidate);
            let features = Features::new(&hit.matches, self.shape, recency);
            hit.score = final_score(hit.candidate.score, &features, self.context.weights);
            hit.features = Some(features);
        }
        ranked.append(&mut hits);
        Ok(())
    }

    /// What a candidate's score is at most.
    fn bound(&self, candidate: &Candidate) -> f32 {
        let address = candidate.address;
        let segment = &self.context.snapshot.open_segments()[address.segment_ord as usize];
        let (in_title, in_headings) = self.retrieved.in_title_and_headings(address);
        let places = Features {
            recency: self.context.recency(self.order, candidate),
            ..Features::at_most(candidate.matched, (in_title, in_headings), self.shape, || {
                title_len(segment, address.doc_id)
            })
        };
        final_score(candidate.score, &places, self.context.weights) * ROUNDING
    }
}
