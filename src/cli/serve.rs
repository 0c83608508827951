//! `bloghound serve`: indexes, watches, answers.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::{Outcome, Place, index, output};
use crate::config::Config;
use crate::content::Site;
use crate::engine::{Concern, Engine, Maintenance, Work};
use crate::http;
use crate::index::{Snapshot, bundle, generation};
use crate::reindex::{Indexer, ReindexError, Report, Watcher};

/// Options of `bloghound serve`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7878")]
    addr: SocketAddr,
    /// Do not follow changes of the content
    #[arg(long)]
    no_watch: bool,
    /// Write nothing: answer from the index that is there, and from what others put in its place
    #[arg(long, conflicts_with_all = ["no_watch", "bundle"])]
    read_only: bool,
    /// Answer from this bundle and nothing else: no content is read, nothing is written
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_watch", "content", "index"])]
    bundle: Option<PathBuf>,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    start_logging();
    if let Some(file) = &options.bundle {
        return serve_bundle(file, options.addr, place);
    }
    let (config, site) = load(&place)?;
    let runtime = http::runtime()?;
    let listener = runtime.block_on(bind(options.addr))?;
    if options.read_only {
        tracing::info!("answering from {}; nothing is written", config.index_dir.display());
    } else {
        tracing::info!("reading {}: {}", site.content_dir.display(), output::describe_site(&site));
    }
    let work = Work {
        reload: Box::new(move || load(&place).map_err(|error| format!("{error:#}"))),
        follows: !(options.no_watch || options.read_only),
        indexer: None,
        watcher: None,
        on_compared: None,
        config,
        site,
    };
    let (engine, work) =
        if options.read_only { (Arc::new(Engine::open(&work.config)?), work) } else { prepare(work)? };
    let config = work.config.clone();
    let maintenance = Maintenance::start(Arc::clone(&engine), work)?;
    answer(&runtime, listener, engine, &config)?;
    maintenance.stop();
    Ok(Outcome::Done)
}

/// Answers from a bundle, unpacked into a directory that is removed at the end.
fn serve_bundle(file: &Path, addr: SocketAddr, place: Place) -> anyhow::Result<Outcome> {
    let config = place.config(false, false)?;
    let runtime = http::runtime()?;
    let listener = runtime.block_on(bind(addr))?;
    let dir = tempfile::Builder::new().prefix("bloghound-").tempdir()?;
    let (description, snapshot) = bundle::unpack(file, dir.path())?;
    let (posts, content_digest) = (description.posts, description.content_digest);
    tracing::info!(
        "searching {posts} posts and pages of {}, content digest {content_digest}",
        file.display()
    );
    let engine = Arc::new(Engine::new(&config, snapshot));
    engine.set_report(Report { content_digest, ..Report::default() });
    engine.warm()?;
    answer(&runtime, listener, engine, &config)?;
    Ok(Outcome::Done)
}

/// Answers until it is told to stop.
fn answer(
    runtime: &Runtime,
    listener: TcpListener,
    engine: Arc<Engine>,
    config: &Config,
) -> anyhow::Result<()> {
    let router = http::router(engine, config)?;
    tracing::info!(
        "search page at http://{}/, API at /api/v1/search?q=; Ctrl-C stops",
        listener.local_addr()?
    );
    runtime.block_on(http::serve(listener, router, shutdown_signal()))?;
    tracing::info!("stopping");
    Ok(())
}

/// The settings. Content may be mounted later, where an index answers until then.
fn load(place: &Place) -> anyhow::Result<(Config, Site)> {
    let config = place.clone().config(false, false)?;
    let has_index = generation::current(&config.index_dir).is_some();
    let site = if has_index { Site::expect(&config)? } else { Site::detect(&config)? };
    Ok((config, site))
}

/// Opens the index, and builds it where there is none that can answer.
fn prepare(work: Work) -> anyhow::Result<(Arc<Engine>, Work)> {
    let mut indexer = match Indexer::open(&work.config, &work.site, false) {
        Ok(indexer) => indexer,
        Err(error) => return answer_only(error, work),
    };
    if let Some(why) = indexer.unfit() {
        tracing::warn!("the index is built anew: {why}");
    }
    match indexer.last()? {
        Some(last) => Ok(answer_from(last, indexer, work)),
        None => build(indexer, work),
    }
}

/// Answers from an index that cannot be written, until it can.
fn answer_only(error: ReindexError, work: Work) -> anyhow::Result<(Arc<Engine>, Work)> {
    let Ok(engine) = Engine::open(&work.config) else { return Err(error.into()) };
    engine.trouble(
        Concern::Index,
        format!("changes are not indexed: {error}; the index that is there answers"),
    );
    Ok((Arc::new(engine), work))
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
fn answer_from(last: Snapshot, indexer: Indexer, work: Work) -> (Arc<Engine>, Work) {
    tracing::info!(
        "searching {} posts and pages of the last index; comparing with the content",
        last.num_docs()
    );
    let engine = Arc::new(Engine::new(&work.config, last));
    (engine, Work { indexer: Some(indexer), on_compared: Some(Box::new(tell)), ..work })
}

/// Indexes the content before anything is answered.
fn build(mut indexer: Indexer, work: Work) -> anyhow::Result<(Arc<Engine>, Work)> {
    // Watching before indexing: what changes in between is seen afterwards.
    let watcher = work.follows.then(|| Watcher::new(Some(Work::following(&work.config, &work.site))));
    let report = index::reconcile(&mut indexer)?;
    tell(&report);
    let engine = Arc::new(Engine::new(&work.config, indexer.snapshot()?));
    engine.set_report(report);
    engine.warm()?;
    Ok((engine, Work { watcher, indexer: Some(indexer), ..work }))
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
