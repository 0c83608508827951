//! The `OpenAPI` document of the API, as JSON and as a page.
//!
//! It is generated: operations from the tables in [`super::parameters`], schemas from the types of the responses. It has
//! version 3.2 of `OpenAPI`, the first one with operations for the method `QUERY`. A copy is in `docs/openapi.json`.

mod admin_calls;
mod operations;
mod page;
mod schemas;

use utoipa::OpenApi;
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApiVersion, RefOr, Schema, ServerBuilder,
};

use crate::engine::{ReindexTicket, Status};
use crate::http::problem::ProblemDetails;
use crate::query::post::PostResponse;
use crate::query::related::RelatedResponse;
use crate::query::suggest::SuggestResponse;
use crate::query::{FacetResponse, SearchResponse};

const DESCRIPTION: &str = "Search in the posts of a static-site blog. Responses are JSON in UTF-8; errors are problem \
                           details (RFC 9457). Fields may be added in later versions; published fields are neither \
                           renamed nor removed. Unknown parameters are ignored; searches report them in `warnings`. \
                           Empty values mean the default.";

/// The types of the responses, with the types of their fields.
#[derive(OpenApi)]
#[openapi(components(schemas(
    FacetResponse,
    PostResponse,
    ProblemDetails,
    ReindexTicket,
    RelatedResponse,
    SearchResponse,
    Status,
    SuggestResponse
)))]
struct ResponseTypes;

/// Returns the document as formatted JSON.
///
/// # Errors
/// If it cannot be written as JSON.
pub(super) fn json() -> serde_json::Result<String> {
    Ok(document().to_pretty_json()? + "\n")
}

/// Returns the document as an HTML page without scripts.
///
/// # Errors
/// See [`json`].
pub(super) fn page() -> serde_json::Result<String> {
    Ok(page::render(&serde_json::to_value(document())?))
}

fn document() -> utoipa::openapi::OpenApi {
    let mut document = ResponseTypes::openapi();
    document.openapi = OpenApiVersion::Version32;
    let license =
        LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).identifier(Some(env!("CARGO_PKG_LICENSE")));
    document.info = InfoBuilder::new()
        .title("bloghound")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license.build()))
        .build();
    // Relative to the document, so that it also applies behind a proxy that adds a path.
    document.servers = Some(vec![ServerBuilder::new().url(".").build()]);
    document.paths = operations::paths();
    document.paths.paths.extend(admin_calls::paths().paths);
    document.security = Some(admin_calls::optional_key());
    let mut components = document.components.unwrap_or_else(|| ComponentsBuilder::new().build());
    if let Some(RefOr::T(Schema::Object(hit))) = components.schemas.get_mut("Hit") {
        // The parameter `fields` leaves out any of them.
        hit.required.clear();
    }
    components.schemas.extend(schemas::body_schemas());
    components.responses.extend(operations::problem_responses());
    components.security_schemes.extend(admin_calls::security_schemes());
    document.components = Some(components);
    document
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn json() -> Value {
        serde_json::to_value(document()).unwrap()
    }

    /// Calls `visit` with each value below `value`, with its path.
    fn each<'a>(value: &'a Value, path: &str, visit: &mut impl FnMut(&str, &'a Value)) {
        visit(path, value);
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, field)| each(field, &format!("{path}/{name}"), visit));
            }
            Value::Array(values) => values.iter().for_each(|value| each(value, path, visit)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_has_a_target_and_every_schema_is_used() {
        let document = json();
        let mut used = std::collections::BTreeSet::new();
        each(&document, "", &mut |path, value| {
            if path.ends_with("/$ref") {
                let target = value.as_str().unwrap().trim_start_matches('#');
                assert!(document.pointer(target).is_some(), "{path}: {target}");
                used.insert(target.to_owned());
            }
        });
        for kind in ["schemas", "responses"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                assert!(used.contains(&format!("/components/{kind}/{name}")), "{name} is not used");
            }
        }
    }

    #[test]
    fn every_parameter_has_a_description_a_type_and_an_example() {
        let mut parameters = 0;
        each(&json(), "", &mut |path, value| {
            // Those of links are expressions.
            let is_of_link = path.contains("/links/");
            if path.ends_with("/parameters") && value.is_object() && !is_of_link {
                parameters += 1;
                for field in ["description", "example", "schema"] {
                    assert!(value.get(field).is_some(), "{path}: {value}");
                }
            }
        });
        assert!(parameters > 30, "{parameters}");
    }

    #[test]
    fn descriptions_are_written_for_readers_of_the_document() {
        each(&json(), "", &mut |path, value| {
            if path.ends_with("/description") && value.is_string() {
                let text = value.as_str().unwrap();
                assert!(
                    !text.trim().is_empty() && !text.contains("[`") && !text.contains("::"),
                    "{path}: {text}"
                );
            }
        });
    }
}
