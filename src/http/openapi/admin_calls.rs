//! The admin calls, and the keys that they and private blogs need.

use axum::http::StatusCode;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn, PathItem, Paths, PathsBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{HttpMethod, RefOr, Required};

use super::operations::{json_response, problems, reading};
use crate::http::parameters::REINDEX;

/// Name of the scheme of a key as a token.
const KEY: &str = "key";
/// Name of the scheme of a key as a password.
const PASSWORD: &str = "password";

/// The problems of admin calls.
const OF_ADMIN: [StatusCode; 2] = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];

/// Returns the ways to send a key, by name.
pub(super) fn security_schemes() -> [(String, RefOr<SecurityScheme>); 2] {
    let scheme = |scheme, description: &str| {
        let scheme = HttpBuilder::new().scheme(scheme).description(Some(description)).build();
        RefOr::T(SecurityScheme::Http(scheme))
    };
    [
        (KEY.to_owned(), scheme(HttpAuthScheme::Bearer, "A key of `bloghound keys add`.")),
        (PASSWORD.to_owned(), scheme(HttpAuthScheme::Basic, "A key as the password, with any user name.")),
    ]
}

/// Returns what operations need: a key only if the blog is private.
pub(super) fn optional_key() -> Vec<SecurityRequirement> {
    let mut requirements = vec![SecurityRequirement::default()];
    requirements.extend(required_key());
    requirements
}

fn required_key() -> [SecurityRequirement; 2] {
    [KEY, PASSWORD].map(|name| SecurityRequirement::new::<_, [&str; 0], _>(name, []))
}

/// Returns the paths of the admin calls.
pub(super) fn paths() -> Paths {
    let reindex = with_key(reading("reindex", "Update the index", &REINDEX))
        .description(Some(
            "Compares all content with the index, or builds a new generation of it, in the background. Calls that have not \
             begun are done together. `compared_at` in the status tells when a comparison has ended.",
        ))
        .response("202", json_response("What was started.", "ReindexTicket"));
    let status = with_key(reading("adminStatus", "Read the full state of the index", &[]))
        .description(Some("The status with the paths of files that failed and the details of problems."))
        .response("200", json_response("The full status.", "Status"));
    let reindex = problems(problems(reindex, &OF_ADMIN).into(), &[StatusCode::CONFLICT]);
    PathsBuilder::new()
        .path("/api/v1/admin/reindex", PathItem::new(HttpMethod::Post, reindex))
        .path("/api/v1/admin/status", PathItem::new(HttpMethod::Get, problems(status, &OF_ADMIN)))
        .build()
}

fn with_key(operation: OperationBuilder) -> OperationBuilder {
    let one = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["1"]));
    let header = ParameterBuilder::new()
        .name("X-Bloghound-Admin")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some("Header field that pages of other origins cannot send."))
        .schema(Some(one))
        .example(Some("1".into()));
    operation.parameter(header).securities(Some(required_key()))
}
