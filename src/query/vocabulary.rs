//! The words of all posts, by what they begin with and what they may be meant for.

use tantivy::Term;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, SegmentReader};

use super::typo_distance::TypoDistance;
use super::weights::Weights;
use crate::analysis::MARKERS;
use crate::index::{IndexError, Snapshot, TextField, WordCounts};

/// The surface forms that occur in a snapshot's posts.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    snapshot: &'a Snapshot,
}

/// A word that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'a> {
    /// The word.
    pub word: &'a str,
    /// Its letters.
    pub letters: usize,
    /// The posts in which it stands, and once more by weight those that have it in their titles and
    /// headings, which say what posts are about.
    pub popularity: f32,
}

impl<'a> Found<'a> {
    #[expect(clippy::cast_precision_loss, reason = "counts to compare by")]
    fn new(counts: WordCounts<'a>, weights: &Weights) -> Self {
        let popularity = counts.posts as f32 * weights.body
            + counts.titles as f32 * weights.title
            + counts.headings as f32 * weights.headings;
        Self { word: counts.word, letters: counts.letters, popularity }
    }
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
        Ok(self.snapshot.words()?.posts_with(word))
    }

    /// Whether a term of any kind stands in a post.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn occurs(&self, term: &str) -> Result<bool, IndexError> {
        if !term.starts_with(MARKERS) && self.posts_with(term)? > 0 {
            return Ok(true);
        }
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

    /// The words that begin with `prefix`.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn beginning_with(
        &self,
        prefix: &str,
        weights: &Weights,
    ) -> Result<impl Iterator<Item = Found<'a>>, IndexError> {
        let words = self.snapshot.words()?.beginning_with(prefix);
        Ok(words.map(|counts| Found::new(counts, weights)))
    }

    /// The words at most `typos` typos away from `typed`, or that begin with such a one, each with
    /// the number of them.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn similar(
        &self,
        typed: &str,
        typos: u8,
        is_prefix: bool,
        weights: &Weights,
    ) -> Result<Vec<(Found<'a>, u8)>, IndexError> {
        let mut distance = TypoDistance::new(typed, typos, is_prefix);
        let words = self.snapshot.words()?.maybe_similar(typed, typos, is_prefix);
        let similar = words.filter_map(|counts| {
            let typos = distance.to(counts.word)?;
            Some((Found::new(counts, weights), typos))
        });
        Ok(similar.collect())
    }
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
