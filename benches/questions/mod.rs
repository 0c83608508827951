//! Queries by class, made of a site's own titles and headings, each once.

use std::collections::BTreeSet;

use crate::site::{Vocabulary, distinct, prefix, spread};

/// Classes of queries: single words, two words of a title, what stands in the field after one or two
/// letters and after more, words with a letter missing, phrases in quotes, and six words of a title.
pub(crate) const CLASSES: [&str; 7] =
    ["word", "pair", "prefix of 1-2", "prefix of 3-6", "typo", "phrase", "question"];

/// Letters of the longest beginning that counts as typed.
const TYPED_LETTERS: usize = 6;
/// Words of a question.
const QUESTION_WORDS: usize = 6;
/// Far from each other and with no common divisor with most numbers of words.
const STRIDE: usize = 7_919;

const ALPHABET: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";

/// A query.
#[derive(Clone)]
pub(crate) struct Question {
    /// Its place in [`CLASSES`].
    pub(crate) class: usize,
    pub(crate) text: String,
}

/// All queries that a site's words make.
pub(crate) struct Questions {
    words: Vec<String>,
    by_class: [Vec<String>; CLASSES.len()],
}

impl Questions {
    pub(crate) fn new(vocabulary: &Vocabulary) -> Self {
        let words = vocabulary.words.clone();
        let beginnings = |letters: std::ops::RangeInclusive<usize>| {
            let of_word = |word: &String| {
                let length = word.chars().count();
                letters.clone().filter(|n| *n < length).map(|n| prefix(word, n)).collect::<Vec<_>>()
            };
            distinct(words.iter().flat_map(of_word))
        };
        let runs = [vocabulary.runs(3), vocabulary.runs(2)].concat();
        let phrases = runs.iter().map(|run| format!("\"{run}\""));
        let by_class = [
            words.clone(),
            vocabulary.runs(2),
            beginnings(1..=2),
            beginnings(3..=TYPED_LETTERS),
            vocabulary.typos(),
            distinct(phrases),
            vocabulary.runs(QUESTION_WORDS),
        ];
        Self { words, by_class }
    }

    /// At most `n` queries of a class, from all over the site.
    pub(crate) fn of_class(&self, class: usize, n: usize) -> Vec<String> {
        spread(&self.by_class[class], n)
    }

    /// `n` different queries, the classes in turn. Where the titles do not make as many, any two of
    /// their words make up for it.
    pub(crate) fn mixed(&self, n: usize) -> Vec<Question> {
        let lists: Vec<Vec<String>> = (0..CLASSES.len()).map(|class| self.of_class(class, n)).collect();
        let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
        let in_turn = (0..longest).flat_map(|at| {
            let lists = lists.iter().enumerate();
            lists.filter_map(move |(class, list)| Some(Question { class, text: list.get(at)?.clone() }))
        });
        let words = self.words.len();
        let pairs = (1..words).flat_map(|gap| {
            (0..words).map(move |at| {
                let [a, b] = [at * STRIDE % words, (at * STRIDE + gap) % words].map(|at| &self.words[at]);
                Question { class: 1, text: format!("{a} {b}") }
            })
        });
        let mut asked = BTreeSet::new();
        in_turn.chain(pairs).filter(|question| asked.insert(question.text.clone())).take(n).collect()
    }
}

/// A word that no post has, and that is no typo of another of its kind.
pub(crate) fn unheard_of(number: usize) -> String {
    let letter = |place: usize| char::from(ALPHABET[(number * 7 + place * (number + 3)) % ALPHABET.len()]);
    format!("zq{}", (0..12).map(letter).collect::<String>())
}
