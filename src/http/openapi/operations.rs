//! The operations of the API and their responses.

use axum::http::StatusCode;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Operation, OperationBuilder, PathItem, PathItemBuilder, Paths, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, HttpMethod, Ref, RefOr, Required, Response, ResponseBuilder,
};

use super::schemas::url_parameter;
use crate::http::parameters::{FACETS, POSTS, Parameter, RELATED, SEARCH, SUGGEST};

/// Content type of problem details.
const PROBLEM: &str = "application/problem+json";

/// The problem responses: status, and cause.
const PROBLEMS: [(StatusCode, &str); 13] = [
    (
        StatusCode::BAD_REQUEST,
        "A parameter has an invalid value (`parameter` and `allowed`) or occurs twice, the body cannot be parsed, or the \
         request has not exactly one `Host`.",
    ),
    (
        StatusCode::UNAUTHORIZED,
        "The blog is private or the call is for its owner, and the request has no valid key.",
    ),
    (StatusCode::FORBIDDEN, "The key has another scope, or the header field `X-Bloghound-Admin` is missing."),
    (StatusCode::CONFLICT, "This server does not write the index."),
    (StatusCode::NOT_FOUND, "No post has this id; `detail` lists similar ids."),
    (StatusCode::PAYLOAD_TOO_LARGE, "The body is longer than the setting `max_body_bytes`."),
    (StatusCode::URI_TOO_LONG, "The URI is longer than the setting `max_uri_bytes`."),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is not `application/json`, or it is compressed."),
    (StatusCode::MISDIRECTED_REQUEST, "The request names a host that this server does not answer for."),
    (
        StatusCode::TOO_MANY_REQUESTS,
        "The client has sent more requests than `rate_per_second` and `rate_burst` allow.",
    ),
    (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "The header fields are too long or too many."),
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "The index cannot be read, or a bug; the log of the server has the reason.",
    ),
    (StatusCode::SERVICE_UNAVAILABLE, "The request would wait too long, or the service is not ready."),
];
/// The problems of every request.
const COMMON: [StatusCode; 5] = [
    StatusCode::BAD_REQUEST,
    StatusCode::URI_TOO_LONG,
    StatusCode::MISDIRECTED_REQUEST,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
];
/// The further problems of requests that are answered from the index.
const OF_INDEX: [StatusCode; 3] =
    [StatusCode::UNAUTHORIZED, StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE];
/// The further problems of requests with a body.
const OF_BODY: [StatusCode; 2] = [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE];

/// Returns all paths with their operations.
pub(super) fn paths() -> Paths {
    let search = Searching {
        id: "search",
        summary: "Search posts",
        description: "Returns ranked results. `warnings` says what part of the request was ignored, for example a word \
                      or a tag that no post has.",
        parameters: &SEARCH,
        body: "SearchParameters",
        response: "SearchResponse",
    };
    let suggest = Searching {
        id: "suggest",
        summary: "Complete a partly typed query",
        description: "Returns titles, headings, tags, categories and phrases that match what was typed so far.",
        parameters: &SUGGEST,
        body: "SuggestParameters",
        response: "SuggestResponse",
    };
    let facets = reading("facets", "Search the values of a facet", &FACETS)
        .description(Some(
            "Counts the results by the values of one field, optionally only values with a prefix.",
        ))
        .response("200", json_response("The values.", "FacetResponse"));
    let related = reading("related", "Find posts similar to a post", &RELATED)
        .description(Some("Returns the posts that are closest by words, tags and category."))
        .response(
            "200",
            with_post_links(
                json_response("The related posts.", "RelatedResponse"),
                "$response.body#/related/0/id",
            ),
        );
    let post = reading("post", "Read a post", &POSTS)
        .description(Some(
            "Returns a post as it is indexed: JSON, or Markdown if `Accept` prefers `text/markdown`.",
        ))
        .response("200", with_text(json_response("The post.", "PostResponse"), "text/markdown"));
    PathsBuilder::new()
        .path("/api/v1/search", search.path_item())
        .path("/api/v1/facets", get(problems(facets, &OF_INDEX)))
        .path("/api/v1/suggest", suggest.path_item())
        .path("/api/v1/related", get(problems(with_not_found(related), &OF_INDEX)))
        .path("/api/v1/posts", get(problems(with_not_found(post), &OF_INDEX)))
        .path("/api/v1/status", get(status()))
        .path(
            "/metrics",
            get(text_operation(
                "metrics",
                "Metrics in the OpenMetrics format",
                "application/openmetrics-text",
                &[StatusCode::UNAUTHORIZED, StatusCode::INTERNAL_SERVER_ERROR],
            )),
        )
        .path("/healthz", get(text_operation("health", "Whether the process responds", "text/plain", &[])))
        .path(
            "/readyz",
            get(text_operation(
                "readiness",
                "Whether the index is in sync with the content",
                "text/plain",
                &[StatusCode::SERVICE_UNAVAILABLE],
            )),
        )
        .build()
}

/// Returns the problem responses, by name.
pub(super) fn problem_responses() -> impl Iterator<Item = (String, RefOr<Response>)> {
    PROBLEMS.into_iter().map(|(status, cause)| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDetails"))).build();
        let mut response = ResponseBuilder::new().description(cause).content(PROBLEM, content);
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1_usize));
            let header = HeaderBuilder::new().description(Some("Seconds to wait.")).schema(Some(seconds));
            response = response.header("Retry-After", header.build());
        }
        (response_name(status), response.build().into())
    })
}

/// A route whose parameters are in the URL or in the body.
struct Searching {
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: &'static [Parameter],
    /// Name of the schema of the body.
    body: &'static str,
    /// Name of the schema of the response.
    response: &'static str,
}

impl Searching {
    fn path_item(&self) -> PathItem {
        let get = reading(self.id, self.summary, self.parameters)
            .description(Some(self.description))
            .response("200", self.results());
        PathItemBuilder::new()
            .operation(HttpMethod::Get, problems(get, &OF_INDEX))
            .operation(HttpMethod::Post, self.with_body("ByPost", "`POST`"))
            .query(Some(self.with_body("ByQuery", "`QUERY` (RFC 10008), which is safe and may be repeated")))
            .build()
    }

    fn with_body(&self, suffix: &str, method: &str) -> Operation {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(self.body))).build();
        let body =
            RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
        let operation = OperationBuilder::new()
            .operation_id(Some(format!("{}{suffix}", self.id)))
            .summary(Some(format!("{}, with parameters in the body", self.summary)))
            .description(Some(format!("The same as `GET`, by {method}.")))
            .request_body(Some(body.build()))
            .response("200", self.results());
        problems(problems(operation, &OF_BODY).into(), &OF_INDEX)
    }

    fn results(&self) -> ResponseBuilder {
        let response = json_response("The results.", self.response);
        // Suggestions have no ids.
        if self.id == "search" { with_post_links(response, "$response.body#/hits/0/id") } else { response }
    }
}

pub(super) fn reading(id: &str, summary: &str, parameters: &[Parameter]) -> OperationBuilder {
    let operation = OperationBuilder::new().operation_id(Some(id)).summary(Some(summary));
    parameters.iter().fold(operation, |operation, parameter| operation.parameter(url_parameter(parameter)))
}

fn status() -> Operation {
    let operation = reading("status", "Read the state of the index", &[])
        .description(Some("Nothing in it is about unpublished content."))
        .response("200", json_response("The public status.", "Status"));
    problems(operation, &[StatusCode::UNAUTHORIZED])
}

fn text_operation(id: &str, summary: &str, content_type: &str, further: &[StatusCode]) -> Operation {
    let response = with_text(ResponseBuilder::new().description("The text."), content_type);
    problems(reading(id, summary, &[]).response("200", response), further)
}

fn get(operation: Operation) -> PathItem {
    PathItem::new(HttpMethod::Get, operation)
}

fn with_not_found(operation: OperationBuilder) -> OperationBuilder {
    problem(operation, StatusCode::NOT_FOUND)
}

pub(super) fn problems(operation: OperationBuilder, further: &[StatusCode]) -> Operation {
    COMMON.iter().chain(further).fold(operation, |operation, status| problem(operation, *status)).build()
}

fn problem(operation: OperationBuilder, status: StatusCode) -> OperationBuilder {
    operation.response(status.as_str(), Ref::from_response_name(response_name(status)))
}

/// Returns the name of a problem response, such as `NotFound`.
fn response_name(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or("Error").split([' ', '-']).collect()
}

pub(super) fn json_response(description: &str, schema: &str) -> ResponseBuilder {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    ResponseBuilder::new().description(description).content("application/json", content)
}

/// Adds links to what can be read about a post; `id` is the expression that selects its id in the response.
fn with_post_links(response: ResponseBuilder, id: &str) -> ResponseBuilder {
    ["post", "related"].into_iter().fold(response, |response, operation| {
        response.link(operation, LinkBuilder::new().operation_id(operation).parameter("id", id).build())
    })
}

fn with_text(response: ResponseBuilder, content_type: &str) -> ResponseBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    response.content(content_type, ContentBuilder::new().schema(Some(text)).build())
}
