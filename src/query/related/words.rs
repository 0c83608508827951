//! The most informative words of a post.

use std::cmp::Ordering;

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Term};

use super::statistics::{Statistics, as_f32};
use crate::analysis::{Analyzer, Lexicon};
use crate::config::limits;
use crate::index::post_store::{PostRecord, WordCounts};
use crate::index::{IndexError, Snapshot, StoredPost, TextField};
use crate::query::weights::{self, related_field_weight};

/// A word that represents the post.
pub(super) struct InformativeWord {
    /// Its term.
    pub(super) term: String,
    /// The maximum that it adds to a similarity. The weights of all words add up to 1.
    pub(super) weight: f32,
}

/// A post to compare others with.
pub(super) struct ReferencePost<'a> {
    pub(super) post: &'a StoredPost,
    pub(super) record: &'a PostRecord<'a>,
    pub(super) address: DocAddress,
}

/// A candidate word with its score.
struct CandidateWord {
    term: String,
    score: f32,
    idf: f32,
}

/// Returns the most informative words of a post, best first: by dampened term frequency in the post times
/// inverse document frequency in its language.
pub(super) fn informative_words(
    snapshot: &Snapshot,
    statistics: &Statistics,
    reference: &ReferencePost<'_>,
) -> Result<Vec<InformativeWord>, IndexError> {
    let mut candidates = best_candidates(snapshot, statistics, words_of(reference)?)?;
    for word in &mut candidates {
        let frequency = weighted_frequency(snapshot, &word.term, reference.address)?;
        let share = (frequency / weights::MIN_RELATED_FREQUENCY).min(1.0);
        word.score = frequency.sqrt() * word.idf * share;
    }
    candidates.sort_by(CandidateWord::by_score);
    candidates.truncate(weights::RELATED_WORDS);
    let total: f32 = candidates.iter().map(|word| word.score).sum();
    let informative =
        |CandidateWord { term, score, .. }| InformativeWord { term, weight: score / total.max(f32::EPSILON) };
    Ok(candidates.into_iter().map(informative).collect())
}

impl CandidateWord {
    /// Orders by score, best first, then by term.
    fn by_score(a: &Self, b: &Self) -> Ordering {
        b.score.total_cmp(&a.score).then_with(|| a.term.cmp(&b.term))
    }
}

/// Returns the best words by dampened frequency times inverse document frequency, best first.
///
/// A post that contains a word has it in at least one field, so that the document frequency in the field where
/// it is highest is at least that in all fields divided by the number of fields. This bounds the score of a word
/// from above, and the dictionaries of all fields are read for few words only.
fn best_candidates(
    snapshot: &Snapshot,
    statistics: &Statistics,
    words: Vec<(String, u32)>,
) -> Result<Vec<CandidateWord>, IndexError> {
    let vocabulary = snapshot.vocabulary()?;
    let fields = u32::try_from(TextField::ALL.len()).unwrap_or(u32::MAX);
    let bounded = words.into_iter().map(|(term, count)| {
        let min_posts = vocabulary.document_frequency(&term).div_ceil(fields).max(MIN_SHARED_POSTS);
        (as_f32(count).sqrt() * statistics.idf(min_posts), term, count)
    });
    let mut bounded: Vec<(f32, String, u32)> = bounded.collect();
    bounded
        .sort_unstable_by(|(a, a_term, _), (b, b_term, _)| b.total_cmp(a).then_with(|| a_term.cmp(b_term)));
    let mut best: Vec<CandidateWord> = Vec::with_capacity(limits::MAX_RELATED_CANDIDATE_WORDS + 1);
    for (max_score, term, count) in bounded {
        if best.len() == limits::MAX_RELATED_CANDIDATE_WORDS
            && best.last().is_some_and(|last| max_score < last.score)
        {
            break;
        }
        let posts = max_document_frequency(snapshot, &term)?;
        if posts >= MIN_SHARED_POSTS {
            let idf = statistics.idf(posts);
            let candidate = CandidateWord { term, score: as_f32(count).sqrt() * idf, idf };
            let at = best.partition_point(|better| CandidateWord::by_score(better, &candidate).is_lt());
            best.insert(at, candidate);
            best.truncate(limits::MAX_RELATED_CANDIDATE_WORDS);
        }
    }
    Ok(best)
}

/// Minimum document frequency: a word that only this post contains relates it to nothing.
const MIN_SHARED_POSTS: u32 = 2;

/// Returns the words of a post with their number of occurrences in any field.
fn words_of(reference: &ReferencePost<'_>) -> Result<Vec<(String, u32)>, IndexError> {
    let ReferencePost { post, record, .. } = reference;
    if let Some(words) = record.words()? {
        return Ok(words);
    }
    let analyzer = Analyzer::new(&post.lang);
    let mut lexicon = Lexicon::default();
    let mut counts = WordCounts::default();
    let sections = (0..record.num_sections()).map(|at| record.section(at).map(|section| section.title));
    let headings = sections.collect::<Result<Vec<_>, _>>()?.join("\n");
    for text in [&post.title, &post.tags.join("\n"), &headings, &record.text()?] {
        counts.add(&analyzer.analyze(text, &mut lexicon).tokens, &lexicon);
    }
    Ok(counts.into_words(&lexicon))
}

/// Returns the frequency of the word in the post, weighted by field.
fn weighted_frequency(snapshot: &Snapshot, term: &str, address: DocAddress) -> Result<f32, IndexError> {
    let segment = &snapshot.segments()[address.segment_ord as usize];
    let mut frequency = 0.0;
    for field in TextField::ALL {
        let index = segment.inverted_index(snapshot.field(field))?;
        let term = Term::from_field_text(snapshot.field(field), term);
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs)? else { continue };
        if postings.doc() < address.doc_id {
            postings.seek(address.doc_id);
        }
        if postings.doc() == address.doc_id {
            frequency += related_field_weight(field) * as_f32(postings.term_freq());
        }
    }
    Ok(frequency)
}

/// Returns the document frequency of the word in the field where it is highest, over live posts.
fn max_document_frequency(snapshot: &Snapshot, term: &str) -> Result<u32, IndexError> {
    let mut most = 0;
    for field in TextField::ALL {
        let field = snapshot.field(field);
        let mut posts = 0;
        for segment in snapshot.segments() {
            let index = segment.inverted_index(field)?;
            let Some(info) = index.terms().get(term.as_bytes())? else { continue };
            posts += match segment.alive_bitset() {
                None => info.doc_freq,
                Some(alive) => index
                    .read_postings_from_terminfo(&info, IndexRecordOption::Basic)?
                    .doc_freq_given_deletes(alive),
            };
        }
        most = most.max(posts);
    }
    Ok(most)
}
