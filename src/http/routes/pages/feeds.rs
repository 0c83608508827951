//! Feeds of any query: Atom (RFC 4287) and JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use std::io;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::response::Response;
use quick_xml::Writer;
use serde_json::{Value, json};

use super::origin::PublicUrl;
use super::results_view::{HitView, ResultsView};
use super::{parse, xml};
use crate::http::caching::CacheConditions;
use crate::http::peer::PeerNetwork;
use crate::http::post_links::PostLinks;
use crate::http::problem::ProblemDetails;
use crate::http::routes::respond::{Document, parameters, respond_rendered};
use crate::http::routes::search::search_request;
use crate::http::state::AppState;
use crate::query::RawRequest;

const ATOM_NAMESPACE: &str = "http://www.w3.org/2005/Atom";
/// Number of posts of a feed, unless the request sets `limit`.
const FEED_LIMIT: &str = "20";

/// What a feed says about itself.
struct FeedHead {
    title: String,
    /// The URL of the feed.
    url: String,
    /// The URL of the results page.
    page: String,
}

/// A format of feeds.
struct FeedFormat {
    /// The name in the URL.
    file: &'static str,
    content_type: &'static str,
    render: fn(&FeedHead, &ResultsView) -> Result<String, ProblemDetails>,
}

const ATOM: FeedFormat = FeedFormat {
    file: "feed.atom",
    content_type: "application/atom+xml; charset=utf-8",
    render: render_atom,
};
const JSON_FEED: FeedFormat =
    FeedFormat { file: "feed.json", content_type: "application/feed+json", render: render_json };

/// A request for a feed of a query, in any format.
pub(in crate::http::routes) struct FeedRequest {
    state: AppState,
    peer: PeerNetwork,
    conditions: CacheConditions,
    /// The URL of the service.
    url: String,
    query_string: Option<String>,
    raw: RawRequest,
}

impl FromRequestParts<AppState> for FeedRequest {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ProblemDetails> {
        let Ok(peer) = PeerNetwork::from_request_parts(parts, state).await;
        let Ok(conditions) = CacheConditions::from_request_parts(parts, state).await;
        let Ok(PublicUrl(url)) = PublicUrl::from_request_parts(parts, state).await;
        let raw = parameters(Query::from_request_parts(parts, state).await)?;
        let query_string = parts.uri.query().filter(|query| !query.is_empty()).map(str::to_owned);
        Ok(Self { state: state.clone(), peer, conditions, url, query_string, raw })
    }
}

impl FeedRequest {
    /// Returns what a feed in this format says about itself.
    fn head(&self, format: &FeedFormat) -> FeedHead {
        let Self { url, query_string, .. } = self;
        let query = query_string.as_ref().map_or_else(String::new, |query| format!("?{query}"));
        let title = match self.raw.q.trim() {
            "" => self.state.blog.name.clone(),
            text => format!("{text} - {}", self.state.blog.name),
        };
        FeedHead { title, url: format!("{url}/{}{query}", format.file), page: format!("{url}/search{query}") }
    }

    /// Responds with the feed. The newest posts come first, unless the request says otherwise.
    async fn respond(self, format: &FeedFormat) -> Result<Response, ProblemDetails> {
        let head = self.head(format);
        let Self { state, peer, conditions, mut raw, .. } = self;
        raw.sort.get_or_insert_with(|| "newest".to_owned());
        raw.limit.get_or_insert_with(|| FEED_LIMIT.to_owned());
        // A feed reads fixed fields and shows no facets.
        (raw.fields, raw.facets, raw.explain) = (None, None, None);
        let render = |json: &[u8]| (format.render)(&head, &parse(json)?);
        let document = Document { content_type: format.content_type, links: PostLinks::Blog };
        respond_rendered(&state, peer, &conditions, search_request(raw)?, document, render).await
    }
}

/// Responds with the posts that match a query as an Atom feed. Posts without a date are left out, because an entry of a
/// feed must have one.
pub(in crate::http::routes) async fn atom(request: FeedRequest) -> Result<Response, ProblemDetails> {
    request.respond(&ATOM).await
}

/// Responds with the posts that match a query as a JSON feed.
pub(in crate::http::routes) async fn json_feed(request: FeedRequest) -> Result<Response, ProblemDetails> {
    request.respond(&JSON_FEED).await
}

fn render_atom(head: &FeedHead, view: &ResultsView) -> Result<String, ProblemDetails> {
    let written = xml::document(|writer| write_atom(writer, head, view));
    written.map_err(|error| cannot_write(&error))
}

fn cannot_write(error: &impl ToString) -> ProblemDetails {
    ProblemDetails::failure(error.to_string(), "cannot write the feed")
}

fn write_atom(writer: &mut Writer<Vec<u8>>, head: &FeedHead, view: &ResultsView) -> io::Result<()> {
    let dated = || view.hits.iter().filter_map(|hit| Some((hit, hit.changed_at()?)));
    // RFC 3339 timestamps of different offsets do not sort as text, but any of them is a valid date.
    let updated = dated().map(|(_, date)| date).max().unwrap_or("1970-01-01T00:00:00Z");
    let root = writer.create_element("feed").with_attribute(("xmlns", ATOM_NAMESPACE));
    root.write_inner_content(|writer| {
        xml::text_element(writer, "title", &head.title)?;
        xml::text_element(writer, "id", &head.url)?;
        xml::text_element(writer, "updated", updated)?;
        link(writer, "self", &head.url)?;
        link(writer, "alternate", &head.page)?;
        for (hit, changed_at) in dated() {
            writer.create_element("entry").write_inner_content(|writer| entry(writer, hit, changed_at))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn entry(writer: &mut Writer<Vec<u8>>, hit: &HitView, changed_at: &str) -> io::Result<()> {
    xml::text_element(writer, "title", &hit.title)?;
    xml::text_element(writer, "id", &hit.url)?;
    link(writer, "alternate", &hit.url)?;
    xml::text_element(writer, "updated", changed_at)?;
    if let Some(date) = &hit.date {
        xml::text_element(writer, "published", date)?;
    }
    // RFC 4287 requires an author of each entry or of the feed.
    let unnamed = [String::from("unknown")];
    for author in if hit.authors.is_empty() { &unnamed[..] } else { &hit.authors } {
        writer
            .create_element("author")
            .write_inner_content(|writer| xml::text_element(writer, "name", author))?;
    }
    for label in hit.categories.iter().chain(&hit.tags) {
        let label = xml::printable(label);
        writer.create_element("category").with_attribute(("term", label.as_str())).write_empty()?;
    }
    xml::text_element(writer, "summary", hit.summary())
}

fn link(writer: &mut Writer<Vec<u8>>, relation: &str, url: &str) -> io::Result<()> {
    let url = xml::printable(url);
    writer
        .create_element("link")
        .with_attributes([("rel", relation), ("href", url.as_str())])
        .write_empty()?;
    Ok(())
}

fn render_json(head: &FeedHead, view: &ResultsView) -> Result<String, ProblemDetails> {
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "home_page_url": head.page,
        "feed_url": head.url,
        "items": view.hits.iter().map(item).collect::<Vec<_>>(),
    });
    serde_json::to_string(&feed).map_err(|error| cannot_write(&error))
}

fn item(hit: &HitView) -> Value {
    let mut item = json!({
        "id": hit.url,
        "url": hit.url,
        "title": hit.title,
        "content_text": hit.snippet.text,
        "summary": hit.summary(),
        "tags": hit.categories.iter().chain(&hit.tags).collect::<Vec<_>>(),
        "authors": hit.authors.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "language": hit.lang,
    });
    for (name, date) in [("date_published", &hit.date), ("date_modified", &hit.updated)] {
        if let Some(date) = date {
            item[name] = json!(date);
        }
    }
    item
}
