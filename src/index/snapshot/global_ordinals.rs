//! Ordinals of the values of a text column over all segments, to compare and count values without reading them.

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::segment::OpenSegment;
use crate::index::error::IndexError;

/// Global ordinals of the values of a text column, those of deleted posts included. They are in the byte order
/// of the values.
#[derive(Default)]
pub(crate) struct GlobalOrdinals {
    /// By segment.
    segments: Vec<SegmentOrdinals>,
    /// For each global ordinal, a segment and an ordinal in it.
    sources: Vec<(u32, u32)>,
}

/// The values of a segment.
#[derive(Default)]
struct SegmentOrdinals {
    column: Option<StrColumn>,
    /// Global ordinal by ordinal in the segment.
    global: Vec<u32>,
}

impl GlobalOrdinals {
    /// Reads the dictionaries of the column, each in one pass, as these are sorted.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub(super) fn read(segments: &[OpenSegment], column: &str) -> Result<Self, IndexError> {
        let (mut text, mut values) = (Vec::new(), Vec::new());
        let mut ordinals = Self::default();
        for (segment, open) in (0_u32..).zip(segments) {
            let column = open.reader().fast_fields().str(column)?;
            let mut count = 0_u32;
            if let Some(column) = &column {
                let mut stream = column.dictionary().stream()?;
                while stream.advance() {
                    let start = text.len();
                    text.extend_from_slice(stream.key());
                    values.push((start..text.len(), (segment, count)));
                    count += 1;
                }
            }
            ordinals.segments.push(SegmentOrdinals { column, global: vec![u32::MAX; count as usize] });
        }
        // A stable sort merges the sorted runs in linear time.
        values.sort_by(|(a, _), (b, _)| text[a.clone()].cmp(&text[b.clone()]));
        for group in values.chunk_by(|(a, _), (b, _)| text[a.clone()] == text[b.clone()]) {
            let global = u32::try_from(ordinals.sources.len()).unwrap_or(u32::MAX);
            for (_, (segment, ord)) in group {
                ordinals.segments[*segment as usize].global[*ord as usize] = global;
            }
            ordinals.sources.push(group[0].1);
        }
        Ok(ordinals)
    }

    /// Returns the number of distinct values.
    #[must_use]
    pub(crate) fn num_values(&self) -> usize {
        self.sources.len()
    }

    /// Returns the ordinals of the values of a post.
    pub(crate) fn of_post(&self, segment: usize, doc: DocId) -> impl Iterator<Item = u32> + '_ {
        let SegmentOrdinals { column, global } = &self.segments[segment];
        let ords = column.iter().flat_map(move |column| column.ords().values_for_doc(doc));
        ords.filter_map(|ord| global.get(usize::try_from(ord).ok()?).copied())
    }

    /// Returns the ordinal of the first value of a post.
    #[must_use]
    pub(crate) fn first(&self, segment: usize, doc: DocId) -> Option<u32> {
        let SegmentOrdinals { column, global } = &self.segments[segment];
        let ord = column.as_ref()?.ords().first(doc)?;
        global.get(usize::try_from(ord).ok()?).copied()
    }

    /// Returns the value with an ordinal; empty if there is none.
    ///
    /// # Errors
    /// If the dictionary cannot be read.
    pub(crate) fn value(&self, ordinal: u32) -> Result<String, IndexError> {
        let mut value = String::new();
        if let Some((segment, ord)) = self.sources.get(ordinal as usize)
            && let Some(column) = &self.segments[*segment as usize].column
        {
            column.ord_to_str(u64::from(*ord), &mut value)?;
        }
        Ok(value)
    }
}
