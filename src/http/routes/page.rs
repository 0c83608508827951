//! The search page: `GET /` and `GET /assets/{name}`.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse};

use crate::config::limits;
use crate::http::problem::ProblemDetails;
use crate::query::shortened;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// A file that the search page loads.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

const ASSETS: [Asset; 7] = [
    Asset { name: "page.css", content_type: CSS, text: include_str!("../assets/page.css") },
    Asset { name: "results.css", content_type: CSS, text: include_str!("../assets/results.css") },
    Asset { name: "search.js", content_type: JS, text: include_str!("../assets/search.js") },
    Asset { name: "suggestions.js", content_type: JS, text: include_str!("../assets/suggestions.js") },
    Asset { name: "api.js", content_type: JS, text: include_str!("../assets/api.js") },
    Asset { name: "results.js", content_type: JS, text: include_str!("../assets/results.js") },
    Asset { name: "dom.js", content_type: JS, text: include_str!("../assets/dom.js") },
];

/// Responds with the search page.
pub(super) async fn index() -> Html<&'static str> {
    Html(include_str!("../assets/index.html"))
}

/// Responds with a file of the search page.
pub(super) async fn asset(
    name: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, ProblemDetails> {
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    let Some(asset) = ASSETS.into_iter().find(|asset| asset.name == name) else {
        let name = shortened(&name, limits::MAX_QUOTED_BYTES);
        let detail = format!("the search page has no file {name:?}; the page itself is at /");
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    };
    Ok(([(CONTENT_TYPE, asset.content_type)], asset.text))
}
