//! What the other posts score by the words and labels of a post.

use std::collections::{HashMap, HashSet};

use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, TERMINATED, Term};

use super::statistics::{Statistics, as_f32, weight};
use super::words::Word;
use crate::content::Category;
use crate::index::filter_key;
use crate::index::{IndexError, Snapshot, StoredPost, TextField};

/// BM25's saturation and length normalisation, at their usual values (Robertson, Zaragoza: "The
/// Probabilistic Relevance Framework: BM25 and Beyond", 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// What all tags in common add to a score, which is 1 for the same text; by their rarity.
const TAGS_BONUS: f32 = 0.25;
/// What a category in common adds, by its rarity: categories are wide.
const CATEGORY_BONUS: f32 = 0.08;
fn saturate(frequency: f32) -> f32 {
    frequency / (frequency + K1)
}

/// What a post has in common with the one that is asked for.
#[derive(Default)]
pub(super) struct Tally {
    /// Up to 1 by words, and more by labels.
    pub(super) score: f32,
    /// What each shared word adds, and its place among the words.
    pub(super) shared: Vec<(f32, usize)>,
    /// They have a tag in common.
    pub(super) has_tag: bool,
}

/// What all posts score.
pub(super) struct Scores<'a> {
    snapshot: &'a Snapshot,
    /// The posts that have any of the words.
    pub(super) posts: HashMap<DocAddress, Tally>,
}

impl<'a> Scores<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, posts: HashMap::new() }
    }

    /// Adds a word's part to the posts that have it.
    pub(super) fn add_word(&mut self, at: usize, word: &Word) -> Result<(), IndexError> {
        let mut frequencies: HashMap<DocAddress, f32> = HashMap::new();
        for field in TextField::ALL {
            let average = self.snapshot.average_length(field).max(1.0);
            let segments = self.snapshot.open_segments();
            each_posting(self.snapshot, self.snapshot.field(field), &word.term, |address, frequency| {
                let length =
                    segments[address.segment_ord as usize].lengths.of_field(field).of(address.doc_id);
                let normal = 1.0 - B + B * as_f32(length) / average;
                *frequencies.entry(address).or_default() += weight(field) * as_f32(frequency) / normal;
            })?;
        }
        for (address, frequency) in frequencies {
            let part = word.worth * saturate(frequency);
            let tally = self.posts.entry(address).or_default();
            tally.score += part;
            tally.shared.push((part, at));
        }
        Ok(())
    }

    /// Adds what tags and categories in common are worth, to posts that share words too.
    pub(super) fn add_labels(
        &mut self,
        statistics: &Statistics,
        post: &StoredPost,
    ) -> Result<(), IndexError> {
        let fields = self.snapshot.fields();
        let tags: Vec<String> = post.tags.iter().map(|tag| filter_key(tag)).collect();
        self.add_keys(statistics, fields.tag_key, &tags, TAGS_BONUS)?;
        let name = |category: &Category| filter_key(&category.name);
        let categories: Vec<String> = post.categories.iter().map(name).collect();
        self.add_keys(statistics, fields.category_key, &categories, CATEGORY_BONUS)
    }

    fn add_keys(
        &mut self,
        statistics: &Statistics,
        field: Field,
        keys: &[String],
        bonus: f32,
    ) -> Result<(), IndexError> {
        let keys: HashSet<&String> = keys.iter().collect();
        let mut parts: Vec<(f32, Vec<DocAddress>)> = Vec::new();
        for key in keys {
            let mut posts = Vec::new();
            each_posting(self.snapshot, field, key, |address, _| posts.push(address))?;
            // A label of this post alone says nothing of others.
            if posts.len() < 2 {
                continue;
            }
            let rarity = statistics.idf(u32::try_from(posts.len()).unwrap_or(u32::MAX));
            parts.push((rarity, posts));
        }
        // Sums of floats depend on their order.
        parts.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let total: f32 = parts.iter().map(|(rarity, _)| rarity).sum();
        for (rarity, posts) in &parts {
            for address in posts {
                if let Some(tally) = self.posts.get_mut(address) {
                    tally.score += bonus * rarity / total.max(f32::EPSILON);
                    tally.has_tag |= field == self.snapshot.fields().tag_key;
                }
            }
        }
        Ok(())
    }
}

/// Visits the living posts that have the term: where they are and how often they have it.
fn each_posting(
    snapshot: &Snapshot,
    field: Field,
    term: &str,
    mut visit: impl FnMut(DocAddress, u32),
) -> Result<(), IndexError> {
    let term = Term::from_field_text(field, term);
    for (ord, segment) in (0..).zip(snapshot.segments()) {
        let index = segment.inverted_index(field)?;
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs)? else { continue };
        while postings.doc() != TERMINATED {
            if !segment.is_deleted(postings.doc()) {
                let frequency = postings.term_freq();
                visit(DocAddress::new(ord, postings.doc()), frequency);
            }
            postings.advance();
        }
    }
    Ok(())
}
