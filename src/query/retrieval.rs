//! The first phase: which posts match, and how well by the frequencies of their words.
//!
//! The score is BM25F: within a post, the frequencies of a word in all fields, weighted and
//! normalised by length, are added up before they saturate, so that a word in title and body
//! counts as one word (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted
//! fields", CIKM 2004). The number of posts with a word counts living posts that have it in any
//! of its forms, so that the score does not hang on how the index came to be.

use tantivy::DocAddress;

use super::Context;
use super::filter::Conditions;
use super::postings::Segment;
use super::resolve::{Need, ResolvedQuery, Slot};
use super::weights::Weights;
use crate::index::schema::columns;
use crate::index::{IndexError, TextField};

/// Hits that have all words and are enough; with fewer, posts that miss some follow them.
const ENOUGH_FULL_HITS: usize = 10;

/// A post that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Where it is in the index.
    pub address: DocAddress,
    /// BM25F score, lessened by what is missing.
    pub score: f32,
    /// Bit `n` is set when slot `n` matches.
    pub matched: u64,
    /// It has all that is wanted.
    pub is_full: bool,
}

/// The posts that match, in no order.
#[derive(Debug, Default)]
pub struct Retrieved {
    /// The posts.
    pub candidates: Vec<Candidate>,
    /// The inverse document frequency of each slot.
    pub idf: Vec<f32>,
}

/// Finds the posts that match.
///
/// # Errors
/// When the index cannot be read.
pub fn retrieve(
    context: &Context<'_>,
    query: &ResolvedQuery,
    conditions: &Conditions,
) -> Result<Retrieved, IndexError> {
    if query.is_unanswerable {
        return Ok(Retrieved::default());
    }
    let snapshot = context.snapshot;
    let mut frequencies = Vec::with_capacity(snapshot.segments().len());
    for reader in snapshot.segments() {
        let segment = Segment { snapshot, reader };
        let of_slots: Result<Vec<_>, _> =
            query.slots.iter().map(|slot| slot_frequencies(context, segment, slot)).collect();
        frequencies.push(of_slots?);
    }
    let idf = inverse_document_frequencies(context, &frequencies, query.slots.len());
    let scorer = Scorer::new(query, &idf, context.weights);
    let mut full = Vec::new();
    let mut partial = Vec::new();
    for (segment_ord, (reader, frequencies)) in (0..).zip(snapshot.segments().iter().zip(&frequencies)) {
        let mut allowed = conditions.evaluate(snapshot, reader)?;
        exclude(Segment { snapshot, reader }, query, &mut allowed)?;
        let boosts = reader.fast_fields().f64(columns::BOOST)?;
        for doc in (0..reader.max_doc()).filter(|doc| allowed[*doc as usize]) {
            let Some((score, matched, is_full)) = scorer.score(frequencies, doc as usize) else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "written as a shorter number")]
            let score = boosts.first(doc).map_or(score, |boost| score * boost as f32);
            let candidate = Candidate { address: DocAddress::new(segment_ord, doc), score, matched, is_full };
            if is_full { full.push(candidate) } else { partial.push(candidate) }
        }
    }
    if full.len() < ENOUGH_FULL_HITS {
        full.append(&mut partial);
    }
    Ok(Retrieved { candidates: full, idf })
}

/// For each post the frequency of the slot, weighted by field and quality, normalised by length.
fn slot_frequencies(
    context: &Context<'_>,
    segment: Segment<'_>,
    slot: &Slot,
) -> Result<Vec<f32>, IndexError> {
    let mut frequencies = vec![0.0; segment.reader.max_doc() as usize];
    for pattern in slot.patterns.iter().filter(|pattern| !pattern.is_hopeless()) {
        for field in pattern.fields() {
            let norms = segment.reader.get_fieldnorms_reader(segment.snapshot.field(*field))?;
            let weight = context.weights.of_field(*field);
            let b = context.weights.b_of_field(*field);
            let average = segment.snapshot.average_length(*field);
            segment.each_match(pattern, *field, |doc, frequency, term_weight| {
                #[expect(clippy::cast_precision_loss, reason = "frequencies and lengths are small")]
                let (frequency, length) = (frequency as f32, norms.fieldnorm(doc) as f32);
                let norm = 1.0 - b + b * length / average;
                frequencies[doc as usize] += weight * term_weight * frequency / norm;
            })?;
        }
    }
    Ok(frequencies)
}

fn inverse_document_frequencies(
    context: &Context<'_>,
    frequencies: &[Vec<Vec<f32>>],
    slots: usize,
) -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "counts of posts")]
    let idf = |posts: usize, with_slot: usize| {
        (1.0 + (posts as f32 - with_slot as f32 + 0.5) / (with_slot as f32 + 0.5)).ln()
    };
    let posts = usize::try_from(context.snapshot.num_docs()).unwrap_or(usize::MAX);
    let count = |slot: usize| {
        let segments = context.snapshot.segments().iter().zip(frequencies);
        segments
            .map(|(reader, of_slots)| {
                let docs = (0..reader.max_doc()).zip(&of_slots[slot]);
                docs.filter(|(doc, frequency)| **frequency > 0.0 && !reader.is_deleted(*doc)).count()
            })
            .sum()
    };
    (0..slots).map(|slot| idf(posts, count(slot))).collect()
}

/// Takes the posts with excluded words out.
fn exclude(segment: Segment<'_>, query: &ResolvedQuery, allowed: &mut [bool]) -> Result<(), IndexError> {
    for pattern in &query.excluded {
        for field in pattern.fields().iter().filter(|field| **field != TextField::Labels) {
            segment.each_match(pattern, *field, |doc, _, _| allowed[doc as usize] = false)?;
        }
    }
    Ok(())
}

/// Scores one post at a time.
struct Scorer<'a> {
    idf: &'a [f32],
    weights: &'a Weights,
    /// Slots without which a post is no hit.
    must: u64,
    /// Slots that a full match has.
    wanted: u64,
    /// The information of the wanted slots.
    total: f32,
    /// The share of it that makes a post that misses some a hit: one average word's.
    min_coverage: f32,
}

impl<'a> Scorer<'a> {
    fn new(query: &ResolvedQuery, idf: &'a [f32], weights: &'a Weights) -> Self {
        let bits = |is_in: &dyn Fn(&Slot) -> bool| {
            let slots = query.slots.iter().enumerate();
            slots.filter(|(_, slot)| is_in(slot)).fold(0, |bits, (at, _)| bits | 1 << at)
        };
        let must = bits(&|slot| slot.need == Need::Must);
        let wanted = must | bits(&|slot| slot.need == Need::Should && !slot.is_hopeless());
        let total = sum_of(wanted, idf);
        #[expect(clippy::cast_precision_loss, reason = "a count of words")]
        let min_coverage = 1.0 / wanted.count_ones().max(1) as f32;
        Self { idf, weights, must, wanted, total, min_coverage }
    }

    /// Score, matching slots, and whether all that is wanted matches; `None` for no hit.
    fn score(&self, frequencies: &[Vec<f32>], doc: usize) -> Option<(f32, u64, bool)> {
        let k1 = self.weights.k1;
        let (mut score, mut matched) = (0.0, 0_u64);
        for (slot, of_docs) in frequencies.iter().enumerate() {
            let frequency = of_docs[doc];
            if frequency > 0.0 {
                score += self.idf[slot] * frequency * (k1 + 1.0) / (frequency + k1);
                matched |= 1 << slot;
            }
        }
        if matched & self.must != self.must {
            return None;
        }
        let missing = self.wanted & !matched;
        if missing == 0 {
            // Without anything to look for every post matches; otherwise something has to.
            return (frequencies.is_empty() || matched & self.wanted != 0).then_some((score, matched, true));
        }
        let covered = 1.0 - sum_of(missing, self.idf) / self.total;
        let is_hit = matched & self.wanted != 0 && covered >= self.min_coverage;
        is_hit.then(|| (score * covered.powf(self.weights.coverage), matched, false))
    }
}

fn sum_of(slots: u64, idf: &[f32]) -> f32 {
    idf.iter().enumerate().filter(|(slot, _)| slots & 1 << slot != 0).map(|(_, idf)| idf).sum()
}
