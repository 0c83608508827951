//! The `OpenSearch` description and its suggestions, with which browsers search a blog from the address bar.
//!
//! Sources: <https://github.com/dewitt/opensearch> (`OpenSearch` 1.1, draft 6, and its suggestions extension).

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::origin::PublicUrl;
use super::{parse, xml};
use crate::engine::ApiRequest;
use crate::http::caching::{CacheConditions, TaggedText};
use crate::http::peer::PeerNetwork;
use crate::http::post_links::PostLinks;
use crate::http::problem::ProblemDetails;
use crate::http::routes::respond::{Document, parameters, respond_rendered};
use crate::http::routes::search::SuggestParameters;
use crate::http::state::AppState;

const DESCRIPTION: &str = "application/opensearchdescription+xml";
const SUGGESTIONS: &str = "application/x-suggestions+json";
const NAMESPACE: &str = "http://a9.com/-/spec/opensearch/1.1/";
/// Maximum length of a short name.
const MAX_SHORT_NAME_CHARS: usize = 16;

/// Responds with the `OpenSearch` description.
pub(in crate::http::routes) async fn description(
    State(state): State<AppState>,
    conditions: CacheConditions,
    PublicUrl(url): PublicUrl,
) -> Result<Response, ProblemDetails> {
    let written = xml::document(|writer| {
        let root = writer.create_element("OpenSearchDescription").with_attribute(("xmlns", NAMESPACE));
        root.write_inner_content(|writer| {
            let name: String = state.blog.name.chars().take(MAX_SHORT_NAME_CHARS).collect();
            xml::text_element(writer, "ShortName", &name)?;
            xml::text_element(writer, "Description", &format!("Search posts of {}", state.blog.name))?;
            xml::text_element(writer, "InputEncoding", "UTF-8")?;
            for (kind, template) in [
                ("text/html", "/search?q={searchTerms}&page={startPage?}"),
                ("application/atom+xml", "/feed.atom?q={searchTerms}&page={startPage?}"),
                (SUGGESTIONS, "/opensearch/suggestions?q={searchTerms}"),
            ] {
                let template = format!("{url}{template}");
                writer
                    .create_element("Url")
                    .with_attributes([("type", kind), ("template", template.as_str())])
                    .write_empty()?;
            }
            let itself = format!("{url}/opensearch.xml");
            let attributes = [("type", DESCRIPTION), ("rel", "self"), ("template", itself.as_str())];
            writer.create_element("Url").with_attributes(attributes).write_empty()?;
            Ok(())
        })?;
        Ok(())
    });
    let text = written
        .map_err(|error| ProblemDetails::failure(error.to_string(), "cannot write the description"))?;
    Ok(TaggedText::new(DESCRIPTION, text).respond(&state.cache_policy, &conditions))
}

#[derive(Deserialize)]
struct Suggestions {
    query: String,
    suggestions: Vec<SuggestedText>,
}

#[derive(Deserialize)]
struct SuggestedText {
    text: String,
    url: Option<String>,
}

/// Responds with completions of a partly typed query: the query, and lists of texts, descriptions and URLs.
pub(in crate::http::routes) async fn suggestions(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    query: Result<Query<SuggestParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let request: ApiRequest = parameters(query)?.validate()?;
    let document = Document { content_type: SUGGESTIONS, links: PostLinks::Blog };
    respond_rendered(&state, peer, &conditions, request, document, |json| {
        let Suggestions { query, suggestions } = parse(json)?;
        let texts: Vec<&str> = suggestions.iter().map(|suggestion| suggestion.text.as_str()).collect();
        let descriptions = vec![""; texts.len()];
        let urls: Vec<&str> =
            suggestions.iter().map(|suggestion| suggestion.url.as_deref().unwrap_or_default()).collect();
        Ok(json!([query, texts, descriptions, urls]).to_string())
    })
    .await
}
