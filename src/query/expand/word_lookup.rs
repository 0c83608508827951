//! The words of all posts, by what they begin with and what they may be meant for.

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use super::edit_distance::near_words;
use crate::analysis::MARKERS;
use crate::index::{IndexError, LanguageSet, OpenSegment, Snapshot, TextField, WordCounts};
use crate::query::weights::Weights;

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
pub(crate) struct Vocabulary<'a> {
    snapshot: &'a Snapshot,
}

/// A word that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found<'a> {
    /// The word.
    pub(crate) word: &'a str,
    /// Its letters.
    pub(crate) letters: usize,
    /// The posts in which it stands.
    pub(crate) posts: u32,
    /// The posts in which it stands, and once more by weight those that have it in their titles and
    /// headings, which say what posts are about.
    pub(crate) popularity: f32,
}

impl<'a> Found<'a> {
    #[expect(clippy::cast_precision_loss, reason = "counts to compare by")]
    fn new(counts: WordCounts<'a>, weights: &Weights) -> Self {
        let popularity = counts.posts as f32 * weights.body
            + counts.titles as f32 * weights.title
            + counts.headings as f32 * weights.headings;
        Self { word: counts.word, letters: counts.letters, posts: counts.posts, popularity }
    }
}

impl<'a> Vocabulary<'a> {
    /// The words of a snapshot.
    pub(crate) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot }
    }

    /// In how many posts the word stands.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub(crate) fn posts_with(self, word: &str) -> Result<u32, IndexError> {
        Ok(self.snapshot.words()?.posts_with(word))
    }

    /// Whether a term of any kind stands in a post in one of the languages; `None` stands for all.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub(crate) fn occurs(self, term: &str, languages: Option<&LanguageSet>) -> Result<bool, IndexError> {
        if !term.starts_with(MARKERS) {
            let is_word = self.posts_with(term)? > 0;
            // Words alone are looked for by language; there are terms without a marker that are none.
            if is_word == languages.is_none() {
                return Ok(is_word);
            }
        }
        for segment in self.snapshot.open_segments() {
            for field in MOST_LIKELY_FIELDS {
                if let Some(info) = segment.term(field, term)?
                    && has_post(segment, (field, &info), languages)?
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
    pub(crate) fn beginning_with(
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
    pub(crate) fn similar(
        self,
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

/// Whether a post that was not deleted since has the term.
fn has_post(
    segment: &OpenSegment,
    (field, info): (TextField, &TermInfo),
    languages: Option<&LanguageSet>,
) -> Result<bool, IndexError> {
    let reader = segment.reader();
    if languages.is_none() && !reader.has_deletes() {
        return Ok(info.doc_freq > 0);
    }
    let index = segment.inverted_index(field);
    let mut posts = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    while posts.doc() != TERMINATED {
        if !reader.is_deleted(posts.doc()) && segment.is_in(posts.doc(), languages) {
            return Ok(true);
        }
        posts.advance();
    }
    Ok(false)
}
