//! Two rankings of the same queries, side by side.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::groups::{Dimension, Judgement, partition};
use super::judged::JudgedQuery;
use super::metrics::{self, Measures};
use super::run::Run;
use super::significance::p_value;

/// Changes of a measure that are none.
const EPSILON: f64 = 1e-9;

/// What became of one query.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryChange<'a> {
    /// As it was, by the judgements of today.
    pub before: Judgement<'a>,
    /// As it is.
    pub after: &'a Judgement<'a>,
}

impl QueryChange<'_> {
    /// The query.
    #[must_use]
    pub fn query(&self) -> &JudgedQuery {
        self.after.query
    }

    /// By how much nDCG rose; below 0 it fell.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.after.measures.ndcg - self.before.measures.ndcg
    }
}

/// The measures of a group of queries, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupChange {
    /// What the queries have in common, by dimension; or `ALL`.
    #[serde(flatten)]
    pub key: BTreeMap<&'static str, String>,
    /// How many there are.
    pub queries: usize,
    /// Means over them, as they were.
    pub before: Measures,
    /// Means over them, as they are.
    pub after: Measures,
}

/// An earlier run and the present one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison<'a> {
    /// The queries that both have, in their order.
    pub changes: Vec<QueryChange<'a>>,
    /// The queries that the earlier run lacks.
    pub new: Vec<&'a JudgedQuery>,
    /// The qids of the earlier run that are judged no more.
    pub gone: Vec<String>,
}

impl<'a> Comparison<'a> {
    /// Compares what is with what was. Both are measured by the judgements of today: only the ranking
    /// is compared, not what was expected of it.
    #[must_use]
    pub fn new(after: &'a [Judgement<'a>], baseline: Vec<Run>) -> Self {
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

    /// Means before and after by the dimensions, and of all queries last.
    #[must_use]
    pub fn summarize(&self, dimensions: &[Dimension]) -> Vec<GroupChange> {
        let pairs = self.changes.iter().map(|change| {
            let query = change.after.query;
            (query, (change.before.measures, change.after.measures))
        });
        let groups = partition(pairs, dimensions).into_iter().map(|(key, pairs)| GroupChange {
            key,
            queries: pairs.len(),
            before: metrics::mean(pairs.iter().map(|(before, _)| *before)),
            after: metrics::mean(pairs.iter().map(|(_, after)| *after)),
        });
        groups.collect()
    }

    /// The queries whose nDCG fell, by how much it fell.
    #[must_use]
    pub fn worse(&self) -> Vec<&QueryChange<'a>> {
        let mut worse: Vec<_> = self.changes.iter().filter(|change| change.gain() < -EPSILON).collect();
        worse.sort_by(|a, b| a.gain().total_cmp(&b.gain()));
        worse
    }

    /// The queries whose nDCG rose, by how much it rose.
    #[must_use]
    pub fn better(&self) -> Vec<&QueryChange<'a>> {
        let mut better: Vec<_> = self.changes.iter().filter(|change| change.gain() > EPSILON).collect();
        better.sort_by(|a, b| b.gain().total_cmp(&a.gain()));
        better
    }

    /// By how much the mean nDCG rose; below 0 it fell.
    #[must_use]
    pub fn gain(&self) -> f64 {
        let mean = |measures: fn(&QueryChange<'_>) -> Measures| {
            metrics::mean(self.changes.iter().map(measures)).ndcg
        };
        mean(|change| change.after.measures) - mean(|change| change.before.measures)
    }

    /// The probability of such a change of the mean nDCG by chance alone; see [`p_value`].
    #[must_use]
    pub fn p_value(&self) -> f64 {
        p_value(&self.changes.iter().map(QueryChange::gain).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::judge;
    use super::super::judged::tests::query;
    use super::*;

    fn run(qid: &str, hits: &[&str]) -> Run {
        Run { qid: qid.into(), hits: hits.iter().map(|hit| (*hit).to_owned()).collect() }
    }

    #[test]
    fn queries_are_new_gone_worse_or_better() {
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
