//! The origin of the service as its clients see it, for documents that must contain absolute URLs.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::http::state::AppState;

/// The URL of the service without a slash at its end: the setting `[http] public_url`, or `http://` and the host that
/// the request names.
pub(in crate::http::routes) struct PublicUrl(pub(super) String);

impl FromRequestParts<AppState> for PublicUrl {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        if let Some(url) = &state.public_url {
            return Ok(Self(url.trim_end_matches('/').to_owned()));
        }
        let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = parts.uri.authority().map(axum::http::uri::Authority::as_str);
        Ok(Self(format!("http://{}", host_or_default(authority.or(named)))))
    }
}

/// Returns the host unless it has characters that no host has: a listener that is not on a loopback address may check
/// none.
fn host_or_default(host: Option<&str>) -> &str {
    let is_host_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    host.filter(|host| !host.is_empty() && host.chars().all(is_host_char)).unwrap_or("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_become_a_part_of_urls() {
        for host in ["blog.example", "[::1]:7878", "127.0.0.1"] {
            assert_eq!(host_or_default(Some(host)), host);
        }
        for host in [None, Some(""), Some("a.example/\"><x>"), Some("a b"), Some("a@b")] {
            assert_eq!(host_or_default(host), "localhost", "{host:?}");
        }
    }
}
