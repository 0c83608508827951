//! The constants of matching and ranking, each with its reason.
//!
//! They were found by coordinate ascent (`bloghound eval --tune`) and by hand on the even half of the
//! judged queries of six sets (five blogs and Cranfield), by the mean over the sets of the mean nDCG@10
//! over the kinds, and rounded. On that half the mean is .841, on the odd half, which took no part, .841.
//! Putting posts with all words first in queries of three words, which readers expect and the queries
//! do not reward, costs .001 of it.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

use crate::index::TextField;

/// The constants; the defaults are what search uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Worth of a match in the title: it says what all of the post is about.
    pub title: f32,
    /// Worth of a match in a heading: it says what a section is about.
    pub headings: f32,
    /// Worth of a match in the names of categories and tags.
    pub labels: f32,
    /// Worth of a match in the description.
    pub description: f32,
    /// Worth of a match in prose.
    pub body: f32,
    /// Worth of a match in code.
    pub code: f32,
    /// Worth of a match in the URL's path: it names the post, often in other words than the title.
    pub url: f32,
    /// BM25's saturation: how much the tenth occurrence still adds.
    pub k1: f32,
    /// BM25's length normalisation of prose and code.
    #[serde(deserialize_with = "share")]
    pub b_text: f32,
    /// BM25's length normalisation of the short fields, whose length says less.
    #[serde(deserialize_with = "share")]
    pub b_short: f32,
    /// Quality of another inflection of the word.
    #[serde(deserialize_with = "share")]
    pub stem: f32,
    /// Quality of a word that differs in diacritics alone.
    #[serde(deserialize_with = "share")]
    pub folded: f32,
    /// The same in Vietnamese, where these tell words apart, if the word as typed occurs nowhere.
    #[serde(deserialize_with = "share")]
    pub folded_tones: f32,
    /// Quality of an identifier that has the word as a part.
    #[serde(deserialize_with = "share")]
    pub part: f32,
    /// Quality of one word where two were typed.
    #[serde(deserialize_with = "share")]
    pub joined: f32,
    /// Quality of two words where one was typed.
    #[serde(deserialize_with = "share")]
    pub split: f32,
    /// Quality of a synonym.
    #[serde(deserialize_with = "share")]
    pub synonym: f32,
    /// What a stop word is worth beside one that carries meaning and is as rare.
    #[serde(deserialize_with = "share")]
    pub stop_word: f32,
    /// Quality of a word that begins with what was typed.
    #[serde(deserialize_with = "share")]
    pub prefix: f32,
    /// How fast that quality falls with the share of letters not typed yet.
    pub prefix_decay: f32,
    /// Quality of a word one typo away.
    #[serde(deserialize_with = "share")]
    pub typo_1: f32,
    /// Quality of a word two typos away.
    #[serde(deserialize_with = "share")]
    pub typo_2: f32,
    /// Quality factor of a typo in the first letter, which people seldom mistype.
    #[serde(deserialize_with = "share")]
    pub typo_first_letter: f32,
    /// Exponent of the share of the query's information that a post has: what a missing word costs.
    pub coverage: f32,
    /// Words up to which posts that have all of them come before those that miss some; in a longer
    /// query, which is a question, a missing word only costs what it is worth.
    pub strict_words: f32,
    /// Exponent of the BM25F score: how much less the words count that a post has in plenty.
    pub damping: f32,
    /// Bonus of a title that has the query's words.
    pub title_coverage: f32,
    /// Bonus of a title that has all of them, which falls fast with what is missing.
    pub title_complete: f32,
    /// Bonus of a title that is nothing but the query's words.
    pub title_exact: f32,
    /// Bonus of a title that is the query, word for word.
    pub title_same: f32,
    /// How much more of that bonus the newest post gets: of posts with the same title readers want the
    /// last one.
    pub title_same_recency: f32,
    /// Bonus of a heading that has the query's words and little else.
    pub heading_exact: f32,
    /// Bonus of words that stand beside each other in the order of the query.
    pub proximity: f32,
    /// Bonus of the newest post; it halves with each half-life. It decides between answers that are
    /// about equal, not between an exact one and a vague one.
    pub recency: f32,
}

/// Reads a constant that makes sense from 0 to 1 only.
fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
    let value = f32::deserialize(deserializer)?;
    let mistake = || D::Error::invalid_value(Unexpected::Float(value.into()), &"a number from 0 to 1");
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(mistake()) }
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
    /// The worth of a match in `field`.
    #[must_use]
    pub fn of_field(&self, field: TextField) -> f32 {
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

    /// BM25's `b` for `field`.
    #[must_use]
    pub fn b_of_field(&self, field: TextField) -> f32 {
        match field {
            TextField::Body | TextField::Code => self.b_text,
            _ => self.b_short,
        }
    }
}
