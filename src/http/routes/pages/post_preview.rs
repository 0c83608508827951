//! The preview of a post: `GET /preview?id=`. It shows what the index has of the post, for blogs that are not published yet.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{DOCTYPE, Markup, html};

use super::post_view::{PostBlock, PostSectionView, PostView};
use super::text_direction::text_direction;
use super::{HTML, day_of, parse};
use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::caching::CacheConditions;
use crate::http::peer::PeerNetwork;
use crate::http::post_links::PostLinks;
use crate::http::problem::ProblemDetails;
use crate::http::routes::respond::{Document, parameters, respond_rendered};
use crate::http::routes::search::PostParameters;
use crate::http::state::AppState;
use crate::query::post::{PostFormat, PostRequest};

/// Responds with the preview, if previews are on.
pub(in crate::http::routes) async fn preview(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    links: PostLinks,
    query: Result<Query<PostParameters>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    if links == PostLinks::Blog {
        let detail = "posts have no preview here; to enable it, set `preview = true` in the table [http] of \
                      bloghound.toml and restart the server";
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    }
    let request = ApiRequest::Post(PostRequest::validate(parameters(query)?.id, PostFormat::Json)?);
    let document = Document { content_type: HTML, links };
    respond_rendered(&state, peer, &conditions, request, document, |json| {
        Ok(page(&parse(json)?, &state.blog.name).into_string())
    })
    .await
}

/// Returns the page of a post.
fn page(post: &PostView, blog: &str) -> Markup {
    let PostView { url, title, date, categories, tags, lang, sections, truncated, .. } = post;
    html! {
        (DOCTYPE)
        html lang=(lang) dir=(text_direction(lang)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " - " (blog) }
                link rel="stylesheet" href="assets/page.css";
                link rel="stylesheet" href="assets/preview.css";
            }
            body {
                header.notice lang="en" dir="ltr" {
                    p.wrap {
                        a href="./" { "Search" }
                        span { "Preview from the index. Published at " a href=(url) { (url) } }
                    }
                }
                main.wrap {
                    h1 { (title) }
                    p.meta {
                        @if let Some(day) = date.as_deref().and_then(day_of) { time datetime=(day) { (day) } }
                        @for name in categories.iter().chain(tags) { " " span { (name) } }
                    }
                    @for section in sections { (section_of(post, section)) }
                    @if *truncated {
                        p.meta lang="en" dir="ltr" {
                            "The rest of the post is left out: it is longer than " (limits::MAX_POST_TEXT_BYTES)
                            " bytes or " (limits::MAX_POST_SECTIONS) " sections."
                        }
                    }
                }
            }
        }
    }
}

fn section_of(post: &PostView, section: &PostSectionView) -> Markup {
    html! {
        @if section.level > 0 { (heading(section)) }
        @for block in post.blocks(section) {
            @match block {
                PostBlock::Paragraph(text) => p { (text) },
                PostBlock::Code(code) => pre tabindex="0" dir="ltr" { code { (code) } },
            }
        }
    }
}

/// Returns the heading of a section. The title of the post is the only heading of the first level.
fn heading(PostSectionView { title, level, anchor, .. }: &PostSectionView) -> Markup {
    let id = (!anchor.is_empty()).then_some(anchor);
    match level {
        0..=2 => html! { h2 id=[id] { (title) } },
        3 => html! { h3 id=[id] { (title) } },
        4 => html! { h4 id=[id] { (title) } },
        5 => html! { h5 id=[id] { (title) } },
        6.. => html! { h6 id=[id] { (title) } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_escaped() {
        let hostile = "\"><script>alert(1)</script>";
        let post = serde_json::from_value(serde_json::json!({
            "url": hostile, "title": hostile, "date": format!("2024-01-02{hostile}"), "categories": [hostile],
            "tags": [hostile], "lang": hostile, "truncated": true, "text": format!("{hostile}\n{hostile}"),
            "code_ranges": [[hostile.len() + 1, 2 * hostile.len() + 1]],
            "sections": [{"title": hostile, "level": 3, "anchor": hostile, "range": [0, 2 * hostile.len() + 1]}],
        }))
        .unwrap();
        let html = page(&post, hostile).into_string();
        assert!(!html.contains("<script") && !html.contains("=\"\">"), "{html}");
        assert!(html.contains("<pre tabindex=\"0\" dir=\"ltr\"><code>&quot;&gt;&lt;script&gt;"), "{html}");
        assert!(html.contains("<h3 id=\"&quot;&gt;&lt;script&gt;"), "{html}");
    }
}
