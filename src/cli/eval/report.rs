//! The report of an evaluation, as text and as JSON.

use std::io::Write;

use serde_json::{Value, json};

use super::super::terminal;
use super::args::EvalArgs;
use super::changes;
use super::site::JudgedSite;
use super::tables::{self, TableRow, headings, one_line};
use crate::evaluation::{Comparison, Dimension, Judgement, mean_of, summarize};

/// Results of an evaluation, with the arguments that choose what is printed.
pub(super) struct EvaluationReport<'a> {
    pub(super) args: &'a EvalArgs,
    pub(super) judgements: &'a [Judgement<'a>],
    pub(super) comparison: Option<&'a Comparison<'a>>,
    pub(super) site: &'a JudgedSite,
}

impl EvaluationReport<'_> {
    /// Returns the dimensions of each table. There is a second table by language if there are several
    /// languages and `--by` is not given.
    fn tables(&self) -> Vec<Vec<Dimension>> {
        let first = self.args.dimensions();
        let is_by_language = self.args.by.is_empty() && self.site.languages().len() > 1;
        let second = is_by_language.then(|| vec![Dimension::Lang]);
        std::iter::once(first).chain(second).collect()
    }

    pub(super) fn write_text(&self, out: &mut impl Write) -> anyhow::Result<()> {
        if self.args.per_query {
            self.write_queries(out)?;
            writeln!(out)?;
        }
        for (at, dimensions) in self.tables().iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            let rows = summarize(self.judgements, dimensions).into_iter().map(|group| {
                let cells = tables::values(&group.means).map(|value| format!("{value:.4}")).to_vec();
                TableRow::of_group(&group.key, dimensions, group.queries, cells)
            });
            tables::write(out, &headings(dimensions), &rows.collect::<Vec<_>>())?;
        }
        if let (Some(comparison), Some(path)) = (self.comparison, &self.args.baseline) {
            writeln!(out)?;
            changes::write_text(out, comparison, path, &self.tables(), self.args.top)?;
        }
        Ok(())
    }

    fn write_queries(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "nDCG@10      rank  query")?;
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
            "groups": summarize(self.judgements, &self.args.dimensions()),
        });
        if let [_, second] = self.tables().as_slice() {
            report["languages"] = json!(summarize(self.judgements, second));
        }
        if self.args.per_query {
            report["per_query"] = self.judgements.iter().map(query_as_json).collect::<Result<_, _>>()?;
        }
        if let Some(comparison) = self.comparison {
            report["comparison"] = changes::as_json(comparison, &self.args.dimensions(), self.args.top);
        }
        report["problems"] = json!({
            "count": self.site.problems.len(),
            "first": self.site.printed_problems(),
        });
        terminal::write_json(out, &report)?;
        Ok(())
    }
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
