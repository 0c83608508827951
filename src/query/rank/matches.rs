//! Positions of the query terms in a post, read from the postings.

use std::collections::BTreeMap;

use tantivy::{DocAddress, DocId};

use crate::config::limits;
use crate::index::{IndexError, OpenSegment, TextField, unpack_heading};
use crate::query::context::Context;
use crate::query::expand::expanded_query::ExpandedQuery;
use crate::query::retrieve::postings::{NumberedSegment, PatternMatches};

/// A match of a query term in a post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Match {
    /// The first position.
    pub(crate) position: u32,
    /// Number of positions that it covers.
    pub(crate) span: u32,
    /// Index of the query term.
    pub(crate) term: usize,
    /// Match quality, from 0 to 1.
    pub(crate) quality: f32,
    /// Whether it is in a code block.
    pub(crate) is_code: bool,
}

/// The matches of one post.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PostMatches {
    /// Matches in the title, by position.
    pub(crate) title: Vec<Match>,
    /// Matches in the text (headings, prose and code), by position.
    pub(crate) text: Vec<Match>,
    /// Number of positions in the title.
    pub(crate) title_len: u32,
    /// The headings, in order.
    pub(crate) headings: Vec<HeadingSpan>,
}

/// The positions of a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeadingSpan {
    pub(crate) first_position: u32,
    /// Number of positions.
    pub(crate) len: u32,
}

/// The part of posts in which matches are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MatchScope {
    /// Titles and headings.
    Titles,
    /// Prose and code.
    Contents,
    /// Everything.
    All,
}

impl MatchScope {
    fn includes(self, field: TextField) -> bool {
        match field {
            TextField::Title | TextField::Headings => self != Self::Contents,
            TextField::Body | TextField::Code => self != Self::Titles,
            TextField::Labels | TextField::Description | TextField::Url => false,
        }
    }
}

/// A post and the matches read so far.
pub(crate) struct PostToRead<'a> {
    pub(crate) address: DocAddress,
    pub(crate) matches: &'a mut PostMatches,
}

/// Reads the matches of a query in a part of posts.
#[derive(Clone, Copy)]
pub(crate) struct MatchReader<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) query: &'a ExpandedQuery,
    pub(crate) scope: MatchScope,
}

impl MatchReader<'_> {
    /// Adds the matches in the scope to those that are already known.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(crate) fn read(self, posts: &mut [PostToRead<'_>]) -> Result<(), IndexError> {
        let mut by_segment: BTreeMap<u32, Vec<(DocId, usize)>> = BTreeMap::new();
        for (at, post) in posts.iter().enumerate() {
            let address = post.address;
            by_segment.entry(address.segment_ord).or_default().push((address.doc_id, at));
        }
        let mut keys = Vec::new();
        for (segment_ord, mut docs) in by_segment {
            docs.sort_unstable();
            let ord = segment_ord as usize;
            let open = &self.context.snapshot.open_segments()[ord];
            self.read_segment(NumberedSegment { open, ord }, &docs, posts)?;
            for (doc, at) in docs {
                let matches = &mut *posts[at].matches;
                if self.scope != MatchScope::Contents {
                    matches.title_len = title_len(open, doc);
                    let spans = open.heading_spans.values_for_doc(doc).map(unpack_heading);
                    let spans = spans.map(|(first_position, len)| HeadingSpan { first_position, len });
                    matches.headings = spans.collect();
                    sort_and_deduplicate(&mut matches.title, &mut keys);
                }
                sort_and_deduplicate(&mut matches.text, &mut keys);
            }
        }
        Ok(())
    }

    /// Reads the matches in the posts `docs` of a segment: document ids in ascending order, each with its
    /// index in `posts`.
    fn read_segment(
        self,
        segment: NumberedSegment<'_>,
        docs: &[(DocId, usize)],
        posts: &mut [PostToRead<'_>],
    ) -> Result<(), IndexError> {
        let ids: Vec<DocId> = docs.iter().map(|(doc, _)| *doc).collect();
        let terms = self.query.terms.iter().enumerate().filter(|(_, term)| term.scoring);
        for (term, pattern) in terms.flat_map(|(at, term)| term.patterns.iter().map(move |p| (at, p))) {
            self.context.cancellation.check()?;
            for field in pattern.fields.iter().filter(|field| self.scope.includes(**field)) {
                segment.each_position(pattern, *field, &ids, |found| {
                    let PatternMatches { doc, positions, span, quality } = found;
                    let Ok(at) = docs.binary_search_by_key(&doc, |(doc, _)| *doc) else { return };
                    let matches = &mut *posts[docs[at].1].matches;
                    let list =
                        if *field == TextField::Title { &mut matches.title } else { &mut matches.text };
                    // Each term may use its own share and the unused shares of the terms before it.
                    let room = (limits::MAX_POSITIONS_PER_WORD * (term + 1)).saturating_sub(list.len());
                    let is_code = *field == TextField::Code;
                    let positions = positions.iter().take(room).copied();
                    list.extend(positions.map(|position| Match { position, span, term, quality, is_code }));
                })?;
            }
        }
        Ok(())
    }
}

/// Returns the number of positions in the title of a post.
pub(super) fn title_len(segment: &OpenSegment, doc: DocId) -> u32 {
    u32::try_from(segment.title_lens.first(doc).unwrap_or(0)).unwrap_or(u32::MAX)
}

/// Sorts matches by position and keeps the best one per query term and position. The sort key packs position,
/// query term and index into one number.
fn sort_and_deduplicate(matches: &mut Vec<Match>, keys: &mut Vec<u64>) {
    const TERM_BITS: u32 = u64::BITS.ilog2();
    const INDEX_BITS: u32 = u32::BITS - TERM_BITS;
    if matches.is_sorted_by(|a, b| (a.position, a.term) < (b.position, b.term)) {
        return;
    }
    keys.clear();
    let numbered = (0_u64..).zip(matches.iter());
    keys.extend(numbered.map(|(index, found)| {
        u64::from(found.position) << u32::BITS | (found.term as u64) << INDEX_BITS | index
    }));
    keys.sort_unstable();
    let mut unique: Vec<Match> = Vec::with_capacity(matches.len());
    for key in keys {
        let found = matches[(*key & ((1 << INDEX_BITS) - 1)) as usize];
        match unique.last_mut() {
            Some(kept) if kept.position == found.position && kept.term == found.term => {
                let span = kept.span.max(found.span);
                if found.quality > kept.quality {
                    *kept = found;
                }
                kept.span = span;
            }
            _ => unique.push(found),
        }
    }
    *matches = unique;
}
