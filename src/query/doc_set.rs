//! Sets of posts of one segment.

use tantivy::DocId;

/// A bit a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocSet(Vec<u64>);

impl DocSet {
    /// An empty set for that many posts.
    #[must_use]
    pub fn new(posts: usize) -> Self {
        Self(vec![0; posts.div_ceil(u64::BITS as usize)])
    }

    /// Adds a post, if the set is made for as many.
    pub fn insert(&mut self, doc: DocId) {
        if let Some(word) = self.0.get_mut((doc / u64::BITS) as usize) {
            *word |= 1 << (doc % u64::BITS);
        }
    }

    /// Whether a post is in the set.
    #[must_use]
    pub fn contains(&self, doc: DocId) -> bool {
        self.0.get((doc / u64::BITS) as usize).is_some_and(|word| word & 1 << (doc % u64::BITS) != 0)
    }

    /// Adds all posts of another set.
    pub fn add_all(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// The posts in order.
    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
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
        let mut one = DocSet::new(200);
        let mut other = DocSet::new(200);
        for doc in [199, 0, 64, 63] {
            one.insert(doc);
        }
        other.insert(5);
        other.insert(1_000);
        one.add_all(&other);
        assert_eq!(one.iter().collect::<Vec<_>>(), [0, 5, 63, 64, 199]);
        assert!(one.contains(5) && !one.contains(6) && !one.contains(1_000));
    }
}
