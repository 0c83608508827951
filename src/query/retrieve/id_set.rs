//! Sets of small numbers: of posts of a segment, of entries of a table.

/// A bit a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NumberSet(Vec<u64>);

impl NumberSet {
    /// An empty set for numbers below `count`.
    pub(crate) fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(u64::BITS as usize)])
    }

    /// Adds a number, if the set is made for it.
    pub(crate) fn insert(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut((number / u64::BITS) as usize) {
            *word |= 1 << (number % u64::BITS);
        }
    }

    /// Adds some numbers.
    pub(crate) fn add_each(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.insert(*number);
        }
    }

    /// Whether a number is in the set.
    pub(crate) fn contains(&self, number: u32) -> bool {
        self.0.get((number / u64::BITS) as usize).is_some_and(|word| word & 1 << (number % u64::BITS) != 0)
    }

    /// Adds all numbers of another set.
    pub(crate) fn add_all(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// Keeps the numbers that are in another set too.
    pub(crate) fn keep(&mut self, other: &Self) {
        for (word, kept) in self.0.iter_mut().zip(&other.0) {
            *word &= kept;
        }
    }

    /// The numbers in order.
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
    fn sets_keep_order_and_join() {
        let mut one = NumberSet::new(200);
        let mut other = NumberSet::new(200);
        for doc in [199, 0, 64, 63] {
            one.insert(doc);
        }
        other.insert(5);
        other.insert(1_000);
        one.add_all(&other);
        assert_eq!(one.iter().collect::<Vec<_>>(), [0, 5, 63, 64, 199]);
        assert!(one.contains(5) && !one.contains(6) && !one.contains(1_000));
    }

    #[test]
    fn sets_are_cut() {
        let set = |numbers: &[u32]| {
            let mut set = NumberSet::new(200);
            set.add_each(numbers);
            set
        };
        let mut both = set(&[3, 64, 130, 199]);
        both.keep(&set(&[199, 64, 5]));
        assert_eq!(both.iter().collect::<Vec<_>>(), [64, 199]);
    }
}
