//! The table and the chart of the costs by blog size.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::measure::BlogCosts;
use crate::chart::{LineChart, draw_line_charts};
use crate::statistics::{mebibytes, three_digits};

/// The costs of all blogs, by ascending size.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct GrowthReport {
    pub(super) blogs: Vec<BlogCosts>,
}

/// A cost with one value per blog, `None` where it is unknown.
struct CostRow {
    name: String,
    panel: ChartPanel,
    values: Vec<Option<f64>>,
}

/// The chart in which a cost is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ChartPanel {
    Queries,
    OtherCosts,
    None,
}

impl GrowthReport {
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    fn rows(&self) -> Vec<CostRow> {
        let row = |name: &str, panel, value: &dyn Fn(&BlogCosts) -> Option<f64>| CostRow {
            name: name.to_owned(),
            panel,
            values: self.blogs.iter().map(value).collect(),
        };
        let mut rows = vec![
            row("content, MiB", ChartPanel::None, &|blog| Some(mebibytes(blog.content_bytes))),
            row("indexing, s", ChartPanel::OtherCosts, &|blog| Some(blog.indexing.seconds)),
            row("indexing, CPU s", ChartPanel::None, &|blog| blog.indexing.cpu_seconds),
            row("indexing, peak MiB", ChartPanel::OtherCosts, &|blog| blog.indexing.peak_mb),
            row("index, MiB", ChartPanel::OtherCosts, &|blog| Some(mebibytes(blog.index_bytes))),
            row("index / content", ChartPanel::None, &|blog| {
                Some(blog.index_bytes as f64 / blog.content_bytes as f64)
            }),
            row("start to first response, ms", ChartPanel::OtherCosts, &|blog| Some(blog.serving.start_ms)),
            row("serving, resident MiB", ChartPanel::OtherCosts, &|blog| blog.serving.resident_mb),
            row("serving, anonymous MiB", ChartPanel::None, &|blog| blog.serving.anonymous_mb),
            row("save to search, ms", ChartPanel::OtherCosts, &|blog| Some(blog.serving.save_ms)),
            row("save to search, slowest, ms", ChartPanel::None, &|blog| Some(blog.serving.slowest_save_ms)),
        ];
        let classes = self.blogs.first().map_or(&[][..], |blog| &blog.latency);
        for (at, (class, _)) in classes.iter().enumerate() {
            let latency = |blog: &BlogCosts| blog.latency[at].1;
            rows.push(row(&format!("{class}, p50 ms"), ChartPanel::None, &|blog| Some(latency(blog).p50)));
            rows.push(row(&format!("{class}, p99 ms"), ChartPanel::Queries, &|blog| Some(latency(blog).p99)));
        }
        rows
    }

    /// Draws the p99 of queries on the left and the other costs on the right.
    #[expect(clippy::cast_precision_loss, reason = "a count of posts")]
    pub(super) fn draw(&self, path: &Path) -> anyhow::Result<()> {
        let rows = self.rows();
        let posts = self.blogs.iter().map(|blog| blog.posts as f64);
        let line = |row: &CostRow| {
            let points = posts.clone().zip(&row.values).filter_map(|(x, y)| Some((x, (*y)?)));
            (row.name.clone(), points.collect::<Vec<_>>())
        };
        let chart = |title: &str, panel| LineChart {
            title: title.to_owned(),
            lines: rows.iter().filter(|row| row.panel == panel).map(line).collect(),
        };
        let charts = [
            chart("p99 of queries in process, ms", ChartPanel::Queries),
            chart("other costs", ChartPanel::OtherCosts),
        ];
        draw_line_charts(path, "posts", &charts)
    }
}

impl fmt::Display for GrowthReport {
    /// A column per blog, followed by the growth from the previous blog, scaled to ten times the posts.
    #[expect(clippy::cast_precision_loss, reason = "a count of posts")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let posts: Vec<f64> = self.blogs.iter().map(|blog| blog.posts as f64).collect();
        write!(f, "{:<32}", "posts")?;
        for (at, posts) in posts.iter().enumerate() {
            write!(f, "{posts:>12}{:>1$}", "", if at > 0 { 9 } else { 0 })?;
        }
        writeln!(f)?;
        for row in self.rows() {
            write!(f, "{:<32}", row.name)?;
            for (at, value) in row.values.iter().enumerate() {
                write!(f, "{:>12}", value.map_or_else(|| "-".to_owned(), three_digits))?;
                let Some(previous) = at.checked_sub(1) else { continue };
                let decades = (posts[at] / posts[previous]).log10();
                let growth =
                    value.zip(row.values[previous]).map(|(value, base)| (value / base).powf(1.0 / decades));
                write!(f, "{:>9}", growth.map_or_else(|| "-".to_owned(), |growth| format!("x{growth:.2}")))?;
            }
            writeln!(f)?;
        }
        let runs = self.blogs.first().map_or(0, |blog| blog.runs);
        writeln!(
            f,
            "\nx: growth for ten times as many posts. Query latency is measured in process, percentiles of each of \
             {runs} runs\nand their medians over the runs. Save to search is measured over HTTP, without the debounce: \
             the median of\nseveral saves. The other figures are those of one run."
        )
    }
}
