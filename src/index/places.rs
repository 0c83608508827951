//! The place of each post among all by date: what ties are broken by, without reading dates and ids.

use std::cmp::Reverse;

use tantivy::SegmentReader;

use super::IndexError;
use super::reader::text_of;
use super::schema::columns;

/// The places of the posts of all segments.
#[derive(Debug, Default)]
pub struct Places {
    newest: Vec<Vec<u32>>,
    oldest: Vec<Vec<u32>>,
}

impl Places {
    /// Reads dates and ids.
    ///
    /// # Errors
    /// When a column cannot be read.
    pub fn read(segments: &[SegmentReader]) -> Result<Self, IndexError> {
        let mut posts = Vec::new();
        for (ord, segment) in segments.iter().enumerate() {
            let dates = segment.fast_fields().i64(columns::DATE)?;
            let ids = segment.fast_fields().str(columns::ID)?;
            for doc in segment.doc_ids_alive() {
                posts.push((dates.first(doc), text_of(ids.as_ref(), doc)?, ord, doc));
            }
        }
        posts.sort_by(|(a_date, a_id, ..), (b_date, b_id, ..)| {
            Reverse(a_date).cmp(&Reverse(b_date)).then_with(|| a_id.cmp(b_id))
        });
        let empty = || segments.iter().map(|segment| vec![u32::MAX; segment.max_doc() as usize]).collect();
        let mut places = Self { newest: empty(), oldest: empty() };
        for (place, (_, _, ord, doc)) in (0..).zip(&posts) {
            places.newest[*ord][*doc as usize] = place;
        }
        posts.sort_by(|(a_date, a_id, ..), (b_date, b_id, ..)| {
            a_date.is_none().cmp(&b_date.is_none()).then(a_date.cmp(b_date)).then_with(|| a_id.cmp(b_id))
        });
        for (place, (_, _, ord, doc)) in (0..).zip(&posts) {
            places.oldest[*ord][*doc as usize] = place;
        }
        Ok(places)
    }

    /// By segment and post: the place with the latest date first, posts without a date last, equals
    /// by id.
    #[must_use]
    pub fn newest(&self) -> &[Vec<u32>] {
        &self.newest
    }

    /// The same with the earliest date first, posts without a date last, equals by id.
    #[must_use]
    pub fn oldest(&self) -> &[Vec<u32>] {
        &self.oldest
    }
}
