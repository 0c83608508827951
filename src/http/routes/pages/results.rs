//! The results page without scripts: `GET /search?q=`.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, RawQuery, State};
use axum::response::Response;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::results_view::{FacetValueView, HitView, ResultsView};
use super::{HTML, day_of, parse};
use crate::config::limits;
use crate::engine::query_log::QuerySource;
use crate::http::caching::CacheConditions;
use crate::http::peer::PeerNetwork;
use crate::http::post_links::PostLinks;
use crate::http::problem::ProblemDetails;
use crate::http::query_logging::QueryRecorder;
use crate::http::routes::respond::{Document, parameters, respond_rendered};
use crate::http::routes::search::search_request;
use crate::http::state::AppState;
use crate::query::RawRequest;

/// The facets of the page, in order, with their headings.
const FACETS: [(&str, &str); 4] =
    [("category", "Category"), ("tag", "Tag"), ("lang", "Language"), ("year", "Year")];
/// Number of values shown per facet.
const MAX_VALUES: usize = 12;

/// Responds with the results page.
pub(in crate::http::routes) async fn results_page(
    State(state): State<AppState>,
    peer: PeerNetwork,
    conditions: CacheConditions,
    post_links: PostLinks,
    RawQuery(query_string): RawQuery,
    query: Result<Query<RawRequest>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let mut raw = parameters(query)?;
    let links = PageLinks::new(query_string.as_deref().unwrap_or_default());
    let search_text = raw.q.clone();
    // The page shows fixed fields and facets.
    raw.facets = Some(FACETS.map(|(name, _)| name).join(","));
    (raw.fields, raw.explain) = (None, None);
    let request = search_request(raw)?;
    let recorder = QueryRecorder::of(&state, peer, &request, QuerySource::Page);
    let document = Document { content_type: HTML, links: post_links };
    respond_rendered(&state, peer, &conditions, request, document, |json| {
        if let Some(recorder) = recorder {
            recorder.record_response(json);
        }
        let view: ResultsView = parse(json)?;
        let page = ResultsPage { blog: &state.blog.name, search_text: &search_text, links, post_links, view };
        Ok(page.render().into_string())
    })
    .await
}

/// The parameters of the page, from which its links are made.
struct PageLinks {
    parameters: Vec<(String, String)>,
}

impl PageLinks {
    fn new(query_string: &str) -> Self {
        let parameters = form_urlencoded::parse(query_string.as_bytes()).into_owned();
        // Empty values mean the default, and facets are fixed.
        Self {
            parameters: parameters.filter(|(name, value)| !value.is_empty() && name != "facets").collect(),
        }
    }

    /// Returns the value of a parameter.
    fn value(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the parameters that are not of the search box.
    fn hidden(&self) -> impl Iterator<Item = &(String, String)> {
        self.parameters.iter().filter(|(name, _)| name != "q" && name != "page")
    }

    /// Returns the link to the page on which a parameter has this value, or none; to its first page of results, unless
    /// the parameter is the page.
    fn with(&self, name: &str, value: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let kept = |known: &str| known != name && known != "page";
        query.extend_pairs(self.parameters.iter().filter(|(known, _)| kept(known)));
        if let Some(value) = value {
            query.append_pair(name, value);
        }
        format!("?{}", query.finish())
    }

    /// Returns the link to a feed of the same query.
    fn feed(&self, file: &str) -> String {
        format!("{file}{}", self.with("page", None))
    }
}

/// The page.
struct ResultsPage<'a> {
    blog: &'a str,
    search_text: &'a str,
    links: PageLinks,
    post_links: PostLinks,
    view: ResultsView,
}

impl ResultsPage<'_> {
    fn render(&self) -> Markup {
        let title = match self.search_text.trim() {
            "" => format!("Posts of {}", self.blog),
            text => format!("{text} - {}", self.blog),
        };
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (title) }
                    // None, so that browsers do not ask for /favicon.ico.
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="assets/page.css";
                    link rel="stylesheet" href="assets/results.css";
                    link rel="stylesheet" href="assets/static.css";
                    link rel="search" type="application/opensearchdescription+xml" href="opensearch.xml"
                        title=(self.blog);
                    link rel="alternate" type="application/atom+xml" href=(self.links.feed("feed.atom")) title=(title);
                    link rel="alternate" type="application/feed+json" href=(self.links.feed("feed.json")) title=(title);
                }
                body {
                    (self.form())
                    main.wrap {
                        (self.summary())
                        div.columns {
                            (self.facets())
                            div.results {
                                @if !self.view.hits.is_empty() {
                                    ol.hits role="list" aria-label="Results" {
                                        @for hit in &self.view.hits { (self.result(hit)) }
                                    }
                                }
                                (self.pager())
                            }
                        }
                    }
                }
            }
        }
    }

    fn form(&self) -> Markup {
        html! {
            header.top {
                form.wrap role="search" action="search" method="get" {
                    h1 { label for="q" { "Search posts" } }
                    div.field {
                        input #q name="q" type="search" value=(self.search_text) placeholder="Type to search"
                            autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search";
                        button.button type="submit" { "Search" }
                    }
                    @for (name, value) in self.links.hidden() { input type="hidden" name=(name) value=(value); }
                }
            }
        }
    }

    fn summary(&self) -> Markup {
        let ResultsView { total, page, limit, warnings, corrected, .. } = &self.view;
        let last = total.div_ceil(*limit).max(1);
        html! {
            p.status role="status" {
                @match total {
                    0 => { "No results" }
                    1 => { "1 result" }
                    _ => { (total) " results" }
                }
                @if *page > 1 { ", page " (page) " of " (last) }
            }
            @if let Some(corrected) = corrected {
                p.correction {
                    @if corrected.applied { "Showing results for " } @else { "Did you mean " }
                    a href=(self.links.with("q", Some(&corrected.query))) { (corrected.query) }
                    @if corrected.applied {
                        ". Search for "
                        a href=(self.links.with("typos", Some("0"))) { (self.search_text) }
                        " instead."
                    } @else { "?" }
                }
            }
            @if !warnings.is_empty() {
                ul.warnings aria-label="Search warnings" { @for warning in warnings { li { (warning) } } }
            }
        }
    }

    fn facets(&self) -> Markup {
        html! {
            nav.facets aria-label="Filters" {
                @for (name, heading) in FACETS {
                    @let values = self.view.facets.get(name).map_or(&[][..], Vec::as_slice);
                    @if values.len() > 1 || self.links.value(name).is_some() {
                        h2 { (heading) }
                        ul { @for value in values.iter().take(MAX_VALUES) { (self.facet_value(name, value)) } }
                    }
                }
            }
        }
    }

    fn facet_value(&self, name: &str, FacetValueView { value, count }: &FacetValueView) -> Markup {
        let is_selected = self.links.value(name).is_some_and(|selected| selected == value);
        let target = self.links.with(name, (!is_selected).then_some(value));
        html! {
            li { a href=(target) aria-current=[is_selected.then_some("true")] { (value) " " span.count { (count) } } }
        }
    }

    fn pager(&self) -> Markup {
        let ResultsView { total, page, limit, .. } = self.view;
        let reachable = total.min(limits::MAX_HIT_RANK).div_ceil(limit);
        let link = |page: usize| self.links.with("page", Some(&page.to_string()));
        html! {
            nav.pager aria-label="Pages" {
                @if page > 1 { a.button rel="prev" href=(link(page - 1)) { "Previous page" } }
                @if page < reachable { a.button rel="next" href=(link(page + 1)) { "Next page" } }
            }
        }
    }

    /// A result. `title_html` and `html` of the API are escaped and contain no element but `<mark>`.
    fn result(&self, hit: &HitView) -> Markup {
        let link = |url: &str| self.post_links.to(&hit.id, url).into_owned();
        let HitView { url, title_html, date, categories, snippet, section, .. } = hit;
        html! {
            li.hit {
                h2.title { a href=(link(url)) { (PreEscaped(title_html)) } }
                p.meta {
                    @if let Some(day) = date.as_deref().and_then(day_of) { time datetime=(day) { (day) } }
                    @for category in categories { " " span.category { (category) } }
                }
                p.snippet { (PreEscaped(&snippet.html)) }
                @if let Some(section) = section {
                    p.section { a href=(link(&section.url)) { (PreEscaped(&section.title_html)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_other_parameters_and_begin_at_the_first_page() {
        let links = PageLinks::new("q=a+b&tag=C%2B%2B&page=3&lang=&facets=tag");
        assert_eq!(links.with("category", Some("R&D")), "?q=a+b&tag=C%2B%2B&category=R%26D");
        assert_eq!(links.with("tag", None), "?q=a+b");
        assert_eq!(links.with("page", Some("4")), "?q=a+b&tag=C%2B%2B&page=4");
        assert_eq!(links.feed("feed.atom"), "feed.atom?q=a+b&tag=C%2B%2B");
        assert_eq!(links.hidden().collect::<Vec<_>>(), [&("tag".to_owned(), "C++".to_owned())]);
    }

    #[test]
    fn text_of_readers_and_posts_is_escaped() {
        let view = serde_json::json!({
            "total": 1, "page": 1, "limit": 10, "warnings": ["<i>"], "corrected": null, "facets": {
                "tag": [{"value": "<u>", "count": 1}, {"value": "\"b", "count": 1}]
            },
            "hits": [{
                "id": "a", "url": "/\"><s>", "title": "", "title_html": "&lt;img&gt;", "description": "",
                "categories": ["<em>"], "tags": [], "date": "2024-01-02T00:00:00Z", "updated": null, "authors": [],
                "lang": "en", "snippet": {"text": "", "html": "<mark>x</mark>"}, "section": null,
            }],
        });
        let links = PageLinks::new("q=%22%3E%3Cscript%3E&x=%22%3E%3Cscript%3E");
        let view = serde_json::from_value(view).unwrap();
        let page =
            ResultsPage { blog: "<b>", search_text: "\"><script>", links, post_links: PostLinks::Blog, view };
        let html = page.render().into_string();
        for element in ["<script>", "<i>", "<u>", "<s>", "<em>", "<img>", "<b>"] {
            assert!(!html.contains(element), "{element} in {html}");
        }
        assert!(html.contains("<mark>x</mark>") && html.contains("&lt;img&gt;"), "{html}");
        assert!(html.contains("2024-01-02") && html.contains("1 result"), "{html}");
    }
}
