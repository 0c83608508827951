//! The JavaScript libraries, by `driver.mjs`: one process builds and writes the index, one serves it.

use std::fs;
use std::path::Path;
use std::process::Command;

use ureq::http::Method;

use crate::corpus::Corpus;
use crate::http::Api;
use crate::load::Endpoint;
use crate::peer::Serving;
use crate::process::{Running, bytes_below, free_addr};

/// Memory that Node.js may take, in megabytes; without it large blogs end at a fraction of the machine's.
const HEAP_MB: &str = "--max-old-space-size=8192";
const FILES: [&str; 7] = [
    "driver.mjs",
    "posts.mjs",
    "adapters/flexsearch.mjs",
    "adapters/lunr.mjs",
    "adapters/minisearch.mjs",
    "adapters/orama.mjs",
    "adapters/pagefind.mjs",
];

pub(crate) fn serve(name: &str, modules: &Path, corpus: &Corpus, dir: &Path) -> anyhow::Result<Serving> {
    let scripts = dir.join("scripts");
    install(&scripts, modules)?;
    let index = dir.join("index");
    fs::create_dir(&index)?;
    let command = |action: &str| {
        let mut command = Command::new("node");
        command
            .arg(HEAP_MB)
            .arg(scripts.join("driver.mjs"))
            .args([action, name])
            .arg(&corpus.file)
            .arg(&index);
        command
    };
    let indexing = Running::start(&mut command("build"))?.finish()?;
    let index_bytes = bytes_below(&index);
    let addr = free_addr()?;
    let mut server = Running::start(command("serve").arg(addr.port().to_string()))?;
    let api = Api::new(format!("http://{addr}"), Vec::new());
    api.wait_for("/search?q=start", &mut server)?;
    let saved = corpus.saved()?;
    let save =
        move |word: &str| api.json(Method::POST, "/save", &serde_json::to_value(saved.with(word))?).map(drop);
    let endpoint = Endpoint::Http { addr, target: "/search?q=".to_owned() };
    Ok(Serving { indexing, index_bytes, server, endpoint, save: Box::new(save) })
}

/// Puts the scripts beside a link to the packages: a module's packages are looked for above its file.
fn install(scripts: &Path, modules: &Path) -> anyhow::Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    fs::create_dir_all(scripts.join("adapters"))?;
    for file in FILES {
        fs::copy(source.join(file), scripts.join(file))?;
    }
    let modules = std::path::absolute(modules)?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(modules, scripts.join("node_modules"))?;
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(modules, scripts.join("node_modules"))?;
    Ok(())
}
