//! Ids with a similar spelling, to propose for an unknown id.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::config::limits;
use crate::index::schema::columns;
use crate::index::{IndexError, Snapshot};
use crate::query::weights;

/// Returns the ids of the posts that are spelled most like `id`, by shared pairs of letters (Dice's
/// coefficient).
///
/// # Errors
/// If the index cannot be read.
pub(super) fn nearest_ids(snapshot: &Snapshot, id: &str) -> Result<Vec<String>, IndexError> {
    let mut pairs = PairComparison::new(&id[..id.floor_char_boundary(limits::MAX_TYPED_BYTES)]);
    let mut similar: Vec<(f64, String)> = Vec::new();
    snapshot.each_value(columns::ID, |id| {
        let similarity = pairs.similarity(id);
        if similarity >= weights::MIN_ID_SIMILARITY {
            let is_better = |(other, other_id): &(f64, String)| {
                other.total_cmp(&similarity).then_with(|| id.cmp(other_id.as_str())).is_gt()
            };
            let at = similar.partition_point(is_better);
            if at < limits::MAX_PROPOSED_IDS {
                similar.insert(at, (similarity, id.to_owned()));
                similar.truncate(limits::MAX_PROPOSED_IDS);
            }
        }
    })?;
    Ok(similar.into_iter().map(|(_, id)| id).collect())
}

/// Two letters in a row, in lower case.
type LetterPair = (char, char);

/// Compares the pairs of letters of an id with those of others, one after the other.
struct PairComparison {
    /// The last id with each pair, by number; 0 is the compared id.
    last_occurrences: HashMap<LetterPair, LastOccurrence, RandomState>,
    /// Number of distinct pairs of the compared id.
    num_pairs: usize,
    /// Number of the current id.
    number: u32,
}

#[derive(Debug, Clone, Copy)]
struct LastOccurrence {
    number: u32,
    is_in_id: bool,
}

impl PairComparison {
    fn new(id: &str) -> Self {
        let mut last_occurrences = HashMap::default();
        each_pair(id, |pair| {
            last_occurrences.insert(pair, LastOccurrence { number: 0, is_in_id: true });
        });
        Self { num_pairs: last_occurrences.len(), last_occurrences, number: 0 }
    }

    /// Returns the similarity to an id, from 0 to 1.
    fn similarity(&mut self, id: &str) -> f64 {
        self.number += 1;
        let (mut distinct, mut common) = (0, 0);
        each_pair(id, |pair| {
            let absent = LastOccurrence { number: 0, is_in_id: false };
            let last = self.last_occurrences.entry(pair).or_insert(absent);
            if last.number != self.number {
                last.number = self.number;
                distinct += 1;
                common += usize::from(last.is_in_id);
            }
        });
        #[expect(clippy::cast_precision_loss, reason = "counts of letters")]
        let similarity = 2.0 * common as f64 / (self.num_pairs + distinct).max(1) as f64;
        similarity
    }
}

fn each_pair(id: &str, mut visit: impl FnMut(LetterPair)) {
    let mut visit_all = |lower: &mut dyn Iterator<Item = char>| {
        let mut last = None;
        for letter in lower {
            if let Some(last) = last {
                visit((last, letter));
            }
            last = Some(letter);
        }
    };
    if id.is_ascii() {
        visit_all(&mut id.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        // A whole string, because the lower case of a letter can depend on its neighbours.
        visit_all(&mut id.to_lowercase().chars());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn pairs(id: &str) -> HashSet<LetterPair> {
        let lower = id.to_lowercase();
        lower.chars().zip(lower.chars().skip(1)).collect()
    }

    proptest! {
        #[test]
        fn similarity_is_the_dice_coefficient_of_the_sets_of_pairs(
            id in "[a-cA-Cß/ΣσÉ]{0,12}",
            others in prop::collection::vec("[a-cA-Cß/ΣσÉ]{0,12}", 0..8),
        ) {
            let mut comparison = PairComparison::new(&id);
            for other in &others {
                let (a, b) = (pairs(&id), pairs(other));
                let count = |count: usize| f64::from(u32::try_from(count).unwrap());
                let shared = count(a.intersection(&b).count());
                let expected = 2.0 * shared / count((a.len() + b.len()).max(1));
                prop_assert!((comparison.similarity(other) - expected).abs() < 1e-12, "{} {}", id, other);
            }
        }
    }
}
