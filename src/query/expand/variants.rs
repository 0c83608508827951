//! Other spellings of query words: two words as one, one word as two, and synonyms.

use super::expanded_query::{Expansion, Pattern};
use super::query_builder::{PlainWord, QueryBuilder};
use crate::config::limits;
use crate::index::{IndexError, TextField};
use crate::query::synonyms::Synonyms;
use crate::query::weights;

impl QueryBuilder<'_> {
    /// Adds compounds, splits and synonyms of the plain words.
    pub(super) fn add_variants(&mut self, synonyms: &Synonyms) -> Result<(), IndexError> {
        self.add_joined()?;
        self.add_split()?;
        self.add_synonyms(synonyms);
        Ok(())
    }

    /// Adds the compound of two adjacent words as a variant of both: `web assembly` also matches
    /// `webassembly`.
    fn add_joined(&mut self) -> Result<(), IndexError> {
        for at in 1..self.plain.len() {
            let [first, second] = [&self.plain[at - 1], &self.plain[at]];
            if !second.is_adjacent || !self.may_join(first) || !self.may_join(second) {
                continue;
            }
            let (joined, terms) = (format!("{}{}", first.folded, second.folded), [first.term, second.term]);
            if self.expander.words().document_frequency(&joined)? > 0 {
                for term in terms {
                    self.add_variant(term, Expansion::new(joined.clone(), self.expander.weights.joined));
                }
            }
        }
        Ok(())
    }

    fn may_join(&self, word: &PlainWord) -> bool {
        let is_word = word.folded.chars().all(char::is_alphanumeric);
        let is_long = word.folded.chars().count() >= weights::MIN_JOINED_LETTERS;
        is_word && is_long && !self.query.terms[word.term].is_stop_word
    }

    /// Adds the best split of a word as a phrase: `gitops` also matches `git ops` and `git-ops`.
    fn add_split(&mut self) -> Result<(), IndexError> {
        for at in 0..self.plain.len().min(limits::MAX_FUZZY_WORDS) {
            let PlainWord { term, folded, .. } = &self.plain[at];
            if !folded.chars().all(char::is_alphabetic) {
                continue;
            }
            let term = *term;
            if let Some(halves) = self.best_split(folded)? {
                self.add_phrase_variant(term, &halves, self.expander.weights.split);
            }
        }
        Ok(())
    }

    /// Returns the halves whose rarer word has the highest document frequency.
    fn best_split(&self, word: &str) -> Result<Option<[String; 2]>, IndexError> {
        let mut best: Option<(u32, [String; 2])> = None;
        let letters = word.chars().count();
        let min = weights::MIN_SPLIT_LETTERS;
        let cuts = word.char_indices().map(|(at, _)| at).enumerate();
        for (_, cut) in cuts.filter(|(n, _)| (min..=letters.saturating_sub(min)).contains(n)) {
            let (left, right) = word.split_at(cut);
            let lookup = self.expander.words();
            let left_posts = lookup.document_frequency(left)?;
            let posts = if left_posts == 0 { 0 } else { left_posts.min(lookup.document_frequency(right)?) };
            if posts > best.as_ref().map_or(0, |(most, _)| *most) {
                best = Some((posts, [left.to_owned(), right.to_owned()]));
            }
        }
        Ok(best.map(|(_, halves)| halves))
    }

    /// Adds the synonyms of words and of adjacent words that have one together.
    fn add_synonyms(&mut self, synonyms: &Synonyms) {
        let mut found: Vec<(Vec<usize>, &[String])> = Vec::new();
        for start in 0..self.plain.len() {
            for len in 1..=synonyms.max_words().min(self.plain.len() - start) {
                let words = &self.plain[start..start + len];
                if !words[1..].iter().all(|word| word.is_adjacent) {
                    break;
                }
                let folded_words: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
                let terms: Vec<usize> = words.iter().map(|word| word.term).collect();
                found.extend(synonyms.of(&folded_words).map(|other| (terms.clone(), other)));
            }
        }
        let quality = self.expander.weights.synonym;
        for (terms, other) in found {
            for term in terms {
                match other {
                    [word] => self.add_variant(term, Expansion::new(word.clone(), quality)),
                    words => self.add_phrase_variant(term, words, quality),
                }
            }
        }
    }

    /// Adds a dictionary term as a variant of the query term with this index.
    fn add_variant(&mut self, term: usize, expansion: Expansion) {
        let term = &mut self.query.terms[term];
        let Some([element]) = term.patterns.first_mut().map(|pattern| pattern.elements.as_mut_slice()) else {
            return;
        };
        if element.iter().all(|known| known.term != expansion.term) {
            element.push(expansion);
            // The typed word has a meaning, so it is not a typo.
            term.correction = None;
        }
    }

    /// Adds a phrase as a variant of the query term with this index.
    fn add_phrase_variant(&mut self, term: usize, words: &[String], quality: f32) {
        let elements = words.iter().map(|word| vec![Expansion::new(word.clone(), 1.0)]).collect();
        let pattern = Pattern { elements, fields: &TextField::ALL, quality };
        self.query.terms[term].patterns.push(pattern);
    }
}
