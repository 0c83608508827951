//! Term-frequency accumulators: how often each query term occurs in the posts of a segment.

use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReader;

use super::id_set::IdSet;
use super::postings::{NumberedSegment, PostingCursor};
use crate::index::{IndexError, TextField};
use crate::query::context::Context;
use crate::query::expand::expanded_query::{Pattern, QueryTerm};

/// The accumulated frequency of a query term in one post.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct TermFrequency {
    /// Sum of its occurrences, weighted by field and quality and normalized by field length.
    pub(crate) weighted: f32,
    /// The quality of its best match, from 0 to 1.
    pub(crate) best_quality: f32,
}

/// The frequencies of a query term in all posts of a segment.
#[derive(Debug, Default)]
pub(crate) struct TermFrequencies {
    /// By post; empty if no post contains the term.
    frequencies: Vec<TermFrequency>,
    /// The posts that contain the term.
    pub(crate) posts: IdSet,
    /// The posts that contain it in the title.
    pub(crate) in_title: IdSet,
    /// The posts that contain it in a heading.
    pub(crate) in_headings: IdSet,
    /// The posts in which a phrase of the term matched although its positions were too many to compare.
    pub(crate) uncompared: Vec<DocId>,
}

impl TermFrequencies {
    /// Reads the posting lists of a query term with the cursor.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(crate) fn read(
        segment: NumberedSegment<'_>,
        norms: &FieldNorms,
        term: &QueryTerm,
        cursor: PostingCursor<'_>,
    ) -> Result<Self, IndexError> {
        let mut frequencies = Self::default();
        let mut accumulation = Accumulation { segment, norms, cursor };
        for pattern in term.patterns.iter().filter(|pattern| !pattern.matches_nothing()) {
            for field in pattern.fields {
                frequencies.add(&mut accumulation, pattern, *field)?;
            }
        }
        frequencies.uncompared = accumulation.cursor.into_uncompared();
        Ok(frequencies)
    }

    /// Adds the occurrences of a pattern in a field.
    fn add(
        &mut self,
        accumulation: &mut Accumulation<'_>,
        pattern: &Pattern,
        field: TextField,
    ) -> Result<(), IndexError> {
        let Accumulation { segment, norms, cursor } = accumulation;
        let max_doc = segment.open.reader().max_doc() as usize;
        let lengths = segment.open.lengths.of_field(field);
        let FieldNorm { weight, factors } = norms.of_field(field);
        if self.frequencies.is_empty() {
            self.frequencies.resize(max_doc, TermFrequency::default());
            self.posts = IdSet::new(max_doc);
        }
        let mut in_field = match field {
            TextField::Title => Some(&mut self.in_title),
            TextField::Headings => Some(&mut self.in_headings),
            _ => None,
        };
        if let Some(in_field) = &mut in_field
            && **in_field == IdSet::default()
        {
            **in_field = IdSet::new(max_doc);
        }
        segment.each_match(pattern, field, cursor, |docs, counts, value| {
            for (doc, count) in docs.iter().zip(counts) {
                #[expect(clippy::cast_precision_loss, reason = "frequencies are small")]
                let count = *count as f32;
                let frequency = &mut self.frequencies[*doc as usize];
                let factor = factors[usize::from(lengths.fieldnorm_id(*doc))];
                frequency.weighted += weight * value.weight * count * factor;
                frequency.best_quality = frequency.best_quality.max(value.quality);
            }
            self.posts.insert_all(docs);
            if let Some(in_field) = &mut in_field {
                in_field.insert_all(docs);
            }
        })
    }

    /// Returns the frequency in a post.
    pub(crate) fn in_post(&self, doc: DocId) -> TermFrequency {
        self.frequencies.get(doc as usize).copied().unwrap_or_default()
    }
}

/// The inputs of the accumulation of a query term.
struct Accumulation<'a> {
    segment: NumberedSegment<'a>,
    norms: &'a FieldNorms,
    cursor: PostingCursor<'a>,
}

/// The weights and length norms of all fields.
pub(crate) struct FieldNorms {
    fields: Vec<FieldNorm>,
}

/// The weight of a field, and the normalization of its frequencies by length.
struct FieldNorm {
    weight: f32,
    /// BM25's length normalization, by Tantivy's one-byte code of the length.
    factors: [f32; 256],
}

impl FieldNorms {
    /// Computes the norms of all fields.
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
            FieldNorm { weight: context.weights.of_field(field), factors }
        };
        Self { fields: TextField::ALL.into_iter().map(norms).collect() }
    }

    fn of_field(&self, field: TextField) -> &FieldNorm {
        &self.fields[field.index()]
    }
}
