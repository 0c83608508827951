//! bloghound: `bloghound index`, then `bloghound serve`, which notices saved files by itself.

use std::path::Path;

use bloghound::config::Config;

use super::corpus::Corpus;
use super::engines::RunningPeer;
use super::measure::STARTUP_TIMEOUT;
use crate::client::Client;
use crate::process::disk_bytes;
use crate::server::{BloghoundServer, run_bloghound_index};

pub(super) fn start(corpus: &Corpus, dir: &Path) -> anyhow::Result<RunningPeer> {
    let config = Config { index_dir: dir.to_owned(), ..corpus.bench_site.config.clone() };
    let site = &corpus.bench_site.site;
    let indexing = run_bloghound_index(&config, site)?;
    let index_bytes = disk_bytes(dir);
    let server = BloghoundServer::start(&config, site, &Client::new()?, STARTUP_TIMEOUT)?;
    let path = site.content_dir.join(corpus.saved_post()?.source);
    let source = std::fs::read_to_string(&path)?;
    let save = move |word: &str| Ok(std::fs::write(&path, format!("{source}\n\n{word}\n"))?);
    let BloghoundServer { process, endpoint, .. } = server;
    Ok(RunningPeer { indexing, index_bytes, server: process, endpoint, save: Box::new(save) })
}
