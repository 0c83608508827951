//! What each stage costs, from a file on disk to an answer, in one process without HTTP.
//!
//! `cargo bench --bench stages` measures the project's own site, and
//! `BLOGHOUND_BENCH_SITE=~/blog cargo bench --bench stages` another one. `parse` and `analyze`
//! take all posts on one core. `index/build` is the first `bloghound index`, `index/unchanged`
//! the next, and `index/saved` all that `bloghound serve` does about one saved post after the
//! debounce: read, commit, open for searching; the disk's `fsync` is in it. A time below `search`
//! is that of one query, the mean of up to 64 of its class.
//! `highlight` finds one post by one word, in posts of 1 KB to 1 MB.

mod site;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use bloghound::analysis::{Analyzer, Lexicon};
use bloghound::config::{Config, Overrides};
use bloghound::content::{Post, Site};
use bloghound::engine::Engine;
use bloghound::query::{FacetField, SearchRequest};
use bloghound::reindex::Indexer;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use site::{BenchSite, Sources, Vocabulary, distinct, prefix, spread, text_of};

/// Sizes of posts in which a match is highlighted.
const HIGHLIGHTED_KILOBYTES: [usize; 4] = [1, 10, 100, 1024];
/// Queries of one class.
const QUERIES: usize = 64;

fn read(criterion: &mut Criterion) {
    let place = BenchSite::open().expect("the site can be read");
    let sources = place.sources().expect("the posts can be read");
    let mut group = criterion.benchmark_group("content");
    group.throughput(Throughput::Bytes(bytes_of(&sources)));
    group.bench_function("parse", |bencher| bencher.iter(|| sources.posts(&place.site)));
    group.finish();

    let texts: Vec<String> = sources.posts(&place.site).iter().map(text_of).collect();
    let analyzer = Analyzer::new(place.site.language.as_deref().unwrap_or("en"));
    let mut group = criterion.benchmark_group("analysis");
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("analyze", |bencher| {
        bencher.iter(|| {
            let mut lexicon = Lexicon::default();
            texts.iter().map(|text| analyzer.analyze(text, &mut lexicon).tokens.len()).sum::<usize>()
        });
    });
    group.finish();
}

fn bytes_of(sources: &Sources) -> u64 {
    sources.files.iter().map(|(_, bytes)| bytes.len() as u64).sum()
}

fn index(criterion: &mut Criterion) {
    let place = BenchSite::open().expect("the site can be read");
    let mut group = criterion.benchmark_group("index");
    group.sample_size(20).measurement_time(Duration::from_secs(10));
    group.bench_function("build", |bencher| {
        let fresh = || tempfile::tempdir_in(place.dir.path()).expect("the disk has room");
        bencher.iter_batched(
            fresh,
            |dir| {
                let mut config = place.config.clone();
                config.index_dir = dir.path().join("index");
                let mut indexer = Indexer::open(&config, &place.site, true).expect("the index is ours");
                indexer.reconcile(&mut |_, _| {}).expect("the index can be written");
                // Both are dropped off the clock, the directory after what writes to it.
                (indexer, dir)
            },
            BatchSize::PerIteration,
        );
    });
    let mut indexer = built(&place);
    group.bench_function("unchanged", |bencher| {
        bencher.iter(|| indexer.reconcile(&mut |_, _| {}).expect("the index can be read"));
    });
    let post = RefCell::new(SavedPost::new(&place));
    group.bench_function("saved", |bencher| {
        bencher.iter_batched(
            || post.borrow_mut().save(),
            |paths| {
                let report = indexer.update(&paths).expect("the index can be written");
                assert_eq!(report.updated, 1, "one post was saved");
                indexer.snapshot().expect("the index can be read")
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn built(place: &BenchSite) -> Indexer {
    let mut indexer = Indexer::open(&place.config, &place.site, false).expect("the index is ours");
    indexer.reconcile(&mut |_, _| {}).expect("the index can be written");
    indexer
}

/// A post of middling size that its writer cannot leave alone.
struct SavedPost {
    path: PathBuf,
    text: String,
    edits: usize,
}

impl SavedPost {
    fn new(place: &BenchSite) -> Self {
        let sources = place.sources().expect("the posts can be read");
        let posts: BTreeSet<String> = sources.posts(&place.site).into_iter().map(|post| post.id).collect();
        let mut files: Vec<_> = sources.files.into_iter().filter(|(id, _)| posts.contains(id)).collect();
        files.sort_by_key(|(id, bytes)| (bytes.len(), id.clone()));
        let (id, bytes) = files.swap_remove(files.len() / 2);
        let text = String::from_utf8(bytes).expect("what is not UTF-8 is no post");
        Self { path: place.site.content_dir.join(id), text, edits: 0 }
    }

    fn save(&mut self) -> BTreeSet<PathBuf> {
        self.edits += 1;
        let text = format!("{}\n\nEdit {}.\n", self.text, self.edits);
        std::fs::write(&self.path, text).expect("the copy can be written");
        BTreeSet::from([self.path.clone()])
    }
}

fn search(criterion: &mut Criterion) {
    let place = BenchSite::open().expect("the site can be read");
    let posts = place.sources().expect("the posts can be read").posts(&place.site);
    let indexer = built(&place);
    let snapshot = indexer.snapshot().expect("the index can be read");
    let engine = Engine::new(&place.config, snapshot);
    let mut group = criterion.benchmark_group("search");
    for (class, queries) in classes(&posts) {
        let requests = queries.into_iter().map(|query| SearchRequest { query, ..SearchRequest::default() });
        let requests: Vec<SearchRequest> = requests.collect();
        if !requests.is_empty() {
            let mut requests = requests.iter().cycle();
            group.bench_function(class, |bencher| {
                bencher.iter(|| engine.search(black_box(requests.next().expect("it goes round"))));
            });
        }
    }
    let facets = vec![FacetField::Category, FacetField::Tag, FacetField::Year];
    let everything = SearchRequest { facets, ..SearchRequest::default() };
    group.bench_function("all posts with facets", |bencher| {
        bencher.iter(|| engine.search(black_box(&everything)));
    });
    group.finish();
}

/// A search that finds one post, whose match stands in its middle: posts of 1 KB to 1 MB cost the same.
fn highlight(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().expect("the disk has room");
    std::fs::write(dir.path().join("hugo.toml"), "baseURL = 'https://blog.example/'\n").expect("it is ours");
    let prose = "Words of prose that say nothing of what is looked for, sentence by sentence. ";
    for kilobytes in HIGHLIGHTED_KILOBYTES {
        let half = prose.repeat(kilobytes * 1024 / prose.len() / 2);
        let folder = dir.path().join(format!("content/p{kilobytes}"));
        std::fs::create_dir_all(&folder).expect("it is ours");
        let text =
            format!("+++\ntitle = 'A'\n+++\n\n{half}\n\n## Here\n\n{half} Needle{kilobytes} found. {half}\n");
        std::fs::write(folder.join("_index.md"), text).expect("it is ours");
    }
    let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
    let config = Config::load(overrides).expect("there is nothing wrong with it");
    let site = Site::detect(&config).expect("it is a site of Hugo");
    let mut indexer = Indexer::open(&config, &site, true).expect("the index is ours");
    indexer.reconcile(&mut |_, _| {}).expect("the index can be written");
    let engine = Engine::new(&config, indexer.snapshot().expect("the index can be read"));
    let mut group = criterion.benchmark_group("highlight");
    for kilobytes in HIGHLIGHTED_KILOBYTES {
        let request = SearchRequest { query: format!("needle{kilobytes} "), ..SearchRequest::default() };
        let answer = engine.search(&request).expect("the index can be read");
        assert!(answer.hits[0].snippet.html.contains("<mark>"), "{kilobytes} KB: {:?}", answer.hits);
        group.bench_function(format!("{kilobytes} KB"), |bencher| {
            bencher.iter(|| engine.search(black_box(&request)));
        });
    }
    group.finish();
}

/// Queries by class; a class may be empty where titles are few.
fn classes(posts: &[Post]) -> Vec<(&'static str, Vec<String>)> {
    let vocabulary = Vocabulary::new(posts);
    let prefixes = |letters| distinct(vocabulary.long_words().map(|word| prefix(word, letters)));
    // A closing blank says that the word is complete: only the classes of prefixes expand it.
    let complete = |query: &String| format!("{query} ");
    let words: Vec<String> = vocabulary.words.iter().map(complete).collect();
    let pairs: Vec<String> = vocabulary.runs(2).iter().map(complete).collect();
    let phrases = vocabulary.runs(2).iter().map(|pair| format!("\"{pair}\"")).collect();
    let others = vocabulary.words.iter().skip(1);
    let excluded = vocabulary.words.iter().zip(others).map(|(word, other)| format!("{word} -{other} "));
    let classes: [(&str, Vec<String>); 9] = [
        ("one word", words),
        ("two words", pairs),
        ("prefix of 1 letter", prefixes(1)),
        ("prefix of 2 letters", prefixes(2)),
        ("prefix of 4 letters", prefixes(4)),
        ("typo", vocabulary.typos()),
        ("phrase", phrases),
        ("five words", vocabulary.runs(5).iter().map(complete).collect()),
        ("excluded word", excluded.collect()),
    ];
    classes.into_iter().map(|(class, queries)| (class, spread(&queries, QUERIES))).collect()
}

criterion_group!(stages, read, index, search, highlight);
criterion_main!(stages);
