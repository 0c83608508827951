//! Postings of patterns: posting lists of terms, and phrases made of them.

use std::cell::RefCell;

use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader, TERMINATED};

use crate::config::limits;
use crate::index::{IndexError, OpenSegment, Snapshot, TextField};
use crate::query::cancellation::{Cancellation, NEVER};
use crate::query::expand::expanded_query::{Expansion, Pattern, TermAlternatives};

/// The quality and weight of a match, see [`Expansion`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct MatchValue {
    /// Match quality, from 0 to 1.
    pub(crate) quality: f32,
    /// Weight of one occurrence in the term frequency.
    pub(crate) weight: f32,
}

/// How phrases are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhraseMode {
    /// The words are adjacent and in order.
    Exact,
    /// All words are in the field: the phrase is too common to compare positions, see
    /// [`limits::MAX_PHRASE_POSTS`].
    Relaxed,
}

/// A reader of posting lists with frequencies, one list at a time. It reuses its block buffer of about a
/// kilobyte.
pub(crate) struct PostingCursor<'a> {
    phrases: PhraseMode,
    cancellation: &'a Cancellation,
    block: Option<BlockSegmentPostings>,
    /// The posts with too many positions to compare, in which a phrase matched without that.
    uncompared: RefCell<Vec<DocId>>,
}

impl<'a> PostingCursor<'a> {
    /// Returns a cursor that matches phrases in this mode and checks whether the request was cancelled.
    pub(crate) fn new(phrases: PhraseMode, cancellation: &'a Cancellation) -> Self {
        Self { phrases, cancellation, block: None, uncompared: RefCell::default() }
    }

    /// Returns the posts in which a phrase matched although its positions were too many to compare, see
    /// [`limits::MAX_POSITIONS_PER_FIELD`].
    pub(crate) fn into_uncompared(self) -> Vec<DocId> {
        self.uncompared.into_inner()
    }

    fn open(
        &mut self,
        index: &InvertedIndexReader,
        info: &TermInfo,
    ) -> Result<&mut BlockSegmentPostings, IndexError> {
        if let Some(block) = &mut self.block {
            index.reset_block_postings_from_terminfo(info, block)?;
        } else {
            let block = index.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
            self.block = Some(block);
        }
        self.block.as_mut().ok_or(IndexError::Damaged)
    }
}

/// The posts in which a phrase is matched.
#[derive(Clone, Copy)]
enum PhrasePosts<'a> {
    /// All posts, in the mode of a cursor.
    All(&'a PostingCursor<'a>),
    /// These posts, in ascending order.
    Only(&'a [DocId]),
}

/// A segment of a snapshot with its ordinal.
#[derive(Clone, Copy)]
pub(crate) struct NumberedSegment<'a> {
    /// The segment.
    pub(crate) open: &'a OpenSegment,
    /// Its ordinal in the snapshot.
    pub(crate) ord: usize,
}

/// The positions of a pattern in a field of one post.
pub(crate) struct PatternMatches<'a> {
    pub(crate) doc: DocId,
    /// First positions of the matches, ascending.
    pub(crate) positions: &'a [u32],
    /// Number of positions that each match covers.
    pub(crate) span: u32,
    /// Match quality, from 0 to 1.
    pub(crate) quality: f32,
}

impl<'a> NumberedSegment<'a> {
    /// Returns all segments of a snapshot.
    pub(crate) fn all(snapshot: &'a Snapshot) -> impl Iterator<Item = Self> {
        snapshot.open_segments().iter().enumerate().map(|(ord, open)| Self { open, ord })
    }

    /// Returns the posting list of a term in a field, if it has one.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(crate) fn postings(
        &self,
        field: TextField,
        expansion: &Expansion,
        option: IndexRecordOption,
    ) -> Result<Option<SegmentPostings>, IndexError> {
        let Some(info) = expansion.term_infos.in_field(self.ord, field) else { return Ok(None) };
        Ok(Some(self.open.inverted_index(field).read_postings_from_terminfo(info, option)?))
    }

    /// Returns an upper bound of the number of posts in which a phrase's positions are compared.
    pub(crate) fn max_phrase_posts(&self, pattern: &Pattern) -> usize {
        let posts = |field: &TextField| -> usize {
            let of_element = |element: &TermAlternatives| -> usize {
                let lists =
                    element.iter().filter_map(|expansion| expansion.term_infos.in_field(self.ord, *field));
                lists.map(|info| info.doc_freq as usize).sum()
            };
            pattern.elements.iter().map(of_element).min().unwrap_or(0)
        };
        pattern.fields.iter().map(posts).sum()
    }

    /// Calls `visit(docs, counts, value)` with batches of posts that contain the pattern in the field, term
    /// by term; a phrase counts as one term. One cursor can read all fields, because they are indexed alike.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(crate) fn each_match(
        &self,
        pattern: &Pattern,
        field: TextField,
        cursor: &mut PostingCursor<'_>,
        mut visit: impl FnMut(&[DocId], &[u32], MatchValue),
    ) -> Result<(), IndexError> {
        let [element] = pattern.elements.as_slice() else {
            return self.each_phrase(pattern, field, PhrasePosts::All(&*cursor), |doc, starts| {
                let value = MatchValue { quality: pattern.quality, weight: pattern.quality };
                visit(&[doc], &[u32::try_from(starts.len()).unwrap_or(u32::MAX)], value);
            });
        };
        let index = self.open.inverted_index(field);
        for expansion in element {
            let Some(info) = expansion.term_infos.in_field(self.ord, field) else { continue };
            cursor.cancellation.check()?;
            let value = MatchValue { quality: expansion.quality, weight: expansion.weight };
            let block = cursor.open(index, info)?;
            while !block.docs().is_empty() {
                let (docs, counts) = (block.docs(), block.freqs());
                if expansion.languages.is_none() {
                    visit(docs, counts, value);
                } else {
                    let pairs = docs.chunks(1).zip(counts.chunks(1));
                    let in_languages = pairs
                        .filter(|(doc, _)| self.open.matches_language(doc[0], expansion.languages.as_ref()));
                    in_languages.for_each(|(doc, count)| visit(doc, count, value));
                }
                block.advance();
            }
        }
        Ok(())
    }

    /// Calls `visit` with the positions of the pattern in the field, for the posts `docs` (ascending) that
    /// contain it.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(crate) fn each_position(
        &self,
        pattern: &Pattern,
        field: TextField,
        docs: &[DocId],
        mut visit: impl FnMut(PatternMatches<'_>),
    ) -> Result<(), IndexError> {
        let [element] = pattern.elements.as_slice() else {
            let span = u32::try_from(pattern.elements.len()).unwrap_or(u32::MAX);
            return self.each_phrase(pattern, field, PhrasePosts::Only(docs), |doc, positions| {
                visit(PatternMatches { doc, positions, span, quality: pattern.quality });
            });
        };
        let mut positions = Vec::new();
        for expansion in element {
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(mut postings) = self.postings(field, expansion, option)? else { continue };
            let docs =
                docs.iter().filter(|doc| self.open.matches_language(**doc, expansion.languages.as_ref()));
            for doc in docs {
                if seek(&mut postings, *doc) == *doc && has_few_positions(u64::from(postings.term_freq())) {
                    postings.positions(&mut positions);
                    let (span, quality) = (expansion.span, expansion.quality);
                    visit(PatternMatches { doc: *doc, positions: &positions, span, quality });
                }
            }
        }
        Ok(())
    }

    /// Calls `visit(doc, starts)` for the posts that contain the phrase in the field.
    fn each_phrase(
        &self,
        pattern: &Pattern,
        field: TextField,
        posts: PhrasePosts<'_>,
        mut visit: impl FnMut(DocId, &[u32]),
    ) -> Result<(), IndexError> {
        let (among, mode, cancellation, uncompared) = match posts {
            PhrasePosts::All(cursor) => (None, cursor.phrases, cursor.cancellation, Some(&cursor.uncompared)),
            PhrasePosts::Only(docs) => (Some(docs), PhraseMode::Exact, &NEVER, None),
        };
        let mut elements = Vec::with_capacity(pattern.elements.len());
        for alternatives in &pattern.elements {
            let element = PhraseElement::open(*self, field, alternatives, mode)?;
            if element.lists.is_empty() {
                return Ok(());
            }
            elements.push(element);
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
            let doc = elements[0].seek(target);
            if doc == TERMINATED {
                return Ok(());
            }
            cancellation.check()?;
            let is_candidate = among.is_none() || doc == target;
            if is_candidate && elements[1..].iter_mut().all(|element| element.seek(doc) == doc) {
                let is_exact = mode == PhraseMode::Exact
                    && has_few_positions(elements.iter().map(PhraseElement::num_positions).sum());
                if is_exact {
                    phrase_starts(&mut elements, &mut starts, &mut positions);
                } else {
                    starts.clear();
                    // Nothing is highlighted, because the positions were not compared.
                    starts.extend(among.is_none().then_some(0));
                    if let Some(posts) = uncompared.filter(|_| mode == PhraseMode::Exact) {
                        posts.borrow_mut().push(doc);
                    }
                }
                if !starts.is_empty() {
                    visit(doc, &starts);
                }
            }
            target = if among.is_some() { target + 1 } else { doc + 1 };
        }
    }
}

/// Advances a posting list to the first post at or after `target`.
pub(crate) fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() >= target { postings.doc() } else { postings.seek(target) }
}

/// The posting lists of the alternatives at one position of a phrase.
struct PhraseElement {
    lists: Vec<SegmentPostings>,
    doc: DocId,
}

impl PhraseElement {
    fn open(
        segment: NumberedSegment<'_>,
        field: TextField,
        alternatives: &TermAlternatives,
        mode: PhraseMode,
    ) -> Result<Self, IndexError> {
        let option = match mode {
            PhraseMode::Exact => IndexRecordOption::WithFreqsAndPositions,
            PhraseMode::Relaxed => IndexRecordOption::Basic,
        };
        let mut lists = Vec::with_capacity(alternatives.len());
        for expansion in alternatives {
            lists.extend(segment.postings(field, expansion, option)?);
        }
        Ok(Self { lists, doc: TERMINATED })
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self.lists.iter_mut().map(|list| seek(list, target)).min().unwrap_or(TERMINATED);
        self.doc
    }

    /// Returns the number of positions in the current post.
    fn num_positions(&self) -> u64 {
        let lists = self.lists.iter().filter(|list| list.doc() == self.doc);
        lists.map(|list| u64::from(list.term_freq())).sum()
    }

    /// Sets `positions` to the positions in the current post, in ascending order.
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

/// Returns whether the positions in a field of a post are few enough to be read.
fn has_few_positions(count: u64) -> bool {
    count <= limits::MAX_POSITIONS_PER_FIELD
}

/// Sets `starts` to the first positions of the phrase in the post at which all elements are.
fn phrase_starts(elements: &mut [PhraseElement], starts: &mut Vec<u32>, positions: &mut Vec<u32>) {
    elements[0].positions(starts);
    for (offset, element) in (1..).zip(elements[1..].iter_mut()) {
        if starts.is_empty() {
            return;
        }
        element.positions(positions);
        let mut at = 0;
        starts.retain(|start| {
            while positions.get(at).is_some_and(|position| *position < start + offset) {
                at += 1;
            }
            positions.get(at) == Some(&(start + offset))
        });
    }
}
