//! The words of a site's titles and headings, from which the benchmarks make their queries.

use std::collections::BTreeSet;

use bloghound::analysis::is_stop_word;
use bloghound::content::Post;

/// Minimum length, in characters, of words used for prefix and typo queries: shorter ones match too many others.
const MIN_LONG_WORD_CHARS: usize = 5;

/// The lowercased words of titles and headings.
pub(crate) struct TitleVocabulary {
    /// The words of each title and heading; titles first.
    lines: Vec<Vec<String>>,
    /// The words without stop words and single characters, in order of first occurrence.
    pub(crate) words: Vec<String>,
}

impl TitleVocabulary {
    pub(crate) fn new(posts: &[Post]) -> Self {
        let titles = posts.iter().map(|post| post.title.as_str());
        let sections = posts.iter().flat_map(|post| &post.sections);
        let headings = sections.filter_map(|section| section.heading.as_ref());
        let headings = headings.map(|heading| heading.text.as_str());
        let lines: Vec<Vec<String>> = titles.chain(headings).map(words_of).collect();
        let is_searchable = |word: &&String| word.chars().count() > 1 && !is_stop_word(word);
        let words = distinct(lines.iter().flatten().filter(is_searchable).cloned());
        Self { lines, words }
    }

    /// Returns the words of at least [`MIN_LONG_WORD_CHARS`] characters.
    pub(crate) fn long_words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str).filter(|word| word.chars().count() >= MIN_LONG_WORD_CHARS)
    }

    /// Returns all distinct sequences of `n` adjacent words of a title or heading, separated by blanks.
    pub(crate) fn ngrams(&self, n: usize) -> Vec<String> {
        distinct(self.lines.iter().flat_map(|line| line.windows(n)).map(|words| words.join(" ")))
    }

    /// Returns all distinct sequences of `n` adjacent words, in quotes.
    pub(crate) fn phrases(&self, n: usize) -> Vec<String> {
        self.ngrams(n).iter().map(|ngram| format!("\"{ngram}\"")).collect()
    }

    /// Returns misspelled long words, without those that are another word of the vocabulary.
    pub(crate) fn typos(&self) -> Vec<String> {
        let typos = self.long_words().filter(|word| word.chars().all(char::is_alphabetic)).map(misspell);
        distinct(typos.filter(|typo| !self.words.contains(typo)))
    }
}

fn words_of(line: &str) -> Vec<String> {
    let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Returns the word without its middle letter.
fn misspell(word: &str) -> String {
    let middle = word.chars().count() / 2;
    word.chars().enumerate().filter(|(at, _)| *at != middle).map(|(_, c)| c).collect()
}

/// Returns the first `chars` characters of a word.
pub(crate) fn prefix(word: &str, chars: usize) -> String {
    word.chars().take(chars).collect()
}

/// Returns the texts without repetitions, in order of first occurrence.
pub(crate) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.filter(|text| seen.insert(text.clone())).collect()
}

/// Returns at most `n` texts at equal distances in the list, since its first `n` would all come from the first posts.
pub(crate) fn evenly_spaced(texts: &[String], n: usize) -> Vec<String> {
    let n = n.min(texts.len());
    (0..n).map(|at| texts[at * texts.len() / n].clone()).collect()
}
