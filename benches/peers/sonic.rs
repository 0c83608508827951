//! Sonic: a server of numbers, filled and asked by lines.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::corpus::{Corpus, Entry};
use crate::load::{Channel, Endpoint};
use crate::peer::Serving;
use crate::process::{Cost, Running, bytes_below, free_addr};

/// What the server may take to be there.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn serve(program: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<Serving> {
    let addr = free_addr()?;
    let settings = dir.join("config.cfg");
    let text = format!(
        "[server]\nlog_level = 'error'\n\n[channel]\ninet = '{addr}'\nauth_password = '{1}'\n\n\
         [store.kv]\npath = '{0}/kv/'\n\n[store.fst]\npath = '{0}/fst/'\n",
        dir.display(),
        Channel::PASSWORD
    );
    std::fs::write(&settings, text)?;
    let mut server = Running::start(Command::new(program).current_dir(dir).arg("-c").arg(&settings))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut channel = connect(&runtime, addr, &mut server)?;
    let started = Instant::now();
    runtime.block_on(async {
        for entry in &corpus.entries {
            push(&mut channel, entry).await?;
        }
        // Typos and beginnings are looked up in graphs that are otherwise made minutes later.
        Channel::open(addr, "control").await?.consolidate().await
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let indexing = Cost { seconds, cpu_seconds: None, peak_mb: server.peak_mb() };
    let saved = corpus.saved()?;
    let save = move |word: &str| {
        runtime.block_on(async {
            let mut channel = Channel::open(addr, "ingest").await?;
            channel.forget(&saved.id).await?;
            push(&mut channel, &saved.with(word)).await
        })
    };
    let index_bytes = bytes_below(dir);
    Ok(Serving { indexing, index_bytes, server, endpoint: Endpoint::Sonic { addr }, save: Box::new(save) })
}

fn connect(runtime: &Runtime, addr: std::net::SocketAddr, server: &mut Running) -> anyhow::Result<Channel> {
    loop {
        match runtime.block_on(Channel::open(addr, "ingest")) {
            Ok(channel) => return Ok(channel),
            Err(error) => {
                server.expect_alive()?;
                anyhow::ensure!(server.age() < PATIENCE, "no answer in {PATIENCE:?}: {error}");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

async fn push(channel: &mut Channel, entry: &Entry) -> anyhow::Result<()> {
    channel.push(&entry.id, &format!("{} {} {}", entry.title, entry.headings(), entry.body())).await
}
