//! The rank of each post among all by date: what ties are broken by, without reading dates and ids.

use std::cmp::Reverse;

use tantivy::DocId;

use super::segment::OpenSegment;
use super::text_column::first_text;
use crate::index::error::IndexError;
use crate::index::schema::columns;

/// The ranks of the posts of all segments.
#[derive(Debug, Default)]
pub struct TieBreakRanks {
    newest_first: Vec<Vec<u32>>,
    oldest_first: Vec<Vec<u32>>,
}

/// A post: its date, the rank of its id among all ids, its segment and number.
type Post = (Option<i64>, u32, usize, DocId);

impl TieBreakRanks {
    /// Reads dates and ids.
    ///
    /// # Errors
    /// When a column cannot be read, a post has no id, or two have the same.
    pub(super) fn read(segments: &[OpenSegment]) -> Result<Self, IndexError> {
        let IdRanks { by_ord, count } = IdRanks::read(segments)?;
        let mut posts: Vec<Post> = Vec::new();
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
                posts.push((segment.dates.first(doc), rank, number, doc));
            }
        }
        posts.sort_unstable_by_key(|(date, id, ..)| (Reverse(*date), *id));
        let newest_first = by_segment(segments, &posts);
        posts.sort_unstable_by_key(|(date, id, ..)| (date.is_none(), *date, *id));
        Ok(Self { newest_first, oldest_first: by_segment(segments, &posts) })
    }

    /// By segment and post: the rank with the latest date first, posts without a date last, equals
    /// by id.
    #[must_use]
    pub fn newest_first(&self) -> &[Vec<u32>] {
        &self.newest_first
    }

    /// The same with the earliest date first, posts without a date last, equals by id.
    #[must_use]
    pub fn oldest_first(&self) -> &[Vec<u32>] {
        &self.oldest_first
    }
}

/// The ranks of all ids, those of deleted posts too, among each other.
struct IdRanks {
    /// By segment and ordinal; an id that several segments have has one rank.
    by_ord: Vec<Vec<u32>>,
    /// How many ranks there are.
    count: usize,
}

impl IdRanks {
    /// Dictionaries are in order already, so that this costs a walk through each.
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
        // Runs in order, which this sort merges.
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

fn by_segment(segments: &[OpenSegment], posts: &[Post]) -> Vec<Vec<u32>> {
    let empty = |segment: &OpenSegment| vec![u32::MAX; segment.reader().max_doc() as usize];
    let mut ranks: Vec<Vec<u32>> = segments.iter().map(empty).collect();
    for (rank, (_, _, number, doc)) in (0..).zip(posts) {
        ranks[*number][*doc as usize] = rank;
    }
    ranks
}
