//! The word lookup: words of all posts by prefix and by edit distance.

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use super::edit_distance::{MatchMode, fuzzy_matches};
use crate::analysis::MARKERS;
use crate::index::{IndexError, LanguageSet, OpenSegment, Snapshot, TextField, VocabularyWord};
use crate::query::weights::Weights;

/// All fields, those with the largest vocabulary first.
const MOST_LIKELY_FIELDS: [TextField; TextField::ALL.len()] = [
    TextField::Body,
    TextField::Code,
    TextField::Headings,
    TextField::Title,
    TextField::Url,
    TextField::Description,
    TextField::Labels,
];

/// The folded words of a snapshot's posts.
#[derive(Clone, Copy)]
pub(crate) struct WordLookup<'a> {
    snapshot: &'a Snapshot,
}

/// A word of the dictionary that matches a lookup.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WordCandidate<'a> {
    /// The word.
    pub(crate) word: &'a str,
    /// Its number of characters.
    pub(crate) num_chars: usize,
    /// Its document frequency.
    pub(crate) posts: u32,
    /// Document frequency weighted by field: titles and headings describe the subject of a post.
    pub(crate) popularity: f32,
}

impl<'a> WordCandidate<'a> {
    #[expect(clippy::cast_precision_loss, reason = "counts to compare by")]
    fn new(counts: VocabularyWord<'a>, weights: &Weights) -> Self {
        let popularity = counts.posts as f32 * weights.body
            + counts.titles as f32 * weights.title
            + counts.headings as f32 * weights.headings;
        Self { word: counts.word, num_chars: counts.num_chars, posts: counts.posts, popularity }
    }
}

impl<'a> WordLookup<'a> {
    /// Returns the lookup for the words of a snapshot.
    pub(crate) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot }
    }

    /// Returns the document frequency of the word.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn document_frequency(self, word: &str) -> Result<u32, IndexError> {
        Ok(self.snapshot.vocabulary()?.document_frequency(word))
    }

    /// Returns whether a post in one of the languages contains the term; `None` means any language.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn occurs(self, term: &str, languages: Option<&LanguageSet>) -> Result<bool, IndexError> {
        if !term.starts_with(MARKERS) {
            let is_word = self.document_frequency(term)? > 0;
            // Only words are restricted by language; some terms without a marker are not words.
            if is_word == languages.is_none() {
                return Ok(is_word);
            }
        }
        for segment in self.snapshot.open_segments() {
            for field in MOST_LIKELY_FIELDS {
                if let Some(info) = segment.term_info(field, term)?
                    && has_post(segment, &FieldTerm { field, info: &info }, languages)?
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Returns the words with this prefix.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn with_prefix(
        &self,
        prefix: &str,
        weights: &Weights,
    ) -> Result<impl Iterator<Item = WordCandidate<'a>>, IndexError> {
        let words = self.snapshot.vocabulary()?.with_prefix(prefix);
        Ok(words.map(|counts| WordCandidate::new(counts, weights)))
    }

    /// Returns the words within `distance` of `typed`, with [`MatchMode::Prefix`] also those with such a word
    /// as a prefix.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn fuzzy(
        self,
        typed: &str,
        distance: u8,
        mode: MatchMode,
        weights: &Weights,
    ) -> Result<FuzzyCandidates<'a>, IndexError> {
        let words = self.snapshot.vocabulary()?;
        let mut candidates = FuzzyCandidates { whole: Vec::new(), prefixes: Vec::new() };
        let search = |list| {
            let matches = fuzzy_matches(list, typed, distance, mode);
            matches.into_iter().map(move |found| (list, found))
        };
        for (list, found) in words.lists().into_iter().flat_map(search) {
            let Some(counts) = words.current(list, found.word) else { continue };
            let candidate = WordCandidate::new(counts, weights);
            candidates.whole.extend(found.distance.is_some().then_some(candidate));
            candidates.prefixes.extend(found.prefix_distance.is_some().then_some(candidate));
        }
        Ok(candidates)
    }
}

/// The results of a fuzzy lookup.
pub(crate) struct FuzzyCandidates<'a> {
    /// Words within the distance.
    pub(crate) whole: Vec<WordCandidate<'a>>,
    /// Words with a prefix within the distance.
    pub(crate) prefixes: Vec<WordCandidate<'a>>,
}

/// A term in a field of a segment.
struct FieldTerm<'a> {
    field: TextField,
    info: &'a TermInfo,
}

/// Returns whether a live post in one of the languages contains the term.
fn has_post(
    segment: &OpenSegment,
    FieldTerm { field, info }: &FieldTerm<'_>,
    languages: Option<&LanguageSet>,
) -> Result<bool, IndexError> {
    let reader = segment.reader();
    if languages.is_none() && !reader.has_deletes() {
        return Ok(info.doc_freq > 0);
    }
    let index = segment.inverted_index(*field);
    let mut posts = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    while posts.doc() != TERMINATED {
        if !reader.is_deleted(posts.doc()) && segment.matches_language(posts.doc(), languages) {
            return Ok(true);
        }
        posts.advance();
    }
    Ok(false)
}
