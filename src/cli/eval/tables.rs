//! Text tables of measures.

use std::collections::BTreeMap;
use std::io::{self, Write};

use unicode_segmentation::UnicodeSegmentation;

use super::super::printable::printable;
use crate::evaluation::{Dimension, Measures};

/// Names of the measures, in the order of [`values`].
pub(super) const NAMES: [&str; 4] = ["nDCG@10", "MRR@10", "Recall@10", "Success@1"];

/// Length to which the texts of queries are cut, in graphemes.
const LINE_GRAPHEMES: usize = 80;

/// Returns the measures in the order of [`NAMES`].
pub(super) fn values(measures: &Measures) -> [f64; 4] {
    [measures.ndcg, measures.mrr, measures.recall, measures.success_at_1]
}

/// Returns the names of the dimensions, as table headings.
pub(super) fn headings(dimensions: &[Dimension]) -> Vec<&'static str> {
    dimensions.iter().map(|dimension| dimension.name()).collect()
}

/// A row of a table: its name in each dimension, the number of queries, one cell per measure.
pub(super) struct TableRow {
    pub(super) names: Vec<String>,
    pub(super) queries: usize,
    pub(super) cells: Vec<String>,
}

impl TableRow {
    /// Returns the row of a group of queries.
    pub(super) fn of_group(
        key: &BTreeMap<&'static str, String>,
        dimensions: &[Dimension],
        queries: usize,
        cells: Vec<String>,
    ) -> Self {
        let name = |dimension: &Dimension| key.get(dimension.name()).map_or("", String::as_str);
        let names = dimensions.iter().map(|dimension| printable(name(dimension)).into_owned());
        Self { names: names.collect(), queries, cells }
    }
}

/// Returns the new value and its change: `0.7500 +0.2500`.
pub(super) fn changed(before: f64, after: f64) -> String {
    // Rounding first and adding 0.0 avoids `-0.0000`.
    let change = ((after - before) * 1e4).round() / 1e4 + 0.0;
    format!("{after:.4} {change:+.4}")
}

/// Writes the headings and the rows, with left-aligned names and right-aligned numbers.
pub(super) fn write(out: &mut impl Write, headings: &[&str], rows: &[TableRow]) -> io::Result<()> {
    let width = |column: usize| {
        let names = rows.iter().map(|row| row.names[column].graphemes(true).count());
        names.max().unwrap_or(0).max(headings[column].len()).max(4)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let cell_width = |column: usize| {
        let cells = rows.iter().map(|row| row.cells[column].len());
        cells.max().unwrap_or(0).max(NAMES[column].len())
    };
    let cell_widths: Vec<usize> = (0..NAMES.len()).map(cell_width).collect();
    for (heading, width) in headings.iter().zip(&widths) {
        write!(out, "{heading:width$} ")?;
    }
    write!(out, "{:>7}", "queries")?;
    for (name, width) in NAMES.iter().zip(&cell_widths) {
        write!(out, "  {name:>width$}")?;
    }
    writeln!(out)?;
    for row in rows {
        for (name, width) in row.names.iter().zip(&widths) {
            let padding = width - name.graphemes(true).count();
            write!(out, "{name}{:padding$} ", "")?;
        }
        write!(out, "{:>7}", row.queries)?;
        for (cell, width) in row.cells.iter().zip(&cell_widths) {
            write!(out, "  {cell:>width$}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Returns the text of a query on one line, cut to [`LINE_GRAPHEMES`].
pub(super) fn one_line(text: &str) -> String {
    let text = text.replace(char::is_whitespace, " ");
    let text = printable(&text);
    match text.grapheme_indices(true).nth(LINE_GRAPHEMES) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_changes_with_a_sign_but_never_negative_zero() {
        assert_eq!(changed(0.5, 0.75), "0.7500 +0.2500");
        assert_eq!(changed(0.75, 0.5), "0.5000 -0.2500");
        assert_eq!(changed(0.500_000_1, 0.5), "0.5000 +0.0000");
    }

    #[test]
    fn cuts_long_queries_between_graphemes() {
        assert_eq!(one_line("two\nlines"), "two lines");
        let cut = one_line(&"é ".repeat(100));
        assert!(cut.ends_with("é…") && cut.chars().count() <= 81, "{cut}");
    }
}
