//! The search page: `GET /` and `GET /assets/{name}`.

use std::sync::LazyLock;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::config::limits;
use crate::http::caching::{CacheConditions, TaggedText};
use crate::http::middleware::security_headers::{CROSS_ORIGIN, RESOURCE_POLICY};
use crate::http::post_links::PostLinks;
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::shortened;

pub(super) const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
const CSS: &str = "text/css; charset=utf-8";
pub(super) const JS: &str = "text/javascript; charset=utf-8";

const HTML: &str = "text/html; charset=utf-8";
const INDEX: &str = include_str!("../assets/index.html");

static PAGE: LazyLock<TaggedText> = LazyLock::new(|| TaggedText::new(HTML, INDEX));

/// The page whose hits open previews of posts.
static PAGE_WITH_PREVIEWS: LazyLock<TaggedText> =
    LazyLock::new(|| TaggedText::new(HTML, INDEX.replacen("<body>", "<body data-previews>", 1)));

/// The files that the search page loads, by name.
static ASSETS: LazyLock<[(&str, TaggedText); 10]> = LazyLock::new(|| {
    [
        ("page.css", TaggedText::new(CSS, include_str!("../assets/page.css"))),
        ("docs.css", TaggedText::new(CSS, include_str!("../assets/docs.css"))),
        ("preview.css", TaggedText::new(CSS, include_str!("../assets/preview.css"))),
        ("results.css", TaggedText::new(CSS, include_str!("../assets/results.css"))),
        ("static.css", TaggedText::new(CSS, include_str!("../assets/static.css"))),
        ("search.js", TaggedText::new(JS, include_str!("../assets/search.js"))),
        ("suggestions.js", TaggedText::new(JS, include_str!("../assets/suggestions.js"))),
        ("api.js", TaggedText::new(JS, include_str!("../assets/api.js"))),
        ("results.js", TaggedText::new(JS, include_str!("../assets/results.js"))),
        ("dom.js", TaggedText::new(JS, include_str!("../assets/dom.js"))),
    ]
});

/// Responds with the search page.
pub(super) async fn index(
    State(state): State<AppState>,
    conditions: CacheConditions,
    links: PostLinks,
) -> Response {
    let page = match links {
        PostLinks::Blog => &PAGE,
        PostLinks::Preview => &PAGE_WITH_PREVIEWS,
    };
    page.respond(&state.cache_policy, &conditions)
}

/// Responds with a file of the search page.
pub(super) async fn asset(
    State(state): State<AppState>,
    conditions: CacheConditions,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ProblemDetails> {
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    let Some((_, file)) = ASSETS.iter().find(|(known, _)| *known == name) else {
        let name = shortened(&name, limits::MAX_QUOTED_BYTES);
        let detail = format!("the search page has no file {name:?}; the page itself is at /");
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    };
    let mut response = file.respond(&state.cache_policy, &conditions);
    // Pages of every origin may have a search box, even if only some may call the API.
    response
        .headers_mut()
        .extend([(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN), (RESOURCE_POLICY, CROSS_ORIGIN)]);
    Ok(response)
}
