//! What one blog costs.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bloghound::config::{Config, Overrides};
use bloghound::content::{Audience, Inventory, Post, Reading, Site, read_post, source};
use bloghound::engine::Engine;
use bloghound::query::SearchRequest;
use jiff::Timestamp;
use serde::Serialize;

use crate::load::Latency;
use crate::process::{Cost, Running, bytes_below};
use crate::questions::{CLASSES, Questions};
use crate::serving::Serving;
use crate::site::Vocabulary;

/// Posts whose titles and headings make the queries.
const ASKED_ABOUT: usize = 1_000;
/// Hits a page, one more in each round: whoever asks the same again may be answered from memory.
const HITS: usize = 10;

/// How much is measured.
pub(crate) struct Effort {
    /// Queries of one class.
    pub(crate) queries: usize,
    /// How often each is asked; its best time counts.
    pub(crate) rounds: usize,
    /// Posts that are saved while the server runs.
    pub(crate) saves: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self { queries: 250, rounds: 3, saves: 9 };
    pub(crate) const TRIAL: Self = Self { queries: 5, rounds: 1, saves: 1 };
}

/// What one blog costs.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) posts: u64,
    /// Bytes of its sources.
    pub(crate) content_bytes: u64,
    /// The first `bloghound index`.
    pub(crate) indexing: Cost,
    pub(crate) index_bytes: u64,
    /// Milliseconds of searches in process, by class.
    pub(crate) latency: Vec<(&'static str, Latency)>,
    pub(crate) serving: Serving,
}

impl Measured {
    /// Measures a site; `index_dir` is made anew.
    pub(crate) fn of(site_dir: &Path, index_dir: &Path, posts: u64, effort: &Effort) -> anyhow::Result<Self> {
        if index_dir.exists() {
            std::fs::remove_dir_all(index_dir)?;
        }
        let indexing = index(site_dir, index_dir).context("bloghound index")?;
        let overrides = Overrides {
            site: site_dir.to_owned(),
            index: Some(index_dir.to_owned()),
            ..Overrides::default()
        };
        let config = Config::load(overrides)?;
        let site = Site::detect(&config)?;
        let questions = Questions::new(&Vocabulary::new(&sample(&site)?));
        let latency = ask(&config, &questions, effort)?;
        let index_bytes = bytes_below(index_dir);
        let serving = Serving::measure(&config, &site, &questions, effort).context("bloghound serve")?;
        let content_bytes = bytes_below(&site.content_dir);
        Ok(Self { posts, content_bytes, indexing, index_bytes, latency, serving })
    }
}

fn index(site_dir: &Path, index_dir: &Path) -> anyhow::Result<Cost> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
    command.arg("index").arg("--site").arg(site_dir).arg("--index").arg(index_dir);
    Running::start(&mut command)?.finish()
}

/// Some posts from all over the site.
fn sample(site: &Site) -> anyhow::Result<Vec<Post>> {
    let now = Timestamp::now();
    let audience = Audience { drafts: site.drafts, future: site.future, expired: site.expired, now };
    let inventory = Inventory::default();
    let files = source::walk(site).0;
    let step = files.len().div_ceil(ASKED_ABOUT).max(1);
    let mut posts = Vec::with_capacity(ASKED_ABOUT);
    for file in files.iter().step_by(step) {
        if let Reading::Post(post) =
            read_post(&file.id, &std::fs::read(&file.path)?, &inventory, site, &audience)
        {
            posts.push(*post);
        }
    }
    Ok(posts)
}

/// The best time of each query, by class.
fn ask(
    config: &Config,
    questions: &Questions,
    effort: &Effort,
) -> anyhow::Result<Vec<(&'static str, Latency)>> {
    let engine = Engine::open(config)?;
    engine.warm()?;
    let time = |query: &String| -> anyhow::Result<Duration> {
        let mut best = Duration::MAX;
        for round in 0..effort.rounds {
            let request =
                SearchRequest { query: query.clone(), limit: HITS + round, ..SearchRequest::default() };
            let started = Instant::now();
            engine.search(&request)?;
            best = best.min(started.elapsed());
        }
        Ok(best)
    };
    let mut latency = Vec::new();
    for (class, name) in CLASSES.into_iter().enumerate() {
        let queries = questions.of_class(class, effort.queries);
        let times: anyhow::Result<Vec<Duration>> = queries.iter().map(time).collect();
        latency.push((name, Latency::new(times?)));
    }
    Ok(latency)
}
