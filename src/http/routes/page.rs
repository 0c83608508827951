//! The search page: `GET /` and `GET /assets/{name}`.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::config::limits;
use crate::http::caching::{CacheConditions, text_tag};
use crate::http::middleware::security_headers::{CROSS_ORIGIN, RESOURCE_POLICY};
use crate::http::problem::ProblemDetails;
use crate::http::state::AppState;
use crate::query::shortened;

const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// A file of the search page.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

static PAGE: LazyLock<TaggedAsset> = LazyLock::new(|| {
    let (name, content_type) = ("", "text/html; charset=utf-8");
    Asset { name, content_type, text: include_str!("../assets/index.html") }.into()
});

/// The files that the search page loads.
static ASSETS: LazyLock<[TaggedAsset; 9]> = LazyLock::new(|| {
    [
        Asset { name: "page.css", content_type: CSS, text: include_str!("../assets/page.css") },
        Asset { name: "docs.css", content_type: CSS, text: include_str!("../assets/docs.css") },
        Asset { name: "results.css", content_type: CSS, text: include_str!("../assets/results.css") },
        Asset { name: "static.css", content_type: CSS, text: include_str!("../assets/static.css") },
        Asset { name: "search.js", content_type: JS, text: include_str!("../assets/search.js") },
        Asset { name: "suggestions.js", content_type: JS, text: include_str!("../assets/suggestions.js") },
        Asset { name: "api.js", content_type: JS, text: include_str!("../assets/api.js") },
        Asset { name: "results.js", content_type: JS, text: include_str!("../assets/results.js") },
        Asset { name: "dom.js", content_type: JS, text: include_str!("../assets/dom.js") },
    ]
    .map(TaggedAsset::from)
});

/// A file of the search page with its entity tag.
struct TaggedAsset {
    asset: Asset,
    tag: HeaderValue,
}

impl From<Asset> for TaggedAsset {
    fn from(asset: Asset) -> Self {
        let tag = text_tag(asset.text);
        Self { asset, tag }
    }
}

impl TaggedAsset {
    fn respond(&self, state: &AppState, conditions: &CacheConditions) -> Response {
        let tag = self.tag.clone();
        if conditions.have(&tag) || conditions.match_any() {
            return state.cache_policy.not_modified(conditions, tag);
        }
        let mut response = Response::new(Body::from(self.asset.text));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.asset.content_type));
        state.cache_policy.apply(conditions, tag, response)
    }
}

/// Responds with the search page.
pub(super) async fn index(State(state): State<AppState>, conditions: CacheConditions) -> Response {
    PAGE.respond(&state, &conditions)
}

/// Responds with a file of the search page.
pub(super) async fn asset(
    State(state): State<AppState>,
    conditions: CacheConditions,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ProblemDetails> {
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    let Some(file) = ASSETS.iter().find(|file| file.asset.name == name) else {
        let name = shortened(&name, limits::MAX_QUOTED_BYTES);
        let detail = format!("the search page has no file {name:?}; the page itself is at /");
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    };
    let mut response = file.respond(&state, &conditions);
    // Pages of every origin may have a search box, even if only some may call the API.
    response
        .headers_mut()
        .extend([(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN), (RESOURCE_POLICY, CROSS_ORIGIN)]);
    Ok(response)
}
