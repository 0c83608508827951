//! The words of all posts, by what they begin with and what they may be meant for.

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, SegmentReader};

use super::typo_distance::near_words;
use super::weights::Weights;
use crate::analysis::MARKERS;
use crate::index::{IndexError, Snapshot, TextField, WordCounts};

/// All fields, those that have the most words first.
const MOST_LIKELY_FIELDS: [TextField; TextField::ALL.len()] = [
    TextField::Body,
    TextField::Code,
    TextField::Headings,
    TextField::Title,
    TextField::Url,
    TextField::Description,
    TextField::Labels,
];

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
        for segment in self.snapshot.open_segments() {
            for field in MOST_LIKELY_FIELDS {
                if let Some(info) = segment.term(field, term)?
                    && living_posts(segment.reader(), segment.inverted_index(field), &info)? > 0
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

    /// The words at most `typos` typos away from `typed`, and with `is_open` those that begin with such
    /// a one.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub fn similar(
        &self,
        typed: &str,
        typos: u8,
        is_open: bool,
        weights: &Weights,
    ) -> Result<(Vec<Found<'a>>, Vec<Found<'a>>), IndexError> {
        let words = self.snapshot.words()?;
        let (mut whole, mut begun) = (Vec::new(), Vec::new());
        let near = |list| near_words(list, typed, typos, is_open).into_iter().map(move |near| (list, near));
        for (list, near) in words.lists().into_iter().flat_map(near) {
            let Some(counts) = words.current(list, near.word) else { continue };
            let found = Found::new(counts, weights);
            whole.extend(near.whole.is_some().then_some(found));
            begun.extend(near.begun.is_some().then_some(found));
        }
        Ok((whole, begun))
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
