//! Names in filters that no post has.
//!
//! A filter that looks up a name learns at no cost that a segment has no live post with it. Names that some segment
//! has need no further work.

use tantivy::SegmentReader;
use tantivy::index::SegmentId;

use crate::query::language::syntax_tree::FilterField;

/// Names that some segments do not have.
#[derive(Debug, Default)]
pub(crate) struct AbsentNames(Vec<AbsentName>);

/// A name that some segments do not have.
#[derive(Debug)]
struct AbsentName {
    field: FilterField,
    name: String,
    /// Number of segments without it.
    segments: usize,
    /// The last of them: a name may be in several filters.
    last: SegmentId,
}

impl AbsentNames {
    /// Records that no live post of a segment has a name.
    pub(super) fn record(&mut self, field: FilterField, name: &str, segment: &SegmentReader) {
        let last = segment.segment_id();
        match self.0.iter_mut().find(|known| known.field == field && known.name == name) {
            Some(known) if known.last == last => {}
            Some(known) => {
                known.segments += 1;
                known.last = last;
            }
            None => self.0.push(AbsentName { field, name: name.to_owned(), segments: 1, last }),
        }
    }

    /// Returns the names that none of `segments` segments has, in the order of the filters.
    pub(crate) fn absent_from_all(&self, segments: usize) -> impl Iterator<Item = (FilterField, &str)> {
        let absent = self.0.iter().filter(move |name| name.segments >= segments);
        absent.map(|AbsentName { field, name, .. }| (*field, name.as_str()))
    }
}
