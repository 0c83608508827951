//! Typesense: a collection with a schema, into which documents are imported as JSON lines.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};
use ureq::http::Method;

use super::api::ServerApi;
use super::corpus::Corpus;
use super::engines::RunningPeer;
use crate::client::Endpoint;
use crate::process::{ChildProcess, ProcessCost, disk_bytes, unused_address};

const API_KEY: &str = "peers";
/// Size of one request in bytes.
const BATCH_BYTES: usize = 16 << 20;
const IMPORT_PATH: &str = "/collections/posts/documents/import?action=upsert";

pub(super) fn start(program: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<RunningPeer> {
    let (addr, peering) = (unused_address()?, unused_address()?);
    let data = dir.join("data");
    std::fs::create_dir(&data)?;
    let mut command = Command::new(program);
    command.current_dir(dir).arg("--data-dir").arg(&data).args(["--api-key", API_KEY]);
    command.args(["--api-address", "127.0.0.1", "--api-port", &addr.port().to_string()]);
    command.args(["--peering-address", "127.0.0.1", "--peering-port", &peering.port().to_string()]);
    let mut server = ChildProcess::start(&mut command)?;
    let api = ServerApi::new(format!("http://{addr}"), vec![("x-typesense-api-key", API_KEY.to_owned())]);
    api.wait_until_ready("/health", &mut server)?;
    let started = Instant::now();
    let searched = |name: &str| json!({ "name": name, "type": "string" });
    let url = json!({ "name": "url", "type": "string", "index": false, "optional": true });
    let fields = [searched("title"), searched("headings"), searched("body"), url];
    api.send_json(Method::POST, "/collections", &json!({ "name": "posts", "fields": fields }))?;
    let mut peak_mb = server.peak_mb();
    for batch in corpus.json_batches(BATCH_BYTES) {
        import(&api, batch)?;
        peak_mb = server.peak_mb();
    }
    let indexing = ProcessCost { seconds: started.elapsed().as_secs_f64(), cpu_seconds: None, peak_mb };
    let saved = corpus.saved_post()?;
    let save = move |word: &str| import(&api, saved.with_word(word).flat_json().to_string());
    // The key is a parameter, since the client sends no additional headers.
    let target = format!(
        "/collections/posts/documents/search?query_by=title,headings,body&query_by_weights=3,2,1&per_page=10\
         &include_fields=title,url&highlight_fields=title,body&x-typesense-api-key={API_KEY}&q="
    );
    let endpoint = Endpoint::Http { addr, target };
    Ok(RunningPeer { indexing, index_bytes: disk_bytes(&data), server, endpoint, save: Box::new(save) })
}

/// Adds or replaces documents. The response has a line for each of them.
fn import(api: &ServerApi, lines: String) -> anyhow::Result<()> {
    let response = api.send(Method::POST, IMPORT_PATH, "text/plain", lines)?;
    for line in response.lines() {
        let result: Value = serde_json::from_str(line)?;
        anyhow::ensure!(result["success"] == true, "Typesense rejected a document: {}", result["error"]);
    }
    Ok(())
}
