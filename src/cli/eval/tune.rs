//! `bloghound eval --tune`: searches for better weights and reports whether they generalize.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Instant;

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::super::outcome::Outcome;
use super::super::output::{self, OutputFormat, PROGRESS_LINE_INTERVAL};
use super::super::printable::printable;
use super::super::site_args::SiteArgs;
use super::super::terminal;
use super::site::JudgedSite;
use super::tables::{self, TableRow, changed};
use super::{changes, interrupt};
use crate::evaluation::significance::p_value;
use crate::evaluation::tuning::{
    HalfScore, JudgedSet, Objective, SetScore, TuningProgress, TuningResult, ascend, measure,
};
use crate::evaluation::{Half, NamedWeights};
use crate::query::{RequestError, Weights};

/// Arguments of `bloghound eval --tune`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tuning")]
pub(super) struct TuneArgs {
    /// Search for better weights on the even half of the queries, and report on both halves
    #[arg(
        long,
        conflicts_with_all = ["by", "per_query", "run_file", "half", "baseline", "min_ndcg", "strict"]
    )]
    tune: bool,
    /// Write the weights to this TOML file, for --weights [default: print them to standard output]
    #[arg(long, value_name = "FILE", requires = "tune")]
    write: Option<PathBuf>,
    /// Tune only these weights, comma-separated [default: all]
    #[arg(long, value_name = "WEIGHTS", value_delimiter = ',', requires = "tune")]
    only: Vec<String>,
    /// Maximize this mean of nDCG@10
    #[arg(long, value_enum, default_value_t = ObjectiveArg::Macro, requires = "tune")]
    objective: ObjectiveArg,
    /// Tune for another site at the same time, with its judged queries; can be repeated
    #[arg(long, value_name = "SITE=QUERIES", value_parser = parse_other_site, requires = "tune")]
    also: Vec<OtherSite>,
    /// Go through the weights at most this many times, with smaller steps each time
    #[arg(
        long, value_name = "NUMBER", default_value_t = 3, requires = "tune",
        value_parser = clap::value_parser!(u8).range(1..=20)
    )]
    rounds: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ObjectiveArg {
    /// Mean over sites, kinds and languages, each with the same weight
    Macro,
    /// Mean over all queries, each with the same weight
    Micro,
}

/// A site that is tuned for in addition, with its judged queries.
#[derive(Debug, Clone)]
struct OtherSite {
    root: PathBuf,
    queries: PathBuf,
}

fn parse_other_site(text: &str) -> Result<OtherSite, String> {
    match text.split_once('=') {
        Some((root, queries)) if !root.is_empty() && !queries.is_empty() => {
            Ok(OtherSite { root: root.into(), queries: queries.into() })
        }
        _ => {
            let example = "../blog=../blog/searches.toml";
            Err(format!("expected a site's root and a file of judged queries, such as {example}"))
        }
    }
}

impl TuneArgs {
    /// Returns whether `--tune` is given.
    pub(super) fn is_requested(&self) -> bool {
        self.tune
    }

    fn objective(&self) -> Objective {
        match self.objective {
            ObjectiveArg::Macro => Objective::Macro,
            ObjectiveArg::Micro => Objective::Micro,
        }
    }

    /// Returns the names of the weights to tune.
    fn names(&self, weights: &NamedWeights) -> Result<Vec<String>, RequestError> {
        let all = weights.names();
        let unknown = self.only.iter().find(|name| !all.contains(name));
        if let Some(name) = unknown {
            let allowed = all.join(", ");
            return Err(RequestError { parameter: "--only", value: name.clone(), allowed });
        }
        Ok(if self.only.is_empty() { all } else { self.only.clone() })
    }
}

/// Scores of both halves of the queries.
struct Halves {
    even: HalfScore,
    odd: HalfScore,
}

impl Halves {
    fn measure(sets: &[JudgedSet<'_>], weights: &Weights) -> anyhow::Result<Self> {
        Ok(Self { even: measure(sets, Half::Even, weights)?, odd: measure(sets, Half::Odd, weights)? })
    }
}

pub(super) fn run(
    args: &TuneArgs,
    site: &JudgedSite,
    start: &Weights,
    format: OutputFormat,
) -> anyhow::Result<Outcome> {
    let names = args.names(&NamedWeights::new(start))?;
    let mut others = Vec::new();
    for OtherSite { root, queries } in &args.also {
        let site_args = SiteArgs { site: root.clone(), content: None, index: None };
        let other = JudgedSite::open(site_args, std::slice::from_ref(queries))?;
        other.print_problems();
        others.push((root.display().to_string(), other));
    }
    let mut sets = vec![JudgedSet { name: "the site", engine: &site.engine, queries: &site.queries }];
    sets.extend(others.iter().map(|(name, other)| JudgedSet {
        name,
        engine: &other.engine,
        queries: &other.queries,
    }));
    let before = Halves::measure(&sets, start)?;
    for (half, score) in [("even", &before.even), ("odd", &before.odd)] {
        anyhow::ensure!(
            !score.ndcg().is_empty(),
            "the {half} half has no queries, but --tune needs both halves; the last digit of a qid determines \
             its half"
        );
    }
    let result = search(args, &sets, start, &names)?;
    let after = Halves::measure(&sets, &result.weights)?;
    let report = TuningReport { args, sets: &sets, start, result: &result, before, after };
    report.write(format)?;
    Ok(Outcome::Done)
}

fn search(
    args: &TuneArgs,
    sets: &[JudgedSet<'_>],
    start: &Weights,
    names: &[String],
) -> anyhow::Result<TuningResult> {
    let is_interrupted = interrupt::flag()?;
    let mut display = TuningDisplay::new();
    let objective =
        |weights: &Weights| measure(sets, Half::Even, weights).map(|score| score.value(args.objective()));
    let result = ascend(start, names, args.rounds.into(), objective, |progress| {
        display.show(progress);
        !is_interrupted.load(Ordering::Relaxed)
    });
    display.finish();
    Ok(result?)
}

/// Progress of tuning: a bar on a terminal, otherwise a line per round and every few seconds.
struct TuningDisplay {
    bar: Option<ProgressBar>,
    round: usize,
    last_line: Instant,
}

impl TuningDisplay {
    fn new() -> Self {
        let bar = output::progress_bar("Tuning {bar:30} {pos}/{len} {msg}, {eta} left");
        Self { bar, round: 0, last_line: Instant::now() }
    }

    fn show(&mut self, progress: TuningProgress<'_>) {
        let TuningProgress { round, done, total, name, best } = progress;
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            bar.set_message(format!("{name}, best {best:.4}"));
        } else if round > self.round || self.last_line.elapsed() >= PROGRESS_LINE_INTERVAL {
            (self.round, self.last_line) = (round, Instant::now());
            terminal::note(format_args!(
                "tuning: round {round}, {done} of {total} steps, {name}, best {best:.4}"
            ));
        }
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A weight before and after tuning.
struct WeightChange {
    name: String,
    before: f64,
    after: f64,
}

/// Result of the search, measured on both halves of the queries.
struct TuningReport<'a> {
    args: &'a TuneArgs,
    sets: &'a [JudgedSet<'a>],
    start: &'a Weights,
    result: &'a TuningResult,
    before: Halves,
    after: Halves,
}

impl TuningReport<'_> {
    /// Writes the weights as TOML to `--write` or standard output. The report goes to standard output if the
    /// weights do not, otherwise to standard error.
    fn write(&self, format: OutputFormat) -> anyhow::Result<()> {
        if let Some(path) = &self.args.write {
            output::write_file(path, &self.toml()?)?;
        }
        let mut out = terminal::stdout();
        if format == OutputFormat::Json {
            terminal::write_json(&mut out, &self.json())?;
        } else if let Some(path) = &self.args.write {
            self.write_text(&mut out)?;
            writeln!(
                out,
                "The weights are in {0}; use them with --weights {0}",
                printable(&path.to_string_lossy())
            )?;
        } else {
            self.write_text(&mut terminal::stderr())?;
            write!(out, "{}", self.toml()?)?;
        }
        Ok(())
    }

    fn halves(&self) -> [(&'static str, &HalfScore, &HalfScore); 2] {
        [("even", &self.before.even, &self.after.even), ("odd", &self.before.odd, &self.after.odd)]
    }

    /// Returns the gain in mean nDCG of the odd half, which took no part in tuning, and its p-value.
    fn held_out(&self) -> (f64, f64) {
        let pairs = self.before.odd.ndcg().into_iter().zip(self.after.odd.ndcg());
        let differences: Vec<f64> = pairs.map(|(before, after)| after - before).collect();
        let gain = self.after.odd.value(Objective::Micro) - self.before.odd.value(Objective::Micro);
        (gain, p_value(&differences))
    }

    fn toml(&self) -> anyhow::Result<String> {
        let value = |score: &HalfScore| score.value(Objective::Micro);
        Ok(format!(
            "# Tuned by `bloghound eval --tune` on one half of {} judged queries.\n\
             # nDCG@10 of the other half: {:.4} before, {:.4} with these weights.\n{}",
            self.before.even.ndcg().len() + self.before.odd.ndcg().len(),
            value(&self.before.odd),
            value(&self.after.odd),
            toml::to_string(&self.result.weights)?
        ))
    }

    fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        if !self.result.is_complete {
            writeln!(out, "Interrupted: these are the best weights so far.")?;
        }
        writeln!(out, "evaluated {}", output::plural(self.result.evaluations, "ranking"))?;
        let mut rows = Vec::new();
        for (half, before, after) in self.halves() {
            let pairs = before.sets.iter().zip(&after.sets);
            for (set, (before, after)) in self.sets.iter().zip(pairs) {
                rows.push(row(half, set.name, before, after));
            }
        }
        tables::write(out, &["half", "site"], &rows)?;
        let objective = if self.args.objective == ObjectiveArg::Macro { "macro" } else { "micro" };
        for (half, before, after) in self.halves() {
            let of = |score: &HalfScore| score.value(self.args.objective());
            writeln!(out, "{objective} nDCG@10 of the {half} half: {:.4} → {:.4}", of(before), of(after))?;
        }
        let changed = self.changed();
        if changed.is_empty() {
            return writeln!(out, "No better weights found.");
        }
        for WeightChange { name, before, after } in changed {
            writeln!(out, "  {name} {before} → {after}")?;
        }
        let (gain, p) = self.held_out();
        writeln!(out, "On the odd half, which was not used for tuning, {}", changes::verdict(gain, p))?;
        let of = |score: &HalfScore| score.value(self.args.objective());
        if of(&self.after.odd) <= of(&self.before.odd) {
            writeln!(out, "No gain on unseen queries: these weights are overfitted; keep the old ones.")?;
        }
        Ok(())
    }

    /// Returns the weights that changed.
    fn changed(&self) -> Vec<WeightChange> {
        let (before, after) = (NamedWeights::new(self.start), NamedWeights::new(&self.result.weights));
        let all = before.names().into_iter().map(|name| WeightChange {
            before: before.get(&name),
            after: after.get(&name),
            name,
        });
        all.filter(|change| change.before.to_bits() != change.after.to_bits()).collect()
    }

    fn json(&self) -> Value {
        let half = |before: &HalfScore, after: &HalfScore| {
            let sets = self.sets.iter().zip(before.sets.iter().zip(&after.sets));
            let sets: Vec<Value> = sets
                .map(|(set, (before, after))| {
                    json!({
                        "site": set.name, "queries": before.queries,
                        "before": before.means, "after": after.means,
                    })
                })
                .collect();
            let of = |score: &HalfScore| score.value(self.args.objective());
            json!({ "before": of(before), "after": of(after), "sets": sets })
        };
        let changed = self.changed().into_iter();
        let changed = changed.map(|change| (change.name, json!([change.before, change.after])));
        let (gain, p) = self.held_out();
        let named = NamedWeights::new(&self.result.weights);
        let weights = named.names().into_iter().map(|name| (name.clone(), json!(named.get(&name))));
        json!({
            "even": half(&self.before.even, &self.after.even),
            "odd": half(&self.before.odd, &self.after.odd),
            "held_out": { "gain": gain, "p_value": p },
            "evaluations": self.result.evaluations,
            "is_complete": self.result.is_complete,
            "changed": changed.collect::<serde_json::Map<_, _>>(),
            "weights": weights.collect::<serde_json::Map<_, _>>(),
        })
    }
}

fn row(half: &str, name: &str, before: &SetScore, after: &SetScore) -> TableRow {
    let pairs = tables::values(&before.means).into_iter().zip(tables::values(&after.means));
    TableRow {
        names: vec![half.to_owned(), printable(name).into_owned()],
        queries: before.queries,
        cells: pairs.map(|(before, after)| changed(before, after)).collect(),
    }
}
