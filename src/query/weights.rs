//! Weights: all constants of matching and ranking, each with its reason.
//!
//! [`Weights`] holds the constants that a weights file may change. They were found by coordinate ascent
//! (`bloghound eval --tune`) and by hand, on the even half of the judged queries of six sets (five blogs and
//! Cranfield), and rounded. The objective is the mean over the sets of the mean nDCG@10 over the kinds of
//! queries: 0.841 on that half, and 0.841 on the odd half, which was not used for tuning. For queries of three
//! words, ranking posts with all words first lowers it by 0.001; readers expect this order, although the judgments
//! do not reward it.
//!
//! The other constants are thresholds and bonuses of related posts, snippets and suggestions, which no
//! weights file sets.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

use crate::config::TypoLimits;
use crate::index::TextField;

/// Exponent of the title coverage in [`Weights::title_complete`]: a title without a fifth of the query gets
/// less than half of the bonus.
pub(crate) const TITLE_COMPLETE_EXPONENT: i32 = 4;
/// Minimum quality of a match in a title that is the query word for word: other case or diacritics are the
/// same word, another inflection is not.
pub(crate) const MIN_SAME_TITLE_QUALITY: f32 = 0.8;
/// Number of full matches from which on partial matches are not hits.
pub(crate) const MIN_FULL_MATCHES: usize = 10;
/// Minimum letters of each of two words that are joined: `a way` does not match `away`.
pub(crate) const MIN_JOINED_LETTERS: usize = 2;
/// Minimum letters of each half of a word that is split.
pub(crate) const MIN_SPLIT_LETTERS: usize = 3;
/// Typo limits for proposed corrections of queries without hits: more typos in shorter words.
pub(crate) const CORRECTION_TYPOS: TypoLimits = TypoLimits { one_from: 3, two_from: 5, max: 2 };

/// Factor on a query term that occurs in the heading of a section only, not in the snippet.
pub(crate) const SNIPPET_HEADING: f32 = 0.6;
/// Bonus for two words side by side in the order of the query, as a share of the lower weight.
pub(crate) const SNIPPET_ADJACENCY: f32 = 0.25;
/// Factor on a match in code, which is harder to read than prose.
pub(crate) const SNIPPET_CODE: f32 = 0.7;

/// Minimum document frequency of a phrase that is suggested.
pub(crate) const MIN_SUGGESTED_PHRASE_POSTS: u32 = 2;
/// Share, in eighths, of the suggestions that titles and headings may take although phrases are more popular:
/// they lead directly to a page.
pub(crate) const NAVIGATIONAL_SUGGESTION_EIGHTHS: usize = 3;

/// BM25's `k1` for related posts, at its usual value (Robertson, Zaragoza: "The Probabilistic Relevance
/// Framework: BM25 and Beyond", 2009).
pub(crate) const RELATED_K1: f32 = 1.2;
/// BM25's `b` for related posts, at its usual value.
pub(crate) const RELATED_B: f32 = 0.75;
/// Maximum contribution of shared tags, weighted by rarity, to a similarity; the same text has similarity 1.
pub(crate) const RELATED_TAGS: f32 = 0.25;
/// Maximum contribution of shared categories, weighted by rarity: categories are broad.
pub(crate) const RELATED_CATEGORY: f32 = 0.08;
/// Minimum similarity of a related post.
pub(crate) const MIN_RELATED_SCORE: f32 = 0.03;
/// Minimum number of shared words of related posts without a shared tag: one may be chance.
pub(crate) const MIN_RELATED_SHARED_WORDS: usize = 2;
/// Number of words that represent a post. More add noise, fewer miss topics.
pub(crate) const RELATED_WORDS: usize = 25;
/// Minimum weighted frequency of a word that represents a topic: twice in prose, or once in a heading. A single
/// occurrence of a rare word may be chance.
pub(crate) const MIN_RELATED_FREQUENCY: f32 = 2.0;
/// Minimum share of letter pairs that an unknown id has in common with a proposed one.
pub(crate) const MIN_ID_SIMILARITY: f64 = 0.4;

/// Returns the weight of an occurrence for related posts. Titles and labels describe the subject of a post; code
/// repeats names that the text may not cover.
pub(crate) fn related_field_weight(field: TextField) -> f32 {
    match field {
        TextField::Title => 4.0,
        TextField::Labels => 3.0,
        TextField::Headings => 2.0,
        TextField::Description => 1.5,
        TextField::Body => 1.0,
        TextField::Code => 0.2,
        TextField::Url => 0.0,
    }
}

/// The weights of search; the defaults are the ones in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Weight of a match in the title, which describes the whole post.
    pub title: f32,
    /// Weight of a match in a heading, which describes a section.
    pub headings: f32,
    /// Weight of a match in category and tag names.
    pub labels: f32,
    /// Weight of a match in the description.
    pub description: f32,
    /// Weight of a match in prose.
    pub body: f32,
    /// Weight of a match in code.
    pub code: f32,
    /// Weight of a match in the URL path, which often names the post in other words than the title.
    pub url: f32,
    /// BM25's `k1`, the saturation: how much the tenth occurrence still adds.
    pub k1: f32,
    /// BM25's `b`, the length normalization, for prose and code.
    #[serde(deserialize_with = "share")]
    pub b_text: f32,
    /// BM25's `b` for the short fields, whose length matters less.
    #[serde(deserialize_with = "share")]
    pub b_short: f32,
    /// Quality of another inflection of the word.
    #[serde(deserialize_with = "share")]
    pub stem: f32,
    /// Quality of a word that differs in diacritics only.
    #[serde(deserialize_with = "share")]
    pub folded: f32,
    /// The same in tonal languages such as Vietnamese, where diacritics distinguish words. It applies if no
    /// post has the word as typed.
    #[serde(deserialize_with = "share")]
    pub folded_tones: f32,
    /// Quality of an identifier that contains the word.
    #[serde(deserialize_with = "share")]
    pub part: f32,
    /// Quality of one word for two adjacent query words.
    #[serde(deserialize_with = "share")]
    pub joined: f32,
    /// Quality of two adjacent words for one query word.
    #[serde(deserialize_with = "share")]
    pub split: f32,
    /// Quality of a synonym.
    #[serde(deserialize_with = "share")]
    pub synonym: f32,
    /// Factor on the weight of a stop word.
    #[serde(deserialize_with = "share")]
    pub stop_word: f32,
    /// Quality of a word with the query word as a prefix.
    #[serde(deserialize_with = "share")]
    pub prefix: f32,
    /// Exponent by which that quality falls with the share of letters not typed yet.
    pub prefix_decay: f32,
    /// Quality of a word at edit distance 1.
    #[serde(deserialize_with = "share")]
    pub typo_1: f32,
    /// Quality of a word at edit distance 2.
    #[serde(deserialize_with = "share")]
    pub typo_2: f32,
    /// Factor on the quality of a typo in the first letter, which people rarely mistype.
    #[serde(deserialize_with = "share")]
    pub typo_first_letter: f32,
    /// Exponent of the share of the query's weight that a post covers: the penalty for missing words.
    pub coverage: f32,
    /// Maximum number of words for which full matches rank before partial ones. Longer queries are questions,
    /// in which a missing word only costs its weight.
    pub strict_words: f32,
    /// Exponent of the BM25F score: dampens posts that repeat the words.
    pub damping: f32,
    /// Bonus for a title with the query's words.
    pub title_coverage: f32,
    /// Bonus for a title with all of them; falls fast with missing words.
    pub title_complete: f32,
    /// Bonus for a title with nothing but the query's words.
    pub title_exact: f32,
    /// Bonus for a title that is the query, word for word.
    pub title_same: f32,
    /// Increase of that bonus for the newest post: among posts with the same title, readers want the latest.
    pub title_same_recency: f32,
    /// Bonus for a heading with the query's words and little else.
    pub heading_exact: f32,
    /// Bonus for words side by side, in the order of the query.
    pub proximity: f32,
    /// Bonus for the newest post, halved with each half-life. It orders hits with nearly equal scores, but does not
    /// lift a vague match above an exact one.
    pub recency: f32,
}

/// Deserializes a number from 0 to 1.
fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
    let value = f32::deserialize(deserializer)?;
    let error = || D::Error::invalid_value(Unexpected::Float(value.into()), &"a number from 0 to 1");
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(error()) }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            title: 9.0,
            headings: 4.0,
            labels: 1.5,
            description: 1.6,
            body: 0.5,
            code: 0.6,
            url: 1.0,
            k1: 2.0,
            b_text: 0.7,
            b_short: 0.15,
            stem: 0.5,
            folded: 0.85,
            folded_tones: 0.3,
            part: 0.4,
            joined: 0.9,
            split: 0.9,
            synonym: 0.8,
            stop_word: 0.2,
            prefix: 1.0,
            prefix_decay: 0.25,
            typo_1: 0.9,
            typo_2: 0.3,
            typo_first_letter: 0.5,
            coverage: 1.2,
            strict_words: 3.0,
            damping: 0.85,
            title_coverage: 0.75,
            title_complete: 1.0,
            title_exact: 1.6,
            title_same: 2.0,
            title_same_recency: 0.4,
            heading_exact: 2.2,
            proximity: 0.7,
            recency: 0.05,
        }
    }
}

impl Weights {
    /// Returns the weight of a match in `field`.
    #[must_use]
    pub(crate) fn of_field(&self, field: TextField) -> f32 {
        match field {
            TextField::Title => self.title,
            TextField::Headings => self.headings,
            TextField::Labels => self.labels,
            TextField::Description => self.description,
            TextField::Body => self.body,
            TextField::Code => self.code,
            TextField::Url => self.url,
        }
    }

    /// Returns BM25's `b` for `field`.
    #[must_use]
    pub(crate) fn b_of_field(&self, field: TextField) -> f32 {
        match field {
            TextField::Body | TextField::Code => self.b_text,
            _ => self.b_short,
        }
    }
}
