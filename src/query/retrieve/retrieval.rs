//! Retrieval: the posts that match, with their BM25F scores.
//!
//! BM25F adds up the frequencies of a term in all fields, weighted and normalized by field length, before
//! they saturate, so that a word in title and body counts as one word (Robertson, Zaragoza, Taylor: "Simple
//! BM25 extension to multiple weighted fields", CIKM 2004). A document frequency counts each live post at the
//! quality of its best form of the term, so that a word is as rare as it was typed: `đường` is rarer than
//! `duong`.

use tantivy::{DocAddress, DocId};

use super::absent_names::AbsentNames;
use super::bm25f::{PostScore, Scorer};
use super::candidate::{Candidate, Retrieved};
use super::filter::{SearchFilters, matching_docs};
use super::id_set::IdSet;
use super::postings::{NumberedSegment, PhraseMode, PostingCursor};
use super::term_frequencies::{FieldNorms, TermFrequencies};
use crate::config::limits;
use crate::index::IndexError;
use crate::query::context::Context;
use crate::query::expand::expanded_query::{ExpandedQuery, Occur, Pattern, QueryTerm};
use crate::query::weights;

/// Fixed-point scale of the qualities in a document frequency.
const QUALITY_SCALE: f32 = 16_777_216.0;

/// Finds the posts that match a query and pass the filters.
///
/// # Errors
/// If the index cannot be read.
pub(crate) fn retrieve(
    context: &Context<'_>,
    query: &ExpandedQuery,
    filters: &SearchFilters,
) -> Result<Retrieved, IndexError> {
    if query.is_unsearchable {
        return Ok(Retrieved::default());
    }
    let relaxed_phrases = relaxed_phrases(context, query);
    let norms = FieldNorms::new(context);
    let mut frequencies = Vec::with_capacity(context.snapshot.segments().len());
    for segment in NumberedSegment::all(context.snapshot) {
        let read = |(at, term): (usize, &QueryTerm)| {
            let mode = if relaxed_phrases & 1 << at == 0 { PhraseMode::Exact } else { PhraseMode::Relaxed };
            TermFrequencies::read(segment, &norms, term, PostingCursor::new(mode, context.cancellation))
        };
        frequencies.push(query.terms.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?);
    }
    let term_weights = term_weights(context, query, &frequencies);
    let scorer = Scorer::new(query, &term_weights, context.weights);
    let mut tiers = CandidateTiers::default();
    for (segment, frequencies) in NumberedSegment::all(context.snapshot).zip(&frequencies) {
        context.cancellation.check()?;
        tiers.add_segment(context, filters, &SegmentScorer { segment, scorer: &scorer, frequencies })?;
    }
    let CandidateTiers { mut first, mut second, absent_names } = tiers;
    if first.len() < weights::MIN_FULL_MATCHES {
        first.append(&mut second);
    }
    Ok(Retrieved { candidates: first, term_weights, relaxed_phrases, frequencies, absent_names })
}

/// Candidates by tier: those in the first tier rank before all others.
#[derive(Default)]
struct CandidateTiers {
    first: Vec<Candidate>,
    second: Vec<Candidate>,
    absent_names: AbsentNames,
}

/// A segment with the scorer and the term frequencies of its posts.
struct SegmentScorer<'a> {
    segment: NumberedSegment<'a>,
    scorer: &'a Scorer<'a>,
    frequencies: &'a [TermFrequencies],
}

impl CandidateTiers {
    /// Adds the matching posts of a segment.
    fn add_segment(
        &mut self,
        context: &Context<'_>,
        filters: &SearchFilters,
        SegmentScorer { segment, scorer, frequencies }: &SegmentScorer<'_>,
    ) -> Result<(), IndexError> {
        let NumberedSegment { open, ord } = *segment;
        let (reader, snapshot) = (open.reader(), context.snapshot);
        let absent = &mut self.absent_names;
        let allowed = filters.allowed_docs(snapshot, reader, absent)?;
        let conditions = scorer.query().filters.iter();
        let conditions = conditions.map(|filter| matching_docs(filter, snapshot, reader, absent));
        let conditions = conditions.collect::<Result<Vec<Vec<bool>>, IndexError>>()?;
        let mut visit = |doc: DocId| {
            if reader.is_deleted(doc) || allowed.as_ref().is_some_and(|allowed| !allowed[doc as usize]) {
                return;
            }
            let scored = scorer.score(frequencies, doc, |at| conditions[at][doc as usize]);
            let Some(PostScore { score, matched, in_first_tier }) = scored else { return };
            let address = DocAddress::new(u32::try_from(ord).unwrap_or(u32::MAX), doc);
            let candidate = Candidate { address, score: score * open.boost(doc), matched, in_first_tier };
            if in_first_tier { self.first.push(candidate) } else { self.second.push(candidate) }
        };
        if let Some(wanted) = scorer.wanted_terms() {
            let mut any = IdSet::new(reader.max_doc() as usize);
            let terms = frequencies.iter().enumerate().filter(|(at, _)| wanted & 1 << at != 0);
            terms.for_each(|(_, term)| any.union_with(&term.posts));
            any.iter().for_each(&mut visit);
        } else {
            (0..reader.max_doc()).for_each(&mut visit);
        }
        Ok(())
    }
}

/// Returns the query terms, as bits, whose phrases exceed the rest of [`limits::MAX_PHRASE_POSTS`].
fn relaxed_phrases(context: &Context<'_>, query: &ExpandedQuery) -> u64 {
    let (mut remaining, mut relaxed) = (limits::MAX_PHRASE_POSTS, 0);
    let is_phrase = |pattern: &&Pattern| pattern.elements.len() > 1 && !pattern.matches_nothing();
    for (at, term) in query.terms.iter().enumerate() {
        for pattern in term.patterns.iter().filter(is_phrase) {
            let posts =
                NumberedSegment::all(context.snapshot).map(|segment| segment.max_phrase_posts(pattern)).sum();
            match remaining.checked_sub(posts) {
                Some(rest) => remaining = rest,
                None => relaxed |= 1 << at,
            }
        }
    }
    relaxed
}

/// Returns the weight of each query term: its inverse document frequency times its count in the query.
fn term_weights(
    context: &Context<'_>,
    query: &ExpandedQuery,
    frequencies: &[Vec<TermFrequencies>],
) -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "a count of posts")]
    let posts = context.snapshot.num_docs() as f32;
    let idf = |df: f32| (1.0 + (posts - df + 0.5) / (df + 0.5)).ln();
    // Integers sum to the same value in any order; the order of the posts depends on the index's history.
    let scaled = |quality: f32| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a quality is from 0 to 1"
        )]
        let scaled = (quality * QUALITY_SCALE) as u64;
        scaled
    };
    let document_frequency = |term: usize| -> f32 {
        let segments = context.snapshot.segments().iter().zip(frequencies);
        let in_segments = segments.map(|(reader, by_term)| -> u64 {
            let of_term = &by_term[term];
            let docs = of_term.posts.iter().filter(|doc| !reader.is_deleted(*doc));
            docs.map(|doc| scaled(of_term.in_post(doc).best_quality)).sum()
        });
        #[expect(clippy::cast_precision_loss, reason = "a count of posts")]
        let posts = in_segments.sum::<u64>() as f32;
        posts / QUALITY_SCALE
    };
    let weight = |(at, term): (usize, &QueryTerm)| {
        if !term.scoring {
            return 0.0;
        }
        let idf = idf(document_frequency(at));
        match term.occur {
            Occur::May if term.is_stop_word => idf * context.weights.stop_word,
            _ => idf * f32::from(term.count),
        }
    };
    query.terms.iter().enumerate().map(weight).collect()
}
