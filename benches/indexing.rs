//! How far indexing is from its floor: bloghound's index of a site beside the least that a search engine
//! of its kind does, which is to read the files, to parse them as bloghound does and to give title and
//! text to Tantivy's own tokenizer, with positions and nothing stored.
//!
//! Each is a process of its own, so that its memory is its own, and both take turns, so that whatever
//! slows the machine slows them alike. Both read and parse on all cores and write with one indexing
//! thread. `cargo bench --bench indexing` takes the project's own site,
//! `BLOGHOUND_BENCH_SITE=~/blog cargo bench --bench indexing -- --json` another one and answers in JSON;
//! `--runs 5` says how often each is built. With `--test`, or run by `cargo test`, it only tries itself out.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::Context as _;
use bloghound::config::{Config, Overrides};
use bloghound::content::{Audience, Block, Inventory, Post, Reading, Role, Site, read_post, source};
use bloghound::reindex::Indexer;
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tantivy::schema::{Schema, TEXT};
use tantivy::{Index, IndexWriter, doc};

/// Memory of the floor's indexing thread, as of bloghound's.
const WRITER_BYTES: usize = 50 << 20;
/// Runs of each contender, unless told otherwise.
const RUNS: usize = 5;
/// Says in a child process which contender it is.
const CONTENDER: &str = "BLOGHOUND_BENCH_CONTENDER";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Contender {
    Floor,
    Bloghound,
}

impl Contender {
    const ALL: [Self; 2] = [Self::Floor, Self::Bloghound];

    fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Bloghound => "bloghound",
        }
    }
}

/// What one run took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Run {
    wall_s: f64,
    /// Of all threads; in steps of 10 ms, which is what Linux tells.
    cpu_s: f64,
    /// The most memory that the process ever had; none where the system does not tell.
    peak_mb: Option<f64>,
    index_bytes: u64,
    segments: usize,
    posts: usize,
}

/// The median of the runs of one contender.
#[derive(Debug, Serialize)]
struct Measured {
    contender: Contender,
    #[serde(flatten)]
    median: Run,
    runs: Vec<Run>,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Report {
    files: usize,
    content_bytes: u64,
    threads: usize,
    contenders: Vec<Measured>,
    /// Bloghound's wall time in those of the floor.
    wall_ratio: f64,
    /// Bloghound's CPU time in those of the floor.
    cpu_ratio: f64,
    /// Bytes of bloghound's index to bytes of content.
    index_to_content: f64,
}

/// The site in `BLOGHOUND_BENCH_SITE`, else the project's own, with its index in `index_dir`.
fn load(index_dir: &Path) -> anyhow::Result<(Config, Site)> {
    let root = std::env::var_os("BLOGHOUND_BENCH_SITE").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    let index = Some(index_dir.to_owned());
    let config = Config::load(Overrides { site: PathBuf::from(root), index, ..Overrides::default() })?;
    let site = Site::detect(&config)?;
    Ok((config, site))
}

fn build_bloghound(dir: &Path) -> anyhow::Result<usize> {
    let (config, site) = load(dir)?;
    let mut indexer = Indexer::open(&config, &site, true)?;
    let report = indexer.reconcile(&mut |_, _| {})?;
    indexer.close()?;
    Ok(report.posts + report.pages)
}

fn build_floor(dir: &Path) -> anyhow::Result<usize> {
    let (config, site) = load(dir)?;
    let (files, _) = source::walk(&site);
    let mut inventory = Inventory::default();
    for file in &files {
        let text = || std::fs::read_to_string(&file.path).ok();
        site.generator.add_to_inventory(&mut inventory, &file.id, text);
    }
    let audience = Audience::of(&config, &site, Timestamp::now());
    let mut schema = Schema::builder();
    let (title, body) = (schema.add_text_field("title", TEXT), schema.add_text_field("body", TEXT));
    let index = Index::create_in_dir(dir, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    let pages: Vec<&source::SourceFile> = files.iter().filter(|file| file.role == Role::Page).collect();
    let posts = pages.par_iter().map(|file| -> anyhow::Result<usize> {
        let bytes = std::fs::read(&file.path)?;
        let Reading::Post(post) = read_post(&file.id, &bytes, &inventory, &site, &audience) else {
            return Ok(0);
        };
        writer.add_document(doc!(title => post.title.as_str(), body => text_of(&post)))?;
        Ok(1)
    });
    let posts = posts.try_reduce(|| 0, |a, b| Ok(a + b))?;
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(posts)
}

/// Headings, prose and code of a post, in order.
fn text_of(post: &Post) -> String {
    let mut text = String::new();
    for section in &post.sections {
        let heading = section.heading.iter().map(|heading| heading.text.as_str());
        let blocks = section.blocks.iter().map(|block| match block {
            Block::Prose(text) | Block::Code { text, .. } => text.as_str(),
        });
        for part in heading.chain(blocks) {
            text.push_str(part);
            text.push('\n');
        }
    }
    text
}

/// Builds the index in this process, and says what that took.
fn run_here(contender: Contender) -> anyhow::Result<Run> {
    let dir = tempfile::tempdir()?;
    let (started, cpu_before) = (Instant::now(), cpu_seconds());
    let posts = match contender {
        Contender::Floor => build_floor(dir.path()),
        Contender::Bloghound => build_bloghound(dir.path()),
    }?;
    Ok(Run {
        wall_s: started.elapsed().as_secs_f64(),
        cpu_s: cpu_seconds() - cpu_before,
        peak_mb: peak_resident_mb(),
        index_bytes: files_below(dir.path())?.iter().map(|(_, bytes)| bytes).sum(),
        segments: files_below(dir.path())?.iter().filter(|(name, _)| is_dictionary(name)).count(),
        posts,
    })
}

/// Builds the index in a process of its own.
fn run_in_child(contender: Contender) -> anyhow::Result<Run> {
    let mut child = Command::new(std::env::current_exe()?);
    let output = child.env(CONTENDER, contender.name()).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{} failed: {errors}", contender.name());
    serde_json::from_slice(&output.stdout).context("a run prints what it took")
}

/// Names and sizes of all files below a directory.
fn files_below(dir: &Path) -> std::io::Result<Vec<(String, u64)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push((entry.file_name().to_string_lossy().into_owned(), entry.metadata()?.len()));
        }
    }
    Ok(files)
}

/// Whether a file is one that each segment has one of.
fn is_dictionary(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "term")
}

/// Time that the process's threads had on a core so far, where the system tells, see proc(5).
fn cpu_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the process, which may contain blanks, is in parentheses.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_SECOND
}

fn peak_resident_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn measure(runs: usize) -> anyhow::Result<Report> {
    let mut taken: Vec<(Contender, Vec<Run>)> =
        Contender::ALL.map(|contender| (contender, Vec::new())).into();
    for _ in 0..runs {
        for (contender, runs) in &mut taken {
            runs.push(run_in_child(*contender)?);
        }
    }
    let contenders: Vec<Measured> =
        taken.into_iter().map(|(contender, runs)| summarize(contender, runs)).collect();
    let [floor, bloghound] = [contenders[0].median, contenders[1].median];
    let (_, site) = load(Path::new("index"))?;
    let (files, _) = source::walk(&site);
    let content_bytes = files.iter().map(|file| file.path.metadata().map_or(0, |meta| meta.len())).sum();
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    let index_to_content = bloghound.index_bytes as f64 / content_bytes as f64;
    Ok(Report {
        files: files.len(),
        content_bytes,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        wall_ratio: bloghound.wall_s / floor.wall_s,
        cpu_ratio: bloghound.cpu_s / floor.cpu_s,
        index_to_content,
        contenders,
    })
}

fn summarize(contender: Contender, runs: Vec<Run>) -> Measured {
    let median = Run {
        wall_s: median(runs.iter().map(|run| run.wall_s)),
        cpu_s: median(runs.iter().map(|run| run.cpu_s)),
        peak_mb: runs.iter().filter_map(|run| run.peak_mb).reduce(f64::max),
        ..runs[runs.len() - 1]
    };
    Measured { contender, median, runs }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let content = megabytes(self.content_bytes);
        writeln!(f, "{} files, {content:.1} MB, {} threads; medians\n", self.files, self.threads)?;
        writeln!(
            f,
            "{:<10}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}",
            "", "posts", "wall s", "CPU s", "peak MB", "index MB", "segments"
        )?;
        for Measured { contender, median: run, .. } in &self.contenders {
            let peak = run.peak_mb.map_or_else(|| "-".to_owned(), |peak| format!("{peak:.0}"));
            write!(f, "{:<10}{:>8}{:>10.3}{:>10.2}", contender.name(), run.posts, run.wall_s, run.cpu_s)?;
            writeln!(f, "{peak:>10}{:>10.1}{:>10}", megabytes(run.index_bytes), run.segments)?;
        }
        writeln!(f, "\nto the floor: wall {:.2}, CPU {:.2}", self.wall_ratio, self.cpu_ratio)?;
        writeln!(f, "index to content: {:.2}", self.index_to_content)
    }
}

fn main() -> anyhow::Result<()> {
    if let Ok(name) = std::env::var(CONTENDER) {
        let contender = Contender::ALL.into_iter().find(|contender| contender.name() == name);
        println!("{}", serde_json::to_string(&run_here(contender.context("no contender of ours")?)?)?);
        return Ok(());
    }
    let args: Vec<String> = std::env::args().collect();
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let told = args.iter().skip_while(|arg| *arg != "--runs").nth(1).and_then(|runs| runs.parse().ok());
    // `cargo bench` says `--bench`, `cargo test` does not.
    let runs = if has("--bench") && !has("--test") { told.unwrap_or(RUNS) } else { 1 };
    let report = measure(runs.max(1))?;
    if has("--json") {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}
