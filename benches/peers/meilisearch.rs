//! Meilisearch: settings and documents are sent over HTTP and processed as asynchronous tasks.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use ureq::http::Method;

use super::api::ServerApi;
use super::corpus::Corpus;
use super::engines::RunningPeer;
use crate::client::Endpoint;
use crate::process::{ChildProcess, ProcessCost, disk_bytes, unused_address};

/// Size of one request in bytes; the server accepts 100 MB.
const BATCH_BYTES: usize = 32 << 20;
/// Timeout of one task.
const TASK_TIMEOUT: Duration = Duration::from_hours(1);
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// The search; `cropLength` is in words, 30 of which are about 200 characters.
const SEARCH_TARGET: &str = "/indexes/posts/search?limit=10&attributesToRetrieve=title,url&attributesToCrop=body\
                             &cropLength=30&attributesToHighlight=title,body&q=";

pub(super) fn start(program: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<RunningPeer> {
    let addr = unused_address()?;
    let mut command = Command::new(program);
    command.current_dir(dir).args([
        "--no-analytics",
        "--env",
        "development",
        "--http-addr",
        &addr.to_string(),
    ]);
    let data = dir.join("data.ms");
    let mut server = ChildProcess::start(command.arg("--db-path").arg(&data))?;
    let api = ServerApi::new(format!("http://{addr}"), Vec::new());
    api.wait_until_ready("/health", &mut server)?;
    let started = Instant::now();
    let create = json!({ "uid": "posts", "primaryKey": "id" });
    wait_for_task(&api, &api.send_json(Method::POST, "/indexes", &create)?, &mut server)?;
    // Settings before documents, which would otherwise be indexed twice.
    let settings = json!({ "searchableAttributes": ["title", "headings", "body"] });
    wait_for_task(&api, &api.send_json(Method::PATCH, "/indexes/posts/settings", &settings)?, &mut server)?;
    for batch in corpus.json_batches(BATCH_BYTES) {
        let task = add_documents(&api, batch)?;
        wait_for_task(&api, &task, &mut server)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let indexing = ProcessCost { seconds, cpu_seconds: None, peak_mb: server.peak_mb() };
    let saved = corpus.saved_post()?;
    let save = move |word: &str| add_documents(&api, saved.with_word(word).flat_json().to_string()).map(drop);
    let endpoint = Endpoint::Http { addr, target: SEARCH_TARGET.to_owned() };
    let index_bytes = disk_bytes(&data);
    Ok(RunningPeer { indexing, index_bytes, server, endpoint, save: Box::new(save) })
}

/// Adds or replaces documents, and returns the task.
fn add_documents(api: &ServerApi, lines: String) -> anyhow::Result<Value> {
    let task = api.send(Method::POST, "/indexes/posts/documents", "application/x-ndjson", lines)?;
    Ok(serde_json::from_str(&task)?)
}

/// Waits until a task succeeds.
fn wait_for_task(api: &ServerApi, task: &Value, server: &mut ChildProcess) -> anyhow::Result<()> {
    let number = task["taskUid"].as_u64().context("the response has no task id")?;
    let started = Instant::now();
    loop {
        let task: Value = serde_json::from_str(&api.get(&format!("/tasks/{number}"))?)?;
        match task["status"].as_str() {
            Some("succeeded") => return Ok(()),
            Some("failed" | "canceled") => anyhow::bail!("task {number}: {}", task["error"]),
            _ => anyhow::ensure!(
                started.elapsed() < TASK_TIMEOUT,
                "task {number} did not finish within {TASK_TIMEOUT:?}"
            ),
        }
        // Updates the peak, which would miss short-lived child processes otherwise.
        server.peak_mb();
        std::thread::sleep(POLL_INTERVAL);
    }
}
