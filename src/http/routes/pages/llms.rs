//! The blog for language models: `llms.txt` (<https://llmstxt.org>), whose links lead to posts as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::origin::PublicUrl;
use super::parse;
use super::results_view::{HitView, ResultsView};
use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::caching::{CacheConditions, TaggedText};
use crate::http::peer::PeerNetwork;
use crate::http::problem::ProblemDetails;
use crate::http::routes::respond::{compute_now, parameters, respond_if_modified};
use crate::http::routes::search::PostParameters;
use crate::http::state::AppState;
use crate::query::post::{PostFormat, PostRequest};
use crate::query::{HitFields, SearchRequest, Sort};

const TEXT: &str = "text/plain; charset=utf-8";
/// The heading of posts without a category.
const UNCATEGORIZED: &str = "Posts";

/// Responds with a post as Markdown, like the API does to clients that accept Markdown.
pub(in crate::http::routes) async fn markdown(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    query: Result<Query<PostParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let request = PostRequest::validate(parameters(query)?.id, PostFormat::Markdown)?;
    respond_if_modified(&state, peer, &conditions, ApiRequest::Post(request)).await
}

/// Responds with the list of the newest posts by category, with links to their Markdown.
pub(in crate::http::routes) async fn llms_txt(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    PublicUrl(url): PublicUrl,
) -> Result<Response, ProblemDetails> {
    let mut posts = Vec::new();
    let mut total = 0;
    for page in 1..=limits::MAX_LLMS_POSTS.div_ceil(limits::MAX_LIMIT) {
        let newest = SearchRequest {
            page,
            limit: limits::MAX_LIMIT,
            sort: Sort::Newest,
            fields: HitFields::ALL,
            ..SearchRequest::default()
        };
        let view: ResultsView =
            parse(&compute_now(&state, peer, ApiRequest::search(newest, Vec::new())).await?)?;
        total = view.total;
        let is_last = view.hits.len() < limits::MAX_LIMIT;
        posts.extend(view.hits);
        if is_last {
            break;
        }
    }
    let text = render(&state.blog.name, &url, &posts, total);
    Ok(TaggedText::new(TEXT, text).respond(&state.cache_policy, &conditions))
}

/// Renders the list; `url` is that of the service.
fn render(blog: &str, url: &str, posts: &[HitView], total: usize) -> String {
    let mut by_category: BTreeMap<&str, Vec<&HitView>> = BTreeMap::new();
    for post in posts {
        let category = post.categories.first().map_or(UNCATEGORIZED, String::as_str);
        by_category.entry(category).or_default().push(post);
    }
    let mut text = format!("# {}\n\n> The posts of this blog as Markdown, newest first.\n", one_line(blog));
    let _ = write!(
        text,
        "\nSearch all {total} posts: {url}/api/v1/search?q=WORDS returns JSON, described at {url}/openapi.json.\n"
    );
    for (category, posts) in by_category {
        let _ = write!(text, "\n## {}\n\n", one_line(category));
        for post in posts {
            let id = utf8_percent_encode(&post.id, NON_ALPHANUMERIC);
            let _ = write!(text, "- [{}]({url}/posts.md?id={id})", link_text(&post.title));
            if !post.description.trim().is_empty() {
                let _ = write!(text, ": {}", one_line(&post.description));
            }
            text.push('\n');
        }
    }
    text
}

/// Returns the text of a link: on one line, with escaped brackets.
fn link_text(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(title: &str, category: &str) -> HitView {
        let json = serde_json::json!({
            "id": "a b/ü.md", "url": "", "title": title, "title_html": "", "description": "One\ntwo.",
            "categories": if category.is_empty() { vec![] } else { vec![category] }, "tags": [], "date": null,
            "updated": null, "authors": [], "lang": "en", "snippet": {"text": "", "html": ""}, "section": null,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn posts_are_listed_by_category_with_links_to_their_markdown() {
        let posts = [post("T\n](x) [y]", "Food"), post("Plain", "")];
        let text = render("blog.example", "https://s.example", &posts, 2);
        assert!(text.starts_with("# blog.example\n\n> "), "{text}");
        let link = "https://s.example/posts.md?id=a%20b%2F%C3%BC%2Emd";
        assert!(text.contains(&format!("\n## Food\n\n- [T \\](x) \\[y\\]]({link}): One two.\n")), "{text}");
        assert!(text.contains(&format!("\n## Posts\n\n- [Plain]({link}): One two.\n")), "{text}");
    }
}
