//! The page of hits that was asked for.

use super::features::{Features, QueryShape, final_score};
use super::matches::{Places, PostMatches, read_matches, title_len};
use super::order::Order;
use crate::config::limits;
use crate::index::IndexError;
use crate::query::context::Context;
use crate::query::expand::expanded_query::{Need, ResolvedQuery};
use crate::query::request::{SearchRequest, Sort};
use crate::query::retrieve::candidate::{Candidate, Retrieved};

/// Candidates beyond the page whose matches are read at once.
const SPARE_CANDIDATES: usize = 6;
/// A bound of a score is this much more, for what rounding may take.
const ROUNDING: f32 = 1.0001;

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// A page of hits.
pub(crate) struct Page {
    pub(crate) hits: Vec<RankedHit>,
    pub(crate) shape: QueryShape,
}

/// A candidate in its place.
pub(crate) struct RankedHit {
    pub(crate) candidate: Candidate,
    pub(crate) score: f32,
    pub(crate) matches: PostMatches,
    /// None where the order is not by relevance, or the hit too far down.
    pub(crate) features: Option<Features>,
}

impl RankedHit {
    /// A candidate whose matches are not known yet.
    fn new(candidate: &Candidate) -> Self {
        let matches = PostMatches::default();
        Self { candidate: *candidate, score: candidate.score, matches, features: None }
    }
}

/// Orders the candidates and takes the requested page of them.
pub(crate) fn ranked_page(
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
    let mut unranked: Vec<RankedHit> = rest.iter().map(RankedHit::new).collect();
    read_places(context, query, Places::All, &mut unranked)?;
    if !needs_contents(&shape) {
        // The others were of no use for ranking, and are of use for the hits of this page alone.
        read_places(context, query, Places::Contents, &mut hits)?;
    }
    hits.append(&mut unranked);
    Ok(Page { hits, shape })
}

/// Whether ranking needs to know where words stand in the contents: without two words there is no nearness.
fn needs_contents(shape: &QueryShape) -> bool {
    !shape.pairs.is_empty()
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
    /// stand is read only while a candidate might still be among these at its best: first in titles and
    /// headings, which is cheap and says most, then in the contents, where nearness of words matters.
    fn best(&self, candidates: &[Candidate], wanted: usize) -> Result<Vec<RankedHit>, IndexError> {
        let bounded = candidates.iter().map(|candidate| {
            let hit = RankedHit::new(candidate);
            let at_most = self.at_most(candidate);
            RankedHit { score: self.bound(candidate, &at_most), ..hit }
        });
        let mut unread: Vec<RankedHit> = bounded.collect();
        self.sort(&mut unread);
        // Both are taken from their ends.
        unread.reverse();
        let (mut half_read, mut ranked) = (Vec::new(), Vec::new());
        while self.may_be_among(unread.last(), &ranked, wanted) {
            let batch = wanted.max(candidates.len() - unread.len()) + SPARE_CANDIDATES;
            let mut batch = unread.split_off(unread.len().saturating_sub(batch));
            self.read_titles(&mut batch)?;
            half_read.append(&mut batch);
            self.sort(&mut half_read);
            half_read.reverse();
            while self.may_be_among(half_read.last(), &ranked, wanted) {
                let batch = wanted.saturating_sub(ranked.len()) + SPARE_CANDIDATES;
                let mut batch = half_read.split_off(half_read.len().saturating_sub(batch));
                self.read_contents(&mut batch)?;
                ranked.append(&mut batch);
                self.sort(&mut ranked);
            }
        }
        Ok(ranked)
    }

    fn sort(&self, hits: &mut [RankedHit]) {
        hits.sort_by(|a, b| self.order.by_score((&a.candidate, a.score), (&b.candidate, b.score)));
    }

    /// Whether a hit may, at the score that it has at most, be among the first `wanted` of the ranked ones.
    fn may_be_among(&self, next: Option<&RankedHit>, ranked: &[RankedHit], wanted: usize) -> bool {
        let Some(next) = next else { return false };
        let last = wanted.checked_sub(1).and_then(|last| ranked.get(last));
        last.is_none_or(|last| {
            let (next, last) = ((&next.candidate, next.score), (&last.candidate, last.score));
            self.order.by_score(next, last).is_lt()
        })
    }

    /// Reads the matches in titles and headings; the score is still one that there is at most.
    fn read_titles(&self, hits: &mut [RankedHit]) -> Result<(), IndexError> {
        read_places(self.context, self.query, Places::Titles, hits)?;
        for hit in hits {
            let proximity = self.at_most(&hit.candidate).proximity;
            let features = Features { proximity, ..self.features(hit) };
            hit.score = self.bound(&hit.candidate, &features);
        }
        Ok(())
    }

    /// Reads the matches in the contents, where ranking needs them, and scores.
    fn read_contents(&self, hits: &mut [RankedHit]) -> Result<(), IndexError> {
        if needs_contents(self.shape) {
            read_places(self.context, self.query, Places::Contents, hits)?;
        }
        for hit in hits {
            let features = self.features(hit);
            hit.score = final_score(hit.candidate.score, &features, self.context.weights);
            hit.features = Some(features);
        }
        Ok(())
    }

    fn features(&self, hit: &RankedHit) -> Features {
        Features::new(&hit.matches, self.shape, self.recency(&hit.candidate))
    }

    fn bound(&self, candidate: &Candidate, features: &Features) -> f32 {
        final_score(candidate.score, features, self.context.weights) * ROUNDING
    }

    /// The features of a candidate at their best.
    fn at_most(&self, candidate: &Candidate) -> Features {
        let address = candidate.address;
        let segment = &self.context.snapshot.open_segments()[address.segment_ord as usize];
        let (in_title, in_headings) = self.retrieved.in_title_and_headings(address);
        let features = Features::at_most(candidate.matched, (in_title, in_headings), self.shape, || {
            title_len(segment, address.doc_id)
        });
        Features { recency: self.recency(candidate), ..features }
    }

    /// 1 for a post as new as the newest one, halved with each half-life; 0 without a date. It hangs on
    /// the posts alone: time that passes does not change the self.order.
    fn recency(&self, candidate: &Candidate) -> f32 {
        if self.order.is_evergreen(candidate) {
            return 1.0;
        }
        let (Some(newest), Some(date)) = (self.context.snapshot.newest(), self.order.date(candidate)) else {
            return 0.0;
        };
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an age")]
        let half_lives = (newest.saturating_sub(date) as f64
            / DAY_S
            / f64::from(self.context.recency_half_life_days)) as f32;
        (-half_lives).exp2()
    }
}
