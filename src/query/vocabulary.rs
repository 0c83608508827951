//! The words of all posts: one dictionary in which words are looked up, by automata too.

use std::collections::BTreeMap;

use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{InvertedIndexReader, SegmentReader, Term};
use tantivy_fst::Automaton;

use super::weights::Weights;
use crate::analysis::MARKERS;
use crate::index::{IndexError, Snapshot, TextField};

/// The surface forms that occur in a snapshot's posts.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    snapshot: &'a Snapshot,
}

impl<'a> Vocabulary<'a> {
    /// The words of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot }
    }

    /// In how many posts the word stands.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn posts_with(&self, word: &str) -> Result<u32, IndexError> {
        let field = self.snapshot.fields().vocabulary;
        let term = Term::from_field_text(field, word);
        let mut posts = 0;
        for segment in self.snapshot.segments() {
            let index = segment.inverted_index(field)?;
            if let Some(info) = index.get_term_info(&term)? {
                posts += living_posts(segment, &index, &info)?;
            }
        }
        Ok(posts)
    }

    /// Whether a term of any kind stands in a post.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn occurs(&self, term: &str) -> Result<bool, IndexError> {
        for segment in self.snapshot.segments() {
            for field in TextField::ALL {
                let field = self.snapshot.field(field);
                let index = segment.inverted_index(field)?;
                if let Some(info) = index.get_term_info(&Term::from_field_text(field, term))?
                    && living_posts(segment, &index, &info)? > 0
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The words that the automaton accepts, each with its popularity: the posts in which it stands,
    /// and once more by weight those that have it in their titles and headings, which say what posts
    /// are about.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn search<A: Automaton>(
        &self,
        automaton: &A,
        weights: &Weights,
    ) -> Result<BTreeMap<String, f32>, IndexError>
    where
        A::State: Clone,
    {
        let mut found = BTreeMap::new();
        let fields = [
            (self.snapshot.fields().vocabulary, weights.body),
            (self.snapshot.field(TextField::Title), weights.title),
            (self.snapshot.field(TextField::Headings), weights.headings),
        ];
        for segment in self.snapshot.segments() {
            for (field, weight) in fields {
                add_terms(segment, field, weight, automaton, &mut found)?;
            }
        }
        Ok(found)
    }
}

fn add_terms<A: Automaton>(
    segment: &SegmentReader,
    field: Field,
    weight: f32,
    automaton: &A,
    found: &mut BTreeMap<String, f32>,
) -> Result<(), IndexError>
where
    A::State: Clone,
{
    let index = segment.inverted_index(field)?;
    let mut terms = index.terms().search(automaton).into_stream()?;
    while terms.advance() {
        let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
        if term.starts_with(MARKERS) {
            continue;
        }
        let posts = living_posts(segment, &index, terms.value())?;
        #[expect(clippy::cast_precision_loss, reason = "a count to compare by")]
        let popularity = posts as f32 * weight;
        match found.get_mut(term) {
            _ if posts == 0 => {}
            Some(known) => *known += popularity,
            None => _ = found.insert(term.to_owned(), popularity),
        }
    }
    Ok(())
}

/// Posts with the term that were not deleted since.
fn living_posts(
    segment: &SegmentReader,
    index: &InvertedIndexReader,
    info: &TermInfo,
) -> Result<u32, IndexError> {
    let Some(alive) = segment.alive_bitset() else { return Ok(info.doc_freq) };
    let postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    Ok(postings.doc_freq_given_deletes(alive))
}
