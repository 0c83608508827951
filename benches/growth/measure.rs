//! The costs of one blog.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bloghound::config::{Config, Overrides};
use bloghound::content::{Inventory, Post, ReadOutcome, Site, VisibilityRules, list_sources, read_post};
use bloghound::engine::Engine;
use bloghound::query::SearchRequest;
use jiff::Timestamp;
use serde::Serialize;

use super::serving::ServingCosts;
use crate::process::{ProcessCost, disk_bytes};
use crate::query_set::QuerySet;
use crate::server::run_bloghound_index;
use crate::statistics::Percentiles;
use crate::vocabulary::TitleVocabulary;

/// Posts whose titles and headings the queries are made from.
const QUERY_SOURCE_POSTS: usize = 1_000;

/// Amount of work of a measurement.
pub(super) struct GrowthWork {
    pub(super) queries_per_class: usize,
    /// Runs over all queries, of which the report has the medians.
    pub(super) runs: usize,
    /// Saved posts while the server runs.
    pub(super) saves: usize,
}

impl GrowthWork {
    pub(super) const FULL: Self = Self { queries_per_class: 250, runs: 5, saves: 9 };
    pub(super) const TRIAL: Self = Self { queries_per_class: 5, runs: 2, saves: 1 };
}

#[derive(Serialize)]
pub(super) struct BlogCosts {
    pub(super) posts: u64,
    pub(super) content_bytes: u64,
    /// One run of `bloghound index` without an index.
    pub(super) indexing: ProcessCost,
    pub(super) index_bytes: u64,
    /// Latency of searches in this process in milliseconds, by query class: medians of `runs` runs.
    pub(super) latency: Vec<(&'static str, Percentiles)>,
    pub(super) runs: usize,
    pub(super) serving: ServingCosts,
}

impl BlogCosts {
    /// Measures a site. The index directory is deleted first.
    pub(super) fn measure(
        site_dir: &Path,
        index_dir: &Path,
        posts: u64,
        work: &GrowthWork,
    ) -> anyhow::Result<Self> {
        if index_dir.exists() {
            std::fs::remove_dir_all(index_dir)?;
        }
        let config = Config::load(Overrides {
            site: site_dir.to_owned(),
            index: Some(index_dir.to_owned()),
            ..Overrides::default()
        })?;
        let site = Site::detect(&config)?;
        let indexing = run_bloghound_index(&config, &site).context("bloghound index")?;
        let queries = QuerySet::new(&TitleVocabulary::new(&sample_posts(&config, &site)?));
        let latency = latency_by_class(&config, &queries, work)?;
        let index_bytes = disk_bytes(index_dir);
        let serving =
            ServingCosts::measure(&config, &site, &queries, work.saves).context("bloghound serve")?;
        let content_bytes = disk_bytes(&site.content_dir);
        Ok(Self { posts, content_bytes, indexing, index_bytes, latency, runs: work.runs, serving })
    }
}

/// Returns at most [`QUERY_SOURCE_POSTS`] posts from all over the site.
fn sample_posts(config: &Config, site: &Site) -> anyhow::Result<Vec<Post>> {
    let rules = VisibilityRules::of(config, site, Timestamp::now());
    let inventory = Inventory::default();
    let files = list_sources(site).files;
    let step = files.len().div_ceil(QUERY_SOURCE_POSTS).max(1);
    let mut posts = Vec::with_capacity(QUERY_SOURCE_POSTS);
    for file in files.iter().step_by(step) {
        let bytes = std::fs::read(&file.path)?;
        if let ReadOutcome::Post(post) = read_post(&file.id, &bytes, &inventory, site, &rules) {
            posts.push(*post);
        }
    }
    Ok(posts)
}

/// Returns the percentiles of each class: those of each run, then their medians over the runs.
fn latency_by_class(
    config: &Config,
    queries: &QuerySet,
    work: &GrowthWork,
) -> anyhow::Result<Vec<(&'static str, Percentiles)>> {
    let engine = Engine::open(config)?;
    engine.warm_up()?;
    let time = |query: &String| -> anyhow::Result<Duration> {
        let request = SearchRequest { query: query.clone(), ..SearchRequest::default() };
        let started = Instant::now();
        // `Engine::search` does not use the response cache.
        engine.search(&request)?;
        Ok(started.elapsed())
    };
    let mut latency = Vec::new();
    for (class, queries) in queries.by_class(work.queries_per_class) {
        let mut runs = Vec::with_capacity(work.runs);
        for _ in 0..work.runs {
            let times: anyhow::Result<Vec<Duration>> = queries.iter().map(time).collect();
            runs.push(Percentiles::of(times?));
        }
        latency.push((class.name(), Percentiles::median_of(&runs)));
    }
    Ok(latency)
}
