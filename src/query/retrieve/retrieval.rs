//! The first phase: which posts match, and how well by the frequencies of their words.
//!
//! The score is BM25F: within a post, the frequencies of a word in all fields, weighted and
//! normalised by length, are added up before they saturate, so that a word in title and body
//! counts as one word (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted
//! fields", CIKM 2004). The number of posts with a word counts each living post by the best of its
//! forms that it has, so that a word is as rare as it was typed: `đường` is not as common as `duong`.

use tantivy::{DocAddress, DocId};

use super::bm25f::{Scored, Scorer};
use super::candidate::{Candidate, Retrieved};
use super::filter::{Conditions, evaluate_filter};
use super::id_set::NumberSet;
use super::postings::{Phrase, Segment};
use super::term_frequencies::{FieldNorms, SlotTallies};
use crate::config::limits;
use crate::index::IndexError;
use crate::query::context::Context;
use crate::query::expand::expanded_query::{Need, Pattern, ResolvedQuery, Slot};

/// Hits that have all words and are enough; with fewer, posts that miss some follow them.
const ENOUGH_FULL_HITS: usize = 10;

/// Parts in which a post that has a word in a worse form is counted.
const PARTS_OF_A_POST: f32 = 16_777_216.0;

/// Finds the posts that match.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn retrieve(
    context: &Context<'_>,
    query: &ResolvedQuery,
    conditions: &Conditions,
) -> Result<Retrieved, IndexError> {
    if query.is_unanswerable {
        return Ok(Retrieved::default());
    }
    let loose = loose_phrases(context, query);
    let norms = FieldNorms::new(context);
    let mut tallies = Vec::with_capacity(context.snapshot.segments().len());
    for segment in Segment::all(context.snapshot) {
        let of_slot = |(at, slot): (usize, &Slot)| {
            let phrase = if loose & 1 << at == 0 { Phrase::InPlace } else { Phrase::Anywhere };
            SlotTallies::read(segment, &norms, slot, phrase)
        };
        tallies.push(query.slots.iter().enumerate().map(of_slot).collect::<Result<Vec<_>, _>>()?);
    }
    let worths = slot_worths(context, query, &tallies);
    let scorer = Scorer::new(query, &worths, context.weights);
    let mut found = Found::default();
    for (segment, tallies) in Segment::all(context.snapshot).zip(&tallies) {
        found.add(context, conditions, segment, (&scorer, tallies))?;
    }
    let Found { mut first, mut others } = found;
    if first.len() < ENOUGH_FULL_HITS {
        first.append(&mut others);
    }
    Ok(Retrieved { candidates: first, worths, loose, tallies })
}

/// Posts that match, those that come first apart.
#[derive(Default)]
struct Found {
    first: Vec<Candidate>,
    others: Vec<Candidate>,
}

impl Found {
    /// Adds the posts of a segment.
    fn add(
        &mut self,
        context: &Context<'_>,
        conditions: &Conditions,
        segment: Segment<'_>,
        (scorer, tallies): (&Scorer<'_>, &[SlotTallies]),
    ) -> Result<(), IndexError> {
        let Segment { open, number } = segment;
        let (reader, snapshot) = (open.reader(), context.snapshot);
        let allowed = conditions.evaluate(snapshot, reader)?;
        let filters = scorer.query().filters.iter().map(|filter| evaluate_filter(filter, snapshot, reader));
        let filters = filters.collect::<Result<Vec<Vec<bool>>, IndexError>>()?;
        let mut visit = |doc: DocId| {
            if reader.is_deleted(doc) || allowed.as_ref().is_some_and(|allowed| !allowed[doc as usize]) {
                return;
            }
            let found = scorer.score(tallies, doc, |at| filters[at][doc as usize]);
            let Some(Scored { score, matched, is_first }) = found else { return };
            let address = DocAddress::new(u32::try_from(number).unwrap_or(u32::MAX), doc);
            let candidate = Candidate { address, score: score * open.boost(doc), matched, is_first };
            if is_first { self.first.push(candidate) } else { self.others.push(candidate) }
        };
        if let Some(wanted) = scorer.wanted() {
            let mut any = NumberSet::new(reader.max_doc() as usize);
            let slots = tallies.iter().enumerate().filter(|(at, _)| wanted & 1 << at != 0);
            slots.for_each(|(_, slot)| any.add_all(&slot.posts));
            any.iter().for_each(&mut visit);
        } else {
            (0..reader.max_doc()).for_each(&mut visit);
        }
        Ok(())
    }
}

/// The slots, as bits, whose phrases take more than is left for phrases.
fn loose_phrases(context: &Context<'_>, query: &ResolvedQuery) -> u64 {
    let (mut left, mut loose) = (limits::MAX_PHRASE_POSTS, 0);
    let is_phrase = |pattern: &&Pattern| pattern.elements.len() > 1 && !pattern.is_hopeless();
    for (at, slot) in query.slots.iter().enumerate() {
        for pattern in slot.patterns.iter().filter(is_phrase) {
            let posts = Segment::all(context.snapshot).map(|segment| segment.phrase_posts(pattern)).sum();
            match left.checked_sub(posts) {
                Some(rest) => left = rest,
                None => loose |= 1 << at,
            }
        }
    }
    loose
}

fn slot_worths(context: &Context<'_>, query: &ResolvedQuery, tallies: &[Vec<SlotTallies>]) -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "a count of posts")]
    let posts = context.snapshot.num_docs() as f32;
    let idf = |with_slot: f32| (1.0 + (posts - with_slot + 0.5) / (with_slot + 0.5)).ln();
    // Whole numbers add up to the same whatever the order of the posts, which hangs on the index's history.
    let parts = |best: f32| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a quality is from 0 to 1"
        )]
        let parts = (best * PARTS_OF_A_POST) as u64;
        parts
    };
    let posts_with = |slot: usize| -> f32 {
        let segments = context.snapshot.segments().iter().zip(tallies);
        let in_segments = segments.map(|(reader, of_slots)| -> u64 {
            let of_slot = &of_slots[slot];
            let docs = of_slot.posts.iter().filter(|doc| !reader.is_deleted(*doc));
            docs.map(|doc| parts(of_slot.of(doc).best)).sum()
        });
        #[expect(clippy::cast_precision_loss, reason = "a count of posts")]
        let posts = in_segments.sum::<u64>() as f32;
        posts / PARTS_OF_A_POST
    };
    let worth = |(at, slot): (usize, &Slot)| match slot.need {
        Need::Never => 0.0,
        Need::May if slot.is_stop_word => idf(posts_with(at)) * context.weights.stop_word,
        _ => idf(posts_with(at)) * f32::from(slot.count),
    };
    query.slots.iter().enumerate().map(worth).collect()
}
