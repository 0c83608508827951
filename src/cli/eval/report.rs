//! What an evaluation prints, as text and as JSON.

use std::io::Write;

use serde_json::{Value, json};

use super::site::JudgedSite;
use super::tables::{self, Row, one_line};
use super::{Options, changes};
use crate::evaluation::{Comparison, Dimension, Judgement, mean_of, summarize};

/// All that there is to report.
pub(super) struct Report<'a> {
    pub(super) options: &'a Options,
    pub(super) judgements: &'a [Judgement<'a>],
    pub(super) comparison: Option<&'a Comparison<'a>>,
    pub(super) site: &'a JudgedSite,
}

impl Report<'_> {
    /// The dimensions of each table: languages have one of their own where there are several.
    fn tables(&self) -> Vec<Vec<Dimension>> {
        let first = self.options.dimensions();
        let is_by_language = self.options.by.is_empty() && self.site.languages().len() > 1;
        let second = is_by_language.then(|| vec![Dimension::Lang]);
        std::iter::once(first).chain(second).collect()
    }

    pub(super) fn write_text(&self, out: &mut impl Write) -> anyhow::Result<()> {
        if self.options.per_query {
            self.write_queries(out)?;
            writeln!(out)?;
        }
        for (at, dimensions) in self.tables().iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            let rows = summarize(self.judgements, dimensions).into_iter().map(|group| {
                let cells = tables::values(&group.means).map(|value| format!("{value:.4}")).to_vec();
                Row::of_group(&group.key, dimensions, group.queries, cells)
            });
            tables::write(out, &heads(dimensions), &rows.collect::<Vec<_>>())?;
        }
        if let (Some(comparison), Some(path)) = (self.comparison, &self.options.baseline) {
            writeln!(out)?;
            changes::write_text(out, comparison, path, &self.tables(), self.options.top)?;
        }
        Ok(())
    }

    fn write_queries(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "nDCG@10  right at  query")?;
        for judgement in self.judgements {
            let (ndcg, rank) = (judgement.measures.ndcg, changes::rank(judgement));
            writeln!(out, "{ndcg:7.4}  {rank:>8}  {}", one_line(&judgement.query.query))?;
        }
        Ok(())
    }

    pub(super) fn write_json(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let mut report = json!({
            "queries": self.judgements.len(),
            "all": mean_of(self.judgements),
            "groups": summarize(self.judgements, &self.options.dimensions()),
        });
        if let [_, second] = self.tables().as_slice() {
            report["languages"] = json!(summarize(self.judgements, second));
        }
        if self.options.per_query {
            report["per_query"] = self.judgements.iter().map(query_as_json).collect::<Result<_, _>>()?;
        }
        if let Some(comparison) = self.comparison {
            report["comparison"] = changes::as_json(comparison, &self.options.dimensions(), self.options.top);
        }
        report["problems"] = json!({
            "count": self.site.problems.len(),
            "first": self.site.listed_problems(),
        });
        writeln!(out, "{report}")?;
        Ok(())
    }
}

/// The names of the dimensions.
pub(super) fn heads(dimensions: &[Dimension]) -> Vec<&'static str> {
    dimensions.iter().map(|dimension| dimension.name()).collect()
}

fn query_as_json(judgement: &Judgement<'_>) -> serde_json::Result<Value> {
    let query = judgement.query;
    let mut value = json!({ "qid": query.qid, "query": query.query, "kind": query.kind, "lang": query.lang });
    if let (Value::Object(all), Value::Object(measures)) =
        (&mut value, serde_json::to_value(judgement.measures)?)
    {
        all.extend(measures);
    }
    value["hits"] = json!(judgement.hits);
    Ok(value)
}
