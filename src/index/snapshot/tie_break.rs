//! Rank of each post by date and id, to break ties without reading dates and ids.

use std::cmp::Reverse;

use tantivy::DocId;

use super::segment::OpenSegment;
use super::text_column::first_text;
use crate::index::error::IndexError;
use crate::index::schema::columns;

/// Tie-break ranks of the posts of all segments.
#[derive(Debug, Default)]
pub struct TieBreakRanks {
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
    /// If a column cannot be read, a post has no id, or two posts have the same.
    pub(super) fn read(segments: &[OpenSegment]) -> Result<Self, IndexError> {
        let IdRanks { by_ord, count } = IdRanks::read(segments)?;
        let mut posts: Vec<RankedPost> = Vec::new();
        let mut is_taken = vec![false; count];
        for (number, segment) in segments.iter().enumerate() {
            let ids = segment.reader().fast_fields().str(columns::ID)?;
            for doc in segment.reader().doc_ids_alive() {
                let ord = ids.as_ref().and_then(|ids| ids.ords().first(doc));
                let ord = ord.and_then(|ord| usize::try_from(ord).ok());
                let rank = ord.and_then(|ord| by_ord[number].get(ord)).copied();
                let rank = rank.ok_or(IndexError::ManifestMismatch)?;
                if std::mem::replace(&mut is_taken[rank as usize], true) {
                    let id = first_text(ids.as_ref(), doc)?.unwrap_or_default();
                    return Err(IndexError::DuplicatePost(id));
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
    pub fn newest_first(&self) -> &[Vec<u32>] {
        &self.newest_first
    }

    /// Returns the same with the oldest first: posts without a date last, ties by id.
    #[must_use]
    pub fn oldest_first(&self) -> &[Vec<u32>] {
        &self.oldest_first
    }
}

/// Ranks of all ids in the segments' dictionaries, those of deleted posts included.
struct IdRanks {
    /// Rank by segment and ordinal; equal ids have equal ranks.
    by_ord: Vec<Vec<u32>>,
    /// Number of ranks.
    count: usize,
}

impl IdRanks {
    /// Computes the ranks in one pass over each dictionary, as these are sorted.
    fn read(segments: &[OpenSegment]) -> Result<Self, IndexError> {
        let (mut text, mut ids) = (Vec::new(), Vec::new());
        let mut by_ord = Vec::with_capacity(segments.len());
        for (number, segment) in segments.iter().enumerate() {
            let mut count = 0;
            if let Some(column) = segment.reader().fast_fields().str(columns::ID)? {
                let mut stream = column.dictionary().stream()?;
                while stream.advance() {
                    let start = text.len();
                    text.extend_from_slice(stream.key());
                    ids.push((start..text.len(), number, count));
                    count += 1;
                }
            }
            by_ord.push(vec![u32::MAX; count]);
        }
        // A stable sort merges the sorted runs in linear time.
        ids.sort_by(|(a, ..), (b, ..)| text[a.clone()].cmp(&text[b.clone()]));
        let groups = ids.chunk_by(|(a, ..), (b, ..)| text[a.clone()] == text[b.clone()]);
        let mut count = 0;
        for (rank, group) in (0..).zip(groups) {
            for (_, number, ord) in group {
                by_ord[*number][*ord] = rank;
            }
            count += 1;
        }
        Ok(Self { by_ord, count })
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
