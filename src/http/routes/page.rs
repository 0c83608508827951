//! `GET /`: the search page; `GET /assets/{name}`: the files that it loads.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse};

use crate::http::Problem;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// Name, content type and text of each file.
const ASSETS: [(&str, &str, &str); 7] = [
    ("page.css", CSS, include_str!("../assets/page.css")),
    ("results.css", CSS, include_str!("../assets/results.css")),
    ("search.js", JS, include_str!("../assets/search.js")),
    ("suggestions.js", JS, include_str!("../assets/suggestions.js")),
    ("api.js", JS, include_str!("../assets/api.js")),
    ("results.js", JS, include_str!("../assets/results.js")),
    ("dom.js", JS, include_str!("../assets/dom.js")),
];

/// The page.
pub(in crate::http) async fn index() -> Html<&'static str> {
    Html(include_str!("../assets/index.html"))
}

/// A file of the page.
pub(in crate::http) async fn asset(
    name: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, Problem> {
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    let Some((_, content_type, text)) = ASSETS.into_iter().find(|(known, ..)| *known == name) else {
        let detail = format!("the search page has no file {name:?}; the page itself is at /");
        return Err(Problem::new(StatusCode::NOT_FOUND, detail));
    };
    Ok(([(CONTENT_TYPE, content_type)], text))
}
