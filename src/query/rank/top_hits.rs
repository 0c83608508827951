//! The hits of a page: reranks the best candidates by the positions of their matches.

use super::features::{Features, QueryShape, final_score};
use super::matches::{MatchReader, MatchScope, PostMatches, PostToRead, title_len};
use super::order::{HitOrder, ScoredCandidate};
use crate::config::limits;
use crate::index::IndexError;
use crate::query::context::Context;
use crate::query::expand::expanded_query::ExpandedQuery;
use crate::query::request::{SearchRequest, Sort};
use crate::query::retrieve::candidate::{Candidate, Retrieved};

/// Factor on an upper bound of a score, so that rounding never makes it too low.
const ROUNDING: f32 = 1.0001;

/// Seconds per day.
const DAY_S: f64 = 86_400.0;

/// A page of hits, and the shape of the query by which they were ranked.
pub(crate) struct HitPage {
    pub(crate) hits: Vec<RankedHit>,
    pub(crate) shape: QueryShape,
}

/// A hit with its final score.
pub(crate) struct RankedHit {
    pub(crate) candidate: Candidate,
    pub(crate) score: f32,
    pub(crate) matches: PostMatches,
    /// The features, unless the order is not by relevance or the hit was not reranked.
    pub(crate) features: Option<Features>,
}

impl RankedHit {
    /// Returns the hit of a candidate, without matches.
    fn new(candidate: &Candidate) -> Self {
        let matches = PostMatches::default();
        Self { candidate: *candidate, score: candidate.score, matches, features: None }
    }

    fn scored(&self) -> ScoredCandidate<'_> {
        ScoredCandidate { candidate: &self.candidate, score: self.score }
    }
}

/// Ranks the candidates and returns the requested page.
pub(crate) fn ranked_page(
    context: &Context<'_>,
    request: &SearchRequest,
    query: &ExpandedQuery,
    mut retrieved: Retrieved,
) -> Result<HitPage, IndexError> {
    let mut candidates = std::mem::take(&mut retrieved.candidates);
    let shape = QueryShape::new(query, std::mem::take(&mut retrieved.term_weights));
    let order = HitOrder::new(context)?;
    let (first, end) = ((request.page - 1) * request.limit, request.page * request.limit);
    let has_words = query.terms.iter().any(|term| term.scoring);
    let sort = if request.sort == Sort::Relevance && !has_words { Sort::Newest } else { request.sort };
    let reranked = if sort == Sort::Relevance {
        let max = limits::MAX_RERANKED.min(limits::MAX_RERANKED_WORDS / query.terms.len().max(1));
        max.min(candidates.len())
    } else {
        0
    };
    order.take_first(&mut candidates, end.max(reranked), sort);
    let (head, tail) = candidates.split_at(reranked);
    let reranker = Reranker { context, query, shape: &shape, order: &order, retrieved: &retrieved };
    let mut hits = reranker.top_hits(head, end)?;
    hits = hits.into_iter().skip(first).take(request.limit).collect();
    let end = end.min(candidates.len());
    let rest = tail.get(first.saturating_sub(reranked)..end.saturating_sub(reranked)).unwrap_or_default();
    let mut unranked: Vec<RankedHit> = rest.iter().map(RankedHit::new).collect();
    read_matches(context, query, MatchScope::All, &mut unranked)?;
    if !needs_contents(&shape) {
        // Ranking did not need these matches, but the snippets of the page do.
        read_matches(context, query, MatchScope::Contents, &mut hits)?;
    }
    hits.append(&mut unranked);
    Ok(HitPage { hits, shape })
}

/// Returns whether features depend on matches in the contents: a single word has no proximity.
fn needs_contents(shape: &QueryShape) -> bool {
    !shape.pairs.is_empty()
}

fn read_matches(
    context: &Context<'_>,
    query: &ExpandedQuery,
    scope: MatchScope,
    hits: &mut [RankedHit],
) -> Result<(), IndexError> {
    let posts = hits.iter_mut();
    let posts = posts.map(|hit| PostToRead { address: hit.candidate.address, matches: &mut hit.matches });
    MatchReader { context, query, scope }.read(&mut posts.collect::<Vec<_>>())
}

/// Reranks candidates by the positions of their matches.
struct Reranker<'a> {
    context: &'a Context<'a>,
    query: &'a ExpandedQuery,
    shape: &'a QueryShape,
    order: &'a HitOrder<'a>,
    retrieved: &'a Retrieved,
}

impl Reranker<'_> {
    /// Returns the best candidates in order; those after the first `limit` may be missing.
    ///
    /// Matches are read only while a candidate's upper bound could put it among the first `limit`: first
    /// those in titles and headings, which are few and affect the score most, then those in the contents, for proximity.
    fn top_hits(&self, candidates: &[Candidate], limit: usize) -> Result<Vec<RankedHit>, IndexError> {
        let bounded = candidates.iter().map(|candidate| {
            let hit = RankedHit::new(candidate);
            let features = self.max_features(candidate);
            RankedHit { score: self.upper_bound(candidate, &features), ..hit }
        });
        let mut unread: Vec<RankedHit> = bounded.collect();
        self.sort(&mut unread);
        // Batches are split off the ends, so both lists are sorted worst first.
        unread.reverse();
        let (mut titles_read, mut ranked) = (Vec::new(), Vec::new());
        while self.may_rank(unread.last(), &ranked, limit) {
            let batch = limit.max(candidates.len() - unread.len()) + limits::SPARE_RERANKED;
            let mut batch = unread.split_off(unread.len().saturating_sub(batch));
            self.read_titles(&mut batch)?;
            titles_read.append(&mut batch);
            self.sort(&mut titles_read);
            titles_read.reverse();
            while self.may_rank(titles_read.last(), &ranked, limit) {
                let batch = limit.saturating_sub(ranked.len()) + limits::SPARE_RERANKED;
                let mut batch = titles_read.split_off(titles_read.len().saturating_sub(batch));
                self.read_contents(&mut batch)?;
                ranked.append(&mut batch);
                self.sort(&mut ranked);
            }
        }
        Ok(ranked)
    }

    /// Sorts by score, best first.
    fn sort(&self, hits: &mut [RankedHit]) {
        hits.sort_by(|a, b| self.order.by_score(a.scored(), b.scored()));
    }

    /// Returns whether a hit could, by the upper bound of its score, be among the first `limit` of the
    /// ranked ones.
    fn may_rank(&self, next: Option<&RankedHit>, ranked: &[RankedHit], limit: usize) -> bool {
        let Some(next) = next else { return false };
        let last = limit.checked_sub(1).and_then(|last| ranked.get(last));
        last.is_none_or(|last| self.order.by_score(next.scored(), last.scored()).is_lt())
    }

    /// Reads the matches in titles and headings; the score remains an upper bound.
    fn read_titles(&self, hits: &mut [RankedHit]) -> Result<(), IndexError> {
        read_matches(self.context, self.query, MatchScope::Titles, hits)?;
        for hit in hits {
            let proximity = self.max_features(&hit.candidate).proximity;
            let features = Features { proximity, ..self.features(hit) };
            hit.score = self.upper_bound(&hit.candidate, &features);
        }
        Ok(())
    }

    /// Reads the matches in the contents, if ranking needs them, and computes the final score.
    fn read_contents(&self, hits: &mut [RankedHit]) -> Result<(), IndexError> {
        if needs_contents(self.shape) {
            read_matches(self.context, self.query, MatchScope::Contents, hits)?;
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

    fn upper_bound(&self, candidate: &Candidate, features: &Features) -> f32 {
        final_score(candidate.score, features, self.context.weights) * ROUNDING
    }

    /// Returns an upper bound of the features of a candidate.
    fn max_features(&self, candidate: &Candidate) -> Features {
        let address = candidate.address;
        let segment = &self.context.snapshot.open_segments()[address.segment_ord as usize];
        let presence = self.retrieved.field_presence(address);
        let title_len = || title_len(segment, address.doc_id);
        let features = Features::upper_bound(candidate.matched, presence, self.shape, title_len);
        Features { recency: self.recency(candidate), ..features }
    }

    /// Returns the recency of a post: 1 for the newest post, halved with each half-life of age; 0 without a date. Ages
    /// are measured from the newest post and not from today, so that the order does not change as time passes.
    fn recency(&self, candidate: &Candidate) -> f32 {
        if self.order.is_evergreen(candidate) {
            return 1.0;
        }
        let (Some(newest), Some(date)) = (self.context.snapshot.newest_date(), self.order.date(candidate))
        else {
            return 0.0;
        };
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an age")]
        let half_lives = (newest.saturating_sub(date) as f64
            / DAY_S
            / f64::from(self.context.recency_half_life_days)) as f32;
        (-half_lives).exp2()
    }
}
