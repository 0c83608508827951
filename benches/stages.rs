//! Time of each stage from a file on disk to search results, in one process and without HTTP.
//!
//! - `content/parse` and `analysis/analyze` process all posts on one core.
//! - `index/build` is a first `bloghound index`, `index/unchanged` a second one.
//! - `index/saved` is the work of `bloghound serve` for one saved post after the debounce: read, commit with `fsync`,
//!   and open the new snapshot.
//! - `search/…` is one query, as the mean of up to 64 queries of a class.
//! - `highlight/…` is a query with one hit, in posts of 1 KB to 1 MB.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use bloghound::analysis::{Analyzer, Lexicon};
use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::engine::Engine;
use bloghound::query::{FacetField, SearchRequest};
use bloghound::reindex::{Indexer, OpenMode};
use clap::Args;
use criterion::{BatchSize, Criterion, Throughput};

use crate::Effort;
use crate::site::{BenchSite, SourceFiles, post_text};
use crate::vocabulary::{TitleVocabulary, distinct, evenly_spaced, prefix};

/// Sizes of posts in which a match is highlighted, in KiB.
const HIGHLIGHTED_POST_KIB: [usize; 4] = [1, 10, 100, 1024];
const QUERIES_PER_CLASS: usize = 64;
/// Samples of the benchmarks that write an index, which take too long for Criterion's default of 100.
const INDEX_SAMPLES: usize = 20;
const INDEX_MEASUREMENT_TIME: Duration = Duration::from_secs(10);
/// The minimum that Criterion accepts.
const TRIAL_SAMPLES: usize = 10;

const NOT_READABLE: &str = "the index must be readable";
const NOT_WRITABLE: &str = "the index must be writable";

#[derive(Args)]
pub(crate) struct StagesArgs {
    /// Run only benchmarks whose name matches this regular expression
    filter: Option<String>,
}

pub(crate) fn run(args: &StagesArgs, effort: Effort) -> anyhow::Result<()> {
    let mut criterion = match effort {
        Effort::Full => Criterion::default(),
        // Its own baseline, so that the next full run is not compared with a trial.
        Effort::Trial => Criterion::default()
            .sample_size(TRIAL_SAMPLES)
            .warm_up_time(Duration::from_millis(1))
            .measurement_time(Duration::from_millis(1))
            .save_baseline("trial".to_owned()),
    };
    if let Some(filter) = &args.filter {
        criterion = criterion.with_filter(filter);
    }
    let bench_site = BenchSite::open()?;
    parse_and_analyze(&mut criterion, &bench_site)?;
    index(&mut criterion, &bench_site, effort)?;
    search(&mut criterion, &bench_site)?;
    highlight(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn parse_and_analyze(criterion: &mut Criterion, bench_site: &BenchSite) -> anyhow::Result<()> {
    let sources = bench_site.source_files()?;
    let mut group = criterion.benchmark_group("content");
    group.throughput(Throughput::Bytes(sources.files.iter().map(|(_, bytes)| bytes.len() as u64).sum()));
    group.bench_function("parse", |bencher| bencher.iter(|| sources.parse(bench_site)));
    group.finish();

    let texts: Vec<String> = sources.parse(bench_site).iter().map(post_text).collect();
    let analyzer = Analyzer::new(bench_site.site.language.as_deref().unwrap_or("en"));
    let mut group = criterion.benchmark_group("analysis");
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("analyze", |bencher| {
        bencher.iter(|| {
            let mut lexicon = Lexicon::default();
            texts.iter().map(|text| analyzer.analyze(text, &mut lexicon).tokens.len()).sum::<usize>()
        });
    });
    group.finish();
    Ok(())
}

fn index(criterion: &mut Criterion, bench_site: &BenchSite, effort: Effort) -> anyhow::Result<()> {
    let mut group = criterion.benchmark_group("index");
    if effort == Effort::Full {
        group.sample_size(INDEX_SAMPLES).measurement_time(INDEX_MEASUREMENT_TIME);
    }
    group.bench_function("build", |bencher| {
        bencher.iter_batched(
            || tempfile::tempdir_in(bench_site.dir.path()).expect("a temporary directory is needed"),
            |dir| {
                let mut config = bench_site.config.clone();
                config.index_dir = dir.path().join("index");
                let mut indexer =
                    Indexer::open(&config, &bench_site.site, OpenMode::Rebuild).expect(NOT_WRITABLE);
                indexer.reconcile(&mut |_, _| {}).expect(NOT_WRITABLE);
                // Returned to be dropped after the measurement, the directory after its user.
                (indexer, dir)
            },
            BatchSize::PerIteration,
        );
    });
    let mut indexer = built_index(bench_site)?;
    group.bench_function("unchanged", |bencher| {
        bencher.iter(|| indexer.reconcile(&mut |_, _| {}).expect(NOT_READABLE));
    });
    let post = RefCell::new(EditedPost::new(bench_site)?);
    group.bench_function("saved", |bencher| {
        bencher.iter_batched(
            || post.borrow_mut().save().expect("the copy of the post must be writable"),
            |paths| {
                let report = indexer.update(&paths).expect(NOT_WRITABLE);
                assert_eq!(report.updated, 1, "one post was saved");
                indexer.snapshot().expect(NOT_READABLE)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    Ok(())
}

fn built_index(bench_site: &BenchSite) -> anyhow::Result<Indexer> {
    let mut indexer = Indexer::open(&bench_site.config, &bench_site.site, OpenMode::Rebuild)?;
    indexer.reconcile(&mut |_, _| {})?;
    Ok(indexer)
}

/// The post of median size, which gets a new line with each save.
struct EditedPost {
    path: PathBuf,
    text: String,
    edits: usize,
}

impl EditedPost {
    fn new(bench_site: &BenchSite) -> anyhow::Result<Self> {
        let sources = bench_site.source_files()?;
        let posts: BTreeSet<String> = sources.parse(bench_site).into_iter().map(|post| post.id).collect();
        let SourceFiles { files, .. } = sources;
        let mut files: Vec<_> = files.into_iter().filter(|(id, _)| posts.contains(id)).collect();
        anyhow::ensure!(!files.is_empty(), "the site has no posts");
        files.sort_by_key(|(id, bytes)| (bytes.len(), id.clone()));
        let (id, bytes) = files.swap_remove(files.len() / 2);
        Ok(Self { path: bench_site.site.content_dir.join(id), text: String::from_utf8(bytes)?, edits: 0 })
    }

    fn save(&mut self) -> std::io::Result<BTreeSet<PathBuf>> {
        self.edits += 1;
        std::fs::write(&self.path, format!("{}\n\nEdit {}.\n", self.text, self.edits))?;
        Ok(BTreeSet::from([self.path.clone()]))
    }
}

fn search(criterion: &mut Criterion, bench_site: &BenchSite) -> anyhow::Result<()> {
    let vocabulary = TitleVocabulary::new(&bench_site.posts()?);
    let indexer = built_index(bench_site)?;
    let engine = Engine::new(&bench_site.config, indexer.snapshot()?);
    let mut group = criterion.benchmark_group("search");
    for (class, queries) in classes(&vocabulary) {
        let requests = queries.into_iter().map(|query| SearchRequest { query, ..SearchRequest::default() });
        let requests: Vec<SearchRequest> = requests.collect();
        let mut requests = requests.iter().cycle();
        // A class is empty if the site has too few titles.
        if requests.clone().next().is_some() {
            group.bench_function(class, |bencher| {
                bencher.iter(|| requests.next().map(|request| engine.search(black_box(request))));
            });
        }
    }
    let facets = vec![FacetField::Category, FacetField::Tag, FacetField::Year];
    let everything = SearchRequest { facets, ..SearchRequest::default() };
    group.bench_function("all posts with facets", |bencher| {
        bencher.iter(|| engine.search(black_box(&everything)));
    });
    group.finish();
    Ok(())
}

/// A search with one hit that matches in the middle of the post; its time should not depend on the post's size.
fn highlight(criterion: &mut Criterion) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    std::fs::write(dir.path().join("hugo.toml"), "baseURL = 'https://blog.example/'\n")?;
    let filler = "Filler sentences that do not contain the term of the query, one after the other. ";
    for kib in HIGHLIGHTED_POST_KIB {
        let half = filler.repeat(kib * 1024 / filler.len() / 2);
        let folder = dir.path().join(format!("content/p{kib}"));
        std::fs::create_dir_all(&folder)?;
        let text =
            format!("+++\ntitle = 'A'\n+++\n\n{half}\n\n## Here\n\n{half} Needle{kib} found. {half}\n");
        std::fs::write(folder.join("_index.md"), text)?;
    }
    let config = Config::load(Overrides { site: dir.path().to_owned(), ..Overrides::default() })?;
    let site = Site::detect(&config)?;
    let mut indexer = Indexer::open(&config, &site, OpenMode::Rebuild)?;
    indexer.reconcile(&mut |_, _| {})?;
    let engine = Engine::new(&config, indexer.snapshot()?);
    let mut group = criterion.benchmark_group("highlight");
    for kib in HIGHLIGHTED_POST_KIB {
        let request = SearchRequest { query: format!("needle{kib} "), ..SearchRequest::default() };
        let response = engine.search(&request)?;
        let is_highlighted = response.hits.first().is_some_and(|hit| hit.snippet.html.contains("<mark>"));
        anyhow::ensure!(is_highlighted, "no highlighted hit in the post of {kib} KiB: {:?}", response.hits);
        group.bench_function(format!("{kib} KB"), |bencher| {
            bencher.iter(|| engine.search(black_box(&request)));
        });
    }
    group.finish();
    Ok(())
}

fn classes(vocabulary: &TitleVocabulary) -> Vec<(&'static str, Vec<String>)> {
    let prefixes = |chars| distinct(vocabulary.long_words().map(|word| prefix(word, chars)));
    // The last word of a query is a prefix unless a blank follows it.
    let complete = |query: &String| format!("{query} ");
    let words: Vec<String> = vocabulary.words.iter().map(complete).collect();
    let next_words = vocabulary.words.iter().skip(1);
    let excluded = vocabulary.words.iter().zip(next_words).map(|(word, next)| format!("{word} -{next} "));
    let classes: [(&str, Vec<String>); 9] = [
        ("one word", words),
        ("two words", vocabulary.ngrams(2).iter().map(complete).collect()),
        ("prefix of 1 letter", prefixes(1)),
        ("prefix of 2 letters", prefixes(2)),
        ("prefix of 4 letters", prefixes(4)),
        ("typo", vocabulary.typos()),
        ("phrase", vocabulary.phrases(2)),
        ("five words", vocabulary.ngrams(5).iter().map(complete).collect()),
        ("excluded word", excluded.collect()),
    ];
    let sampled =
        |(class, queries): (&'static str, Vec<String>)| (class, evenly_spaced(&queries, QUERIES_PER_CLASS));
    classes.into_iter().map(sampled).collect()
}
