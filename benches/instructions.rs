//! How many instructions each stage takes, counted by Valgrind: the same in every run, however busy the
//! machine is, so that a change of a hundredth shows.
//!
//! `cargo bench --bench instructions` needs Valgrind and `cargo install gungraun-runner` of the version
//! in Cargo.lock; it compares with the run before. The site is that of `BLOGHOUND_BENCH_SITE`, else the
//! project's own. Queries are asked once before they are counted, as a server's are.

#![expect(missing_docs, reason = "the macros make public items")]

#[expect(dead_code, reason = "what the benches share")]
mod site;

use std::hint::black_box;

use bloghound::analysis::{Analyzer, Lexicon};
use bloghound::engine::{Engine, Question};
use bloghound::query::SearchRequest;
use bloghound::reindex::Indexer;
use gungraun::{LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use site::{BenchSite, Sources, Vocabulary, distinct, prefix, spread, text_of};

/// Queries of one class.
const QUERIES: usize = 64;

fn sources() -> (BenchSite, Sources) {
    let place = BenchSite::open().expect("the site can be read");
    let sources = place.sources().expect("the posts can be read");
    (place, sources)
}

#[library_benchmark]
#[bench::of_all_posts(setup = sources)]
fn parse((place, sources): (BenchSite, Sources)) -> usize {
    black_box(sources.posts(&place.site)).len()
}

fn texts() -> (Analyzer, Vec<String>) {
    let (place, sources) = sources();
    let analyzer = Analyzer::new(place.site.language.as_deref().unwrap_or("en"));
    (analyzer, sources.posts(&place.site).iter().map(text_of).collect())
}

#[library_benchmark]
#[bench::of_all_posts(setup = texts)]
fn analyze((analyzer, texts): (Analyzer, Vec<String>)) -> usize {
    let mut lexicon = Lexicon::default();
    texts.iter().map(|text| black_box(analyzer.analyze(text, &mut lexicon)).tokens.len()).sum()
}

/// An engine and the requests of a class, each asked before.
fn asked(class: &str) -> (Engine, Vec<SearchRequest>) {
    let (place, sources) = sources();
    let vocabulary = Vocabulary::new(&sources.posts(&place.site));
    let typed = |lengths: [usize; 2]| {
        distinct(vocabulary.long_words().flat_map(|word| lengths.map(|letters| prefix(word, letters))))
    };
    let queries = match class {
        "pair" => vocabulary.runs(2),
        "short" => typed([1, 2]),
        "prefix" => typed([3, 4]),
        "typo" => vocabulary.typos(),
        "phrase" => vocabulary.runs(3).iter().map(|run| format!("\"{run}\"")).collect(),
        _ => vocabulary.words.clone(),
    };
    let mut indexer = Indexer::open(&place.config, &place.site, true).expect("the index is ours");
    indexer.reconcile(&mut |_, _| {}).expect("the index can be written");
    indexer.close().expect("the index can be written");
    let engine = Engine::open(&place.config).expect("there is an index");
    engine.warm().expect("the index can be read");
    let request = |query: String| SearchRequest { query, ..SearchRequest::default() };
    let requests: Vec<SearchRequest> = spread(&queries, QUERIES).into_iter().map(request).collect();
    for request in &requests {
        engine.search(request).expect("the index can be read");
    }
    (engine, requests)
}

#[library_benchmark(setup = asked)]
#[bench::word("word")]
#[bench::pair("pair")]
#[bench::short("short")]
#[bench::prefix("prefix")]
#[bench::typo("typo")]
#[bench::phrase("phrase")]
fn search((engine, requests): (Engine, Vec<SearchRequest>)) -> usize {
    requests.iter().map(|request| engine.search(request).expect("the index can be read").hits.len()).sum()
}

#[library_benchmark]
#[bench::word(args = ("word"), setup = asked)]
fn answer((engine, requests): (Engine, Vec<SearchRequest>)) -> usize {
    let question = |request: SearchRequest| Question::search(request, Vec::new());
    let answers = requests.into_iter().map(|request| engine.answer(question(request)));
    answers.map(|answer| answer.expect("the index can be read").len()).sum()
}

library_benchmark_group!(name = content, benchmarks = [parse, analyze]);
library_benchmark_group!(name = queries, benchmarks = [search, answer]);

main!(
    config = LibraryBenchmarkConfig::default().env_clear(false),
    library_benchmark_groups = [content, queries]
);
