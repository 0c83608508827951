//! Measures of groups of queries, by kind and language.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::judged_query::JudgedQuery;
use super::metrics::{self, Measures};
use super::run::Run;

/// Name of the group of all queries.
pub(crate) const ALL: &str = "ALL";

/// A property by which queries are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// The kind of query.
    Kind,
    /// The language of the query.
    Lang,
}

impl Dimension {
    /// Returns the name, as in tables and JSON.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Lang => "lang",
        }
    }

    /// Returns the value of a query in this dimension.
    #[must_use]
    pub(crate) fn of(self, query: &JudgedQuery) -> &str {
        match self {
            Self::Kind => &query.kind,
            Self::Lang => &query.lang,
        }
    }
}

/// The hits of a judged query, with their measures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judgement<'a> {
    /// The query.
    pub(crate) query: &'a JudgedQuery,
    /// Ids of the hits, best first.
    pub(crate) hits: Vec<String>,
    /// Measures of the hits.
    pub(crate) measures: Measures,
}

impl<'a> Judgement<'a> {
    /// Measures the hits of a query.
    #[must_use]
    pub(crate) fn new(query: &'a JudgedQuery, hits: Vec<String>) -> Self {
        let measures = metrics::measure(&hits, &query.relevant);
        Self { query, hits, measures }
    }
}

/// Returns a judgement per query, in the order of the queries. A query without a run has no hits.
#[must_use]
pub(crate) fn judge(queries: &[JudgedQuery], runs: Vec<Run>) -> Vec<Judgement<'_>> {
    let mut by_qid: HashMap<String, Vec<String>> = runs.into_iter().map(|run| (run.qid, run.hits)).collect();
    let judgements = queries.iter().map(|query| {
        let hits = by_qid.remove(&query.qid).unwrap_or_default();
        Judgement::new(query, hits)
    });
    judgements.collect()
}

/// Mean measures of a group of queries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct GroupMeasures {
    /// The common kind or language of the queries, by dimension; or `ALL`.
    #[serde(flatten)]
    pub(crate) key: BTreeMap<&'static str, String>,
    /// Number of queries.
    pub(crate) queries: usize,
    /// Means over the queries.
    #[serde(flatten)]
    pub(crate) means: Measures,
}

/// Returns the means over all queries.
#[must_use]
pub(crate) fn mean_of(judgements: &[Judgement<'_>]) -> Measures {
    metrics::mean(judgements.iter().map(|judgement| judgement.measures))
}

/// Returns the means of each group of these dimensions, and last those of all queries.
#[must_use]
pub(crate) fn summarize(judgements: &[Judgement<'_>], dimensions: &[Dimension]) -> Vec<GroupMeasures> {
    let measured = judgements.iter().map(|judgement| (judgement.query, judgement.measures));
    let groups = partition(measured, dimensions).into_iter();
    groups
        .map(|Partition { key, values }| GroupMeasures {
            key,
            queries: values.len(),
            means: metrics::mean(values),
        })
        .collect()
}

/// The values of a group of queries.
pub(super) struct Partition<T> {
    /// The common kind or language of the queries, by dimension; or `ALL`.
    pub(super) key: BTreeMap<&'static str, String>,
    /// One value per query.
    pub(super) values: Vec<T>,
}

/// Returns the values by group of these dimensions, and last all of them.
pub(super) fn partition<'a, T: Copy>(
    values: impl Iterator<Item = (&'a JudgedQuery, T)>,
    dimensions: &[Dimension],
) -> Vec<Partition<T>> {
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
    let mut parts: Vec<_> =
        groups.into_iter().map(|(names, values)| Partition { key: named(names), values }).collect();
    parts.push(Partition { key: named(vec![ALL; dimensions.len()]), values: all });
    parts
}

#[cfg(test)]
mod tests {
    use super::super::judged_query::tests::query;
    use super::*;

    #[test]
    fn groups_have_mean_measures_and_a_missing_run_counts_as_no_hits() {
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
