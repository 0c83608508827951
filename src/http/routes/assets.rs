//! The files of the pages: `GET /assets/{name}`.

use std::sync::LazyLock;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::config::limits;
use crate::http::caching::{CacheConditions, TaggedText};
use crate::http::middleware::security_headers::{CROSS_ORIGIN, RESOURCE_POLICY};
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::shortened;

pub(super) const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
pub(super) const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// The files of the pages, by name.
static ASSETS: LazyLock<[(&str, TaggedText); 7]> = LazyLock::new(|| {
    [
        ("page.css", TaggedText::new(CSS, include_str!("../assets/page.css"))),
        ("docs.css", TaggedText::new(CSS, include_str!("../assets/docs.css"))),
        ("previews.js", TaggedText::new(JS, include_str!("../assets/previews.js"))),
        ("preview.css", TaggedText::new(CSS, include_str!("../assets/preview.css"))),
        ("results.css", TaggedText::new(CSS, include_str!("../assets/results.css"))),
        ("search.css", TaggedText::new(CSS, include_str!("../assets/search.css"))),
        ("static.css", TaggedText::new(CSS, include_str!("../assets/static.css"))),
    ]
});

/// Responds with a file of the pages.
pub(super) async fn asset(
    State(state): State<AppState>,
    conditions: CacheConditions,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ProblemDetails> {
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    let Some((_, file)) = ASSETS.iter().find(|(known, _)| *known == name) else {
        let name = shortened(&name, limits::MAX_QUOTED_BYTES);
        let detail = format!("the pages have no file {name:?}; the search page is at /");
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    };
    let mut response = file.respond(&state.cache_policy, &conditions);
    // Pages of every origin may load the files, even if only some may call the API.
    response
        .headers_mut()
        .extend([(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN), (RESOURCE_POLICY, CROSS_ORIGIN)]);
    Ok(response)
}
