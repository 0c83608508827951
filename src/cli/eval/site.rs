//! An indexed site with its judged queries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;
use tempfile::TempDir;

use super::super::output::IndexingProgress;
use super::super::printable::printable;
use super::super::site_args::{SiteArgs, UnpublishedArgs};
use super::super::{index, output, terminal};
use crate::config::{Config, limits};
use crate::content::{Catalog, ReadOutcome, Site, VisibilityRules};
use crate::engine::Engine;
use crate::evaluation::paths::{IndexedPaths, UnresolvedPath};
use crate::evaluation::{JudgedQuery, read_queries};
use crate::reindex::{Indexer, OpenMode};

/// A site whose content is indexed, with its judged queries.
pub(super) struct JudgedSite {
    pub(super) engine: Engine,
    pub(super) queries: Vec<JudgedQuery>,
    /// Expected paths that are not in the index: messages for the first [`limits::MAX_PRINTED_PROBLEMS`], empty texts
    /// for the others.
    pub(super) problems: Vec<String>,
    /// Directory of the index, removed when the site is dropped.
    _temp_dir: TempDir,
}

impl JudgedSite {
    /// Reads the queries and indexes the current content. Unless `--index` is given, the index is built in a
    /// temporary directory, because an evaluation must not change the site.
    pub(super) fn open(mut site_args: SiteArgs, query_files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut queries = read_queries(query_files)?;
        let temp_dir = tempfile::tempdir()?;
        site_args.index.get_or_insert_with(|| temp_dir.path().join("index"));
        let (config, site) = site_args.load(UnpublishedArgs::default())?;
        let mut indexer = Indexer::open(&config, &site, OpenMode::Update)?;
        index::reconcile(&mut indexer, IndexingProgress::new())?;
        let snapshot = indexer.snapshot()?;
        let ids = snapshot.manifest()?.into_keys();
        let content_dir = site.content_dir.strip_prefix(&config.site_dir).unwrap_or(&site.content_dir);
        let paths = IndexedPaths::new(ids, &content_dir.to_string_lossy().replace('\\', "/"));
        let unresolved = paths.resolve(&mut queries);
        let problems = explain(&unresolved, &paths, &config, &site);
        let engine = Engine::new(&config, snapshot);
        indexer.close()?;
        Ok(Self { engine, queries, problems, _temp_dir: temp_dir })
    }

    /// Prints warnings about the expected paths that are not in the index.
    pub(super) fn print_problems(&self) {
        let style = output::WARNING;
        for problem in self.printed_problems() {
            terminal::note(format_args!("{style}warning:{style:#} {}", printable(problem)));
        }
        let more = self.problems.len().saturating_sub(limits::MAX_PRINTED_PROBLEMS);
        if more > 0 {
            let message = format_args!("{more} more expected paths are not in the index");
            terminal::note(format_args!("{style}warning:{style:#} {message}"));
        }
    }

    /// Returns the problems that have a message.
    pub(super) fn printed_problems(&self) -> &[String] {
        &self.problems[..self.problems.len().min(limits::MAX_PRINTED_PROBLEMS)]
    }

    /// Returns the languages of the queries.
    pub(super) fn languages(&self) -> BTreeSet<&str> {
        self.queries.iter().map(|query| query.lang.as_str()).collect()
    }
}

fn explain(unresolved: &[UnresolvedPath], paths: &IndexedPaths, config: &Config, site: &Site) -> Vec<String> {
    if unresolved.is_empty() {
        return Vec::new();
    }
    let hidden = hidden_files(config, site);
    let message = |problem: &UnresolvedPath| {
        let what = match &problem.expected {
            Some(path) => format!("`{path}` {}", paths.explain(path, &hidden)),
            None => "the query expects no post, so its measures are 0".to_owned(),
        };
        format!("{}:{}: {what}", problem.path.display(), problem.line)
    };
    let printed = unresolved.iter().take(limits::MAX_PRINTED_PROBLEMS).map(message);
    let others = unresolved.iter().skip(limits::MAX_PRINTED_PROBLEMS).map(|_| String::new());
    printed.chain(others).collect()
}

/// Returns a description, such as `a draft`, of each source file that is not indexed.
fn hidden_files(config: &Config, site: &Site) -> BTreeMap<String, String> {
    let rules = VisibilityRules::of(config, site, Timestamp::now());
    let outcomes = Catalog::read(site, &rules).outcomes.into_iter();
    let describe = |outcome| match outcome {
        ReadOutcome::Post(_) => None,
        ReadOutcome::Skipped(reason) => Some(output::with_article(reason.noun())),
        ReadOutcome::Failed(failure) => Some(format!("an unreadable file: {failure}")),
    };
    outcomes.filter_map(|(id, outcome)| Some((id, describe(outcome)?))).collect()
}
