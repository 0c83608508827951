//! The costs of `bloghound serve`: startup, memory, and the time until a saved post is found.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bloghound::config::Config;
use bloghound::content::{Site, list_sources};
use serde::Serialize;

use crate::client::{Client, Endpoint};
use crate::query_set::{QuerySet, unique_word};
use crate::server::BloghoundServer;
use crate::statistics::{Percentiles, milliseconds};

/// Queries that are answered before memory is measured.
const WARM_UP_QUERIES: usize = 100;
/// Timeout of the first response and of finding a saved post.
const TIMEOUT: Duration = Duration::from_mins(10);

#[derive(Serialize)]
pub(super) struct ServingCosts {
    /// Milliseconds from the start of the process to its first response.
    pub(super) start_ms: f64,
    /// Resident memory in MiB, which includes cached pages of the mapped index.
    pub(super) resident_mb: Option<f64>,
    /// Anonymous part of the resident memory in MiB.
    pub(super) anonymous_mb: Option<f64>,
    /// Milliseconds from saving a post until a search finds it, without the debounce: median of several saves.
    pub(super) save_ms: f64,
    pub(super) slowest_save_ms: f64,
}

impl ServingCosts {
    pub(super) fn measure(
        config: &Config,
        site: &Site,
        queries: &QuerySet,
        saves: usize,
    ) -> anyhow::Result<Self> {
        let client = Client::new()?;
        let server = BloghoundServer::start(config, site, &client, TIMEOUT)?;
        client.ask_in_turn(&server.endpoint, &queries.mixed(WARM_UP_QUERIES), TIMEOUT)?;
        let (resident_mb, anonymous_mb) = (server.process.resident_mb(), server.process.anonymous_mb());
        let mut times = EditedFile::open(site)?.time_saves(&client, &server.endpoint, saves)?;
        for time in &mut times {
            *time = time.saturating_sub(config.debounce);
        }
        let Percentiles { p50, max, .. } = Percentiles::of(times);
        let start_ms = milliseconds(server.startup);
        Ok(Self { start_ms, resident_mb, anonymous_mb, save_ms: p50, slowest_save_ms: max })
    }
}

/// A source file whose content is restored on drop.
struct EditedFile {
    path: PathBuf,
    source: Vec<u8>,
}

impl EditedFile {
    fn open(site: &Site) -> anyhow::Result<Self> {
        let files = list_sources(site).files;
        let file = files.get(files.len() / 2).context("the site has no posts")?;
        let path: &Path = file.path.as_ref();
        Ok(Self { path: path.to_owned(), source: std::fs::read(path)? })
    }

    /// Returns the times from saving the file until a search finds the new word. A first save is not included, since
    /// the server may still be comparing all files with the index.
    fn time_saves(
        &self,
        client: &Client,
        endpoint: &Endpoint,
        saves: usize,
    ) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::with_capacity(saves);
        for save in 0..=saves {
            let word = unique_word(save as u64);
            let source = [&self.source, format!("\n\n{word}\n").as_bytes()].concat();
            let started = Instant::now();
            std::fs::write(&self.path, source)?;
            let time = client.wait_for_hit(endpoint, &word, started, TIMEOUT)?;
            if save > 0 {
                times.push(time);
            }
        }
        Ok(times)
    }
}

impl Drop for EditedFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::write(&self.path, &self.source) {
            eprintln!("cannot restore {}: {error}", self.path.display());
        }
    }
}
