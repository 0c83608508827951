//! Requests whose responses are cached as JSON.

use crate::index::IndexError;
use crate::query::SearchRequest;
use crate::query::related::{RelatedError, RelatedRequest};
use crate::query::suggest::SuggestRequest;

/// A request to one of the endpoints of the search API.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ApiRequest {
    /// Search posts.
    Search {
        /// The validated request.
        request: Box<SearchRequest>,
        /// Warnings about the request, appended to those of the response.
        warnings: Vec<String>,
    },
    /// Complete a partly typed query.
    Suggest(SuggestRequest),
    /// Find posts related to one post.
    Related(RelatedRequest),
}

/// A failure to respond to a request.
#[derive(Debug, thiserror::Error)]
pub enum ResponseError {
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// There is no post with the requested id, or the index cannot be read.
    #[error(transparent)]
    Related(#[from] RelatedError),
}

impl ApiRequest {
    /// Returns a search. Facets are sorted, so that requests with the same response are equal. The spaces of
    /// the query are kept, because a trailing space marks the last word as complete.
    #[must_use]
    pub fn search(mut request: SearchRequest, warnings: Vec<String>) -> Self {
        request.facets.sort_unstable();
        Self::Search { request: Box::new(request), warnings }
    }

    /// Returns whether the response is worth caching. Explained searches are rarely repeated, and unknown
    /// parameters often exist only to make each URL unique.
    pub(super) fn is_cacheable(&self) -> bool {
        match self {
            Self::Search { request, warnings } => !request.explain && warnings.is_empty(),
            Self::Suggest(_) | Self::Related(_) => true,
        }
    }

    /// Returns the length of the texts of the request, in bytes.
    pub(super) fn len(&self) -> usize {
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
