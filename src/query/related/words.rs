//! The most informative words of a post.

use std::collections::HashMap;

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Term};

use super::statistics::{Statistics, as_f32};
use crate::analysis::{Analyzer, Lexicon, TermId, TokenKind};
use crate::config::limits;
use crate::index::post_store::PostRecord;
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
    let mut candidates: Vec<CandidateWord> = Vec::new();
    for (term, count) in frequencies(reference.post, reference.record)? {
        let posts = posts_with(snapshot, &term)?;
        // A word that only this post contains relates it to nothing.
        if posts > 1 {
            let idf = statistics.idf(posts);
            candidates.push(CandidateWord { term, score: count.sqrt() * idf, idf });
        }
    }
    let by_score =
        |a: &CandidateWord, b: &CandidateWord| b.score.total_cmp(&a.score).then_with(|| a.term.cmp(&b.term));
    candidates.sort_by(by_score);
    candidates.truncate(limits::MAX_RELATED_CANDIDATE_WORDS);
    for word in &mut candidates {
        let frequency = frequency_in(snapshot, &word.term, reference.address)?;
        let share = (frequency / weights::MIN_RELATED_FREQUENCY).min(1.0);
        word.score = frequency.sqrt() * word.idf * share;
    }
    candidates.sort_by(by_score);
    candidates.truncate(weights::RELATED_WORDS);
    let total: f32 = candidates.iter().map(|word| word.score).sum();
    let informative =
        |CandidateWord { term, score, .. }| InformativeWord { term, weight: score / total.max(f32::EPSILON) };
    Ok(candidates.into_iter().map(informative).collect())
}

/// Returns the words of a post with their number of occurrences in any field.
fn frequencies(post: &StoredPost, record: &PostRecord<'_>) -> Result<Vec<(String, f32)>, IndexError> {
    let analyzer = Analyzer::new(&post.lang);
    let mut lexicon = Lexicon::default();
    let mut counts: HashMap<TermId, f32> = HashMap::new();
    let sections = (0..record.num_sections()).map(|at| record.section(at).map(|section| section.title));
    let headings = sections.collect::<Result<Vec<_>, _>>()?.join("\n");
    let text = record.text()?;
    for text in [&post.title, &post.tags.join("\n"), &headings, &text] {
        for token in analyzer.analyze(text, &mut lexicon).tokens {
            let term = lexicon.term(token.term);
            let is_word = token.kind == TokenKind::Folded
                && term.chars().nth(1).is_some()
                && term.chars().any(char::is_alphabetic)
                && !lexicon.is_stop_word(token.term);
            if is_word && (counts.len() < limits::MAX_RELATED_WORDS || counts.contains_key(&token.term)) {
                *counts.entry(token.term).or_default() += 1.0;
            }
        }
    }
    Ok(counts.into_iter().map(|(term, count)| (lexicon.term(term).to_owned(), count)).collect())
}

/// Returns the frequency of the word in the post, weighted by field.
fn frequency_in(snapshot: &Snapshot, term: &str, address: DocAddress) -> Result<f32, IndexError> {
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
fn posts_with(snapshot: &Snapshot, term: &str) -> Result<u32, IndexError> {
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
