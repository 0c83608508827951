//! Whole answers as JSON, and the memory of those that one commit gave.
//!
//! An answer hangs on the commit and on the question alone, so each commit has a memory of its own: a new one
//! begins with none, and what an old one remembers goes with it. A remembered answer tells in `took_us` the
//! time that the search took when it was made.

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;

use crate::config::limits;
use crate::index::IndexError;
use crate::query::SearchRequest;
use crate::query::related::{RelatedError, RelatedRequest};
use crate::query::suggest::SuggestRequest;

/// Room for an answer when it is begun, in bytes: most ask for ten hits and take less.
const USUAL_ANSWER_BYTES: usize = 16 << 10;
/// What remembering takes beside the texts of question and answer, in bytes.
const ENTRY_BYTES: usize = 400;

/// What a reader asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// For posts that match.
    Search {
        /// What is looked for.
        request: Box<SearchRequest>,
        /// Warnings that the answer ends with: what of the request was not understood before it came here.
        warnings: Vec<String>,
    },
    /// For what may be typed next.
    Suggest(SuggestRequest),
    /// For the posts closest to one.
    Related(RelatedRequest),
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// There are no related posts to tell.
    #[error(transparent)]
    Related(#[from] RelatedError),
}

impl Question {
    /// Asks for posts. Requests that have the same answer become the same question: the order in which facets
    /// are named does not matter. Blanks of the query do: one at its end says that the last word is whole.
    #[must_use]
    pub fn search(mut request: SearchRequest, warnings: Vec<String>) -> Self {
        request.facets.sort_unstable();
        Self::Search { request: Box::new(request), warnings }
    }

    /// Whether it may be asked again: explanations are looked at once, and parameters that mean nothing are
    /// often there to be different each time.
    fn is_usual(&self) -> bool {
        match self {
            Self::Search { request, warnings } => !request.explain && warnings.is_empty(),
            Self::Suggest(_) | Self::Related(_) => true,
        }
    }

    /// Length of its texts, in bytes.
    fn len(&self) -> usize {
        match self {
            Self::Search { request, .. } => {
                let SearchRequest { query, category, tag, author, lang, .. } = &**request;
                let filters = [category, tag, author, lang].into_iter().flatten().map(String::len);
                query.len() + filters.sum::<usize>()
            }
            Self::Suggest(request) => request.query.len(),
            Self::Related(request) => request.id.len(),
        }
    }
}

/// The answers that one commit gave, up to [`limits::REMEMBERED_BYTES`]; those that are asked for again and
/// again stay longest.
pub(super) struct Answers(Cache<Question, Bytes, Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<Question, Bytes> for Weight {
    fn weight(&self, question: &Question, answer: &Bytes) -> u64 {
        (question.len() + answer.len() + ENTRY_BYTES) as u64
    }
}

impl Default for Answers {
    fn default() -> Self {
        let usual = limits::REMEMBERED_BYTES / USUAL_ANSWER_BYTES;
        Self(Cache::with_weighter(usual, limits::REMEMBERED_BYTES as u64, Weight))
    }
}

impl Answers {
    pub(super) fn recall(&self, question: &Question) -> Option<Bytes> {
        self.0.get(question)
    }

    /// Takes note of an answer, unless it is one that is hardly asked for twice, or very long.
    pub(super) fn remember(&self, question: Question, answer: &Bytes) {
        if question.is_usual() && question.len() + answer.len() <= limits::MAX_REMEMBERED_ANSWER_BYTES {
            self.0.insert(question, answer.clone());
        }
    }
}

/// Writes an answer in one go; it takes no more memory than its text.
pub(super) fn to_json(answer: &impl Serialize) -> Result<Bytes, IndexError> {
    let mut json = Vec::with_capacity(USUAL_ANSWER_BYTES);
    serde_json::to_writer(&mut json, answer)?;
    Ok(json.into_boxed_slice().into())
}
