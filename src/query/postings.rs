//! Where patterns occur: posting lists of terms, and phrases made of them.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use super::expansion::Expansion;
use super::resolve::{Element, Pattern};
use crate::index::{IndexError, Snapshot, TextField};

/// What a match is worth, see [`Expansion`].
#[derive(Debug, Clone, Copy)]
pub struct Worth {
    /// How good it is, up to 1.
    pub quality: f32,
    /// What an occurrence adds.
    pub weight: f32,
}

/// One segment of a snapshot.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// The segment.
    pub reader: &'a SegmentReader,
}

impl Segment<'_> {
    /// The posting list of a term in a field, if it has one.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn postings(
        &self,
        field: TextField,
        term: &str,
        option: IndexRecordOption,
    ) -> Result<Option<SegmentPostings>, IndexError> {
        let field = self.snapshot.field(field);
        let index = self.reader.inverted_index(field)?;
        Ok(index.read_postings(&Term::from_field_text(field, term), option)?)
    }

    /// Calls `visit(doc, frequency, worth)` for the posts that have the pattern in the field, once a
    /// term; a phrase counts as a whole.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn each_match(
        &self,
        pattern: &Pattern,
        field: TextField,
        mut visit: impl FnMut(DocId, u32, Worth),
    ) -> Result<(), IndexError> {
        let [element] = pattern.elements.as_slice() else {
            return self.each_phrase(pattern, field, None, |doc, starts| {
                let worth = Worth { quality: pattern.quality, weight: pattern.quality };
                visit(doc, u32::try_from(starts.len()).unwrap_or(u32::MAX), worth);
            });
        };
        for expansion in element {
            let option = IndexRecordOption::WithFreqs;
            let Some(mut postings) = self.postings(field, &expansion.term, option)? else { continue };
            let worth = Worth { quality: expansion.quality, weight: expansion.weight };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                visit(doc, postings.term_freq(), worth);
                doc = postings.advance();
            }
        }
        Ok(())
    }

    /// Calls `visit(doc, position, span, quality)` for the places of the pattern in the field, in
    /// the posts `docs`, which ascend.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn each_place(
        &self,
        pattern: &Pattern,
        field: TextField,
        docs: &[DocId],
        mut visit: impl FnMut(DocId, u32, u32, f32),
    ) -> Result<(), IndexError> {
        let [element] = pattern.elements.as_slice() else {
            let span = u32::try_from(pattern.elements.len()).unwrap_or(u32::MAX);
            return self.each_phrase(pattern, field, Some(docs), |doc, starts| {
                for start in starts {
                    visit(doc, *start, span, pattern.quality);
                }
            });
        };
        let mut positions = Vec::new();
        for expansion in element {
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(mut postings) = self.postings(field, &expansion.term, option)? else { continue };
            for doc in docs {
                if seek(&mut postings, *doc) == *doc {
                    postings.positions(&mut positions);
                    for position in &positions {
                        visit(*doc, *position, expansion.span, expansion.quality);
                    }
                }
            }
        }
        Ok(())
    }

    /// Calls `visit(doc, starts)` for the posts that have the phrase in the field; only for the
    /// posts `among`, which ascend, where they are given.
    fn each_phrase(
        &self,
        pattern: &Pattern,
        field: TextField,
        among: Option<&[DocId]>,
        mut visit: impl FnMut(DocId, &[u32]),
    ) -> Result<(), IndexError> {
        let mut places = Vec::with_capacity(pattern.elements.len());
        for element in &pattern.elements {
            let place = Place::open(self, element, field)?;
            if place.lists.is_empty() {
                return Ok(());
            }
            places.push(place);
        }
        let mut among = among.map(|docs| docs.iter().copied());
        let mut target = 0;
        loop {
            if let Some(docs) = &mut among {
                match docs.find(|doc| *doc >= target) {
                    Some(doc) => target = doc,
                    None => return Ok(()),
                }
            }
            let doc = places[0].seek(target);
            if doc == TERMINATED {
                return Ok(());
            }
            let is_wanted = among.is_none() || doc == target;
            if is_wanted && places[1..].iter_mut().all(|place| place.seek(doc) == doc) {
                let starts = phrase_starts(&mut places);
                if !starts.is_empty() {
                    visit(doc, &starts);
                }
            }
            target = if among.is_some() { target + 1 } else { doc + 1 };
        }
    }
}

/// Moves a posting list to the first post at or after `target`.
pub(super) fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() >= target { postings.doc() } else { postings.seek(target) }
}

/// The posting lists of the terms that may stand at one place of a phrase.
struct Place {
    lists: Vec<SegmentPostings>,
    doc: DocId,
}

impl Place {
    fn open(segment: &Segment<'_>, element: &Element, field: TextField) -> Result<Self, IndexError> {
        let mut lists = Vec::with_capacity(element.len());
        for Expansion { term, .. } in element {
            lists.extend(segment.postings(field, term, IndexRecordOption::WithFreqsAndPositions)?);
        }
        Ok(Self { lists, doc: TERMINATED })
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self.lists.iter_mut().map(|list| seek(list, target)).min().unwrap_or(TERMINATED);
        self.doc
    }

    /// The positions in the current post.
    fn positions(&mut self, positions: &mut Vec<u32>) {
        positions.clear();
        for list in self.lists.iter_mut().filter(|list| list.doc() == self.doc) {
            list.append_positions_with_offset(0, positions);
        }
        positions.sort_unstable();
        positions.dedup();
    }
}

/// The positions at which the places follow each other, in the post on which all of them stand.
fn phrase_starts(places: &mut [Place]) -> Vec<u32> {
    let mut starts = Vec::new();
    places[0].positions(&mut starts);
    let mut positions = Vec::new();
    for (offset, place) in (1..).zip(places[1..].iter_mut()) {
        place.positions(&mut positions);
        starts.retain(|start| positions.binary_search(&(start + offset)).is_ok());
    }
    starts
}
