//! Rank of each post by date and id, to break ties without reading dates and ids.

use std::cmp::Reverse;

use tantivy::DocId;

use super::global_ordinals::GlobalOrdinals;
use super::segment::OpenSegment;
use crate::index::error::IndexError;
use crate::index::schema::columns;

/// Tie-break ranks of the posts of all segments.
#[derive(Debug, Default)]
pub(crate) struct TieBreakRanks {
    newest_first: Vec<Vec<u32>>,
    oldest_first: Vec<Vec<u32>>,
}

/// A post to be ranked.
struct RankedPost {
    date: Option<i64>,
    id_rank: u32,
    segment: usize,
    doc: DocId,
}

impl TieBreakRanks {
    /// Computes the ranks from dates and ids.
    ///
    /// # Errors
    /// If a column cannot be read, a post has no id, or two posts have the same id.
    pub(super) fn read(segments: &[OpenSegment]) -> Result<Self, IndexError> {
        let ids = GlobalOrdinals::read(segments, columns::ID)?;
        let mut posts: Vec<RankedPost> = Vec::new();
        let mut is_taken = vec![false; ids.num_values()];
        for (number, segment) in segments.iter().enumerate() {
            for doc in segment.reader().doc_ids_alive() {
                let rank = ids.first(number, doc).ok_or(IndexError::ManifestMismatch)?;
                if std::mem::replace(&mut is_taken[rank as usize], true) {
                    return Err(IndexError::DuplicatePost(ids.value(rank)?));
                }
                let date = segment.dates.first(doc);
                posts.push(RankedPost { date, id_rank: rank, segment: number, doc });
            }
        }
        posts.sort_unstable_by_key(|post| (Reverse(post.date), post.id_rank));
        let newest_first = by_segment(segments, &posts);
        posts.sort_unstable_by_key(|post| (post.date.is_none(), post.date, post.id_rank));
        Ok(Self { newest_first, oldest_first: by_segment(segments, &posts) })
    }

    /// Returns the rank of each post by segment and document: newest first, posts without a date last, ties
    /// by id.
    #[must_use]
    pub(crate) fn newest_first(&self) -> &[Vec<u32>] {
        &self.newest_first
    }

    /// Returns the rank of each post by segment and document: oldest first, posts without a date last, ties
    /// by id.
    #[must_use]
    pub(crate) fn oldest_first(&self) -> &[Vec<u32>] {
        &self.oldest_first
    }
}

fn by_segment(segments: &[OpenSegment], posts: &[RankedPost]) -> Vec<Vec<u32>> {
    let empty = |segment: &OpenSegment| vec![u32::MAX; segment.reader().max_doc() as usize];
    let mut ranks: Vec<Vec<u32>> = segments.iter().map(empty).collect();
    for (rank, post) in (0..).zip(posts) {
        ranks[post.segment][post.doc as usize] = rank;
    }
    ranks
}
