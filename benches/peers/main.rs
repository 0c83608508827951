//! bloghound beside the search engines that are installed: the same posts, the same queries, one client,
//! one run.
//!
//! It fetches nothing. The JavaScript engines are looked for in `benches/peers/node_modules` (`npm ci`
//! there) or in the directory of `--node-modules`, `sonic` on the path or by `--sonic`, the other servers
//! by `--meilisearch` and `--typesense`; who is missing is named with how to install it.
//! `cargo bench --bench peers` takes the project's own posts, or those of the site in
//! `BLOGHOUND_BENCH_SITE`; `--json` prints for scripts, `--svg FILE` draws, `--only lunr,pagefind`
//! chooses. With `--test`, or run by `cargo test`, it only tries itself out, with bloghound alone.
//!
//! JavaScript libraries are served by `driver.mjs`, a minimal server of Node.js, so that all are asked
//! through a socket. Each engine answers with titles, URLs and, where it can make one, a snippet; its
//! typos and beginnings of words are turned on where it has them. What each answers with stands below
//! the table: a title alone is less work than a highlighted snippet.

mod bloghound_serve;
#[path = "../chart/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod chart;
mod corpus;
mod http;
#[path = "../load/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod load;
mod measure;
mod meilisearch;
mod node;
mod peer;
#[path = "../process/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod process;
#[path = "../questions/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod questions;
mod report;
#[path = "../site/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod site;
mod sonic;
mod typesense;

use std::path::PathBuf;

use clap::Parser;
use corpus::Corpus;
use measure::{Effort, Outcome};
use peer::Peer;
use report::Report;

#[derive(Parser)]
#[command(name = "peers", about = "bloghound beside the search engines that are installed")]
pub(crate) struct Cli {
    /// Where `npm ci` has put the JavaScript engines
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/node_modules"))]
    node_modules: PathBuf,
    /// The program `sonic`
    #[arg(long, value_name = "FILE", default_value = "sonic")]
    sonic: PathBuf,
    /// The program `meilisearch`
    #[arg(long, value_name = "FILE", default_value = "meilisearch")]
    meilisearch: PathBuf,
    /// The program `typesense-server`
    #[arg(long, value_name = "FILE", default_value = "typesense-server")]
    typesense: PathBuf,
    /// Only these engines; bloghound is always there
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Draw into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Only try it out
    #[arg(long)]
    test: bool,
    /// Said by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let is_trial = cli.test || !cli.bench;
    let effort = if is_trial { Effort::TRIAL } else { Effort::FULL };
    let corpus = Corpus::open()?;
    let load = effort.load(&corpus.questions);
    let mut outcomes = Vec::new();
    for peer in Peer::all(&cli) {
        let is_wanted = cli.only.is_empty() || cli.only.iter().any(|name| name == peer.name);
        if !peer.is_bloghound() && (is_trial || !is_wanted) {
            continue;
        }
        eprintln!("{}", peer.name);
        outcomes.push((peer.name, Outcome::of(&peer, &corpus, &load)?));
    }
    let report = Report::new(&corpus, outcomes);
    if let Some(path) = cli.svg {
        report.draw(&path)?;
    }
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}
