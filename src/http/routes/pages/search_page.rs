//! The search page, `GET /`: the search box in page mode, with what the settings and the posts say about the blog.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use form_urlencoded::byte_serialize;
use maud::{DOCTYPE, Markup, html};

use super::example_queries::example_queries;
use super::search_word::search_word;
use super::text_direction::text_direction;
use super::{HTML, parse};
use crate::config::limits;
use crate::http::blog::Blog;
use crate::http::caching::CacheConditions;
use crate::http::peer::PeerNetwork;
use crate::http::post_links::PostLinks;
use crate::http::problem::ProblemDetails;
use crate::http::routes::respond::{Document, respond_rendered};
use crate::http::routes::search::search_request;
use crate::http::state::AppState;
use crate::query::RawRequest;

/// A lens.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' \
                    stroke='%232f6fd0' stroke-width='3' stroke-linecap='round'%3E%3Ccircle cx='10' cy='10' r='7'/%3E\
                    %3Cpath d='m15.5 15.5 6 6'/%3E%3C/svg%3E";

/// Responds with the page. Without an index, or if the service is busy, it has no examples and is not cached.
pub(in crate::http::routes) async fn search_page(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    links: PostLinks,
) -> Response {
    match with_examples(&state, peer, &conditions, links).await {
        Ok(response) => response,
        Err(_) => Html(page(&state.blog, links, &[]).into_string()).into_response(),
    }
}

async fn with_examples(
    state: &AppState,
    peer: PeerNetwork,
    conditions: &CacheConditions,
    links: PostLinks,
) -> Result<Response, ProblemDetails> {
    let newest = RawRequest {
        limit: Some(limits::MAX_LIMIT.to_string()),
        sort: Some("newest".to_owned()),
        facets: Some("tag".to_owned()),
        ..RawRequest::default()
    };
    let document = Document { content_type: HTML, links };
    respond_rendered(state, peer, conditions, search_request(newest)?, document, |json| {
        Ok(page(&state.blog, links, &example_queries(&parse(json)?)).into_string())
    })
    .await
}

fn page(blog: &Blog, links: PostLinks, examples: &[String]) -> Markup {
    let Blog { name, home, language } = blog;
    let word = search_word(language);
    html! {
        (DOCTYPE)
        html lang=(language) dir=(text_direction(language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (word) " - " (name) }
                link rel="icon" href=(ICON);
                link rel="stylesheet" href="assets/page.css";
                link rel="stylesheet" href="assets/search.css";
                link rel="search" type="application/opensearchdescription+xml" href="opensearch.xml" title=(name);
                script type="module" src="bloghound.js" {}
                @if links == PostLinks::Preview { script type="module" src="assets/previews.js" {} }
            }
            body {
                header.wrap.blog { h1 { @if let Some(home) = home { a href=(home) { (name) } } @else { (name) } } }
                main.wrap {
                    @if !examples.is_empty() {
                        nav.examples aria-label=(word) {
                            ul { @for example in examples { li { a href=(query_link(example)) { (example) } } } }
                        }
                    }
                    bloghound-search mode="page" autofocus { (fallback(word)) }
                }
            }
        }
    }
}

fn query_link(query: &str) -> String {
    format!("?q={}", byte_serialize(query.as_bytes()).collect::<String>())
}

/// Returns the form that leads to the results page without scripts.
fn fallback(word: &str) -> Markup {
    html! {
        form role="search" action="search" {
            input type="search" name="q" aria-label=(word);
            button.button { (word) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blog(name: &str, language: &str) -> Blog {
        Blog { name: name.to_owned(), home: Some(format!("https://{name}/")), language: language.to_owned() }
    }

    #[test]
    fn settings_and_posts_are_escaped() {
        let hostile = "\"><script>alert(1)</script>";
        let html = page(&blog(hostile, hostile), PostLinks::Blog, &[hostile.to_owned()]).into_string();
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert!(html.contains("href=\"?q=%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E\""), "{html}");
    }

    #[test]
    fn the_page_has_the_language_of_the_blog() {
        let html = page(&blog("blog.example", "he"), PostLinks::Preview, &[]).into_string();
        for part in ["<html lang=\"he\" dir=\"rtl\">", "aria-label=\"חיפוש\"", "assets/previews.js"] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("examples\""), "{html}");
        let html = page(&blog("blog.example", "en"), PostLinks::Blog, &[]).into_string();
        assert!(!html.contains("previews.js"), "{html}");
    }
}
