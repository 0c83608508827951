//! `bloghound serve`: indexes, watches, answers.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use tokio::net::TcpListener;

use super::{Outcome, Place, index, output};
use crate::config::Config;
use crate::content::Site;
use crate::engine::{Engine, Maintenance};
use crate::http;
use crate::reindex::{Indexer, Watcher};

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
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(bind(options.addr))?;
    tracing::info!("reading {}: {}", site.content_dir.display(), output::describe_site(&site));
    // Watching before indexing: what changes in between is seen afterwards.
    let watcher = if options.no_watch { None } else { start_watching(&config, &site) };
    let (indexer, report) = index::build(&config, &site, false)?;
    output::print_warnings(&report)?;
    output::print_failures(&report)?;
    tracing::info!("searching {}, in {} ms", output::describe_report(&report), report.took_ms);
    let engine = Arc::new(Engine::new(&config, indexer.snapshot()?));
    engine.set_report(report);
    engine.warm()?;
    let maintenance = follow(&engine, indexer, watcher, &config, &site)?;
    let router = http::router(Arc::clone(&engine), &config).context("`allow_origins` in bloghound.toml")?;
    tracing::info!(
        "search page at http://{}/, API at /api/v1/search?q=; Ctrl-C stops",
        listener.local_addr()?
    );
    runtime.block_on(http::serve(listener, router, shutdown_signal()))?;
    tracing::info!("stopping");
    if let Some(maintenance) = maintenance {
        maintenance.stop();
    }
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

fn start_watching(config: &Config, site: &Site) -> Option<(Watcher, crate::reindex::Waker)> {
    match Watcher::new(&site.content_dir, config.debounce) {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!("changes are not followed: {error}; restart to index them");
            None
        }
    }
}

/// Hands the index to the thread that keeps it up to date; without one it is closed.
fn follow(
    engine: &Arc<Engine>,
    indexer: Indexer,
    watcher: Option<(Watcher, crate::reindex::Waker)>,
    config: &Config,
    site: &Site,
) -> anyhow::Result<Option<Maintenance>> {
    let Some(watcher) = watcher else {
        indexer.close()?;
        return Ok(None);
    };
    tracing::info!("following changes of {}", site.content_dir.display());
    Ok(Some(Maintenance::start(Arc::clone(engine), indexer, watcher, config.reconcile_every)?))
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
