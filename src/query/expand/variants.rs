//! Other ways to write the words of a query: two as one, one as two, a synonym.

use super::expanded_query::{Expansion, Pattern};
use super::query_builder::{Builder, PlainWord};
use crate::config::limits;
use crate::index::{IndexError, TextField};
use crate::query::synonyms::Synonyms;

/// Letters that each of two words has at least that are joined: `a way` is no `away`.
const MIN_JOINED_LETTERS: usize = 2;
/// Letters that each half has at least of a word that is split.
const MIN_SPLIT_LETTERS: usize = 3;

impl Builder<'_> {
    pub(super) fn add_variants(&mut self, synonyms: &Synonyms) -> Result<(), IndexError> {
        self.add_joined()?;
        self.add_split()?;
        self.add_synonyms(synonyms);
        Ok(())
    }

    /// Two words that follow each other may be written as one: `web assembly` finds `webassembly`,
    /// which then stands for both.
    pub(super) fn add_joined(&mut self) -> Result<(), IndexError> {
        for at in 1..self.plain.len() {
            let [first, second] = [&self.plain[at - 1], &self.plain[at]];
            if !second.follows || !self.may_join(first) || !self.may_join(second) {
                continue;
            }
            let (joined, slots) = (format!("{}{}", first.surface, second.surface), [first.slot, second.slot]);
            if self.expander.vocabulary().posts_with(&joined)? > 0 {
                for slot in slots {
                    self.add_term(slot, Expansion::new(joined.clone(), self.expander.weights.joined));
                }
            }
        }
        Ok(())
    }

    fn may_join(&self, word: &PlainWord) -> bool {
        let is_word = word.surface.chars().all(char::is_alphanumeric);
        let is_long = word.surface.chars().count() >= MIN_JOINED_LETTERS;
        is_word && is_long && !self.query.slots[word.slot].is_stop_word
    }

    /// One word may be written as two: `gitops` finds `git ops` and `git-ops`.
    pub(super) fn add_split(&mut self) -> Result<(), IndexError> {
        for at in 0..self.plain.len().min(limits::MAX_GUESSED_WORDS) {
            let PlainWord { slot, surface, .. } = &self.plain[at];
            if !surface.chars().all(char::is_alphabetic) {
                continue;
            }
            let slot = *slot;
            if let Some(halves) = self.best_split(surface)? {
                self.add_phrase(slot, &halves, self.expander.weights.split);
            }
        }
        Ok(())
    }

    /// The halves of which even the rarer one stands in the most posts.
    fn best_split(&self, word: &str) -> Result<Option<[String; 2]>, IndexError> {
        let mut best: Option<(u32, [String; 2])> = None;
        let letters = word.chars().count();
        let cuts = word.char_indices().map(|(at, _)| at).enumerate();
        for (_, cut) in
            cuts.filter(|(n, _)| (MIN_SPLIT_LETTERS..=letters.saturating_sub(MIN_SPLIT_LETTERS)).contains(n))
        {
            let (left, right) = word.split_at(cut);
            let vocabulary = self.expander.vocabulary();
            let of_left = vocabulary.posts_with(left)?;
            let posts = if of_left == 0 { 0 } else { of_left.min(vocabulary.posts_with(right)?) };
            if posts > best.as_ref().map_or(0, |(most, _)| *most) {
                best = Some((posts, [left.to_owned(), right.to_owned()]));
            }
        }
        Ok(best.map(|(_, halves)| halves))
    }

    /// Words with synonyms match these as well; several words that have one together, each.
    pub(super) fn add_synonyms(&mut self, synonyms: &Synonyms) {
        let mut found: Vec<(Vec<usize>, &[String])> = Vec::new();
        for start in 0..self.plain.len() {
            for len in 1..=synonyms.max_words().min(self.plain.len() - start) {
                let words = &self.plain[start..start + len];
                if !words[1..].iter().all(|word| word.follows) {
                    break;
                }
                let surfaces: Vec<&str> = words.iter().map(|word| word.surface.as_str()).collect();
                let slots: Vec<usize> = words.iter().map(|word| word.slot).collect();
                found.extend(synonyms.of(&surfaces).map(|other| (slots.clone(), other)));
            }
        }
        let weight = self.expander.weights.synonym;
        for (slots, other) in found {
            for slot in slots {
                match other {
                    [word] => self.add_term(slot, Expansion::new(word.clone(), weight)),
                    words => self.add_phrase(slot, words, weight),
                }
            }
        }
    }

    /// Lets a term stand for a slot's word.
    fn add_term(&mut self, slot: usize, expansion: Expansion) {
        let slot = &mut self.query.slots[slot];
        let Some([element]) = slot.patterns.first_mut().map(|pattern| pattern.elements.as_mut_slice()) else {
            return;
        };
        if element.iter().all(|known| known.term != expansion.term) {
            element.push(expansion);
            // What was typed means something: it is no typo.
            slot.correction = None;
        }
    }

    /// Lets a phrase stand for a slot's word.
    fn add_phrase(&mut self, slot: usize, words: &[String], quality: f32) {
        let elements = words.iter().map(|word| vec![Expansion::new(word.clone(), 1.0)]).collect();
        let pattern = Pattern { elements, fields: &TextField::ALL, quality };
        self.query.slots[slot].patterns.push(pattern);
    }
}
