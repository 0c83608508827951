//! The table and the plot of how costs grow.

use std::fmt::Write as _;
use std::path::Path;

use crate::chart::{Panel, draw_lines, shown};
use crate::measure::Measured;

/// A cost by its name, one number a blog; none where it is not known.
struct Row {
    name: String,
    numbers: Vec<Option<f64>>,
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn rows(measured: &[Measured]) -> Vec<Row> {
    let row = |name: &str, number: &dyn Fn(&Measured) -> Option<f64>| Row {
        name: name.to_owned(),
        numbers: measured.iter().map(number).collect(),
    };
    let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let mut rows = vec![
        row("posts", &|blog| Some(blog.posts as f64)),
        row("content, MB", &|blog| Some(megabytes(blog.content_bytes))),
        row("indexing, s", &|blog| Some(blog.indexing.seconds)),
        row("indexing, s of processor time", &|blog| blog.indexing.cpu_seconds),
        row("indexing, peak memory in MB", &|blog| blog.indexing.peak_mb),
        row("index, MB", &|blog| Some(megabytes(blog.index_bytes))),
        row("index / content", &|blog| Some(blog.index_bytes as f64 / blog.content_bytes as f64)),
        row("start to first answer, ms", &|blog| Some(blog.serving.start_ms)),
        row("serving, resident MB", &|blog| blog.serving.resident_mb),
        row("serving, MB that are no file's", &|blog| blog.serving.anonymous_mb),
        row("saved to found, ms", &|blog| Some(blog.serving.save_ms)),
        row("saved to found, slowest", &|blog| Some(blog.serving.slowest_save_ms)),
    ];
    for (class, (name, _)) in measured.first().into_iter().flat_map(|blog| blog.latency.iter().enumerate()) {
        rows.push(row(&format!("{name}, p50 in ms"), &|blog| Some(blog.latency[class].1.p50)));
        rows.push(row(&format!("{name}, p99 in ms"), &|blog| Some(blog.latency[class].1.p99)));
    }
    rows
}

/// One column a blog; after the second and later ones by how much the cost grows where posts grow
/// tenfold.
pub(crate) fn table(measured: &[Measured]) -> String {
    let rows = rows(measured);
    let posts: Vec<Option<f64>> = rows[0].numbers.clone();
    let mut text = String::new();
    for row in &rows {
        let _ = write!(text, "{:<32}", row.name);
        for (at, number) in row.numbers.iter().enumerate() {
            let _ = write!(text, "{:>12}", number.map_or_else(|| "-".to_owned(), shown));
            let Some(before) = at.checked_sub(1) else { continue };
            let factor = || {
                let tenfolds = (posts[at]? / posts[before]?).log10();
                Some((number.as_ref()? / row.numbers[before]?).powf(1.0 / tenfolds))
            };
            let _ = write!(text, "{:>9}", factor().map_or_else(|| "-".to_owned(), |by| format!("x{by:.2}")));
        }
        text.push('\n');
    }
    text + "x: growth where the posts grow tenfold. Queries are timed in process, the best of 3 rounds; \
            \"saved to found\" is over HTTP, without the debounce.\n"
}

/// Draws queries on the left and the other costs on the right.
pub(crate) fn draw(path: &Path, measured: &[Measured]) -> anyhow::Result<()> {
    let rows = rows(measured);
    let posts: Vec<Option<f64>> = rows[0].numbers.clone();
    let line = |row: &Row| {
        let points = posts.iter().zip(&row.numbers).filter_map(|(x, y)| Some(((*x)?, (*y)?)));
        (row.name.clone(), points.collect::<Vec<_>>())
    };
    let panel = |title: &str, wanted: &dyn Fn(&Row) -> bool| Panel {
        title: title.to_owned(),
        lines: rows.iter().filter(|row| wanted(row)).map(line).collect(),
    };
    let others =
        ["indexing, s", "indexing, peak", "index, MB", "start", "serving, resident", "saved to found, ms"];
    let panels = [
        panel("p99 of a query in process, ms", &|row| row.name.contains("p99")),
        panel("other costs", &|row| {
            others.iter().any(|name| row.name.starts_with(name)) && !row.name.contains("processor")
        }),
    ];
    draw_lines(path, "posts", &panels)
}
