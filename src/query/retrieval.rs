//! The first phase: which posts match, and how well by the frequencies of their words.
//!
//! The score is BM25F: within a post, the frequencies of a word in all fields, weighted and
//! normalised by length, are added up before they saturate, so that a word in title and body
//! counts as one word (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted
//! fields", CIKM 2004). The number of posts with a word counts each living post by the best of its
//! forms that it has, so that a word is as rare as it was typed: `đường` is not as common as `duong`.

use tantivy::DocAddress;
use tantivy::fieldnorm::FieldNormReader;

use super::Context;
use super::filter::{Conditions, evaluate_filter};
use super::postings::{Phrase, Segment};
use super::resolve::{Need, Pattern, ResolvedQuery, Slot};
use super::weights::Weights;
use crate::config::limits;
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
    /// It comes before those that are not: it has all that is wanted, or nothing has to be whole.
    pub is_first: bool,
}

/// The posts that match, in no order.
#[derive(Debug, Default)]
pub struct Retrieved {
    /// The posts.
    pub candidates: Vec<Candidate>,
    /// What each slot is worth: its inverse document frequency, times how often the query has it.
    pub worths: Vec<f32>,
    /// The slots, as bits, whose phrases are so common that their words may stand anywhere.
    pub loose: u64,
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
    let loose = loose_phrases(context, query)?;
    let mut frequencies = Vec::with_capacity(snapshot.segments().len());
    for reader in snapshot.segments() {
        let segment = Segment { snapshot, reader };
        let norms = field_norms(context, segment)?;
        let slots = query.slots.iter().enumerate();
        let of_slots: Result<Vec<_>, _> = slots
            .map(|(at, slot)| {
                let phrase = if loose & 1 << at == 0 { Phrase::InPlace } else { Phrase::Anywhere };
                slot_frequencies(segment, &norms, slot, phrase)
            })
            .collect();
        frequencies.push(of_slots?);
    }
    let worths = slot_worths(context, query, &frequencies);
    let scorer = Scorer::new(query, &worths, context.weights);
    let mut first = Vec::new();
    let mut others = Vec::new();
    for (segment_ord, (reader, frequencies)) in (0..).zip(snapshot.segments().iter().zip(&frequencies)) {
        let allowed = conditions.evaluate(snapshot, reader)?;
        let filters: Result<Vec<Vec<bool>>, IndexError> =
            query.filters.iter().map(|filter| evaluate_filter(filter, snapshot, reader)).collect();
        let filters = filters?;
        let boosts = reader.fast_fields().f64(columns::BOOST)?;
        for doc in (0..reader.max_doc()).filter(|doc| allowed[*doc as usize]) {
            let found = scorer.score(frequencies, doc as usize, |at| filters[at][doc as usize]);
            let Some(Scored { score, matched, is_first }) = found else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "written as a shorter number")]
            let score = boosts.first(doc).map_or(score, |boost| score * boost as f32);
            let candidate =
                Candidate { address: DocAddress::new(segment_ord, doc), score, matched, is_first };
            if is_first { first.push(candidate) } else { others.push(candidate) }
        }
    }
    if first.len() < ENOUGH_FULL_HITS {
        first.append(&mut others);
    }
    Ok(Retrieved { candidates: first, worths, loose })
}

/// How often a slot occurs in the posts of a segment.
struct Frequencies {
    /// For each post the frequency, weighted by field and quality, normalised by length.
    weighted: Vec<f32>,
    /// For each post the quality of the best match, from 0 to 1.
    best: Vec<f32>,
}

/// What the lengths of a field do to its frequencies.
struct FieldNorms {
    reader: FieldNormReader,
    weight: f32,
    /// By the length's code.
    norms: [f32; 256],
}

impl FieldNorms {
    fn new(context: &Context<'_>, segment: Segment<'_>, field: TextField) -> Result<Self, IndexError> {
        let reader = segment.reader.get_fieldnorms_reader(segment.snapshot.field(field))?;
        let b = context.weights.b_of_field(field);
        let average = segment.snapshot.average_length(field);
        let mut norms = [1.0; 256];
        for (code, norm) in (0..=u8::MAX).zip(&mut norms) {
            #[expect(clippy::cast_precision_loss, reason = "lengths are small")]
            let length = FieldNormReader::id_to_fieldnorm(code) as f32;
            *norm = 1.0 - b + b * length / average;
        }
        Ok(Self { reader, weight: context.weights.of_field(field), norms })
    }
}

/// The norms of all fields, by [`TextField::index`].
fn field_norms(context: &Context<'_>, segment: Segment<'_>) -> Result<Vec<FieldNorms>, IndexError> {
    TextField::ALL.into_iter().map(|field| FieldNorms::new(context, segment, field)).collect()
}

/// The slots, as bits, whose phrases take more than is left for phrases.
fn loose_phrases(context: &Context<'_>, query: &ResolvedQuery) -> Result<u64, IndexError> {
    let snapshot = context.snapshot;
    let (mut left, mut loose) = (limits::MAX_PHRASE_POSTS, 0);
    let is_phrase = |pattern: &&Pattern| pattern.elements.len() > 1 && !pattern.is_hopeless();
    for (at, slot) in query.slots.iter().enumerate() {
        for pattern in slot.patterns.iter().filter(is_phrase) {
            let mut posts = 0;
            for reader in snapshot.segments() {
                posts += Segment { snapshot, reader }.phrase_posts(pattern)?;
            }
            match left.checked_sub(posts) {
                Some(rest) => left = rest,
                None => loose |= 1 << at,
            }
        }
    }
    Ok(loose)
}

fn slot_frequencies(
    segment: Segment<'_>,
    norms: &[FieldNorms],
    slot: &Slot,
    phrase: Phrase,
) -> Result<Frequencies, IndexError> {
    let posts = segment.reader.max_doc() as usize;
    let mut found = Frequencies { weighted: vec![0.0; posts], best: vec![0.0; posts] };
    for pattern in slot.patterns.iter().filter(|pattern| !pattern.is_hopeless()) {
        for field in pattern.fields {
            let FieldNorms { reader, weight, norms } = &norms[field.index()];
            segment.each_match(pattern, *field, phrase, |doc, frequency, worth| {
                let norm = norms[usize::from(reader.fieldnorm_id(doc))];
                #[expect(clippy::cast_precision_loss, reason = "frequencies are small")]
                let frequency = frequency as f32;
                found.weighted[doc as usize] += weight * worth.weight * frequency / norm;
                let best = &mut found.best[doc as usize];
                *best = best.max(worth.quality);
            })?;
        }
    }
    Ok(found)
}

fn slot_worths(context: &Context<'_>, query: &ResolvedQuery, frequencies: &[Vec<Frequencies>]) -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "a count of posts")]
    let posts = context.snapshot.num_docs() as f32;
    let idf = |with_slot: f32| (1.0 + (posts - with_slot + 0.5) / (with_slot + 0.5)).ln();
    let posts_with = |slot: usize| -> f32 {
        let segments = context.snapshot.segments().iter().zip(frequencies);
        let in_segments = segments.map(|(reader, of_slots)| -> f32 {
            let docs = (0..reader.max_doc()).zip(&of_slots[slot].best);
            docs.filter(|(doc, _)| !reader.is_deleted(*doc)).map(|(_, best)| best).sum()
        });
        in_segments.sum()
    };
    let worth = |(at, slot): (usize, &Slot)| match slot.need {
        Need::Never => 0.0,
        Need::May if slot.is_stop_word => idf(posts_with(at)) * context.weights.stop_word,
        _ => idf(posts_with(at)) * f32::from(slot.count),
    };
    query.slots.iter().enumerate().map(worth).collect()
}

/// What a post's frequencies come to.
struct Scored {
    score: f32,
    matched: u64,
    is_first: bool,
}

/// Scores one post at a time.
struct Scorer<'a> {
    query: &'a ResolvedQuery,
    worths: &'a [f32],
    weights: &'a Weights,
    /// Slots without which a post is no hit.
    must: u64,
    /// Slots that a full match has.
    wanted: u64,
    /// The query has words that are wanted, be it such that occur nowhere.
    has_wanted: bool,
    /// The information of the wanted slots.
    total: f32,
    /// The share of it that makes a post that misses some a hit: one average word's.
    min_coverage: f32,
    /// Posts that miss a word come after those that miss none.
    is_strict: bool,
}

impl<'a> Scorer<'a> {
    fn new(query: &'a ResolvedQuery, worths: &'a [f32], weights: &'a Weights) -> Self {
        let must = query.slots_where(|slot| slot.need == Need::Must);
        let should = query.slots_where(|slot| slot.need == Need::Should);
        let wanted = must | query.slots_where(|slot| slot.need == Need::Should && !slot.is_hopeless());
        #[expect(clippy::cast_precision_loss, reason = "a count of words")]
        let words = wanted.count_ones() as f32;
        Self {
            query,
            worths,
            weights,
            must,
            wanted,
            has_wanted: must | should != 0,
            total: sum_of(wanted, worths),
            min_coverage: 1.0 / words.max(1.0),
            is_strict: words <= weights.strict_words,
        }
    }

    /// The score of a post; `None` for no hit.
    fn score(
        &self,
        frequencies: &[Frequencies],
        doc: usize,
        filter: impl Fn(usize) -> bool,
    ) -> Option<Scored> {
        let k1 = self.weights.k1;
        let (mut score, mut matched) = (0.0, 0_u64);
        for (slot, of_docs) in frequencies.iter().enumerate() {
            let frequency = of_docs.weighted[doc];
            if frequency > 0.0 {
                score += self.worths[slot] * frequency * (k1 + 1.0) / (frequency + k1);
                matched |= 1 << slot;
            }
        }
        let holds = || self.query.requirements.iter().all(|part| part.holds(matched, &filter));
        if matched & self.must != self.must || self.has_wanted && matched & self.wanted == 0 || !holds() {
            return None;
        }
        let missing = self.wanted & !matched;
        if missing == 0 {
            return Some(Scored { score, matched, is_first: true });
        }
        let covered = 1.0 - sum_of(missing, self.worths) / self.total;
        let score = score * covered.powf(self.weights.coverage);
        (covered >= self.min_coverage).then_some(Scored { score, matched, is_first: !self.is_strict })
    }
}

fn sum_of(slots: u64, worths: &[f32]) -> f32 {
    worths.iter().enumerate().filter(|(slot, _)| slots & 1 << slot != 0).map(|(_, worth)| worth).sum()
}
