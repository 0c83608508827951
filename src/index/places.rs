//! The place of each post among all by date: what ties are broken by, without reading dates and ids.

use std::cmp::Reverse;

use tantivy::DocId;

use super::IndexError;
use super::schema::columns;
use super::segment::OpenSegment;

/// The places of the posts of all segments.
#[derive(Debug, Default)]
pub struct Places {
    newest: Vec<Vec<u32>>,
    oldest: Vec<Vec<u32>>,
}

/// A post: its date, the place of its id among all ids, its segment and number.
type Post = (Option<i64>, u32, usize, DocId);

impl Places {
    /// Reads dates and ids.
    ///
    /// # Errors
    /// When a column cannot be read.
    pub(super) fn read(segments: &[OpenSegment]) -> Result<Self, IndexError> {
        let by_ord = places_of_ids(segments)?;
        let mut posts: Vec<Post> = Vec::new();
        for (number, segment) in segments.iter().enumerate() {
            let Some(ids) = segment.reader().fast_fields().str(columns::ID)? else { continue };
            for doc in segment.reader().doc_ids_alive() {
                let ord = ids.ords().first(doc).and_then(|ord| usize::try_from(ord).ok());
                let place = ord.and_then(|ord| by_ord[number].get(ord)).copied().unwrap_or(u32::MAX);
                posts.push((segment.dates.first(doc), place, number, doc));
            }
        }
        posts.sort_unstable_by_key(|(date, id, ..)| (Reverse(*date), *id));
        let newest = by_segment(segments, &posts);
        posts.sort_unstable_by_key(|(date, id, ..)| (date.is_none(), *date, *id));
        Ok(Self { newest, oldest: by_segment(segments, &posts) })
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

/// By segment and ordinal: the place of an id among the ids of all segments. Dictionaries are in order
/// already, so that this costs a walk through each.
fn places_of_ids(segments: &[OpenSegment]) -> Result<Vec<Vec<u32>>, IndexError> {
    let (mut text, mut ids) = (Vec::new(), Vec::new());
    let mut places = Vec::with_capacity(segments.len());
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
        places.push(vec![u32::MAX; count]);
    }
    // Runs in order, which this sort merges.
    ids.sort_by(|(a, ..), (b, ..)| text[a.clone()].cmp(&text[b.clone()]));
    for (place, (_, number, ord)) in (0..).zip(ids) {
        places[number][ord] = place;
    }
    Ok(places)
}

fn by_segment(segments: &[OpenSegment], posts: &[Post]) -> Vec<Vec<u32>> {
    let empty = |segment: &OpenSegment| vec![u32::MAX; segment.reader().max_doc() as usize];
    let mut places: Vec<Vec<u32>> = segments.iter().map(empty).collect();
    for (place, (_, _, number, doc)) in (0..).zip(posts) {
        places[*number][*doc as usize] = place;
    }
    places
}
