//! bloghound: `bloghound index`, then `bloghound serve`, which finds what is saved by itself.

use std::path::Path;
use std::process::Command;

use crate::corpus::Corpus;
use crate::http::Api;
use crate::load::Endpoint;
use crate::peer::Serving;
use crate::process::{Running, bytes_below, free_addr};

pub(crate) fn serve(corpus: &Corpus, dir: &Path) -> anyhow::Result<Serving> {
    let command = |name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.arg(name).arg("--site").arg(&corpus.place.config.site_dir);
        command.arg("--content").arg(&corpus.place.site.content_dir).arg("--index").arg(dir);
        command
    };
    let indexing = Running::start(&mut command("index"))?.finish()?;
    let index_bytes = bytes_below(dir);
    let addr = free_addr()?;
    let mut server = Running::start(command("serve").args(["--addr", &addr.to_string()]))?;
    Api::new(format!("http://{addr}"), Vec::new()).wait_for("/api/v1/search?q=start", &mut server)?;
    let path = corpus.place.site.content_dir.join(corpus.saved()?.source);
    let source = std::fs::read_to_string(&path)?;
    let save = move |word: &str| Ok(std::fs::write(&path, format!("{source}\n\n{word}\n"))?);
    let endpoint = Endpoint::Http { addr, target: "/api/v1/search?q=".to_owned() };
    Ok(Serving { indexing, index_bytes, server, endpoint, save: Box::new(save) })
}
