//! Which posts a search is about at all: those alive, of a category, a tag, a time.

use jiff::Timestamp;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use super::parser::{Filter, FilterField};
use super::request::SearchRequest;
use crate::index::schema::{columns, filter_key};
use crate::index::{IndexError, Snapshot};

/// The conditions of a search.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Typed into the query.
    typed: Vec<Filter>,
    /// Asked for by parameters, as a click on a facet does.
    asked: Vec<Filter>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Conditions {
    /// Those of the request and those typed into the query.
    #[must_use]
    pub fn new(request: &SearchRequest, typed: &[Filter]) -> Self {
        let asked = |field, value: &Option<String>| {
            value.clone().map(|value| Filter { field, value, is_excluded: false })
        };
        let asked = asked(FilterField::Category, &request.category)
            .into_iter()
            .chain(asked(FilterField::Tag, &request.tag));
        Self { typed: typed.to_vec(), asked: asked.collect(), after: request.after, before: request.before }
    }

    /// The conditions without those that parameters set on `field`, where there are any: what a
    /// reader could choose instead is counted without what was chosen.
    #[must_use]
    pub fn without(&self, field: FilterField) -> Option<Self> {
        self.asked.iter().any(|filter| filter.field == field).then(|| {
            let asked = self.asked.iter().filter(|filter| filter.field != field).cloned().collect();
            Self { asked, ..self.clone() }
        })
    }

    /// For each post of the segment whether it fulfils all conditions.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn evaluate(&self, snapshot: &Snapshot, segment: &SegmentReader) -> Result<Vec<bool>, IndexError> {
        let mut allowed: Vec<bool> = (0..segment.max_doc()).map(|doc| !segment.is_deleted(doc)).collect();
        for filter in self.typed.iter().chain(&self.asked) {
            let field = match filter.field {
                FilterField::Category => snapshot.fields().category_key,
                FilterField::Tag => snapshot.fields().tag_key,
            };
            let matching = docs_with_term(segment, field, &filter_key(&filter.value))?;
            for (doc, is_allowed) in allowed.iter_mut().enumerate() {
                *is_allowed &= matching[doc] != filter.is_excluded;
            }
        }
        if self.after.is_some() || self.before.is_some() {
            let dates = segment.fast_fields().i64(columns::DATE)?;
            for (doc, is_allowed) in (0..segment.max_doc()).zip(allowed.iter_mut()) {
                *is_allowed &= dates.first(doc).is_some_and(|date| self.is_in_time(date));
            }
        }
        Ok(allowed)
    }

    fn is_in_time(&self, date: i64) -> bool {
        self.after.is_none_or(|after| date >= after.as_second())
            && self.before.is_none_or(|before| date < before.as_second())
    }
}

fn docs_with_term(segment: &SegmentReader, field: Field, term: &str) -> Result<Vec<bool>, IndexError> {
    let mut docs = vec![false; segment.max_doc() as usize];
    let index = segment.inverted_index(field)?;
    let term = Term::from_field_text(field, term);
    if let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? {
        let mut doc: DocId = postings.doc();
        while doc != TERMINATED {
            docs[doc as usize] = true;
            doc = postings.advance();
        }
    }
    Ok(docs)
}
