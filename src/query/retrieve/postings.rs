//! Where patterns occur: posting lists of terms, and phrases made of them.

use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader, TERMINATED};

#[cfg(doc)]
use crate::config::limits;
use crate::index::{IndexError, OpenSegment, Snapshot, TextField};
use crate::query::expand::expanded_query::Expansion;
use crate::query::expand::expanded_query::{Element, Pattern};

/// What a match is worth, see [`Expansion`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worth {
    /// How good it is, up to 1.
    pub(crate) quality: f32,
    /// What an occurrence adds.
    pub(crate) weight: f32,
}

/// What makes a phrase a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phrase {
    /// Its words follow each other.
    InPlace,
    /// All of its words are there: it is too common for more, see [`limits::MAX_PHRASE_POSTS`].
    Anywhere,
}

/// Reads posting lists with frequencies, one after the other: the room for a block of them, a kilobyte,
/// is made once.
#[derive(Default)]
pub(crate) struct Cursor(Option<BlockSegmentPostings>);

impl Cursor {
    fn open(
        &mut self,
        index: &InvertedIndexReader,
        info: &TermInfo,
    ) -> Result<&mut BlockSegmentPostings, IndexError> {
        if let Some(block) = &mut self.0 {
            index.reset_block_postings_from_terminfo(info, block)?;
        } else {
            self.0 = Some(index.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?);
        }
        self.0.as_mut().ok_or(IndexError::Damaged)
    }
}

/// One segment of a snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Segment<'a> {
    /// The segment.
    pub(crate) open: &'a OpenSegment,
    /// Its number.
    pub(crate) number: usize,
}

impl<'a> Segment<'a> {
    /// The segments of a snapshot.
    pub(crate) fn all(snapshot: &'a Snapshot) -> impl Iterator<Item = Self> {
        snapshot.open_segments().iter().enumerate().map(|(number, open)| Self { open, number })
    }

    /// The posting list of a term in a field, if it has one.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn postings(
        &self,
        field: TextField,
        expansion: &Expansion,
        option: IndexRecordOption,
    ) -> Result<Option<SegmentPostings>, IndexError> {
        let Some(info) = expansion.lists.of(self.number, field) else { return Ok(None) };
        Ok(Some(self.open.inverted_index(field).read_postings_from_terminfo(info, option)?))
    }

    /// In how many posts the places of a phrase have to be compared, at most.
    pub(crate) fn phrase_posts(&self, pattern: &Pattern) -> usize {
        let posts = |field: &TextField| -> usize {
            let of_element = |element: &Element| -> usize {
                let lists = element.iter().filter_map(|expansion| expansion.lists.of(self.number, *field));
                lists.map(|info| info.doc_freq as usize).sum()
            };
            pattern.elements.iter().map(of_element).min().unwrap_or(0)
        };
        pattern.fields.iter().map(posts).sum()
    }

    /// Calls `visit(docs, frequencies, worth)` with some of the posts that have the pattern in the field,
    /// until it has seen all, once a term; a phrase counts as a whole. All searched fields are indexed alike,
    /// so one cursor reads them all.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn each_match(
        &self,
        pattern: &Pattern,
        field: TextField,
        (phrase, cursor): (Phrase, &mut Cursor),
        mut visit: impl FnMut(&[DocId], &[u32], Worth),
    ) -> Result<(), IndexError> {
        let [element] = pattern.elements.as_slice() else {
            return self.each_phrase(pattern, field, (None, phrase), |doc, starts| {
                let worth = Worth { quality: pattern.quality, weight: pattern.quality };
                visit(&[doc], &[u32::try_from(starts.len()).unwrap_or(u32::MAX)], worth);
            });
        };
        let index = self.open.inverted_index(field);
        for expansion in element {
            let Some(info) = expansion.lists.of(self.number, field) else { continue };
            let worth = Worth { quality: expansion.quality, weight: expansion.weight };
            let block = cursor.open(index, info)?;
            while !block.docs().is_empty() {
                let (docs, frequencies) = (block.docs(), block.freqs());
                if expansion.languages.is_none() {
                    visit(docs, frequencies, worth);
                } else {
                    let both = docs.chunks(1).zip(frequencies.chunks(1));
                    let meant = both.filter(|(doc, _)| self.open.is_in(doc[0], expansion.languages.as_ref()));
                    meant.for_each(|(doc, frequency)| visit(doc, frequency, worth));
                }
                block.advance();
            }
        }
        Ok(())
    }

    /// Calls `visit(doc, positions, span, quality)` for the places of the pattern in the field, in
    /// the posts `docs`, which ascend; the positions ascend too.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn each_place(
        &self,
        pattern: &Pattern,
        field: TextField,
        docs: &[DocId],
        mut visit: impl FnMut(DocId, &[u32], u32, f32),
    ) -> Result<(), IndexError> {
        let [element] = pattern.elements.as_slice() else {
            let span = u32::try_from(pattern.elements.len()).unwrap_or(u32::MAX);
            return self.each_phrase(pattern, field, (Some(docs), Phrase::InPlace), |doc, starts| {
                visit(doc, starts, span, pattern.quality);
            });
        };
        let mut positions = Vec::new();
        for expansion in element {
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(mut postings) = self.postings(field, expansion, option)? else { continue };
            let docs = docs.iter().filter(|doc| self.open.is_in(**doc, expansion.languages.as_ref()));
            for doc in docs {
                if seek(&mut postings, *doc) == *doc {
                    postings.positions(&mut positions);
                    visit(*doc, &positions, expansion.span, expansion.quality);
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
        (among, phrase): (Option<&[DocId]>, Phrase),
        mut visit: impl FnMut(DocId, &[u32]),
    ) -> Result<(), IndexError> {
        let mut places = Vec::with_capacity(pattern.elements.len());
        for element in &pattern.elements {
            let place = Place::open(*self, field, element, phrase)?;
            if place.lists.is_empty() {
                return Ok(());
            }
            places.push(place);
        }
        let mut among = among.map(|docs| docs.iter().copied());
        let (mut starts, mut positions) = (Vec::new(), Vec::new());
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
                match phrase {
                    Phrase::InPlace => phrase_starts(&mut places, &mut starts, &mut positions),
                    Phrase::Anywhere => starts = vec![0],
                }
                if !starts.is_empty() {
                    visit(doc, &starts);
                }
            }
            target = if among.is_some() { target + 1 } else { doc + 1 };
        }
    }
}

/// Moves a posting list to the first post at or after `target`.
pub(crate) fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() >= target { postings.doc() } else { postings.seek(target) }
}

/// The posting lists of the terms that may stand at one place of a phrase.
struct Place {
    lists: Vec<SegmentPostings>,
    doc: DocId,
}

impl Place {
    fn open(
        segment: Segment<'_>,
        field: TextField,
        element: &Element,
        phrase: Phrase,
    ) -> Result<Self, IndexError> {
        let option = match phrase {
            Phrase::InPlace => IndexRecordOption::WithFreqsAndPositions,
            Phrase::Anywhere => IndexRecordOption::Basic,
        };
        let mut lists = Vec::with_capacity(element.len());
        for expansion in element {
            lists.extend(segment.postings(field, expansion, option)?);
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
        if self.lists.len() > 1 {
            positions.sort_unstable();
            positions.dedup();
        }
    }
}

/// Finds the positions at which the places follow each other, in the post on which all of them stand.
fn phrase_starts(places: &mut [Place], starts: &mut Vec<u32>, positions: &mut Vec<u32>) {
    places[0].positions(starts);
    for (offset, place) in (1..).zip(places[1..].iter_mut()) {
        if starts.is_empty() {
            return;
        }
        place.positions(positions);
        let mut at = 0;
        starts.retain(|start| {
            while positions.get(at).is_some_and(|position| *position < start + offset) {
                at += 1;
            }
            positions.get(at) == Some(&(start + offset))
        });
    }
}
