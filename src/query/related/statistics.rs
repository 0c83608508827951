//! Inverse document frequencies among the posts of a language.

use crate::index::schema::columns;
use crate::index::{IndexError, Snapshot};

/// The number of posts in a language: a word that is common in a language may be rare among all posts.
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

    /// Returns BM25's inverse document frequency, never below zero.
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
