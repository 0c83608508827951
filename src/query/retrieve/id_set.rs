//! Bit sets of small ids: documents of a segment, entries of a table.

/// A set with one bit per id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IdSet(Vec<u64>);

impl IdSet {
    /// Returns an empty set for ids below `count`.
    pub(crate) fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(u64::BITS as usize)])
    }

    /// Adds an id; ids beyond the capacity are ignored.
    pub(crate) fn insert(&mut self, id: u32) {
        if let Some(word) = self.0.get_mut((id / u64::BITS) as usize) {
            *word |= 1 << (id % u64::BITS);
        }
    }

    /// Adds several ids.
    pub(crate) fn insert_all(&mut self, ids: &[u32]) {
        for id in ids {
            self.insert(*id);
        }
    }

    /// Returns whether the set contains an id.
    pub(crate) fn contains(&self, id: u32) -> bool {
        self.0.get((id / u64::BITS) as usize).is_some_and(|word| word & 1 << (id % u64::BITS) != 0)
    }

    /// Adds all ids of another set.
    pub(crate) fn union_with(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// Removes the ids that are not in the other set.
    pub(crate) fn intersect_with(&mut self, other: &Self) {
        for (word, kept) in self.0.iter_mut().zip(&other.0) {
            *word &= kept;
        }
    }

    /// Returns the ids in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).step_by(u64::BITS as usize).zip(&self.0).flat_map(|(first, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(first + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterates_in_order_and_unites_sets() {
        let mut one = IdSet::new(200);
        let mut other = IdSet::new(200);
        for doc in [199, 0, 64, 63] {
            one.insert(doc);
        }
        other.insert(5);
        other.insert(1_000);
        one.union_with(&other);
        assert_eq!(one.iter().collect::<Vec<_>>(), [0, 5, 63, 64, 199]);
        assert!(one.contains(5) && !one.contains(6) && !one.contains(1_000));
    }

    #[test]
    fn intersects_sets() {
        let set = |ids: &[u32]| {
            let mut set = IdSet::new(200);
            set.insert_all(ids);
            set
        };
        let mut both = set(&[3, 64, 130, 199]);
        both.intersect_with(&set(&[199, 64, 5]));
        assert_eq!(both.iter().collect::<Vec<_>>(), [64, 199]);
    }
}
