//! State that the routes share.

use std::sync::Arc;
use std::time::Duration;

use super::blog::Blog;
use super::caching::CachePolicy;
use super::metrics::Metrics;
use super::pool::SearchPool;
use super::preview_rule::PreviewRule;
use super::request_body::BodyReader;
use crate::engine::query_log::QueryLog;
use crate::engine::{Engine, SyncControl};

/// The engine, the search pool and the metrics; cheap to clone.
#[derive(Clone)]
pub(super) struct AppState {
    pub(super) engine: Arc<Engine>,
    pub(super) pool: Arc<SearchPool>,
    /// The sync loop, if this process writes the index.
    pub(super) sync: Option<SyncControl>,
    pub(super) metrics: Arc<Metrics>,
    /// The log of queries, if it is on.
    pub(super) query_log: Option<QueryLog>,
    /// Time for which the index may be out of sync with the content before the service counts as not ready.
    pub(super) unready_after: Duration,
    /// The policy of responses that depend only on the index, the settings and the program.
    pub(super) cache_policy: CachePolicy,
    /// What pages and feeds say about the blog.
    pub(super) blog: Arc<Blog>,
    /// The URL at which clients reach the service, if the settings have it.
    pub(super) public_url: Option<Arc<str>>,
    /// Which requests get links to previews of posts, and the previews.
    pub(super) preview: PreviewRule,
    /// Reads the bodies of requests.
    pub(super) bodies: BodyReader,
    /// See [`crate::config::Config::base_path`].
    pub(super) base_path: Option<Arc<str>>,
}
