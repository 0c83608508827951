//! What a reader waits for over HTTP: bloghound beside two servers that tell how much of it is
//! unavoidable, and how much of the rest is bloghound's doing.
//!
//! `hello` answers a constant: what HTTP, the client and the system take. `tantivy` answers with
//! Tantivy's own parts, see [`baseline`]. `remembered` is bloghound when it has answered the query
//! before. All run in this process over the same posts and are asked each query one after the
//! other, so that whatever slows the machine slows them alike. The queries are words, pairs,
//! beginnings letter by letter, typos and phrases from the site's titles; `answered` counts those
//! that had a hit. Afterwards 1, 16 and 64 connections ask as fast as they are answered, one server
//! at a time, from a thread that takes its share of the same cores: `bloghound` each query once,
//! with nothing remembered, `remembered` the same few again and again.
//!
//! `cargo bench --bench http_latency` measures the project's own site,
//! `BLOGHOUND_BENCH_SITE=~/blog cargo bench --bench http_latency -- --json` another one, as JSON.
//! With `--test`, or run by `cargo test`, it only tries itself out.

mod baseline;
mod measure;
mod site;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use bloghound::content::Post;
use bloghound::engine::Engine;
use bloghound::http;
use bloghound::index::{Snapshot, generation};
use bloghound::reindex::Indexer;
use measure::{Report, Server, peak_resident_mb};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use site::{BenchSite, Vocabulary, distinct, prefix, spread};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Classes of queries, asked in turn.
const CLASSES: [&str; 5] = ["word", "pair", "prefix", "typo", "phrase"];

const PAIR: usize = 1;

/// Makes a server forget what it has answered.
pub(crate) type Forget = Arc<dyn Fn() -> anyhow::Result<()>>;

/// How much is measured.
pub(crate) struct Effort {
    /// Queries whose answers are timed one by one.
    queries: usize,
    warm_up: usize,
    /// Queries that are asked as fast as they are answered.
    many: usize,
    rounds: usize,
}

impl Effort {
    /// `cargo bench` says `--bench`, `cargo test` does not.
    fn from_args() -> Self {
        let is_told = |flag: &str| std::env::args().any(|arg| arg == flag);
        if is_told("--bench") && !is_told("--test") {
            Self { queries: 1_000, warm_up: 100, many: 10_000, rounds: 5 }
        } else {
            Self { queries: 20, warm_up: 5, many: 40, rounds: 2 }
        }
    }
}

/// A query and its class.
#[derive(Clone)]
pub(crate) struct Asked {
    class: usize,
    text: String,
}

fn main() -> anyhow::Result<()> {
    let effort = Effort::from_args();
    let place = BenchSite::open()?;
    let runtime = http::runtime()?;
    let (bloghound, forget) = bloghound_router(&place)?;
    let indexed_mb = peak_resident_mb();
    let posts = place.sources()?.posts(&place.site);
    let mut queries = mixed_queries(&posts, effort.queries);
    anyhow::ensure!(!queries.is_empty(), "the site's titles have no words to search for");
    add_pairs(&mut queries, &posts, effort.many);
    let baseline_dir = place.dir.path().join("baseline");
    std::fs::create_dir(&baseline_dir)?;
    let tantivy = baseline::router(&baseline_dir, &posts, place.config.snippet_chars)?;
    let hello = Router::new().route("/", get(async || "hello\n"));
    let bloghound = start(&runtime, "bloghound", bloghound, "/api/v1/search")?;
    // The same server, asked right after itself.
    let remembered = Server { name: "remembered", is_asked_again: true, ..bloghound };
    let servers = [
        Server { is_asked_again: true, ..start(&runtime, "hello", hello, "/")? },
        start(&runtime, "tantivy", tantivy, "/search")?,
        Server { forget: Some(forget), ..bloghound },
        remembered,
    ];
    let report = Report::measure(&servers, &queries, &effort, posts.len(), indexed_mb)?;
    if std::env::args().any(|arg| arg == "--json") {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

/// Indexes the site and makes the service as `bloghound serve` does, and what makes it forget its answers: the
/// same index once more, as after a change.
fn bloghound_router(place: &BenchSite) -> anyhow::Result<(Router, Forget)> {
    let mut indexer = Indexer::open(&place.config, &place.site, true)?;
    let report = indexer.reconcile(&mut |_, _| {})?;
    let engine = Arc::new(Engine::new(&place.config, indexer.snapshot()?));
    engine.set_report(report);
    indexer.close()?;
    let router = http::router(Arc::clone(&engine), &place.config)?;
    let dir = generation::current(&place.config.index_dir).context("the index is there")?;
    Ok((router, Arc::new(move || Ok(engine.publish(Snapshot::open_dir(&dir)?)?))))
}

/// Serves until the process ends.
fn start(
    runtime: &Runtime,
    name: &'static str,
    router: Router,
    path: &'static str,
) -> anyhow::Result<Server> {
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    runtime.spawn(http::serve(listener, router, std::future::pending()));
    Ok(Server { name, address, path, forget: None, is_asked_again: false })
}

/// Adds pairs of words that stand in titles, not always side by side, until there are `n` queries.
fn add_pairs(queries: &mut Vec<Asked>, posts: &[Post], n: usize) {
    let words = Vocabulary::new(posts).words;
    let mut asked: BTreeSet<String> = queries.iter().map(|query| query.text.clone()).collect();
    // Words with ever more others between them.
    let pairs = (1..words.len()).flat_map(|apart| words.windows(apart + 1));
    for text in pairs.map(|words| format!("{} {}", words[0], words[words.len() - 1])) {
        if queries.len() >= n {
            return;
        }
        if asked.insert(text.clone()) {
            queries.push(Asked { class: PAIR, text });
        }
    }
}

/// `n` different queries, or what there is, the classes in turn.
fn mixed_queries(posts: &[Post], n: usize) -> Vec<Asked> {
    let vocabulary = Vocabulary::new(posts);
    let pairs = vocabulary.runs(2);
    let phrases: Vec<String> = pairs.iter().map(|pair| format!("\"{pair}\"")).collect();
    let words: [Vec<String>; CLASSES.len()] =
        [vocabulary.words.clone(), pairs, typed(&vocabulary, n / CLASSES.len()), vocabulary.typos(), phrases];
    // Every list is asked for all `n`, so that one can make up for another that is short.
    let words = words.map(|texts| spread_first(&texts, n / CLASSES.len(), n));
    let mut asked = BTreeSet::new();
    let mut queries = Vec::with_capacity(n);
    for at in 0..n {
        for (class, texts) in words.iter().enumerate() {
            if let Some(text) = texts.get(at)
                && queries.len() < n
                && asked.insert(text.clone())
            {
                queries.push(Asked { class, text: text.clone() });
            }
        }
    }
    queries
}

/// A share of the texts from all over the list, then the others, `n` at most.
fn spread_first(texts: &[String], share: usize, n: usize) -> Vec<String> {
    distinct(spread(texts, share).into_iter().chain(texts.iter().cloned())).into_iter().take(n).collect()
}

/// At least `n` beginnings of words, as they stand in the field while a reader types.
fn typed(vocabulary: &Vocabulary, n: usize) -> Vec<String> {
    let words: Vec<String> = vocabulary.long_words().map(str::to_owned).collect();
    let beginnings = spread(&words, n).into_iter().flat_map(|word| {
        let letters = word.chars().count();
        (1..letters).map(move |at| prefix(&word, at))
    });
    distinct(beginnings)
}

/// A query as a part of a URL.
pub(crate) fn encode(query: &str) -> String {
    utf8_percent_encode(query, NON_ALPHANUMERIC).to_string()
}
