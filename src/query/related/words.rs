//! The words that tell most of a post.

use std::collections::HashMap;

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Term};

use super::statistics::{Statistics, as_f32, weight};
use crate::analysis::{Analyzer, Lexicon, TermId, TokenKind};
use crate::config::limits;
use crate::index::post_store::Record;
use crate::index::{IndexError, Snapshot, StoredPost, TextField};

/// Words that stand for a post. More of them bring noise, fewer miss what it is about.
const QUERY_WORDS: usize = 25;
/// Words whose frequencies in the fields are looked up to find those.
const CANDIDATE_WORDS: usize = 80;
/// Weighted occurrences from which a word says what a post is about: twice in its prose, or once in
/// a heading. A rare word that is said once is chance.
const MIN_FREQUENCY: f32 = 2.0;

/// A word that stands for the post.
pub(super) struct Word {
    /// Its term.
    pub(super) term: String,
    /// What it adds to the score of a post that has it as often as can be; all words' together is 1.
    pub(super) worth: f32,
}

/// The words that tell most of the post, best first: frequency in the post, damped, by rarity in the
/// posts of its language.
pub(super) fn query_words(
    snapshot: &Snapshot,
    statistics: &Statistics,
    (post, record): (&StoredPost, &Record<'_>),
    address: DocAddress,
) -> Result<Vec<Word>, IndexError> {
    let mut candidates: Vec<(String, f32, f32)> = Vec::new();
    for (term, count) in frequencies(post, record)? {
        let posts = posts_with(snapshot, &term)?;
        // A word of this post alone finds nothing.
        if posts > 1 {
            let idf = statistics.idf(posts);
            candidates.push((term, count.sqrt() * idf, idf));
        }
    }
    let by_worth =
        |a: &(String, f32, f32), b: &(String, f32, f32)| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    candidates.sort_by(by_worth);
    candidates.truncate(CANDIDATE_WORDS);
    for (term, worth, idf) in &mut candidates {
        let frequency = frequency_in(snapshot, term, address)?;
        let share = (frequency / MIN_FREQUENCY).min(1.0);
        *worth = frequency.sqrt() * *idf * share;
    }
    candidates.sort_by(by_worth);
    candidates.truncate(QUERY_WORDS);
    let total: f32 = candidates.iter().map(|(_, worth, _)| worth).sum();
    let word = |(term, worth, _): (String, f32, f32)| Word { term, worth: worth / total.max(f32::EPSILON) };
    Ok(candidates.into_iter().map(word).collect())
}

/// The words of a post and how often they occur in it, whatever the field.
fn frequencies(post: &StoredPost, record: &Record<'_>) -> Result<Vec<(String, f32)>, IndexError> {
    let analyzer = Analyzer::new(&post.lang);
    let mut lexicon = Lexicon::default();
    let mut counts: HashMap<TermId, f32> = HashMap::new();
    let sections = (0..record.num_sections()).map(|at| record.section(at).map(|section| section.title));
    let headings = sections.collect::<Result<Vec<_>, _>>()?.join("\n");
    let text = record.text()?;
    for text in [&post.title, &post.tags.join("\n"), &headings, &text] {
        for token in analyzer.analyze(text, &mut lexicon).tokens {
            let term = lexicon.term(token.term);
            let is_word = token.kind == TokenKind::Surface
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

/// How often the post has the word, each field at its weight.
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
            frequency += weight(field) * as_f32(postings.term_freq());
        }
    }
    Ok(frequency)
}

/// Living posts with the word, in the field in which most have it.
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
