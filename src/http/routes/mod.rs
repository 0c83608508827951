//! The route table.

mod admin_calls;
mod assets;
mod body_methods;
mod docs;
mod monitoring;
mod pages;
mod queries;
mod respond;
mod search;
mod search_box;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};

use super::algolia;
use super::problem::ProblemDetails;
use super::refusal::ErrorFormat;
use super::state::AppState;
use crate::config::limits;
use crate::query::shortened;

/// Returns the router with all routes.
pub(super) fn table(state: AppState) -> Router {
    Router::new()
        .route("/api/v1/search", any(search::search_by_body).get(search::search))
        .route("/api/v1/facets", get(search::facets))
        .route("/api/v1/suggest", any(search::suggest_by_body).get(search::suggest))
        .route("/api/v1/related", get(search::related))
        .route("/api/v1/posts", get(search::post))
        .route("/api/v1/status", get(monitoring::status))
        .route("/metrics", get(monitoring::metrics))
        .route("/healthz", get(monitoring::health))
        .route("/readyz", get(monitoring::readiness))
        .route("/openapi.json", get(docs::document))
        .route("/docs", get(docs::page))
        .route("/search", get(pages::results_page))
        .route("/preview", get(pages::preview))
        .route("/opensearch.xml", get(pages::description))
        .route("/opensearch/suggestions", get(pages::suggestions))
        .route("/feed.atom", get(pages::atom))
        .route("/feed.json", get(pages::json_feed))
        .route("/llms.txt", get(pages::llms_txt))
        .route("/posts.md", get(pages::markdown))
        .route("/", get(pages::search_page))
        .route("/assets/{name}", get(assets::asset))
        .route("/bloghound.{file}", get(search_box::file))
        .nest(algolia::ROOT, algolia::table())
        .fallback(not_found)
        .method_not_allowed_fallback(only_get)
        .with_state(state)
}

/// Returns the router of the admin calls.
pub(super) fn owner_table(state: AppState) -> Router {
    Router::new()
        .route("/api/v1/admin/status", get(admin_calls::status).fallback(only_get))
        .route("/api/v1/admin/reindex", post(admin_calls::reindex).fallback(only_post))
        .with_state(state)
}

/// Returns the router of the admin service, with the full status.
pub(super) fn admin_table(state: AppState) -> Router {
    Router::new()
        .route("/api/v1/status", get(monitoring::full_status))
        .route("/metrics", get(monitoring::full_metrics))
        .route(queries::PATH, get(queries::summary))
        .route("/healthz", get(monitoring::health))
        .route("/readyz", get(monitoring::readiness))
        .fallback(not_found)
        .method_not_allowed_fallback(only_get)
        .with_state(state.clone())
        .merge(owner_table(state))
}

/// Responds to requests without a route. Those for the base path itself are redirected to the search page, whose relative
/// links need the slash at its end.
async fn not_found(State(state): State<AppState>, uri: Uri) -> Response {
    if let Some(base_path) = state.base_path.filter(|base_path| **base_path == *uri.path()) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("{base_path}/{query}")).into_response();
    }
    let path = shortened(uri.path(), limits::MAX_QUOTED_BYTES);
    let detail = format!("no route for {path}; searches go to /api/v1/search?q=");
    ErrorFormat::of_path(uri.path()).respond(ProblemDetails::new(StatusCode::NOT_FOUND, detail))
}

async fn only_get(method: Method, uri: Uri) -> ProblemDetails {
    method_not_allowed(&method, &uri, "GET")
}

async fn only_post(method: Method, uri: Uri) -> ProblemDetails {
    method_not_allowed(&method, &uri, "POST")
}

/// Returns the problem of a request whose method the route does not accept: status 405.
fn method_not_allowed(method: &Method, uri: &Uri, allowed: &str) -> ProblemDetails {
    let path = shortened(uri.path(), limits::MAX_QUOTED_BYTES);
    let method = shortened(method.as_str(), limits::MAX_QUOTED_BYTES);
    let detail = format!("{path} does not accept {method}; use {allowed}");
    ProblemDetails::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}
