//! Judged queries to measures of relevance.

pub mod metrics;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use metrics::{DEPTH, Measures};

/// A query and the posts that answer it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct JudgedQuery {
    /// Its name within the set.
    pub qid: String,
    /// Its text.
    pub query: String,
    /// The kind of query, by which measures are reported.
    #[serde(default = "unknown_kind")]
    pub kind: String,
    /// The grades of relevant posts by id; 0 is irrelevant.
    pub relevant: BTreeMap<String, u32>,
}

fn unknown_kind() -> String {
    "-".to_owned()
}

/// Which of the queries to judge: constants are tuned on one half and reported on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Those whose qid ends in an even number.
    Even,
    /// Those whose qid ends in an odd number.
    Odd,
}

impl Half {
    /// Whether the query belongs to the half; one without a number is even.
    #[must_use]
    pub fn contains(self, query: &JudgedQuery) -> bool {
        let is_odd =
            query.qid.bytes().next_back().is_some_and(|digit| digit.is_ascii_digit() && digit % 2 == 1);
        is_odd == (self == Self::Odd)
    }
}

/// A file of judged queries that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct JudgedError {
    /// The file.
    pub path: PathBuf,
    /// Line of the mistake, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Reads JSON Lines of judged queries; blank lines are allowed.
///
/// # Errors
/// When the file cannot be read or a line is no judged query.
pub fn read_queries(path: &Path) -> Result<Vec<JudgedQuery>, JudgedError> {
    let fail = |line, message: String| JudgedError { path: path.to_owned(), line, message };
    let text = std::fs::read_to_string(path).map_err(|error| fail(1, format!("cannot be read: {error}")))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| fail(number, format!("no judged query: {error}")))
        })
        .collect()
}

/// The answers to one query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The query.
    pub qid: String,
    /// Ids of the hits, best first.
    pub hits: Vec<String>,
}

/// The measures of a group of queries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The kind of the queries, or `ALL`.
    pub kind: String,
    /// How many there are.
    pub queries: usize,
    /// Means over them.
    #[serde(flatten)]
    pub means: Measures,
}

/// Measures the runs by kind, and all together last. A query without a run counts as no hits.
#[must_use]
pub fn summarize(queries: &[JudgedQuery], runs: &[Run]) -> Vec<Group> {
    let by_qid: BTreeMap<&str, &Run> = runs.iter().map(|run| (run.qid.as_str(), run)).collect();
    let mut by_kind: BTreeMap<&str, Vec<Measures>> = BTreeMap::new();
    let mut all = Vec::with_capacity(queries.len());
    for query in queries {
        let hits = by_qid.get(query.qid.as_str()).map_or(&[][..], |run| &run.hits);
        let measures = metrics::measure(hits, &query.relevant);
        by_kind.entry(&query.kind).or_default().push(measures);
        all.push(measures);
    }
    let group = |kind: &str, measures: &[Measures]| Group {
        kind: kind.to_owned(),
        queries: measures.len(),
        means: metrics::mean(measures),
    };
    let mut groups: Vec<Group> = by_kind.iter().map(|(kind, measures)| group(kind, measures)).collect();
    groups.push(group("ALL", &all));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(qid: &str, kind: &str) -> JudgedQuery {
        JudgedQuery {
            qid: qid.into(),
            query: "q".into(),
            kind: kind.into(),
            relevant: [("a".into(), 1)].into(),
        }
    }

    #[test]
    fn groups_are_means_and_a_missing_run_is_a_miss() {
        let queries = [query("x-1", "k"), query("x-2", "k"), query("x-3", "l")];
        let runs = [
            Run { qid: "x-1".into(), hits: vec!["a".into()] },
            Run { qid: "x-3".into(), hits: vec!["a".into()] },
        ];
        let groups = summarize(&queries, &runs);
        let shown: Vec<_> = groups.iter().map(|g| (g.kind.as_str(), g.queries, g.means.ndcg)).collect();
        assert_eq!(shown, [("k", 2, 0.5), ("l", 1, 1.0), ("ALL", 3, 2.0 / 3.0)]);
    }

    #[test]
    fn halves_part_the_set() {
        assert!(Half::Odd.contains(&query("x-0001", "k")) && !Half::Even.contains(&query("x-0001", "k")));
        assert!(Half::Even.contains(&query("x-0010", "k")));
    }

    #[test]
    fn a_broken_line_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("q.jsonl");
        std::fs::write(&path, "{\"qid\":\"1\",\"query\":\"q\",\"relevant\":{}}\n\n{\"qid\":1}\n").unwrap();
        assert!(read_queries(&path).unwrap_err().to_string().contains("q.jsonl:3: no judged query"));
    }
}
