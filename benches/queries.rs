//! What 1,000 queries of all kinds cost in one process: words, pairs, words letter by letter, typos
//! and phrases, made of the titles and headings of a site (`BLOGHOUND_BENCH_SITE`, else our own).
//!
//! `cargo bench --bench queries` measures them by Criterion, and then says how long the typical and
//! the slowest ones take. `BLOGHOUND_BENCH_ROUNDS=1 cargo bench --bench queries` does the latter only,
//! each query as often as it says.

#[expect(dead_code, reason = "what the benches share")]
mod site;

use std::time::{Duration, Instant};

use bloghound::engine::Engine;
use bloghound::query::SearchRequest;
use bloghound::reindex::Indexer;
use criterion::{Criterion, Throughput};
use site::{BenchSite, Vocabulary, distinct, prefix, spread};

/// Queries of one kind.
const QUERIES: usize = 200;
/// Letters up to which a word is typed.
const TYPED_LETTERS: usize = 6;
/// How often each query is asked where nothing else is said; its best time counts.
const ROUNDS: usize = 5;
/// Slow queries that are shown.
const SLOWEST: usize = 5;

fn queries(vocabulary: &Vocabulary) -> Vec<String> {
    let typed = vocabulary.long_words().flat_map(|word| (1..=TYPED_LETTERS).map(|n| prefix(word, n)));
    let phrases: Vec<String> = vocabulary.runs(3).iter().map(|run| format!("\"{run}\"")).collect();
    let kinds = [vocabulary.words.clone(), vocabulary.runs(2), distinct(typed), vocabulary.typos(), phrases];
    kinds.iter().flat_map(|texts| spread(texts, QUERIES)).collect()
}

fn requests(queries: &[String]) -> Vec<SearchRequest> {
    queries.iter().map(|query| SearchRequest { query: query.clone(), ..SearchRequest::default() }).collect()
}

/// The shortest time of each request.
fn times(engine: &Engine, requests: &[SearchRequest], rounds: usize) -> Vec<(Duration, String)> {
    let time = |request: &SearchRequest| {
        let once = || {
            let started = Instant::now();
            engine.search(request).expect("the index can be read");
            started.elapsed()
        };
        (0..rounds.max(1)).map(|_| once()).min().unwrap_or_default()
    };
    let mut times: Vec<_> = requests.iter().map(|request| (time(request), request.query.clone())).collect();
    times.sort();
    times
}

fn main() {
    let place = BenchSite::open().expect("the site can be read");
    let sources = place.sources().expect("the posts can be read");
    let requests = requests(&queries(&Vocabulary::new(&sources.posts(&place.site))));
    let mut indexer = Indexer::open(&place.config, &place.site, true).expect("the index is ours");
    indexer.reconcile(&mut |_, _| {}).expect("the index can be written");
    indexer.close().expect("the index can be written");
    let engine = Engine::open(&place.config).expect("there is an index");
    engine.warm().expect("the index can be read");

    let rounds = std::env::var("BLOGHOUND_BENCH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    if rounds.is_none() {
        let mut criterion = Criterion::default().configure_from_args();
        let mut group = criterion.benchmark_group("queries");
        group.throughput(Throughput::Elements(requests.len() as u64)).sample_size(10);
        group.bench_function("mixed", |bencher| {
            bencher.iter(|| {
                for request in &requests {
                    engine.search(request).expect("the index can be read");
                }
            });
        });
        group.finish();
    }
    let times = times(&engine, &requests, rounds.unwrap_or(ROUNDS));
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].0;
    println!("{} queries: p50 {:?}, p90 {:?}, p99 {:?}", times.len(), at(50), at(90), at(99));
    for (time, query) in times.iter().rev().take(SLOWEST) {
        println!("  {time:?}  {query}");
    }
}
