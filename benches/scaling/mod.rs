//! Growth of the time of each step of reading and analysing, from a text to one of four times its size.
//!
//! Each step runs on hostile texts of two sizes. The table lists the steps whose CPU time grows the most; linear time
//! is a factor of 4. CPU time is that of the thread, from `/proc/thread-self/schedstat`, so that other processes matter
//! little; elsewhere it is elapsed time.

mod folders;
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
use serde::Serialize;

use crate::{Effort, ReportArgs};
use folders::{FOLDERS, HostileFolder};
use texts::{BODIES, FRONT_MATTERS, HostileText, PAGES};

/// Factor between the two sizes.
const GROWTH: usize = 4;
/// Attempts, of which the fastest counts.
const ATTEMPTS: usize = 3;
/// A step that takes longer is measured once.
const SLOW: Duration = Duration::from_millis(500);
/// Times below this are not compared: they are noise.
const MIN_COMPARED: Duration = Duration::from_millis(10);
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
    ("mkdocs", Dialect::MkDocs(AnchorStyle::Python)),
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
    #[command(flatten)]
    report: ReportArgs,
}

#[derive(Serialize)]
struct StepGrowth {
    text: &'static str,
    step: String,
    /// Times of the two sizes, in milliseconds.
    ms: [f64; 2],
    factor: f64,
}

#[derive(Serialize)]
struct ScalingReport {
    kib: usize,
    measured: usize,
    steps: Vec<StepGrowth>,
}

impl fmt::Display for ScalingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kib, measured, steps } = self;
        writeln!(f, "{measured} steps; the largest growth from {kib} to {} KiB:", kib * GROWTH)?;
        for StepGrowth { text, step, ms: [small, large], factor } in steps {
            writeln!(f, "{factor:8.1} {small:10.1} ms {large:10.1} ms  {text}/{step}")?;
        }
        Ok(())
    }
}

pub(crate) fn run(args: &ScalingArgs, effort: Effort) -> anyhow::Result<()> {
    let kib = if effort == Effort::Full { args.kib } else { TRIAL_KIB };
    let mut measure = Measure { bytes: kib << 10, filter: &args.filter, steps: Vec::new() };
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
    let count = if effort == Effort::Full { args.folders } else { TRIAL_FOLDERS };
    for folder in FOLDERS {
        measure.folder(folder, count)?;
    }
    let mut steps = measure.steps;
    let measured = steps.len();
    steps.sort_by(|a, b| b.factor.total_cmp(&a.factor));
    steps.truncate(args.lines);
    args.report.print(&ScalingReport { kib, measured, steps })
}

struct Measure<'a> {
    bytes: usize,
    filter: &'a str,
    steps: Vec<StepGrowth>,
}

impl Measure<'_> {
    fn step<T>(&mut self, (name, text): &HostileText, step: &str, mut run: impl FnMut(&str) -> T) {
        if !format!("{name}/{step}").contains(self.filter) {
            return;
        }
        let times = [1, GROWTH].map(|factor| fastest(&text(self.bytes * factor), &mut run));
        self.add(name, step, times);
    }

    /// Measures the building of a document, without reading the post.
    fn index(&mut self, (name, text): &HostileText, builder: &mut DocumentBuilder) {
        if !format!("{name}/index").contains(self.filter) {
            return;
        }
        let times = [1, GROWTH].map(|factor| match read("a.md", &text(self.bytes * factor)) {
            ReadOutcome::Post(post) => fastest("", &mut |_: &str| builder.build(&post, 0).is_ok()),
            _ => Duration::ZERO,
        });
        self.add(name, "index", times);
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

    fn add(&mut self, text: &'static str, step: &str, times: [Duration; 2]) {
        let [small, large] = times.map(|time| time.as_secs_f64() * 1e3);
        let factor = large / small.max(MIN_COMPARED.as_secs_f64() * 1e3);
        if large > 1e4 {
            eprintln!("{text}/{step}: {small:.0} ms, then {large:.0} ms");
        }
        self.steps.push(StepGrowth { text, step: step.to_owned(), ms: [small, large], factor });
    }
}

fn fastest<T>(text: &str, run: &mut impl FnMut(&str) -> T) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ATTEMPTS {
        let (started, cpu) = (Instant::now(), thread_cpu());
        black_box(run(black_box(text)));
        let elapsed = started.elapsed();
        best = best.min(thread_cpu().zip(cpu).map_or(elapsed, |(now, before)| now.saturating_sub(before)));
        if best > SLOW {
            break;
        }
    }
    best
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
