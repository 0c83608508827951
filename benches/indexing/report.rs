//! The comparison of bloghound's builds with those of the baseline.

use std::fmt;

use bloghound::content::{Site, list_sources};
use serde::Serialize;

use super::{BuildCost, IndexerKind};
use crate::statistics::{mebibytes, median};

#[derive(Serialize)]
pub(super) struct IndexingReport {
    files: usize,
    content_bytes: u64,
    threads: usize,
    indexers: Vec<IndexerCosts>,
    /// Bloghound's wall time divided by that of the baseline.
    wall_ratio: f64,
    /// Bloghound's CPU time divided by that of the baseline.
    cpu_ratio: f64,
    /// Size of bloghound's index divided by that of the content.
    index_to_content: f64,
}

#[derive(Serialize)]
struct IndexerCosts {
    indexer: IndexerKind,
    /// Medians of the builds.
    #[serde(flatten)]
    median: BuildCost,
    builds: Vec<BuildCost>,
}

impl IndexerCosts {
    fn new(indexer: IndexerKind, builds: Vec<BuildCost>) -> Self {
        let median_of = |cost: fn(&BuildCost) -> f64| median(builds.iter().map(cost));
        let peaks: Vec<f64> = builds.iter().filter_map(|build| build.peak_mb).collect();
        let median = BuildCost {
            wall_s: median_of(|build| build.wall_s),
            cpu_s: median_of(|build| build.cpu_s),
            peak_mb: (!peaks.is_empty()).then(|| median(peaks)),
            // Sizes and counts are nearly the same in all builds.
            ..builds[builds.len() - 1]
        };
        Self { indexer, median, builds }
    }
}

impl IndexingReport {
    pub(super) fn new(site: &Site, builds: [(IndexerKind, Vec<BuildCost>); 2]) -> Self {
        let files = list_sources(site).files;
        let content_bytes = files.iter().map(|file| file.path.metadata().map_or(0, |file| file.len())).sum();
        let indexers = builds.map(|(indexer, builds)| IndexerCosts::new(indexer, builds));
        let [baseline, bloghound] = [indexers[0].median, indexers[1].median];
        Self {
            files: files.len(),
            content_bytes,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            wall_ratio: bloghound.wall_s / baseline.wall_s,
            cpu_ratio: bloghound.cpu_s / baseline.cpu_s,
            index_to_content: mebibytes(bloghound.index_bytes) / mebibytes(content_bytes),
            indexers: indexers.into(),
        }
    }
}

impl fmt::Display for IndexingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, threads, wall_ratio, cpu_ratio, index_to_content, .. } = self;
        let content = mebibytes(self.content_bytes);
        let builds = self.indexers.first().map_or(0, |indexer| indexer.builds.len());
        writeln!(
            f,
            "{files} files, {content:.1} MiB; {threads} threads; medians; builds of each index: {builds}\n"
        )?;
        write!(f, "{:<10}{:>8}{:>10}{:>10}{:>10}", "", "posts", "wall s", "CPU s", "peak MiB")?;
        writeln!(f, "{:>11}{:>10}", "index MiB", "segments")?;
        for IndexerCosts { indexer, median, .. } in &self.indexers {
            let BuildCost { wall_s, cpu_s, peak_mb, index_bytes, segments, posts } = *median;
            let peak = peak_mb.map_or_else(|| "-".to_owned(), |peak| format!("{peak:.0}"));
            write!(f, "{:<10}{posts:>8}{wall_s:>10.3}{cpu_s:>10.2}{peak:>10}", indexer.name())?;
            writeln!(f, "{:>11.1}{segments:>10}", mebibytes(index_bytes))?;
        }
        writeln!(f, "\nbloghound / baseline: wall time {wall_ratio:.2}, CPU time {cpu_ratio:.2}")?;
        writeln!(f, "index / content: {index_to_content:.2}")
    }
}
