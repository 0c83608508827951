//! The tokens of a field, packed into one string for Tantivy.
//!
//! Tantivy accepts pre-tokenized text as a list of token structs, which it serializes to JSON, parses
//! and copies again: this takes five times as long as indexing the tokens. Here the value of a field is
//! a string that contains all tokens, and [`PackedTokenizer`], the tokenizer of the field, decodes it.
//!
//! Tokens are grouped by term, so that Tantivy looks up each term once and finds it in the processor's
//! cache for the remaining positions. A group is the length of the term in bytes, the term, the number
//! of its positions, and the distance of each position to the previous one. Numbers are
//! [variable-length](super::varint) with six bits per character, which keeps them ASCII.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::varint::{self, ASCII_BITS};
use crate::analysis::{Lexicon, TermId};

/// Name under which the tokenizer is registered with Tantivy.
pub(crate) const PACKED_TOKENIZER: &str = "packed";

/// Packs the tokens of fields; keeps its buffers for the next field.
#[derive(Debug, Default)]
pub(crate) struct TokenPacker {
    /// Index of each term's group in `groups`; outdated unless that group has the term.
    group_of: Vec<u32>,
    groups: Vec<TermGroup>,
    /// Positions of all groups, concatenated.
    positions: Vec<u32>,
}

/// All tokens of one term.
#[derive(Debug)]
struct TermGroup {
    term: TermId,
    count: u32,
    /// Index in [`TokenPacker::positions`] of the term's next position.
    next: u32,
}

impl TokenPacker {
    /// Returns the packed form of terms and their positions, which must be in ascending order.
    #[must_use]
    pub(crate) fn pack(&mut self, tokens: &[(TermId, u32)], lexicon: &Lexicon) -> String {
        self.group(tokens.iter().map(|(term, _)| *term));
        self.positions.clear();
        self.positions.resize(tokens.len(), 0);
        for (term, position) in tokens {
            let group = &mut self.groups[self.group_of[*term as usize] as usize];
            self.positions[group.next as usize] = *position;
            group.next += 1;
        }
        let mut packed = String::with_capacity(tokens.len() * 5);
        let mut positions = self.positions.as_slice();
        for group in &self.groups {
            let (of_group, rest) = positions.split_at(group.count as usize);
            positions = rest;
            push_term(&mut packed, lexicon.term(group.term), of_group);
        }
        packed
    }

    /// Returns the packed form of the distinct terms, each at position 0.
    #[must_use]
    pub(crate) fn pack_distinct(&mut self, terms: impl Iterator<Item = TermId>, lexicon: &Lexicon) -> String {
        self.group(terms);
        let mut packed = String::with_capacity(self.groups.len() * 10);
        for group in &self.groups {
            push_term(&mut packed, lexicon.term(group.term), &[0]);
        }
        packed
    }

    /// Groups the terms, in the order of their first occurrence.
    fn group(&mut self, terms: impl Iterator<Item = TermId>) {
        self.groups.clear();
        for term in terms {
            let at = term as usize;
            if at >= self.group_of.len() {
                self.group_of.resize(at + 1, 0);
            }
            match self.groups.get_mut(self.group_of[at] as usize) {
                Some(group) if group.term == term => group.count += 1,
                _ => {
                    self.group_of[at] = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
                    self.groups.push(TermGroup { term, count: 1, next: 0 });
                }
            }
        }
        let mut next = 0;
        for group in &mut self.groups {
            group.next = next;
            next += group.count;
        }
    }
}

fn push_term(packed: &mut String, term: &str, positions: &[u32]) {
    push_number(packed, term.len());
    packed.push_str(term);
    push_number(packed, positions.len());
    let mut last = 0;
    for position in positions {
        push_number(packed, position.saturating_sub(last) as usize);
        last = *position;
    }
}

fn push_number(packed: &mut String, number: usize) {
    varint::write::<ASCII_BITS>(number, |byte| packed.push(char::from(byte)));
}

/// Tokenizer of fields whose values are packed tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct PackedTokenizer {
    token: Token,
}

impl Tokenizer for PackedTokenizer {
    type TokenStream<'a> = PackedTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PackedTokens<'a> {
        PackedTokens { rest: text, left: 0, token: &mut self.token }
    }
}

/// The tokens of a packed string.
#[derive(Debug)]
pub(crate) struct PackedTokens<'a> {
    rest: &'a str,
    /// Remaining positions of the current term.
    left: usize,
    token: &'a mut Token,
}

impl PackedTokens<'_> {
    /// Returns the next number, or `None` at the end of the input or where the input is not packed.
    fn number(&mut self) -> Option<usize> {
        let (number, len) = varint::read::<ASCII_BITS>(self.rest.bytes())?;
        self.rest = &self.rest[len..];
        Some(number)
    }

    fn next(&mut self) -> Option<()> {
        if self.left == 0 {
            let len = self.number()?;
            let (term, rest) = self.rest.split_at_checked(len)?;
            self.token.text.clear();
            self.token.text.push_str(term);
            self.rest = rest;
            self.left = self.number()?;
            self.token.position = 0;
        }
        self.left = self.left.checked_sub(1)?;
        self.token.position = self.token.position.checked_add(self.number()?)?;
        Some(())
    }
}

impl TokenStream for PackedTokens<'_> {
    fn advance(&mut self) -> bool {
        self.next().is_some()
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packed_tokens_decode_to_the_same_tokens(text in "([a-zé日 ./]|don't ){0,80}", gaps in prop::collection::vec(0u32..9_000, 0..50)) {
            let mut lexicon = Lexicon::default();
            let mut position = 0;
            let tokens = Analyzer::new("en").analyze(&text, &mut lexicon).tokens;
            let tokens: Vec<(TermId, u32)> = tokens.iter().zip(gaps).map(|(token, gap)| {
                position += gap;
                (token.term, position)
            }).collect();
            let mut packer = TokenPacker::default();
            let packed = [packer.pack(&tokens, &lexicon), packer.pack(&tokens[tokens.len() / 2..], &lexicon)];
            prop_assert_eq!(&packed[1], &TokenPacker::default().pack(&tokens[tokens.len() / 2..], &lexicon));
            let mut tokenizer = PackedTokenizer::default();
            let mut stream = tokenizer.token_stream(&packed[0]);
            let mut read = Vec::new();
            while stream.advance() {
                read.push((stream.token().text.clone(), stream.token().position));
            }
            let given = tokens.iter().map(|(term, position)| (lexicon.term(*term).to_owned(), *position as usize));
            let mut given: Vec<_> = given.collect();
            let is_together = read.chunk_by(|a, b| a.0 == b.0).count();
            given.sort();
            read.sort();
            prop_assert_eq!(given.chunk_by(|a, b| a.0 == b.0).count(), is_together);
            prop_assert_eq!(read, given);
        }

        #[test]
        fn pack_distinct_contains_each_term_once(terms in prop::collection::vec(0u32..5, 0..20)) {
            let mut lexicon = Lexicon::default();
            let known = Analyzer::new("xx").analyze("a b c d e", &mut lexicon).tokens;
            let packed = TokenPacker::default().pack_distinct(terms.iter().map(|at| known[*at as usize].term), &lexicon);
            let mut tokenizer = PackedTokenizer::default();
            let mut stream = tokenizer.token_stream(&packed);
            let mut count = 0;
            while stream.advance() {
                count += 1;
            }
            prop_assert_eq!(count, terms.iter().collect::<std::collections::BTreeSet<_>>().len());
        }

        #[test]
        fn decoding_stops_at_invalid_input(text in ".{0,40}") {
            let mut tokenizer = PackedTokenizer::default();
            let mut stream = tokenizer.token_stream(&text);
            let mut count = 0;
            while stream.advance() {
                count += 1;
            }
            prop_assert!(count <= text.len());
        }
    }

    #[test]
    fn decoding_stops_when_a_position_overflows() {
        let mut packed = String::from("\u{1}a");
        push_number(&mut packed, 3);
        for _ in 0..3 {
            push_number(&mut packed, usize::MAX / 2);
        }
        let mut tokenizer = PackedTokenizer::default();
        let mut stream = tokenizer.token_stream(&packed);
        assert!(stream.advance() && stream.advance());
        assert!(!stream.advance());
    }
}
