//! `bloghound search`: searches the index and prints the results.

mod args;
mod correction;
mod explanation;

use std::io::{self, IsTerminal, Write};

use super::outcome::Outcome;
use super::output::{FAINT, LINK, PROBLEM, TITLE, mark, plural};
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::content::PostDate;
use crate::engine::Engine;
use crate::query::{Hit, SearchResponse};

pub(super) use args::SearchArgs;

/// Widest text on a terminal, in columns; longer lines are hard to read.
const TEXT_WIDTH: usize = 100;

pub(super) fn run(args: SearchArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let config = site_args.load_config(UnpublishedArgs::default())?;
    let as_json = args.json;
    let request = args.into_request()?;
    let response = Engine::open(&config)?.search(&request)?;
    let mut out = terminal::stdout();
    if as_json {
        terminal::write_json(&mut out, &response)?;
    } else {
        print(&response, &mut out)?;
    }
    Ok(if response.total == 0 { Outcome::Problem } else { Outcome::Done })
}

fn print(response: &SearchResponse, out: &mut impl Write) -> io::Result<()> {
    for warning in &response.warnings {
        writeln!(out, "{FAINT}{}{FAINT:#}", printable(warning))?;
    }
    correction::print_applied(response, out)?;
    if response.total == 0 {
        writeln!(out, "{PROBLEM}No post found{PROBLEM:#} for: {}", printable(&response.query))?;
        return correction::print_proposed(response, out);
    }
    correction::print_proposed(response, out)?;
    let width = if io::stdout().is_terminal() { textwrap::termwidth().min(TEXT_WIDTH) } else { usize::MAX };
    let first = (response.page - 1) * response.limit + 1;
    for (rank, hit) in (first..).zip(&response.hits) {
        print_hit(rank, hit, width, out)?;
    }
    for (field, counts) in &response.facets {
        let counts: Vec<String> =
            counts.iter().map(|facet| format!("{} ({})", facet.value, facet.count)).collect();
        writeln!(out, "{FAINT}By {field}:{FAINT:#} {}", printable(&counts.join(", ")))?;
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let milliseconds = response.took_us as f64 / 1000.0;
    writeln!(
        out,
        "{FAINT}{}, page {}, {milliseconds:.1} ms{FAINT:#}",
        plural(response.total, "hit"),
        response.page
    )
}

fn print_hit(rank: usize, hit: &Hit, width: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{rank:>2}. {TITLE}{}{TITLE:#}", printable(&hit.title))?;
    let url = hit.section.as_ref().map_or(&hit.url, |section| &section.url);
    writeln!(out, "    {LINK}{}{LINK:#}", printable(url))?;
    let date = hit.date.map(PostDate::day);
    let details: Vec<String> = date.into_iter().chain(hit.categories.iter().cloned()).collect();
    if !details.is_empty() {
        writeln!(out, "    {FAINT}{}{FAINT:#}", printable(&details.join(" · ")))?;
    }
    let marked = mark(&hit.snippet.text, &hit.snippet.ranges);
    let options = textwrap::Options::new(width).initial_indent("    ").subsequent_indent("    ");
    for line in textwrap::wrap(&marked, options) {
        writeln!(out, "{line}")?;
    }
    if !hit.missing.is_empty() {
        writeln!(out, "    {FAINT}missing: {}{FAINT:#}", printable(&hit.missing.join(", ")))?;
    }
    explanation::print(hit, width, out)?;
    writeln!(out)
}
