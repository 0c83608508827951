//! Measures of groups of queries.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::judged::JudgedQuery;
use super::metrics::{self, Measures};
use super::run::Run;

/// The name of the group of all queries.
pub const ALL: &str = "ALL";

/// What queries are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// The kind of query.
    Kind,
    /// The language of the query.
    Lang,
}

impl Dimension {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Lang => "lang",
        }
    }

    /// What a query is in this dimension.
    #[must_use]
    pub fn of(self, query: &JudgedQuery) -> &str {
        match self {
            Self::Kind => &query.kind,
            Self::Lang => &query.lang,
        }
    }
}

/// The answer to a judged query, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement<'a> {
    /// The query.
    pub query: &'a JudgedQuery,
    /// Ids of the hits, best first.
    pub hits: Vec<String>,
    /// How good they are.
    pub measures: Measures,
}

impl<'a> Judgement<'a> {
    /// Measures the hits of a query.
    #[must_use]
    pub fn new(query: &'a JudgedQuery, hits: Vec<String>) -> Self {
        let measures = metrics::measure(&hits, &query.relevant);
        Self { query, hits, measures }
    }
}

/// Measures the runs, in the order of the queries. A query without a run has no hits.
#[must_use]
pub fn judge(queries: &[JudgedQuery], runs: Vec<Run>) -> Vec<Judgement<'_>> {
    let mut by_qid: HashMap<String, Vec<String>> = runs.into_iter().map(|run| (run.qid, run.hits)).collect();
    let judgements = queries.iter().map(|query| {
        let hits = by_qid.remove(&query.qid).unwrap_or_default();
        Judgement::new(query, hits)
    });
    judgements.collect()
}

/// The measures of a group of queries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupMeasures {
    /// What the queries have in common, by dimension: a kind, a language; or `ALL`.
    #[serde(flatten)]
    pub key: BTreeMap<&'static str, String>,
    /// How many there are.
    pub queries: usize,
    /// Means over them.
    #[serde(flatten)]
    pub means: Measures,
}

/// The means over all queries.
#[must_use]
pub fn mean_of(judgements: &[Judgement<'_>]) -> Measures {
    metrics::mean(judgements.iter().map(|judgement| judgement.measures))
}

/// The means by the dimensions, and of all queries last.
#[must_use]
pub fn summarize(judgements: &[Judgement<'_>], dimensions: &[Dimension]) -> Vec<GroupMeasures> {
    let measured = judgements.iter().map(|judgement| (judgement.query, judgement.measures));
    let groups = partition(measured, dimensions).into_iter();
    groups
        .map(|(key, measures)| GroupMeasures { key, queries: measures.len(), means: metrics::mean(measures) })
        .collect()
}

/// The values of queries by the dimensions, and all of them last.
pub(super) fn partition<'a, T: Copy>(
    values: impl Iterator<Item = (&'a JudgedQuery, T)>,
    dimensions: &[Dimension],
) -> Vec<(BTreeMap<&'static str, String>, Vec<T>)> {
    let mut groups: BTreeMap<Vec<&str>, Vec<T>> = BTreeMap::new();
    let mut all = Vec::new();
    for (query, value) in values {
        let key = dimensions.iter().map(|dimension| dimension.of(query)).collect();
        groups.entry(key).or_default().push(value);
        all.push(value);
    }
    let named = |names: Vec<&str>| {
        dimensions
            .iter()
            .map(|dimension| dimension.name())
            .zip(names.into_iter().map(str::to_owned))
            .collect()
    };
    let mut parts: Vec<_> = groups.into_iter().map(|(names, values)| (named(names), values)).collect();
    parts.push((named(vec![ALL; dimensions.len()]), all));
    parts
}

#[cfg(test)]
mod tests {
    use super::super::judged::tests::query;
    use super::*;

    #[test]
    fn groups_are_means_and_a_missing_run_is_a_miss() {
        let queries = [query("x-1", "k", "en"), query("x-2", "k", "de"), query("x-3", "l", "en")];
        let runs = vec![
            Run { qid: "x-1".into(), hits: vec!["a".into()] },
            Run { qid: "x-3".into(), hits: vec!["a".into()] },
        ];
        let judgements = judge(&queries, runs);
        let shown = |dimensions: &[Dimension]| {
            let groups = summarize(&judgements, dimensions).into_iter();
            let name = |group: &GroupMeasures| group.key.values().cloned().collect::<Vec<_>>().join("/");
            groups.map(|group| (name(&group), group.queries, group.means.ndcg)).collect::<Vec<_>>()
        };
        let expected = |groups: &[(&str, usize, f64)]| {
            groups
                .iter()
                .map(|(name, queries, ndcg)| ((*name).to_owned(), *queries, *ndcg))
                .collect::<Vec<_>>()
        };
        let all = 2.0 / 3.0;
        assert_eq!(shown(&[Dimension::Kind]), expected(&[("k", 2, 0.5), ("l", 1, 1.0), ("ALL", 3, all)]));
        assert_eq!(shown(&[Dimension::Lang]), expected(&[("de", 1, 0.0), ("en", 2, 1.0), ("ALL", 3, all)]));
        assert_eq!(
            shown(&[Dimension::Kind, Dimension::Lang]),
            expected(&[("k/de", 1, 0.0), ("k/en", 1, 1.0), ("l/en", 1, 1.0), ("ALL/ALL", 3, all)])
        );
    }
}
