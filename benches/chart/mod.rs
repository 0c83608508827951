//! Plots as SVG files, and numbers as people read them.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

const WIDTH: u32 = 1_100;
const HEIGHT: u32 = 520;
/// Of one row of bars.
const ROW_HEIGHT: u32 = 300;
const GROUPS_IN_A_ROW: usize = 3;
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

/// Lines side by side over one axis, both logarithmic.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) lines: Vec<(String, Vec<(f64, f64)>)>,
}

/// Bars below each other, logarithmic.
pub(crate) struct Bars {
    pub(crate) title: String,
    pub(crate) bars: Vec<(String, f64)>,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws panels next to each other.
pub(crate) fn draw_lines(path: &Path, x_name: &str, panels: &[Panel]) -> anyhow::Result<()> {
    let root = SVGBackend::new(path, (WIDTH, HEIGHT)).into_drawing_area();
    root.fill(&WHITE).map_err(wrong)?;
    for (panel, area) in panels.iter().zip(root.split_evenly((1, panels.len()))) {
        draw_panel(&area, x_name, panel)?;
    }
    root.present().map_err(wrong)
}

fn draw_panel(area: &Area<'_>, x_name: &str, panel: &Panel) -> anyhow::Result<()> {
    let points = || panel.lines.iter().flat_map(|(_, points)| points);
    let Some(x) = range(points().map(|(x, _)| *x)) else { return Ok(()) };
    let Some(y) = range(points().map(|(_, y)| *y)) else { return Ok(()) };
    let mut chart = ChartBuilder::on(area)
        .caption(&panel.title, (FONT, 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d((x.0..x.1).log_scale(), (y.0..y.1).log_scale())
        .map_err(wrong)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(x_name).light_line_style(TRANSPARENT);
    mesh.x_label_formatter(&|x| shown(*x)).y_label_formatter(&|y| shown(*y)).draw().map_err(wrong)?;
    for (at, (name, points)) in panel.lines.iter().enumerate() {
        let color = COLORS[at % COLORS.len()];
        let line = chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)));
        line.map_err(wrong)?
            .label(name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 16, y)], color.stroke_width(2)));
        let dots = points.iter().map(|point| Circle::new(*point, 3, color.filled()));
        chart.draw_series(dots).map_err(wrong)?;
    }
    let mut legend = chart.configure_series_labels();
    legend.position(SeriesLabelPosition::LowerRight).background_style(WHITE.mix(0.8)).draw().map_err(wrong)
}

/// Draws groups of bars next to each other.
pub(crate) fn draw_bars(path: &Path, groups: &[Bars]) -> anyhow::Result<()> {
    let rows = groups.len().div_ceil(GROUPS_IN_A_ROW).max(1);
    let height = ROW_HEIGHT * u32::try_from(rows)?;
    let root = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    root.fill(&WHITE).map_err(wrong)?;
    for (group, area) in groups.iter().zip(root.split_evenly((rows, GROUPS_IN_A_ROW))) {
        draw_group(&area, group)?;
    }
    root.present().map_err(wrong)
}

#[expect(clippy::cast_precision_loss, reason = "few bars")]
fn draw_group(area: &Area<'_>, group: &Bars) -> anyhow::Result<()> {
    let Some((low, high)) = range(group.bars.iter().map(|(_, value)| *value)) else { return Ok(()) };
    let count = group.bars.len() as f64;
    let mut chart = ChartBuilder::on(area)
        .caption(&group.title, (FONT, 16))
        .margin(10)
        .x_label_area_size(24)
        .build_cartesian_2d((low / 2.0..high * 4.0).log_scale(), 0.0..count)
        .map_err(wrong)?;
    let mut mesh = chart.configure_mesh();
    mesh.disable_y_mesh().disable_y_axis().light_line_style(TRANSPARENT).x_labels(5);
    mesh.x_label_formatter(&|x| shown(*x)).draw().map_err(wrong)?;
    for (at, (name, value)) in group.bars.iter().enumerate() {
        let top = count - at as f64;
        let color = COLORS[at % COLORS.len()];
        let bar = Rectangle::new([(low / 2.0, top - 0.85), (*value, top - 0.4)], color.filled());
        let label = Text::new(format!("{name} {}", shown(*value)), (low / 1.9, top - 0.05), (FONT, 12));
        chart.draw_series(std::iter::once(bar)).map_err(wrong)?;
        chart.draw_series(std::iter::once(label)).map_err(wrong)?;
    }
    Ok(())
}

/// The least and the greatest of the numbers that have a logarithm, a little apart.
fn range(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let numbers: Vec<f64> = numbers.filter(|number| number.is_finite() && *number > 0.0).collect();
    let low = numbers.iter().copied().reduce(f64::min)?;
    let high = numbers.iter().copied().reduce(f64::max)?;
    Some((low / 1.5, high * 1.5))
}

fn wrong(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("the plot cannot be drawn: {error}")
}

/// A number with three digits that mean something.
pub(crate) fn shown(number: f64) -> String {
    match number.abs() {
        _ if number.fract() == 0.0 => format!("{number}"),
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        size if size >= 1.0 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    }
}
