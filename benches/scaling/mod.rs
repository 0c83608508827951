//! Growth of the cost of each step of reading and analysing, from a text to one of four times its size.
//!
//! Each step runs on hostile texts of two sizes. The table lists the steps whose cost grows the most; linear cost is a
//! factor of 4. The cost is the CPU time of the thread, from `/proc/thread-self/schedstat`, so that other processes
//! matter little; elsewhere it is elapsed time. With `--instructions` it is the number of instructions of the steps
//! that work on one text, counted by Valgrind, so that smaller texts suffice.

mod folders;
mod instructions;
mod texts;

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use bloghound::analysis::{Analyzer, Lexicon};
use bloghound::content::template::Dialect;
use bloghound::content::{
    AnchorStyle, Inventory, ParsedSource, ReadOutcome, Site, VisibilityRules, parse_html, parse_markdown,
    read_post,
};
use bloghound::index::{DocumentBuilder, Provenance, Writer};
use clap::Args;
use serde::{Deserialize, Serialize};

use crate::{Effort, ReportArgs};
use folders::{FOLDERS, HostileFolder};
use texts::{BODIES, FRONT_MATTERS, HostileText, PAGES};

/// Factor between the two sizes.
const GROWTH: usize = 4;
/// Attempts, of which the fastest counts.
const ATTEMPTS: usize = 3;
/// A step that takes longer, in milliseconds, is measured once.
const SLOW_MS: f64 = 500.0;
/// Times in milliseconds below this are not compared: they are noise.
const MIN_COMPARED_MS: f64 = 10.0;
/// Counts in millions of instructions below this are not compared: constant costs dominate.
const MIN_COMPARED_INSTRUCTIONS: f64 = 1.0;
/// Size of the texts of a trial, in KiB.
const TRIAL_KIB: usize = 1;
/// Folders of a trial.
const TRIAL_FOLDERS: usize = 4;

const DIALECTS: [(&str, Dialect); 10] = [
    ("hugo", Dialect::Hugo),
    ("zola", Dialect::Zola),
    ("jekyll", Dialect::Jekyll),
    ("hexo", Dialect::Hexo),
    ("eleventy", Dialect::Eleventy(AnchorStyle::EleventyIds)),
    ("docusaurus", Dialect::Docusaurus),
    ("nuxt", Dialect::Nuxt),
    ("mkdocs", Dialect::MkDocs { anchors: AnchorStyle::Python, has_icons: true }),
    ("mdbook", Dialect::MdBook(AnchorStyle::MdBookSmart)),
    ("astro", Dialect::Mdx(AnchorStyle::Astro)),
];

#[derive(Args)]
pub(crate) struct ScalingArgs {
    /// Size of the smaller texts, in KiB
    #[arg(long, default_value_t = 256)]
    kib: usize,
    /// Folders or posts of the smaller sites; a path has room for the nested folders of 1,600
    #[arg(long, default_value_t = 400)]
    folders: usize,
    /// Measure only texts and steps whose names contain this, as `text/step`
    #[arg(long, default_value = "")]
    filter: String,
    /// Lines of the table
    #[arg(long, default_value_t = 40)]
    lines: usize,
    /// Count instructions with Valgrind instead of the CPU time; about 50 times as slow
    #[arg(long)]
    instructions: bool,
    /// Run each step once and print the costs as JSON, for the process that counts instructions
    #[arg(long, hide = true)]
    counted: bool,
    #[command(flatten)]
    report: ReportArgs,
}

/// The cost of one run of a step.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct RunCost {
    /// CPU time, in milliseconds.
    ms: f64,
    /// The number of the run in this process, from 0.
    run: usize,
}

/// The costs of a step on a text of each size.
#[derive(Debug, Serialize, Deserialize)]
struct StepCosts {
    text: String,
    step: String,
    costs: [RunCost; 2],
}

#[derive(Serialize)]
struct StepGrowth {
    text: String,
    step: String,
    /// The costs of the two sizes.
    costs: [f64; 2],
    factor: f64,
}

#[derive(Serialize)]
struct ScalingReport {
    kib: usize,
    unit: &'static str,
    measured: usize,
    steps: Vec<StepGrowth>,
}

impl ScalingReport {
    /// Returns the report of these steps. `cost_of` returns the cost of a run in `unit`; costs below `min_compared` are
    /// noise.
    fn new(
        kib: usize,
        unit: &'static str,
        min_compared: f64,
        steps: Vec<StepCosts>,
        cost_of: impl Fn(RunCost) -> f64,
    ) -> Self {
        let growth = |StepCosts { text, step, costs }| {
            let costs @ [small, large] = costs.map(&cost_of);
            StepGrowth { text, step, costs, factor: large / small.max(min_compared) }
        };
        let mut steps: Vec<StepGrowth> = steps.into_iter().map(growth).collect();
        steps.sort_by(|a, b| b.factor.total_cmp(&a.factor));
        Self { kib, unit, measured: steps.len(), steps }
    }
}

impl fmt::Display for ScalingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kib, unit, measured, steps } = self;
        writeln!(f, "{measured} steps; the largest growth from {kib} to {} KiB, in {unit}:", kib * GROWTH)?;
        for StepGrowth { text, step, costs: [small, large], factor } in steps {
            writeln!(f, "{factor:8.1} {small:10.1} {large:10.1}  {text}/{step}")?;
        }
        Ok(())
    }
}

pub(crate) fn run(args: &ScalingArgs, effort: Effort) -> anyhow::Result<()> {
    let (kib, folders) = match effort {
        Effort::Full => (args.kib, args.folders),
        Effort::Trial => (TRIAL_KIB, TRIAL_FOLDERS),
    };
    if args.counted {
        println!("{}", serde_json::to_string(&measure(kib, folders, &args.filter, 1)?)?);
        return Ok(());
    }
    let mut report = if args.instructions {
        let (steps, counts) = instructions::count(kib, folders, &args.filter)?;
        let millions = |cost: RunCost| counts.get(cost.run).map_or(f64::NAN, |count| count / 1e6);
        ScalingReport::new(kib, "million instructions", MIN_COMPARED_INSTRUCTIONS, steps, millions)
    } else {
        let steps = measure(kib, folders, &args.filter, ATTEMPTS)?;
        ScalingReport::new(kib, "ms", MIN_COMPARED_MS, steps, |cost| cost.ms)
    };
    report.steps.truncate(args.lines);
    args.report.print(&report)
}

/// Measures the steps whose names contain the filter.
fn measure(kib: usize, folders: usize, filter: &str, attempts: usize) -> anyhow::Result<Vec<StepCosts>> {
    let mut measure = Measure { bytes: kib << 10, filter, attempts, steps: Vec::new() };
    let dir = tempfile::tempdir()?;
    let mut builder = Writer::create(dir.path(), Provenance::of("scaling"))?.document_builder();
    for text in BODIES {
        for (name, dialect) in DIALECTS {
            measure.step(text, name, |text| parse_markdown(text, dialect));
        }
        measure.step(text, "read", |text| read("a.md", text));
        measure.step(text, "analyze", analyze);
        measure.index(text, &mut builder);
    }
    for text in FRONT_MATTERS {
        measure.step(text, "front matter", |text| ParsedSource::parse(text).map(drop));
        measure.step(text, "read", |text| read("a.md", text));
        measure.index(text, &mut builder);
    }
    for text in PAGES.iter().chain(BODIES) {
        measure.step(text, "html", parse_html);
    }
    for folder in FOLDERS {
        measure.folder(folder, folders)?;
    }
    Ok(measure.steps)
}

struct Measure<'a> {
    bytes: usize,
    filter: &'a str,
    attempts: usize,
    steps: Vec<StepCosts>,
}

impl Measure<'_> {
    fn step<T>(&mut self, (name, text): &HostileText, step: &str, mut run: impl FnMut(&str) -> T) {
        if !format!("{name}/{step}").contains(self.filter) {
            return;
        }
        let costs = [1, GROWTH].map(|factor| self.fastest(&text(self.bytes * factor), &mut run));
        self.add(name, step, costs);
    }

    /// Measures the building of a document, without reading the post.
    fn index(&mut self, (name, text): &HostileText, builder: &mut DocumentBuilder) {
        if !format!("{name}/index").contains(self.filter) {
            return;
        }
        let costs = [1, GROWTH].map(|factor| {
            let outcome = read("a.md", &text(self.bytes * factor));
            self.fastest("", &mut |_: &str| match &outcome {
                ReadOutcome::Post(post) => builder.build(post, 0).is_ok(),
                _ => false,
            })
        });
        self.add(name, "index", costs);
    }

    fn folder(&mut self, folder: &HostileFolder, count: usize) -> anyhow::Result<()> {
        if !format!("{}/folder", folder.0).contains(self.filter) {
            return Ok(());
        }
        let [small, large] = [1, GROWTH].map(|factor| folders::measure(folder, count * factor));
        for ((step, small), (_, large)) in small?.into_iter().zip(large?) {
            self.add(folder.0, step, [small, large]);
        }
        Ok(())
    }

    fn add(&mut self, text: &str, step: &str, costs: [RunCost; 2]) {
        let [small, large] = costs.map(|cost| cost.ms);
        if large > 1e4 {
            eprintln!("{text}/{step}: {small:.0} ms, then {large:.0} ms");
        }
        self.steps.push(StepCosts { text: text.to_owned(), step: step.to_owned(), costs });
    }

    fn fastest<T>(&self, text: &str, run: &mut impl FnMut(&str) -> T) -> RunCost {
        let mut best = RunCost { ms: f64::INFINITY, run: 0 };
        for _ in 0..self.attempts {
            let (cost, _) = RunCost::of(thread_cpu, || black_box(run(black_box(text))));
            if cost.ms < best.ms {
                best = cost;
            }
            if best.ms > SLOW_MS {
                break;
            }
        }
        best
    }
}

impl RunCost {
    /// Runs a step and returns its cost and its result. `cpu` returns the CPU time so far, if the system tells it.
    fn of<T>(cpu: impl Fn() -> Option<Duration>, step: impl FnOnce() -> T) -> (Self, T) {
        let (started, before) = (Instant::now(), cpu());
        let (run, result) = instructions::counted(step);
        let elapsed = started.elapsed();
        let time = cpu().zip(before).map_or(elapsed, |(now, before)| now.saturating_sub(before));
        (Self { ms: time.as_secs_f64() * 1e3, run }, result)
    }
}

/// CPU time of this thread.
fn thread_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn read(id: &str, text: &str) -> ReadOutcome {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let rules = VisibilityRules { drafts: true, future: true, expired: true, now };
    read_post(id, text.as_bytes(), &Inventory::default(), &Site::default(), &rules)
}

fn analyze(text: &str) -> usize {
    Analyzer::new("en").analyze(text, &mut Lexicon::default()).tokens.len()
}
