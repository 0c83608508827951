//! Meilisearch: documents and settings are sent, tasks are waited for.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use ureq::http::Method;

use crate::corpus::Corpus;
use crate::http::Api;
use crate::load::Endpoint;
use crate::peer::Serving;
use crate::process::{Cost, Running, bytes_below, free_addr};

/// Bytes of one request; the server takes 100 MB.
const BATCH_BYTES: usize = 32 << 20;
/// What one task may take.
const PATIENCE: Duration = Duration::from_hours(1);
/// About 200 characters of text, in words.
const SEARCH: &str = "/indexes/posts/search?limit=10&attributesToRetrieve=title,url&attributesToCrop=body&cropLength=30\
                      &attributesToHighlight=title,body&q=";

pub(crate) fn serve(program: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<Serving> {
    let addr = free_addr()?;
    let mut command = Command::new(program);
    command.current_dir(dir).args([
        "--no-analytics",
        "--env",
        "development",
        "--http-addr",
        &addr.to_string(),
    ]);
    let data = dir.join("data.ms");
    let mut server = Running::start(command.arg("--db-path").arg(&data))?;
    let api = Api::new(format!("http://{addr}"), Vec::new());
    api.wait_for("/health", &mut server)?;
    let started = Instant::now();
    let create = json!({ "uid": "posts", "primaryKey": "id" });
    finish(&api, &api.json(Method::POST, "/indexes", &create)?, &mut server)?;
    // Settings before documents: otherwise all are indexed twice.
    let settings = json!({ "searchableAttributes": ["title", "headings", "body"] });
    finish(&api, &api.json(Method::PATCH, "/indexes/posts/settings", &settings)?, &mut server)?;
    for batch in corpus.batches(BATCH_BYTES) {
        let task = add(&api, batch)?;
        finish(&api, &task, &mut server)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let indexing = Cost { seconds, cpu_seconds: None, peak_mb: server.peak_mb() };
    let saved = corpus.saved()?;
    let save = move |word: &str| add(&api, saved.with(word).flat().to_string()).map(drop);
    let endpoint = Endpoint::Http { addr, target: SEARCH.to_owned() };
    let index_bytes = bytes_below(&data);
    Ok(Serving { indexing, index_bytes, server, endpoint, save: Box::new(save) })
}

/// Adds or replaces documents.
fn add(api: &Api, lines: String) -> anyhow::Result<Value> {
    let task = api.send(Method::POST, "/indexes/posts/documents", "application/x-ndjson", lines)?;
    Ok(serde_json::from_str(&task)?)
}

/// Waits for the end of a task, which must be a success.
fn finish(api: &Api, task: &Value, server: &mut Running) -> anyhow::Result<()> {
    let number = task["taskUid"].as_u64().context("the answer names no task")?;
    let started = Instant::now();
    loop {
        let task: Value = serde_json::from_str(&api.get(&format!("/tasks/{number}"))?)?;
        match task["status"].as_str() {
            Some("succeeded") => return Ok(()),
            Some("failed" | "canceled") => anyhow::bail!("task {number}: {}", task["error"]),
            _ => anyhow::ensure!(started.elapsed() < PATIENCE, "task {number} takes more than {PATIENCE:?}"),
        }
        // Its memory is looked at as often as its task.
        server.peak_mb();
        std::thread::sleep(Duration::from_millis(20));
    }
}
