//! Comparison of two runs of the same queries.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::groups::{Dimension, Judgement, Partition, partition};
use super::judged_query::JudgedQuery;
use super::metrics::{self, Measures};
use super::run::Run;
use super::significance::p_value;

/// Largest change of a measure that counts as none.
const EPSILON: f64 = 1e-9;

/// The change of one query between two runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueryChange<'a> {
    /// The earlier run, measured with the current judgements.
    pub(crate) before: Judgement<'a>,
    /// The current run.
    pub(crate) after: &'a Judgement<'a>,
}

impl QueryChange<'_> {
    /// Returns the query.
    #[must_use]
    pub(crate) fn query(&self) -> &JudgedQuery {
        self.after.query
    }

    /// Returns the change of nDCG; negative if it fell.
    #[must_use]
    pub(crate) fn gain(&self) -> f64 {
        self.after.measures.ndcg - self.before.measures.ndcg
    }
}

/// Measures of a group of queries in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct GroupChange {
    /// The common kind or language of the queries, by dimension; or `ALL`.
    #[serde(flatten)]
    pub(crate) key: BTreeMap<&'static str, String>,
    /// Number of queries.
    pub(crate) queries: usize,
    /// Means in the earlier run.
    pub(crate) before: Measures,
    /// Means in the current run.
    pub(crate) after: Measures,
}

/// Measures of one query in both runs.
#[derive(Debug, Clone, Copy)]
struct MeasuresPair {
    before: Measures,
    after: Measures,
}

/// An earlier run compared with the current one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison<'a> {
    /// The queries of both runs, in the order of the current one.
    pub(crate) changes: Vec<QueryChange<'a>>,
    /// The queries that only the current run has.
    pub(crate) new: Vec<&'a JudgedQuery>,
    /// The qids that only the earlier run has.
    pub(crate) gone: Vec<String>,
}

impl<'a> Comparison<'a> {
    /// Compares a run with an earlier one. Both are measured with the current judgements, so that only the
    /// rankings differ.
    #[must_use]
    pub(crate) fn new(after: &'a [Judgement<'a>], baseline: Vec<Run>) -> Self {
        let judged: HashSet<&str> = after.iter().map(|judgement| judgement.query.qid.as_str()).collect();
        let (known, gone): (Vec<Run>, Vec<Run>) =
            baseline.into_iter().partition(|run| judged.contains(run.qid.as_str()));
        let mut before: HashMap<String, Vec<String>> =
            known.into_iter().map(|run| (run.qid, run.hits)).collect();
        let (mut changes, mut new) = (Vec::new(), Vec::new());
        for judgement in after {
            match before.remove(&judgement.query.qid) {
                Some(hits) => {
                    changes.push(QueryChange {
                        before: Judgement::new(judgement.query, hits),
                        after: judgement,
                    });
                }
                None => new.push(judgement.query),
            }
        }
        Self { changes, new, gone: gone.into_iter().map(|run| run.qid).collect() }
    }

    /// Returns the means of both runs for each group of these dimensions, and last those of all queries.
    #[must_use]
    pub(crate) fn summarize(&self, dimensions: &[Dimension]) -> Vec<GroupChange> {
        let pairs = self.changes.iter().map(|change| {
            let query = change.after.query;
            (query, MeasuresPair { before: change.before.measures, after: change.after.measures })
        });
        let groups =
            partition(pairs, dimensions).into_iter().map(|Partition { key, values: pairs }| GroupChange {
                key,
                queries: pairs.len(),
                before: metrics::mean(pairs.iter().map(|pair| pair.before)),
                after: metrics::mean(pairs.iter().map(|pair| pair.after)),
            });
        groups.collect()
    }

    /// Returns the queries whose nDCG fell, largest loss first.
    #[must_use]
    pub(crate) fn worse(&self) -> Vec<&QueryChange<'a>> {
        let mut worse: Vec<_> = self.changes.iter().filter(|change| change.gain() < -EPSILON).collect();
        worse.sort_by(|a, b| a.gain().total_cmp(&b.gain()));
        worse
    }

    /// Returns the queries whose nDCG rose, largest gain first.
    #[must_use]
    pub(crate) fn better(&self) -> Vec<&QueryChange<'a>> {
        let mut better: Vec<_> = self.changes.iter().filter(|change| change.gain() > EPSILON).collect();
        better.sort_by(|a, b| b.gain().total_cmp(&a.gain()));
        better
    }

    /// Returns the change of the mean nDCG; negative if it fell.
    #[must_use]
    pub(crate) fn gain(&self) -> f64 {
        let mean = |measures: fn(&QueryChange<'_>) -> Measures| {
            metrics::mean(self.changes.iter().map(measures)).ndcg
        };
        mean(|change| change.after.measures) - mean(|change| change.before.measures)
    }

    /// Returns the probability of such a change of the mean nDCG by chance alone, see [`p_value`].
    #[must_use]
    pub(crate) fn p_value(&self) -> f64 {
        p_value(&self.changes.iter().map(QueryChange::gain).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::judge;
    use super::super::judged_query::tests::query;
    use super::*;

    fn run(qid: &str, hits: &[&str]) -> Run {
        Run { qid: qid.into(), hits: hits.iter().map(|hit| (*hit).to_owned()).collect() }
    }

    #[test]
    fn classifies_queries_as_new_gone_worse_or_better() {
        let queries: Vec<_> = ["1", "2", "3", "4", "5"].iter().map(|qid| query(qid, "k", "-")).collect();
        let after = judge(&queries, vec![run("1", &["a"]), run("2", &["x", "a"]), run("4", &["a"])]);
        let baseline = vec![
            run("1", &["x", "a"]),
            run("2", &["a"]),
            run("3", &["a"]),
            run("4", &["a", "x"]),
            run("9", &["a"]),
        ];
        let comparison = Comparison::new(&after, baseline);
        let qids = |changes: Vec<&QueryChange<'_>>| {
            changes.iter().map(|c| c.query().qid.clone()).collect::<Vec<_>>()
        };
        assert_eq!(qids(comparison.worse()), ["3", "2"]);
        assert_eq!(qids(comparison.better()), ["1"]);
        assert_eq!(comparison.new.iter().map(|query| query.qid.as_str()).collect::<Vec<_>>(), ["5"]);
        assert_eq!(comparison.gone, ["9"]);
        assert!((comparison.gain() + 0.25).abs() < 1e-12, "{}", comparison.gain());
        let groups = comparison.summarize(&[Dimension::Kind]);
        assert_eq!((groups.len(), groups[1].queries), (2, 4));
        assert!((groups[0].before.success_at_1 - 0.75).abs() < 1e-12);
        assert!((groups[0].after.success_at_1 - 0.5).abs() < 1e-12);
    }
}
