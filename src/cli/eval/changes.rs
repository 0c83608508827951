//! The comparison with a baseline, as text and as JSON.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::super::output;
use super::super::printable::printable;
use super::tables::{self, TableRow, changed, headings, one_line};
use crate::evaluation::{Comparison, Dimension, Judgement, QueryChange};

/// Largest p-value that counts as significant, by convention.
const SIGNIFICANCE_LEVEL: f64 = 0.05;

pub(super) fn write_text(
    out: &mut impl Write,
    comparison: &Comparison<'_>,
    baseline: &Path,
    tables: &[Vec<Dimension>],
    top: usize,
) -> io::Result<()> {
    let compared = output::plural(comparison.changes.len(), "query");
    let (new, gone) = (comparison.new.len(), comparison.gone.len());
    writeln!(
        out,
        "Compared with {}: {compared} in both, {new} new, {gone} no longer judged",
        printable(&baseline.to_string_lossy())
    )?;
    for dimensions in tables {
        let rows = comparison.summarize(dimensions).into_iter().map(|group| {
            let pairs = tables::values(&group.before).into_iter().zip(tables::values(&group.after));
            let cells = pairs.map(|(before, after)| changed(before, after)).collect();
            TableRow::of_group(&group.key, dimensions, group.queries, cells)
        });
        tables::write(out, &headings(dimensions), &rows.collect::<Vec<_>>())?;
        writeln!(out)?;
    }
    writeln!(out, "{}", verdict(comparison.gain(), comparison.p_value()))?;
    write_changes(out, "Worse", &comparison.worse(), top)?;
    write_changes(out, "Better", &comparison.better(), top)?;
    let names: Vec<String> = comparison.new.iter().take(top).map(|query| one_line(&query.query)).collect();
    if !names.is_empty() {
        writeln!(out, "\nNew: {}", output::plural(new, "query"))?;
        for name in &names {
            writeln!(out, "  {name}")?;
        }
        write_more(out, new, top)?;
    }
    Ok(())
}

/// Returns one sentence about a change of the mean nDCG and its significance.
pub(super) fn verdict(gain: f64, p: f64) -> String {
    let change = match gain {
        gain if gain > 0.000_05 => format!("rose by {gain:.4}"),
        gain if gain < -0.000_05 => format!("fell by {:.4}", -gain),
        _ => "stayed the same".to_owned(),
    };
    let significance = if p < SIGNIFICANCE_LEVEL { "significant" } else { "not significant" };
    let p = if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") };
    format!("nDCG@10 {change}: {significance} ({p}, paired randomization test)")
}

fn write_changes(
    out: &mut impl Write,
    heading: &str,
    changes: &[&QueryChange<'_>],
    top: usize,
) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}: {}", output::plural(changes.len(), "query"))?;
    let faint = output::FAINT;
    for change in changes.iter().take(top) {
        let query = change.query();
        let text = one_line(&query.query);
        let qid = if query.qid == query.query.trim() {
            String::new()
        } else {
            format!("  {faint}{}{faint:#}", one_line(&query.qid))
        };
        let (before, after) = (&change.before, change.after);
        writeln!(out, "  {:.4} → {:.4}  {text}{qid}", before.measures.ndcg, after.measures.ndcg)?;
        let (first, last) = (best(before).unwrap_or("none"), best(after).unwrap_or("none"));
        let (rank_before, rank_after) = (rank(before), rank(after));
        let (first, last) = (printable(first), printable(last));
        let hits = if first == last { format!("{first} (unchanged)") } else { format!("{first} → {last}") };
        writeln!(
            out,
            "      {faint}first hit {hits}; first relevant hit at rank {rank_before} → {rank_after}{faint:#}"
        )?;
    }
    write_more(out, changes.len(), top)
}

fn write_more(out: &mut impl Write, count: usize, top: usize) -> io::Result<()> {
    if count > top { writeln!(out, "  and {} more (raise --top to list them)", count - top) } else { Ok(()) }
}

fn best<'a>(judgement: &'a Judgement<'_>) -> Option<&'a str> {
    judgement.hits.first().map(String::as_str)
}

/// Returns the rank of the first relevant hit, or `none`.
pub(super) fn rank(judgement: &Judgement<'_>) -> String {
    let reciprocal = judgement.measures.mrr;
    if reciprocal > 0.0 { format!("{:.0}", 1.0 / reciprocal) } else { "none".to_owned() }
}

pub(super) fn as_json(comparison: &Comparison<'_>, dimensions: &[Dimension], top: usize) -> Value {
    let shown = |changes: &[&QueryChange<'_>]| {
        json!({
            "count": changes.len(),
            "first": changes.iter().take(top).map(|change| change_as_json(change)).collect::<Vec<_>>(),
        })
    };
    let new: Vec<&str> = comparison.new.iter().map(|query| query.qid.as_str()).collect();
    json!({
        "queries": comparison.changes.len(),
        "gain": comparison.gain(),
        "p_value": comparison.p_value(),
        "groups": comparison.summarize(dimensions),
        "worse": shown(&comparison.worse()),
        "better": shown(&comparison.better()),
        "new": new,
        "gone": comparison.gone,
    })
}

fn change_as_json(change: &QueryChange<'_>) -> Value {
    let side =
        |judgement: &Judgement<'_>| json!({ "ndcg": judgement.measures.ndcg, "best": best(judgement) });
    let query = change.query();
    json!({
        "qid": query.qid,
        "query": query.query,
        "before": side(&change.before),
        "after": side(change.after),
    })
}
