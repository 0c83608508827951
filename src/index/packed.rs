//! The tokens of a field on their way to Tantivy, as one short text.
//!
//! Tantivy takes tokens that are made already as a list of strings, which it writes and reads as JSON
//! and copies once more: five times the cost of indexing them. So a document's value is a text that
//! says all tokens, and [`PackedTokenizer`] is the field's tokenizer, which only reads them off.
//!
//! The tokens of a term stand together, so that Tantivy finds it once and then again while it is in the
//! processor's cache: the length of the term, the term, how many positions it has, and the distance of
//! each to the one before. Numbers are written six bits a character, lowest first, all of ASCII.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::analysis::{Lexicon, TermId};

/// Name under which the tokenizer is registered.
pub const PACKED_TOKENIZER: &str = "packed";

/// Bits of a number in one character.
const DIGIT_BITS: u32 = 6;
/// Set where more characters of a number follow.
const MORE: u8 = 1 << DIGIT_BITS;

/// A term and its position in a field, in one number, by which they are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence(u64);

impl Occurrence {
    /// Of the term at the position.
    #[must_use]
    pub fn new(term: TermId, position: u32) -> Self {
        Self(u64::from(term) << 32 | u64::from(position))
    }

    #[expect(clippy::cast_possible_truncation, reason = "takes the two halves apart")]
    fn halves(self) -> (TermId, u32) {
        ((self.0 >> 32) as TermId, self.0 as u32)
    }

    fn has_term_of(self, other: &Self) -> bool {
        self.halves().0 == other.halves().0
    }
}

/// Packs the tokens of a field, sorted.
#[must_use]
pub fn pack(tokens: &[Occurrence], lexicon: &Lexicon) -> String {
    let mut packed = String::with_capacity(tokens.len() * 5);
    for of_term in tokens.chunk_by(|a, b| a.has_term_of(b)) {
        let term = lexicon.term(of_term[0].halves().0);
        push_number(&mut packed, term.len());
        packed.push_str(term);
        push_number(&mut packed, of_term.len());
        let mut last = 0;
        for (_, position) in of_term.iter().map(|token| token.halves()) {
            push_number(&mut packed, (position - last) as usize);
            last = position;
        }
    }
    packed
}

fn push_number(packed: &mut String, mut number: usize) {
    while number >= usize::from(MORE) {
        packed.push(char::from(low_digit(number) | MORE));
        number >>= DIGIT_BITS;
    }
    packed.push(char::from(low_digit(number)));
}

#[expect(clippy::cast_possible_truncation, reason = "takes the lowest six bits")]
fn low_digit(number: usize) -> u8 {
    (number & usize::from(MORE - 1)) as u8
}

/// Reads packed tokens.
#[derive(Debug, Clone, Default)]
pub struct PackedTokenizer {
    token: Token,
}

impl Tokenizer for PackedTokenizer {
    type TokenStream<'a> = PackedTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PackedTokens<'a> {
        PackedTokens { rest: text, left: 0, token: &mut self.token }
    }
}

/// The tokens of a packed text.
#[derive(Debug)]
pub struct PackedTokens<'a> {
    rest: &'a str,
    /// Positions of the token's term that follow.
    left: usize,
    token: &'a mut Token,
}

impl PackedTokens<'_> {
    /// The next number; none at the end, and of a text that is not packed.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for (at, byte) in self.rest.bytes().enumerate() {
            let shift = u32::try_from(at).ok()? * DIGIT_BITS;
            number |= usize::from(byte & (MORE - 1)).checked_shl(shift)?;
            if byte < MORE {
                self.rest = &self.rest[at + 1..];
                return Some(number);
            }
        }
        None
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
        self.token.position += self.number()?;
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
        fn tokens_survive_packing(text in "([a-zé日 ./]|don't ){0,80}", gaps in prop::collection::vec(0u32..9_000, 0..50)) {
            let mut lexicon = Lexicon::default();
            let mut position = 0;
            let tokens = Analyzer::new("en").analyze(&text, &mut lexicon).tokens;
            let mut tokens: Vec<Occurrence> = tokens.iter().zip(gaps).map(|(token, gap)| {
                position += gap;
                Occurrence::new(token.term, position)
            }).collect();
            tokens.sort_unstable();
            let packed = pack(&tokens, &lexicon);
            let mut tokenizer = PackedTokenizer::default();
            let mut stream = tokenizer.token_stream(&packed);
            for (term, position) in tokens.iter().map(|token| token.halves()) {
                prop_assert!(stream.advance());
                prop_assert_eq!(&stream.token().text, lexicon.term(term));
                prop_assert_eq!(stream.token().position, position as usize);
            }
            prop_assert!(!stream.advance());
        }

        #[test]
        fn what_is_not_packed_ends_the_tokens(text in ".{0,40}") {
            let mut tokenizer = PackedTokenizer::default();
            let mut stream = tokenizer.token_stream(&text);
            let mut count = 0;
            while stream.advance() {
                count += 1;
            }
            prop_assert!(count <= text.len());
        }
    }
}
