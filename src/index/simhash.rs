//! Fingerprints of texts: nearly equal texts have nearly equal ones.
//!
//! Charikar's similarity hash (STOC 2002) over shingles of words, compared as in Manku, Jain and Das
//! Sarma, "Detecting near-duplicates for web crawling" (WWW 2007), who find 3 of 64 bits to be the
//! right distance for pages.

/// Words of a shingle.
const SHINGLE_WORDS: usize = 3;
/// Words below which a text is too short to tell.
const MIN_WORDS: usize = 50;
/// Bits in which near-duplicates differ at most.
pub const MAX_DISTANCE: u32 = 3;

/// The fingerprint of a text by its words in order; `None` where there are too few of them.
#[must_use]
pub fn simhash<'a>(words: impl Iterator<Item = &'a str>) -> Option<u64> {
    let hashes: Vec<u64> = words.map(hash).collect();
    if hashes.len() < MIN_WORDS {
        return None;
    }
    let mut balance = [0_i32; 64];
    for shingle in hashes.windows(SHINGLE_WORDS) {
        let hash = shingle.iter().fold(0, |hash: u64, word| mix(hash.rotate_left(5) ^ word));
        for (bit, balance) in balance.iter_mut().enumerate() {
            *balance += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    let bits = balance.iter().enumerate().filter(|(_, balance)| **balance > 0);
    Some(bits.fold(0, |simhash, (bit, _)| simhash | 1 << bit))
}

/// Whether two fingerprints are those of near-duplicates.
#[must_use]
pub fn is_near(a: u64, b: u64) -> bool {
    (a ^ b).count_ones() <= MAX_DISTANCE
}

/// FNV-1a, the same on every machine and in every version.
fn hash(word: &str) -> u64 {
    let fnv = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(word.bytes().fold(0xcbf2_9ce4_8422_2325, fnv))
}

/// The finalizer of `SplitMix64` (Steele, Lea, Flood: OOPSLA 2014): every bit depends on every bit.
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[String]) -> Option<u64> {
        simhash(words.iter().map(String::as_str))
    }

    #[test]
    fn near_texts_are_near_and_others_are_not() {
        let text: Vec<String> = (0..600).map(|n| format!("word{}", n * n % 977)).collect();
        let mut changed = text.clone();
        changed[300] = "another".to_owned();
        let other: Vec<String> = (0..600).map(|n| format!("term{}", n * n % 977)).collect();
        let [text, changed, other] = [of(&text), of(&changed), of(&other)].map(Option::unwrap);
        assert!(is_near(text, changed));
        assert!(!is_near(text, other) && (text ^ other).count_ones() > 15);
    }

    #[test]
    fn short_texts_have_none() {
        let words = |count| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(of(&words(MIN_WORDS - 1)), None);
        assert!(of(&words(MIN_WORDS)).is_some());
    }
}
