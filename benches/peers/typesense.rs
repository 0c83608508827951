//! Typesense: a collection with a schema, documents imported as lines of JSON.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};
use ureq::http::Method;

use crate::corpus::Corpus;
use crate::http::Api;
use crate::load::Endpoint;
use crate::peer::Serving;
use crate::process::{Cost, Running, bytes_below, free_addr};

const KEY: &str = "peers";
/// Bytes of one request.
const BATCH_BYTES: usize = 16 << 20;
const IMPORT: &str = "/collections/posts/documents/import?action=upsert";

pub(crate) fn serve(program: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<Serving> {
    let (addr, peering) = (free_addr()?, free_addr()?);
    let data = dir.join("data");
    std::fs::create_dir(&data)?;
    let mut command = Command::new(program);
    command.current_dir(dir).arg("--data-dir").arg(&data).args(["--api-key", KEY]);
    command.args(["--api-address", "127.0.0.1", "--api-port", &addr.port().to_string()]);
    command.args(["--peering-address", "127.0.0.1", "--peering-port", &peering.port().to_string()]);
    let mut server = Running::start(&mut command)?;
    let api = Api::new(format!("http://{addr}"), vec![("x-typesense-api-key", KEY.to_owned())]);
    api.wait_for("/health", &mut server)?;
    let started = Instant::now();
    let field = |name: &str, is_searched: bool| json!({ "name": name, "type": "string", "index": is_searched, "optional": !is_searched });
    let fields = [field("title", true), field("headings", true), field("body", true), field("url", false)];
    api.json(Method::POST, "/collections", &json!({ "name": "posts", "fields": fields }))?;
    let mut peak_mb = server.peak_mb();
    for batch in corpus.batches(BATCH_BYTES) {
        import(&api, batch)?;
        peak_mb = server.peak_mb();
    }
    let indexing = Cost { seconds: started.elapsed().as_secs_f64(), cpu_seconds: None, peak_mb };
    let saved = corpus.saved()?;
    let save = move |word: &str| import(&api, saved.with(word).flat().to_string());
    // The client sends no headers of its own; the server takes its key as a parameter too.
    let target = format!(
        "/collections/posts/documents/search?query_by=title,headings,body&query_by_weights=3,2,1&per_page=10\
         &include_fields=title,url&highlight_fields=title,body&x-typesense-api-key={KEY}&q="
    );
    let endpoint = Endpoint::Http { addr, target };
    Ok(Serving { indexing, index_bytes: bytes_below(&data), server, endpoint, save: Box::new(save) })
}

/// Adds or replaces documents; each is answered by a line of its own.
fn import(api: &Api, lines: String) -> anyhow::Result<()> {
    let answers = api.send(Method::POST, IMPORT, "text/plain", lines)?;
    for line in answers.lines() {
        let answer: Value = serde_json::from_str(line)?;
        anyhow::ensure!(answer["success"] == true, "a document was refused: {}", answer["error"]);
    }
    Ok(())
}
