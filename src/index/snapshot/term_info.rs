//! Locations of a term's posting lists. They are looked up once per query.

use tantivy::postings::TermInfo;

use super::segment::OpenSegment;
use crate::index::error::IndexError;
use crate::index::schema::TextField;

/// The posting list of a term in one field of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldTermInfo {
    /// Index of the segment.
    pub segment: usize,
    /// The field.
    pub field: TextField,
    /// Location of the posting list, and its document frequency, deleted posts included.
    pub info: TermInfo,
}

/// The posting lists of a term, by segment and in the order of [`TextField::ALL`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TermInfos(Vec<FieldTermInfo>);

impl TermInfos {
    /// Looks up a term in all segments and the given fields.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub(crate) fn find(
        segments: &[OpenSegment],
        term: &str,
        fields: &[TextField],
    ) -> Result<Self, IndexError> {
        let mut lists = Vec::new();
        for (segment, open) in segments.iter().enumerate() {
            for field in fields {
                if let Some(info) = open.term_info(*field, term)? {
                    lists.push(FieldTermInfo { segment, field: *field, info });
                }
            }
        }
        Ok(Self(lists))
    }

    /// Returns the posting lists in a segment.
    #[must_use]
    pub(crate) fn in_segment(&self, segment: usize) -> &[FieldTermInfo] {
        let first = self.0.partition_point(|list| list.segment < segment);
        let len = self.0[first..].partition_point(|list| list.segment == segment);
        &self.0[first..first + len]
    }

    /// Returns the posting list in a field of a segment.
    #[must_use]
    pub(crate) fn in_field(&self, segment: usize, field: TextField) -> Option<&TermInfo> {
        self.in_segment(segment).iter().find(|list| list.field == field).map(|list| &list.info)
    }
}
