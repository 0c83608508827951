//! `bloghound serve`: indexes, watches, answers.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use super::{Outcome, Place, index, output};
use crate::config::Config;
use crate::content::Site;
use crate::engine::{Engine, Maintenance, Watch, Work};
use crate::http;
use crate::index::Snapshot;
use crate::reindex::{Indexer, Report, Watcher};

/// Options of `bloghound serve`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7878")]
    addr: SocketAddr,
    /// Do not follow changes of the content
    #[arg(long)]
    no_watch: bool,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    start_logging();
    let (config, site) = place.load(false, false)?;
    let runtime = http::runtime()?;
    let listener = runtime.block_on(bind(options.addr))?;
    tracing::info!("reading {}: {}", site.content_dir.display(), output::describe_site(&site));
    let indexer = Indexer::open(&config, &site, false)?;
    let (engine, maintenance) = match indexer.last()? {
        Some(last) => answer_from(last, indexer, &config, &site, options)?,
        None => build(indexer, &config, &site, options)?,
    };
    let router = http::router(engine, &config)?;
    tracing::info!(
        "search page at http://{}/, API at /api/v1/search?q=; Ctrl-C stops",
        listener.local_addr()?
    );
    runtime.block_on(http::serve(listener, router, shutdown_signal()))?;
    tracing::info!("stopping");
    maintenance.stop();
    Ok(Outcome::Done)
}

fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BLOGHOUND_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("bloghound=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}

async fn bind(addr: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(addr).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{addr} is in use, perhaps by another `bloghound serve`; stop it, or choose another port with \
             --addr {}:{}",
            addr.ip(),
            addr.port().wrapping_add(1)
        ),
        _ => anyhow::anyhow!("cannot listen on {addr}: {error}; choose another address with --addr"),
    })
}

/// Answers from the index of an earlier run at once, and compares it with the content meanwhile.
fn answer_from(
    last: Snapshot,
    indexer: Indexer,
    config: &Config,
    site: &Site,
    options: &Options,
) -> anyhow::Result<(Arc<Engine>, Maintenance)> {
    tracing::info!(
        "searching {} posts and pages of the last index; comparing with the content",
        last.num_docs()
    );
    let engine = Arc::new(Engine::new(config, last));
    let work = Work { on_compared: Some(Box::new(tell)), ..following(config, site, options) };
    let maintenance = Maintenance::start(Arc::clone(&engine), indexer, work)?;
    Ok((engine, maintenance))
}

/// Indexes the content before anything is answered.
fn build(
    mut indexer: Indexer,
    config: &Config,
    site: &Site,
    options: &Options,
) -> anyhow::Result<(Arc<Engine>, Maintenance)> {
    // Watching before indexing: what changes in between is seen afterwards.
    let following = following(config, site, options);
    let watcher = following.watch.and_then(|watch| watch());
    let report = index::reconcile(&mut indexer)?;
    tell(&report);
    let engine = Arc::new(Engine::new(config, indexer.snapshot()?));
    engine.set_report(report);
    engine.warm()?;
    let watch = watcher.map(|watcher| -> Watch { Box::new(|| Some(watcher)) });
    let maintenance = Maintenance::start(Arc::clone(&engine), indexer, Work { watch, ..following })?;
    Ok((engine, maintenance))
}

/// How changes are followed.
fn following(config: &Config, site: &Site, options: &Options) -> Work {
    let (content_dir, debounce) = (site.content_dir.clone(), config.debounce);
    let watch = move || match Watcher::new(&content_dir, debounce) {
        Ok(watcher) => {
            tracing::info!("following changes of {}", content_dir.display());
            Some(watcher)
        }
        Err(error) => {
            tracing::warn!("changes are not followed: {error}; restart to index them");
            None
        }
    };
    let watch = (!options.no_watch).then(|| -> Watch { Box::new(watch) });
    Work { watch, reconcile_every: config.reconcile_every, on_compared: None }
}

/// Tells what is searched, and what is wrong with the content.
fn tell(report: &Report) {
    // Nobody reads what cannot be written; the service goes on.
    let _ = output::print_warnings(report).and_then(|()| output::print_failures(report));
    tracing::info!("searching {}, in {} ms", output::describe_report(report), report.took_ms);
}

/// Completes on SIGINT (Ctrl-C) or SIGTERM.
async fn shutdown_signal() {
    let interrupt = async {
        // Without a handler there is nothing to wait for but the other signal.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
