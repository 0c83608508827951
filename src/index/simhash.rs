//! Similarity hashes, which differ in few bits for near-duplicate texts.
//!
//! Charikar's similarity hash (STOC 2002) over word shingles. Manku, Jain and Das Sarma, "Detecting
//! near-duplicates for web crawling" (WWW 2007), found a distance of 3 of 64 bits suitable for web pages.

use crate::analysis::stable_hash::mix;

/// Words in a shingle.
const SHINGLE_WORDS: usize = 3;
/// Minimum number of words; shorter texts have no reliable hash.
const MIN_WORDS: usize = 50;
/// Maximum number of bits in which near-duplicates differ.
pub(crate) const MAX_DISTANCE: u32 = 3;

/// Returns the similarity hash of a text, given the hashes of its words in order, see [`stable_hash`].
/// Returns `None` for texts of fewer than 50 words.
///
/// [`stable_hash`]: crate::analysis::stable_hash::stable_hash
#[must_use]
pub fn simhash(words: impl Iterator<Item = u64>) -> Option<u64> {
    let hashes: Vec<u64> = words.collect();
    if hashes.len() < MIN_WORDS {
        return None;
    }
    let mut counts = BitCounts::default();
    for shingle in hashes.windows(SHINGLE_WORDS) {
        counts.add(shingle.iter().fold(0, |hash: u64, word| mix(hash.rotate_left(5) ^ word)));
    }
    let shingles = hashes.len() + 1 - SHINGLE_WORDS;
    Some((0..64).filter(|bit| counts.of(*bit) * 2 > shingles).fold(0, |simhash, bit| simhash | 1 << bit))
}

/// For each of 64 bits, the number of added values that have it set. The counters are bit-sliced:
/// `digits[n]` holds binary digit `n` of all 64 counters, so that one addition updates all of them.
#[derive(Default)]
struct BitCounts {
    /// 32 binary digits: no file has 2^32 words.
    digits: [u64; 32],
}

impl BitCounts {
    fn add(&mut self, number: u64) {
        let mut carry = number;
        for digit in &mut self.digits {
            if carry == 0 {
                break;
            }
            (*digit, carry) = (*digit ^ carry, *digit & carry);
        }
    }

    fn of(&self, bit: u32) -> usize {
        let digits = self.digits.iter().enumerate();
        digits.fold(0, |count, (exponent, digit)| count | usize::from(digit >> bit & 1 == 1) << exponent)
    }
}

/// Returns whether two similarity hashes indicate near-duplicates.
#[must_use]
pub(crate) fn is_near(a: u64, b: u64) -> bool {
    (a ^ b).count_ones() <= MAX_DISTANCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::stable_hash::stable_hash;

    fn of(words: &[String]) -> Option<u64> {
        simhash(words.iter().map(|word| stable_hash(word)))
    }

    #[test]
    fn near_duplicates_have_near_hashes() {
        let text: Vec<String> = (0..600).map(|n| format!("word{}", n * n % 977)).collect();
        let mut changed = text.clone();
        changed[300] = "another".to_owned();
        let other: Vec<String> = (0..600).map(|n| format!("term{}", n * n % 977)).collect();
        let [text, changed, other] = [of(&text), of(&changed), of(&other)].map(Option::unwrap);
        assert!(is_near(text, changed));
        assert!(!is_near(text, other) && (text ^ other).count_ones() > 15);
    }

    #[test]
    fn bit_counts_match_a_naive_count() {
        let mut counts = BitCounts::default();
        for number in 0..1_000 {
            counts.add(number);
        }
        let count = |bit| (0..1_000_u64).filter(|number| number >> bit & 1 == 1).count();
        for bit in 0..64 {
            assert_eq!(counts.of(bit), count(bit));
        }
    }

    #[test]
    fn short_texts_have_no_hash() {
        let words = |count| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(of(&words(MIN_WORDS - 1)), None);
        assert!(of(&words(MIN_WORDS)).is_some());
    }
}
