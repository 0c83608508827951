//! Requests whose responses are cached.

use crate::index::IndexError;
use crate::query::post::PostRequest;
use crate::query::related::RelatedRequest;
use crate::query::suggest::SuggestRequest;
use crate::query::{FacetRequest, PostLookupError, SearchRequest};

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
    /// Count the values of a facet.
    Facets {
        /// The validated request.
        request: Box<FacetRequest>,
        /// Warnings about the request, appended to those of the response.
        warnings: Vec<String>,
    },
    /// Complete a partly typed query.
    Suggest(SuggestRequest),
    /// Find posts related to one post.
    Related(RelatedRequest),
    /// Return a post with its text.
    Post(PostRequest),
}

/// A failure to respond to a request.
#[derive(Debug, thiserror::Error)]
pub enum ResponseError {
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// There is no post with the requested id, or the index cannot be read.
    #[error(transparent)]
    Lookup(#[from] PostLookupError),
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
            Self::Facets { warnings, .. } => warnings.is_empty(),
            Self::Suggest(_) | Self::Related(_) | Self::Post(_) => true,
        }
    }

    /// Returns the length of the texts of the request, in bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Search { request, .. } => text_len(request),
            Self::Facets { request, .. } => request.prefix.len() + text_len(&request.search),
            Self::Suggest(request) => request.query.len(),
            Self::Related(request) => request.id.len(),
            Self::Post(request) => request.id.len(),
        }
    }
}

fn text_len(request: &SearchRequest) -> usize {
    let SearchRequest { query, category, tag, author, lang, series, .. } = request;
    let filters = [category, tag, author, lang, series].into_iter().flatten().map(String::len);
    query.len() + filters.sum::<usize>()
}
