//! Latency and throughput of searches over HTTP, compared with two servers that show which part of it is unavoidable.
//!
//! - `hello` returns a constant: the cost of HTTP, the client and the system.
//! - `tantivy` searches with Tantivy's own query parser, collector and snippets, see [`tantivy_baseline`].
//! - `bloghound` searches with an empty response cache.
//! - `cached` is bloghound with the response in its cache.
//!
//! All run in this process over the same posts and receive each query one after the other, so that load on the machine
//! affects all alike. Queries are words, pairs, prefixes, typos and phrases from the site's titles; `with hits` counts
//! those that found something. Then 1, 16 and 64 connections each send a request as soon as the previous response has
//! arrived, one server at a time. The client runs on a thread of its own and shares the cores with the servers.

mod connection;
mod measure;
mod queries;
mod table;
mod tantivy_baseline;

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use bloghound::engine::Engine;
use bloghound::http::{self, HttpService};
use bloghound::index::{Snapshot, generation};
use bloghound::reindex::{Indexer, OpenMode};
use clap::Args;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::process::own_peak_mb;
use crate::server::SEARCH_TARGET;
use crate::site::BenchSite;
use crate::{Effort, ReportArgs};
use measure::{HttpLatencyReport, LocalServer};

#[derive(Args)]
pub(crate) struct HttpLatencyArgs {
    #[command(flatten)]
    report: ReportArgs,
}

/// Empties a server's response cache.
type ClearCache = Arc<dyn Fn() -> anyhow::Result<()>>;

/// Amount of work of the measurement.
struct HttpWork {
    /// Queries whose responses are timed one by one.
    timed_queries: usize,
    warm_up_queries: usize,
    throughput_queries: usize,
    rounds: usize,
}

impl HttpWork {
    const FULL: Self =
        Self { timed_queries: 1_000, warm_up_queries: 100, throughput_queries: 10_000, rounds: 5 };
    const TRIAL: Self = Self { timed_queries: 20, warm_up_queries: 5, throughput_queries: 40, rounds: 2 };
}

pub(crate) fn run(args: &HttpLatencyArgs, effort: Effort) -> anyhow::Result<()> {
    let work = if effort == Effort::Full { HttpWork::FULL } else { HttpWork::TRIAL };
    let bench_site = BenchSite::open()?;
    let runtime = http::runtime()?;
    let (bloghound, clear_cache) = bloghound_service(&bench_site)?;
    let indexed_mb = own_peak_mb();
    let posts = bench_site.posts()?;
    let queries = queries::mixed_queries(&posts, work.timed_queries, work.throughput_queries);
    anyhow::ensure!(!queries.is_empty(), "the site's titles have no words to search for");
    let tantivy_dir = bench_site.dir.path().join("tantivy");
    std::fs::create_dir(&tantivy_dir)?;
    let tantivy = tantivy_baseline::router(&tantivy_dir, &posts, bench_site.config.snippet_chars)?;
    let hello = Router::new().route("/", get(async || "hello\n"));
    let bloghound = start(&runtime, "bloghound", bloghound, SEARCH_TARGET)?;
    let servers = [
        LocalServer { is_cached: true, ..start(&runtime, "hello", hello, "/?q=")? },
        start(&runtime, "tantivy", tantivy, "/search?q=")?,
        LocalServer { clear_cache: Some(clear_cache), ..bloghound },
        // The same server: each query follows right after the uncached one.
        LocalServer { name: "cached", is_cached: true, ..bloghound },
    ];
    args.report.print(&HttpLatencyReport::measure(&servers, &queries, &work, posts.len(), indexed_mb)?)
}

/// Indexes the site and returns the service of `bloghound serve`. Its cache is cleared by publishing the same index
/// again, as after a change of the content.
fn bloghound_service(bench_site: &BenchSite) -> anyhow::Result<(HttpService, ClearCache)> {
    let mut indexer = Indexer::open(&bench_site.config, &bench_site.site, OpenMode::Rebuild)?;
    let report = indexer.reconcile(&mut |_, _| {})?;
    let engine = Arc::new(Engine::new(&bench_site.config, indexer.snapshot()?));
    engine.set_report(report);
    indexer.close()?;
    let service = http::service(Arc::clone(&engine), &bench_site.config)?;
    let dir = generation::current(&bench_site.config.index_dir).context("the index was not published")?;
    Ok((service, Arc::new(move || Ok(engine.publish(Snapshot::open_dir(&dir)?)?))))
}

/// Starts a server on an unused port. It runs as long as the runtime.
fn start(
    runtime: &Runtime,
    name: &'static str,
    service: impl Into<HttpService>,
    target: &'static str,
) -> anyhow::Result<LocalServer> {
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    runtime.spawn(http::serve(listener, service.into(), std::future::pending()));
    Ok(LocalServer { name, address, target, clear_cache: None, is_cached: false })
}
