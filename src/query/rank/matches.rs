//! Where in a post the query's words stand, read from the postings of the terms that matched.

use std::collections::BTreeMap;

use tantivy::{DocAddress, DocId};

use crate::config::limits;
use crate::index::unpack_heading;
use crate::index::{IndexError, OpenSegment, TextField};
use crate::query::context::Context;
use crate::query::expand::expanded_query::{Need, ResolvedQuery};
use crate::query::retrieve::postings::Segment;

/// A place at which a slot of the query matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Match {
    /// The first position.
    pub(crate) position: u32,
    /// How many positions it covers.
    pub(crate) span: u32,
    /// The slot.
    pub(crate) slot: usize,
    /// How good the match is, up to 1.
    pub(crate) quality: f32,
    /// It stands in a code block.
    pub(crate) is_code: bool,
}

/// The matches of one post.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PostMatches {
    /// In the title, by position.
    pub(crate) title: Vec<Match>,
    /// In the text (headings, prose, code), by position.
    pub(crate) text: Vec<Match>,
    /// Positions that the title has.
    pub(crate) title_len: u32,
    /// First position and length of each heading.
    pub(crate) headings: Vec<(u32, u32)>,
}

/// Where matches are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Places {
    /// In the title and the headings.
    Titles,
    /// In prose and code.
    Contents,
    /// Everywhere.
    All,
}

impl Places {
    fn has(self, field: TextField) -> bool {
        match field {
            TextField::Title | TextField::Headings => self != Self::Contents,
            TextField::Body | TextField::Code => self != Self::Titles,
            TextField::Labels | TextField::Description | TextField::Url => false,
        }
    }
}

/// Reads the matches of posts in addition to those that are known.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn read_matches(
    context: &Context<'_>,
    query: &ResolvedQuery,
    places: Places,
    posts: &mut [(DocAddress, &mut PostMatches)],
) -> Result<(), IndexError> {
    let mut by_segment: BTreeMap<u32, Vec<(DocId, usize)>> = BTreeMap::new();
    for (at, (address, _)) in posts.iter().enumerate() {
        by_segment.entry(address.segment_ord).or_default().push((address.doc_id, at));
    }
    let mut keys = Vec::new();
    for (segment_ord, mut docs) in by_segment {
        docs.sort_unstable();
        let number = segment_ord as usize;
        let open = &context.snapshot.open_segments()[number];
        read_segment(Segment { open, number }, (query, places), &docs, posts)?;
        for (doc, at) in docs {
            let matches = &mut *posts[at].1;
            if places != Places::Contents {
                matches.title_len = title_len(open, doc);
                matches.headings = open.heading_spans.values_for_doc(doc).map(unpack_heading).collect();
                tidy(&mut matches.title, &mut keys);
            }
            tidy(&mut matches.text, &mut keys);
        }
    }
    Ok(())
}

/// Positions that the title of a post has.
pub(super) fn title_len(segment: &OpenSegment, doc: DocId) -> u32 {
    u32::try_from(segment.title_lens.first(doc).unwrap_or(0)).unwrap_or(u32::MAX)
}

fn read_segment(
    segment: Segment<'_>,
    (query, places): (&ResolvedQuery, Places),
    docs: &[(DocId, usize)],
    posts: &mut [(DocAddress, &mut PostMatches)],
) -> Result<(), IndexError> {
    let ids: Vec<DocId> = docs.iter().map(|(doc, _)| *doc).collect();
    let scored = query.slots.iter().enumerate().filter(|(_, slot)| slot.need != Need::Never);
    for (slot, pattern) in scored.flat_map(|(at, slot)| slot.patterns.iter().map(move |p| (at, p))) {
        for field in pattern.fields.iter().filter(|field| places.has(**field)) {
            segment.each_place(pattern, *field, &ids, |doc, positions, span, quality| {
                let Ok(place) = docs.binary_search_by_key(&doc, |(doc, _)| *doc) else { return };
                let matches = &mut *posts[docs[place].1].1;
                let list = if *field == TextField::Title { &mut matches.title } else { &mut matches.text };
                // Each slot may fill what the ones before it left, and a share of its own.
                let room = (limits::MAX_POSITIONS_PER_WORD * (slot + 1)).saturating_sub(list.len());
                let is_code = *field == TextField::Code;
                let positions = positions.iter().take(room).copied();
                list.extend(positions.map(|position| Match { position, span, slot, quality, is_code }));
            })?;
        }
    }
    Ok(())
}

/// Sorts by position and keeps the best match of a slot at a position. What is compared of a match is one
/// number: position, slot, and its place in the list.
fn tidy(matches: &mut Vec<Match>, keys: &mut Vec<u64>) {
    const SLOT_BITS: u32 = u64::BITS.ilog2();
    const PLACE_BITS: u32 = u32::BITS - SLOT_BITS;
    if matches.is_sorted_by(|a, b| (a.position, a.slot) < (b.position, b.slot)) {
        return;
    }
    keys.clear();
    let numbered = (0_u64..).zip(matches.iter());
    keys.extend(numbered.map(|(place, found)| {
        u64::from(found.position) << u32::BITS | (found.slot as u64) << PLACE_BITS | place
    }));
    keys.sort_unstable();
    let mut tidied: Vec<Match> = Vec::with_capacity(matches.len());
    for key in keys {
        let found = matches[(*key & ((1 << PLACE_BITS) - 1)) as usize];
        match tidied.last_mut() {
            Some(kept) if kept.position == found.position && kept.slot == found.slot => {
                let span = kept.span.max(found.span);
                if found.quality > kept.quality {
                    *kept = found;
                }
                kept.span = span;
            }
            _ => tidied.push(found),
        }
    }
    *matches = tidied;
}
