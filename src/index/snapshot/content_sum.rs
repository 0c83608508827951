//! A sum that identifies the posts of a commit, for entity tags.
//!
//! It is the sum of a hash of each post's id and digest, so that it depends neither on the order of posts nor on the
//! segments that contain them, and after a small change only the changed posts are hashed. The content digest, which
//! is published, needs the whole manifest instead: reading it took a tenth of the CPU time of saving one of 50,000 posts
//! (`perf record` of `serve`).

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::text_column::first_text;
use crate::index::error::IndexError;
use crate::index::schema::columns;

/// Part of the posts of a segment that may have been removed since an earlier commit for its sum to be derived from the
/// earlier one. Looking up single ids takes several times as long as reading all of them in order.
const MAX_REMOVED_PART: u32 = 16;

/// The sums of the segments, in the order of the segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContentSums(Vec<u128>);

impl ContentSums {
    /// Computes the sums. Segments that `earlier` also has need only the ids of the posts removed since.
    ///
    /// # Errors
    /// If a column cannot be read, or a post has no id or digest.
    pub(super) fn read(
        segments: &[SegmentReader],
        earlier: Option<(&[SegmentReader], &Self)>,
    ) -> Result<Self, IndexError> {
        let known = |segment: &SegmentReader| {
            let (earlier, sums) = earlier?;
            let number = earlier.iter().position(|earlier| earlier.segment_id() == segment.segment_id())?;
            Some((&earlier[number], sums.0[number]))
        };
        let sums = segments.iter().map(|segment| match known(segment) {
            Some((before, sum)) => sum_after(before, sum, segment),
            None => PostHashes::open(segment)?.sum(),
        });
        sums.collect::<Result<Vec<u128>, IndexError>>().map(Self)
    }

    /// Returns the sum over all posts.
    pub(super) fn total(&self) -> u128 {
        self.0.iter().copied().fold(0, u128::wrapping_add)
    }
}

/// Returns the sum of a segment, given that of its state in an earlier commit, of which posts may have been removed.
fn sum_after(before: &SegmentReader, sum: u128, segment: &SegmentReader) -> Result<u128, IndexError> {
    let hashes = PostHashes::open(segment)?;
    let num_removed = before.num_docs().saturating_sub(segment.num_docs());
    if num_removed > segment.max_doc() / MAX_REMOVED_PART {
        return hashes.sum();
    }
    if num_removed == 0 {
        return Ok(sum);
    }
    let removed = before.doc_ids_alive().filter(|doc| segment.is_deleted(*doc));
    removed.map(|doc| hashes.of(doc)).try_fold(sum, |sum, hash| Ok(sum.wrapping_sub(hash?)))
}

/// The columns of a segment that are hashed.
struct PostHashes<'a> {
    segment: &'a SegmentReader,
    ids: Option<StrColumn>,
    digests: Column<u64>,
}

impl<'a> PostHashes<'a> {
    fn open(segment: &'a SegmentReader) -> Result<Self, IndexError> {
        let columns = segment.fast_fields();
        Ok(Self { segment, ids: columns.str(columns::ID)?, digests: columns.u64(columns::DIGEST)? })
    }

    /// Returns the hash of a post, which may be a deleted one.
    fn of(&self, doc: DocId) -> Result<u128, IndexError> {
        let id = first_text(self.ids.as_ref(), doc)?.ok_or(IndexError::ManifestMismatch)?;
        Ok(hash(id.as_bytes(), self.digest(doc)?))
    }

    /// Returns the sum of all posts. The ids are read in the order of the dictionary.
    fn sum(&self) -> Result<u128, IndexError> {
        let Some(ids) = &self.ids else {
            return if self.segment.num_docs() == 0 { Ok(0) } else { Err(IndexError::ManifestMismatch) };
        };
        let mut digests = vec![None; ids.num_terms()];
        for doc in self.segment.doc_ids_alive() {
            let ord = ids.ords().first(doc).and_then(|ord| usize::try_from(ord).ok());
            let digest = ord.and_then(|ord| digests.get_mut(ord)).ok_or(IndexError::ManifestMismatch)?;
            *digest = Some(self.digest(doc)?);
        }
        let mut sum = 0_u128;
        let mut stream = ids.dictionary().stream()?;
        for digest in digests {
            if !stream.advance() {
                return Err(IndexError::ManifestMismatch);
            }
            if let Some(digest) = digest {
                sum = sum.wrapping_add(hash(stream.key(), digest));
            }
        }
        Ok(sum)
    }

    fn digest(&self, doc: DocId) -> Result<u64, IndexError> {
        self.digests.first(doc).ok_or(IndexError::ManifestMismatch)
    }
}

/// Returns the hash of a post.
fn hash(id: &[u8], digest: u64) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&digest.to_le_bytes()).update(id);
    let mut bytes = [0; size_of::<u128>()];
    hasher.finalize_xof().fill(&mut bytes);
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_the_id_and_the_digest() {
        let hashes = [hash(b"a", 1), hash(b"a", 2), hash(b"b", 1), hash(b"", 1), hash(b"\0a", 1)];
        for (number, one) in hashes.iter().enumerate() {
            assert!(hashes[..number].iter().all(|other| other != one), "{number}");
        }
        assert_eq!(hash(b"a", 1), hash(b"a", 1));
    }

    #[test]
    fn a_total_does_not_depend_on_the_order_and_wraps() {
        assert_eq!(ContentSums(vec![u128::MAX, 3]).total(), ContentSums(vec![3, u128::MAX]).total());
        assert_eq!(ContentSums(vec![u128::MAX, 3]).total(), 2);
        assert_eq!(ContentSums(Vec::new()).total(), 0);
    }
}
