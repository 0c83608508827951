//! Queries of several classes, made from a site's titles and headings.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use bloghound::analysis::stable_hash::mix;

use crate::vocabulary::{TitleVocabulary, distinct, evenly_spaced, prefix};

/// Longest prefix of a prefix query, in characters.
const MAX_PREFIX_CHARS: usize = 6;
const QUESTION_WORDS: usize = 6;
/// Distance between the words of made-up pairs; a prime, so that the pairs run through all words.
const STRIDE: usize = 7_919;
/// Letters of a word that occurs in no post, after its `zq`.
const UNIQUE_WORD_LETTERS: u32 = 12;

/// A class of queries with about the same cost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueryClass {
    Word,
    /// Two words of a title.
    Pair,
    /// What a search box sends after one or two letters.
    ShortPrefix,
    LongPrefix,
    /// A word with a letter missing.
    Typo,
    /// Two or three words in quotes.
    Phrase,
    /// Six words of a title.
    Question,
}

impl QueryClass {
    pub(crate) const ALL: [Self; 7] = [
        Self::Word,
        Self::Pair,
        Self::ShortPrefix,
        Self::LongPrefix,
        Self::Typo,
        Self::Phrase,
        Self::Question,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Pair => "pair",
            Self::ShortPrefix => "prefix of 1-2",
            Self::LongPrefix => "prefix of 3-6",
            Self::Typo => "typo",
            Self::Phrase => "phrase",
            Self::Question => "question",
        }
    }
}

/// All queries that can be made from a site's vocabulary.
pub(crate) struct QuerySet {
    words: Vec<String>,
    by_class: Vec<(QueryClass, Vec<String>)>,
}

impl QuerySet {
    pub(crate) fn new(vocabulary: &TitleVocabulary) -> Self {
        let queries = |class| match class {
            QueryClass::Word => vocabulary.words.clone(),
            QueryClass::Pair => vocabulary.ngrams(2),
            QueryClass::ShortPrefix => prefixes(&vocabulary.words, &(1..=2)),
            QueryClass::LongPrefix => prefixes(&vocabulary.words, &(3..=MAX_PREFIX_CHARS)),
            QueryClass::Typo => vocabulary.typos(),
            QueryClass::Phrase => [vocabulary.phrases(3), vocabulary.phrases(2)].concat(),
            QueryClass::Question => vocabulary.ngrams(QUESTION_WORDS),
        };
        let by_class = QueryClass::ALL.map(|class| (class, queries(class))).into();
        Self { words: vocabulary.words.clone(), by_class }
    }

    /// Returns at most `n` queries of each class, from all over the site.
    pub(crate) fn by_class(&self, n: usize) -> impl Iterator<Item = (QueryClass, Vec<String>)> + '_ {
        self.by_class.iter().map(move |(class, queries)| (*class, evenly_spaced(queries, n)))
    }

    /// Returns `n` distinct queries, one class after the other in turn. If titles and headings yield fewer, pairs of
    /// words from different titles are added.
    pub(crate) fn mixed(&self, n: usize) -> Vec<String> {
        let lists: Vec<Vec<String>> = self.by_class(n).map(|(_, queries)| queries).collect();
        let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
        let in_turn = (0..longest).flat_map(|at| lists.iter().filter_map(move |list| list.get(at).cloned()));
        let words = self.words.len();
        let pairs = (1..words).flat_map(|gap| {
            (0..words).map(move |at| {
                let [first, second] = [at * STRIDE % words, (at * STRIDE + gap) % words];
                format!("{} {}", self.words[first], self.words[second])
            })
        });
        let mut seen = BTreeSet::new();
        in_turn.chain(pairs).filter(|query| seen.insert(query.clone())).take(n).collect()
    }
}

/// Returns the proper prefixes of the words that have one of these lengths in characters.
fn prefixes(words: &[String], chars: &RangeInclusive<usize>) -> Vec<String> {
    distinct(words.iter().flat_map(|word| {
        let length = word.chars().count();
        chars.clone().filter(move |n| *n < length).map(|n| prefix(word, n))
    }))
}

/// Returns a word that occurs in no post and is not a typo of the word for another number.
pub(crate) fn unique_word(number: u64) -> String {
    let hash = mix(number);
    let letter = |at: u32| char::from(b'a' + u8::try_from((hash >> (at * 5)) % 26).unwrap_or_default());
    format!("zq{}", (0..UNIQUE_WORD_LETTERS).map(letter).collect::<String>())
}
