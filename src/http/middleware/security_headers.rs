//! Header fields that restrict what browsers do with responses.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

/// Lets a page load only files of this service and insert no HTML with scripts, so that no script in a post can run.
/// With `trusted-types 'none'`, even a mistake in the page's own scripts cannot turn text into code.
const OF_PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                        img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
                        require-trusted-types-for 'script'; trusted-types 'none'";
/// Other responses are no pages: they load nothing.
const OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// Features of browsers that the pages do not use.
const PERMISSIONS: &str = "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), \
                           payment=(), usb=()";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
pub(in crate::http) const RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
/// Pages of every origin may embed the response.
pub(in crate::http) const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");

/// Returns the resource policy of an API that pages of these origins may call. Which of them may read a response is
/// decided by the CORS headers; this policy keeps others from embedding it.
pub(super) fn resource_policy(allow_origins: &[String]) -> HeaderValue {
    let is_open = allow_origins.iter().any(|origin| origin == "*");
    if is_open { CROSS_ORIGIN } else { HeaderValue::from_static("same-origin") }
}

/// Adds the header fields to those of a response.
pub(super) fn add(headers: &mut HeaderMap, resource_policy: &HeaderValue) {
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(RESOURCE_POLICY).or_insert_with(|| resource_policy.clone());
    let content_security = if is_page { OF_PAGES } else { OF_DATA };
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(content_security));
    if is_page {
        headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(content_type: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        add(&mut headers, &CROSS_ORIGIN);
        headers
    }

    #[test]
    fn pages_have_a_policy_for_scripts_and_data_has_one_that_allows_nothing() {
        let page = complete("text/html; charset=utf-8");
        let policy = page[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self'; ") && policy.contains("require-trusted-types-for 'script'")
        );
        assert!(page.contains_key(PERMISSIONS_POLICY));
        let data = complete("application/json");
        assert_eq!(data[CONTENT_SECURITY_POLICY], OF_DATA);
        assert!(!data.contains_key(PERMISSIONS_POLICY));
    }

    #[test]
    fn a_resource_policy_of_a_route_is_kept() {
        let mut headers = HeaderMap::from_iter([(RESOURCE_POLICY, CROSS_ORIGIN)]);
        add(&mut headers, &resource_policy(&["https://blog.example".to_owned()]));
        assert_eq!(headers[RESOURCE_POLICY], CROSS_ORIGIN);
        let mut headers = HeaderMap::new();
        add(&mut headers, &resource_policy(&["https://blog.example".to_owned()]));
        assert_eq!(headers[RESOURCE_POLICY], "same-origin");
    }
}
