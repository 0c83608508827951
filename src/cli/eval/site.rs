//! A site, indexed, with its judged queries.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::Timestamp;
use tempfile::TempDir;

use super::super::{Place, index, output};
use crate::config::Config;
use crate::content::{Audience, Catalog, Reading, Site};
use crate::engine::Engine;
use crate::evaluation::paths::{KnownPaths, Unresolved};
use crate::evaluation::{JudgedQuery, read_queries};

/// Problems of judged queries that are listed one by one.
const MAX_LISTED: usize = 20;

/// What an evaluation needs of a site.
pub(super) struct JudgedSite {
    pub(super) engine: Engine,
    pub(super) queries: Vec<JudgedQuery>,
    /// What is wrong with the queries' expectations: a message for the first ones, empty for others.
    pub(super) problems: Vec<String>,
    /// Holds the index; removed last.
    _temporary: TempDir,
}

impl JudgedSite {
    /// Reads the queries and indexes the content as it is now. Unless `--index` names an index, it is
    /// built in a temporary directory: judging must neither need nor leave anything in the site.
    pub(super) fn open(mut place: Place, query_files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut queries = read_queries(query_files)?;
        let temporary = tempfile::tempdir()?;
        place.index.get_or_insert_with(|| temporary.path().join("index"));
        let (config, site) = place.load(false, false)?;
        let (indexer, _) = index::build(&config, &site, false)?;
        let snapshot = indexer.snapshot()?;
        let ids = snapshot.manifest()?.into_keys();
        let content_dir = site.content_dir.strip_prefix(&config.site_dir).unwrap_or(&site.content_dir);
        let paths = KnownPaths::new(ids, &content_dir.to_string_lossy().replace('\\', "/"));
        let unresolved = paths.resolve(&mut queries);
        let problems = explain(&unresolved, &paths, &config, &site);
        let engine = Engine::new(&config, snapshot);
        indexer.close()?;
        Ok(Self { engine, queries, problems, _temporary: temporary })
    }

    /// Writes what is wrong with the queries' expectations.
    pub(super) fn print_problems(&self) -> io::Result<()> {
        let mut err = anstream::stderr().lock();
        let style = output::WARNING;
        for problem in self.listed_problems() {
            writeln!(err, "{style}warning:{style:#} {problem}")?;
        }
        let more = self.problems.len().saturating_sub(MAX_LISTED);
        if more > 0 {
            writeln!(err, "{style}warning:{style:#} {more} more expected paths are not in the index")?;
        }
        Ok(())
    }

    /// The problems that have a message.
    pub(super) fn listed_problems(&self) -> &[String] {
        &self.problems[..self.problems.len().min(MAX_LISTED)]
    }

    /// The languages of the queries.
    pub(super) fn languages(&self) -> BTreeSet<&str> {
        self.queries.iter().map(|query| query.lang.as_str()).collect()
    }
}

fn explain(unresolved: &[Unresolved], paths: &KnownPaths, config: &Config, site: &Site) -> Vec<String> {
    if unresolved.is_empty() {
        return Vec::new();
    }
    let hidden = hidden_files(config, site);
    let message = |problem: &Unresolved| {
        let what = match &problem.expected {
            Some(path) => format!("`{path}` {}", paths.explain(path, &hidden)),
            None => "the query expects nothing, so its measures are 0".to_owned(),
        };
        format!("{}:{}: {what}", problem.path.display(), problem.line)
    };
    let listed = unresolved.iter().take(MAX_LISTED).map(message);
    let others = unresolved.iter().skip(MAX_LISTED).map(|_| String::new());
    listed.chain(others).collect()
}

/// The source files that are not in the index, with what they are.
fn hidden_files(config: &Config, site: &Site) -> BTreeMap<String, String> {
    let audience = Audience::of(config, site, Timestamp::now());
    let readings = Catalog::read(site, &audience).readings.into_iter();
    let what = |reading| match reading {
        Reading::Post(_) => None,
        Reading::Skipped(reason) => Some(output::with_article(output::reason(reason))),
        Reading::Failed(failure) => Some(format!("a file that cannot be read: {failure}")),
    };
    readings.filter_map(|(id, reading)| Some((id, what(reading)?))).collect()
}
