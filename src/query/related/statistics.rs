//! How common words are among the posts of a language, and how much a field counts.

use crate::index::schema::columns;
use crate::index::{IndexError, Snapshot, TextField};

/// How much an occurrence in a field counts. Titles and labels say what a post is about; code
/// repeats names that its text does not dwell on.
pub(super) fn weight(field: TextField) -> f32 {
    match field {
        TextField::Title => 4.0,
        TextField::Labels => 3.0,
        TextField::Headings => 2.0,
        TextField::Description => 1.5,
        TextField::Body => 1.0,
        TextField::Code => 0.2,
        TextField::Url => 0.0,
    }
}

/// How many posts there are in a language: what is common in it is rare among all.
pub(super) struct Statistics {
    posts: f32,
}

impl Statistics {
    /// Counts the posts in the language.
    pub(super) fn of(snapshot: &Snapshot, lang: &str) -> Result<Self, IndexError> {
        let mut posts = 0;
        for segment in snapshot.segments() {
            let Some(column) = segment.fast_fields().str(columns::LANG)? else { continue };
            let Some(ord) = column.dictionary().term_ord(lang)? else { continue };
            let has_lang = |doc: &u32| column.ords().first(*doc) == Some(ord);
            posts += segment.doc_ids_alive().filter(has_lang).count();
        }
        Ok(Self { posts: as_f32(u32::try_from(posts).unwrap_or(u32::MAX)) })
    }

    /// BM25's inverse document frequency, never below zero.
    pub(super) fn idf(&self, posts: u32) -> f32 {
        let posts = as_f32(posts);
        (1.0 + (self.posts - posts + 0.5).max(0.0) / (posts + 0.5)).ln()
    }
}

pub(super) fn as_f32(count: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let count = count as f32;
    count
}
