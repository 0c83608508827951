//! The path below which a proxy makes the service available, if the proxy does not remove it.
//!
//! A request for `/search/api/v1/search` with the base path `/search` is answered like one for `/api/v1/search`. Paths
//! that are routes come first: they are what a proxy sends that removes the base path. So with the base path `/search`, the
//! path `/search` is the route of that name, and `/search/` is the search page.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use tower::Service;

/// Lets a router answer requests below a base path, too.
pub(super) fn serve_below(router: Router, base_path: Option<&str>) -> Router {
    match base_path {
        None => router,
        Some(base_path) => {
            let stripping = BasePathService { base_path: base_path.into(), router: router.clone() };
            router.fallback_service(stripping)
        }
    }
}

/// Removes the base path from requests without a route.
#[derive(Clone)]
struct BasePathService {
    base_path: Arc<str>,
    router: Router,
}

impl Service<Request> for BasePathService {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if let Some(uri) = below(request.uri(), &self.base_path) {
            *request.uri_mut() = uri;
        }
        self.router.call(request)
    }
}

/// Returns the URI without the base path; `None` if it is not below it.
fn below(uri: &Uri, base_path: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(base_path)?;
    let rest: PathAndQuery = rest.starts_with('/').then(|| rest.parse().ok())??;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_path_is_removed_at_the_border_of_a_segment() {
        for (uri, expected) in [
            ("/blog/search/", Some("/")),
            ("/blog/search/api/v1/search?q=/blog/search/x", Some("/api/v1/search?q=/blog/search/x")),
            ("/blog/search//x", Some("//x")),
            ("http://a.example/blog/search/x", Some("http://a.example/x")),
            ("/blog/search", None),
            ("/blog/search?q=x", None),
            ("/blog/searching/x", None),
            ("/Blog/search/x", None),
            ("/x/blog/search/", None),
            ("*", None),
        ] {
            let stripped = below(&uri.parse().unwrap(), "/blog/search").map(|uri| uri.to_string());
            assert_eq!(stripped.as_deref(), expected, "{uri}");
        }
    }
}
