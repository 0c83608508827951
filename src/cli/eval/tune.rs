//! `bloghound eval --tune`: searches for better weights, and says whether they are.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::super::{Outcome, Place, output};
use super::site::JudgedSite;
use super::tables::{self, Row, changed};
use super::{changes, interrupt};
use crate::evaluation::significance::p_value;
use crate::evaluation::tuning::{Found, JudgedSet, Objective, Progress, Score, SetScore, ascend, measure};
use crate::evaluation::{Constants, Half};
use crate::query::{RequestError, Weights};

/// How often progress is told where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Options of the search for weights.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tuning")]
pub(super) struct TuneOptions {
    /// Search for better weights on the even half of the queries, and report on both halves
    #[arg(
        long,
        conflicts_with_all = ["by", "per_query", "run_file", "half", "baseline", "min_ndcg", "strict"]
    )]
    tune: bool,
    /// Write the weights, as --weights reads them, to this file instead of standard output
    #[arg(long, value_name = "FILE", requires = "tune")]
    write: Option<PathBuf>,
    /// Tune only these weights
    #[arg(long, value_name = "WEIGHT,…", value_delimiter = ',', requires = "tune")]
    only: Vec<String>,
    /// What counts as much as each other: kinds and languages of each site, or queries
    #[arg(long, value_enum, default_value_t = Goal::Macro, requires = "tune")]
    objective: Goal,
    /// Another site to tune for at once, with its judged queries; may be repeated
    #[arg(long, value_name = "SITE=QUERIES", value_parser = parse_also, requires = "tune")]
    also: Vec<(PathBuf, PathBuf)>,
    /// Go through the weights at most so many times, with smaller steps each time
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=20), requires = "tune")]
    rounds: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Goal {
    /// The mean over sites, kinds and languages of their mean nDCG@10
    Macro,
    /// The mean nDCG@10 of all queries
    Micro,
}

fn parse_also(text: &str) -> Result<(PathBuf, PathBuf), String> {
    match text.split_once('=') {
        Some((site, queries)) if !site.is_empty() && !queries.is_empty() => Ok((site.into(), queries.into())),
        _ => {
            Err("wanted is a site's root and its judged queries, like ../blog=../blog/searches.toml"
                .to_owned())
        }
    }
}

impl TuneOptions {
    /// Whether weights are to be searched.
    pub(super) fn is_wanted(&self) -> bool {
        self.tune
    }

    fn objective(&self) -> Objective {
        match self.objective {
            Goal::Macro => Objective::Macro,
            Goal::Micro => Objective::Micro,
        }
    }

    /// The weights to tune.
    fn names(&self, constants: &Constants) -> Result<Vec<String>, RequestError> {
        let all = constants.names();
        let unknown = self.only.iter().find(|name| !all.contains(name));
        if let Some(name) = unknown {
            let allowed = format!("allowed are {}", all.join(", "));
            return Err(RequestError { parameter: "--only", value: name.clone(), allowed });
        }
        Ok(if self.only.is_empty() { all } else { self.only.clone() })
    }
}

/// The measures of both halves.
struct Halves {
    even: Score,
    odd: Score,
}

impl Halves {
    fn measure(sets: &[JudgedSet<'_>], weights: &Weights) -> anyhow::Result<Self> {
        Ok(Self { even: measure(sets, Half::Even, weights)?, odd: measure(sets, Half::Odd, weights)? })
    }
}

pub(super) fn run(
    options: &TuneOptions,
    site: &JudgedSite,
    start: &Weights,
    as_json: bool,
) -> anyhow::Result<Outcome> {
    let names = options.names(&Constants::new(start))?;
    let mut others = Vec::new();
    for (root, queries) in &options.also {
        let place = Place { site: root.clone(), content: None, index: None };
        let other = JudgedSite::open(place, std::slice::from_ref(queries))?;
        other.print_problems()?;
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
        let hint = "queries are parted by the last digit of their qids";
        anyhow::ensure!(
            !score.ndcg().is_empty(),
            "no query is in the {half} half, but --tune needs both; {hint}"
        );
    }
    let found = search(options, &sets, start, &names)?;
    let after = Halves::measure(&sets, &found.weights)?;
    let report = Report { options, sets: &sets, start, found: &found, before, after };
    report.write(as_json)?;
    Ok(Outcome::Done)
}

fn search(
    options: &TuneOptions,
    sets: &[JudgedSet<'_>],
    start: &Weights,
    names: &[String],
) -> anyhow::Result<Found> {
    let is_interrupted = interrupt::flag()?;
    let mut meter = Meter::new();
    let objective =
        |weights: &Weights| measure(sets, Half::Even, weights).map(|score| score.value(options.objective()));
    let found = ascend(start, names, options.rounds.into(), objective, |progress| {
        meter.show(progress);
        !is_interrupted.load(Ordering::Relaxed)
    });
    meter.finish();
    Ok(found?)
}

/// How far the search has come: a bar on a terminal, a line now and then elsewhere.
struct Meter {
    bar: Option<ProgressBar>,
    round: usize,
    last_line: Instant,
}

impl Meter {
    fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template("Tuning {bar:30} {pos}/{len} {msg}, {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, round: 0, last_line: Instant::now() }
    }

    fn show(&mut self, progress: Progress<'_>) {
        let Progress { round, done, total, name, best } = progress;
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            bar.set_message(format!("{name}, best {best:.4}"));
        } else if round > self.round || self.last_line.elapsed() >= LINE_EVERY {
            (self.round, self.last_line) = (round, Instant::now());
            anstream::eprintln!("tuning: round {round}, {done} of {total} turns, {name}, best {best:.4}");
        }
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What the search found, and what it is worth.
struct Report<'a> {
    options: &'a TuneOptions,
    sets: &'a [JudgedSet<'a>],
    start: &'a Weights,
    found: &'a Found,
    before: Halves,
    after: Halves,
}

impl Report<'_> {
    /// Weights go to the file or standard output, as TOML; the report goes where they do not.
    fn write(&self, as_json: bool) -> anyhow::Result<()> {
        if let Some(path) = &self.options.write {
            output::write_file(path, &self.toml()?)?;
        }
        let mut out = anstream::stdout().lock();
        if as_json {
            writeln!(out, "{}", self.json())?;
        } else if let Some(path) = &self.options.write {
            self.write_text(&mut out)?;
            writeln!(out, "The weights are in {0}: try them with --weights {0}", path.display())?;
        } else {
            self.write_text(&mut anstream::stderr().lock())?;
            write!(out, "{}", self.toml()?)?;
        }
        Ok(())
    }

    fn halves(&self) -> [(&'static str, &Score, &Score); 2] {
        [("even", &self.before.even, &self.after.even), ("odd", &self.before.odd, &self.after.odd)]
    }

    /// By how much the mean nDCG of the odd half rose, and the probability of that by chance.
    fn held_out(&self) -> (f64, f64) {
        let pairs = self.before.odd.ndcg().into_iter().zip(self.after.odd.ndcg());
        let differences: Vec<f64> = pairs.map(|(before, after)| after - before).collect();
        let gain = self.after.odd.value(Objective::Micro) - self.before.odd.value(Objective::Micro);
        (gain, p_value(&differences))
    }

    fn toml(&self) -> anyhow::Result<String> {
        let value = |score: &Score| score.value(Objective::Micro);
        Ok(format!(
            "# Found by `bloghound eval --tune` on half of {} judged queries.\n\
             # nDCG@10 of the other half: {:.4} before, {:.4} with these.\n{}",
            self.before.even.ndcg().len() + self.before.odd.ndcg().len(),
            value(&self.before.odd),
            value(&self.after.odd),
            toml::to_string(&self.found.weights)?
        ))
    }

    fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        if !self.found.is_complete {
            writeln!(out, "Interrupted: this is the best so far.")?;
        }
        writeln!(out, "{} tried", output::plural(self.found.evaluations, "ranking"))?;
        let mut rows = Vec::new();
        for (half, before, after) in self.halves() {
            let pairs = before.sets.iter().zip(&after.sets);
            for (set, (before, after)) in self.sets.iter().zip(pairs) {
                rows.push(row(half, set.name, before, after));
            }
        }
        tables::write(out, &["half", "site"], &rows)?;
        let goal = if self.options.objective == Goal::Macro { "macro" } else { "micro" };
        for (half, before, after) in self.halves() {
            let of = |score: &Score| score.value(self.options.objective());
            writeln!(out, "{goal} nDCG@10 of the {half} half: {:.4} → {:.4}", of(before), of(after))?;
        }
        let changed = self.changed();
        if changed.is_empty() {
            return writeln!(out, "No better weights were found.");
        }
        for (name, before, after) in changed {
            writeln!(out, "  {name} {before} → {after}")?;
        }
        let (gain, p) = self.held_out();
        writeln!(out, "On the odd half, which took no part, {}", changes::verdict(gain, p))?;
        let of = |score: &Score| score.value(self.options.objective());
        if of(&self.after.odd) <= of(&self.before.odd) {
            writeln!(
                out,
                "It gained nothing: these weights fit their queries only; better keep the old ones."
            )?;
        }
        Ok(())
    }

    /// The weights that are not what they were.
    fn changed(&self) -> Vec<(String, f64, f64)> {
        let (before, after) = (Constants::new(self.start), Constants::new(&self.found.weights));
        let all = before.names().into_iter().map(|name| {
            let values = (before.get(&name), after.get(&name));
            (name, values.0, values.1)
        });
        all.filter(|(_, before, after)| before.to_bits() != after.to_bits()).collect()
    }

    fn json(&self) -> Value {
        let half = |before: &Score, after: &Score| {
            let sets = self.sets.iter().zip(before.sets.iter().zip(&after.sets));
            let sets: Vec<Value> = sets
                .map(|(set, (before, after))| {
                    json!({
                        "site": set.name, "queries": before.queries,
                        "before": before.means, "after": after.means,
                    })
                })
                .collect();
            let of = |score: &Score| score.value(self.options.objective());
            json!({ "before": of(before), "after": of(after), "sets": sets })
        };
        let changed = self.changed().into_iter().map(|(name, before, after)| (name, json!([before, after])));
        let (gain, p) = self.held_out();
        let constants = Constants::new(&self.found.weights);
        let weights = constants.names().into_iter().map(|name| (name.clone(), json!(constants.get(&name))));
        json!({
            "even": half(&self.before.even, &self.after.even),
            "odd": half(&self.before.odd, &self.after.odd),
            "held_out": { "gain": gain, "p_value": p },
            "evaluations": self.found.evaluations,
            "is_complete": self.found.is_complete,
            "changed": changed.collect::<serde_json::Map<_, _>>(),
            "weights": weights.collect::<serde_json::Map<_, _>>(),
        })
    }
}

fn row(half: &str, name: &str, before: &SetScore, after: &SetScore) -> Row {
    let pairs = tables::values(&before.means).into_iter().zip(tables::values(&after.means));
    Row {
        names: vec![half.to_owned(), name.to_owned()],
        queries: before.queries,
        cells: pairs.map(|(before, after)| changed(before, after)).collect(),
    }
}
