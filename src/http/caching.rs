//! Caching of responses by clients and proxies: entity tags, `If-None-Match`, `Cache-Control` (RFC 9110, RFC 9111).
//!
//! A response with the headers of a [`CachePolicy`] may be stored by every cache. Once it is older than the setting
//! `[http] cache_max_age_s`, a cache asks whether it has changed, and the answer is status 304, without a search, if it
//! has not. All other responses, errors among them, are not stored.

use std::convert::Infallible;
use std::fmt::Display;
use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;

/// `Cache-Control` of responses that no cache may store.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What a request says about caching.
#[derive(Debug, Clone, Default)]
pub(super) struct CacheConditions {
    /// The values of `If-None-Match`.
    if_none_match: Vec<HeaderValue>,
    /// Whether the request has credentials, so that shared caches must not store the response.
    is_private: bool,
}

impl<S: Sync> FromRequestParts<S> for CacheConditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let if_none_match = parts.headers.get_all(IF_NONE_MATCH).iter().cloned().collect();
        Ok(Self { if_none_match, is_private: parts.headers.contains_key(AUTHORIZATION) })
    }
}

impl CacheConditions {
    /// Returns whether the client has the response with this entity tag.
    pub(super) fn have(&self, tag: &HeaderValue) -> bool {
        self.if_none_match.iter().any(|list| lists(list.as_bytes(), tag.as_bytes()))
    }

    /// Returns whether the client wants no response at all if there is one: `If-None-Match: *`.
    pub(super) fn match_any(&self) -> bool {
        matches!(self.if_none_match.as_slice(), [value] if value.as_bytes().trim_ascii() == b"*")
    }
}

/// Returns whether a list of entity tags contains this one. The comparison is weak: `W/` makes no difference.
fn lists(mut list: &[u8], tag: &[u8]) -> bool {
    let wanted = opaque(tag);
    loop {
        list = list.trim_ascii_start();
        if let Some(rest) = list.strip_prefix(b",") {
            list = rest;
            continue;
        }
        list = opaque(list);
        // A tag is in quotes and may contain commas. What follows a malformed one is ignored.
        let Some(end) = list.strip_prefix(b"\"").and_then(|rest| rest.iter().position(|byte| *byte == b'"'))
        else {
            return false;
        };
        let (listed, rest) = list.split_at(end + 2);
        if listed == wanted {
            return true;
        }
        list = rest;
    }
}

/// Returns the text without the mark of weak tags.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// Returns an entity tag as a header value.
pub(super) fn header_value(tag: impl Display) -> HeaderValue {
    // Tags are hexadecimal numbers in quotes.
    HeaderValue::try_from(tag.to_string()).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Number of hexadecimal digits of the entity tag of a text.
const TAG_DIGITS: usize = 32;

/// A text with its content type and its entity tag.
#[derive(Debug)]
pub(super) struct TaggedText {
    content_type: HeaderValue,
    text: Bytes,
    tag: HeaderValue,
}

impl TaggedText {
    /// Returns a text; the tag depends on it alone.
    pub(super) fn new(content_type: &'static str, text: impl Into<Bytes>) -> Self {
        let text = text.into();
        let digest = blake3::hash(&text).to_hex();
        // It is weak, because the text may be compressed.
        let tag = header_value(format_args!("W/\"{}\"", &digest[..TAG_DIGITS]));
        Self { content_type: HeaderValue::from_static(content_type), text, tag }
    }

    /// Responds with the text, unless the client has it.
    pub(super) fn respond(&self, policy: &CachePolicy, conditions: &CacheConditions) -> Response {
        let tag = self.tag.clone();
        if conditions.have(&tag) || conditions.match_any() {
            return policy.not_modified(conditions, tag);
        }
        let mut response = Response::new(Body::from(self.text.clone()));
        response.headers_mut().insert(CONTENT_TYPE, self.content_type.clone());
        policy.apply(conditions, tag, response)
    }
}

/// How long caches use a response without asking whether it has changed.
#[derive(Debug, Clone)]
pub(super) struct CachePolicy {
    public: HeaderValue,
    private: HeaderValue,
}

impl CachePolicy {
    /// Returns the policy with this maximum age.
    pub(super) fn new(max_age: Duration) -> Self {
        let value = |scope: &str| {
            let value = format!("{scope}, max-age={}, must-revalidate", max_age.as_secs());
            HeaderValue::try_from(value).unwrap_or(NO_STORE)
        };
        Self { public: value("public"), private: value("private") }
    }

    /// Returns the policy of responses that never change.
    pub(super) fn immutable() -> Self {
        Self {
            public: HeaderValue::from_static("public, max-age=31536000, immutable"),
            private: HeaderValue::from_static("private, max-age=31536000, immutable"),
        }
    }

    /// Returns the response for a client that has the current one: status 304.
    pub(super) fn not_modified(&self, conditions: &CacheConditions, tag: HeaderValue) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        self.apply(conditions, tag, response)
    }

    /// Adds the headers of the policy to a response.
    pub(super) fn apply(
        &self,
        conditions: &CacheConditions,
        tag: HeaderValue,
        mut response: Response,
    ) -> Response {
        let cache_control = if conditions.is_private { &self.private } else { &self.public };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, cache_control.clone());
        headers.insert(ETAG, tag);
        headers.append(VARY, ACCEPT_ENCODING.into());
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: HeaderValue = HeaderValue::from_static("W/\"a1\"");

    fn conditions(values: &[&'static str]) -> CacheConditions {
        let if_none_match = values.iter().map(|value| HeaderValue::from_static(value)).collect();
        CacheConditions { if_none_match, is_private: false }
    }

    #[test]
    fn tags_are_found_in_lists_by_weak_comparison() {
        for values in [
            &["W/\"a1\""][..],
            &["\"a1\""],
            &["\"b\", W/\"a1\""],
            &[" ,,\"b,c\" ,\"a1\""],
            &["\"b\"", "\"c\",\"a1\""],
            &["\"\", \"a1\""],
        ] {
            assert!(conditions(values).have(&TAG), "{values:?}");
        }
        for values in [
            &[][..],
            &[""],
            &["a1"],
            &["\"a1"],
            &["\"A1\""],
            &["\"a1\u{20}\""],
            &["w/\"a1\""],
            &["\"x,\"a1\""],
            &["*"],
            &["W/"],
            &["W/W/\"a1\""],
            &[",,,,"],
        ] {
            assert!(!conditions(values).have(&TAG), "{values:?}");
        }
    }

    #[test]
    fn only_a_single_asterisk_matches_any_response() {
        assert!(conditions(&["*"]).match_any() && conditions(&[" * "]).match_any());
        for values in [&[][..], &["**"], &["\"*\""], &["*", "*"], &["*, \"a\""]] {
            assert!(!conditions(values).match_any(), "{values:?}");
        }
    }

    #[test]
    fn a_long_list_is_compared_in_linear_time() {
        let list = format!("{}\"a1\"", "\"x\",".repeat(1 << 20));
        assert!(lists(list.as_bytes(), TAG.as_bytes()));
        assert!(!lists("\"".repeat(4 << 20).as_bytes(), TAG.as_bytes()));
    }

    #[test]
    fn responses_to_requests_with_credentials_are_private() {
        let policy = CachePolicy::new(Duration::from_mins(1));
        let private = CacheConditions { is_private: true, ..CacheConditions::default() };
        let cache_control =
            |conditions| policy.not_modified(conditions, TAG).headers()[CACHE_CONTROL].clone();
        assert_eq!(cache_control(&private), "private, max-age=60, must-revalidate");
        assert_eq!(cache_control(&CacheConditions::default()), "public, max-age=60, must-revalidate");
    }
}
