//! The commit that answers one request.

use std::hash::Hash;
use std::sync::Arc;

use bytes::Bytes;

use super::entity_tag::EntityTag;
use super::request::ApiRequest;
use super::search_state::SearchState;

/// A commit with the settings in force, pinned for one request: its entity tag and its response belong together,
/// whatever is published in the meantime. Otherwise a client could keep a response with the tag of an older commit, and
/// that tag becomes valid again when a change is reverted.
pub(crate) struct PinnedCommit(pub(super) Arc<SearchState>);

impl PinnedCommit {
    /// Returns the entity tag of the response to a request, or of what is made of the response to it and of other values.
    pub(crate) fn entity_tag(&self, request: &impl Hash) -> EntityTag {
        self.0.entity_tag(request)
    }

    /// Returns the cached response as JSON.
    pub(crate) fn cached_response(&self, request: &ApiRequest) -> Option<Bytes> {
        self.0.responses.get(request)
    }
}
