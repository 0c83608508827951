//! Similarities of the other posts to a post, by shared words and labels.

use std::collections::{HashMap, HashSet};

use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, TERMINATED, Term};

use super::statistics::{Statistics, as_f32};
use super::words::InformativeWord;
use crate::content::Category;
use crate::index::filter_key;
use crate::index::{IndexError, Snapshot, StoredPost, TextField};
use crate::query::weights::{self, related_field_weight};

fn saturate(frequency: f32) -> f32 {
    frequency / (frequency + weights::RELATED_K1)
}

/// The similarity of a post to the requested one.
#[derive(Default)]
pub(super) struct Similarity {
    /// Up to 1 by words, and more by labels.
    pub(super) score: f32,
    /// The contribution of each shared word, with its index.
    pub(super) shared: Vec<(f32, usize)>,
    /// Whether they share a tag.
    pub(super) has_tag: bool,
}

/// The similarities of all posts.
pub(super) struct Scores<'a> {
    snapshot: &'a Snapshot,
    /// The posts with at least one of the words.
    pub(super) posts: HashMap<DocAddress, Similarity>,
}

impl<'a> Scores<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, posts: HashMap::new() }
    }

    /// Adds the contribution of a word to the posts that contain it.
    pub(super) fn add_word(&mut self, at: usize, word: &InformativeWord) -> Result<(), IndexError> {
        let mut frequencies: HashMap<DocAddress, f32> = HashMap::new();
        for field in TextField::ALL {
            let average = self.snapshot.average_length(field).max(1.0);
            let segments = self.snapshot.open_segments();
            each_posting(self.snapshot, self.snapshot.field(field), &word.term, |address, frequency| {
                let length =
                    segments[address.segment_ord as usize].lengths.of_field(field).fieldnorm(address.doc_id);
                let normal = 1.0 - weights::RELATED_B + weights::RELATED_B * as_f32(length) / average;
                *frequencies.entry(address).or_default() +=
                    related_field_weight(field) * as_f32(frequency) / normal;
            })?;
        }
        for (address, frequency) in frequencies {
            let part = word.weight * saturate(frequency);
            let similarity = self.posts.entry(address).or_default();
            similarity.score += part;
            similarity.shared.push((part, at));
        }
        Ok(())
    }

    /// Adds the bonuses for shared tags and categories to the posts with shared words.
    pub(super) fn add_labels(
        &mut self,
        statistics: &Statistics,
        post: &StoredPost,
    ) -> Result<(), IndexError> {
        let fields = self.snapshot.fields();
        let tags: Vec<String> = post.tags.iter().map(|tag| filter_key(tag)).collect();
        self.add_keys(statistics, fields.tag_key, &tags, weights::RELATED_TAGS)?;
        let name = |category: &Category| filter_key(&category.name);
        let categories: Vec<String> = post.categories.iter().map(name).collect();
        self.add_keys(statistics, fields.category_key, &categories, weights::RELATED_CATEGORY)
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
            // A label that no other post has relates the post to nothing.
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
                if let Some(similarity) = self.posts.get_mut(address) {
                    similarity.score += bonus * rarity / total.max(f32::EPSILON);
                    similarity.has_tag |= field == self.snapshot.fields().tag_key;
                }
            }
        }
        Ok(())
    }
}

/// Calls `visit` with the address and term frequency of each live post that contains the term.
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
