//! The words: as often as in real posts, and rare ones without end.
//!
//! Words of the source come as often as they do there. The share of a text that is words never seen
//! before is the share of words that the source has only once (Good 1953, "The population frequencies
//! of species"); these are drawn by Zipf's law from ranks without end, and a rank is spelled when it is
//! needed. With the exponent 1.8 the vocabulary grows by Heaps' law as n^(1 / 1.8), n^0.556.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bloghound::analysis::is_stop_word;

use super::random::Random;

/// Letters from which a word says what a post is about.
const MIN_TOPIC_LETTERS: usize = 4;
/// Words of the source that are too frequent to be one's topic.
const MIN_TOPIC_RANK: usize = 100;
/// Longest word, in letters: what is longer is no word but data.
const MAX_LETTERS: usize = 24;
/// Part of a word where letters stand on both sides.
const APOSTROPHES: [char; 2] = ['\'', '’'];
/// In one of so many cases a topic is a rare word.
const RARE_TOPIC: u64 = 8;

const ONSETS: [&str; 20] =
    ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "qu", "r", "s", "st", "t", "v"];
const NUCLEI: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const CODAS: [&str; 8] = ["", "", "", "n", "r", "s", "l", "x"];
const ENDINGS: [&str; 12] =
    ["ish", "ness", "ful", "less", "able", "ify", "izer", "ette", "dom", "ward", "ery", "oid"];
const BEGINNINGS: [&str; 8] = ["un", "re", "pre", "multi", "sub", "anti", "over", "micro"];

/// Real words and their frequencies.
pub(crate) struct Lexicon {
    /// From the most frequent one.
    words: Vec<String>,
    /// How often the words up to each one come, all together.
    cumulative: Vec<u64>,
    /// Ranks of words that a post may be about.
    topics: Vec<usize>,
    /// How often words come that have been seen only once: as many are to be seen for the first time.
    unseen: u64,
}

impl Lexicon {
    /// Counts the words of real texts.
    pub(crate) fn new(texts: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for text in texts {
            let words = text.split(|c: char| !(c.is_alphanumeric() || APOSTROPHES.contains(&c)));
            let words = words.map(|word| word.trim_matches(APOSTROPHES));
            for word in words.filter(|word| !word.is_empty() && word.chars().count() <= MAX_LETTERS) {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let unseen = counts.iter().filter(|(_, count)| *count == 1).count() as u64;
        let cumulative = counts.iter().scan(0, |sum, (_, count)| {
            *sum += count;
            Some(*sum)
        });
        let cumulative: Vec<u64> = cumulative.collect();
        let words: Vec<String> = counts.into_iter().map(|(word, _)| word).collect();
        let is_topic = |word: &str| {
            let letters = word.chars().count();
            letters >= MIN_TOPIC_LETTERS && word.chars().all(char::is_alphabetic) && !is_stop_word(word)
        };
        let topics: Vec<usize> =
            (MIN_TOPIC_RANK..words.len()).filter(|rank| is_topic(&words[*rank])).collect();
        anyhow::ensure!(!topics.is_empty(), "{} different words are too few to write a blog", words.len());
        Ok(Self { words, cumulative, topics, unseen })
    }

    /// A word of a running text.
    pub(super) fn word(&self, random: &mut Random) -> Cow<'_, str> {
        let total = self.cumulative.last().copied().unwrap_or_default();
        let at = random.below(total + self.unseen);
        if at >= total {
            return Cow::Owned(self.rare_word(random));
        }
        Cow::Borrowed(&self.words[self.cumulative.partition_point(|sum| *sum <= at)])
    }

    /// A word that a post may be about: rarer than most, rare in the language now and then.
    pub(super) fn topic(&self, random: &mut Random) -> Cow<'_, str> {
        if random.one_in(RARE_TOPIC) {
            return Cow::Owned(self.rare_word(random));
        }
        Cow::Borrowed(self.familiar_topic(random))
    }

    /// A topic of the source, rather a frequent one.
    pub(super) fn familiar_topic(&self, random: &mut Random) -> &str {
        &self.words[*random.pick_early(&self.topics)]
    }

    /// A word that the source does not have.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks are below 2^53, and the conversion saturates"
    )]
    fn rare_word(&self, random: &mut Random) -> String {
        // The inverse of P(rank > r) = (1 + r / n)^-0.8; square roots are exact everywhere.
        let uniform = random.uniform();
        let power = uniform * uniform.sqrt().sqrt();
        self.spell((self.words.len() as f64 * (1.0 / power - 1.0)) as u64)
    }

    /// The same word for the same rank: of syllables, of two words, or of a word with another ending or
    /// beginning.
    fn spell(&self, rank: u64) -> String {
        // Neighbours in rank need not be neighbours in the dictionary.
        let mut random = Random::new(rank, 1);
        match random.below(4) {
            0 => format!("{}{}", self.familiar_topic(&mut random), self.familiar_topic(&mut random)),
            1 => format!("{}{}", self.familiar_topic(&mut random), random.pick(&ENDINGS)),
            2 => format!("{}{}", random.pick(&BEGINNINGS), self.familiar_topic(&mut random)),
            _ => {
                let syllable = |random: &mut Random| {
                    [*random.pick(&ONSETS), *random.pick(&NUCLEI), *random.pick(&CODAS)].concat()
                };
                (0..random.between(2, 4)).map(|_| syllable(&mut random)).collect()
            }
        }
    }
}
