//! Instructions that each stage executes, counted by Valgrind. They do not depend on the load of the machine, so that
//! changes of 1 % are visible.
//!
//! `cargo bench --bench instructions` needs Valgrind and `gungraun-runner`, installed with
//! `cargo install gungraun-runner` in the version of `gungraun` in Cargo.lock. It compares the counts with those of
//! the previous run. The site is that in `BLOGHOUND_BENCH_SITE`, by default the one in this repository. Each query
//! runs once before it is counted, so that caches are warm as in a server.

#![expect(missing_docs, reason = "gungraun's macros generate public items")]

#[expect(dead_code, reason = "shared with the other benchmarks")]
mod site;
mod vocabulary;

use std::hint::black_box;

use bloghound::analysis::{Analyzer, Lexicon};
use bloghound::engine::{ApiRequest, Engine};
use bloghound::query::SearchRequest;
use bloghound::reindex::{Indexer, OpenMode};
use gungraun::{LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use site::{BenchSite, SourceFiles, post_text};
use vocabulary::{TitleVocabulary, distinct, evenly_spaced, prefix};

const QUERIES_PER_CLASS: usize = 64;

const NOT_READABLE: &str = "the site and its index must be readable";
const NOT_WRITABLE: &str = "the index must be writable";

fn source_files() -> (BenchSite, SourceFiles) {
    let bench_site = BenchSite::open().expect(NOT_READABLE);
    let sources = bench_site.source_files().expect(NOT_READABLE);
    (bench_site, sources)
}

#[library_benchmark]
#[bench::of_all_posts(setup = source_files)]
fn parse((bench_site, sources): (BenchSite, SourceFiles)) -> usize {
    black_box(sources.parse(&bench_site)).len()
}

fn texts() -> (Analyzer, Vec<String>) {
    let (bench_site, sources) = source_files();
    let analyzer = Analyzer::new(bench_site.site.language.as_deref().unwrap_or("en"));
    (analyzer, sources.parse(&bench_site).iter().map(post_text).collect())
}

#[library_benchmark]
#[bench::of_all_posts(setup = texts)]
fn analyze((analyzer, texts): (Analyzer, Vec<String>)) -> usize {
    let mut lexicon = Lexicon::default();
    texts.iter().map(|text| black_box(analyzer.analyze(text, &mut lexicon)).tokens.len()).sum()
}

/// Returns an engine and the requests of a class, each of which it has answered once.
fn warm_engine(class: &str) -> (Engine, Vec<SearchRequest>) {
    let (bench_site, sources) = source_files();
    let vocabulary = TitleVocabulary::new(&sources.parse(&bench_site));
    let prefixes = |lengths: [usize; 2]| {
        distinct(vocabulary.long_words().flat_map(|word| lengths.map(|chars| prefix(word, chars))))
    };
    let queries = match class {
        "pair" => vocabulary.ngrams(2),
        "short" => prefixes([1, 2]),
        "prefix" => prefixes([3, 4]),
        "typo" => vocabulary.typos(),
        "phrase" => vocabulary.phrases(3),
        _ => vocabulary.words.clone(),
    };
    let mut indexer =
        Indexer::open(&bench_site.config, &bench_site.site, OpenMode::Rebuild).expect(NOT_WRITABLE);
    indexer.reconcile(&mut |_, _| {}).expect(NOT_WRITABLE);
    indexer.close().expect(NOT_WRITABLE);
    let engine = Engine::open(&bench_site.config).expect(NOT_READABLE);
    engine.warm_up().expect(NOT_READABLE);
    let request = |query: String| SearchRequest { query, ..SearchRequest::default() };
    let queries = evenly_spaced(&queries, QUERIES_PER_CLASS);
    let requests: Vec<SearchRequest> = queries.into_iter().map(request).collect();
    for request in &requests {
        engine.search(request).expect(NOT_READABLE);
    }
    (engine, requests)
}

#[library_benchmark(setup = warm_engine)]
#[bench::word("word")]
#[bench::pair("pair")]
#[bench::short("short")]
#[bench::prefix("prefix")]
#[bench::typo("typo")]
#[bench::phrase("phrase")]
fn search((engine, requests): (Engine, Vec<SearchRequest>)) -> usize {
    requests.iter().map(|request| engine.search(request).expect(NOT_READABLE).hits.len()).sum()
}

#[library_benchmark]
#[bench::word(args = ("word"), setup = warm_engine)]
fn answer((engine, requests): (Engine, Vec<SearchRequest>)) -> usize {
    let question = |request: SearchRequest| ApiRequest::search(request, Vec::new());
    let responses = requests.into_iter().map(|request| engine.respond(question(request)));
    responses.map(|response| response.expect(NOT_READABLE).len()).sum()
}

library_benchmark_group!(name = content, benchmarks = [parse, analyze]);
library_benchmark_group!(name = queries, benchmarks = [search, answer]);

main!(
    config = LibraryBenchmarkConfig::default().env_clear(false),
    library_benchmark_groups = [content, queries]
);
