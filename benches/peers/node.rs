//! The JavaScript libraries: `driver.mjs` builds the index in one process and serves it in another.

use std::fs;
use std::path::Path;
use std::process::Command;

use ureq::http::Method;

use super::api::ServerApi;
use super::corpus::Corpus;
use super::engines::RunningPeer;
use crate::client::Endpoint;
use crate::process::{ChildProcess, disk_bytes, unused_address};

/// Maximum heap size in MB. The default is a fraction of the machine's memory, too little for large blogs.
const HEAP_OPTION: &str = "--max-old-space-size=8192";
const SCRIPTS: [&str; 7] = [
    "driver.mjs",
    "posts.mjs",
    "adapters/flexsearch.mjs",
    "adapters/lunr.mjs",
    "adapters/minisearch.mjs",
    "adapters/orama.mjs",
    "adapters/pagefind.mjs",
];

pub(super) fn start(name: &str, modules: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<RunningPeer> {
    let scripts = dir.join("scripts");
    copy_scripts(&scripts, modules)?;
    let index = dir.join("index");
    fs::create_dir(&index)?;
    let command = |action: &str| {
        let mut command = Command::new("node");
        command
            .arg(HEAP_OPTION)
            .arg(scripts.join("driver.mjs"))
            .args([action, name])
            .arg(&corpus.file)
            .arg(&index);
        command
    };
    let indexing = ChildProcess::start(&mut command("build"))?.finish()?;
    let index_bytes = disk_bytes(&index);
    let addr = unused_address()?;
    let mut server = ChildProcess::start(command("serve").arg(addr.port().to_string()))?;
    let api = ServerApi::new(format!("http://{addr}"), Vec::new());
    api.wait_until_ready("/search?q=start", &mut server)?;
    let saved = corpus.saved_post()?;
    let save = move |word: &str| {
        api.send_json(Method::POST, "/save", &serde_json::to_value(saved.with_word(word))?).map(drop)
    };
    let endpoint = Endpoint::Http { addr, target: "/search?q=".to_owned() };
    Ok(RunningPeer { indexing, index_bytes, server, endpoint, save: Box::new(save) })
}

/// Copies the scripts beside a link to the packages, since Node.js looks for packages in parent directories of a module.
fn copy_scripts(scripts: &Path, modules: &Path) -> anyhow::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    fs::create_dir_all(scripts.join("adapters"))?;
    for file in SCRIPTS {
        fs::copy(source.join(file), scripts.join(file))?;
    }
    let modules = std::path::absolute(modules)?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(modules, scripts.join("node_modules"))?;
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(modules, scripts.join("node_modules"))?;
    Ok(())
}
