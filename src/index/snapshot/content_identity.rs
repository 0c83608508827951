//! Identifies the content of a commit, and derives the identity from that of an earlier one.

use super::Snapshot;
use super::content_sum::ContentSums;
use crate::index::error::IndexError;

impl Snapshot {
    /// Returns a sum that identifies the indexed source files: commits with the same files have the same sum, whatever
    /// their history is.
    ///
    /// # Errors
    /// If a column cannot be read, or a post has no id or digest.
    pub fn content_sum(&self) -> Result<u128, IndexError> {
        if let Some(sums) = self.content_sums.get() {
            return Ok(sums.total());
        }
        let sums = ContentSums::read(self.segments(), None)?;
        Ok(self.content_sums.get_or_init(|| sums).total())
    }

    /// Derives the content sum of this commit from that of an earlier one, if it is in memory.
    ///
    /// # Errors
    /// See [`Snapshot::content_sum`].
    pub fn derive_content_sum_from(&self, earlier: &Self) -> Result<(), IndexError> {
        if let Some(known) = earlier.content_sums.get() {
            let sums = ContentSums::read(self.segments(), Some((earlier.segments(), known)))?;
            // Another thread may have computed the same.
            let _ = self.content_sums.set(sums);
        }
        Ok(())
    }
}
