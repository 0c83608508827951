//! The response cache: the JSON responses of one commit.
//!
//! A response depends only on the commit and the request. Each commit therefore has its own cache, which
//! starts empty and is dropped with the commit. `took_us` of a cached response is the time of the search that
//! computed it.

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;

use super::request::ApiRequest;
use crate::config::limits;
use crate::index::IndexError;

/// Initial capacity of a response, in bytes; ten hits take about 12,000.
const TYPICAL_RESPONSE_BYTES: usize = 16 << 10;
/// Memory of a cache entry beside the texts of request and response, in bytes.
const ENTRY_OVERHEAD_BYTES: usize = 400;

/// Cached responses, up to [`limits::RESPONSE_CACHE_BYTES`]; frequently requested ones are evicted last.
pub(super) struct ResponseCache(Cache<ApiRequest, Bytes, ResponseWeighter>);

#[derive(Clone)]
struct ResponseWeighter;

impl Weighter<ApiRequest, Bytes> for ResponseWeighter {
    fn weight(&self, request: &ApiRequest, response: &Bytes) -> u64 {
        (request.len() + response.len() + ENTRY_OVERHEAD_BYTES) as u64
    }
}

impl Default for ResponseCache {
    fn default() -> Self {
        let capacity = limits::RESPONSE_CACHE_BYTES / TYPICAL_RESPONSE_BYTES;
        Self(Cache::with_weighter(capacity, limits::RESPONSE_CACHE_BYTES as u64, ResponseWeighter))
    }
}

impl ResponseCache {
    pub(super) fn get(&self, request: &ApiRequest) -> Option<Bytes> {
        self.0.get(request)
    }

    /// Caches a response, unless the request is rarely repeated or the response is too long.
    pub(super) fn insert(&self, request: ApiRequest, response: &Bytes) {
        if request.is_cacheable() && request.len() + response.len() <= limits::MAX_CACHED_RESPONSE_BYTES {
            self.0.insert(request, response.clone());
        }
    }
}

/// Returns the response as JSON, in a buffer without spare capacity.
pub(super) fn to_json(response: &impl Serialize) -> Result<Bytes, IndexError> {
    let mut json = Vec::with_capacity(TYPICAL_RESPONSE_BYTES);
    serde_json::to_writer(&mut json, response)?;
    Ok(json.into_boxed_slice().into())
}
