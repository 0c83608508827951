//! Languages by their function words, endings and letters.
//!
//! Function words (articles, prepositions, auxiliary verbs) make up a third of most texts and hardly occur in names and
//! code, so a few of them show the language of a technical text, and their absence shows that it is in none of the known
//! languages. Inflected languages have fewer of them but telling endings. A word counts the less, the more languages
//! share it, so that `de` tells nothing and `sowie` much.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::RandomState;
use unicode_normalization::char::is_combining_mark;

use super::latin_profiles::LATIN;
use super::other_profiles::OTHERS;
use super::script::{TextScript, script_of};

/// Weight of an ending, where a function word has the weight 1.
const ENDING_WEIGHT: f32 = 0.5;
/// Weight of a letter that not all languages of the script have.
const LETTER_WEIGHT: f32 = 0.4;
/// Loss of a language that does not have a letter.
const LETTER_LOSS: f32 = 0.8;
/// Numbers of letters of endings; a word has three more at least.
const ENDING_LETTERS: std::ops::RangeInclusive<usize> = 2..=5;
const MIN_STEM_LETTERS: usize = 3;
/// The first combining mark of Unicode.
pub(super) const FIRST_MARK: char = '\u{300}';
/// Maximum number of letters of a word that loses its vowel.
const MAX_ELIDED_LETTERS: usize = 4;

/// Maximum number of profiles: a set of them is the bits of a number.
const MAX_PROFILES: usize = 128;

/// A set of profiles, by their numbers.
type ProfileSet = u128;
type TextFeatures<K> = HashMap<K, ProfileSet, RandomState>;

/// The features of all profiles with the languages that have them.
struct FeatureTable {
    tags: Vec<&'static str>,
    words: TextFeatures<&'static str>,
    endings: TextFeatures<&'static str>,
    letters: TextFeatures<char>,
}

static FEATURES: LazyLock<FeatureTable> = LazyLock::new(|| {
    let mut table = FeatureTable {
        tags: Vec::new(),
        words: HashMap::default(),
        endings: HashMap::default(),
        letters: HashMap::default(),
    };
    let profiles = LATIN.iter().chain(OTHERS.iter().flat_map(|(_, profiles)| profiles.iter()));
    for profile in profiles.take(MAX_PROFILES) {
        let bit = 1 << table.tags.len();
        table.tags.push(profile.tag);
        let add = |features: &mut TextFeatures<&'static str>, texts: &'static str| {
            texts.split_ascii_whitespace().for_each(|text| *features.entry(text).or_default() |= bit);
        };
        add(&mut table.words, profile.words);
        add(&mut table.endings, profile.endings);
        profile.letters.chars().for_each(|c| *table.letters.entry(c).or_default() |= bit);
    }
    table
});

/// Returns the numbers of the profiles of a script.
fn profiles_of(script: TextScript) -> std::ops::Range<usize> {
    let mut first = LATIN.len();
    if script == TextScript::Latin {
        return 0..first;
    }
    for (of, profiles) in OTHERS {
        if of == script {
            return first..first + profiles.len();
        }
        first += profiles.len();
    }
    0..0
}

/// The language of a text that is most like its profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BestProfile {
    /// The language tag.
    pub(super) tag: &'static str,
    /// Sum of the weights of all features.
    pub(super) score: f32,
    /// The same of the next language.
    pub(super) next: f32,
    /// Number of words of the text in the script.
    pub(super) words: f32,
}

impl BestProfile {
    /// Compares a text in lower case with the profiles of a script; `None` if the script has none.
    pub(super) fn of(text: &str, script: TextScript) -> Option<Self> {
        let range = profiles_of(script);
        let mut scores = ProfileScores::default();
        let mut rest = text;
        while let Some(start) = rest.find(|c| script_of(c) == Some(script)) {
            let word = &rest[start..];
            let is_end = |c: char| script_of(c) != Some(script) && (c < FIRST_MARK || !is_combining_mark(c));
            let (word, after) = word.split_at(word.find(is_end).unwrap_or(word.len()));
            scores.add_word(word, after.starts_with(['\'', '’']), script);
            rest = after;
        }
        let mut best = Self { tag: "", score: f32::MIN, next: f32::MIN, words: scores.words };
        for profile in range {
            let score = scores.score_of(profile, script);
            if score > best.score {
                let tag = FEATURES.tags.get(profile)?;
                best = Self { tag, score, next: best.score, ..best };
            } else {
                best.next = best.next.max(score);
            }
        }
        (!best.tag.is_empty()).then_some(best)
    }
}

/// The features found in a text.
struct ProfileScores {
    /// Weights of words and endings by profile.
    of_words: [f32; MAX_PROFILES],
    /// Weights of letters by profile.
    of_letters: [f32; MAX_PROFILES],
    /// Number of the letters that a profile has, by profile.
    own_letters: [f32; MAX_PROFILES],
    letters: f32,
    words: f32,
}

impl Default for ProfileScores {
    fn default() -> Self {
        let none = [0.0; MAX_PROFILES];
        Self { of_words: none, of_letters: none, own_letters: none, letters: 0.0, words: 0.0 }
    }
}

impl ProfileScores {
    fn add_word(&mut self, word: &str, is_elided: bool, script: TextScript) {
        self.words += 1.0;
        let letters = word.chars().count();
        let whole = if is_elided && letters <= MAX_ELIDED_LETTERS {
            FEATURES.words.get(format!("{word}'").as_str())
        } else {
            FEATURES.words.get(word)
        };
        match whole {
            Some(profiles) => add(&mut self.of_words, *profiles, 1.0),
            None => self.add_ending(word, letters),
        }
        for c in word.chars().filter(|c| !c.is_ascii() && c.is_alphabetic() && !is_combining_mark(*c)) {
            let profiles = FEATURES.letters.get(&c).copied().unwrap_or_default();
            // A letter of no profile is a letter of another language.
            if profiles != 0 || script == TextScript::Latin {
                self.letters += 1.0;
                add(&mut self.of_letters, profiles, LETTER_WEIGHT);
                each(profiles, |profile| self.own_letters[profile] += 1.0);
            }
        }
    }

    fn add_ending(&mut self, word: &str, letters: usize) {
        for length in ENDING_LETTERS.rev().filter(|length| length + MIN_STEM_LETTERS <= letters) {
            let Some((at, _)) = word.char_indices().nth_back(length - 1) else { continue };
            if let Some(profiles) = FEATURES.endings.get(&word[at..]) {
                return add(&mut self.of_words, *profiles, ENDING_WEIGHT);
            }
        }
    }

    fn score_of(&self, profile: usize, script: TextScript) -> f32 {
        let (words, letters) = (self.of_words[profile], self.of_letters[profile]);
        // Letters alone do not show a language: many alphabets have more letters than a to z.
        let letters = if script == TextScript::Latin { letters.min(words) } else { letters };
        words + letters - (self.letters - self.own_letters[profile]) * LETTER_LOSS
    }
}

/// Adds the weight of a feature to the profiles that share it.
#[expect(clippy::cast_precision_loss, reason = "a set has at most 128 members")]
fn add(scores: &mut [f32; MAX_PROFILES], profiles: ProfileSet, weight: f32) {
    let weight = weight / (profiles.count_ones() as f32).sqrt();
    each(profiles, |profile| scores[profile] += weight);
}

fn each(profiles: ProfileSet, mut visit: impl FnMut(usize)) {
    let mut rest = profiles;
    while rest != 0 {
        visit(rest.trailing_zeros() as usize);
        rest &= rest - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::language::language_profile::LanguageProfile;

    #[test]
    fn profiles_have_distinct_tags_and_features_in_lower_case() {
        let profiles = || LATIN.iter().chain(OTHERS.iter().flat_map(|(_, profiles)| profiles.iter()));
        let mut tags: Vec<&str> = profiles().map(|profile| profile.tag).collect();
        assert!(tags.len() <= MAX_PROFILES);
        assert!(tags.iter().all(|tag| tag.len() <= 3));
        tags.sort_unstable();
        tags.dedup();
        // Serbian has two scripts.
        assert_eq!(tags.len() + 1, profiles().count());
        for LanguageProfile { tag, words, endings, letters } in profiles() {
            for text in [words, endings, letters] {
                assert_eq!(**text, text.to_lowercase(), "{tag}");
            }
            let mut all: Vec<&str> = words.split(' ').collect();
            all.sort_unstable();
            assert!(all.is_sorted_by(|a, b| a < b && !a.is_empty()), "{tag}");
        }
    }

    #[test]
    fn words_that_are_shared_count_less() {
        let score = |text: &str| BestProfile::of(text, TextScript::Latin).map(|best| (best.tag, best.score));
        let (own, of_own) = score("sowie jedoch").unwrap_or_default();
        let (_, of_shared) = score("de la").unwrap_or_default();
        assert!(own == "de" && of_own > 1.9 && of_shared < 1.0);
        assert_eq!(BestProfile::of("λόγος", TextScript::Only("el")), None);
    }
}
