//! What `bloghound serve` takes: from its start to the first answer, in memory, and to find what is saved.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bloghound::config::Config;
use bloghound::content::{Site, source};
use serde::Serialize;

use crate::load::{Client, Endpoint};
use crate::measure::Effort;
use crate::process::{Running, free_addr};
use crate::questions::{Questions, unheard_of};
use crate::served::client_of;

/// Queries after which memory is looked at.
const QUERIES: usize = 100;
/// What is waited for the first answer, and for a saved post.
const PATIENCE: Duration = Duration::from_mins(10);

/// What serving takes.
#[derive(Serialize)]
pub(crate) struct Serving {
    /// Milliseconds from the start of the program to its first answer.
    pub(crate) start_ms: f64,
    /// Resident memory after some queries, in megabytes; pages of the index's files are in it.
    pub(crate) resident_mb: Option<f64>,
    /// The part of it that is no file's.
    pub(crate) anonymous_mb: Option<f64>,
    /// Milliseconds from saving a post to finding it, without the debounce: median of several saves.
    pub(crate) save_ms: f64,
    /// The slowest of them.
    pub(crate) slowest_save_ms: f64,
}

impl Serving {
    pub(crate) fn measure(
        config: &Config,
        site: &Site,
        questions: &Questions,
        effort: &Effort,
    ) -> anyhow::Result<Self> {
        let addr = free_addr()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.arg("serve").arg("--site").arg(&config.site_dir).arg("--index").arg(&config.index_dir);
        let mut server = Running::start(command.args(["--addr", &addr.to_string()]))?;
        let (client, endpoint) = client_of(&mut server, addr, PATIENCE)?;
        let start_ms = server.age().as_secs_f64() * 1e3;
        client.latencies(&endpoint, &questions.mixed(QUERIES), PATIENCE)?;
        let (resident_mb, anonymous_mb) = (server.resident_mb(), server.anonymous_mb());
        let mut saves = Saves::new(site)?.time(&client, &endpoint, effort.saves)?;
        saves.sort_unstable();
        let ms = |time: Duration| time.saturating_sub(config.debounce).as_secs_f64() * 1e3;
        let save_ms = saves.get(saves.len() / 2).copied().map_or(f64::NAN, ms);
        let slowest_save_ms = saves.last().copied().map_or(f64::NAN, ms);
        Ok(Self { start_ms, resident_mb, anonymous_mb, save_ms, slowest_save_ms })
    }
}

/// A post that is saved again and again, and then put back.
struct Saves {
    path: PathBuf,
    source: Vec<u8>,
}

impl Saves {
    fn new(site: &Site) -> anyhow::Result<Self> {
        let files = source::walk(site).0;
        let path: &Path = files.get(files.len() / 2).map(|file| file.path.as_ref()).context("no post")?;
        Ok(Self { path: path.to_owned(), source: std::fs::read(path)? })
    }

    /// The times until the saved posts are found. The first save is not timed: after its start the
    /// server may still be comparing all posts with the index.
    fn time(&self, client: &Client, endpoint: &Endpoint, saves: usize) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::with_capacity(saves);
        for save in 0..=saves {
            let word = unheard_of(save);
            let saved = [&self.source, format!("\n\n{word}\n").as_bytes()].concat();
            let started = Instant::now();
            std::fs::write(&self.path, saved)?;
            let time = client.wait_for_hit(endpoint, &word, started, PATIENCE)?;
            if save > 0 {
                times.push(time);
            }
        }
        Ok(times)
    }
}

impl Drop for Saves {
    fn drop(&mut self) {
        if let Err(error) = std::fs::write(&self.path, &self.source) {
            eprintln!("{} cannot be put back: {error}", self.path.display());
        }
    }
}
