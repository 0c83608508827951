//! The programs `bloghound index` and `bloghound serve` as child processes.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bloghound::config::Config;
use bloghound::content::Site;

use crate::client::{Client, Endpoint};
use crate::process::{ChildProcess, ProcessCost, unused_address};

/// Path and parameters of a search, up to the query.
pub(crate) const SEARCH_TARGET: &str = "/api/v1/search?q=";

const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// A running `bloghound serve`.
pub(crate) struct BloghoundServer {
    pub(crate) process: ChildProcess,
    pub(crate) endpoint: Endpoint,
    /// Time from the start of the process to its first response.
    pub(crate) startup: Duration,
}

impl BloghoundServer {
    /// Starts the server on an unused port and waits for its first response.
    ///
    /// # Errors
    /// If the server exits or does not respond within `timeout`.
    pub(crate) fn start(
        config: &Config,
        site: &Site,
        client: &Client,
        timeout: Duration,
    ) -> anyhow::Result<Self> {
        let addr = unused_address()?;
        let mut command = bloghound("serve", &config.site_dir, &site.content_dir, &config.index_dir);
        let mut process = ChildProcess::start(command.args(["--addr", &addr.to_string()]))?;
        let endpoint = search_endpoint(addr);
        while client.ask(&endpoint, "start").is_err() {
            process.check_running()?;
            anyhow::ensure!(process.age() < timeout, "bloghound serve did not respond within {timeout:?}");
            std::thread::sleep(POLL_INTERVAL);
        }
        let startup = process.age();
        Ok(Self { process, endpoint, startup })
    }
}

fn search_endpoint(addr: SocketAddr) -> Endpoint {
    Endpoint::Http { addr, target: SEARCH_TARGET.to_owned() }
}

/// Runs `bloghound index` and returns its cost.
pub(crate) fn run_bloghound_index(config: &Config, site: &Site) -> anyhow::Result<ProcessCost> {
    let mut command = bloghound("index", &config.site_dir, &site.content_dir, &config.index_dir);
    ChildProcess::start(&mut command)?.finish()
}

fn bloghound(subcommand: &str, site_dir: &Path, content_dir: &Path, index_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
    command.arg(subcommand).arg("--site").arg(site_dir);
    command.arg("--content").arg(content_dir).arg("--index").arg(index_dir);
    command
}
