//! `bloghound serve`: serves the search page and the HTTP API, and keeps the index up to date.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::runtime::Runtime;

use super::admin::AdminArg;
use super::listening::{self, PassedSocket};
use super::option_sources::OptionValue;
use super::outcome::Outcome;
use super::print_config::PrintedConfig;
use super::signals::Signals;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::{admin, log, message_of, output};
use crate::config::{Config, ConfigError, Overrides, QueryLogSettings, is_base_url, limits};
use crate::content::{Diagnostic, Site};
use crate::engine::query_log::QueryLog;
use crate::engine::{Engine, HealthCheck, SyncControl, SyncIntervals, SyncSetup, SyncThread};
use crate::http::{self, AllowedHosts, BlogFacts, KeyRing, ListenAddr, Listener, ServiceSetup, Tls};
use crate::index::{Snapshot, bundle, generation};
use crate::reindex::{Clock, Indexer, IndexingReport, OpenMode, ReindexError};

/// Arguments of `bloghound serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// Listen on ADDRESS:PORT or at unix:PATH; port 0 picks a free port. A socket that systemd passes takes precedence
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "BLOGHOUND_ADDR",
        hide_env_values = true,
        default_value = "127.0.0.1:7878"
    )]
    addr: ListenAddr,
    /// Serve the full status and metrics at unix:PATH or ADDRESS:PORT; `off` disables this
    /// [default: the socket `admin.sock` in the index directory]
    #[arg(
        long,
        value_name = "ADDRESS",
        value_parser = AdminArg::parse,
        env = "BLOGHOUND_ADMIN_ADDR",
        hide_env_values = true
    )]
    admin_addr: Option<AdminArg>,
    /// Exit when no request has come for this many seconds, for socket activation [default: serve on]
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..),
        env = "BLOGHOUND_IDLE_EXIT",
        hide_env_values = true
    )]
    idle_exit: Option<u64>,
    /// Stop watching the content after the first comparison [default: index changes as they happen]
    #[arg(long, env = "BLOGHOUND_NO_WATCH", hide_env_values = true)]
    no_watch: bool,
    /// Serve the existing index without writing; reload it when another process replaces it
    #[arg(
        long,
        conflicts_with_all = ["no_watch", "bundle"],
        env = "BLOGHOUND_READ_ONLY",
        hide_env_values = true
    )]
    read_only: bool,
    /// Serve only this bundle; read no content and write no index
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["no_watch", "content", "index"],
        env = "BLOGHOUND_BUNDLE",
        hide_env_values = true
    )]
    bundle: Option<PathBuf>,
    /// Link hits to the blog at this URL, such as that of the generator's own server [default: `base_url` of the settings,
    /// else the generator's] [env: `BLOGHOUND_BASE_URL`]
    #[arg(long, value_name = "URL", value_parser = base_url, conflicts_with_all = ["read_only", "bundle"])]
    base_url: Option<String>,
    /// Append each search to this file, whose name ends with .jsonl [default: `query_log` of the settings]
    /// [env: `BLOGHOUND_HTTP_QUERY_LOG`]
    #[arg(long, value_name = "FILE", value_parser = query_log_path)]
    query_log: Option<PathBuf>,
    /// Print the settings in force, with the source of each value, and exit
    #[arg(long)]
    print_config: bool,
    /// Print the settings as JSON
    #[arg(long, requires = "print_config")]
    json: bool,
}

/// Maximum time for writing the last lines of the query log.
const MAX_LOG_FLUSH: Duration = Duration::from_secs(1);

const EXAMPLES: &str = "\
Examples:
  bloghound serve --site ~/blog
  bloghound serve --addr 0.0.0.0:8080 --read-only      serve an index that another process writes
  bloghound serve --base-url http://localhost:1313     link hits to the server of the generator
  bloghound serve --bundle search.tar.zst
  bloghound serve --print-config

A flag takes precedence over its variable, a variable over bloghound.toml. Settings have variables, too:
BLOGHOUND_HTTP_QUEUE_MS=500 is `queue_ms` of the table [http]. An empty variable counts as not set.";

pub(super) fn run(args: &ServeArgs, site_args: SiteArgs, options: &[OptionValue]) -> anyhow::Result<Outcome> {
    let blog = ServedBlog { site_args, base_url: args.base_url.clone(), query_log: args.query_log.clone() };
    if args.print_config {
        return print_config(args, &blog, options);
    }
    // First of all, because it changes the environment of the process.
    let passed = listening::passed_socket()?;
    let _log = log::start()?;
    let signals = Signals::listen()?;
    http::raise_descriptor_limit();
    if let Some(file) = &args.bundle {
        return serve_bundle(file, args, passed, &blog, &signals);
    }
    let (config, site) = blog.load()?;
    let runtime = http::runtime()?;
    let listener = listening::listen(&runtime, passed, &args.addr)?;
    if args.read_only {
        tracing::info!("serving the index in {} read-only", config.index_dir.display());
    } else {
        tracing::info!("content in {}: {}", site.content_dir.display(), output::describe_site(&site));
    }
    let setup = SyncSetup {
        reload: Box::new(move || blog.load().map_err(|error| message_of(&error))),
        watches_content: !(args.no_watch || args.read_only),
        indexer: None,
        on_first_reconcile: (!args.read_only).then(|| Box::new(log_report) as _),
        clock: Clock::default(),
        intervals: SyncIntervals::default(),
        config,
        site,
    };
    let (engine, setup) =
        if args.read_only { (Arc::new(Engine::open(&setup.config)?), setup) } else { prepare(setup)? };
    let (config, base_urls) = (setup.config.clone(), setup.site.base_urls());
    let (title, language) = (setup.site.title.clone(), setup.site.language.clone());
    let sync_thread = SyncThread::start(Arc::clone(&engine), setup)?;
    let admin_addr = admin::default_addr(&config.index_dir);
    let sync_thread = Some(sync_thread);
    let service = Service {
        engine,
        config: &config,
        base_urls,
        title,
        language,
        admin_addr,
        signals: &signals,
        sync_thread,
    };
    service.serve(runtime, listener, args)?;
    Ok(Outcome::Done)
}

/// Serves a bundle, unpacked into a temporary directory.
fn serve_bundle(
    file: &Path,
    args: &ServeArgs,
    passed: Option<PassedSocket>,
    blog: &ServedBlog,
    signals: &Signals,
) -> anyhow::Result<Outcome> {
    let config = blog.config()?;
    let runtime = http::runtime()?;
    let listener = listening::listen(&runtime, passed, &args.addr)?;
    let dir = tempfile::Builder::new().prefix("bloghound-").tempdir()?;
    signals.remove_at_exit(dir.path());
    let (manifest, snapshot) = bundle::unpack(file, dir.path())?;
    let (posts, content_digest) = (manifest.posts, manifest.content_digest);
    tracing::info!("serving {posts} posts and pages of {}, content digest {content_digest}", file.display());
    let engine = Arc::new(Engine::new(&config, snapshot));
    engine.set_report(IndexingReport { content_digest, ..IndexingReport::default() });
    engine.warm_up()?;
    // The content may be on another machine; then only `base_url` in bloghound.toml sets the site's host.
    let site = Site::detect_without_content(&config).ok();
    let of_site = site.as_ref().map(Site::base_urls).unwrap_or_default();
    let (title, language) = site.map(|site| (site.title, site.language)).unwrap_or_default();
    let base_urls = config.base_url.clone().into_iter().chain(of_site).collect();
    let (admin_addr, sync_thread) = (None, None);
    let service =
        Service { engine, config: &config, base_urls, title, language, admin_addr, signals, sync_thread };
    service.serve(runtime, listener, args)?;
    Ok(Outcome::Done)
}

/// The service to run.
struct Service<'a> {
    engine: Arc<Engine>,
    config: &'a Config,
    /// The base URLs of the site.
    base_urls: Vec<String>,
    /// The title of the site.
    title: Option<String>,
    /// The default language of its posts.
    language: Option<String>,
    /// The default address of the admin listener.
    admin_addr: Option<ListenAddr>,
    signals: &'a Signals,
    /// Keeps the index up to date, unless a bundle is served.
    sync_thread: Option<SyncThread>,
}

/// What SIGHUP loads or opens again.
struct Reloadable {
    tls: Option<Tls>,
    keys: Option<Arc<KeyRing>>,
    query_log: Option<QueryLog>,
}

impl Service<'_> {
    /// Serves requests until a signal arrives, or none has come for the time of the arguments. Then finishes the requests
    /// in progress and the current commit, within the time in the settings.
    fn serve(self, runtime: Runtime, listener: Listener, args: &ServeArgs) -> anyhow::Result<()> {
        let addr = listener.addr()?;
        let hosts = AllowedHosts::for_listener(addr.ip(), &self.config.hosts, &self.base_urls);
        let sync = self.sync_thread.as_ref().filter(|_| !args.read_only).map(SyncThread::control).cloned();
        let (title, language) = (self.title.as_deref(), self.language.as_deref());
        let blog = BlogFacts { base_urls: &self.base_urls, title, language };
        let setup = ServiceSetup { address: addr.ip(), hosts, blog, sync };
        let mut services = http::services(Arc::clone(&self.engine), self.config, setup)?;
        services.public.idle_exit = args.idle_exit.map(Duration::from_secs);
        let _admin = admin::start(&runtime, args.admin_addr.as_ref(), self.admin_addr.as_ref(), &services)?;
        let allowed = self.config.connections.shutdown;
        let query_log = services.query_log.clone();
        self.reload_at_signal(Reloadable {
            tls: services.public.tls.clone(),
            keys: services.public.keys.clone(),
            query_log: query_log.clone(),
        });
        self.signals.start_serving(allowed);
        let scheme = if services.public.tls.is_some() { "https" } else { "http" };
        listening::log_address(&addr, scheme);
        let stopped_at = Cell::new(None);
        let shutdown = async {
            self.signals.received().await;
            stopped_at.set(Some(Instant::now()));
            if let Some(sync_thread) = &self.sync_thread {
                sync_thread.control().request_stop();
            }
            tracing::info!(
                "stopping, within {} s; a second signal ends the process at once",
                allowed.as_secs()
            );
        };
        runtime.block_on(http::serve(listener, services.public, shutdown));
        // The first build has no commit to finish.
        let allowed = if self.engine.has_index() { allowed } else { Duration::ZERO };
        let elapsed = stopped_at.get().map_or(Duration::ZERO, |at| at.elapsed());
        let remaining = allowed.saturating_sub(elapsed);
        if self.sync_thread.is_some_and(|thread| !thread.stop_within(remaining)) {
            tracing::warn!("indexing did not stop in time; the next start compares all content");
        }
        if query_log.is_some_and(|log| !log.flush_within(MAX_LOG_FLUSH)) {
            tracing::warn!("the last queries could not be logged in time");
        }
        // A search may still be running for a client that has disconnected.
        runtime.shutdown_background();
        Ok(())
    }

    /// Lets SIGHUP load the settings, the certificate and the keys again, and open the query log again.
    fn reload_at_signal(&self, Reloadable { tls, keys, query_log }: Reloadable) {
        let control = self.sync_thread.as_ref().map(SyncThread::control).cloned();
        self.signals.on_reload(move || {
            tls.iter().for_each(Tls::request_reload);
            if let Some(keys) = &keys {
                keys.request_reload();
            }
            query_log.iter().for_each(QueryLog::request_reopen);
            control.iter().for_each(SyncControl::request_reload);
        });
    }
}

/// The blog to serve: the arguments that its settings are loaded with.
struct ServedBlog {
    site_args: SiteArgs,
    base_url: Option<String>,
    query_log: Option<PathBuf>,
}

impl ServedBlog {
    fn config(&self) -> Result<Config, ConfigError> {
        let overrides = self.site_args.clone().overrides(UnpublishedArgs::default());
        let (base_url, query_log) = (self.base_url.clone(), self.query_log.clone());
        Config::load(Overrides { base_url, query_log, ..overrides })
    }

    /// Loads the settings. The content may still be missing: it may be mounted or made later. A wrong `--content` fails,
    /// unless there is an index to serve.
    fn load(&self) -> anyhow::Result<(Config, Site)> {
        let config = self.config()?;
        let waits = config.content_dir.is_none() || generation::current(&config.index_dir).is_some();
        let site = if waits { Site::detect_without_content(&config)? } else { Site::detect(&config)? };
        Ok((config, site))
    }
}

/// Prints the settings in force.
fn print_config(args: &ServeArgs, blog: &ServedBlog, options: &[OptionValue]) -> anyhow::Result<Outcome> {
    let config = blog.config()?;
    let site = Site::detect_without_content(&config).ok();
    let printed = PrintedConfig { config: &config, site: site.as_ref(), options };
    if args.json {
        printed.print_json()?;
    } else {
        printed.print_toml()?;
    }
    Ok(Outcome::Done)
}

/// Parses the base URL.
fn base_url(text: &str) -> Result<String, String> {
    if is_base_url(text) {
        Ok(text.to_owned())
    } else {
        Err("expected a URL that starts with http:// or https:// and a host, without a query".to_owned())
    }
}

/// Parses the path of the query log.
fn query_log_path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if QueryLogSettings::is_allowed(&path) {
        Ok(path)
    } else {
        Err("expected a name that ends with .jsonl".to_owned())
    }
}

/// Opens the index and serves its last commit. If there is none to serve, the sync thread builds the index, and searches
/// get status 503 until then.
fn prepare(setup: SyncSetup) -> anyhow::Result<(Arc<Engine>, SyncSetup)> {
    let mut indexer = match Indexer::open(&setup.config, &setup.site, OpenMode::Update) {
        Ok(indexer) => indexer,
        Err(error) => return serve_unwritable(error, setup),
    };
    if let Some(reason) = indexer.rebuild_reason() {
        tracing::warn!("rebuilding the index: {reason}");
    }
    let engine = if let Some(snapshot) = indexer.take_servable_snapshot()? {
        serve_previous(snapshot, &setup.config)
    } else {
        tracing::info!("building the index; searches are answered once it is complete");
        Engine::without_index(&setup.config)
    };
    Ok((Arc::new(engine), SyncSetup { indexer: Some(indexer), ..setup }))
}

/// Serves an index that cannot be opened for writing; the sync thread keeps trying to open it. If there is none and its
/// directory is not writable, the service does not start.
fn serve_unwritable(error: ReindexError, setup: SyncSetup) -> anyhow::Result<(Arc<Engine>, SyncSetup)> {
    let (engine, consequence) = match (Engine::open(&setup.config), &error) {
        (Ok(engine), _) => (engine, "the existing index keeps serving"),
        (Err(_), ReindexError::Unwritable { .. }) => return Err(error.into()),
        (Err(_), _) => {
            (Engine::without_index(&setup.config), "there is no index to serve yet; opening it is retried")
        }
    };
    engine.report_problem(HealthCheck::Index, format!("changes are not indexed: {error}; {consequence}"));
    Ok((Arc::new(engine), setup))
}

/// Serves the index of an earlier run at once; the sync thread compares it with the content in the
/// background.
fn serve_previous(snapshot: Snapshot, config: &Config) -> Engine {
    tracing::info!(
        "serving {} posts and pages of the existing index; comparing it with the content",
        snapshot.num_docs()
    );
    Engine::new(config, snapshot)
}

/// Logs what is indexed, with the warnings of the content.
fn log_report(report: &IndexingReport) {
    if report.warnings.len() > limits::MAX_PRINTED_WARNINGS {
        let count = output::plural(report.warnings.len(), "warning");
        tracing::warn!("{count}; run `bloghound check` to list them");
    } else {
        for Diagnostic { path, line, message, .. } in &report.warnings {
            tracing::warn!("{path}:{line}: {message}");
        }
    }
    tracing::info!("indexed {}, in {} ms", output::describe_report(report), report.took_ms);
}
