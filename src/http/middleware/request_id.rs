//! Ids of requests, which connect a response to the lines of the log.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::limits;

/// The header field of the id of a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An odd number that spreads consecutive numbers over 64 bits: the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Makes ids that differ in one process and probably among processes.
#[derive(Debug)]
pub(super) struct RequestIds {
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        Self { next: AtomicU64::new(RandomState::new().hash_one(std::process::id())) }
    }
}

impl RequestIds {
    /// Returns the id that the client gave, if it is short and plain, so that it can be logged; otherwise a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        match headers.get(REQUEST_ID) {
            Some(id) if is_plain(id.as_bytes()) => id.clone(),
            _ => self.new_id(),
        }
    }

    fn new_id(&self) -> HeaderValue {
        let id = format!("{:016x}", self.next.fetch_add(STEP, Ordering::Relaxed));
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("0"))
    }
}

fn is_plain(id: &[u8]) -> bool {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=limits::MAX_REQUEST_ID_BYTES).contains(&id.len()) && id.iter().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_of_clients_are_kept_if_they_are_short_and_plain() {
        let ids = RequestIds::default();
        let given = |id: &[u8]| {
            let id = HeaderValue::from_bytes(id).unwrap();
            ids.of(&HeaderMap::from_iter([(REQUEST_ID, id.clone())])) == id
        };
        for id in ["a", "7b1e.5-x_Y", "0b1c9c64-8c1a-4f0e-9d3b-6d7c1a2b3c4d", &"x".repeat(64)] {
            assert!(given(id.as_bytes()), "{id}");
        }
        for id in [&b""[..], b"a b", b"a\tb", b"\"a\"", b"<b>", b"a,b", "é".as_bytes(), &[b'x'; 65], b"a=1"]
        {
            assert!(!given(id), "{id:?}");
        }
    }

    #[test]
    fn generated_ids_differ() {
        let ids = RequestIds::default();
        let generated: BTreeSet<_> =
            (0..10_000).map(|_| ids.of(&HeaderMap::new()).to_str().unwrap().to_owned()).collect();
        assert_eq!(generated.len(), 10_000);
        assert!(generated.iter().all(|id| id.len() == 16));
    }
}
