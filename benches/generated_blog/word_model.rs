//! The words of generated posts, with the frequencies of a source text, and rare words without limit.
//!
//! Words of the source occur as often as there. The share of the words in a text that are new is the share of words
//! that occur once in the source (I. J. Good, "The population frequencies of species and the estimation of population
//! parameters", Biometrika 40, 1953). New words are drawn from an unlimited list of ranks by Zipf's law and spelled
//! from their rank when needed. With the exponent 1.8, the vocabulary grows by Heaps' law as n^(1 / 1.8) = n^0.556.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bloghound::analysis::is_stop_word;

use super::random::RandomNumbers;

const MIN_TOPIC_CHARS: usize = 4;
/// Frequency rank from which a word of the source is rare enough to be a topic.
const MIN_TOPIC_RANK: usize = 100;
/// Maximum length of a word of the source, in characters; longer ones are data rather than words.
const MAX_WORD_CHARS: usize = 24;
/// Characters that belong to a word if letters surround them.
const APOSTROPHES: [char; 2] = ['\'', '’'];
/// One in so many topics is a rare word.
const RARE_TOPIC_INTERVAL: u64 = 8;

const ONSETS: [&str; 20] =
    ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "qu", "r", "s", "st", "t", "v"];
const NUCLEI: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const CODAS: [&str; 8] = ["", "", "", "n", "r", "s", "l", "x"];
const SUFFIXES: [&str; 12] =
    ["ish", "ness", "ful", "less", "able", "ify", "izer", "ette", "dom", "ward", "ery", "oid"];
const PREFIXES: [&str; 8] = ["un", "re", "pre", "multi", "sub", "anti", "over", "micro"];

/// The words of the source with their frequencies.
pub(super) struct WordModel {
    /// By descending frequency.
    words: Vec<String>,
    /// Sum of the frequencies of each word and all before it.
    cumulative: Vec<u64>,
    /// Frequency ranks of words that can be a topic.
    topics: Vec<usize>,
    /// Number of words that occur once in the source, which is the weight of new words.
    hapaxes: u64,
}

impl WordModel {
    /// Counts the words of the source texts.
    ///
    /// # Errors
    /// If none of the words can be a topic.
    pub(super) fn new(texts: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for text in texts {
            let words = text.split(|c: char| !(c.is_alphanumeric() || APOSTROPHES.contains(&c)));
            let words = words.map(|word| word.trim_matches(APOSTROPHES));
            for word in words.filter(|word| !word.is_empty() && word.chars().count() <= MAX_WORD_CHARS) {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let hapaxes = counts.iter().filter(|(_, count)| *count == 1).count() as u64;
        let cumulative = counts.iter().scan(0, |sum, (_, count)| {
            *sum += count;
            Some(*sum)
        });
        let cumulative: Vec<u64> = cumulative.collect();
        let words: Vec<String> = counts.into_iter().map(|(word, _)| word).collect();
        let is_topic = |word: &str| {
            let chars = word.chars().count();
            chars >= MIN_TOPIC_CHARS && word.chars().all(char::is_alphabetic) && !is_stop_word(word)
        };
        let topics: Vec<usize> =
            (MIN_TOPIC_RANK..words.len()).filter(|rank| is_topic(&words[*rank])).collect();
        anyhow::ensure!(
            !topics.is_empty(),
            "cannot generate a blog from {} distinct words; choose a site with more text in BLOGHOUND_BENCH_SITE",
            words.len()
        );
        Ok(Self { words, cumulative, topics, hapaxes })
    }

    /// Returns a word of a text.
    pub(super) fn word(&self, random: &mut RandomNumbers) -> Cow<'_, str> {
        let total = self.cumulative.last().copied().unwrap_or_default();
        let at = random.below(total + self.hapaxes);
        if at >= total {
            return Cow::Owned(self.rare_word(random));
        }
        Cow::Borrowed(&self.words[self.cumulative.partition_point(|sum| *sum <= at)])
    }

    /// Returns a topic of a post: a less frequent word of the source, or a rare word.
    pub(super) fn topic(&self, random: &mut RandomNumbers) -> Cow<'_, str> {
        if random.one_in(RARE_TOPIC_INTERVAL) {
            return Cow::Owned(self.rare_word(random));
        }
        Cow::Borrowed(self.source_topic(random))
    }

    /// Returns a topic from the source, frequent ones with a higher probability.
    pub(super) fn source_topic(&self, random: &mut RandomNumbers) -> &str {
        &self.words[*random.pick_early(&self.topics)]
    }

    /// Returns a word that is not in the source.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks are below 2^53, and the conversion saturates"
    )]
    fn rare_word(&self, random: &mut RandomNumbers) -> String {
        // The inverse of P(rank > r) = (1 + r / n)^-0.8. Square roots are exact on all machines.
        let uniform = random.uniform();
        let power = uniform * uniform.sqrt().sqrt();
        self.spell((self.words.len() as f64 * (1.0 / power - 1.0)) as u64)
    }

    /// Returns the word of a rank: two joined words, a word with a suffix or a prefix, or random syllables.
    fn spell(&self, rank: u64) -> String {
        // Seeded by the rank, so that neighbouring ranks are not neighbours in the term dictionary.
        let mut random = RandomNumbers::new(rank, 1);
        match random.below(4) {
            0 => format!("{}{}", self.source_topic(&mut random), self.source_topic(&mut random)),
            1 => format!("{}{}", self.source_topic(&mut random), random.pick(&SUFFIXES)),
            2 => format!("{}{}", random.pick(&PREFIXES), self.source_topic(&mut random)),
            _ => {
                let syllable = |random: &mut RandomNumbers| {
                    [*random.pick(&ONSETS), *random.pick(&NUCLEI), *random.pick(&CODAS)].concat()
                };
                (0..random.between(2, 4)).map(|_| syllable(&mut random)).collect()
            }
        }
    }
}
