//! How often the slots of a query occur in the posts of a segment.

use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReader;

use super::id_set::NumberSet;
use super::postings::{Cursor, Phrase, Segment};
use crate::index::{IndexError, TextField};
use crate::query::context::Context;
use crate::query::expand::expanded_query::{Pattern, Slot};

/// What a slot comes to in one post.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Tally {
    /// Its frequency, weighted by field and quality, normalised by length.
    pub(crate) weighted: f32,
    /// The quality of the best match, from 0 to 1.
    pub(crate) best: f32,
}

/// What a slot comes to in the posts of a segment.
#[derive(Debug, Default)]
pub(crate) struct SlotTallies {
    /// By post; empty where none has it.
    tallies: Vec<Tally>,
    /// The posts that have it.
    pub(crate) posts: NumberSet,
    /// Those that have it in the title.
    pub(crate) in_title: NumberSet,
    /// Those that have it in a heading.
    pub(crate) in_headings: NumberSet,
}

impl SlotTallies {
    /// Reads the posting lists of a slot.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn read(
        segment: Segment<'_>,
        norms: &FieldNorms,
        slot: &Slot,
        phrase: Phrase,
    ) -> Result<Self, IndexError> {
        let mut found = Self::default();
        let mut cursor = Cursor::default();
        for pattern in slot.patterns.iter().filter(|pattern| !pattern.is_hopeless()) {
            for field in pattern.fields {
                found.add(segment, norms, (pattern, *field), (phrase, &mut cursor))?;
            }
        }
        Ok(found)
    }

    fn add(
        &mut self,
        segment: Segment<'_>,
        norms: &FieldNorms,
        (pattern, field): (&Pattern, TextField),
        reading: (Phrase, &mut Cursor),
    ) -> Result<(), IndexError> {
        let max_doc = segment.open.reader().max_doc() as usize;
        let lengths = segment.open.lengths.of_field(field);
        let (weight, by_length) = norms.of(field);
        if self.tallies.is_empty() {
            self.tallies.resize(max_doc, Tally::default());
            self.posts = NumberSet::new(max_doc);
        }
        let mut in_field = match field {
            TextField::Title => Some(&mut self.in_title),
            TextField::Headings => Some(&mut self.in_headings),
            _ => None,
        };
        if let Some(in_field) = &mut in_field
            && **in_field == NumberSet::default()
        {
            **in_field = NumberSet::new(max_doc);
        }
        segment.each_match(pattern, field, reading, |docs, frequencies, worth| {
            for (doc, frequency) in docs.iter().zip(frequencies) {
                #[expect(clippy::cast_precision_loss, reason = "frequencies are small")]
                let frequency = *frequency as f32;
                let tally = &mut self.tallies[*doc as usize];
                let factor = by_length[usize::from(lengths.code(*doc))];
                tally.weighted += weight * worth.weight * frequency * factor;
                tally.best = tally.best.max(worth.quality);
            }
            self.posts.add_each(docs);
            if let Some(in_field) = &mut in_field {
                in_field.add_each(docs);
            }
        })
    }

    /// What the slot comes to in a post.
    pub(crate) fn of(&self, doc: DocId) -> Tally {
        self.tallies.get(doc as usize).copied().unwrap_or_default()
    }
}

/// What the lengths of fields do to their frequencies.
pub(crate) struct FieldNorms {
    /// By field: its weight, and a factor by the length's code.
    fields: Vec<(f32, [f32; 256])>,
}

impl FieldNorms {
    /// The norms of all fields.
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let norms = |field: TextField| {
            let b = context.weights.b_of_field(field);
            let average = context.snapshot.average_length(field);
            let factor = |code: u8| {
                #[expect(clippy::cast_precision_loss, reason = "lengths are small")]
                let length = FieldNormReader::id_to_fieldnorm(code) as f32;
                1.0 / (1.0 - b + b * length / average)
            };
            let mut factors = [0.0; 256];
            (0..=u8::MAX).zip(&mut factors).for_each(|(code, out)| *out = factor(code));
            (context.weights.of_field(field), factors)
        };
        Self { fields: TextField::ALL.into_iter().map(norms).collect() }
    }

    fn of(&self, field: TextField) -> (f32, &[f32; 256]) {
        let (weight, factors) = &self.fields[field.index()];
        (*weight, factors)
    }
}
