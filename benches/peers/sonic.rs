//! Sonic: a server that returns post ids, with a line protocol for ingestion and search.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::corpus::{Corpus, CorpusPost};
use super::engines::RunningPeer;
use super::measure::STARTUP_TIMEOUT;
use crate::client::{Endpoint, SonicChannel};
use crate::process::{ChildProcess, ProcessCost, disk_bytes, unused_address};

const POLL_INTERVAL: Duration = Duration::from_millis(5);

pub(super) fn start(program: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<RunningPeer> {
    let addr = unused_address()?;
    let settings = dir.join("config.cfg");
    let text = format!(
        "[server]\nlog_level = 'error'\n\n[channel]\ninet = '{addr}'\nauth_password = '{1}'\n\n\
         [store.kv]\npath = '{0}/kv/'\n\n[store.fst]\npath = '{0}/fst/'\n",
        dir.display(),
        SonicChannel::PASSWORD
    );
    std::fs::write(&settings, text)?;
    let mut server = ChildProcess::start(Command::new(program).current_dir(dir).arg("-c").arg(&settings))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut channel = connect(&runtime, addr, &mut server)?;
    let started = Instant::now();
    runtime.block_on(async {
        for post in &corpus.posts {
            push(&mut channel, post).await?;
        }
        // Builds the data for typos and prefixes now; Sonic would do it minutes later.
        SonicChannel::open(addr, "control").await?.consolidate().await
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let indexing = ProcessCost { seconds, cpu_seconds: None, peak_mb: server.peak_mb() };
    let saved = corpus.saved_post()?;
    let save = move |word: &str| {
        runtime.block_on(async {
            let mut channel = SonicChannel::open(addr, "ingest").await?;
            channel.remove(&saved.id).await?;
            push(&mut channel, &saved.with_word(word)).await
        })
    };
    let index_bytes = disk_bytes(dir);
    Ok(RunningPeer {
        indexing,
        index_bytes,
        server,
        endpoint: Endpoint::Sonic { addr },
        save: Box::new(save),
    })
}

fn connect(
    runtime: &Runtime,
    addr: std::net::SocketAddr,
    server: &mut ChildProcess,
) -> anyhow::Result<SonicChannel> {
    loop {
        match runtime.block_on(SonicChannel::open(addr, "ingest")) {
            Ok(channel) => return Ok(channel),
            Err(error) => {
                server.check_running()?;
                anyhow::ensure!(
                    server.age() < STARTUP_TIMEOUT,
                    "Sonic did not respond within {STARTUP_TIMEOUT:?}: {error}"
                );
                std::thread::sleep(POLL_INTERVAL);
            }
        }
    }
}

async fn push(channel: &mut SonicChannel, post: &CorpusPost) -> anyhow::Result<()> {
    channel.push(&post.id, &format!("{} {} {}", post.title, post.headings(), post.body())).await
}
