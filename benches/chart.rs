//! Charts as SVG files.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::statistics::three_digits;

const WIDTH: u32 = 1_100;
const LINE_CHART_HEIGHT: u32 = 520;
/// Height of a row of bar charts.
const BAR_ROW_HEIGHT: u32 = 300;
const BAR_CHARTS_PER_ROW: usize = 3;
const FONT: &str = "sans-serif";
const COLORS: [RGBColor; 8] = [
    RGBColor(31, 119, 180),
    RGBColor(214, 39, 40),
    RGBColor(44, 160, 44),
    RGBColor(148, 103, 189),
    RGBColor(255, 127, 14),
    RGBColor(23, 190, 207),
    RGBColor(140, 86, 75),
    RGBColor(80, 80, 80),
];

/// A chart of several lines with logarithmic axes.
pub(crate) struct LineChart {
    pub(crate) title: String,
    /// Name and points of each line.
    pub(crate) lines: Vec<(String, Vec<(f64, f64)>)>,
}

/// A chart of horizontal bars with a logarithmic axis.
pub(crate) struct BarChart {
    pub(crate) title: String,
    /// Name and value of each bar.
    pub(crate) bars: Vec<(String, f64)>,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws line charts side by side.
pub(crate) fn draw_line_charts(path: &Path, x_axis: &str, charts: &[LineChart]) -> anyhow::Result<()> {
    let root = SVGBackend::new(path, (WIDTH, LINE_CHART_HEIGHT)).into_drawing_area();
    root.fill(&WHITE).map_err(chart_error)?;
    for (chart, area) in charts.iter().zip(root.split_evenly((1, charts.len()))) {
        draw_line_chart(&area, x_axis, chart)?;
    }
    root.present().map_err(chart_error)
}

fn draw_line_chart(area: &Area<'_>, x_axis: &str, chart: &LineChart) -> anyhow::Result<()> {
    let points = || chart.lines.iter().flat_map(|(_, points)| points);
    let Some(x) = log_range(points().map(|(x, _)| *x)) else { return Ok(()) };
    let Some(y) = log_range(points().map(|(_, y)| *y)) else { return Ok(()) };
    let mut context = ChartBuilder::on(area)
        .caption(&chart.title, (FONT, 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d((x.0..x.1).log_scale(), (y.0..y.1).log_scale())
        .map_err(chart_error)?;
    let mut mesh = context.configure_mesh();
    mesh.x_desc(x_axis).light_line_style(TRANSPARENT);
    mesh.x_label_formatter(&|x| three_digits(*x)).y_label_formatter(&|y| three_digits(*y));
    mesh.draw().map_err(chart_error)?;
    for (at, (name, points)) in chart.lines.iter().enumerate() {
        let color = COLORS[at % COLORS.len()];
        let line = context.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)));
        line.map_err(chart_error)?
            .label(name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 16, y)], color.stroke_width(2)));
        let dots = points.iter().map(|point| Circle::new(*point, 3, color.filled()));
        context.draw_series(dots).map_err(chart_error)?;
    }
    let mut legend = context.configure_series_labels();
    legend.position(SeriesLabelPosition::LowerRight).background_style(WHITE.mix(0.8));
    legend.draw().map_err(chart_error)
}

/// Draws bar charts in rows of [`BAR_CHARTS_PER_ROW`].
pub(crate) fn draw_bar_charts(path: &Path, charts: &[BarChart]) -> anyhow::Result<()> {
    let rows = charts.len().div_ceil(BAR_CHARTS_PER_ROW).max(1);
    let height = BAR_ROW_HEIGHT * u32::try_from(rows)?;
    let root = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    root.fill(&WHITE).map_err(chart_error)?;
    for (chart, area) in charts.iter().zip(root.split_evenly((rows, BAR_CHARTS_PER_ROW))) {
        draw_bar_chart(&area, chart)?;
    }
    root.present().map_err(chart_error)
}

#[expect(clippy::cast_precision_loss, reason = "a chart has few bars")]
fn draw_bar_chart(area: &Area<'_>, chart: &BarChart) -> anyhow::Result<()> {
    let Some((low, high)) = log_range(chart.bars.iter().map(|(_, value)| *value)) else { return Ok(()) };
    let count = chart.bars.len() as f64;
    let mut context = ChartBuilder::on(area)
        .caption(&chart.title, (FONT, 16))
        .margin(10)
        .x_label_area_size(24)
        .build_cartesian_2d((low / 2.0..high * 4.0).log_scale(), 0.0..count)
        .map_err(chart_error)?;
    let mut mesh = context.configure_mesh();
    mesh.disable_y_mesh().disable_y_axis().light_line_style(TRANSPARENT).x_labels(5);
    mesh.x_label_formatter(&|x| three_digits(*x)).draw().map_err(chart_error)?;
    for (at, (name, value)) in chart.bars.iter().enumerate() {
        let top = count - at as f64;
        let color = COLORS[at % COLORS.len()];
        let bar = Rectangle::new([(low / 2.0, top - 0.85), (*value, top - 0.4)], color.filled());
        let text = format!("{name} {}", three_digits(*value));
        let label = Text::new(text, (low / 1.9, top - 0.05), (FONT, 12));
        context.draw_series(std::iter::once(bar)).map_err(chart_error)?;
        context.draw_series(std::iter::once(label)).map_err(chart_error)?;
    }
    Ok(())
}

/// Returns a range with a margin around the positive numbers; `None` if there are none.
fn log_range(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let numbers: Vec<f64> = numbers.filter(|number| number.is_finite() && *number > 0.0).collect();
    let low = numbers.iter().copied().reduce(f64::min)?;
    let high = numbers.iter().copied().reduce(f64::max)?;
    Some((low / 1.5, high * 1.5))
}

fn chart_error(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("cannot draw the chart: {error}")
}
